"""Flash purchases: what one tap becomes, how keys and batches answer, up to its end."""

import json
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from django.db import ProgrammingError, transaction
from tests.builders import (
    NOW,
    a_creator,
    a_key,
    a_person,
    a_plan,
    a_product,
    a_quote,
    a_shop,
    deliver,
    pay_for,
    place,
    see,
    ship,
    sku_ids,
)
from tests.outside import World
from tests.usecases.trade.flashes import (
    LIST_FEN,
    PRICE_FEN,
    a_flash,
    buy,
    orders_placed,
    outcomes,
    settled_in,
    statements,
)

from laotie.accounts import addresses
from laotie.alliance import plans
from laotie.catalog import offers, products
from laotie.catalog.products import NewSku
from laotie.delivery import freight
from laotie.kernel import sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import KeyReused
from laotie.ledger import queries as ledger
from laotie.ledger.terms import Party
from laotie.trade import checkouts, fulfilment, orders, stock
from laotie.trade.checkouts import Arrived
from laotie.trade.flash import Outcome, Verdict

pytestmark = pytest.mark.usefixtures("world")
YES, AGAIN, OTHER = Outcome.ACCEPTED, Outcome.REPLAY, Outcome.KEY_REUSED
GONE = Outcome.SOLD_OUT


def test_a_tap_is_an_order_that_waits_for_money() -> None:
    tea, buyer = a_flash(on_hand=10, quantity=5), settled_in(a_person())

    (verdict,) = buy(tea.wish(buyer, 2))

    assert verdict.outcome is YES
    assert (verdict.total_fen, verdict.price_fen) == (2 * PRICE_FEN, PRICE_FEN)
    assert verdict.pay_by == NOW + timedelta(minutes=15)
    assert verdict.order_id
    page = see(buyer, verdict.order_id)
    assert (page.state, page.total_fen) == ("PENDING_PAYMENT", 2 * PRICE_FEN)
    assert page.number.startswith("261122")
    assert page.address["region"] == "330100"
    assert stock.available([tea.sku_id]) == {tea.sku_id: 8}
    assert stock.offer_left([tea.offer_id]) == {tea.offer_id: 3}


def test_it_is_the_order_that_the_web_would_have_made() -> None:
    shop, host = a_shop(), a_creator()
    product = a_product(shop, LIST_FEN)
    (sku,) = sku_ids(product)
    stock.set_stock(actor=shop.owner, sku_id=sku, on_hand=20, now=NOW)
    a_plan(shop, product, 1500)
    with transaction.atomic():
        assert host.creator_id
        plans.accept(creator_id=host.creator_id, product_id=product.id, now=NOW)
    freight.set_rule(
        actor=shop.owner, shop_id=shop.id, flat_fen=800, free_over_fen=100_000,
        by_region={"330000": 1200, "650000": 3000}, now=NOW,
    )  # fmt: skip
    tea = a_flash(shop=shop, host=host, sku_id=sku, quantity=9, limit=3)

    rows = []
    for region in ("330100", "110000"):
        one, other = settled_in(a_person(), region_code=region), a_person()
        (verdict,) = buy(tea.wish(one, 2))
        address = addresses.add(
            actor=other, name="王小明", phone="13800138000", region_code=region,
            line="文三路 100 号 3 幢 201 室", is_default=True, now=NOW,
        )  # fmt: skip
        quote = orders.quotes.make(
            actor=other, lines=[orders.quotes.Wish(sku, 2)], room_id=tea.room_id,
            creator_id=host.creator_id, address_id=address.id, now=NOW,
        )  # fmt: skip
        placed = place(other, quote)
        assert verdict.order_id
        rows.append((as_stored(verdict.order_id), as_stored(placed.orders[0].order_id)))
        assert verdict.total_fen == placed.total_fen

    for by_tap, by_web in rows:
        assert by_tap == by_web
    assert [by_tap[0]["freight_fen"] for by_tap, _ in rows] == [1200, 800]
    assert rows[0][0][1]["creator_bps"] == 1500


