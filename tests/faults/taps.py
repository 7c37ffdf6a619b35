"""People who tap at the room's flash offer, over its socket, and insist with one key until they know.

What they were told is written down here, outside of the installation. A tap is under way from when it
was sent until its answer is there or its line is cut; whoever lost the line asks again over the next.
"""

import asyncio
import contextlib
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import psycopg
from tests.faults import chance

from laotie.lab.host import flash_price
from laotie.lab.room_socket import NotLetIn, RoomSocket, SocketClosed
from laotie.lab.visitor import Config, Refused, Visitor

TAPPERS = chance.rounds(3, 12)
PATIENCE_S = 120.0
LOST_LINE = (httpx.HTTPError, OSError, TimeoutError, NotLetIn, SocketClosed, ConnectionError)
_PHONES = 13_600_001_000
_PAUSE_S = (1.0, 2.0)
_MOST_UNITS = 500
# Not decided: the same key is asked for again.
_LATER = frozenset({"BUSY", "TOO_MANY", "NOT_READY"})
_GOODS = (
    b"SELECT 1 FROM trade_stock s JOIN live_flash f USING (sku_id)"
    b" WHERE f.closed_at IS NULL FOR UPDATE OF s"
)


@dataclass(frozen=True)
class Wish:
    """One tap: a key, and what was shown to whoever tapped."""

    offer: str
    sku: str
    fen: int
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    since: float = field(default_factory=time.monotonic)


@dataclass(frozen=True)
class Told:
    """An order as the socket told of it. Ids are public; the moment is of the monotonic clock."""

    order_id: str
    group_id: str
    total_fen: int
    asked_at: float


async def settle(visitor: Visitor, phone: int) -> str:
    """Sign in with this phone and have a default address; the address's id."""
    await visitor.sign_in_by_code(str(phone))
    address = await visitor.post(
        "/me/addresses",
        {
            "name": "顾客",
            "phone": "13800138000",
            "region_code": "330100",
            "line": f"文三路 {phone % 1000 + 1} 号",
            "is_default": True,
        },
    )
    return str(address["id"])


class Taps:
    """A host who keeps a flash offer open, and people who tap at it. `run` until `stopping`."""

    def __init__(
        self, config: Config, room: str, host: dict[str, Any], stopping: threading.Event
    ) -> None:
        self.told: dict[str, Told] = {}
        self.refused: dict[str, str] = {}
        self.asked: Counter[str] = Counter()
        self.under_way: set[str] = set()
        self.caught: set[str] = set()  # Were under way when something was killed.
        self._config = config
        self._room = room
        self._host = host
        self._stopping = stopping
        self._offer: tuple[str, str, int] | None = None

    def has_ordered_since(self, moment: float) -> bool:
        return any(told.asked_at > moment for told in list(self.told.values()))

    @contextlib.contextmanager
    def held(self, database_url: str) -> Iterator[None]:
        """Meanwhile no tap comes to its end: somebody else has the row of the goods."""
        holder = psycopg.connect(database_url, autocommit=True)
        try:
            for limit in ("transaction_timeout", "idle_in_transaction_session_timeout"):
                holder.execute(f"SET {limit} = 0".encode())
            holder.execute("BEGIN")
            holder.execute(_GOODS)
            yield
        finally:
            holder.close()

    async def run(self, http: httpx.AsyncClient) -> None:
        keeping = asyncio.create_task(self._keep_offer(http))
        try:
            async with asyncio.TaskGroup() as everybody:
                for number in range(TAPPERS):
                    everybody.create_task(self._tap(http, number))
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)

    # -- The host ----------------------------------------------------------------------------------

    async def _keep_offer(self, http: httpx.AsyncClient) -> None:
        host = Visitor(self._config, http)
        while True:
            with contextlib.suppress(Refused, *LOST_LINE):
                if not host.token:
                    await host.sign_in(
                        self._host["phone"], self._host["password"], secret=self._host["secret"]
                    )
                await self._look_after_offer(host)
            await asyncio.sleep(2)

    async def _look_after_offer(self, host: Visitor) -> None:
        """Whenever nothing is left of the offer there is another one, on what there is most of."""
        bag = await host.get(f"/rooms/{self._room}/bag")
        for item in bag:
            if item["flash_offer_id"] and item["flash_left"] > 0:
                product = item["product"]
                self._offer = item["flash_offer_id"], product["sku_id"], product["price_fen"]
                return
        self._offer = None
        await host.delete(f"/rooms/{self._room}/flash")
        for item in sorted(bag, key=lambda item: -int(item["product"]["available"])):
            wanted = {
                "sku_id": item["product"]["sku_id"],
                "price_fen": flash_price(item["product"]["list_price_fen"]),
                "quantity": min(_MOST_UNITS, item["product"]["available"] * 3 // 4),
                "seconds": 3600,
            }
            with contextlib.suppress(Refused):  # Below the shop's floor: the next one.
                await host.post(f"/rooms/{self._room}/flash", wanted)
                return

    # -- Whoever taps ------------------------------------------------------------------------------

    async def _tap(self, http: httpx.AsyncClient, number: int) -> None:
        dice = random.Random(chance.SEED + number)
        visitor = Visitor(self._config, http)
        await settle(visitor, _PHONES + number)
        wish: Wish | None = None
        resume = ""
        while wish or not self._stopping.is_set():
            with contextlib.suppress(Refused, *LOST_LINE):
                socket = await visitor.enter(self._room, resume=resume)
                try:
                    while wish or not self._stopping.is_set():
                        if wish is None and self._offer is not None:
                            wish = Wish(*self._offer)
                        if wish is not None and await self._is_decided(socket, wish):
                            wish = None
                        await asyncio.sleep(dice.uniform(*_PAUSE_S))
                finally:
                    resume = socket.resume
                    socket.close()
            await asyncio.sleep(0.3)

    async def _is_decided(self, socket: RoomSocket, wish: Wish) -> bool:
        assert time.monotonic() - wish.since < PATIENCE_S, f"no answer to {wish}"
        key = wish.key
        socket.forget()
        self.asked[key] += 1
        self.under_way.add(key)
        try:
            socket.buy(key, offer=wish.offer, sku=wish.sku, units=1, price_fen=wish.fen)
            frame = await socket.heard(lambda frame: frame if frame.get("re") == key else None)
        finally:
            self.under_way.discard(key)
        if frame["t"] == "ordered":
            self.told[key] = Told(frame["order"], frame["group"], frame["total_fen"], wish.since)
        elif frame["code"] in _LATER:
            return False
        else:
            self.refused[key] = frame["code"]
        return True
