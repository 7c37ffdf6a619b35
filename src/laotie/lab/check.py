"""The main job once, without a browser, through the doors that people use; a line per step.

A creator goes live, a viewer talks and buys in the room, money is held and split, goods ship, the
parties are paid out, and provider, ledger and bill tell the same.
"""

import asyncio
import json
import secrets
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import httpx

from laotie.kernel import clock, ids, money
from laotie.lab import town
from laotie.lab.hands import Hands
from laotie.lab.host import Host
from laotie.lab.town import Login, Town
from laotie.lab.visitor import Refused, Visitor
from laotie.ledger import policy
from laotie.payments import reconciliation

Say = Callable[[str], None]
_PATIENCE_S = 60.0
_FLASH_FEN = 3990
_FREIGHT_FEN = 600
_CREATOR_BPS = 1500


class StepFailed(Exception):
    """What was seen instead, and what to do about it."""

    def __init__(self, saw: str, remedy: str) -> None:
        super().__init__(saw)
        self.saw = saw
        self.remedy = remedy


@dataclass
class Check:
    """One pass; `notes` carries what one step finds to the next."""

    config: Any
    http: httpx.AsyncClient
    built: Town
    host: Host
    clip: Any
    program: str
    say: Say
    notes: dict[str, Any] = field(default_factory=dict)

    async def run(self) -> bool:
        """Every step in order; whether all went well. Stops at the first that did not."""
        steps: tuple[tuple[str, Callable[[], Awaitable[str]], str], ...] = (
            ("parts answer", self._parts, "Look at `laotie doctor`."),
            ("stream up", self._stream, "Look at media.log in the data folder's log."),
            ("playlist advances", self._playlist, "Look at media.log; is FFmpeg alive?"),
            ("pages show the room", self._pages, "Look at web.log in the data folder's log."),
            ("signed in with a code", self._sign_in, "Look at web.log; are codes sent?"),
            ("a comment reaches another", self._talk, "Look at gateway.log."),
            ("flash offer in the room", self._flash, "Look at web.log and gateway.log."),
            ("quoted and ordered", self._order, "Look at web.log."),
            ("paid at the provider", self._pay, "Look at lab.log and worker.log."),
            ("money is held", self._held, "Run `laotie verify`."),
            ("shipped and delivered", self._ship, "Look at worker.log and lab.log."),
            ("received and split to the fen", self._split, "Run `laotie verify`."),
            ("completed after eight days", self._complete, "Look at worker.log."),
            ("paid out", self._pay_out, "Look at worker.log and lab.log."),
            ("the daily bill matches", self._bill, "Look at the desk's list of stuck money."),
            ("the books hold", self._verify, "Run `laotie verify` and read what it names."),
        )
        for name, step, remedy in steps:
            try:
                saw = await step()
            except StepFailed as failed:
                return self._failed(name, failed.saw, failed.remedy)
            except (Refused, httpx.HTTPError, OSError, TimeoutError, KeyError) as error:
                return self._failed(name, f"{type(error).__name__}: {error}", remedy)
            self.say(f"ok      {name}: {saw}")
        return True

    def _failed(self, name: str, saw: str, remedy: str) -> bool:
        self.say(f"FAILED  {name}: {saw}")
        self.say(f"        {remedy}")
        return False

    async def _parts(self) -> str:
        doors = {
            "web": f"{self.config.public_url}/readyz",
            "gateway": f"{self.config.gateway_url.replace('ws', 'http', 1)}/healthz",
            "media": f"{self.config.media_url}/healthz",
            "lab": f"{self.config.lab_url}/healthz",
        }
        for name, url in doors.items():
            answer = await self.http.get(url)
            if not answer.is_success:
                raise StepFailed(f"{name} answers {answer.status_code}", f"Look at {name}.log.")
        return ", ".join(doors)

    async def _stream(self) -> str:
        await self.host.sign_in()
        await self.host.publish(clip=self.clip, program=self.program)
        signal = await self.host.signal()
        state = await self.host.go_live()
        if state != "LIVE":
            raise StepFailed(f"the room is {state}", "Look at media.log and web.log.")
        return f"{signal['width']}x{signal['height']} {signal['video']}, the room is {state}"

    async def _playlist(self) -> str:
        page = await self.host.visitor.get(f"/rooms/{self.host.room_id}")
        url = page["playlist_url"]
        first = await self._until(lambda: self._segments(url), "no segment is listed")
        later = await self._until(
            lambda: self._other_segment(url, first), "the playlist stands still"
        )
        segment = await self.http.get(httpx.URL(url).join(later))
        if not segment.is_success or len(segment.content) < 1000:
            raise StepFailed(f"{later} answers {segment.status_code}", "Look at media.log.")
        names = f"{first.rpartition('/')[2]} then {later.rpartition('/')[2]}"
        return f"{names}, {len(segment.content)} bytes"

    async def _pages(self) -> str:
        title = self.built.room.title
        for path in ("/", f"/live/{self.host.room_id}"):
            page = await self.http.get(
                self.config.public_url + path,
                headers={"Accept-Language": "zh-hans"},
                follow_redirects=True,
            )
            if not page.is_success or title not in page.text:
                raise StepFailed(
                    f"{path} answers {page.status_code} without the room's title",
                    "Look at web.log.",
                )
        return f"feed and room carry {title!r}"

    async def _sign_in(self) -> str:
        buyer = Visitor(self.config, self.http)
        phone = f"139{secrets.randbelow(10**8):08d}"
        await buyer.sign_in_by_code(phone)
        address = await buyer.post(
            "/me/addresses",
            {
                "name": "林同学",
                "phone": phone,
                "region_code": "330100",
                "line": "文三路 90 号 3 幢 502",
                "is_default": True,
            },
        )
        self.notes |= {"buyer": buyer, "address": address["id"]}
        return f"{address['phone']}, address {address['line']}"

    async def _talk(self) -> str:
        speaker = await self.notes["buyer"].enter(self.host.room_id)
        listener = await Visitor(self.config, self.http).enter(self.host.room_id)
        await listener.heard(lambda frame: frame["t"] == "snapshot")
        text = f"刚到，求上链接 {secrets.randbelow(10_000)}"
        reference = speaker.say(text)
        await speaker.heard(lambda frame: frame["t"] == "said" and frame["re"] == reference)
        await listener.heard(
            lambda frame: any(said["text"] == text for said in frame.get("says", ()))
        )
        speaker.close()
        self.notes["listener"] = listener
        return f"a guest's socket heard {text!r}"

    async def _flash(self) -> str:
        item = (await self.host.bag())[0]
        await self.host.pin(item["product"]["product_id"])
        offer = await self.host.open_flash(item, price_fen=_FLASH_FEN, quantity=20, seconds=600)
        listener = self.notes["listener"]
        event = await listener.heard(lambda frame: _event(frame, "flash", offer["offer_id"]))
        listener.close()
        self.notes |= {"sku": item["product"]["sku_id"], "title": item["product"]["title"]["zh"]}
        item = event["item"]
        return f"{item['title']['zh']} at {item['price_fen']} fen, {event['left']} left"

    async def _order(self) -> str:
        buyer = self.notes["buyer"]
        quote = await buyer.post(
            "/quotes",
            {
                "lines": [{"sku_id": self.notes["sku"], "quantity": 1}],
                "room_id": self.host.room_id,
                "address_id": self.notes["address"],
            },
        )
        seen = (quote["goods_fen"], quote["freight_fen"], quote["total_fen"])
        wanted = (_FLASH_FEN, _FREIGHT_FEN, _FLASH_FEN + _FREIGHT_FEN)
        if seen != wanted:
            raise StepFailed(f"the quote says {seen}, not {wanted}", "Look at the room's offers.")
        placed = await buyer.post(
            "/orders", {"quote_id": quote["quote_id"], "version": quote["version"]}
        )
        order = placed["orders"][0]
        self.notes |= {"group": placed["group_id"], "order": order["order_id"]}
        return f"order {order['number']}, {placed['total_fen']} fen, pay by {placed['pay_by']}"

    async def _pay(self) -> str:
        buyer = self.notes["buyer"]
        link = await buyer.post(f"/checkouts/{self.notes['group']}/pay", {"return_path": "/orders"})
        page = await self.http.get(link["url"], headers={"Accept-Language": "en"})
        if "45" not in page.text or ".90" not in page.text:
            raise StepFailed("the provider's page does not show 45.90", "Look at lab.log.")
        await buyer.pay(link["url"])
        order = await self._order_in("PAID")
        self.notes["paid_on"] = await asyncio.to_thread(_provider_today)
        (told,) = Hands(self.config).callbacks(link["payment_id"])
        effects = Hands(self.config).effects(link["payment_id"])
        if effects.get("payment_captured") != 1:
            raise StepFailed(f"the provider captured {effects}", "Look at lab.log.")
        return f"callback answered {told['last_code']}, captured once, order {order['state']}"

    async def _held(self) -> str:
        lines = await self.notes["buyer"].get(f"/orders/{self.notes['order']}/money")
        operator = await self._signed_in(town.OPERATOR)
        whole = await operator.get(f"/orders/{self.notes['order']}/money")
        held = sum(line["amount_fen"] for line in whole if line["account"] == "escrow")
        if held != _FLASH_FEN + _FREIGHT_FEN:
            raise StepFailed(f"escrow holds {held} fen", "Run `laotie verify`.")
        return f"{held} fen in escrow; the buyer sees {len(lines)} posting(s)"

    async def _ship(self) -> str:
        keeper = await self._signed_in(town.KILN)
        await keeper.post(f"/orders/{self.notes['order']}/ship", {"carrier": "lab"})
        parcel = await self._until(self._labelled, "the carrier has made no waybill")
        shipment = str(ids.parse("shi", parcel["shipment_id"]))
        Hands(self.config).carry(shipment, "DELIVERED")
        order = await self._order_in("DELIVERED")
        track = order["parcels"][0]["track"]
        return f"waybill {parcel['waybill_no']}, {len(track)} track events, order {order['state']}"

    async def _split(self) -> str:
        await self.notes["buyer"].post(f"/orders/{self.notes['order']}/confirm")
        await self._order_in("RECEIVED")
        now = await asyncio.to_thread(clock.now)
        fees = await asyncio.to_thread(policy.fee_policy, now)
        wanted = expected_split(
            goods_fen=_FLASH_FEN,
            freight_fen=_FREIGHT_FEN,
            creator_bps=_CREATOR_BPS,
            tech_bps=fees.tech_bps,
            channel_bps=fees.channel_bps,
        )
        self.notes["split"] = wanted
        found = await self._until(self._postings_of_split, "the order's money is not split")
        if found != wanted:
            raise StepFailed(f"split {found}, the rule says {wanted}", "Run `laotie verify`.")
        return ", ".join(f"{role} {fen}" for role, fen in found.items()) + " fen"

    async def _complete(self) -> str:
        said = await self._laotie("lab", "advance", "8d")
        await self._order_in("COMPLETED")
        return said.strip().splitlines()[-1]

    async def _pay_out(self) -> str:
        split = self.notes["split"]
        kiln = ids.public("shp", self.built.kiln_id)
        keeper = await self._signed_in(town.KILN)
        host = self.host.visitor
        await self._until(
            lambda: _covers(keeper, f"/shops/{kiln}/money", split["merchant"]),
            "the merchant's share is not available",
        )
        doors = (
            (keeper, f"/shops/{kiln}/payouts", "merchant", town.KILN),
            (host, "/creator/payouts", "creator", town.POTTER),
        )
        for who, path, role, login in doors:
            # Money goes out by a second step alone; these two get one on their first payout.
            now = await asyncio.to_thread(clock.now)
            await asyncio.to_thread(town.give_app, login, now=now)
            await who.confirm(login.secret)
            made = await who.post(path, {"amount_fen": split[role]})
            await self._until(
                partial(_settled, who, path, made["payout_id"]),
                f"the payout of the {role} does not settle",
            )
        return f"merchant {split['merchant']} fen, creator {split['creator']} fen"

    async def _bill(self) -> str:
        days = await self._until(self._clean_days, "not every line of the bills matches")
        return ", ".join(f"{day}: {lines} line(s)" for day, lines in days)

    async def _verify(self) -> str:
        answer = json.loads(await self._laotie("verify", "--json"))
        if not answer["holds"]:
            raise StepFailed(str(answer["findings"][:3]), "Run `laotie verify`.")
        return "ledger replayed, every invariant holds"

    async def _segments(self, url: str) -> str | None:
        """The newest segment of a playlist."""
        answer = await self.http.get(url)
        lines = answer.text.splitlines() if answer.is_success else []
        listed = [line for line in lines if line and not line.startswith("#")]
        return listed[-1] if listed else None

    async def _other_segment(self, url: str, than: str) -> str | None:
        newest = await self._segments(url)
        return newest if newest != than else None

    async def _labelled(self) -> Any | None:
        order = await self.notes["buyer"].get(f"/orders/{self.notes['order']}")
        return next((parcel for parcel in order["parcels"] if parcel["waybill_no"]), None)

    async def _order_in(self, state: str) -> Any:
        """The order, once it is in this state."""

        async def reached() -> Any | None:
            order = await self.notes["buyer"].get(f"/orders/{self.notes['order']}")
            self.notes["state"] = order["state"]
            return order if order["state"] == state else None

        return await self._until(reached, lambda: f"the order stays {self.notes['state']}")

    async def _postings_of_split(self) -> dict[str, int] | None:
        """Who got what when the order's money was split, by role."""
        operator = await self._signed_in(town.OPERATOR)
        lines = await operator.get(f"/orders/{self.notes['order']}/money")
        accounts = {"pending", "tech_fee", "channel_fee"}
        found: dict[str, int] = {}
        for line in lines:
            if line["kind"] == "split" and line["account"] in accounts:
                role = _ROLES.get(line["account"], line["role"])
                found[role] = found.get(role, 0) + line["amount_fen"]
        return dict(sorted(found.items())) or None

    async def _clean_days(self) -> list[tuple[date, int]] | None:
        """Days whose every line matches, if that is so for all that are open."""

        def match() -> list[tuple[date, int]] | None:
            now = clock.now()
            reconciliation.catch_up(now=now)
            days = sorted({reconciliation.day_of(now), self.notes["paid_on"]})
            found = [reconciliation.day_match(day) for day in days]
            return (
                [(one.day, one.lines) for one in found] if all(f.is_clean for f in found) else None
            )

        return await asyncio.to_thread(match)

    async def _signed_in(self, login: Login) -> Visitor:
        """One of the town's people; signed in once."""
        known: dict[str, Visitor] = self.notes.setdefault("people", {})
        if login.phone not in known:
            known[login.phone] = Visitor(self.config, self.http)
            visitor = known[login.phone]
            await visitor.sign_in(login.phone, login.password, secret=login.secret)
        return known[login.phone]

    async def _until(self, look: Callable[[], Awaitable[Any]], why: str | Callable[[], str]) -> Any:
        """The first true answer; StepFailed when none comes in a minute."""
        try:
            async with asyncio.timeout(_PATIENCE_S):
                while not (answer := await look()):  # noqa: ASYNC110 - others make it true.
                    await asyncio.sleep(0.3)
        except TimeoutError:
            saw = why if isinstance(why, str) else why()
            raise StepFailed(f"after {_PATIENCE_S:.0f} s {saw}", "Look at worker.log.") from None
        return answer

    async def _laotie(self, *arguments: str) -> str:
        """Run a command as a person would; its output. raises: StepFailed."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "laotie", *arguments,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await process.communicate()
        if process.returncode:
            words = (out + err).decode("utf-8", "replace").strip()
            raise StepFailed(words[-300:], f"Run `laotie {' '.join(arguments)}` yourself.")
        return out.decode("utf-8", "replace")


_ROLES = {"tech_fee": "tech", "channel_fee": "channel"}


def expected_split(
    *, goods_fen: int, freight_fen: int, creator_bps: int, tech_bps: int, channel_bps: int
) -> dict[str, int]:
    """One line without coupons, by the rule: shares of the goods, the channel's of all that was
    paid, and the merchant takes the rest."""
    paid_fen = goods_fen + freight_fen
    shares = {
        "channel": money.share(paid_fen, channel_bps),
        "creator": money.share(goods_fen, creator_bps),
        "tech": money.share(goods_fen, tech_bps),
    }
    return dict(sorted({**shares, "merchant": paid_fen - sum(shares.values())}.items()))


def _provider_today() -> date:
    return reconciliation.day_of(clock.now())


def _event(frame: Any, tag: str, offer_id: str) -> Any | None:
    """A room event of this kind about this offer, in a tick."""
    for event in frame.get("events", ()):
        if event["t"] == tag and event["offer"] == offer_id:
            return event
    return None


async def _covers(who: Visitor, path: str, amount_fen: int) -> bool:
    return bool((await who.get(path))["withdrawable_fen"] >= amount_fen)


async def _settled(who: Visitor, path: str, payout_id: str) -> bool:
    found: dict[str, str] = {row["payout_id"]: row["state"] for row in await who.get(path)}
    return found[payout_id] == "SETTLED"