def as_stored(order_id: UUID) -> tuple[dict[str, object], ...]:
    """The rows of order, line and checkout, and what its event says, but for ids of this sale."""
    own = "'{id,order_id,group_id,number,buyer_id,key,digest,address_sealed}'::text[]"
    found = sql.rows(
        f"SELECT to_jsonb(o) - {own}, to_jsonb(l) - {own}, to_jsonb(c) - {own}, e.body - {own}"
        " FROM trade_order o JOIN trade_order_line l ON l.order_id = o.id"
        " JOIN trade_checkout c ON c.id = o.group_id"
        " JOIN event_log e ON e.subject = o.id::text WHERE o.id = %s",
        [order_id],
    )
    assert len(found) == 1
    return tuple(json.loads(row) for row in found[0])


def test_the_shop_reads_the_address_that_was_copied(world: World) -> None:
    tea, buyer = a_flash(), settled_in(a_person())
    (verdict,) = buy(tea.wish(buyer))
    book = addresses.mine(actor=buyer)[0]
    addresses.change(
        actor=buyer, address_id=book.id, name="李四", phone="13900139000", region_code="110000",
        line="长安街 1 号", now=NOW,
    )  # fmt: skip
    pay(world, buyer, verdict)

    assert verdict.order_id
    plain = orders.reveal_address(
        actor=tea.shop.owner, order_id=verdict.order_id, reason="label", now=NOW
    )

    assert (plain.name, plain.line) == ("王小明", "文三路 100 号 3 幢 201 室")


def test_a_key_answers_the_same_for_ever_though_the_offer_is_over() -> None:
    tea, buyer = a_flash(on_hand=1), settled_in(a_person())
    wish = tea.wish(buyer)
    (first,) = buy(wish)
    offers.stop(actor=tea.shop.owner, offer_id=tea.offer_id, now=NOW + timedelta(minutes=1))

    (soon,) = buy(wish, now=NOW + timedelta(minutes=2))
    (late,) = buy(wish, now=NOW + timedelta(days=400))

    facts = (first.group_id, first.order_id, first.total_fen, first.pay_by)
    for again in (soon, late):
        assert again.outcome is AGAIN
        assert (again.group_id, again.order_id, again.total_fen, again.pay_by) == facts
    assert orders_placed() == 1


@pytest.mark.parametrize("other", [{"quantity": 2}, {"price_fen": None}])
def test_a_key_used_for_something_else_is_refused(other: dict[str, int | None]) -> None:
    tea, buyer, key = a_flash(), settled_in(a_person()), a_key()
    mixed = tea.wish(buyer, other.get("quantity") or 1, key=key, **price_of(other))

    told = buy(tea.wish(buyer, key=key), mixed)
    later = buy(mixed)

    assert outcomes(told + later) == [YES, OTHER, OTHER]
    assert orders_placed() == 1


def price_of(other: dict[str, int | None]) -> dict[str, int | None]:
    return {"price_fen": other["price_fen"]} if "price_fen" in other else {}


def test_keys_are_a_buyers_own_and_shared_with_the_web() -> None:
    tea, one, other = a_flash(), settled_in(a_person()), settled_in(a_person())
    by_web, by_tap = a_key(), a_key()
    place(one, a_quote(one, {tea.sku_id: 1}), key=by_web)

    told = buy(tea.wish(one, key=by_web), tea.wish(other, key=by_web), tea.wish(one, key=by_tap))

    assert outcomes(told) == [OTHER, YES, YES]
    with pytest.raises(KeyReused):
        place(one, a_quote(one, {tea.sku_id: 1}), key=by_tap)


