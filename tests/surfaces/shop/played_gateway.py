"""The gateway as a test plays it to a page in a browser: every frame is made by `protocol.py`."""

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, WebSocketRoute

from laotie.kernel import clock
from laotie.surfaces.gateway import protocol
from laotie.surfaces.gateway.protocol import (
    Comment,
    Flash,
    Host,
    ItemCard,
    Snapshot,
    Tick,
    Welcome,
)

ITEM = ItemCard(
    product="prd_1",
    sku="sku_1",
    no=1,
    title={"zh": "梅子青茶盏", "en": "Plum-green bowl"},
    picture="",
    price_fen=1990,
    list_price_fen=3990,
    variants=1,
)


class Gateway:
    """The other end of every socket that the page opens, as a test plays it."""

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.heard: list[dict[str, Any]] = []
        self._socket: WebSocketRoute | None = None
        self.epoch = 1
        self.seq = 0
        self.on_say: Callable[[dict[str, Any]], None] = lambda say: None
        self.on_buy: Callable[[dict[str, Any]], None] = lambda buy: None

    def accept(self, socket: WebSocketRoute) -> None:
        self._socket = socket
        self.addresses.append(socket.url)
        socket.on_message(self._hear)
        self.send(
            Welcome(
                room="rom_1",
                person="per_me",
                name="林同学",
                may_say=True,
                host=False,
                resume=f"resume-{len(self.addresses)}",
                now=millis(),
            )
        )
        if "resume=" not in socket.url:
            self.snapshot()

    def snapshot(self, **changed: Any) -> None:
        facts: dict[str, Any] = {
            "room": "rom_1",
            "epoch": self.epoch,
            "seq": self.seq,
            "state": "LIVE",
            "title": "开窑",
            "host": Host(creator="crt_1", name="龙泉阿瓷", avatar=""),
            "viewers": 28000,
            "likes": 124000,
            "sold": 3,
            "bag": 7,
            "pinned": None,
            "flash": None,
            "pinned_say": None,
            "giveaway": None,
            "drop": None,
            "says": [Comment(id="c0", person="per_1", name="小林", text="像玉一样")],
        }
        self.send(Snapshot(**{**facts, **changed}))

    def tick(
        self, *events: Any, says: list[Comment] | None = None, epoch: int | None = None
    ) -> None:
        self.seq += 1
        numbered = [type(event)(**{**fields(event), "seq": self.seq}) for event in events]
        self.send(
            Tick(
                epoch=epoch or self.epoch,
                seq=self.seq,
                events=numbered,
                says=[Comment(**{**fields(say), "seq": self.seq}) for say in says or []],
            )
        )

    def send(self, frame: Any) -> None:
        assert self._socket
        self._socket.send(protocol.write(frame).decode())

    def until(self, page: Page, holds: Callable[[], bool]) -> None:
        """Until what the page sends has come here; it says nothing of that by itself."""
        for _ in range(2_400):
            if holds():
                return
            page.wait_for_timeout(50)
        raise AssertionError(self.heard)

    def hang_up(self, code: int) -> None:
        assert self._socket
        self._socket.close(code=code, reason="")

    def _hear(self, message: str | bytes) -> None:
        frame = json.loads(message)
        self.heard.append(frame)
        protocol.read(message.encode() if isinstance(message, str) else message)
        if frame["t"] == "say":
            self.on_say(frame)
        elif frame["t"] == "buy":
            self.on_buy(frame)


def fields(frame: Any) -> dict[str, Any]:
    return {name: getattr(frame, name) for name in frame.__struct_fields__}


def millis(after_s: float = 0) -> int:
    # Business time is the wall clock as long as nobody moves it. The database is not asked, since
    # the browser's callbacks run in contexts of their own and each would keep a connection.
    return int((clock.wall().timestamp() + after_s) * 1000)


def a_flash(*, left: int = 5, seconds: float = 600) -> Flash:
    return Flash(
        offer="ofr_1",
        item=ITEM,
        quantity=5,
        left=left,
        limit=2,
        starts_at=millis(),
        ends_at=millis(seconds),
    )
