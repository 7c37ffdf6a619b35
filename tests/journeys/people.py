"""People of the demo town, and what they do through the REST API beside the browser."""

import secrets
import time
from datetime import UTC, datetime
from typing import Any

import httpx
from tests.stack import Stack

from laotie.accounts import second_step
from laotie.kernel import clock

_DIGITS_LAST_S = 30


_spent: dict[str, int] = {}


def digits_for(secret: str) -> str:
    """Six digits that an app shows and nobody here has used yet, now or of the next half minute.

    Each opens once and wrong ones are counted, so whoever comes too soon waits for the next.
    """
    while True:
        now = int(clock.wall().timestamp()) // _DIGITS_LAST_S
        step = max(now, _spent.get(secret, 0) + 1)
        if step <= now + 1:
            break
        time.sleep(0.5)
    _spent[secret] = step
    return second_step.digits_of(secret, at=datetime.fromtimestamp(step * _DIGITS_LAST_S, UTC))


class AppUser:
    """Somebody signed in with an app: the same API as any client."""

    def __init__(self, stack: Stack, role: str, *, nth: int = 0) -> None:
        account = [each for each in stack.facts["accounts"] if each["role"] == role][nth]
        self.phone: str = account["phone"]
        self.password: str = account["password"]
        self.name: str = account["name"]["zh"]
        self.secret: str = account.get("secret", "")
        self._http = httpx.Client(
            base_url=f"{stack.web}/api/v1", timeout=120, headers={"Accept-Language": "en"}
        )
        signed_in = self.post("/sign-in/password", phone=self.phone, password=self.password)
        if signed_in["second_step"]:
            signed_in = self._second_step(signed_in["second_step"])
        self._http.headers["X-Session-Token"] = signed_in["token"]

    def _second_step(self, ticket: str) -> Any:
        """With the next digits when these were used by another window, as a person would."""
        deadline = time.monotonic() + _DIGITS_LAST_S * 2
        while True:
            body = {"ticket": ticket, "digits": digits_for(self.secret)}
            answer = self._http.post("/sign-in/second-step", json=body)
            if answer.is_success or time.monotonic() > deadline:
                return self._read(answer)
            time.sleep(1)

    def tries(self, path: str) -> bool:
        """Whether the request was taken, this time."""
        headers = {"Idempotency-Key": secrets.token_hex(16)}
        return self._http.post(path, headers=headers).is_success

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
