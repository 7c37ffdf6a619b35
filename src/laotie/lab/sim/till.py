"""From a wish to the money: each step asked of the product and of the model."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.lab.sim.trade_model import PAY, ModelCheckout, Refused
from laotie.lab.sim.world import Broken, World, refuse_if
from laotie.trade import coupons, orders, quotes
from laotie.trade.orders import Attempt, Outcome, Verdict
from laotie.trade.quotes import Wish

# What a verdict of a batch is called where one order is placed alone.
_CODES = {
    Outcome.SOLD_OUT: "SOLD_OUT",
    Outcome.LIMIT: "LIMIT_REACHED",
    Outcome.COUPON_GONE: "COUPON_GONE",
    Outcome.QUOTE_GONE: "QUOTE_EXPIRED",
}
Keyed = tuple[ModelCheckout, str]


def new_key() -> str:
    """As an app makes one before its first try."""
    return f"key-{ids.new().hex}"


class Till:
    """Quotes, orders and payments of one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def quote(
        self, buyer: Actor, wants: Mapping[int, int], *, in_room: bool
    ) -> ModelCheckout | None:
        """A quote with a coupon if there is one; None if it is sold out.

        wants: units by the town's SKUs, counted from 0.
        """
        world, town = self._world, self._world.town
        buyer_id = buyer.require_person()
        units = {town.skus[at]: count for at, count in wants.items()}
        held = coupons.wallet(buyer_id, now=world.now)
        claims = (held[0].claim_id,) if held and wants.keys() & {0, 1} else ()
        is_short = any(world.model.available(sku) < count for sku, count in units.items())
        quote = world.ask(
            lambda: quotes.make(
                actor=buyer,
                lines=[Wish(sku_id, count) for sku_id, count in units.items()],
                creator_id=town.host_id if in_room else None,
                address_id=town.addresses[town.buyers.index(buyer)],
                coupon_ids=claims,
                now=world.now,
            ),
            lambda: refuse_if(is_short, "SOLD_OUT"),
        )
        if quote is None:
            return None
        return town.checkout(quote, buyer_id, claims, in_room=in_room, now=world.now)

    def place(self, checkout: ModelCheckout) -> bool:
        """Whether it was ordered; asked once more with its key it answers the same."""
        world, key, buyer = self._world, new_key(), self.buyer(checkout.buyer_id)

        def really() -> orders.Placed:
            return orders.place(
                actor=buyer, quote_id=checkout.id, version=1, key=key, now=world.now
            )

        if checkout.id not in world.model.checkouts:
            checkout.pay_by = world.now + PAY
        done = world.ask(really, lambda: world.model.place(checkout, now=world.now), is_keyed=True)
        if done is not None and really() != done:
            raise Broken("the same key was answered in two ways")
        world.read_on()
        return done is not None

    def place_together(self, pairs: Sequence[Keyed]) -> int:
        """Orders of several buyers in one batch, keys perhaps twice; how many it made."""
        world = self._world
        attempts = [Attempt(each.buyer_id, each.id, 1, key) for each, key in pairs]
        verdicts = world.finish(lambda: orders.place_batch(attempts, now=world.now))
        again = orders.place_batch(attempts, now=world.now)
        taken: dict[str, UUID] = {}
        for at in _in_turns(pairs):
            checkout, key = pairs[at]
            if key not in taken and self._is_placed(checkout, verdicts[at]):
                taken[key] = checkout.id
            for told in (verdicts[at], again[at]):
                if told.group_id != taken.get(key):
                    raise Broken(f"order {at} of the batch: {told}, in the model {taken.get(key)}")
        world.read_on()
        return len(taken)

    def open(self, checkout: ModelCheckout) -> UUID | None:
        """The checkout's payment, standing at the provider; None if it cannot be paid."""
        world, buyer = self._world, self.buyer(checkout.buyer_id)
        is_open = checkout.state == "OPEN"
        code = "PAYMENT_WINDOW_OVER" if is_open else "WRONG_STATE"
        ticket = world.ask(
            lambda: orders.pay(actor=buyer, group_id=checkout.id, now=world.now),
            lambda: refuse_if(not is_open or world.now >= checkout.pay_by, code),
        )
        if ticket is None:
            return None
        world.offer(ticket.payment_id)
        return ticket.payment_id

    def take_money(self, checkout: ModelCheckout, payment_id: UUID) -> None:
        world = self._world
        world.take_money(payment_id, is_told=world.chance.random() < 0.7)
        world.model.money_comes(checkout)

    def buyer(self, buyer_id: UUID) -> Actor:
        return next(each for each in self._world.town.buyers if each.person_id == buyer_id)

    def _is_placed(self, checkout: ModelCheckout, verdict: Verdict) -> bool:
        """Let the model decide on one of a batch. raises: Broken when the verdict differs."""
        world = self._world
        if checkout.id not in world.model.checkouts:
            checkout.pay_by = world.now + PAY
        try:
            world.model.place(checkout, now=world.now)
        except Refused as no:
            if _CODES.get(verdict.outcome) not in no.codes:
                raise Broken(f"{verdict}; the model says {sorted(no.codes)}") from no
            return False
        return True


def _in_turns(pairs: Sequence[Keyed]) -> list[int]:
    """The order in which a batch decides: each buyer's first, then each buyer's second, …"""
    seen: dict[UUID, int] = {}
    turns: list[tuple[int, int]] = []
    for at, (checkout, _) in enumerate(pairs):
        turn = seen.get(checkout.buyer_id, 0)
        seen[checkout.buyer_id] = turn + 1
        turns.append((turn, at))
    return [at for _, at in sorted(turns)]
