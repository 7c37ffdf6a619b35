"""What people read: only their own, in few queries, page by page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from psycopg import Connection
from tests.builders import (
    NOW,
    a_clerk,
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
    place,
)
from tests.outside import World

from laotie.accounts import inbox
from laotie.kernel import event_log, ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, SignInFirst
from laotie.payments import intents
from laotie.trade import handlers, order_lists, orders, queries, quotes, refunds, stock
from laotie.trade.order_lists import Wanted
from laotie.trade.queries import MoneyHeld, RoomSales, Shelf
from laotie.trade.stock import StockPromised


def test_an_order_is_there_for_its_people_alone(world: World) -> None:
    shop, rival, buyer = a_shop(), a_shop(), a_person()
    order_id = a_paid_order(world, buyer, {a_stocked_sku(shop): 1})

    seen = {
        queries.order_page(order_id, actor=actor).viewer
        for actor in (buyer, shop.owner, a_clerk(shop, "money"), an_operator())
    }
    for stranger in (a_person(), rival.owner):
        with pytest.raises(NotFound):
            queries.order_page(order_id, actor=stranger)
        with pytest.raises(NotFound):
            queries.group_of_order(actor=stranger, order_id=order_id)
    with pytest.raises(SignInFirst):
        queries.order_page(order_id, actor=Actor.anonymous())

    assert seen == {"buyer", "shop", "operator"}


def test_a_checkout_is_its_buyers(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    placed = a_placed_order(buyer, {a_stocked_sku(shop): 1})

    page = queries.checkout_page(placed.group_id, actor=buyer)

    assert (page.state, page.total_fen, len(page.orders)) == ("OPEN", 3990, 1)
    with pytest.raises(NotFound):
        queries.checkout_page(placed.group_id, actor=shop.owner)


def test_lists_go_on_where_they_ended(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop)
    # Two at one moment: the id decides.
    moments = [NOW, NOW, NOW + timedelta(seconds=1), NOW + timedelta(seconds=2)]
    placed = [a_placed_order(buyer, {sku: 1}, now=at).orders[0].order_id for at in moments]
    a_placed_order(a_person(), {sku: 1})

    def walk(read: Callable[[str | None], queries.OrderList]) -> list[list[object]]:
        pages, after = [], None
        while True:
            page = read(after)
            pages.append([row.order_id for row in page.rows])
            after = page.next_after
            if after is None:
                return pages

    newest_first = [*reversed(placed[2:]), *sorted(placed[:2], reverse=True)]
    mine = walk(lambda after: queries.orders_of_buyer(actor=buyer, after=after, most=3))
    assert mine == [newest_first[:3], newest_first[3:]]
    shops = walk(
        lambda after: order_lists.orders_of_shop(
            actor=shop.owner, shop_id=shop.id, wanted=Wanted(), after=after, most=2, now=NOW
        )
    )
    assert [len(page) for page in shops] == [2, 2, 1]


@pytest.mark.parametrize(
    "after", ["", "x", "1-", "-1-00", "1" * 18 + "-" + "0" * 32, "１-" + "0" * 32]
)
def test_a_cursor_that_was_made_up_is_refused(world: World, after: str) -> None:
    with pytest.raises(Invalid):
        queries.orders_of_buyer(actor=a_person(), after=after)


def test_shelves_sort_orders_by_what_is_waited_for(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop)
    to_pay = a_placed_order(buyer, {sku: 1}).orders[0].order_id
    to_ship = a_paid_order(world, buyer, {sku: 1})
    on_the_way = a_shipped_order(world, shop, buyer, {sku: 1})
    received = a_received_order(world, shop, buyer, {sku: 1})
    closed = a_placed_order(buyer, {sku: 1}).orders[0].order_id
    orders.cancel(actor=buyer, order_id=closed, now=NOW)

    def on(shelf: Shelf) -> set[object]:
        return {row.order_id for row in queries.orders_of_buyer(actor=buyer, shelf=shelf).rows}

    assert on(Shelf.TO_PAY) == {to_pay}
    assert on(Shelf.TO_SHIP) == {to_ship}
    assert on(Shelf.ON_THE_WAY) == {on_the_way}
    assert on(Shelf.RECEIVED) == {received}
    assert on(Shelf.CLOSED) == {closed}
    assert len(on(Shelf.ALL)) == 5
    waiting = queries.to_ship(actor=shop.owner, shop_id=shop.id)
    assert [row.order_id for row in waiting] == [to_ship]
    assert queries.held_for_shop(actor=shop.owner, shop_id=shop.id) == MoneyHeld(2, 7980)
    for read in (queries.to_ship, queries.held_for_shop):
        with pytest.raises(NotFound):
            read(actor=buyer, shop_id=shop.id)
        with pytest.raises(NotAllowed):
            read(actor=a_clerk(shop, "stage"), shop_id=shop.id)


def test_a_rooms_sales_count_what_is_paid(world: World) -> None:
    shop, buyer, room = a_shop(), a_person(), ids.new()
    sku = a_stocked_sku(shop, 1000)
    paid = place(buyer, a_quote(buyer, {sku: 3}, room_id=room))
    world.pay(orders.pay(actor=buyer, group_id=paid.group_id, now=NOW).payment_id, now=NOW)
    place(buyer, a_quote(buyer, {sku: 1}, room_id=room))
    gone = place(buyer, a_quote(buyer, {sku: 1}, room_id=room))
    orders.cancel(actor=buyer, order_id=gone.orders[0].order_id, now=NOW)
    refunds.request(
        actor=buyer,
        order_id=paid.orders[0].order_id,
        units={1: 1},
        reason="one less",
        key=a_key(),
        now=NOW,
    )

    assert queries.room_sales(room) == RoomSales(2, 1, 1, 3, 3000, 1000)
    assert queries.room_sales(ids.new()) == RoomSales(0, 0, 0, 0, 0, 0)


def test_pages_take_few_queries(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop)
    for _ in range(3):
        order_id = a_shipped_order(world, shop, buyer, {sku: 1})

    for most, read in (
        (8, lambda: queries.order_page(order_id, actor=buyer)),
        (2, lambda: queries.orders_of_buyer(actor=buyer)),
        (2, lambda: queries.to_ship(actor=shop.owner, shop_id=shop.id)),
        (1, lambda: queries.held_for_buyer(actor=buyer)),
        (1, lambda: queries.room_sales(ids.new())),
    ):
        with CaptureQueriesContext(connection) as captured:
            read()
        assert len(captured) <= most, captured.captured_queries


def test_placing_takes_three_statements_for_any_number(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = a_shop()
    sku = a_stocked_sku(shop)
    buyers = [a_person() for _ in range(5)]
    wanted = [a_quote(buyer, {sku: 1}) for buyer in buyers]
    attempts = [
        orders.Attempt(buyer.person_id, quote.quote_id, quote.version, a_key())  # type: ignore[arg-type]
        for buyer, quote in zip(buyers, wanted, strict=True)
    ]
    statements = 0
    wait = Connection.wait

    def counting(self: Connection, generator: Any, *args: Any, **how: Any) -> Any:
        nonlocal statements
        statements += generator.__name__ == "_execute_gen"
        return wait(self, generator, *args, **how)

    monkeypatch.setattr(Connection, "wait", counting)
    for batch in (attempts[:1], attempts):
        statements = 0
        orders.place_batch(batch, now=NOW)
        # Their quotes, the prices now, the placing.
        assert statements == 3


def test_placing_reads_by_index_alone(world: World) -> None:
    """Also with a plan that was made while the tables were empty."""
    shop = a_shop()
    sku = a_stocked_sku(shop)
    for _ in range(3):
        a_placed_order(a_person(), {sku: 1})
    buyer = a_person()
    quote = a_quote(buyer, {sku: 1})
    ((revision,),) = sql.rows("SELECT id FROM trade_quote WHERE quote_id = %s", [quote.quote_id])

    def scans() -> list[tuple[Any, ...]]:
        return sql.rows(
            "SELECT relname, seq_scan FROM pg_stat_xact_user_tables"
            " WHERE relname LIKE 'trade%%' ORDER BY 1"
        )

    with transaction.atomic():
        # Counted since the session last reported, so what came before is looked at too.
        before = dict(scans())
        sql.rows(
            "SELECT trade_place_batch(ARRAY[%s::uuid], ARRAY[%s::uuid], ARRAY['key-12345678'],"
            " ARRAY['digest'], ARRAY[NULL::uuid], ARRAY[%s::uuid], ARRAY[NULL::uuid], ARRAY[1],"
            " ARRAY[3990::bigint], %s, %s, '261122')",
            [revision, buyer.person_id, sku, NOW, NOW + timedelta(minutes=15)],
        )
        scanned = {name: n for name, n in scans() if n > before.get(name, 0)}

    assert scanned == {}
    assert len(queries.orders_of_buyer(actor=buyer).rows) == 1


def test_the_log_itself_brings_the_news(world: World) -> None:
    """Through the kernel's own reader, as the worker does it."""
    shop, buyer = a_shop(), a_person()
    placed = a_placed_order(buyer, {a_stocked_sku(shop): 1})
    ticket = orders.pay(actor=buyer, group_id=placed.group_id, now=NOW)
    world.open(ticket.payment_id, now=NOW)
    world.provider.take_money(ids.public("pay", ticket.payment_id), NOW)
    intents.refresh(ticket.payment_id, now=NOW)

    for _ in range(2):
        for consumer in (handlers.CONSUMER, handlers.TELLER):
            while event_log.read_on(consumer):
                pass

    assert queries.order_page(placed.orders[0].order_id, actor=buyer).state == "PAID"
    assert [line.kind for line in inbox.lines(actor=buyer)] == ["order_paid"]
    assert event_log.parked() == []


