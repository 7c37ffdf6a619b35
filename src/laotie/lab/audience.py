"""The simulated audience: viewers who come through ticket, socket and API like anyone else.

Most watch as guests and send a heart now and then; some sign in and talk; a few buy and pay. Paced
so that one process of little CPU plays them all; the same seed plays the same people.
"""

import asyncio
import contextlib
import random
from dataclasses import dataclass, field
from typing import Any

import httpx
import structlog

from laotie.lab.room_socket import NotLetIn, RoomSocket
from laotie.lab.visitor import Config, Refused, Visitor

log = structlog.get_logger(__name__)

VIEWERS = 200
TALKERS = 24
BUYERS = 8
_ARRIVALS_PER_S = 6.0
_BACK_WITHIN_S = 10.0
_PHONES = 13_700_000_000  # The audience's own numbers; nobody real has them in a lab.
_ENDINGS = ("pay",) * 16 + ("later", "silent", "decline", "leave")

_SAYINGS = (
    "这个釉色太美了",
    "主播再转一圈看看",
    "多大口径呀？",
    "可以进洗碗机吗",
    "刚拍了两只，求早点发货",
    "已下单",
    "包邮吗",
    "上次买的收到了，品质很好",
    "礼盒装还有吗",
    "梅子青真的绝了",
    "送人合适吗",
    "茶盏多少毫升",
    "老粉来了",
    "求上链接",
    "这个价可以",
    "手慢无",
    "窑变会有色差吗",
    "支持七天无理由吗",
    "Looks gorgeous on camera",
    "Does it ship overseas?",
    "橙子甜不甜",
    "蜂蜜会结晶吗",
    "新米什么时候碾的",
    "拍完有优惠券吗",
    "主播声音好好听",
    "开窑大吉",
    "给主播点赞",
    "镜头拉近一点",
)
_NAMES = ("阿", "小", "大", "老", "晓", "梦", "云", "青")
_MORE_NAMES = ("南", "陈", "柚", "禾", "雨", "舟", "棠", "鹿", "川", "念", "安", "宁")


@dataclass(slots=True)
class Tally:
    """What the audience has done, for the line that the demo prints."""

    watching: int = 0
    said: int = 0
    bought: int = 0
    came_back: int = 0
    refused: dict[str, int] = field(default_factory=dict)

    def count_refusal(self, code: str) -> None:
        self.refused[code] = self.refused.get(code, 0) + 1


