import threading
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from tests import builders
from tests.builders import NOW

from laotie.accounts import shops
from laotie.catalog import models, offers, products
from laotie.catalog.offers import BelowFloor, OfferCard, OfferOverlaps, PriceAboveList
from laotie.catalog.products import NewSku
from laotie.kernel import ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, SignInFirst

pytestmark = pytest.mark.usefixtures("db")

ROOM, OTHER_ROOM = ids.new(), ids.new()
MINUTE = timedelta(minutes=1)


def flash(actor: Actor, sku_id: UUID, price_fen: int = 1990, **changes: object) -> OfferCard:
    given: dict[str, object] = {
        "place_id": ROOM,
        "starts_at": NOW,
        "ends_at": NOW + 5 * MINUTE,
        "quantity": 10,
        "limit_per_buyer": 2,
        "now": NOW,
    }
    with transaction.atomic():
        return offers.open_offer(
            actor=actor,
            sku_id=sku_id,
            price_fen=price_fen,
            **{**given, **changes},  # type: ignore[arg-type]
        )


def price(sku_id: UUID, place_id: UUID | None = None, at: datetime = NOW) -> int:
    return offers.current([sku_id], place_id=place_id, at=at)[sku_id].price_fen


def test_without_an_offer_the_list_price_holds() -> None:
    product = builders.a_product(builders.a_shop(), 3990)
    (sku,) = product.skus

    found = offers.current([sku.id], place_id=ROOM, at=NOW)[sku.id]

    assert found == offers.CurrentOffer(
        offer_id=None, sku_id=sku.id, product_id=product.id, shop_id=product.shop_id,
        price_fen=3990, list_price_fen=3990, quantity=None, limit_per_buyer=None,
        starts_at=None, ends_at=None, version=1, is_flash=False,
    )  # fmt: skip


def test_a_flash_price_holds_in_its_room_and_time_only() -> None:
    shop = builders.a_shop()
    (sku,) = builders.a_product(shop, 3990).skus

    card = flash(shop.owner, sku.id)

    found = offers.current([sku.id], place_id=ROOM, at=NOW)[sku.id]
    assert (found.offer_id, found.price_fen, found.is_flash) == (card.id, 1990, True)
    assert (found.quantity, found.limit_per_buyer) == (10, 2)
    assert found.ends_at == NOW + 5 * MINUTE
    assert price(sku.id, OTHER_ROOM) == 3990
    assert price(sku.id, None) == 3990
    assert price(sku.id, ROOM, NOW - MINUTE) == 3990
    assert price(sku.id, ROOM, NOW + 5 * MINUTE) == 3990
    assert price(sku.id, ROOM, NOW + 5 * MINUTE - timedelta(microseconds=1)) == 1990


def test_the_buyer_gets_the_better_of_two_prices() -> None:
    shop = builders.a_shop()
    (sku,) = builders.a_product(shop, 3990).skus
    everywhere = offers.start(
        actor=shop.owner, sku_id=sku.id, price_fen=1500, starts_at=NOW, now=NOW
    )
    flash(shop.owner, sku.id, 1990)

    found = offers.current([sku.id], place_id=ROOM, at=NOW)[sku.id]
    assert (found.offer_id, found.price_fen, found.is_flash) == (everywhere.id, 1500, False)


def test_flash_offers_of_one_sku_do_not_overlap_in_one_room() -> None:
    shop = builders.a_shop()
    product = builders.a_product(shop, 3990, 4990)
    one, two = builders.sku_ids(product)
    flash(shop.owner, one)

    for starts_at, ends_at in [
        (NOW, NOW + MINUTE), (NOW + 4 * MINUTE, NOW + 9 * MINUTE), (NOW, None),
        (NOW, NOW + 60 * MINUTE),
    ]:  # fmt: skip
        with pytest.raises(OfferOverlaps):
            flash(shop.owner, one, starts_at=starts_at, ends_at=ends_at)
    flash(shop.owner, one, place_id=OTHER_ROOM)
    flash(shop.owner, two)
    flash(shop.owner, one, starts_at=NOW + 5 * MINUTE, ends_at=NOW + 6 * MINUTE)
    assert models.Offer.objects.count() == 4


def test_an_offer_without_an_end_leaves_no_room_for_another() -> None:
    shop = builders.a_shop()
    (sku,) = builders.a_product(shop).skus
    offers.start(actor=shop.owner, sku_id=sku.id, price_fen=100, starts_at=NOW, now=NOW)
    with pytest.raises(OfferOverlaps):
        offers.start(
            actor=shop.owner,
            sku_id=sku.id,
            price_fen=200,
            starts_at=NOW + timedelta(days=300),
            now=NOW,
        )


