"""A sale that goes on whatever is killed: viewers, talkers, buyers, and a memory of what was said.

The buyers are the test's witnesses. A buyer chooses a key before the first try and asks again with
it until there is an answer, as an app does; what was answered is written down here, outside of the
installation, and is compared with its books at the end.
"""

import asyncio
import contextlib
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import httpx
from tests.faults import chance
from tests.faults.taps import LOST_LINE, PATIENCE_S, Taps, settle
from tests.stack import Stack

from laotie.lab.audience import Audience
from laotie.lab.room_socket import RoomSocket
from laotie.lab.visitor import Refused, Visitor

VIEWERS = chance.rounds(40, 300)
BUYERS = chance.rounds(6, 18)
_PHONES = 13_600_000_000
_PAUSE_S = (0.6, 1.6)


@dataclass
class Order:
    """One order that somebody was told of. Moments are of the monotonic clock."""

    key: str
    group_id: str
    order_id: str
    total_fen: int
    asked_at: float
    tries: int
    is_paid: bool = False  # The provider's page has said so.
    seen_paid_at: float = 0.0  # Our own order page said so.


@dataclass(frozen=True)
class Playlist:
    """One look at the room's playlist."""

    at: float
    first: int
    last: int


class Sale:
    """Everybody in the room, in a thread of their own. `start`, look at what happens, `stop`."""

    def __init__(self, stack: Stack) -> None:
        self.room = str(stack.facts["room"])
        self._config = SimpleNamespace(
            data=stack.data,
            public_url=stack.facts["web"],
            gateway_url=stack.facts["gateway"],
        )
        self._audience: Audience | None = None
        self._stopping = threading.Event()
        creator = next(one for one in stack.facts["accounts"] if one["role"] == "creator")
        self.taps = Taps(self._config, self.room, creator, self._stopping)  # type: ignore[arg-type]
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)
        self.orders: list[Order] = []
        self.keys: set[str] = set()
        self.refusals: Counter[str] = Counter()
        self.answers: Counter[tuple[str, int]] = Counter()
        self.without_wait: list[str] = []  # 503s that did not say when to come back.
        self.said: dict[str, float] = {}
        self.heard: set[str] = set()
        self.playlists: list[Playlist] = []
        self.state = ""
        self.failure: BaseException | None = None

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Nobody begins anything new; what was begun is brought to its end."""
        self._stopping.set()
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive(), "somebody still waits for an answer"
        if self.failure is not None:
            raise self.failure

    # -- What has happened -------------------------------------------------------------------------

    @property
    def watching(self) -> int:
        return self._audience.tally.watching if self._audience else 0

    @property
    def audience_refusals(self) -> dict[str, int]:
        return self._audience.tally.refused if self._audience else {}

    @property
    def last_segment(self) -> int:
        return self.playlists[-1].last if self.playlists else -1

    def has_ordered_since(self, moment: float) -> bool:
        return any(order.asked_at > moment for order in self.orders)

    def has_been_paid_since(self, moment: float) -> bool:
        """Ordered, paid at the provider, told to us, taken in, and shown to the buyer."""
        return any(order.asked_at > moment and order.seen_paid_at for order in self.orders)

    def has_talked_since(self, moment: float) -> bool:
        """One socket said it, another one heard it."""
        return any(at > moment and text in self.heard for text, at in list(self.said.items()))

    # -- The people --------------------------------------------------------------------------------

    async def _run(self) -> None:
        limits = httpx.Limits(max_connections=60, max_keepalive_connections=20)
        try:
            async with (
                httpx.AsyncClient(limits=limits, trust_env=False, timeout=20) as http,
                asyncio.TaskGroup() as everybody,
            ):
                self._http = http
                self._audience = Audience(self._config, room_id=self.room, viewers=VIEWERS)  # type: ignore[arg-type]
                crowd = [
                    everybody.create_task(self._audience.run()),
                    everybody.create_task(self._until_stopped(self._listen)),
                    everybody.create_task(self._talk()),
                ]
                looking = everybody.create_task(self._look())
                buyers = [everybody.create_task(self._shop(number)) for number in range(BUYERS)]
                await asyncio.gather(*buyers, self.taps.run(http))
                for task in [*crowd, looking]:
                    task.cancel()
        except BaseException as error:
            self.failure = error

    async def _until_stopped(self, stay: Callable[[], Any]) -> None:
        """Come back whenever the line is cut."""
        while not self._stopping.is_set():
            with contextlib.suppress(Refused, *LOST_LINE):
                await stay()
            await asyncio.sleep(0.5)

    async def _listen(self) -> None:
        """A guest, until the line is cut."""
        socket = await Visitor(self._config, self._http).enter(self.room)  # type: ignore[arg-type]

        def note(frame: Any) -> bool:
            self.heard.update(said["text"] for said in frame.get("says", ()))
            return False

        try:
            await socket.heard(note, within_s=600)
        finally:
            socket.close()

    async def _talk(self) -> None:
        """Somebody who is signed in, with the token that the last socket gave."""
        visitor = Visitor(self._config, self._http)  # type: ignore[arg-type]
        await visitor.sign_in_by_code(str(_PHONES))
        resume = ""

        async def stay() -> None:
            nonlocal resume
            socket = await visitor.enter(self.room, resume=resume, keeps=False)
            try:
                await self._say_on(socket)
            finally:
                resume = socket.resume
                socket.close()

        await self._until_stopped(stay)

    async def _say_on(self, socket: RoomSocket) -> None:
        while not socket.closed.done():
            text = f"第 {len(self.said) + 1} 句"
            self.said[text] = time.monotonic()
            socket.say(text)
            await asyncio.wait([socket.closed], timeout=1.5)

    async def _look(self) -> None:
        """Follow the playlist as a player does, and the room's state as a page does."""
        url = ""
        while True:
            with contextlib.suppress(*LOST_LINE):
                page = await self._http.get(f"{self._config.public_url}/api/v1/rooms/{self.room}")
                self._note("room", page)
                if page.is_success:
                    self.state = page.json()["room"]["state"]
                    url = page.json()["playlist_url"]
            with contextlib.suppress(*LOST_LINE):
                if url:
                    self._read(await self._http.get(url))
            await asyncio.sleep(0.5)

    def _read(self, answer: httpx.Response) -> None:
        self.answers["playlist", answer.status_code] += 1
        if not answer.is_success:
            return
        lines = answer.text.splitlines()
        first = next(
            int(line.partition(":")[2])
            for line in lines
            if line.startswith("#EXT-X-MEDIA-SEQUENCE")
        )
        count = sum(line.startswith("#EXTINF") for line in lines)
        self.playlists.append(Playlist(time.monotonic(), first, first + count - 1))

    # -- Buyers ------------------------------------------------------------------------------------

    async def _shop(self, number: int) -> None:
        dice = random.Random(number)
        visitor = Visitor(self._config, self._http)  # type: ignore[arg-type]
        address_id = await settle(visitor, _PHONES + 1 + number)
        async with asyncio.TaskGroup() as errands:
            while not self._stopping.is_set():
                with contextlib.suppress(Refused):
                    order = await self._order(visitor.token, address_id, dice)
                    errands.create_task(self._pay(visitor.token, order))
                await asyncio.sleep(dice.uniform(*_PAUSE_S))

    async def _order(self, token: str, address_id: str, dice: random.Random) -> Order:
        """raises: Refused."""
        bag = await self._insist("GET", f"/rooms/{self.room}/bag", token)
        there = [item["product"] for item in bag if item["product"]["available"] > 0]
        line = {"sku_id": dice.choice(there)["sku_id"], "quantity": dice.choice((1, 1, 2))}
        basket = {"lines": [line], "room_id": self.room, "address_id": address_id}
        quote = await self._insist("POST", "/quotes", token, basket)
        key, asked_at, tries = uuid.uuid4().hex, time.monotonic(), Counter[str]()
        self.keys.add(key)
        wish = {"quote_id": quote["quote_id"], "version": quote["version"]}
        try:
            placed = await self._insist("POST", "/orders", token, wish, key=key, tries=tries)
        except Refused:
            self.keys.discard(key)
            raise
        (made,) = placed["orders"]
        order = Order(
            key, placed["group_id"], made["order_id"], placed["total_fen"], asked_at, tries["n"]
        )
        self.orders.append(order)
        return order

    async def _pay(self, token: str, order: Order) -> None:
        link = await self._insist("POST", f"/checkouts/{order.group_id}/pay", token, {})
        await self._press(link["url"])
        order.is_paid = True
        while not order.seen_paid_at:
            page = await self._insist("GET", f"/orders/{order.order_id}", token)
            if page["state"] == "PAID":
                order.seen_paid_at = time.monotonic()
            await asyncio.sleep(0.7)

    async def _press(self, url: str) -> None:
        """The provider's button, until the page has moved on."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            with contextlib.suppress(*LOST_LINE):
                answer = await self._http.post(url, data={"choice": "pay"})
                self.answers["provider", answer.status_code] += 1
                if answer.status_code == 303:
                    return
            await asyncio.sleep(0.5)
        raise AssertionError(f"the provider never answered at {url}")

    async def _insist(
        self,
        method: str,
        path: str,
        token: str,
        message: Any = None,
        *,
        key: str = "",
        tries: Counter[str] | None = None,
    ) -> Any:
        """Ask with one key until there is an answer that stays. raises: Refused."""
        headers = {"X-Session-Token": token}
        if method != "GET":
            headers["Idempotency-Key"] = key or uuid.uuid4().hex
        url = f"{self._config.public_url}/api/v1{path}"
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            if tries is not None:
                tries["n"] += 1
            with contextlib.suppress(*LOST_LINE):
                answer = await self._http.request(method, url, json=message, headers=headers)
                self._note(f"{method} {path.split('/')[1]}", answer)
                if answer.is_success:
                    return answer.json()
                if answer.status_code < 500:
                    no = answer.json()
                    self.refusals[f"{path.split('/')[1]} {no['code']}"] += 1
                    raise Refused(answer.status_code, no["code"], no["message"])
            await asyncio.sleep(0.5)
        raise AssertionError(f"no answer in {PATIENCE_S:.0f} s: {method} {path}")

    def _note(self, what: str, answer: httpx.Response) -> None:
        self.answers[what, answer.status_code] += 1
        if answer.status_code == 503 and "Retry-After" not in answer.headers:
            self.without_wait.append(what)
