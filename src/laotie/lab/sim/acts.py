"""What people and time do in a played world. Each act says in a few words what it was.

Which act comes next, who does it and to what is drawn from the step's own chance, from what is
there: so the same seed plays the same world again.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.lab.sim.flash_room import FlashRoom
from laotie.lab.sim.till import Till, new_key
from laotie.lab.sim.town import Shop
from laotie.lab.sim.trade_model import DECIDE, ModelCheckout, ModelOrder, ModelRefund
from laotie.lab.sim.world import Broken, World
from laotie.ledger import payouts
from laotie.ledger.terms import Party
from laotie.payments import intents
from laotie.trade import checkouts, coupons, fulfilment, orders, refunds, stock

Act = Callable[[], str]
_WAITS = (timedelta(minutes=6), timedelta(minutes=16), timedelta(days=4))
_TOGETHER = 5
_FITTING = 0.8
_PAID = ("PAID", "PARTLY_SHIPPED", "SHIPPED", "RECEIVED")


class People:
    """Everybody in the town, and what they have begun."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._till = Till(world)
        self._room = FlashRoom(world, self._till)
        self._quoted: list[ModelCheckout] = []
        self._opened: list[tuple[ModelCheckout, UUID]] = []
        self._payouts: dict[UUID, tuple[Party, int]] = {}

    def acts(self) -> Mapping[Act, int]:
        """What can be done now, and how often it is."""
        always: dict[Act, int] = {
            self.buy: 10, self.claim: 3, self.quote: 6, self.place: 6, self.place_together: 6,
            self.pay_too_late: 3, self.let_time_pass: 4, self.money_goes_back: 5, self.restock: 9,
            self.hear_late: 2, self.deliver_again: 5, self.flash: 6,
        }  # fmt: skip
        if self._world.model.orders:
            always |= {
                self.open_payment: 4, self.pay: 6, self.bring: 6, self.cancel: 3, self.ship: 5,
                self.confirm: 4, self.refund: 8,
            }  # fmt: skip
        if any(refund.state == "REQUESTED" for refund in self._world.model.refunds.values()):
            always[self.decide] = 8
        if any(self._available(party) for party in self._world.town.parties):
            always[self.take_out] = 8
        return always

    # -- Buying ------------------------------------------------------------------------------------

    def claim(self) -> str:
        world, buyer = self._world, self._some_buyer()
        held = coupons.claim(actor=buyer, coupon_id=world.town.coupon_id, now=world.now)
        world.model.wallet[held.claim_id] = None
        world.model.shop_of_claim[held.claim_id] = world.town.shops[0].id
        return f"{self._name(buyer)} claims a coupon"

    def quote(self) -> str:
        buyer, wants = self._some_buyer(), self._some_units()
        quoted = self._quote(buyer, wants)
        if quoted:
            self._quoted.append(quoted)
        return f"{self._name(buyer)} asks for {wants}{'' if quoted else ': no'}"

    def buy(self) -> str:
        """All at once, so that there is something to ship and to refund."""
        buyer, wants = self._some_buyer(), self._some_units()
        said = f"{self._name(buyer)} buys {wants}"
        checkout = self._quote(buyer, wants)
        if not checkout or not self._till.place(checkout):
            return f"{said}: no"
        payment_id = self._till.open(checkout)
        assert payment_id is not None
        self._till.take_money(checkout, payment_id)
        return said

    def place(self) -> str:
        if not self._quoted:
            return self.quote()
        at = self._world.chance.randrange(len(self._quoted))
        placed = self._till.place(self._quoted[at])
        return f"quote {at} is ordered{'' if placed else ': no'}"

    def place_together(self) -> str:
        """Several buyers in one batch; some send theirs twice under one key."""
        chance = self._world.chance
        wishes = [self._quote(self._some_buyer(), self._some_units()) for _ in range(_TOGETHER)]
        pairs = [(wish, new_key()) for wish in wishes if wish]
        pairs += [pair for pair in pairs if chance.random() < 0.3]
        chance.shuffle(pairs)
        made = self._till.place_together(pairs)
        return f"{len(pairs)} wishes in one batch, {made} ordered"

    def flash(self) -> str:
        return self._room.sell()

    def open_payment(self) -> str:
        known = list(self._world.model.checkouts.values())
        is_open = [checkout for checkout in known if checkout.state == "OPEN"]
        is_fitting = self._world.chance.random() < _FITTING
        checkout = self._world.chance.choice(is_open if is_open and is_fitting else known)
        payment_id = self._till.open(checkout)
        if payment_id is not None and (checkout, payment_id) not in self._opened:
            self._opened.append((checkout, payment_id))
        return f"{self._named(checkout)} goes to the bank{'' if payment_id else ': no'}"

    def pay(self) -> str:
        if not self._opened:
            return self.open_payment()
        chosen = self._world.chance.randrange(len(self._opened))
        checkout, payment_id = self._opened.pop(chosen)
        self._till.take_money(checkout, payment_id)
        return f"{self._named(checkout)} is paid, and then {checkout.state}"

    def pay_too_late(self) -> str:
        """The window ends, perhaps somebody else takes the goods, and then the money comes."""
        buyer, wants = self._some_buyer(), self._some_units()
        said = f"{self._name(buyer)} pays {wants} too late"
        checkout = self._quote(buyer, wants)
        if not checkout or not self._till.place(checkout):
            return f"{said}: no"
        payment_id = self._till.open(checkout)
        assert payment_id is not None
        self._wait(timedelta(minutes=16))
        if self._world.chance.random() < 0.5:
            rival = self._quote(self._some_buyer(), wants)
            if rival:
                self._till.place(rival)
        self._till.take_money(checkout, payment_id)
        return f"{said}, and then it is {checkout.state}"

    def restock(self) -> str:
        world = self._world
        at, more = world.chance.randrange(len(world.town.skus)), world.chance.randint(2, 9)
        shop, sku_id = world.town.shops[at == 2], world.town.skus[at]

        def modelled() -> None:
            world.model.on_hand[sku_id] += more

        world.ask(
            lambda: stock.adjust(
                actor=shop.owner, sku_id=sku_id, change=more, reason="delivery", now=world.now
            ),
            modelled,
        )
        return f"{more} more of goods {at}"

    # -- Bringing ----------------------------------------------------------------------------------

    def bring(self) -> str:
        """Shipped and received at once; perhaps the after-sale window passes too."""
        order = self._some_order("PAID", "PARTLY_SHIPPED")
        self._ship(order, None)
        self._confirm(order)
        if self._world.chance.random() < 0.7:
            self._wait(timedelta(days=8))
        return f"{self._number(order)} is brought, and then {order.state}"

    def ship(self) -> str:
        order = self._some_order("PAID", "PARTLY_SHIPPED")
        self._ship(order, self._world.chance.choice([None, {1: 1}]))
        return f"{self._number(order)} is shipped, and then {order.state}"

    def confirm(self) -> str:
        order = self._some_order("SHIPPED")
        self._confirm(order)
        return f"{self._number(order)} is received, and then {order.state}"

    # -- Taking back -------------------------------------------------------------------------------

    def cancel(self) -> str:
        world, order = self._world, self._some_order("PENDING_PAYMENT", "PAID")
        buyer, refund_id = self._till.buyer(order.money.buyer_id), ids.new()
        done = world.ask(
            lambda: orders.cancel(actor=buyer, order_id=order.id, now=world.now),
            lambda: world.model.cancel(order, refund_id),
        )
        world.read_on()
        if refund_id in world.model.refunds:
            if done is None or done.refund_id is None:
                raise Broken("money is to go back, and no refund was named")
            world.model.refunds[done.refund_id] = world.model.refunds.pop(refund_id)
        return f"{self._number(order)} is cancelled, and then {order.state}"

    def refund(self) -> str:
        world, order = self._world, self._some_order(*_PAID)
        line_no = world.chance.choice(sorted(order.lines))
        units, by_shop = {line_no: world.chance.randint(1, 2)}, world.chance.random() < 0.3
        wish = ModelRefund(order, units, by_shop, None if by_shop else world.now + DECIDE)
        ask = refunds.give if by_shop else refunds.request
        actor = self._shop(order).owner if by_shop else self._till.buyer(order.money.buyer_id)
        refund_id, key = ids.new(), new_key()

        def really() -> refunds.Refund:
            return ask(
                actor=actor, order_id=order.id, units=units, reason="sim", key=key, now=world.now
            )

        done = world.ask(
            really,
            lambda: world.model.request(refund_id, wish, now=world.now),
            is_keyed=True,
        )
        world.read_on()
        said = f"{units} of {self._number(order)} {'given' if by_shop else 'asked'} back"
        if done is None:
            return f"{said}: no"
        world.model.refunds[done.refund_id] = world.model.refunds.pop(refund_id)
        if wish.state != "REQUESTED" and done.amount_fen != wish.amount_fen:
            raise Broken(f"{done.amount_fen} fen go back, in the model {wish.amount_fen}")
        return f"{said}, and then {wish.state}"

    def decide(self) -> str:
        world = self._world
        known = list(world.model.refunds.items())
        waiting = [at for at, (_, each) in enumerate(known) if each.state == "REQUESTED"]
        is_fitting = waiting and world.chance.random() < _FITTING
        at = world.chance.choice(waiting if is_fitting else range(len(known)))
        refund_id, refund = known[at]
        answer = world.chance.choice(("grant", "refuse", "withdraw"))
        owner, buyer = self._shop(refund.order).owner, self._till.buyer(refund.order.money.buyer_id)
        ways: dict[str, tuple[Callable[[], Any], Callable[[], None]]] = {
            "grant": (
                lambda: refunds.grant(actor=owner, refund_id=refund_id, now=world.now),
                lambda: world.model.grant(refund, now=world.now),
            ),
            "refuse": (
                lambda: refunds.refuse(
                    actor=owner, refund_id=refund_id, reason="worn", now=world.now
                ),
                lambda: world.model.end(refund, "REFUSED"),
            ),
            "withdraw": (
                lambda: refunds.withdraw(actor=buyer, refund_id=refund_id, now=world.now),
                lambda: world.model.end(refund, "CLOSED"),
            ),
        }
        world.ask(*ways[answer])
        world.read_on()
        return f"refund {at}: {answer}, and then {refund.state}"

    def money_goes_back(self) -> str:
        """Whatever is to leave the house arrives; payouts perhaps come back."""
        world = self._world
        world.carry_money(fails=world.chance.random() < 0.2)
        world.model.money_goes_back()
        self._end_payouts()
        return "money on its way arrives"

    # -- Earning -----------------------------------------------------------------------------------

    def take_out(self) -> str:
        world = self._world
        parties = world.town.parties
        earning = [at for at, party in enumerate(parties) if self._available(party)]
        at = world.chance.choice(earning)
        party, available_fen = parties[at], self._available(parties[at])
        amount_fen = world.chance.randint(1, available_fen + available_fen // 4)
        key = new_key()
        done = world.ask(
            lambda: payouts.request(
                actor=world.town.purse_of(party),
                party=party,
                amount_fen=amount_fen,
                key=key,
                now=world.now,
            ),
            lambda: world.model.ledger.request_payout(party, amount_fen),
            is_keyed=True,
        )
        if done is not None:
            self._payouts[done.payout_id] = (party, amount_fen)
        world.read_on()
        return f"earner {at} takes {amount_fen} fen out{'' if done else ': no'}"

    # -- Time and the outside ----------------------------------------------------------------------

    def let_time_pass(self) -> str:
        wait = self._world.chance.choice(_WAITS)
        self._wait(wait)
        return f"{wait} later"

    def hear_late(self) -> str:
        self._world.hear(share=0.5)
        self._world.read_on()
        return "old notices come"

    def deliver_again(self) -> str:
        said = self._world.deliver_again()
        self._world.read_on()
        return said

    def _wait(self, wait: timedelta) -> None:
        world = self._world
        world.wait(wait)
        for due in (
            checkouts.expire_due,
            refunds.agree_due,
            fulfilment.receive_due,
            fulfilment.complete_due,
            intents.follow_up,
        ):
            world.finish(lambda due=due: due(now=world.now))  # type: ignore[misc]
        world.read_on()
        world.model.time_passes(now=world.now)

    def _available(self, party: Party) -> int:
        _, available_fen, _ = self._world.model.ledger.party(party)
        return available_fen

    def _end_payouts(self) -> None:
        """The model hears from the provider, not from the product, what became of payouts."""
        for payout_id, (party, amount_fen) in self._payouts.items():
            arrived = self._world.outside.has_arrived(ids.public("pot", payout_id))
            self._world.model.ledger.payout_ended(party, amount_fen, arrived=arrived)
        self._payouts.clear()

    def _quote(self, buyer: Actor, wants: Mapping[int, int]) -> ModelCheckout | None:
        return self._till.quote(buyer, wants, in_room=self._world.chance.random() < 0.5)

    def _ship(self, order: ModelOrder, units: dict[int, int] | None) -> None:
        world = self._world
        world.ask(
            lambda: orders.ship(
                actor=self._shop(order).owner,
                order_id=order.id,
                units=units,
                carrier="lab",
                now=world.now,
            ),
            lambda: world.model.ship(order, units, now=world.now),
        )
        world.read_on()

    def _confirm(self, order: ModelOrder) -> None:
        world, buyer = self._world, self._till.buyer(order.money.buyer_id)
        world.ask(
            lambda: orders.confirm(actor=buyer, order_id=order.id, now=world.now),
            lambda: world.model.confirm(order, now=world.now),
        )
        world.read_on()

    # -- Chance ------------------------------------------------------------------------------------

    def _some_buyer(self) -> Actor:
        return self._world.chance.choice(self._world.town.buyers)

    def _some_units(self) -> dict[int, int]:
        """Of one or two of the goods."""
        chance = self._world.chance
        kinds = chance.sample(range(len(self._world.town.skus)), k=chance.randint(1, 2))
        return {at: chance.randint(1, 3) for at in sorted(kinds)}

    def _some_order(self, *states: str) -> ModelOrder:
        """Mostly one to which it can be done, in one of these states; now and then any."""
        known = list(self._world.model.orders.values())
        fitting = [order for order in known if order.state in states]
        is_fitting = self._world.chance.random() < _FITTING
        return self._world.chance.choice(fitting if fitting and is_fitting else known)

    def _shop(self, order: ModelOrder) -> Shop:
        return next(shop for shop in self._world.town.shops if shop.id == order.money.shop_id)

    def _name(self, buyer: Actor) -> str:
        return f"buyer {self._world.town.buyers.index(buyer)}"

    def _number(self, order: ModelOrder) -> str:
        return f"order {list(self._world.model.orders).index(order.id)}"

    def _named(self, checkout: ModelCheckout) -> str:
        return f"checkout {list(self._world.model.checkouts).index(checkout.id)}"