def race(shop: builders.ShopOfOne, sku_id: UUID, *, width: int = 8) -> tuple[int, int]:
    """How many of `width` flash offers that come at once were opened, and how many refused."""
    actor, start = shop.owner, threading.Barrier(width)
    opened: list[OfferCard] = []
    refused: list[OfferOverlaps] = []

    def open_one() -> None:
        try:
            start.wait(120)
            opened.append(flash(actor, sku_id))
        except OfferOverlaps as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=open_one) for _ in range(width)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(opened), len(refused)


def test_of_flash_offers_opened_at_once_one_wins() -> None:
    shop = builders.a_shop()
    (sku,) = builders.a_product(shop).skus
    assert race(shop, sku.id) == (1, 7)
    assert models.Offer.objects.count() == 1


def test_the_database_refuses_an_overlap_by_itself() -> None:
    shop = builders.a_shop()
    (sku,) = builders.a_product(shop).skus
    card = flash(shop.owner, sku.id)
    row = models.Offer.objects.get(pk=card.id)
    row.pk = ids.new()
    with pytest.raises(IntegrityError, match="offer_one_at_a_time"), transaction.atomic():
        row.save(force_insert=True)


def test_without_the_exclusion_the_race_is_lost(owner_url: str) -> None:
    """The guard is what holds: the same race, the constraint taken away."""
    import psycopg

    shop = builders.a_shop()
    (sku,) = builders.a_product(shop).skus
    guard = sql.text("catalog", "guard_prices")
    again = guard[guard.index("ALTER TABLE") : guard.index("CREATE FUNCTION")]
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("ALTER TABLE catalog_offer DROP CONSTRAINT offer_one_at_a_time")
        try:
            opened, _ = race(shop, sku.id)
            assert opened == 8
        finally:
            owner.execute("ALTER TABLE catalog_offer DISABLE TRIGGER catalog_offer_kept")
            owner.execute("DELETE FROM catalog_offer")
            owner.execute("ALTER TABLE catalog_offer ENABLE TRIGGER catalog_offer_kept")
            owner.execute(again)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE catalog_offer SET price_fen = 1",
        "UPDATE catalog_offer SET quantity = 99",
        "UPDATE catalog_offer SET ends_at = ends_at + interval '1 hour'",
        "UPDATE catalog_offer SET ends_at = NULL",
        "DELETE FROM catalog_offer",
    ],
)
def test_what_an_offer_promised_is_never_changed(statement: str) -> None:
    shop = builders.a_shop()
    (sku,) = builders.a_product(shop).skus
    flash(shop.owner, sku.id)
    with pytest.raises(DatabaseError, match="only ended"), transaction.atomic():
        connection.cursor().execute(statement)


def test_an_offer_is_ended_early_and_once() -> None:
    shop = builders.a_shop()
    (sku,) = builders.a_product(shop, 3990).skus
    card = flash(shop.owner, sku.id)

    ended = offers.stop(actor=shop.owner, offer_id=card.id, now=NOW + MINUTE)
    again = offers.stop(actor=shop.owner, offer_id=card.id, now=NOW + 2 * MINUTE)

    assert ended == again
    assert ended.ends_at == NOW + MINUTE
    assert price(sku.id, ROOM, NOW + MINUTE) == 3990
    assert flash(shop.owner, sku.id, starts_at=NOW + MINUTE, now=NOW + MINUTE).id != card.id


def test_an_offer_that_had_not_begun_never_holds() -> None:
    shop = builders.a_shop()
    (sku,) = builders.a_product(shop, 3990).skus
    later = NOW + 3 * MINUTE
    card = flash(shop.owner, sku.id, starts_at=later)
    offers.stop(actor=shop.owner, offer_id=card.id, now=NOW)
    assert price(sku.id, ROOM, later) == 3990
    flash(shop.owner, sku.id, starts_at=later)


def test_a_host_goes_down_to_the_floor_that_the_shop_set() -> None:
    shop, host = builders.a_shop(), builders.a_creator()
    (sku,) = builders.a_product(shop, 3990, flash_floor_fen=2000).skus
    (bare,) = builders.a_product(shop, 3990).skus

    with pytest.raises(BelowFloor) as refused:
        flash(host, sku.id, 1999)
    assert refused.value.facts == {"floor_fen": 2000}
    card = flash(host, sku.id, 2000)

    with pytest.raises(NotAllowed):
        flash(host, bare.id, 3990)
    with pytest.raises(NotFound):
        flash(host, sku.id, 2000, place_id=None)
    offers.stop(actor=host, offer_id=card.id, now=NOW)


