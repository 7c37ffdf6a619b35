"""Who loses links by a rule is told days before, once, and told when it is off."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.utils import translation
from tests import builders
from tests.builders import NOW, ShopOfOne
from tests.usecases.live import scenes

from laotie.accounts import inbox
from laotie.catalog import external_links
from laotie.kernel.actor import Actor
from laotie.links import listings, models, policy, rehearsal, warnings
from laotie.links.rehearsal import House
from laotie.live import external_links as of_rooms
from laotie.live import planning, rooms

pytestmark = pytest.mark.usefixtures("db")

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
CUT = NOW + 10 * DAY
SOON = CUT - 7 * DAY


@pytest.fixture
def shop(db: None) -> ShopOfOne:
    """With two links to JD and one to Taobao, while both may stand anywhere."""
    for network in ("jd", "taobao"):
        builders.a_link_rule("allow", network, now=NOW - DAY)
    shop = builders.a_shop()
    for address in ("jd.com/1", "jd.com/2", "taobao.com/1"):
        external_links.attach(
            actor=shop.owner, product_id=builders.a_product(shop).id,
            url=f"https://{address}", now=NOW,
        )  # fmt: skip
    return shop


def told(actor: Actor, language: str = "en") -> list[str]:
    with translation.override(language):
        return [line.text for line in inbox.lines(actor=actor) if line.kind.startswith("links_")]


def withdraw(rule_id: UUID, *, now: datetime) -> None:
    proposal_id = policy.propose_withdrawal(
        actor=builders.an_operator(), rule_id=rule_id, reason="renewed", now=now
    )
    policy.confirm(actor=builders.an_operator(), proposal_id=proposal_id, now=now)


def test_owners_are_told_once_seven_days_before_in_their_language(shop: ShopOfOne) -> None:
    host, other = builders.a_creator(), builders.a_shop("别家")
    listings.publish_own(actor=host, surface="profile", url="https://jd.com/9", now=NOW)
    listings.publish_own(
        actor=other.owner, surface="shop_home", shop_id=other.id, url="https://taobao.com/9",
        now=NOW,
    )  # fmt: skip
    builders.a_link_rule("deny", "jd", begins=CUT, now=NOW)

    assert warnings.tell_due(now=SOON - SECOND) == 0
    assert told(shop.owner) == []
    assert warnings.tell_due(now=SOON) == 2
    assert warnings.tell_due(now=SOON + DAY) == 0

    (text,) = told(shop.owner)
    assert text.startswith("Links of yours to JD Alliance stop on ")
    assert ": 2 of them" in text
    (text,) = told(shop.owner, "zh-hans")
    assert "京东联盟" in text
    assert len(told(host)) == 1
    assert told(other.owner) == []
    assert sorted(models.Warning.objects.values_list("listings", flat=True)) == [1, 2]


def test_the_end_of_a_rule_that_let_them_stand_is_told_too(shop: ShopOfOne) -> None:
    rule_id = builders.a_link_rule("allow", "vipshop", begins=NOW + SECOND, ends=CUT, now=NOW)
    listings.publish_own(
        actor=shop.owner, surface="shop_home", shop_id=shop.id, url="https://vip.com/1",
        now=NOW + 2 * SECOND,
    )  # fmt: skip
    assert warnings.tell_due(now=SOON) == 1
    assert models.Warning.objects.get().rule_id == rule_id


def test_a_rule_that_is_withdrawn_is_called_off_and_can_come_back(shop: ShopOfOne) -> None:
    rule_id = builders.a_link_rule("deny", "jd", begins=CUT, now=NOW)
    warnings.tell_due(now=SOON)
    withdraw(rule_id, now=SOON + DAY)

    assert warnings.tell_due(now=SOON + DAY) == 1
    assert warnings.tell_due(now=SOON + DAY) == 0
    assert told(shop.owner)[0].startswith("None of your links to JD Alliance stops on ")
    assert models.Warning.objects.get().state == "CALLED_OFF"

    builders.a_link_rule("deny", "jd", begins=CUT + SECOND, now=SOON + DAY)
    assert warnings.tell_due(now=SOON + DAY + timedelta(minutes=1)) == 1
    assert len(told(shop.owner)) == 3


def test_an_exception_calls_off_only_those_it_covers(shop: ShopOfOne) -> None:
    host = builders.a_creator()
    listings.publish_own(actor=host, surface="profile", url="https://jd.com/9", now=NOW)
    builders.a_link_rule("deny", "jd", begins=CUT, now=NOW)
    assert warnings.tell_due(now=SOON) == 2
    exception = builders.a_link_rule("allow", "jd", "profile", begins=CUT, now=SOON)

    assert warnings.tell_due(now=SOON + DAY) == 1
    assert len(told(host)) == 2
    assert len(told(shop.owner)) == 1
    assert models.Warning.objects.get(shop=shop.id).state == "WARNED"
    assert models.Warning.objects.get(creator=host.creator_id).state == "CALLED_OFF"
    withdraw(exception, now=SOON + 2 * DAY)
    assert warnings.tell_due(now=SOON + 2 * DAY) == 1
    assert models.Warning.objects.get(creator=host.creator_id).state == "WARNED"
    assert len(told(host)) == 3
    assert warnings.tell_due(now=CUT) == 0


def test_links_of_a_show_that_is_over_count_no_more(shop: ShopOfOne) -> None:
    operator, hosts = builders.an_operator(), [builders.a_creator() for _ in range(4)]
    shows = [scenes.a_scheduled_room(host) for host in hosts]
    ended, banned, cancelled, stands = shows
    for host, room_id in zip(hosts, shows, strict=True):
        of_rooms.attach(actor=host, room_id=room_id, url="https://jd.com/7", now=NOW)

    rooms.suspend(actor=operator, room_id=banned, reason="looked at", now=NOW)
    assert len(listings.urls_in(banned)) == 1  # It may come back, and its bag with it.
    rooms.end(actor=hosts[0], room_id=ended, now=NOW)
    rooms.ban(actor=operator, room_id=banned, reason="fakes", now=NOW)
    planning.cancel(actor=hosts[2], room_id=cancelled, reason="ill", now=NOW)

    builders.a_link_rule("deny", "jd", "live_cart", begins=CUT, now=NOW)
    found = rehearsal.rehearse(actor=operator, at=CUT, house=House(0, 0), now=NOW)
    assert (found.hit.listings, found.hit.creators) == (1, 1)
    assert warnings.tell_due(now=SOON) == 1
    assert [len(told(host)) for host in hosts] == [0, 0, 0, 1]

    # Those of rooms that were over before ending one ended its links are ended by the hour.
    of_old = models.Listing.objects.filter(place_id=ended)
    of_old.update(state="PUBLISHED", ended_at=None)
    assert of_rooms.end_left_over(now=SOON) == 1
    assert of_old.get().state == "ENDED"
    assert of_rooms.end_left_over(now=SOON) == 0
    assert len(listings.urls_in(stands)) == 1
