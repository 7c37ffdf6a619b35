"""The host's room: a flash offer for one of the goods, and taps of several buyers in one batch.

The model reckons with the offer's own number and limit here, and with stock, limits and money as
for every order. What a tap costs is compared with the quote that the web would have made.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from laotie.accounts import roles
from laotie.kernel.actor import Actor
from laotie.lab.sim.till import Till, new_key
from laotie.lab.sim.town import Town
from laotie.lab.sim.trade_model import PAY, ModelCheckout, Refused
from laotie.lab.sim.world import Broken, World
from laotie.live import flashes, ingest, rooms, stage
from laotie.trade import flash, quotes
from laotie.trade.flash import Outcome, Verdict
from laotie.trade.quotes import Quote
from laotie.trade.quotes import Wish as Line

_SECONDS = 600
_TAPS = 6
_REASONS = {Outcome.SOLD_OUT: "SOLD_OUT", Outcome.LIMIT: "LIMIT_REACHED"}
_PICTURE = {"door": "rtmp", "video": "h264", "audio": "aac", "width": 720, "height": 1280}


@dataclass
class _Offer:
    """The running offer as the model has it."""

    sku_id: UUID
    price_fen: int
    left: int
    limit: int
    had: Counter[UUID]


class FlashRoom:
    """One room, on air from the beginning; an offer lives as long as one act."""

    def __init__(self, world: World, till: Till) -> None:
        self._world = world
        self._till = till
        self._host = roles.actor_of(world.town.host_person_id, "sim")
        self._room_id = _on_air(world.town, self._host, world)

    def sell(self) -> str:
        """An offer opens, a batch of taps comes, some of them twice, and it is over again."""
        world, chance = self._world, self._world.chance
        at = chance.randrange(2)
        sku_id = world.town.skus[at]
        most = min(6, world.model.available(sku_id))
        if not most:
            return f"nothing of goods {at} is left for a flash"
        left = chance.randint(1, most)
        offer = _Offer(sku_id, 1500, left, chance.randint(1, min(3, left)), Counter())
        card = flashes.open_flash(
            actor=self._host,
            room_id=self._room_id,
            sku_id=sku_id,
            price_fen=offer.price_fen,
            quantity=offer.left,
            seconds=_SECONDS,
            limit_per_buyer=offer.limit,
            now=world.now,
        )
        taps = [self._tap(card.offer_id, offer) for _ in range(_TAPS)]
        taps += [tap for tap in taps if chance.random() < 0.4]
        chance.shuffle(taps)
        quoted = {n: self._quoted(taps, n) for n in {tap.quantity for tap in taps}}
        verdicts = world.finish(lambda: flash.buy_batch(taps, now=world.now))
        made = self._judge(offer, taps, verdicts, quoted)
        again = world.finish(lambda: flash.buy_batch(taps, now=world.now))
        _check_same(verdicts, again)
        flashes.close_flash(actor=self._host, room_id=self._room_id, now=world.now)
        late = replace(taps[0], key=new_key(), price_fen=offer.price_fen)
        (over,) = flash.buy_batch([late], now=world.now)
        if over.outcome is not Outcome.OFFER_OVER:
            raise Broken(f"a tap after the end: {over}")
        world.read_on()
        return f"{len(taps)} taps for goods {at} in one batch, {made} ordered"

    def _tap(self, offer_id: UUID, offer: _Offer) -> flash.Wish:
        chance = self._world.chance
        return flash.Wish(
            buyer_id=chance.choice(self._world.town.buyers).require_person(),
            room_id=self._room_id,
            offer_id=offer_id,
            sku_id=offer.sku_id,
            quantity=chance.randint(1, 2),
            key=new_key(),
            price_fen=offer.price_fen if chance.random() < 0.9 else offer.price_fen - 1,
            creator_id=self._world.town.host_id,
        )

    def _quoted(self, taps: Sequence[flash.Wish], quantity: int) -> Quote | None:
        """What the web would ask for so many now; None if there are not so many."""
        buyer = self._till.buyer(taps[0].buyer_id)
        town = self._world.town
        if self._world.model.available(taps[0].sku_id) < quantity:
            return None
        try:
            return quotes.make(
                actor=buyer,
                lines=[Line(taps[0].sku_id, quantity)],
                room_id=self._room_id,
                creator_id=town.host_id,
                address_id=town.addresses[town.buyers.index(buyer)],
                coupon_ids=(),
                now=self._world.now,
            )
        except quotes.SoldOut:
            return None

    def _judge(
        self,
        offer: _Offer,
        taps: Sequence[flash.Wish],
        verdicts: Sequence[Verdict],
        quoted: dict[int, Quote | None],
    ) -> int:
        """Let the model take one tap after another; how many became orders. raises: Broken."""
        taken: dict[str, UUID] = {}
        for at, (tap, verdict) in enumerate(zip(taps, verdicts, strict=True)):
            if tap.key not in taken:
                codes = self._why_not(offer, tap)
                if codes:
                    if _REASONS.get(verdict.outcome, verdict.outcome.name) not in codes:
                        raise Broken(f"tap {at}: {verdict}; the model says {sorted(codes)}")
                    continue
                if verdict.group_id is None:
                    raise Broken(f"tap {at}: {verdict}; the model says yes")
                taken[tap.key] = verdict.group_id
                self._take(offer, tap, verdict, quoted[tap.quantity])
            if verdict.group_id != taken[tap.key]:
                raise Broken(f"tap {at}: {verdict}, and its key made {taken[tap.key]}")
        return len(taken)

    def _why_not(self, offer: _Offer, tap: flash.Wish) -> set[str]:
        if tap.price_fen != offer.price_fen:
            return {"PRICE_CHANGED"}
        reasons = set(self._world.model.why_not(tap.buyer_id, {tap.sku_id: tap.quantity}))
        if offer.left < tap.quantity:
            reasons.add("SOLD_OUT")
        if offer.had[tap.buyer_id] + tap.quantity > offer.limit:
            reasons.add("LIMIT_REACHED")
        return reasons

    def _take(self, offer: _Offer, tap: flash.Wish, verdict: Verdict, quote: Quote | None) -> None:
        world = self._world
        if quote is None or verdict.group_id is None or verdict.order_id is None:
            raise Broken(f"{verdict}, and nothing can be quoted")
        if verdict.total_fen != quote.total_fen:
            raise Broken(f"a tap costs {verdict.total_fen} fen, the quote says {quote.total_fen}")
        like = world.town.checkout(quote, tap.buyer_id, (), in_room=True, now=world.now)
        (order,) = like.orders
        order.money = replace(order.money, order_id=verdict.order_id, group_id=verdict.group_id)
        checkout = ModelCheckout(
            verdict.group_id, tap.buyer_id, [order], (), like.quoted_until, world.now + PAY
        )
        checkout.can_revive = False  # The offer is over by then.
        try:
            world.model.place(checkout, now=world.now)
        except Refused as no:
            raise Broken(f"{verdict}; the model says {sorted(no.codes)}") from no
        offer.left -= tap.quantity
        offer.had[tap.buyer_id] += tap.quantity


def _check_same(first: Sequence[Verdict], again: Sequence[Verdict]) -> None:
    """Who was told yes is told the same order; nobody who was told no gets one, nothing is sold."""
    for at, (was, now) in enumerate(zip(first, again, strict=True)):
        if (was.group_id, was.order_id, was.total_fen) != (
            now.group_id,
            now.order_id,
            now.total_fen,
        ):
            raise Broken(f"tap {at} was told {was}, and then {now}")


def _on_air(town: Town, host: Actor, world: World) -> UUID:
    room = rooms.schedule(actor=host, title="开窑第一场", starts_at=world.now, now=world.now)
    ingest.started(room_id=room.id, session=uuid4(), picture=_PICTURE, now=world.now)
    stage.add_item(actor=host, room_id=room.id, product_id=town.tea_id, now=world.now)
    rooms.go_live(actor=host, room_id=room.id, now=world.now)
    return room.id