def test_who_may_not_set_prices_does_not() -> None:
    shop = builders.a_shop()
    (sku,) = builders.a_product(shop, flash_floor_fen=1).skus
    card = flash(builders.a_clerk(shop, "stage"), sku.id)
    tries = [
        (builders.a_clerk(shop, "ship"), NotAllowed),
        (builders.a_shop("别家").owner, NotFound),
        (builders.a_person(), NotFound),
        (Actor.anonymous(), SignInFirst),
    ]
    for actor, refusal in tries:
        with pytest.raises(refusal):
            flash(actor, sku.id, place_id=OTHER_ROOM)
        with pytest.raises(refusal):
            offers.stop(actor=actor, offer_id=card.id, now=NOW)
        with pytest.raises(refusal):
            offers.upcoming(actor=actor, shop_id=shop.id, at=NOW)
    with pytest.raises(NotAllowed):  # Staging is for rooms.
        offers.start(
            actor=builders.a_clerk(shop, "stage"),
            sku_id=sku.id, price_fen=1, starts_at=NOW, now=NOW,
        )  # fmt: skip
    assert models.Offer.objects.get().closed_at is None
    (upcoming,) = offers.upcoming(actor=shop.owner, shop_id=shop.id, at=NOW)
    assert upcoming == card


@pytest.mark.parametrize(
    "bad",
    [
        {"price_fen": 0}, {"price_fen": -1}, {"price_fen": True}, {"price_fen": 2**63},
        {"price_fen": "1990"}, {"quantity": 0}, {"quantity": 2**31}, {"quantity": "1"},
        {"limit_per_buyer": 0}, {"limit_per_buyer": 11}, {"limit_per_buyer": 1.5},
        {"ends_at": NOW}, {"ends_at": NOW - MINUTE}, {"starts_at": NOW.replace(tzinfo=None)},
        {"ends_at": NOW.replace(year=9999)}, {"starts_at": None},
    ],
)  # fmt: skip
def test_bad_offers_are_refused_and_open_nothing(bad: dict[str, object]) -> None:
    shop = builders.a_shop()
    (sku,) = builders.a_product(shop).skus
    with pytest.raises(Invalid):
        flash(shop.owner, sku.id, **bad)  # type: ignore[arg-type]
    assert models.Offer.objects.count() == 0


def test_an_offer_costs_no_more_than_the_list_price() -> None:
    shop = builders.a_shop()
    (sku,) = builders.a_product(shop, 3990).skus
    with pytest.raises(PriceAboveList):
        flash(shop.owner, sku.id, 3991)
    flash(shop.owner, sku.id, 3990)
    with pytest.raises(NotFound):
        flash(shop.owner, ids.new(), 1)


def test_only_what_can_be_bought_has_a_price() -> None:
    shop, closed = builders.a_shop(), builders.a_shop("关门")
    product = builders.a_product(shop, 100, 200)
    kept, off = builders.sku_ids(product)
    products.set_on_sale(actor=shop.owner, sku_id=off, is_on_sale=False, now=NOW)
    (draft,) = builders.a_product(shop, is_on_sale=False).skus
    (of_closed,) = builders.a_product(closed).skus
    shops.suspend(actor=builders.an_operator(), shop_id=closed.id, reason="查", now=NOW)

    wanted = [kept, off, draft.id, of_closed.id, ids.new()]
    with CaptureQueriesContext(connection) as queried:
        found = offers.current(wanted, place_id=ROOM, at=NOW)
    assert set(found) == {kept}
    assert len(queried) == 1


def test_a_new_list_price_is_a_new_version() -> None:
    shop = builders.a_shop()
    (sku,) = builders.a_product(shop, 3990).skus
    before = offers.current([sku.id], place_id=None, at=NOW)[sku.id]
    products.change_sku(
        actor=shop.owner, sku_id=sku.id, sku=NewSku(spec=sku.spec, list_price_fen=3000), now=NOW
    )
    after = offers.current([sku.id], place_id=None, at=NOW)[sku.id]
    assert (before.version, after.version, after.price_fen) == (1, 2, 3000)


def test_current_offers_are_found_by_their_index() -> None:
    """Among many offers of many SKUs, only those of the SKUs that are asked for are read."""
    shop = builders.a_shop()
    (sku,) = builders.a_product(shop, 3990).skus
    flash(shop.owner, sku.id)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN " + sql.text("catalog", "current_offers"),
            {"sku_ids": [sku.id], "place_id": ROOM, "at": NOW},
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "offer_of_sku" in plan
    assert "Seq Scan" not in plan
