"""Orders and their money on PostgreSQL against the model, after every step of random lives."""

import functools
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.builders import NOW, a_key
from tests.emptying import Emptier
from tests.outside import World, stand_in
from tests.usecases.ledger import books

from laotie.kernel import ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Refusal
from laotie.lab.sim.town import LIMIT, ON_HAND, Shop, Town
from laotie.lab.sim.trade_model import (
    PAY,
    ModelCheckout,
    ModelOrder,
    ModelRefund,
    Refused,
    TradeModel,
)
from laotie.ledger.terms import Party
from laotie.ledger.verify import verify
from laotie.runtime import wiring
from laotie.trade import checkouts, coupons, fulfilment, orders, quotes, refunds, stock
from laotie.trade.quotes import Wish

SOAK = os.environ.get("LAOTIE_SOAK") == "1"
Draw = st.DataObject
some_units = st.dictionaries(st.integers(0, 2), st.integers(1, 3), min_size=1, max_size=2)


class TradeMachine(RuleBasedStateMachine):
    """Two shops with little stock, two buyers, a creator: so that all of them get in the way."""

    quoted: Bundle[ModelCheckout] = Bundle("quoted")
    placed: Bundle[ModelCheckout] = Bundle("placed")
    opened: Bundle[tuple[ModelCheckout, UUID]] = Bundle("opened")
    asked: Bundle[UUID] = Bundle("asked")

    emptier: Emptier

    def __init__(self) -> None:
        super().__init__()
        self.emptier.empty()  # Each life begins in an empty town.
        self.standing = stand_in()
        self.world: World = self.standing.__enter__()
        self.now: datetime = NOW
        self.model = TradeModel()
        self.town = Town.built(now=NOW)
        self.model.on_hand = dict(zip(self.town.skus, ON_HAND, strict=True))
        self.model.limits[self.town.skus[0]] = LIMIT

    @rule(who=st.integers(0, 1))
    def claim(self, who: int) -> None:
        held = coupons.claim(
            actor=self.town.buyers[who], coupon_id=self.town.coupon_id, now=self.now
        )
        self.model.wallet[held.claim_id] = None
        self.model.shop_of_claim[held.claim_id] = self.town.shops[0].id

    @initialize(who=st.integers(0, 1), at=st.integers(0, 2), in_room=st.booleans())
    def begin(self, who: int, at: int, in_room: bool) -> None:
        self.buy(who, {at: 2}, in_room, pays=True)

    @rule(who=st.integers(0, 1), wants=some_units, in_room=st.booleans(), pays=st.just(True))
    def buy(self, who: int, wants: dict[int, int], in_room: bool, pays: bool) -> None:
        """All at once, so that there is something to ship and to refund."""
        checkout = self._quote(who, wants, in_room=in_room)
        if checkout and self._place(checkout) and pays:
            payment_id = self._open(checkout)
            assert payment_id
            self.money_comes((checkout, payment_id))

    @rule(target=quoted, who=st.integers(0, 1), wants=some_units, in_room=st.booleans())
    def quote(self, who: int, wants: dict[int, int], in_room: bool) -> object:
        return self._quote(who, wants, in_room=in_room) or multiple()

    @rule(target=placed, checkout=quoted)
    def place(self, checkout: ModelCheckout) -> object:
        return checkout if self._place(checkout) else multiple()

    @rule(target=opened, checkout=consumes(placed))
    def open_payment(self, checkout: ModelCheckout) -> object:
        payment_id = self._open(checkout)
        return (checkout, payment_id) if payment_id else multiple()

    @rule(payment=consumes(opened))
    def money_comes(self, payment: tuple[ModelCheckout, UUID]) -> None:
        checkout, payment_id = payment
        self.world.money_comes(payment_id, now=self.now)
        self.model.money_comes(checkout)

    @rule(who=st.integers(0, 1), wants=some_units, rival=st.booleans())
    def pay_too_late(self, who: int, wants: dict[int, int], rival: bool) -> None:
        """The window ends, perhaps somebody else takes the goods, and then the money comes."""
        checkout = self._quote(who, wants, in_room=False)
        if checkout and self._place(checkout):
            payment_id = self._open(checkout)
            assert payment_id
            self.time_passes(timedelta(minutes=16))
            if rival:
                self.buy(1 - who, wants, False, pays=False)
            self.money_comes((checkout, payment_id))

    @precondition(lambda self: self.model.orders)
    @rule(data=st.data(), waits=st.booleans())
    def bring(self, data: Draw, waits: bool) -> None:
        """Shipped and received at once; perhaps the after-sale window passes too."""
        order = self._some_order(data)
        self._ship(order, None)
        self._confirm(order)
        if waits:
            self.time_passes(timedelta(days=8))

    @precondition(lambda self: self.model.orders)
    @rule(data=st.data())
    def cancel(self, data: Draw) -> None:
        order = self._some_order(data)
        buyer = self._buyer(order)
        refund_id = ids.new()

        def really() -> orders.Standing:
            return orders.cancel(actor=buyer, order_id=order.id, now=self.now)

        done = self._both(really, lambda: self.model.cancel(order, refund_id))
        if done and done.refund_id and refund_id in self.model.refunds:
            self.model.refunds[done.refund_id] = self.model.refunds.pop(refund_id)

    @precondition(lambda self: self.model.orders)
    @rule(data=st.data(), in_parts=st.booleans())
    def ship(self, data: Draw, in_parts: bool) -> None:
        self._ship(self._some_order(data), {1: 1} if in_parts else None)

    @precondition(lambda self: self.model.orders)
    @rule(data=st.data())
    def confirm(self, data: Draw) -> None:
        self._confirm(self._some_order(data))

    @precondition(lambda self: self.model.orders)
    @rule(target=asked, data=st.data(), units=st.integers(1, 2), by_shop=st.booleans())
    def refund(self, data: Draw, units: int, by_shop: bool) -> object:
        order = self._some_order(data)
        line_no = data.draw(st.sampled_from(sorted(order.lines)))
        ask: Callable[..., refunds.Refund] = refunds.give if by_shop else refunds.request
        wish = ModelRefund(
            order,
            {line_no: units},
            by_shop,
            None if by_shop else self.now + timedelta(hours=48),
        )
        refund_id = ids.new()
        done = self._both(
            lambda: ask(
                actor=self._shop(order).owner if by_shop else self._buyer(order),
                order_id=order.id,
                units={line_no: units},
                reason="test",
                key=a_key(),
                now=self.now,
            ),
            lambda: self.model.request(refund_id, wish, now=self.now),
        )
        if done is None:
            return multiple()
        self.model.refunds[done.refund_id] = self.model.refunds.pop(refund_id)
        if wish.state != "REQUESTED":
            assert done.amount_fen == wish.amount_fen
        return done.refund_id

    @rule(refund_id=asked, answer=st.sampled_from(["grant", "refuse", "withdraw"]))
    def decide(self, refund_id: UUID, answer: str) -> None:
        refund = self.model.refunds[refund_id]
        owner, buyer = self._shop(refund.order).owner, self._buyer(refund.order)
        how: dict[str, tuple[Callable[[], Any], Callable[[], None]]] = {
            "grant": (
                lambda: refunds.grant(actor=owner, refund_id=refund_id, now=self.now),
                lambda: self.model.grant(refund, now=self.now),
            ),
            "refuse": (
                lambda: refunds.refuse(
                    actor=owner, refund_id=refund_id, reason="worn", now=self.now
                ),
                lambda: self.model.end(refund, "REFUSED"),
            ),
            "withdraw": (
                lambda: refunds.withdraw(actor=buyer, refund_id=refund_id, now=self.now),
                lambda: self.model.end(refund, "CLOSED"),
            ),
        }
        self._both(*how[answer])

    @rule()
    def money_goes_back(self) -> None:
        self.world.money_goes_back(now=self.now)
        self.model.money_goes_back()

    @rule(wait=st.sampled_from([timedelta(minutes=6), timedelta(minutes=16), timedelta(days=4)]))
    def time_passes(self, wait: timedelta) -> None:
        self.now += wait
        for due in (
            checkouts.expire_due,
            refunds.agree_due,
            fulfilment.receive_due,
            fulfilment.complete_due,
        ):
            due(now=self.now)
        self.world.pump(now=self.now)
        self.model.time_passes(now=self.now)

    @invariant()
    def orders_agree(self) -> None:
        rows = sql.rows(
            "SELECT id, state, refunded_fen, close_reason FROM trade_order WHERE id = ANY(%s)",
            [list(self.model.orders)],
        )
        assert {id: rest for id, *rest in rows} == {
            order.id: [order.state, order.refunded_fen, order.close_reason]
            for order in self.model.orders.values()
        }
        assert stock.available(self.town.skus) == {
            sku: self.model.available(sku) for sku in self.town.skus
        }
        free = {
            held.claim_id for at in (0, 1) for held in coupons.wallet(self._person(at), now=NOW)
        }
        taken = self.model.burnt
        assert free == {c for c, used in self.model.wallet.items() if not used and c not in taken}

    @invariant()
    def money_agrees(self) -> None:
        platform = {kind: fen for kind, fen in books.everything().items() if "." not in kind}
        assert platform == self.model.ledger.platform()
        parties = [Party("shop", shop.id) for shop in self.town.shops]
        parties.append(Party("creator", self.town.host_id))
        for party in parties:
            assert books.balances(party) == self.model.ledger.party(party)

    @invariant()
    def everything_holds(self) -> None:
        assert sql.hot(_every_invariant(), []) == []

    def teardown(self) -> None:
        self.standing.__exit__(None, None, None)
        assert verify() == []

    def _both(self, real: Callable[[], Any], modelled: Callable[[], Any]) -> Any:
        """Let both act; when one refuses the other must as well, for the same reason."""
        codes = _refusal_codes(modelled)
        if codes:
            with pytest.raises(Refusal) as refusal:
                real()
            assert refusal.value.code in codes
            return None
        done = real()
        self.world.pump(now=self.now)
        return done

    def _quote(self, who: int, wants: dict[int, int], *, in_room: bool) -> ModelCheckout | None:
        wished = {self.town.skus[at]: units for at, units in wants.items()}
        held = coupons.wallet(self._person(who), now=self.now)
        claims = (held[0].claim_id,) if held and wants.keys() & {0, 1} else ()
        is_short = any(self.model.available(sku) < units for sku, units in wished.items())
        quote = self._both(
            lambda: quotes.make(
                actor=self.town.buyers[who],
                lines=[Wish(sku_id, units) for sku_id, units in wished.items()],
                creator_id=self.town.host_id if in_room else None,
                address_id=self.town.addresses[who],
                coupon_ids=claims,
                now=self.now,
            ),
            lambda: _refuse_if(is_short, "SOLD_OUT"),
        )
        if quote is None:
            return None
        return self.town.checkout(quote, self._person(who), claims, in_room=in_room, now=self.now)

    def _place(self, checkout: ModelCheckout) -> bool:
        key, buyer = a_key(), self._who(checkout)

        def really() -> orders.Placed:
            return orders.place(actor=buyer, quote_id=checkout.id, version=1, key=key, now=self.now)

        if checkout.id not in self.model.checkouts:
            checkout.pay_by = self.now + PAY
        done = self._both(really, lambda: self.model.place(checkout, now=self.now))
        assert done is None or really() == done
        return done is not None

    def _open(self, checkout: ModelCheckout) -> UUID | None:
        is_open = checkout.state == "OPEN"
        code = "PAYMENT_WINDOW_OVER" if is_open else "WRONG_STATE"
        ticket = self._both(
            lambda: orders.pay(actor=self._who(checkout), group_id=checkout.id, now=self.now),
            lambda: _refuse_if(not is_open or self.now >= checkout.pay_by, code),
        )
        if ticket is None:
            return None
        self.world.open(ticket.payment_id, now=self.now)
        payment_id: UUID = ticket.payment_id
        return payment_id

    def _ship(self, order: ModelOrder, units: dict[int, int] | None) -> None:
        self._both(
            lambda: orders.ship(
                actor=self._shop(order).owner,
                order_id=order.id,
                units=units,
                carrier="lab",
                now=self.now,
            ),
            lambda: self.model.ship(order, units, now=self.now),
        )

    def _confirm(self, order: ModelOrder) -> None:
        self._both(
            lambda: orders.confirm(actor=self._buyer(order), order_id=order.id, now=self.now),
            lambda: self.model.confirm(order, now=self.now),
        )

    def _who(self, checkout: ModelCheckout) -> Actor:
        return next(b for b in self.town.buyers if b.person_id == checkout.buyer_id)

    def _some_order(self, data: Draw) -> ModelOrder:
        known = list(self.model.orders.values())
        return known[data.draw(st.integers(0, len(known) - 1))]

    def _person(self, who: int) -> UUID:
        person_id = self.town.buyers[who].person_id
        assert person_id
        return person_id

    def _buyer(self, order: ModelOrder) -> Actor:
        return next(b for b in self.town.buyers if b.person_id == order.money.buyer_id)

    def _shop(self, order: ModelOrder) -> Shop:
        return next(shop for shop in self.town.shops if shop.id == order.money.shop_id)


def _refusal_codes(modelled: Callable[[], Any]) -> frozenset[str]:
    try:
        modelled()
    except Refused as refused:
        return refused.codes
    return frozenset()


def _refuse_if(condition: bool, code: str) -> None:
    if condition:
        raise Refused(code)


@functools.cache
def _every_invariant() -> str:
    """All of trade's and the ledger's in one statement; a row for each that does not hold."""
    return " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS ({statement})"
        for name, statement in wiring.invariants().items()
        if name.startswith(("trade.", "ledger."))
    )


@pytest.mark.usefixtures("db")
def test_trade_is_its_model(request: pytest.FixtureRequest) -> None:
    TradeMachine.emptier = request.getfixturevalue("_emptier")
    run_state_machine_as_test(
        TradeMachine,
        settings=settings(
            max_examples=500 if SOAK else 60,
            stateful_step_count=50 if SOAK else 30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink],
        ),
    )
