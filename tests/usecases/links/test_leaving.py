"""Links that are put up, barred and followed."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from tests import builders
from tests.builders import NOW, ShopOfOne
from tests.telling import told
from tests.usecases.content import works_made
from tests.usecases.links.put_up import CUT, GUEST, JD, SECOND, asked, attached
from tests.usecases.live import scenes

from laotie.catalog import external_links, products
from laotie.content.kinds import PostKind
from laotie.content.posting import external_links as of_posts
from laotie.content.posting import posts, publishing
from laotie.content.posting.gates import LabelNeeded
from laotie.content.posting.posts import Words
from laotie.kernel import crypto, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, SignInFirst, WrongState
from laotie.links import clicks, listings, models, networks, queries
from laotie.links.clicks import Hop
from laotie.links.listings import ListingCard, Place, TooManyLinks
from laotie.links.networks import UnknownNetwork
from laotie.links.policy import LinkBlocked, Surface
from laotie.live import external_links as of_rooms
from laotie.live import ingest, rooms
from laotie.live.rules import RoomState
from laotie.look import leaving
from laotie.runtime import wiring

pytestmark = pytest.mark.usefixtures("db")


def test_a_link_stands_once_and_knows_its_rule(shop: ShopOfOne) -> None:
    product = builders.a_product(shop)
    given = {"actor": shop.owner, "product_id": product.id, "price_fen": 9900, "now": NOW}

    first = external_links.attach(url=JD + "#top", **given)
    again = external_links.attach(url=JD, **given)

    assert again == first
    assert (first.network, first.url, first.price_fen) == ("jd", JD, 9900)
    assert first.place == Place(Surface.PRODUCT_DETAIL, shop_id=shop.id, product_id=product.id)
    row = models.Listing.objects.select_related("rule__network").get()
    assert row.rule
    assert (row.rule.effect, row.rule.network and row.rule.network.code) == ("allow", "jd")
    assert told("links.link_listed") == 1
    assert models.Preview.objects.get().state == "WAITING"
    for n in range(3):
        external_links.attach(url=f"https://jd.com/{n}", **given)
    with pytest.raises(TooManyLinks):
        external_links.attach(url="https://jd.com/9", **given)
    with CaptureQueriesContext(connection) as asked_of:
        assert len(listings.of_product(product.id, at=NOW)) == 4
    assert len(asked_of) == 3


def test_only_who_manages_the_goods_puts_up_and_takes_away(shop: ShopOfOne) -> None:
    listing = attached(shop)
    product_id = listing.place.product_id
    assert product_id
    for actor, refusal in (
        (Actor.anonymous(), SignInFirst), (builders.a_shop("别家").owner, NotFound),
        (builders.a_clerk(shop, "ship"), NotAllowed),
    ):  # fmt: skip
        with pytest.raises(refusal):
            external_links.attach(actor=actor, product_id=product_id, url=JD + "?x", now=NOW)
        with pytest.raises(refusal):
            listings.end(actor=actor, listing_id=listing.id, now=NOW)
        with pytest.raises(refusal):
            listings.of_shop(shop.id, actor=actor, at=NOW)
    assert models.Listing.objects.get().state == "PUBLISHED"
    for _ in range(2):
        listings.end(actor=shop.owner, listing_id=listing.id, now=NOW + SECOND)
    assert told("links.link_ended") == 1
    assert listings.of_product(product_id, at=NOW) == ()
    with pytest.raises(NotFound):
        asked(listing)


@pytest.mark.parametrize(
    ("url", "price_fen", "refusal"),
    [
        ("https://jd.com.evil.example/", None, UnknownNetwork), (JD, 0, Invalid),
        (JD, -1, Invalid), (JD, 1_000_000_001, Invalid),
        ("https://item.taobao.com/1", None, LinkBlocked),
    ],
)  # fmt: skip
def test_what_may_not_stand_is_refused_and_leaves_nothing(
    shop: ShopOfOne, url: str, price_fen: int | None, refusal: type[Exception]
) -> None:
    product = builders.a_product(shop)
    with pytest.raises(refusal):
        external_links.attach(
            actor=shop.owner, product_id=product.id, url=url, price_fen=price_fen, now=NOW
        )
    assert not models.Listing.objects.exists()
    assert told("links.link_listed") == 0


def test_pages_of_ones_own_carry_links_too(shop: ShopOfOne) -> None:
    creator = builders.a_creator()
    assert creator.creator_id
    of_shop = listings.publish_own(
        actor=shop.owner, surface="shop_home", shop_id=shop.id, url=JD, now=NOW
    )
    of_creator = listings.publish_own(actor=creator, surface="profile", url=JD, now=NOW)
    assert listings.of_owner_page(of_shop.place, at=NOW) == (of_shop,)
    assert of_creator.place == Place(Surface.PROFILE, creator_id=creator.creator_id)
    with pytest.raises(NotAllowed):
        listings.publish_own(actor=builders.a_person(), surface="profile", url=JD, now=NOW)
    with pytest.raises(NotFound):
        listings.publish_own(actor=creator, surface="shop_home", shop_id=shop.id, url=JD, now=NOW)
    for surface in ("live_cart", "product_detail", "kitchen"):
        with pytest.raises(Invalid):
            listings.publish_own(
                actor=shop.owner, surface=surface, shop_id=shop.id, url=JD, now=NOW
            )
    with pytest.raises(NotFound):
        listings.end(actor=builders.a_creator(), listing_id=of_creator.id, now=NOW)


def test_a_ban_stops_new_links_and_new_visits_from_its_very_second(shop: ShopOfOne) -> None:
    listing = attached(shop)
    product_id = listing.place.product_id
    assert product_id
    last = asked(listing, now=CUT - SECOND)
    assert clicks.read(last.token, visitor=GUEST, at=CUT - SECOND).url == JD

    for refused in (
        lambda: attached(shop, now=CUT),
        lambda: asked(listing, now=CUT),
        lambda: clicks.read(last.token, visitor=GUEST, at=CUT),
        lambda: clicks.go(token=last.token, visitor=GUEST, now=CUT),
    ):
        with pytest.raises(LinkBlocked) as barred:
            refused()
        assert barred.value.facts["since"] == CUT

    (shown,) = listings.of_product(product_id, at=CUT)
    assert (shown.is_open, shown.blocked and shown.blocked.since) == (False, CUT)
    assert models.Click.objects.get().went_at is None
    assert told("links.link_followed") == 0
    own = listings.publish_own(
        actor=shop.owner, surface="shop_home", shop_id=shop.id, url=JD, now=CUT
    )
    assert own.is_open


def test_a_rooms_bag_leads_out_until_the_ban_or_the_end(shop: ShopOfOne) -> None:
    scene = scenes.a_live_room()
    given = {"room_id": scene.room_id, "url": JD, "now": NOW}
    for stranger, refusal in ((builders.a_creator(), NotAllowed), (Actor.anonymous(), SignInFirst)):
        with pytest.raises(refusal):
            of_rooms.attach(actor=stranger, **given)
    listing = of_rooms.attach(actor=scene.host, **given)
    assert listing.place == Place(
        Surface.LIVE_CART, creator_id=scene.host.creator_id, place_id=scene.room_id
    )
    assert leaving.page_of(listing.place) == f"/live/{ids.public('rom', scene.room_id)}"
    assert asked(listing).url == JD
    builders.a_link_rule("deny", "jd", "live_cart", begins=CUT, now=NOW)
    assert asked(listing, now=CUT - SECOND).url == JD
    with pytest.raises(LinkBlocked):
        asked(listing, now=CUT)
    rooms.end(actor=scene.host, room_id=scene.room_id, now=NOW + SECOND)
    with pytest.raises(NotFound):
        asked(listing, now=NOW + 2 * SECOND)
    with pytest.raises(WrongState):
        of_rooms.attach(actor=scene.host, **{**given, "url": JD + "?2"})


def test_a_room_goes_live_only_with_links_that_may_stand_there(shop: ShopOfOne) -> None:
    host = builders.a_creator()
    room_id = scenes.a_scheduled_room(host)
    ingest.started(room_id=room_id, session=ids.new(), picture=scenes.PICTURE, now=NOW)
    listing = of_rooms.attach(actor=host, room_id=room_id, url=JD, now=NOW)
    rule_id = builders.a_link_rule("deny", "jd", "live_cart", begins=CUT, now=NOW)

    with pytest.raises(LinkBlocked) as barred:
        rooms.go_live(actor=host, room_id=room_id, now=CUT)

    facts = barred.value.facts
    assert (facts["network"], facts["name"]["en"], facts["surface"]) == (
        "jd", "JD Alliance", "live_cart",
    )  # fmt: skip
    assert (facts["rule"], facts["since"]) == (ids.public("lrl", rule_id), CUT)
    assert told("live.room_went_live") == 0
    listings.end(actor=host, listing_id=listing.id, now=CUT)
    assert rooms.go_live(actor=host, room_id=room_id, now=CUT).state is RoomState.LIVE


def test_who_fills_a_bag_empties_it(shop: ShopOfOne) -> None:
    host, operator = builders.a_creator(), builders.an_operator()
    room_id, other_id = scenes.a_scheduled_room(host), scenes.a_scheduled_room(host)
    post_id = posts.begin(actor=host, kind=PostKind.VIDEO, now=NOW).id
    in_room = of_rooms.attach(actor=host, room_id=room_id, url=JD, now=NOW).id
    in_post = of_posts.attach(actor=host, post_id=post_id, url=JD, now=NOW).id
    for actor, wrong in (
        (Actor.anonymous(), SignInFirst), (builders.a_creator(), NotAllowed), (shop.owner, NotAllowed),
    ):  # fmt: skip
        with pytest.raises(wrong):
            of_rooms.detach(actor=actor, room_id=room_id, listing_id=in_room, now=NOW)
        with pytest.raises((wrong, NotFound)):
            of_posts.detach(actor=actor, post_id=post_id, listing_id=in_post, now=NOW)
    with pytest.raises(NotFound):  # A link of another place.
        of_rooms.detach(actor=host, room_id=other_id, listing_id=in_room, now=NOW)
    assert told("links.link_ended") == 0
    for actor in (host, operator):
        of_rooms.detach(actor=actor, room_id=room_id, listing_id=in_room, now=NOW)
    for actor in (operator, host):
        of_posts.detach(actor=actor, post_id=post_id, listing_id=in_post, now=NOW)
    assert (listings.urls_in(room_id), listings.urls_in(post_id)) == ((), ())
    assert told("links.link_ended") == 2


def test_links_of_a_draft_end_with_it(shop: ShopOfOne) -> None:
    creator = builders.a_creator()
    post = posts.begin(actor=creator, kind=PostKind.VIDEO, now=NOW)
    of_posts.attach(actor=creator, post_id=post.id, url=JD, now=NOW)
    assert listings.urls_in(post.id) == (JD,)

    posts.delete(actor=creator, post_id=post.id, now=NOW)

    assert listings.urls_in(post.id) == ()
    assert listings.of_creator(actor=creator, at=NOW) == ()
    assert told("links.link_ended") == 1


def test_a_post_with_links_says_so_and_is_published_only_where_they_may_stand(
    shop: ShopOfOne,
) -> None:
    creator = builders.a_creator()
    words = Words(title="三种泡法")
    post = posts.begin(actor=creator, kind=PostKind.VIDEO, words=words, now=NOW)
    posts.set_works(actor=creator, post_id=post.id, work_ids=[works_made.a_work(creator)], now=NOW)
    given = {"post_id": post.id, "url": JD, "now": NOW}
    with pytest.raises(NotFound):
        of_posts.attach(actor=builders.a_creator(), **given)
    listing = of_posts.attach(actor=creator, **given)
    with pytest.raises(NotFound):  # Nobody sees it yet.
        asked(listing)
    with pytest.raises(LabelNeeded):
        publishing.publish(actor=creator, post_id=post.id, now=NOW)
    posts.change(actor=creator, post_id=post.id, words=replace(words, label="AD"), now=NOW)
    builders.a_link_rule("deny", "jd", "video_cart", begins=CUT, now=NOW)
    with pytest.raises(LinkBlocked) as barred:
        publishing.publish(actor=creator, post_id=post.id, now=CUT)
    assert barred.value.facts["surface"] == "video_cart"
    publishing.publish(actor=creator, post_id=post.id, now=CUT - SECOND)
    assert asked(listing, now=CUT - SECOND).url == JD
    assert leaving.page_of(listing.place) == f"/post/{post.public_id}"
    with pytest.raises(LinkBlocked):
        asked(listing, now=CUT)


def test_a_bag_tells_which_of_its_links_may_not_stand(shop: ShopOfOne) -> None:
    room = ids.new()
    place = Place(Surface.LIVE_CART, shop_id=shop.id, place_id=room)
    with transaction.atomic():
        listings.publish(place, actor=shop.owner, url=JD, price_fen=None, now=NOW)
    assert queries.barred_at(room, at=NOW) == ()
    builders.a_link_rule("deny", None, "live_cart", begins=CUT, now=NOW)
    assert queries.barred_at(room, at=CUT - SECOND) == ()
    (barred,) = queries.barred_at(room, at=CUT)
    assert barred.place == place


def a_link_with_clicks(shop: ShopOfOne) -> ListingCard:
    networks.add(
        actor=builders.an_operator(), code="two", name={"zh": "二", "en": "Two"},
        domains=["two.example"], click_parameter="sub", now=NOW,
    )  # fmt: skip
    builders.a_link_rule("allow", "two", now=NOW - SECOND)
    return attached(shop, url="https://two.example/1?a=b")


def test_a_token_that_was_passed_on_leads_there_and_is_nobodys_visit(shop: ShopOfOne) -> None:
    hop = asked(a_link_with_clicks(shop))
    bare, other = "https://two.example/1?a=b", b"o" * 32
    assert clicks.read(hop.token, visitor=other, at=NOW).url == bare
    assert clicks.go(token=hop.token, visitor=other, now=NOW).url == bare
    assert (models.Click.objects.get().went_at, told("links.link_followed")) == (None, 0)
    assert clicks.go(token=hop.token, visitor=GUEST, now=NOW).url == hop.url != bare
    assert clicks.go(token=hop.token, visitor=other, now=NOW).url == bare
    assert told("links.link_followed") == 1


def test_what_an_app_hands_to_a_browser_is_the_click_of_the_first_who_goes(
    shop: ShopOfOne,
) -> None:
    hop = asked(a_link_with_clicks(shop))
    token, first, second = clicks.for_a_browser(hop), b"1" * 32, b"2" * 32
    assert clicks.read(token, visitor=second, at=NOW).url == hop.url
    for visitor, url in ((first, hop.url), (second, hop.listing.url), (first, hop.url)):
        assert clicks.go(token=token, visitor=visitor, now=NOW).url == url
        assert clicks.read(token, visitor=visitor, at=NOW).url == url
    assert clicks.go(token=hop.token, visitor=GUEST, now=NOW).url == hop.listing.url
    assert told("links.link_followed") == 1


def test_leaving_counts_once_however_often_the_way_is_taken(shop: ShopOfOne) -> None:
    listing = a_link_with_clicks(shop)
    hop = clicks.ask(
        actor=Actor.anonymous(), listing_id=listing.id, visitor=GUEST, is_paid=True, now=NOW
    )

    assert hop.url == f"https://two.example/1?a=b&sub={ids.public('clk', hop.click_id)}"
    assert clicks.read(hop.token, visitor=GUEST, at=NOW) == hop
    assert models.Click.objects.get().went_at is None
    for later in (SECOND, 2 * SECOND):
        assert clicks.go(token=hop.token, visitor=GUEST, now=NOW + later).url == hop.url
    row = models.Click.objects.get()
    assert (row.went_at, row.is_paid, row.person_id, row.surface) == (
        NOW + SECOND, True, None, "product_detail",
    )  # fmt: skip
    assert told("links.link_followed") == 1
    operator = builders.an_operator()
    (visits,) = queries.visits(actor=operator, since=NOW, until=NOW + SECOND)
    assert (visits.network, visits.asked, visits.went, visits.paid) == ("two", 1, 1, 1)
    assert queries.counts_of([listing.id], actor=shop.owner, shop_id=shop.id) == {listing.id: 1}
    assert queries.counts_of([listing.id], actor=operator, shop_id=builders.a_shop("别").id) == {}


def test_a_token_that_is_not_ours_leads_nowhere(shop: ShopOfOne) -> None:
    listing = attached(shop)
    hop = asked(listing)
    held = {"l": listing.public_id, "s": "product_detail", "c": ids.public("clk", hop.click_id)}
    lasts = timedelta(minutes=5)

    def signed(purpose: str = "links.hop", lasts: timedelta = lasts, **changes: str) -> str:
        return "1." + crypto.sign(purpose, {**held, **changes}, lasts=lasts)

    assert clicks.read(signed(), visitor=GUEST, at=NOW).url == JD
    for token in (
        "", "1.", "2" + hop.token[1:], hop.token[:-1], hop.token[:-2] + "xx", hop.token + "x",
        "https://evil.example/", "1.https://evil.example/", hop.token.replace(".", "", 1),
        signed(purpose="share"), signed(lasts=-SECOND), signed(s="live_cart"),
        signed(l=ids.public("lnk", ids.new())), signed(l=ids.public("shp", shop.id)), signed(c="x"),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            clicks.read(token, visitor=GUEST, at=NOW)
        with pytest.raises(NotFound):
            clicks.go(token=token, visitor=GUEST, now=NOW)
    other = attached(shop, url="https://jd.com/other")
    with pytest.raises(NotFound):  # A click of another link.
        clicks.go(token=signed(l=other.public_id), visitor=GUEST, now=NOW)
    assert models.Click.objects.get().went_at is None


def assert_leads_nowhere(hop: Hop) -> None:
    """Neither by the token of that hop nor by a new one, and nothing is counted."""
    for refused in (
        lambda: leaving.read(hop.token, visitor=GUEST, at=NOW),
        lambda: leaving.go(token=hop.token, visitor=GUEST, now=NOW),
        lambda: asked(hop.listing),
    ):
        with pytest.raises(NotFound):
            refused()
    assert models.Click.objects.get().went_at is None
    assert told("links.link_followed") == 0


def test_goods_that_are_off_sale_lead_nowhere(shop: ShopOfOne) -> None:
    listing = attached(shop)
    assert listing.place.product_id
    hop = asked(listing)
    assert leaving.read(hop.token, visitor=GUEST, at=NOW) == hop
    products.unpublish(actor=shop.owner, product_id=listing.place.product_id, now=NOW)
    assert_leads_nowhere(hop)


def test_a_post_that_was_taken_down_and_a_room_off_air_lead_nowhere(shop: ShopOfOne) -> None:
    creator = builders.a_creator()
    post_id = works_made.a_post(creator)
    place = Place(Surface.VIDEO_CART, creator_id=creator.creator_id, place_id=post_id)
    with transaction.atomic():
        listing = listings.publish(place, actor=creator, url=JD, price_fen=None, now=NOW)
    hop = asked(listing)
    with transaction.atomic():
        assert publishing.take_down(post_id, cause="lure", now=NOW)
    assert_leads_nowhere(hop)
    models.Click.objects.all().delete()
    scene = scenes.a_live_room()
    hop = asked(of_rooms.attach(actor=scene.host, room_id=scene.room_id, url=JD, now=NOW))
    rooms.suspend(actor=builders.an_operator(), room_id=scene.room_id, reason="look", now=NOW)
    assert_leads_nowhere(hop)


def test_the_database_keeps_what_links_promise(shop: ShopOfOne) -> None:
    listing = attached(shop)
    row = models.Listing.objects.filter(pk=listing.id)
    creator_id: UUID | None = builders.a_creator().creator_id
    for wrong in (
        {"creator_id": creator_id},
        {"shop_id": None},
        {"state": "ENDED"},
        {"surface": "x"},
    ):
        with pytest.raises(IntegrityError):
            row.update(**wrong)
    with pytest.raises(IntegrityError):
        models.Listing.objects.create(**{**row.values().get(), "id": ids.new()})
    assert "links" in wiring.personal()
    hop = asked(listing)
    click = models.Click.objects.filter(pk=hop.click_id)
    with pytest.raises(IntegrityError):
        click.update(went_at=NOW - SECOND)


def test_who_is_forgotten_has_left_by_no_link(shop: ShopOfOne) -> None:
    person = builders.a_person()
    listing = attached(shop)
    hop = clicks.ask(actor=person, listing_id=listing.id, visitor=GUEST, now=NOW)
    clicks.go(token=hop.token, visitor=GUEST, now=NOW)
    person_id = person.require_person()
    keeper = wiring.personal()["links"]
    (rows,) = keeper.of(person_id).values()
    assert [row["surface"] for row in rows] == ["product_detail"]
    with transaction.atomic():
        keeper.forget(person_id, NOW)
    left = models.Click.objects.get()
    assert (left.person_id, left.went_at, left.went_by) == (None, NOW, None)
    assert bytes(left.visitor) != GUEST
