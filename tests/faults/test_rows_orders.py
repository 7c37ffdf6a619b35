"""Rows of the failure table about orders: 1, 7, 12, 14 to 18. See docs/architecture/faults.md."""

import random
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import partial
from unittest import mock
from uuid import UUID

import pytest
from django.db import IntegrityError
from django.utils import timezone
from tests import builders, racing
from tests.builders import NOW, a_key, a_person, a_quote, a_shop, a_stocked_sku, see
from tests.faults import chance
from tests.faults.nursery import KILLED, Nursery
from tests.gateway.test_buying import a_buyer as an_addressed_buyer
from tests.gateway.test_buying import a_sale
from tests.outside import World
from tests.surfaces.apps import App, app_of
from tests.telling import told
from tests.usecases.links import put_up
from tests.usecases.live import scenes

from laotie.accounts import inbox
from laotie.alliance import plans
from laotie.catalog import external_links, products
from laotie.catalog.products import NewSku
from laotie.kernel import clock, ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Refusal, WrongState
from laotie.ledger import payouts
from laotie.ledger import queries as ledger
from laotie.ledger.terms import Party
from laotie.ledger.verify import verify
from laotie.links import clicks
from laotie.links.policy import LinkBlocked
from laotie.payments import reconciliation
from laotie.payments.channels.lab import LabChannel
from laotie.trade import checkouts, flash, fulfilment, orders, refunds, stock
from laotie.trade.quotes import Quote

pytestmark = pytest.mark.faults


def rows(table: str) -> int:
    ((count,),) = sql.rows(f"SELECT count(*) FROM {table}")
    return int(count)


def wish_to_place(buyer: Actor, sku: UUID, units: int = 1) -> dict[str, object]:
    """What an app sends to place an order, as a child process can be told it."""
    quote = a_quote(buyer, {sku: units}, now=clock.now())
    body = {"quote_id": quote.public_id, "version": quote.version}
    return {"token": app_of(buyer).token, "path": "/orders", "body": body, "key": a_key()}


@pytest.mark.parametrize(("dies", "orders_left"), [("before_commit", 0), ("after_commit", 1)])
def test_row_01_web_killed_around_its_commit(
    nursery: Nursery, world: World, dies: str, orders_left: int
) -> None:
    wish = wish_to_place(a_person(), a_stocked_sku(a_shop(), on_hand=1))
    app = App(str(wish["token"]))

    assert nursery.exit_code(f"trade.placing._place.{dies}", "post", wish) == KILLED
    assert rows("trade_order") == orders_left
    # A key that died with its request is taken up again a little later.
    sql.change("UPDATE remembered_answer SET expires_at = laotie_now() WHERE body = 'null'")

    first = app.post("/orders", wish["body"], key=str(wish["key"]))
    again = app.post("/orders", wish["body"], key=str(wish["key"]))

    assert (first.status, again.status) == (201, 201)
    assert first.body == again.body
    assert rows("trade_order") == 1
    assert sql.rows("SELECT on_hand, reserved FROM trade_stock") == [(1, 1)]


def test_row_07_a_hundred_buyers_for_ten_items(world: World) -> None:
    sku = a_stocked_sku(a_shop(), on_hand=10)
    crowd = [a_person() for _ in range(100)]
    wishes = [(buyer, a_quote(buyer, {sku: 1}), a_key()) for buyer in crowd]
    submits = [
        partial(builders.place, buyer, quote, key=key) for buyer, quote, key in wishes for _ in "12"
    ]
    random.Random(chance.SEED).shuffle(submits)

    ends = racing.together(submits)

    refused = [end for end in ends if isinstance(end, Refusal)]
    assert racing.faults(ends) == []
    assert Counter(no.code for no in refused) == {"SOLD_OUT": 180}
    assert {no.facts["remaining"] for no in refused} == {0}
    assert (rows("trade_order"), rows("trade_checkout")) == (10, 10)
    assert len({end.group_id for end in ends if not isinstance(end, Refusal)}) == 10
    assert sql.rows("SELECT on_hand, reserved FROM trade_stock") == [(10, 10)]
    assert stock.available([sku]) == {sku: 0}


