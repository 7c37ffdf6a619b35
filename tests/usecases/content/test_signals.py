"""Visits are facts that count once, in sets, and only where they cost somebody something."""

from datetime import datetime, timedelta
from unittest import mock
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from tests.builders import NOW, a_creator, a_person, a_plan, a_product, a_shop, an_operator
from tests.usecases.content.seen_posts import add_up, told, watch
from tests.usecases.content.works_made import a_post

from laotie.accounts import hands
from laotie.content import handlers, models
from laotie.content.posting import publishing
from laotie.content.viewing import feed, marks, ranking, signals
from laotie.content.viewing.feed import Tab
from laotie.content.viewing.ranking import Place, Points
from laotie.content.viewing.signals import Figures
from laotie.events.accounts import HandsChanged
from laotie.events.content import PostVisited
from laotie.events.trade import PostSold, RefundDone
from laotie.kernel import crypto, event_log, ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid
from laotie.kernel.event import Event

pytestmark = pytest.mark.usefixtures("db")
GUEST = Actor.anonymous()


def publish(*events: Event) -> None:
    with transaction.atomic():
        event_log.publish(*events)


def sold_in(post_id: UUID, buyer: Actor, *, at: datetime) -> PostSold:
    return PostSold(
        order_id=ids.new(), post_id=post_id, buyer_id=buyer.require_person(), paid_at=at
    )


def test_visits_of_people_rank_once_a_day_and_others_are_counted_apart() -> None:
    creator, viewer = a_creator(), a_person()
    post = a_post(creator)

    watch(viewer, [post])
    watch(viewer, [post, post], at=NOW + timedelta(hours=1))
    watch(viewer, [post], at=NOW + timedelta(days=2), is_complete=False, watch_ms=2_000)
    watch(GUEST, [post])
    watch(GUEST, [post])
    watch(viewer, [post], at=NOW + timedelta(days=4), is_paid=True, watch_ms=5_000)
    watch(creator, [post])
    add_up()

    assert signals.figures([post]) == {
        post: Figures(
            visits=2,
            watch_ms=11_000,
            believed_ms=2_000,  # Whoever joins and looks at the same moment has looked at nothing.
            completions=1,
            other_visits=4,
            paid_visits=1,
            paid_watch_ms=5_000,
        )
    }
    assert sorted(models.Visit.objects.values_list("is_paid", flat=True)) == [False] * 6 + [True]
    assert list(models.Taste.objects.values_list("person_id", "creator_id", "weight")) == [
        (viewer.person_id, creator.creator_id, 1.0)
    ]


def test_a_visit_that_is_told_or_delivered_twice_counts_once() -> None:
    viewer, post = a_person(), a_post(a_creator())
    visit = told(post_id=post)

    signals.tell(actor=viewer, visits=[visit], now=NOW)
    signals.tell(actor=viewer, visits=[visit, visit], now=NOW)
    add_up()
    once = signals.figures([post])[post]
    sql.change("DELETE FROM event_position")
    add_up()

    assert signals.figures([post]) == {post: once}
    assert (once.visits, once.other_visits) == (1, 0)
    assert models.Taste.objects.get().weight == 1.0


def test_visits_to_what_nobody_sees_are_passed_over_and_nonsense_is_refused() -> None:
    viewer, draft = a_person(), a_post(a_creator(), is_public=False)

    assert signals.tell(actor=viewer, visits=[told(post_id=draft)], now=NOW) == 0
    assert signals.tell(actor=viewer, visits=[told(post_id=uuid4())], now=NOW) == 0
    for visits in (
        [told(post_id=draft, watch_ms=999)],
        [told(post_id=draft, watch_ms=3_600_001)],
        [told(post_id=draft)] * 51,
    ):
        with pytest.raises(Invalid):
            signals.tell(actor=viewer, visits=visits, now=NOW)
    add_up()

    assert not models.Visit.objects.exists()
    ((events,),) = sql.rows("SELECT count(*) FROM event_log WHERE name = %s", [PostVisited.name])
    assert events == 0


def test_a_visit_keeps_the_version_that_ranked_it_and_no_other_that_is_told() -> None:
    viewer, creator = a_person(), a_creator()
    post, other = a_post(creator, now=NOW), a_post(creator, now=NOW)
    ranked = {
        one.post_id: one.mark
        for one in feed.page(Tab(Place.RECOMMENDED), actor=viewer, now=NOW).rows
    }
    by_time = feed.page(Tab(Place.FIELD, "OTHER"), actor=viewer, now=NOW).rows
    assert {one.mark for one in by_time} <= {""}
    with mock.patch.object(ranking, "VERSION", 7):
        later = marks.mark(post)
    own = crypto.sign("share", {"i": post.hex, "v": 9}, lasts=timedelta(hours=1))
    over = crypto.sign("content.shown", {"i": post.hex, "v": 9}, lasts=timedelta(seconds=-1))
    for mark, version in (
        (ranked[post], ranking.VERSION), (later, 7), ("", None), ("9", None), (own, None),
        (over, None), (ranked[other], None), (later[:-1], None), ("x" * 9999, None),
    ):  # fmt: skip
        visit = told(post_id=post, mark=mark)
        signals.tell(actor=viewer, visits=[visit], now=NOW)
        add_up()
        assert models.Visit.objects.get(pk=visit.id).formula == version, mark