def test_one_key_several_times_in_a_batch_is_one_order() -> None:
    tea, buyer, rival = a_flash(on_hand=1), settled_in(a_person()), settled_in(a_person())
    wish = tea.wish(buyer)

    told = buy(wish, tea.wish(rival), wish, wish)

    assert outcomes(told) == [YES, GONE, AGAIN, AGAIN]
    assert {told[at].order_id for at in (0, 2, 3)} == {told[0].order_id}
    assert orders_placed() == 1


def test_a_change_of_the_goods_is_seen_at_once() -> None:
    tea, buyer = a_flash(), settled_in(a_person())
    buy(tea.wish(buyer))
    spec = {"zh": "大“罐”(1)", "en": 'a "large" tin, \\ 1'}
    renamed = NewSku(spec=spec, list_price_fen=LIST_FEN)
    products.change_sku(actor=tea.shop.owner, sku_id=tea.sku_id, sku=renamed, now=NOW)

    (verdict,) = buy(tea.wish(buyer))

    assert verdict.outcome is YES
    assert verdict.order_id
    assert as_stored(verdict.order_id)[1]["spec"] == spec


def test_a_creator_who_buys_from_themselves_earns_nothing() -> None:
    shop, host = a_shop(), settled_in(a_creator())
    product = a_product(shop, LIST_FEN)
    (sku,) = sku_ids(product)
    stock.set_stock(actor=shop.owner, sku_id=sku, on_hand=5, now=NOW)
    a_plan(shop, product, 1500)
    with transaction.atomic():
        assert host.creator_id
        plans.accept(creator_id=host.creator_id, product_id=product.id, now=NOW)
    tea, buyer = a_flash(shop=shop, host=host, sku_id=sku), settled_in(a_person())

    told = buy(tea.wish(host), tea.wish(buyer))

    assert all(verdict.order_id for verdict in told)
    lines = [as_stored(verdict.order_id)[1] for verdict in told if verdict.order_id]
    assert [(line["creator_id"], line["creator_bps"]) for line in lines] == [
        (None, 0),
        (str(host.creator_id), 1500),
    ]


def test_an_address_from_before_gets_its_copy_when_it_is_first_wanted() -> None:
    tea, buyer = a_flash(), settled_in(a_person())
    sql.change("UPDATE accounts_address SET order_sealed = NULL, order_masked = NULL")

    told = buy(tea.wish(buyer)) + buy(tea.wish(buyer))

    assert outcomes(told) == [YES, YES]
    # As the release before changes an address: without knowing of the copy, which goes.
    sql.change("UPDATE accounts_address SET sealed = sealed || '\\x00'")
    assert sql.rows("SELECT order_sealed, order_masked FROM accounts_address") == [(None, None)]


def test_a_batch_is_one_statement() -> None:
    tea = a_flash(quantity=50, limit=2)
    wishes = [tea.wish(settled_in(a_person())) for _ in range(20)]
    buy(wishes[0])  # What it costs is known from here on.

    with statements() as seen:
        told = buy(*wishes, *wishes)

    assert len(seen) == 1
    assert outcomes(told) == [AGAIN] + [YES] * 19 + [AGAIN] * 20


def test_more_than_a_batch_is_cut() -> None:
    tea, buyer = a_flash(on_hand=300), settled_in(a_person())
    wish = tea.wish(buyer)

    told = buy(*[wish] * 300)

    assert outcomes(told) == [YES] + [AGAIN] * 299


def test_the_app_can_neither_make_nor_remove_an_order() -> None:
    tea, buyer = a_flash(), settled_in(a_person())
    buy(tea.wish(buyer))

    for table in ("trade_checkout", "trade_order", "trade_order_line"):
        for statement in (f"INSERT INTO {table} SELECT * FROM {table}", f"DELETE FROM {table}"):
            with pytest.raises(ProgrammingError, match="permission denied"):
                sql.change(statement)


def pay(world: World, buyer: Actor, verdict: Verdict) -> None:
    assert verdict.group_id
    pay_for(world, buyer, orders.placed(verdict.group_id))


