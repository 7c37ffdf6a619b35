"""Lists are read page by page to their end, whatever comes meanwhile."""

from datetime import timedelta

from django.db import transaction
from tests import builders
from tests.outside import World
from tests.surfaces.apps import App, app_of
from tests.usecases.ledger import books
from tests.usecases.live import shows

from laotie.accounts import inbox
from laotie.accounts.inbox import NoticeKind
from laotie.catalog import shop_follows
from laotie.kernel import clock, ids
from laotie.ledger.terms import Party
from laotie.live import rooms
from laotie.trade import coupons, invoices, stock
from laotie.trade.invoices import InvoiceKind


def read_through(app: App, path: str, *, rows: str = "") -> list[list[str]]:
    """The pages of a list, two rows each, following `Link` as any client would."""
    pages, there = [], f"{path}{'&' if '?' in path else '?'}limit=2"
    while there:
        answer = app.get(there)
        body = app.must(answer)
        found = body[rows] if rows else body
        pages.append([str(next(iter(row.values()))) for row in found])
        link = answer.headers.get("Link", "")
        assert bool(link) == ("Next-Cursor" in answer.headers)
        if rows:
            assert body["next_after"] == answer.headers.get("Next-Cursor")
        there = link.partition(">")[0].removeprefix("</api/v1")
    return pages


def test_lists_are_read_to_their_end(world: World) -> None:
    now, person = clock.now(), builders.a_person()
    buyer, shops = app_of(person), [builders.a_shop(f"第{n}家") for n in range(5)]
    owner, shop = app_of(shops[0].owner), ids.public("shp", shops[0].id)
    skus = [builders.a_stocked_sku(shops[0]) for _ in range(5)]
    for n, each in enumerate(shops):
        shop_follows.follow(actor=person, shop_id=each.id, now=now + timedelta(seconds=n))
        coupon = builders.a_coupon(shop=shops[0], now=now)
        coupons.claim(actor=person, coupon_id=coupon.coupon_id, now=now)
    for sku in skus:
        builders.a_placed_order(person, {sku: 1}, now=now)
    with transaction.atomic():
        for n in range(5):
            facts = {"order": str(n)}
            inbox.post(person.require_person(), NoticeKind.ORDER_PAID, facts, ref=f"o{n}", now=now)

    for app, path, rows in (
        (buyer, "/me/inbox", ""),
        (buyer, "/shops-followed", ""),
        (buyer, "/me/coupons", ""),
        (buyer, f"/shops/{shop}/coupons", ""),
        (buyer, f"/shops/{shop}/products", ""),
        (owner, f"/shops/{shop}/goods", ""),
        (buyer, "/orders", "rows"),
        (owner, f"/shops/{shop}/orders", "rows"),
    ):
        pages = read_through(app, path, rows=rows)
        assert [len(page) for page in pages] == [2, 2, 1], path
        assert len({row for page in pages for row in page}) == 5, path
        assert app.get(f"{path}?cursor=evil").code == "INVALID_INPUT", path
        assert app.get(f"{path}?limit=0").code == "INVALID_INPUT", path


def test_what_a_seller_reads_is_cut_by_the_database(world: World) -> None:
    """Five of each; equal moments and equal rates among them."""
    now, creator, shop = clock.now(), builders.a_creator(), builders.a_shop()
    owner, host, public = app_of(shop.owner), app_of(creator), ids.public("shp", shop.id)
    products = [builders.a_product(shop, 3990) for _ in range(5)]
    for n, product in enumerate(products):
        builders.a_plan(shop, product, creator_bps=[1500, 1500, 2000, 1000, 1500][n])
        rooms.schedule(actor=creator, title=f"第{n}场", starts_at=now, now=now)
    sku_id = products[0].skus[0].id
    for n in range(1, 6):
        stock.set_stock(actor=shop.owner, sku_id=sku_id, on_hand=n, now=now)
    for n in range(5):
        shows.record(shows.a_show(now + timedelta(minutes=n)))

    for app, path in (
        (host, "/plans"),
        (host, "/me/rooms"),
        (host, "/replays"),
        (owner, f"/shops/{public}/plans"),
        (owner, f"/skus/{ids.public('sku', sku_id)}/stock/history"),
    ):
        pages = read_through(app, path)
        whole = [str(next(iter(row.values()))) for row in app.must(app.get(path))]
        assert [len(page) for page in pages][:2] == [2, 2], path
        assert [row for page in pages for row in page] == whole, path
        assert app.get(f"{path}?cursor=evil").code == "INVALID_INPUT", path
    rates = [row["creator_bps"] for row in app_of(creator).get("/plans?limit=200").body]
    assert rates == sorted(rates, reverse=True)


def test_payouts_and_invoices_are_cut_by_the_database(world: World) -> None:
    now, shop, buyer = clock.now(), builders.a_shop(), builders.a_person()
    owner, public = app_of(shop.owner), ids.public("shp", shop.id)
    builders.an_address(buyer)
    sku_id = builders.a_stocked_sku(shop)
    books.give(Party("shop", shop.id), 1000)
    for n in range(5):
        order_id = builders.a_received_order(world, shop, buyer, {sku_id: 1}, now=now)
        invoices.request(
            actor=buyer, order_id=order_id, kind=InvoiceKind.PERSONAL, title="林", tax_no="",
            now=now,
        )  # fmt: skip
        books.take_out(Party("shop", shop.id), 100, key=f"payout-{n}")

    for path in (
        f"/shops/{public}/invoices",
        f"/shops/{public}/invoices?state=REQUESTED",
        f"/shops/{public}/payouts",
    ):
        pages = read_through(owner, path)
        assert [len(page) for page in pages] == [2, 2, 1], path
        assert len({row for page in pages for row in page}) == 5, path


def test_what_comes_and_goes_meanwhile_neither_repeats_nor_hides(world: World) -> None:
    person, now = builders.a_person(), clock.now()
    buyer, shops = app_of(person), [builders.a_shop(f"第{n}家") for n in range(4)]
    for n, each in enumerate(shops[:3]):
        shop_follows.follow(actor=person, shop_id=each.id, now=now + timedelta(seconds=n))
    first = buyer.get("/shops-followed?limit=2")
    assert [row["name"]["zh"] for row in first.body] == ["第2家", "第1家"]

    shop_follows.follow(actor=person, shop_id=shops[3].id, now=now + timedelta(seconds=9))
    shop_follows.unfollow(actor=person, shop_id=shops[1].id)

    second = buyer.get(f"/shops-followed?limit=2&cursor={first.headers['Next-Cursor']}")
    assert [row["name"]["zh"] for row in second.body] == ["第0家"]
    assert "Next-Cursor" not in second.headers