def test_an_order_is_credited_once_to_what_its_goods_were_found_in() -> None:
    creator, buyer, shop = a_creator(), a_person(), a_shop()
    product = a_product(shop, 3990, 5990)
    a_plan(shop, product)
    early = NOW - timedelta(days=3)
    found, seen = (a_post(creator, product_ids=[product.id], now=early) for _ in range(2))
    watch(buyer, [seen], at=NOW - timedelta(hours=2))
    sold = sold_in(found, buyer, at=NOW)

    publish(sold)
    publish(sold, sold)
    publish(sold_in(found, creator, at=NOW), sold_in(uuid4(), buyer, at=NOW))
    add_up()

    figures = signals.figures([found, seen])
    assert {post: one.buys for post, one in figures.items()} == {found: 1, seen: 0}
    (kept,) = models.PostBuy.objects.all()
    assert (kept.post_id, kept.order, kept.at) == (found, sold.order_id, NOW)
    heat = models.PostFigures.objects.get(pk=found).heat
    assert heat == pytest.approx(ranking.heat(early, buys=1))


def test_an_order_whose_money_went_back_ranks_nothing_however_late_it_is_told_of() -> None:
    buyer, post = a_person(), a_post(a_creator(), now=NOW - timedelta(days=3))
    first, kept, late = (sold_in(post, buyer, at=NOW) for _ in range(3))

    def buys_and_heat() -> tuple[int, float]:
        add_up()
        row = models.PostFigures.objects.get(pk=post)
        return row.buys, row.heat

    publish(kept)
    one = buys_and_heat()
    publish(first, RefundDone(ids.new(), first.order_id), RefundDone(ids.new(), kept.order_id))
    two = buys_and_heat()
    assert (one[0], two[0]) == (1, 2)
    assert two[1] > one[1]

    for _ in range(2):
        publish(RefundDone(ids.new(), first.order_id, is_whole=True))
        assert buys_and_heat() == one
    publish(RefundDone(ids.new(), late.order_id, is_whole=True))
    publish(late)
    assert buys_and_heat() == one
    assert models.PostBuy.objects.filter(order=late.order_id, counts=False).count() == 1


def test_many_views_of_one_post_are_added_at_once() -> None:
    viewers, post = [a_person() for _ in range(20)], a_post(a_creator())
    for viewer in viewers:
        watch(viewer, [post])
    add_up()
    publish(
        *(
            PostVisited(
                visit_id=uuid4(),
                post_id=post,
                person_id=a_person().person_id,
                place=Place.RECOMMENDED.value,
                is_paid=False,
                watch_ms=4_000,
                is_complete=False,
                at=NOW,
            )
            for _ in range(150)
        )
    )
    assert event_log.read_on(handlers.FIGURES) > 0

    assert signals.figures([post])[post].visits == 170


def test_somebody_who_was_forgotten_meanwhile_looked_on_as_a_guest() -> None:
    post = a_post(a_creator())
    publish(
        PostVisited(
            visit_id=uuid4(),
            post_id=post,
            person_id=uuid4(),
            place=Place.FIELD.value,
            is_paid=False,
            watch_ms=4_000,
            is_complete=True,
            at=NOW,
        )
    )
    add_up()

    assert signals.figures([post])[post] == Figures(other_visits=1)


def test_what_was_watched_and_bought_before_a_change_of_hands_ranks_no_more() -> None:
    creator, other, early, late = a_creator(), a_creator(), a_person(), a_person()
    shop = a_shop()
    product = a_product(shop, 3990, 5990)
    a_plan(shop, product)
    creator_id, down = creator.require_creator(), a_post(creator)
    post = a_post(creator, product_ids=[product.id])
    watch(early, [post, a_post(other)])
    watch(early, [post], at=NOW + timedelta(hours=1))
    with transaction.atomic():
        publishing.take_down(down, cause="FALSE_CLAIM", now=NOW)
    before = [sold_in(post, early, at=NOW + timedelta(hours=1)) for _ in range(2)]
    publish(before[0])
    add_up()
    assert signals.figures([post])[post].buys == 1
    signals.find_kin(now=NOW)
    assert models.Kin.objects.count() == 2
    at = NOW + timedelta(hours=2)

    def points(viewer: Actor) -> Points:
        page = feed.page(Tab(Place.RECOMMENDED), actor=viewer, now=at + timedelta(hours=1))
        (found,) = (row.points for row in page.rows if row.post_id == post)
        assert found
        return found

    assert points(early).taste > 0
    assert points(late).trust == -1

    hands.change(actor=an_operator(), creator_id=creator_id, reason="Sold.", now=at)
    watch(late, [post], at=at, watch_ms=3_000)
    watch(early, [post], at=at, is_complete=False, watch_ms=2_000)
    add_up()
    assert signals.figures([post])[post].buys == 0
    # One that was paid before and is heard of now; one that was paid after.
    publish(before[1], sold_in(post, late, at=at + timedelta(minutes=1)))
    publish(HandsChanged(creator_id=creator_id, at=at))  # Told twice.
    add_up()

    # The early viewer's third look is within a day of the first two, which are still looks.
    assert signals.figures([post])[post] == Figures(
        visits=1, watch_ms=3_000, believed_ms=3_000, completions=1, other_visits=3, buys=1
    )
    assert sorted(models.PostBuy.objects.values_list("counts", flat=True)) == [False, False, True]
    tastes = models.Taste.objects.filter(creator=creator_id)
    assert list(tastes.values_list("person_id", "weight", "at")) == [(late.person_id, 1.0, at)]
    assert not models.Kin.objects.exists()
    heat = models.PostFigures.objects.get(pk=post).heat
    assert heat == pytest.approx(ranking.heat(NOW) + ranking.watched(
        visits=1, completions=1, likes=0, buys=1
    ))  # fmt: skip
    assert (points(early).taste, points(late).trust) == (0, 0)
