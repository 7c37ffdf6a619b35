"""Money going back: who may, how much, and what it does to goods, coupons and the order."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from tests.builders import (
    NOW,
    ShopOfOne,
    a_claim,
    a_clerk,
    a_coupon,
    a_key,
    a_paid_order,
    a_person,
    a_placed_order,
    a_quote,
    a_received_order,
    a_shipped_order,
    a_shop,
    a_stocked_sku,
    an_operator,
    pay_for,
    place,
    see,
    ship,
)
from tests.outside import World

from laotie.accounts import inbox
from laotie.delivery import freight
from laotie.kernel import sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, KeyReused, NotAllowed, NotFound, WrongState
from laotie.ledger import queries as ledger
from laotie.ledger.terms import Party
from laotie.payments import refunds as payment_refunds
from laotie.payments.channels import Standing
from laotie.trade import coupons, fulfilment, orders, refunds, stock
from laotie.trade.refunds import (
    NothingToRefund,
    Refund,
    RefundCause,
    RefundOpen,
    RefundState,
)

DAY = timedelta(days=1)


def ask(buyer: Actor, order_id: UUID, units: dict[int, int], **how: object) -> Refund:
    facts = {"reason": "changed my mind", "key": a_key(), "now": NOW, **how}
    return refunds.request(actor=buyer, order_id=order_id, units=units, **facts)  # type: ignore[arg-type]


def give(actor: Actor, order_id: UUID, units: dict[int, int], **how: object) -> Refund:
    facts = {"reason": "broken", "key": a_key(), "now": NOW, **how}
    return refunds.give(actor=actor, order_id=order_id, units=units, **facts)  # type: ignore[arg-type]


def with_freight(shop: ShopOfOne, fen: int = 600) -> None:
    freight.set_rule(actor=shop.owner, shop_id=shop.id, flat_fen=fen, now=NOW)


def test_what_has_not_shipped_goes_back_at_once(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop, 3990, on_hand=5)
    order_id = a_paid_order(world, buyer, {sku: 3})

    refund = ask(buyer, order_id, {1: 2})
    world.money_goes_back(now=NOW)

    assert (refund.state, refund.amount_fen) == (RefundState.REFUNDING, 7980)
    assert refunds.card(refund.refund_id).state == RefundState.REFUNDED
    page = see(buyer, order_id)
    assert (page.state, page.refunded_fen, page.lines[0].to_ship) == ("PAID", 7980, 1)
    assert stock.available([sku]) == {sku: 4}
    kinds = [line.kind for line in inbox.lines(actor=buyer)]
    assert kinds.count("refund_done") == 1


def test_cancelling_a_paid_order_gives_everything_back(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    with_freight(shop)
    sku = a_stocked_sku(shop, 3990, on_hand=5)
    order_id = a_paid_order(world, buyer, {sku: 2})

    first = orders.cancel(actor=buyer, order_id=order_id, now=NOW)
    again = orders.cancel(actor=buyer, order_id=order_id, now=NOW)
    world.money_goes_back(now=NOW)
    last = orders.cancel(actor=buyer, order_id=order_id, now=NOW)

    assert first.refund_id == again.refund_id is not None
    assert last.state == "CLOSED_REFUNDED"
    page = see(buyer, order_id)
    assert (page.refunded_fen, page.close_reason) == (8580, "cancelled")
    assert stock.available([sku]) == {sku: 5}
    assert sum(fen for _, fen in _balances(shop, order_id)) == 0


def test_a_shipped_order_waits_for_the_shops_word(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop, 3990, on_hand=5)
    order_id = a_shipped_order(world, shop, buyer, {sku: 2})

    refund = ask(buyer, order_id, {1: 1}, reason="broken")
    world.pump(now=NOW)

    assert (refund.state, refund.amount_fen) == (RefundState.REQUESTED, 3990)
    assert refund.decide_by == NOW + timedelta(hours=48)
    assert see(buyer, order_id).refunded_fen == 0
    assert "refund_requested" in [line.kind for line in inbox.lines(actor=shop.owner)]
    with pytest.raises(RefundOpen):
        ask(buyer, order_id, {1: 1})

    for _ in range(2):
        granted = refunds.grant(actor=shop.owner, refund_id=refund.refund_id, now=NOW)
    world.money_goes_back(now=NOW)

    assert granted.state == RefundState.REFUNDING
    assert see(buyer, order_id).refunded_fen == 3990
    # What was sent does not come back by itself.
    assert stock.of_shop(shop.id)[sku].on_hand == 3


def test_the_shop_may_refuse_and_the_buyer_may_withdraw(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    order_id = a_shipped_order(world, shop, buyer, {a_stocked_sku(shop): 2})

    refused = ask(buyer, order_id, {1: 1})
    refunds.refuse(actor=shop.owner, refund_id=refused.refund_id, reason="worn", now=NOW)
    withdrawn = ask(buyer, order_id, {1: 1})
    refunds.withdraw(actor=buyer, refund_id=withdrawn.refund_id, now=NOW)

    seen = see(buyer, order_id).refunds
    assert [one.state for one in seen] == [RefundState.REFUSED, RefundState.CLOSED]
    assert [one.refusal for one in seen] == ["worn", ""]
    for refund in (refused, withdrawn):
        with pytest.raises(WrongState):
            refunds.grant(actor=shop.owner, refund_id=refund.refund_id, now=NOW)
    assert see(buyer, order_id).refunded_fen == 0


@pytest.mark.parametrize("reason", ["", " ", "x" * 201, "a\x00b"])
def test_no_shop_refuses_without_a_reason(world: World, reason: str) -> None:
    shop, buyer = a_shop(), a_person()
    order_id = a_shipped_order(world, shop, buyer, {a_stocked_sku(shop): 1})
    asked = ask(buyer, order_id, {1: 1})

    with pytest.raises(Invalid):
        refunds.refuse(actor=shop.owner, refund_id=asked.refund_id, reason=reason, now=NOW)

    assert refunds.card(asked.refund_id).state == RefundState.REQUESTED


def test_a_shop_that_does_not_answer_has_agreed(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    order_id = a_shipped_order(world, shop, buyer, {a_stocked_sku(shop): 1})
    refund = ask(buyer, order_id, {1: 1})

    assert refunds.agree_due(now=NOW + 2 * DAY - timedelta(seconds=1)) == 0
    assert refunds.agree_due(now=NOW + 2 * DAY) == 1
    assert refunds.agree_due(now=NOW + 2 * DAY) == 0

    assert refunds.card(refund.refund_id).state == RefundState.REFUNDING


def test_only_those_who_may_refund_do(world: World) -> None:
    shop, rival, buyer = a_shop(), a_shop(), a_person()
    order_id = a_shipped_order(world, shop, buyer, {a_stocked_sku(shop): 2})
    refund = ask(buyer, order_id, {1: 1})

    for stranger, error in (
        (a_clerk(shop, "ship"), NotAllowed),
        (rival.owner, NotFound),
        (buyer, NotFound),
    ):
        with pytest.raises(error):
            refunds.grant(actor=stranger, refund_id=refund.refund_id, now=NOW)
        with pytest.raises(error):
            refunds.refuse(actor=stranger, refund_id=refund.refund_id, reason="worn", now=NOW)
        with pytest.raises(error):
            give(stranger, order_id, {1: 1})
    with pytest.raises(NotFound):
        ask(rival.owner, order_id, {1: 1})
    with pytest.raises(NotFound):
        refunds.withdraw(actor=rival.owner, refund_id=refund.refund_id, now=NOW)

    granted = refunds.grant(actor=an_operator(), refund_id=refund.refund_id, now=NOW)
    assert granted.state == RefundState.REFUNDING


def test_one_key_is_one_refund(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    order_id = a_paid_order(world, buyer, {a_stocked_sku(shop): 3})
    key = a_key()

    first, again = (ask(buyer, order_id, {1: 1}, key=key) for _ in range(2))
    with pytest.raises(KeyReused):
        ask(buyer, order_id, {1: 2}, key=key)

    assert first.refund_id == again.refund_id
    assert see(buyer, order_id).refunded_fen == 3990


@pytest.mark.parametrize("units", [{}, {1: 0}, {1: -1}, {1: 3}, {2: 1}, {1: 1, 2: 1}])
def test_no_more_goes_back_than_was_bought(world: World, units: dict[int, int]) -> None:
    shop, buyer = a_shop(), a_person()
    order_id = a_paid_order(world, buyer, {a_stocked_sku(shop): 2})

    with pytest.raises(NothingToRefund):
        ask(buyer, order_id, units)
    with pytest.raises(NothingToRefund):
        give(shop.owner, order_id, units)

    assert see(buyer, order_id).refunds == ()


def test_the_database_stops_refunds_above_the_payment(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    order_id = a_paid_order(world, buyer, {a_stocked_sku(shop, 3990): 1})

    with pytest.raises(IntegrityError, match="order_refunds_within_payment"), transaction.atomic():
        sql.change("UPDATE trade_order SET refunded_fen = 3991 WHERE id = %s", [order_id])
    with pytest.raises(IntegrityError, match="order_line_refunded_once"), transaction.atomic():
        sql.change("UPDATE trade_order_line SET refunded_quantity = 2")


def test_what_is_not_paid_is_not_refunded(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    order_id = a_placed_order(buyer, {a_stocked_sku(shop): 1}).orders[0].order_id

    with pytest.raises(WrongState):
        ask(buyer, order_id, {1: 1})
    with pytest.raises(WrongState):
        give(shop.owner, order_id, {1: 1})
    with pytest.raises(Invalid):
        ask(buyer, order_id, {1: 1}, key="short")


def test_the_last_unit_closes_the_order_also_after_receipt(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    order_id = a_received_order(world, shop, buyer, {a_stocked_sku(shop, 3333): 3})

    for _ in range(3):
        give(shop.owner, order_id, {1: 1})
        world.money_goes_back(now=NOW)

    page = see(buyer, order_id)
    assert (page.state, page.refunded_fen, page.close_reason) == (
        "CLOSED_REFUNDED",
        9999,
        "refunded",
    )
    assert _told_whole(order_id) == [False, False, True]
    assert sum(fen for _, fen in _balances(shop, order_id)) == 0


def test_a_complete_order_can_still_be_given_back_by_the_shop(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    order_id = a_received_order(world, shop, buyer, {a_stocked_sku(shop, 3990): 1})
    fulfilment.complete_due(now=NOW + 7 * DAY)

    with pytest.raises(WrongState):
        ask(buyer, order_id, {1: 1}, now=NOW + 8 * DAY)
    give(shop.owner, order_id, {1: 1}, now=NOW + 8 * DAY)
    world.money_goes_back(now=NOW + 8 * DAY)

    page = see(buyer, order_id)
    assert (page.state, page.refunded_fen) == ("COMPLETED", 3990)
    assert _told_whole(order_id) == [True]
    assert ledger.balances(Party("shop", shop.id), actor=shop.owner).available_fen == 0


def _told_whole(order_id: UUID) -> list[bool]:
    """Of each refund that was done, in order: whether it left nothing to give back."""
    rows = sql.rows(
        "SELECT (body->>'is_whole')::boolean FROM event_log"
        " WHERE name = 'trade.refund_done' AND subject = %s ORDER BY id",
        [str(order_id)],
    )
    return [is_whole for (is_whole,) in rows]


def test_freight_goes_back_with_the_last_unit_if_nothing_shipped(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    with_freight(shop, 600)
    order_id = a_paid_order(world, buyer, {a_stocked_sku(shop, 1000): 2})

    one, other = ask(buyer, order_id, {1: 1}), ask(buyer, order_id, {1: 1})

    assert (one.amount_fen, other.amount_fen) == (1000, 1600)


@pytest.mark.parametrize(
    ("cause", "fen", "stays_with_shop"),
    [(RefundCause.BUYER, 1000, True), (RefundCause.SHOP, 1600, False)],
)
def test_freight_of_what_shipped_goes_back_if_the_cause_is_the_shops(
    world: World, cause: RefundCause, fen: int, *, stays_with_shop: bool
) -> None:
    shop, buyer = a_shop(), a_person()
    with_freight(shop, 600)
    order_id = a_shipped_order(world, shop, buyer, {a_stocked_sku(shop, 1000): 1})

    refund = give(shop.owner, order_id, {1: 1}, cause=cause)
    world.money_goes_back(now=NOW)

    assert refund.amount_fen == fen
    assert see(buyer, order_id).state == "CLOSED_REFUNDED"
    available = ledger.balances(Party("shop", shop.id), actor=shop.owner).available_fen
    # The channel's fee on the freight that stays is the shop's to bear.
    assert (available > 550) is stays_with_shop


def test_unshipped_rest_refunded_means_all_is_shipped(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop)
    order_id = a_paid_order(world, buyer, {sku: 3})
    orders.ship(actor=shop.owner, order_id=order_id, units={1: 2}, carrier="lab", now=NOW)

    ask(buyer, order_id, {1: 1})
    world.money_goes_back(now=NOW)

    page = see(buyer, order_id)
    assert (page.state, page.lines[0].shipped, page.lines[0].refunded) == ("SHIPPED", 2, 1)


def test_a_refund_the_provider_will_not_pay_waits_for_a_person(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    order_id = a_paid_order(world, buyer, {a_stocked_sku(shop): 2})
    world.provider.refund_standing = Standing.FAILED

    refund = ask(buyer, order_id, {1: 1})
    world.money_goes_back(now=NOW)

    assert refunds.card(refund.refund_id).state == RefundState.REFUND_FAILED
    with pytest.raises(orders.ShipBlockedByRefund):
        ship(shop, order_id)

    world.provider.refund_standing = Standing.SETTLED
    payment_refunds.retry(actor=an_operator(), refund_id=refund.refund_id, now=NOW)
    world.money_goes_back(now=NOW)
    assert refunds.card(refund.refund_id).state == RefundState.REFUNDED


def test_news_of_a_refund_twice_changes_nothing(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    order_id = a_paid_order(world, buyer, {a_stocked_sku(shop): 1})
    orders.cancel(actor=buyer, order_id=order_id, now=NOW)

    payment_refunds.carry_on_due(now=NOW)
    world.pump(now=NOW, twice=True)

    told = sql.rows("SELECT count(*) FROM event_log WHERE name = 'trade.refund_done'")
    assert told == [(1,)]
    assert see(buyer, order_id).state == "CLOSED_REFUNDED"


@pytest.mark.parametrize(
    ("rule", "is_shipped", "is_back"),
    [
        (coupons.AfterRefund.RETURN, False, True),
        (coupons.AfterRefund.BURN, False, False),
        (coupons.AfterRefund.RETURN, True, False),
    ],
)
def test_a_coupon_returns_or_burns_by_its_rule(
    world: World, rule: coupons.AfterRefund, *, is_shipped: bool, is_back: bool
) -> None:
    shop, buyer = a_shop(), a_person()
    held = a_claim(buyer, a_coupon(shop=shop, off_fen=500, after_refund=rule))
    placed = place(buyer, a_quote(buyer, {a_stocked_sku(shop, 3990): 1}, claims=[held]))
    pay_for(world, buyer, placed)
    order_id = placed.orders[0].order_id
    if is_shipped:
        ship(shop, order_id)

    refund = give(shop.owner, order_id, {1: 1})
    world.money_goes_back(now=NOW)

    assert refund.amount_fen == 3490
    assert buyer.person_id
    assert (len(coupons.wallet(buyer.person_id, now=NOW)) == 1) is is_back


def test_the_platforms_coupon_waits_for_the_last_order(world: World) -> None:
    one_shop, other_shop, buyer = a_shop(), a_shop(), a_person()
    held = a_claim(buyer, a_coupon(shop=None, off_fen=1000, min_goods_fen=2000))
    tea, cup = a_stocked_sku(one_shop, 3000), a_stocked_sku(other_shop, 1000)
    placed = place(buyer, a_quote(buyer, {tea: 1, cup: 1}, claims=[held]))
    pay_for(world, buyer, placed)
    assert buyer.person_id

    orders.cancel(actor=buyer, order_id=placed.orders[0].order_id, now=NOW)
    world.money_goes_back(now=NOW)
    after_one = len(coupons.wallet(buyer.person_id, now=NOW))
    orders.cancel(actor=buyer, order_id=placed.orders[1].order_id, now=NOW)
    world.money_goes_back(now=NOW)

    assert (after_one, len(coupons.wallet(buyer.person_id, now=NOW))) == (0, 1)
    assert sum(see(buyer, order.order_id).refunded_fen for order in placed.orders) == 3000


def _balances(shop: ShopOfOne, order_id: UUID) -> list[tuple[str, int]]:
    """What this order has left on anybody's account but the provider's clearing."""
    held = ledger.order_money([order_id])[order_id].held_fen
    own = ledger.balances(Party("shop", shop.id), actor=shop.owner)
    return [("held", held), ("pending", own.pending_fen), ("available", own.available_fen)]
