"""A person at our doors: HTTP as an app speaks it, a socket as a page opens it, and a wallet."""

import asyncio
import contextlib
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import httpx

from laotie.accounts import second_step
from laotie.accounts.text_messages.lab import LabOutbox
from laotie.kernel import clock
from laotie.lab.room_socket import NotLetIn, RoomSocket

_ANSWER_S = 20.0


class Config(Protocol):
    """The part of the configuration that visitors need: where the doors are."""

    @property
    def data(self) -> Path: ...
    @property
    def public_url(self) -> str: ...
    @property
    def gateway_url(self) -> str: ...


class Refused(Exception):
    """The answer was a no. `code` is the stable reason."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code


@dataclass(slots=True)
class Visitor:
    """Somebody with a connection; signed in once `token` is there."""

    config: Config
    http: httpx.AsyncClient
    name: str = ""
    token: str = ""

    async def get(self, path: str) -> Any:
        return await self._ask("GET", path, None)

    async def post(self, path: str, message: Any = None) -> Any:
        """Each call is a wish of its own, with a key of its own."""
        return await self._ask("POST", path, message or {})

    async def put(self, path: str, message: Any = None) -> Any:
        return await self._ask("PUT", path, message or {})

    async def patch(self, path: str, message: Any) -> Any:
        return await self._ask("PATCH", path, message)

    async def delete(self, path: str) -> Any:
        return await self._ask("DELETE", path, None)

    async def sign_in(self, phone: str, password: str, *, secret: str = "") -> None:
        """By password, and by the digits of an app with this secret if they are asked for."""
        answer = await self.post("/sign-in/password", {"phone": phone, "password": password})
        if answer["second_step"]:
            answer = await self._with_digits(
                secret, "/sign-in/second-step", {"ticket": answer["second_step"]}
            )
        self._welcome(answer)

    async def confirm(self, secret: str) -> None:
        """Prove again who this is, for what asks for it."""
        await self._with_digits(secret, "/me/second-step/confirm", {})

    async def _with_digits(self, secret: str, path: str, message: dict[str, str]) -> Any:
        """Digits open once: who was here in the same half minute waits for the next ones."""
        for _try in range(2):
            digits = second_step.digits_of(secret, at=clock.wall())
            try:
                return await self.post(path, {**message, "digits": digits})
            except Refused as no:
                if no.code != "WRONG_SECOND_STEP":
                    raise
            await asyncio.sleep(30 - clock.wall().timestamp() % 30 + 0.1)
        raise AssertionError("the app's digits do not fit")

    async def sign_in_by_code(self, phone: str) -> None:
        """Ask for a code, read it off the phone, type it in; a new number joins by this.

        phone: eleven digits of a mobile number.
        """
        await self.post("/sign-in/codes", {"phone": phone})
        outbox = LabOutbox(self.config.data)
        messages = await asyncio.to_thread(outbox.latest, 1, to=f"+86{phone}")
        code = "".join(letter for letter in messages[0].text if letter.isdigit())[:6]
        self._welcome(await self.post("/sign-in/code", {"phone": phone, "code": code}))

    async def enter(self, room_id: str, *, resume: str = "", keeps: bool = True) -> RoomSocket:
        """Open the room's socket: with a token from the one before, else with a fresh ticket.

        room_id: public; keeps: whether frames are kept for `RoomSocket.heard`.
        """
        if resume:
            with contextlib.suppress(NotLetIn):  # Too old by now: a ticket does it.
                return await self._open(room_id, f"resume={resume}", keeps=keeps)
        ticket = await self.post(f"/rooms/{room_id}/tickets")
        return await self._open(room_id, f"ticket={ticket['ticket']}", keeps=keeps)

    async def _open(self, room_id: str, query: str, *, keeps: bool) -> RoomSocket:
        return await RoomSocket.open(
            self.config.gateway_url,
            room_id,
            origin=self.config.public_url,
            query=query,
            keeps=keeps,
        )

    async def pay(self, pay_url: str, *, choice: str = "pay") -> None:
        """Press a button on the provider's page."""
        page = await self.http.post(pay_url, data={"choice": choice}, timeout=_ANSWER_S)
        if page.status_code != 303:
            raise Refused(page.status_code, "PAY_PAGE", page.text[:200])

    async def _ask(self, method: str, path: str, message: Any) -> Any:
        headers = {"Accept-Language": "zh-hans"}
        if self.token:
            headers["X-Session-Token"] = self.token
        if message is not None:
            headers["Idempotency-Key"] = uuid.uuid4().hex
        answer = await self.http.request(
            method,
            f"{self.config.public_url}/api/v1{path}",
            json=message,
            headers=headers,
            timeout=_ANSWER_S,
        )
        if answer.is_success:
            return answer.json() if answer.content else None
        try:
            no = answer.json()
            raise Refused(answer.status_code, str(no["code"]), str(no["message"]))
        except (ValueError, KeyError, TypeError):
            raise Refused(answer.status_code, "NO_REASON", answer.text[:200]) from None

    def _welcome(self, session: Any) -> None:
        assert session["token"], "this account asks for a second step"
        self.token = session["token"]
        self.name = session["person"]["name"]