def test_stock_is_what_was_counted(world: World) -> None:
    shop, rival, buyer = a_shop(), a_shop(), a_person()
    sku = a_stocked_sku(shop, on_hand=10)
    a_placed_order(buyer, {sku: 4})

    with pytest.raises(StockPromised) as refusal:
        stock.set_stock(actor=shop.owner, sku_id=sku, on_hand=3, now=NOW)
    card = stock.set_stock(actor=shop.owner, sku_id=sku, on_hand=4, now=NOW)

    assert refusal.value.facts == {"reserved": 4}
    assert (card.on_hand, card.reserved, card.available) == (4, 4, 0)
    for actor, error in ((rival.owner, NotFound), (a_clerk(shop, "ship"), NotAllowed)):
        with pytest.raises(error):
            stock.set_stock(actor=actor, sku_id=sku, on_hand=100, now=NOW)
        with pytest.raises(error):
            stock.set_limit(actor=actor, sku_id=sku, per_buyer=1, now=NOW)
    for on_hand in (-1, 10_000_001):
        with pytest.raises(Invalid):
            stock.set_stock(actor=shop.owner, sku_id=sku, on_hand=on_hand, now=NOW)
    with pytest.raises(NotFound):
        stock.set_stock(actor=shop.owner, sku_id=ids.new(), on_hand=1, now=NOW)


def test_a_quote_takes_a_bounded_number_of_queries(world: World) -> None:
    shops = [a_shop() for _ in range(3)]
    buyer = a_person()
    wishes = [quotes.Wish(a_stocked_sku(shop), 1) for shop in shops for _ in range(2)]

    def count(lines: list[quotes.Wish]) -> int:
        with CaptureQueriesContext(connection) as captured:
            quotes.make(actor=buyer, lines=lines, now=NOW)
        return len(captured)

    assert count(wishes) == count(wishes[:1]) <= 13
