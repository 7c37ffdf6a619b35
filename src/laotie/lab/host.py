"""The demo's host: an encoder on the clip, and hands on the stage, through the studio's doors."""

import asyncio
import contextlib
import itertools
import threading
from typing import Any
from uuid import UUID

import httpx
import structlog

from laotie.kernel import ids
from laotie.lab.encoder import Encoder, KeyRefused, Target
from laotie.lab.town import Login
from laotie.lab.visitor import Config, Refused, Visitor

log = structlog.get_logger(__name__)

_PRESENTS_S = 45
_FLASH_S = 300
_FLASH_UNITS = 60
_SIGNAL_WITHIN_S = 40


class Host:
    """A creator at work in their room: first on air, then `present` for as long as it lasts."""

    def __init__(
        self, config: Config, http: httpx.AsyncClient, *, room_id: UUID, login: Login
    ) -> None:
        self.visitor = Visitor(config, http)
        self.room_id = ids.public("rom", room_id)
        self._login = login
        self._encoder: Encoder | None = None
        self.refusal = ""

    async def sign_in(self) -> None:
        await self.visitor.sign_in(
            self._login.phone, self._login.password, secret=self._login.secret
        )

    async def publish(self, *, clip: Any, program: str) -> None:
        """Fetch a stream key and let the encoder send, in a thread of its own."""
        made = await self.visitor.post(f"/rooms/{self.room_id}/key")
        target = Target(made["server"], made["key"])
        self._encoder = Encoder(target, clip=clip, program=program)
        threading.Thread(target=self._send, args=(self._encoder,), daemon=True).start()

    async def signal(self, *, within_s: float = _SIGNAL_WITHIN_S) -> Any:
        """What arrives from the encoder, once something does. raises: TimeoutError."""
        async with asyncio.timeout(within_s):
            while True:
                found = await self.visitor.get(f"/rooms/{self.room_id}/signal")
                if found is not None and found["is_on"]:
                    return found
                if self.refusal:
                    raise ConnectionError(f"the media server refused the stream: {self.refusal}")
                await asyncio.sleep(0.5)

    async def go_live(self) -> str:
        """Open the room to everybody, unless it is on air; its state."""
        room = await self._room()
        if room["state"] == "SCHEDULED":
            await self.visitor.post(f"/rooms/{self.room_id}/preview")
            room = await self._room()
        if room["state"] == "PREVIEW":
            room = await self.visitor.post(f"/rooms/{self.room_id}/live")
        return str(room["state"])

    async def bag(self) -> list[Any]:
        found: list[Any] = await self.visitor.get(f"/rooms/{self.room_id}/bag")
        return found

    async def pin(self, product_id: str) -> None:
        await self.visitor.put(f"/rooms/{self.room_id}/pin", {"product_id": product_id})

    async def open_flash(self, item: Any, *, price_fen: int, quantity: int, seconds: int) -> Any:
        """A flash offer on a bag item; the one before is closed."""
        await self.visitor.delete(f"/rooms/{self.room_id}/flash")
        return await self.visitor.post(
            f"/rooms/{self.room_id}/flash",
            {
                "sku_id": item["product"]["sku_id"],
                "price_fen": price_fen,
                "quantity": quantity,
                "seconds": seconds,
                "limit_per_buyer": 5,
            },
        )

    async def present(self) -> None:
        """Show one item after the other, with a flash offer on every fourth, until cancelled."""
        for turn in itertools.count():
            with contextlib.suppress(Refused, httpx.HTTPError, OSError):
                await self._turn(turn)
            await asyncio.sleep(_PRESENTS_S)

    async def stay_on_air(self) -> None:
        """Open the room again whenever it waits in preview, until cancelled."""
        while True:
            with contextlib.suppress(Refused, httpx.HTTPError, OSError):
                await self.go_live()
            await asyncio.sleep(5)

    def stop(self) -> None:
        if self._encoder is not None:
            self._encoder.stop()

    async def _turn(self, turn: int) -> None:
        items = await self.bag()
        if not items:
            return
        item = items[turn % len(items)]
        await self.pin(item["product"]["product_id"])
        if turn % 4 == 0 and item["product"]["available"] > 0:
            price_fen = flash_price(item["product"]["list_price_fen"])
            with contextlib.suppress(Refused):  # Below the shop's floor: no flash this time.
                await self.open_flash(
                    item, price_fen=price_fen, quantity=_FLASH_UNITS, seconds=_FLASH_S
                )

    async def _room(self) -> Any:
        return (await self.visitor.get(f"/rooms/{self.room_id}"))["room"]

    def _send(self, encoder: Encoder) -> None:
        try:
            encoder.run()
        except KeyRefused as refused:
            self.refusal = str(refused)
            log.error("host.key_refused", reason=self.refusal)  # noqa: TRY400 - no stack to show.


def flash_price(list_price_fen: int) -> int:
    """About a quarter off, ending in 90 fen as shops like it."""
    return max(100, list_price_fen * 3 // 4 // 100 * 100 - 10)
