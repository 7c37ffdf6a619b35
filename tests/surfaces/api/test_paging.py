"""Lists are read page by page to their end, whatever comes meanwhile."""

from datetime import timedelta

from django.db import transaction
from tests import builders
from tests.outside import World
from tests.surfaces.apps import App, app_of

from laotie.accounts import inbox
from laotie.accounts.inbox import NoticeKind
from laotie.catalog import shop_follows
from laotie.kernel import clock, ids
from laotie.trade import coupons


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