@pytest.mark.parametrize("is_there", [True, False], ids=["goods_there", "goods_gone"])
def test_row_12_payment_succeeds_after_the_order_timed_out(world: World, *, is_there: bool) -> None:
    buyer, sku = a_person(), a_stocked_sku(a_shop(), 3990, on_hand=2)
    placed = builders.a_placed_order(buyer, {sku: 2})
    order_id = placed.orders[0].order_id
    payment = orders.pay(actor=buyer, group_id=placed.group_id, now=NOW).payment_id
    world.open(payment, now=NOW)
    late = placed.pay_by + timedelta(minutes=1)
    assert checkouts.expire_due(now=late) == 1
    if not is_there:
        builders.a_placed_order(a_person(), {sku: 1}, now=late)

    world.money_comes(payment, now=late)
    world.money_goes_back(now=late)

    if is_there:
        assert see(buyer, order_id).state == "PAID"
        assert ledger.order_money([order_id])[order_id].held_fen == 7980
        assert stock.available([sku]) == {sku: 0}
        assert rows("trade_lost_payment") == 0
    else:
        assert see(buyer, order_id).state == "CLOSED_UNPAID"
        assert sql.rows("SELECT cause, amount_fen, settled_at IS NOT NULL FROM trade_lost_payment") == [
            ("too_late", 7980, True)
        ]  # fmt: skip
        assert sql.rows("SELECT amount_fen, refunded_fen FROM pay_payment") == [(7980, 7980)]
        assert "refund_done" in [line.kind for line in inbox.lines(actor=buyer)]
        assert ledger.clearing_balance() == 0
        assert stock.available([sku]) == {sku: 1}
    assert verify() == []


