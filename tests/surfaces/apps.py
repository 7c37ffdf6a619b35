"""Apps that speak to `/api/v1` as any client would: over HTTP, with nothing but JSON and a token."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.test import Client, RequestFactory

from laotie.accounts import sessions
from laotie.accounts.text_messages.lab import outbox
from laotie.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def code(self) -> str:
        """Of a refusal."""
        return str(self.body["code"])


@dataclass
class App:
    """One installation of an app; signed in once it has a token."""

    token: str = ""
    language: str = ""
    http: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, headers=headers)

    def post(self, path: str, body: object = None, *, key: str | None = None) -> Answer:
        return self.send("POST", path, body, headers={"Idempotency-Key": key} if key else {})

    def put(self, path: str, body: object = None) -> Answer:
        return self.send("PUT", path, body)

    def patch(self, path: str, body: object = None) -> Answer:
        return self.send("PATCH", path, body)

    def delete(self, path: str, body: object = None) -> Answer:
        return self.send("DELETE", path, body)

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        raw: bytes | None = None,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        given = {"X-Session-Token": self.token, "Accept-Language": self.language}
        data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        response = self.http.generic(
            method,
            f"/api/v1{path}",
            data,
            content_type=content_type,
            headers={name: value for name, value in (given | dict(headers or {})).items() if value},
        )
        is_json = "json" in response.headers.get("Content-Type", "")
        found = json.loads(response.content) if is_json else response.getvalue()
        return Answer(response.status_code, found, dict(response.headers))

    def must(self, answer: Answer) -> Any:
        """The body of a yes."""
        assert answer.status in {200, 201}, answer
        return answer.body

    def sign_in(self, phone: str) -> None:
        """By the code that the phone gets."""
        self.must(self.post("/sign-in/codes", {"phone": phone}))
        (message,) = outbox().latest(1, to=phone)
        code = re.findall(r"[0-9]{6}", message.text)[0]
        self.token = self.must(self.post("/sign-in/code", {"phone": phone, "code": code}))["token"]


def app_of(actor: Actor) -> App:
    """An app in which this person is signed in already, by a second step."""
    request = RequestFactory().get("/")
    request.session = SessionStore()
    return App(token=sessions.open_token(request, actor.require_person(), is_proven=True))
