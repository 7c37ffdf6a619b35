"""People of the demo town, and what they do through the REST API beside the browser."""

import secrets
from typing import Any

import httpx
from tests.stack import Stack

from laotie.accounts import second_step
from laotie.kernel import clock


class AppUser:
    """Somebody signed in with an app: the same API as any client."""

    def __init__(self, stack: Stack, role: str, *, nth: int = 0) -> None:
        account = [each for each in stack.facts["accounts"] if each["role"] == role][nth]
        self.phone: str = account["phone"]
        self.password: str = account["password"]
        self.name: str = account["name"]["zh"]
        self.secret: str = account.get("secret", "")
        self._http = httpx.Client(
            base_url=f"{stack.web}/api/v1", timeout=30, headers={"Accept-Language": "en"}
        )
        signed_in = self.post("/sign-in/password", phone=self.phone, password=self.password)
        if signed_in["second_step"]:
            signed_in = self.post(
                "/sign-in/second-step",
                ticket=signed_in["second_step"],
                digits=second_step.digits_of(self.secret, at=clock.wall()),
            )
        self._http.headers["X-Session-Token"] = signed_in["token"]

    def get(self, path: str) -> Any:
        return self._read(self._http.get(path))

    def post(self, path: str, **body: Any) -> Any:
        headers = {"Idempotency-Key": secrets.token_hex(16)}
        return self._read(self._http.post(path, json=body, headers=headers))

    def put(self, path: str, **body: Any) -> Any:
        return self._read(self._http.put(path, json=body))

    def _read(self, answer: httpx.Response) -> Any:
        assert answer.is_success, f"{answer.request.url}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None