def test_row_14_refund_after_settlement_with_nothing_left_to_take_it_from(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    merchant = Party("shop", shop.id)
    order_id = builders.a_received_order(world, shop, buyer, {a_stocked_sku(shop, 3990): 2})
    later = NOW + timedelta(days=20)
    fulfilment.complete_due(now=later)
    world.pump(now=later)
    builders.a_payout_account(shop.owner, merchant)
    earned = ledger.balances(merchant, actor=shop.owner).available_fen
    payouts.request(actor=shop.owner, party=merchant, amount_fen=earned, key=a_key(), now=later)
    world.pump(now=later)

    given = a_key()
    for _ in range(2):
        refunds.give(
            actor=shop.owner, order_id=order_id, units={1: 2}, reason="坏了", key=given, now=later
        )
    world.money_goes_back(now=later)

    assert see(buyer, order_id).refunded_fen == 7980
    assert sql.rows("SELECT amount_fen, refunded_fen FROM pay_payment") == [(7980, 7980)]
    balances = ledger.balances(merchant, actor=shop.owner)
    assert (balances.pending_fen, balances.receivable_fen) == (0, -earned)
    platform = dict(ledger.platform_balances(actor=builders.a_financier()))
    assert platform["advance"] + platform["claims"] == 0
    assert verify() == []


def test_row_15_refund_asked_for_twice_and_for_more_than_was_paid(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    order_id = builders.a_received_order(world, shop, buyer, {a_stocked_sku(shop, 3990): 2})

    def ask(units: int, key: str) -> object:
        return refunds.request(
            actor=buyer, order_id=order_id, units={1: units}, reason="broken", key=key, now=NOW
        )

    same = a_key()
    ends = racing.together([partial(ask, 2, key) for key in (same, same, a_key(), a_key())])
    for (refund_id,) in sql.rows("SELECT id FROM trade_refund"):
        for _ in range(2):
            refunds.grant(actor=shop.owner, refund_id=refund_id, now=NOW)
    world.money_goes_back(now=NOW)
    with pytest.raises(WrongState):
        ask(1, a_key())

    refused = [end.code for end in ends if isinstance(end, Refusal)]
    assert racing.faults(ends) == []
    assert set(refused) == {"REFUND_OPEN"}
    assert len(refused) in {2, 3}
    assert rows("trade_refund") == 1
    assert see(buyer, order_id).refunded_fen == 7980
    assert world.provider.outgoing.keys() == {
        out_no for (out_no,) in sql.rows("SELECT out_no FROM pay_refund")
    }
    with pytest.raises(IntegrityError):
        sql.change("UPDATE pay_payment SET refunded_fen = amount_fen + 1")


def test_row_16_stock_is_not_corrected_below_what_is_promised(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop, on_hand=5)
    builders.a_placed_order(buyer, {sku: 3})

    with pytest.raises(stock.StockPromised):
        stock.set_stock(actor=shop.owner, sku_id=sku, on_hand=2, now=NOW)
    with pytest.raises(stock.StockPromised):
        stock.adjust(actor=shop.owner, sku_id=sku, change=-3, reason="盘亏", now=NOW)
    with pytest.raises(IntegrityError):
        sql.change("UPDATE trade_stock SET on_hand = 2")
    ends = racing.together(
        [
            partial(stock.set_stock, actor=shop.owner, sku_id=sku, on_hand=3, now=NOW),
            partial(builders.a_placed_order, a_person(), {sku: 2}),
        ]
    )

    assert racing.faults(ends) == []
    assert sum(isinstance(end, Refusal) for end in ends) == 1
    assert sql.rows("SELECT on_hand, reserved FROM trade_stock") in ([(3, 3)], [(5, 5)])


def test_row_17_price_changed_between_view_and_submit(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop, 3990)
    wish = wish_to_place(buyer, sku)
    app = App(str(wish["token"]))
    dearer = NewSku(spec={"zh": "款", "en": "kind"}, list_price_fen=4990)
    products.change_sku(actor=shop.owner, sku_id=sku, sku=dearer, now=clock.now())

    refused = app.post("/orders", wish["body"], key=str(wish["key"]))

    assert (refused.status, refused.code) == (409, "PRICE_CHANGED")
    assert rows("trade_order") == 0
    renewed = app.must(app.post(f"/quotes/{wish['body']['quote_id']}/renew"))  # type: ignore[index]
    body = {"quote_id": renewed["quote_id"], "version": renewed["version"]}
    placed = app.must(app.post("/orders", body, key=a_key()))
    assert (renewed["total_fen"], placed["total_fen"]) == (4990, 4990)


def test_row_17_commission_and_link_rules_changed_between_view_and_submit(world: World) -> None:
    now, buyer = clock.now(), a_person()
    scene = scenes.a_live_room(now)
    owner, product_id = scene.shop.owner, scene.product.id

    def quoted() -> Quote:
        return a_quote(
            buyer, {scene.sku_id: 1}, room_id=scene.room_id, creator=scene.host, now=clock.now()
        )

    # What a creator earns is nothing that the buyer was shown: the order goes through, at the rate
    # of the quote that was placed. The next quote has the new one.
    before = quoted()
    plans.publish(actor=owner, product_id=product_id, creator_bps=2000, now=clock.now())
    after = quoted()
    for quote in (before, after):
        builders.place(buyer, quote, now=clock.now())
    terms = "SELECT plan_version, creator_bps FROM trade_order_line ORDER BY plan_version"
    assert sql.rows(terms) == [(1, 1500), (2, 2000)]

    # Whoever reads a page with a link on it, and follows it after it was barred, goes nowhere.
    builders.a_link_rule("allow", "jd", now=now - timedelta(days=1))
    link = external_links.attach(
        actor=owner, product_id=product_id, url=put_up.JD, price_fen=9900, now=now
    )
    seen = put_up.asked(link, now=now)
    cut = now.replace(microsecond=0) + timedelta(seconds=10)
    builders.a_link_rule("deny", "jd", begins=cut, now=now)
    assert clicks.read(seen.token, visitor=put_up.GUEST, at=now).url == put_up.JD
    with pytest.raises(LinkBlocked):
        clicks.go(token=seen.token, visitor=put_up.GUEST, now=cut)
    assert told("links.link_followed") == 0


@pytest.mark.parametrize("skew", [timedelta(minutes=-10), timedelta(minutes=10)])
def test_row_18_a_node_whose_clock_is_wrong(world: World, skew: timedelta) -> None:
    buyer, sku = a_person(), a_stocked_sku(a_shop(), on_hand=5)
    right = clock.now()

    sale = a_sale()
    tapper, host = an_addressed_buyer(), sale.scene.host
    offered = flash.Wish(
        tapper.require_person(), sale.scene.room_id, sale.offer_id, sale.scene.sku_id,
        1, a_key(), 1990, host.creator_id,
    )  # fmt: skip
    wall, python, django = clock.wall, time.time, timezone.now

    with (
        mock.patch.object(clock, "wall", side_effect=lambda: wall() + skew),
        mock.patch.object(time, "time", side_effect=lambda: python() + skew.total_seconds()),
        mock.patch.object(timezone, "now", side_effect=lambda: django() + skew),
    ):
        assert abs(clock.wall() - right - skew) < timedelta(seconds=30)
        app = app_of(buyer)
        quote = a_quote(buyer, {sku: 1}, now=clock.now())
        body = {"quote_id": quote.public_id, "version": quote.version}
        placed = app.must(app.post("/orders", body, key=a_key()))
        # A tap at an offer that this node takes for over, or for not yet begun.
        (tap,) = flash.buy_batch([offered], now=clock.now_at_once())
        checkouts.expire_due(now=clock.now())

    # The window is the database's, whatever this node's clock shows.
    found = sql.rows(
        "SELECT o.state, c.pay_by - c.placed_at, laotie_now() - c.placed_at, c.id"
        " FROM trade_order o JOIN trade_checkout c ON c.id = o.group_id"
    )
    assert tap.outcome is flash.Outcome.ACCEPTED
    assert {group for *_, group in found} == {ids.parse("grp", placed["group_id"]), tap.group_id}
    for state, window, since, _ in found:
        assert (state, window) == ("PENDING_PAYMENT", timedelta(minutes=15))
        assert timedelta(0) <= since < timedelta(minutes=1)
    world.provider.bill_zone = LabChannel.bill_zone
    # A business day is the provider's, also on the leap day and where clocks are put forward.
    for moment, day in (
        (datetime(2028, 2, 29, 15, 59, 59, tzinfo=UTC), date(2028, 2, 29)),
        (datetime(2028, 2, 29, 16, 0, tzinfo=UTC), date(2028, 3, 1)),
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), date(2027, 1, 1)),
    ):
        assert reconciliation.day_of(moment) == day