class Audience:
    """Viewers of one room. `run` until cancelled."""

    def __init__(
        self, config: Config, *, room_id: str, viewers: int = VIEWERS, seed: int = 1
    ) -> None:
        self._config = config
        self._room_id = room_id
        self._viewers = viewers
        self._chance = random.Random(seed)  # noqa: S311 - a play, not a secret.
        self.tally = Tally()

    async def run(self) -> None:
        """Let them arrive a few a second; each stays and comes back when the line is cut."""
        limits = httpx.Limits(max_connections=8, max_keepalive_connections=8)
        async with (
            httpx.AsyncClient(limits=limits, trust_env=False) as http,
            asyncio.TaskGroup() as group,
        ):
            for number in range(self._viewers):
                role = self._role(number)
                chance = random.Random(self._chance.random())  # noqa: S311 - as above.
                group.create_task(self._live(Visitor(self._config, http), number, role, chance))
                await asyncio.sleep(1 / _ARRIVALS_PER_S)

    def _role(self, number: int) -> str:
        """Buyers and talkers are spread among the arrivals."""
        share = max(1, self._viewers // VIEWERS)
        if number % 25 == 7 and number // 25 < BUYERS * share:
            return "buyer"
        return "talker" if number % 8 == 3 and number // 8 < TALKERS * share else "watcher"

    async def _live(self, visitor: Visitor, number: int, role: str, chance: random.Random) -> None:
        resume = ""
        while True:
            try:
                if role != "watcher" and not visitor.token:
                    await self._sign_in(visitor, number, chance)
                resume = await self._stay(visitor, role, chance, resume=resume)
            except Refused as no:
                self.tally.count_refusal(no.code)
                if no.code == "TOO_MANY":  # No code for this number now: they watch as a guest.
                    role = "watcher"
            except NotLetIn as no:
                self.tally.count_refusal(f"SOCKET_{no.status}")
            except (httpx.HTTPError, OSError, TimeoutError) as error:
                log.info("viewer.cut_off", cause=type(error).__name__)
            except Exception as error:  # noqa: BLE001 - one viewer's mishap must not empty the room.
                log.warning("viewer.mishap", cause=repr(error))
            # Not all at once: that is what a storm is made of.
            await asyncio.sleep(chance.uniform(1.0, _BACK_WITHIN_S))
            self.tally.came_back += 1

    async def _sign_in(self, visitor: Visitor, number: int, chance: random.Random) -> None:
        await visitor.sign_in_by_code(str(_PHONES + number))
        name = chance.choice(_NAMES) + chance.choice(_MORE_NAMES)
        visitor.name = name
        with contextlib.suppress(Refused):
            await visitor.patch("/me", {"name": name})

    async def _stay(
        self, visitor: Visitor, role: str, chance: random.Random, *, resume: str
    ) -> str:
        """One connection's life, which ends when the line is cut; the token to come back with."""
        socket = await visitor.enter(self._room_id, resume=resume, keeps=False)
        self.tally.watching += 1
        deeds = [asyncio.create_task(self._like(socket, chance))]
        if role == "talker":
            deeds.append(asyncio.create_task(self._talk(socket, chance)))
        elif role == "buyer":
            deeds.append(asyncio.create_task(self._shop(visitor, chance)))
        try:
            await socket.closed
        finally:
            self.tally.watching -= 1
            for deed in deeds:
                deed.cancel()
            await asyncio.gather(*deeds, return_exceptions=True)
            socket.close()
        return socket.resume

    async def _like(self, socket: RoomSocket, chance: random.Random) -> None:
        while True:
            await asyncio.sleep(chance.uniform(15, 90))
            socket.like(chance.randint(1, 6))

    async def _talk(self, socket: RoomSocket, chance: random.Random) -> None:
        await asyncio.sleep(chance.uniform(0, 20))
        while True:
            socket.say(chance.choice(_SAYINGS))
            self.tally.said += 1
            await asyncio.sleep(chance.uniform(20, 75))

    async def _shop(self, visitor: Visitor, chance: random.Random) -> None:
        await asyncio.sleep(chance.uniform(5, 30))
        while True:
            try:
                if await self._buy_once(visitor, chance):
                    self.tally.bought += 1
            except Refused as no:
                self.tally.count_refusal(no.code)
            except (httpx.HTTPError, OSError) as error:
                log.info("buyer.cut_off", cause=type(error).__name__)
            await asyncio.sleep(chance.uniform(40, 140))

    async def _buy_once(self, visitor: Visitor, chance: random.Random) -> bool:
        """Choose from the bag, order and (mostly) pay; whether it was paid."""
        bag = await visitor.get(f"/rooms/{self._room_id}/bag")
        wanted = choose(bag, chance)
        if wanted is None:
            return False
        address_id = await self._address(visitor)
        line = {"sku_id": wanted["product"]["sku_id"], "quantity": chance.choice((1, 1, 1, 2))}
        basket = {"lines": [line], "room_id": self._room_id, "address_id": address_id}
        quote = await visitor.post("/quotes", basket)
        await asyncio.sleep(chance.uniform(1, 4))
        placed = await visitor.post(
            "/orders", {"quote_id": quote["quote_id"], "version": quote["version"]}
        )
        link = await visitor.post(f"/checkouts/{placed['group_id']}/pay", {"return_path": ""})
        ending = chance.choice(_ENDINGS)
        if ending == "leave":
            return False
        await asyncio.sleep(chance.uniform(1, 5))
        await visitor.pay(link["url"], choice=ending)
        return ending in {"pay", "silent"}

    async def _address(self, visitor: Visitor) -> str:
        known = await visitor.get("/me/addresses")
        if not known:
            known = [
                await visitor.post(
                    "/me/addresses",
                    {
                        "name": visitor.name or "访客",
                        "phone": "13800138000",
                        "region_code": "330100",
                        "line": "文三路 1 号",
                        "is_default": True,
                    },
                )
            ]
        return str(known[0]["id"])


def choose(bag: list[Any], chance: random.Random) -> Any | None:
    """The flash offer if it has some left, else something that is there; None in an empty shop."""
    flash = [item for item in bag if item["flash_offer_id"] and item["flash_left"] > 0]
    if flash and chance.random() < 0.7:
        return flash[0]
    there = [item for item in bag if item["product"]["sku_id"] and item["product"]["available"] > 0]
    return chance.choice(there) if there else None
