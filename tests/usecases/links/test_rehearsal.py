"""What a rule would hit: worlds that depend on links by 10 % and by 70 %, with exact figures."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from tests import builders
from tests.builders import NOW, ShopOfOne
from tests.outside import World, stand_in
from tests.statements import counted

from laotie.catalog import external_links
from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotAllowed, SignInFirst
from laotie.links import clicks, external_orders, hits, leaks, listings, models, policy, rehearsal
from laotie.links.external_orders import Line
from laotie.links.listings import ListingCard
from laotie.links.policy import Surface
from laotie.links.rehearsal import Bounds, Figures, House
from laotie.links.rules import OrderState
from laotie.look import link_figures
from laotie.oversight import proposals
from laotie.trade import stock

pytestmark = pytest.mark.usefixtures("db")

CUT = NOW + timedelta(days=7)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
SYSTEM = Actor.system("test")


@pytest.fixture
def world(db: None) -> Iterator[World]:
    with stand_in() as world:
        yield world


@pytest.fixture
def shop(db: None) -> ShopOfOne:
    """While two networks may stand anywhere."""
    for network in ("jd", "taobao"):
        builders.a_link_rule("allow", network, now=NOW - 2 * DAY)
    return builders.a_shop()


def bought_there(
    listing: ListingCard | None, fen: int, *, network: str = "jd", state: str = "PAID"
) -> None:
    """Somebody left by the link, or by none that we know, and paid there; a tenth is ours."""
    click = ""
    if listing is not None:
        hop = clicks.ask(actor=Actor.anonymous(), listing_id=listing.id, visitor=b"v" * 32, now=NOW)
        clicks.go(token=hop.token, visitor=b"v" * 32, now=NOW)
        click = ids.public("clk", hop.click_id)
    line = Line(
        order_no=ids.new().hex, line_no="", click=click, state=OrderState.PAID, amount_fen=fen,
        estimated_fen=fen // 10, actual_fen=None, paid_at=NOW, told_at=NOW,
    )  # fmt: skip
    told = [line]
    if state != "PAID":
        told.append(replace(line, state=OrderState(state), told_at=NOW + SECOND, actual_fen=0))
    external_orders.take_in(actor=SYSTEM, network=network, lines=told, now=NOW)


def goods_linked(shop: ShopOfOne, number: int) -> tuple[list[UUID], list[ListingCard]]:
    """Goods for 30.00 that are sold here, each with a link to the same goods there."""
    skus, links = [], []
    for n in range(number):
        product = builders.a_product(shop, 3000)
        (sku_id,) = builders.sku_ids(product)
        stock.set_stock(actor=shop.owner, sku_id=sku_id, on_hand=5, now=NOW)
        skus.append(sku_id)
        url = f"https://jd.com/{n}"
        links.append(
            external_links.attach(actor=shop.owner, product_id=product.id, url=url, now=NOW)
        )
    return skus, links


def a_draft(
    network: str | None, surface: str | None, *, at: datetime = CUT, now: datetime = NOW
) -> policy.LinkRule:
    return policy.drafted(
        actor=builders.an_operator(), network=network, surface=surface, effect="deny",
        effective_from=at, reason="contract", now=now,
    )  # fmt: skip


def rehearsed(draft: policy.LinkRule) -> link_figures.Rehearsed:
    return link_figures.rehearse(
        actor=builders.an_operator(), at=draft.effective_from, draft=draft, now=NOW + DAY
    )


def test_a_house_that_depends_by_a_tenth_loses_little(shop: ShopOfOne, world: World) -> None:
    _, (listing,) = goods_linked(shop, 1)
    rest = builders.a_shop("别家")
    skus = [builders.a_stocked_sku(rest, 9000) for _ in range(8)]
    builders.a_paid_order(world, builders.a_person(), {skus[0]: 1})
    bought_there(listing, 1000)

    found = rehearsed(a_draft("jd", "product_detail"))

    paid = found.house.turnover_fen
    assert found.house == House(products=9, turnover_fen=9000)
    assert found.found.dependency == rehearsal.Dependency(listings_bps=1000, turnover_bps=1000)
    assert [(c.network.code, c.surface) for c in found.found.cut] == [("jd", "product_detail")]
    assert found.found.hit == Figures(
        listings=1, shops=1, creators=0, open_orders=1, orders=1, turnover_fen=1000,
        commission_fen=100,
    )  # fmt: skip
    assert found.bounds == Bounds(
        total=paid + 1000, placed=1000, unplaced=0, lowest=9000, highest=10_000,
        lowest_if_they_leave=9000,
    )  # fmt: skip
    assert not found.bounds.is_identified


def a_dependent_house(shop: ShopOfOne, world: World) -> tuple[list[ListingCard], list[ListingCard]]:
    """Seven tenths of what it turns over comes by links; those to JD, of goods and of a creator.

    30.00 are paid here, 40.00 by links to JD, 20.00 by one to Taobao, and of 10.00 no link is known.
    """
    creator, other = builders.a_creator(), builders.a_shop("别家")
    skus, linked = goods_linked(shop, 3)
    builders.a_paid_order(world, builders.a_person(), {skus[0]: 1})
    on_page = [
        listings.publish_own(
            actor=creator, surface="profile", url=f"https://item.jd.com/{n}", now=NOW
        )
        for n in range(2)
    ]
    at_taobao = [
        listings.publish_own(
            actor=owner.owner, surface="shop_home", shop_id=owner.id,
            url="https://item.taobao.com/1", now=NOW,
        )
        for owner in (shop, other)
    ]  # fmt: skip
    for listing in linked[:2]:
        bought_there(listing, 1500)
    bought_there(on_page[0], 1000)
    bought_there(on_page[1], 7777, state="INVALID")
    bought_there(at_taobao[0], 2000, network="taobao")
    bought_there(None, 1000)
    return linked, on_page


def test_a_house_that_depends_by_seven_tenths_may_lose_nearly_all(
    shop: ShopOfOne, world: World
) -> None:
    a_dependent_house(shop, world)

    found = rehearsed(a_draft("jd", None))

    assert found.house == House(products=3, turnover_fen=3000)
    assert found.found.dependency == rehearsal.Dependency(listings_bps=7000, turnover_bps=7000)
    assert len(found.found.cut) == 8
    assert found.found.hit == Figures(
        listings=5, shops=1, creators=1, open_orders=3, orders=3, turnover_fen=4000,
        commission_fen=400,
    )  # fmt: skip
    assert found.bounds == Bounds(
        total=10_000, placed=4000, unplaced=1000, lowest=5000, highest=10_000,
        lowest_if_they_leave=0,
    )  # fmt: skip
    by_surface = {(c.network.code, c.surface): c.figures for c in found.found.cut}
    assert by_surface["jd", Surface.PROFILE].turnover_fen == 1000
    assert by_surface["jd", Surface.PRODUCT_DETAIL].turnover_fen == 3000


def test_whoever_a_ban_hits_is_listed_with_their_links_and_open_orders(
    shop: ShopOfOne, world: World
) -> None:
    linked, on_page = a_dependent_house(shop, world)

    operator, cut = builders.an_operator(), rehearsed(a_draft("jd", None)).found
    of_shop, of_creator = link_figures.owners_hit(cut, actor=operator)
    assert (of_shop.hit.owner.public_id, of_shop.hit.links) == (ids.public("shp", shop.id), 3)
    # The shop's link to the other network stays, and so does what comes by it.
    assert (of_shop.hit.orders, of_shop.hit.cut_fen, of_shop.hit.elsewhere_fen) == (2, 3000, 5000)
    assert (of_shop.here_fen, of_shop.elsewhere_bps) == (3000, 6250)
    assert (of_creator.hit.owner.is_shop, of_creator.hit.links) == (False, 2)
    assert (of_creator.hit.open_orders, of_creator.hit.cut_fen) == (1, 1000)
    assert (of_creator.here_fen, of_creator.elsewhere_bps) == (0, 10_000)
    assert link_figures.owners_hit(cut, actor=operator, most=1) == (of_shop,)
    by_link = {
        each.public_id: (each.orders, each.cut_fen) for each in hits.links(cut, actor=operator)
    }
    assert by_link == {
        card.public_id: told
        for card, told in zip(
            [*linked, *on_page], [(1, 1500), (1, 1500), (0, 0), (1, 1000), (0, 0)], strict=True
        )
    }
    going_on = hits.open_orders(cut, actor=operator)
    assert sorted((each.link, each.amount_fen, each.commission_fen) for each in going_on) == sorted(
        (card.public_id, fen, fen // 10)
        for card, fen in ((linked[0], 1500), (linked[1], 1500), (on_page[0], 1000))
    )


def test_the_closed_loop_tells_where_turnover_leaves_and_who_is_gone(
    shop: ShopOfOne, world: World
) -> None:
    a_dependent_house(shop, world)
    operator = builders.an_operator()

    loop = link_figures.closed_loop(actor=operator, now=NOW + DAY)
    assert (loop.here_fen, loop.elsewhere_fen, loop.rate_bps) == (3000, 7000, 3000)
    assert (loop.gone, loop.gone_with_links) == (0, 0)
    later = link_figures.closed_loop(actor=operator, now=NOW + 31 * DAY)
    assert (later.gone, later.gone_with_links) == (1, 1)
    by_then = link_figures.closed_loop(actor=operator, now=NOW + 61 * DAY)
    assert (by_then.gone, by_then.gone_with_links) == (0, 0)
    leaks = {leak.surface: (leak.went, leak.orders, leak.turnover_fen) for leak in loop.leaks}
    assert leaks[Surface.PROFILE] == (2, 1, 1000)
    assert leaks[Surface.PRODUCT_DETAIL] == (2, 2, 3000)
    assert leaks[Surface.SHOP_HOME] == (1, 1, 2000)
    assert leaks[None] == (0, 1, 1000)
    assert sum(day.here_fen for day in loop.days) == 3000
    assert [day.elsewhere_fen for day in loop.days if day.elsewhere_fen] == [7000]


def test_what_published_rules_do_by_a_moment_is_told_too(shop: ShopOfOne) -> None:
    operator, house = builders.an_operator(), House(products=0, turnover_fen=0)
    listings.publish_own(
        actor=shop.owner, surface="shop_home", shop_id=shop.id, url="https://jd.com/1", now=NOW
    )
    builders.a_link_rule("deny", None, "shop_home", begins=CUT, now=NOW)

    def at(moment: datetime) -> rehearsal.Rehearsal:
        return rehearsal.rehearse(actor=operator, at=moment, house=house, now=NOW)

    assert at(CUT - SECOND).cut == ()
    assert at(CUT - SECOND).hit == Figures()
    assert [cell.network.code for cell in at(CUT).cut] == ["jd", "taobao"]
    assert (at(CUT).hit.listings, at(CUT).hit.shops) == (1, 1)
    assert rehearsal.bounds(at(CUT), house=house, theirs_fen=0).is_identified
    assert [(cut.at, cut.network, cut.surface) for cut in rehearsal.cuts_after(NOW)] == [
        (CUT, "jd", "shop_home"), (CUT, "taobao", "shop_home"),
    ]  # fmt: skip


def test_a_rehearsal_costs_the_same_however_many_links_there_are(shop: ShopOfOne) -> None:
    operator, house, draft = builders.an_operator(), House(0, 0), a_draft("jd", None)

    def asked() -> tuple[int, int]:
        with counted() as seen:
            found = rehearsal.rehearse(actor=operator, at=CUT, house=house, draft=draft, now=NOW)
        return found.hit.listings, len(seen)

    goods_linked(shop, 1)
    assert asked() == (1, 5)
    row = models.Listing.objects.get()
    models.Listing.objects.bulk_create(
        models.Listing(
            network_id=row.network_id, surface=row.surface, shop_id=shop.id, product_id=ids.new(),
            url=row.url, state="PUBLISHED", rule_id=row.rule_id, made_by_id=row.made_by_id,
            made_at=NOW,
        )
        for _ in range(2000)
    )  # fmt: skip
    assert asked() == (2001, 5)
    found = rehearsal.rehearse(actor=operator, at=CUT, house=house, draft=draft, now=NOW)
    with counted() as seen:
        assert len(hits.links(found, actor=operator, most=20)) == 20
        assert len(link_figures.owners_hit(found, actor=operator, most=20)) == 1
        assert hits.open_orders(found, actor=operator, most=20) == ()
    assert len(seen) == 6


def test_only_operators_rehearse_and_nothing_is_written(shop: ShopOfOne) -> None:
    goods_linked(shop, 1)
    draft = a_draft("jd", None)
    for actor, refusal in ((Actor.anonymous(), SignInFirst), (shop.owner, NotAllowed)):
        with pytest.raises(refusal):
            link_figures.rehearse(actor=actor, at=CUT, draft=draft, now=NOW)
        with pytest.raises(refusal):
            link_figures.closed_loop(actor=actor, now=NOW)
        with pytest.raises(refusal):
            leaks.cross_listed(actor=actor, since=NOW)
    found = rehearsed(draft).found
    for listed in (link_figures.owners_hit, hits.links, hits.open_orders):
        with pytest.raises(NotAllowed):
            listed(found, actor=shop.owner)
    assert policy.decide("jd", Surface.PRODUCT_DETAIL, at=CUT).is_allowed
    assert not proposals.listed(actor=builders.an_operator())
    (crossing,) = leaks.cross_listed(actor=builders.an_operator(), since=NOW - DAY)
    assert (crossing.network, crossing.shops, crossing.products, crossing.new_shops) == (
        "jd", 1, 1, 1,
    )  # fmt: skip