def test_it_goes_all_the_way_to_settlement(world: World) -> None:
    shop, host = a_shop(), a_creator()
    product = a_product(shop, LIST_FEN)
    (sku,) = sku_ids(product)
    stock.set_stock(actor=shop.owner, sku_id=sku, on_hand=5, now=NOW)
    a_plan(shop, product, 1500)
    with transaction.atomic():
        assert host.creator_id
        plans.accept(creator_id=host.creator_id, product_id=product.id, now=NOW)
    tea, buyer = a_flash(shop=shop, host=host, sku_id=sku), settled_in(a_person())
    (verdict,) = buy(tea.wish(buyer))
    assert verdict.order_id

    pay(world, buyer, verdict)
    deliver(world, ship(shop, verdict.order_id))
    orders.confirm(actor=buyer, order_id=verdict.order_id, now=NOW)
    world.pump(now=NOW)
    later = NOW + timedelta(days=8)
    fulfilment.complete_due(now=later)
    world.pump(now=later)

    assert see(buyer, verdict.order_id).state == "COMPLETED"
    # 15 % of 1990 fen, rounded half up.
    assert ledger.balances(Party("creator", host.creator_id), actor=host).available_fen == 299


def test_it_ends_unpaid_and_late_money_revives_it(world: World) -> None:
    tea, buyer = a_flash(on_hand=1, quantity=1), settled_in(a_person())
    (verdict,) = buy(tea.wish(buyer))
    assert verdict.group_id
    assert verdict.order_id
    payment_id = orders.pay(actor=buyer, group_id=verdict.group_id, now=NOW).payment_id
    late = NOW + timedelta(minutes=16)
    assert checkouts.expire_due(now=late) == 1
    assert stock.available([tea.sku_id]) == {tea.sku_id: 1}

    with transaction.atomic():
        checkouts.mark_paid(Arrived(payment_id, verdict.group_id, PRICE_FEN, late), now=late)

    assert see(buyer, verdict.order_id).state == "PAID"
    assert stock.available([tea.sku_id]) == {tea.sku_id: 0}
    assert buy(tea.wish(buyer))[0].outcome is GONE


def test_its_locks_end_before_the_disk_has_answered_and_it_is_told_afterwards(
    superuser_url: str,
) -> None:
    tea, buyer = a_flash(on_hand=5), settled_in(a_person())
    buy(tea.wish(a_person()))  # Has no address; what the goods cost is known from here on.
    # As servers are that keep what they are told; those of tests do not.
    sql.rows("SELECT set_config('synchronous_commit', 'on', false)")
    ((begun,),) = sql.rows("SELECT pg_current_wal_insert_lsn()::text")

    (verdict,) = buy(tea.wish(buyer))

    ((on_disk, xid, again),) = sql.rows(
        "SELECT pg_current_wal_flush_lsn()::text, xmin::text, current_setting('synchronous_commit')"
        " FROM trade_order WHERE id = %s",
        [verdict.order_id],
    )
    sql.rows("SELECT set_config('synchronous_commit', 'off', false)")
    assert again == "on"
    assert log_of(superuser_url, begun, on_disk, xid) == ["commit", "mark"]


def log_of(superuser_url: str, begun: str, on_disk: str, xid: str) -> list[str]:
    """This commit, and the marks behind it, as far as the log is on disk."""
    with psycopg.connect(superuser_url) as connection:
        connection.execute("CREATE EXTENSION pg_walinspect")
        found = connection.execute(
            "SELECT CASE resource_manager WHEN 'Transaction' THEN 'commit' ELSE 'mark' END"
            "  FROM pg_get_wal_records_info(%s, %s)"
            " WHERE resource_manager = 'LogicalMessage' OR resource_manager = 'Transaction'"
            "   AND record_type = 'COMMIT' AND xid = %s::xid ORDER BY start_lsn",
            [begun, on_disk, xid],
        ).fetchall()
        connection.rollback()
    return [word for (word,) in found]
