"""The feed: who is shown what, why, once, and at what cost."""

import itertools
import random
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.builders import NOW, a_creator, a_person, a_plan, a_product, a_shop
from tests.usecases.content.seen_posts import add_up, many, watch
from tests.usecases.content.works_made import a_post

from laotie.content import models
from laotie.content.kinds import DownBy
from laotie.content.posting import post_pages, publishing
from laotie.content.posting.posts import Words
from laotie.content.relations import blocks, follows
from laotie.content.viewing import feed, ranking, signals
from laotie.content.viewing.feed import Tab
from laotie.content.viewing.ranking import WEIGHTS, Place, Why
from laotie.kernel import sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, SignInFirst

pytestmark = pytest.mark.usefixtures("db")
WORDS = Words(title="开窑", field="FOOD", region="330000")
GUEST = Actor.anonymous()
FOR_YOU, FOLLOWING = Tab(Place.RECOMMENDED), Tab(Place.FOLLOWING)


def scroll(tab: Tab, actor: Actor, *, most: int = 12, pages: int = 100) -> list[feed.Shown]:
    """All that a viewer is shown until the end of a scroll."""
    shown: list[feed.Shown] = []
    after = None
    for _ in range(pages):
        page = feed.page(tab, actor=actor, after=after, most=most, now=NOW)
        shown += page.rows
        after = page.after
        if after is None:
            break
    return shown


def test_a_scroll_shows_every_post_once_whatever_moves_meanwhile() -> None:
    creators, viewer = [a_creator() for _ in range(5)], a_person()
    all_posts = many(creators, 60)
    shown: list[UUID] = []
    after = None

    for turn in range(20):
        page = feed.page(FOR_YOU, actor=viewer, after=after, most=8, now=NOW)
        shown += [row.post_id for row in page.rows]
        after = page.after
        if after is None:
            break
        # What was far below is hot now, what was followed is not, and new posts come in.
        mover = creators[turn % 5].require_creator()
        (follows.follow if turn % 2 else follows.unfollow)(
            **{"actor": viewer, "creator_id": mover, **({"now": NOW} if turn % 2 else {})}
        )
        sql.change("UPDATE content_postfigures SET heat = heat + random() * 8 - 4")
        many(creators, 1, until=NOW + timedelta(seconds=turn + 1))

    assert Counter(shown) == Counter(all_posts)


def test_the_newest_come_in_their_order_and_once_while_others_are_published() -> None:
    creators, viewer = [a_creator() for _ in range(3)], a_person()
    found = many(creators, 25)
    for creator in creators[:2]:
        follows.follow(actor=viewer, creator_id=creator.require_creator(), now=NOW)

    food = scroll(Tab(Place.FIELD, "FOOD"), GUEST, most=4)
    place = scroll(Tab(Place.REGION, "330000"), GUEST, most=4)
    first = feed.page(FOLLOWING, actor=viewer, most=5, now=NOW)
    many(creators, 3, until=NOW + timedelta(seconds=181))
    rest = []
    after = first.after
    while after:
        page = feed.page(FOLLOWING, actor=viewer, after=after, most=5, now=NOW)
        rest += page.rows
        after = page.after

    followed = [post for n, post in enumerate(found) if n % 3 < 2]
    assert [row.post_id for row in [*first.rows, *rest]] == followed
    assert {row.why for row in rest} == {Why.FOLLOW}
    assert [row.post_id for row in food] == [post for n, post in enumerate(found) if n % 2 == 0]
    assert [(row.post_id, row.why) for row in place] == [(row.post_id, Why.REGION) for row in food]


def test_what_has_less_reach_is_shown_to_followers_alone_and_what_is_not_public_to_nobody() -> None:
    creator, viewer = a_creator(), a_person()
    follows.follow(actor=viewer, creator_id=creator.require_creator(), now=NOW)
    early, shop = NOW - timedelta(minutes=1), a_shop()
    product = a_product(shop)
    a_plan(shop, product)
    public, limited, withdrawn, down, later = (
        a_post(creator, words=WORDS, product_ids=[product.id], now=early) for _ in range(5)
    )
    models.Post.objects.filter(pk=limited).update(reach="LIMITED")
    publishing.withdraw(actor=creator, post_id=withdrawn, now=NOW)
    with transaction.atomic():
        publishing.take_down(down, cause="FALSE_CLAIM", now=NOW)
    models.Post.objects.filter(pk=later).update(published_at=NOW + timedelta(minutes=1))
    add_up()

    for tab in (FOR_YOU, Tab(Place.FIELD, "FOOD"), Tab(Place.REGION, "330000")):
        assert [row.post_id for row in scroll(tab, viewer)] == [public], tab
    assert [row.post_id for row in scroll(FOLLOWING, viewer)] == [limited, public]
    assert scroll(FOLLOWING, a_person()) == []
    for actor, seen in (
        (viewer, [later, limited, public]),
        (creator, [later, limited, public]),
        (a_creator(), [later, public]),
        (GUEST, [later, public]),
    ):
        assert [view.id for view in post_pages.of_product(product.id, actor=actor)] == seen


def test_points_are_those_of_the_formula() -> None:
    rng = random.Random(5)
    viewer, others = a_person(), [a_person() for _ in range(12)]
    creators = [a_creator() for _ in range(6)]
    posts = many(creators, 30, until=NOW - timedelta(minutes=1))
    owner = {post: creators[n % 6].require_creator() for n, post in enumerate(posts)}
    follows.follow(actor=viewer, creator_id=creators[0].require_creator(), now=NOW)
    at = NOW - timedelta(days=2)
    for other in others:
        watch(other, rng.sample(posts, 9), at=at, is_complete=rng.random() < 0.6)
    watch(viewer, posts[1:5], at=NOW - timedelta(days=5))
    watch(viewer, posts[6:8], at=NOW - timedelta(hours=3), is_complete=False)
    add_up()
    signals.find_kin(now=NOW)
    models.PostFigures.objects.filter(pk=posts[9]).update(likes=7)
    with transaction.atomic():
        publishing.take_down(posts[11], cause="FALSE_CLAIM", now=NOW - timedelta(days=3))
        # Nobody's fault, so that their creators keep the trust they had.
        for post, by in ((posts[10], DownBy.RIGHTS), (posts[8], DownBy.SOURCE)):
            assert publishing.take_down(post, cause="GONE", by=by, now=NOW - timedelta(days=3))

    page = feed.page(FOR_YOU, actor=viewer, most=50, now=NOW)

    figures = signals.figures(posts)
    tastes = {
        row.creator_id: ranking.faded(row.weight, at=row.at, as_of=NOW)
        for row in models.Taste.objects.filter(person=viewer.person_id)
    }
    kin: dict[UUID, dict[UUID, float]] = {}
    for row in models.Kin.objects.all():
        kin.setdefault(row.other_id, {})[row.creator_id] = row.strength
    published = dict(models.Post.objects.values_list("pk", "published_at"))
    assert len(page.rows) == 27
    assert tastes
    assert kin
    for shown in page.rows:
        assert shown.points
        n, creator_id = figures[shown.post_id], owner[shown.post_id]
        expected = {
            "fresh": ranking.fresh(published[shown.post_id], as_of=NOW),
            "watched": ranking.watched(
                visits=n.visits, completions=n.completions, likes=n.likes, buys=n.buys
            ),
            "follow": WEIGHTS.follow if creator_id == creators[0].creator_id else 0,
            "taste": ranking.taste(tastes.get(creator_id, 0)),
            "kin": ranking.kin_points(tastes, kin.get(creator_id, {})),
            "trust": ranking.trust(int(creator_id == creators[5].creator_id)),
            "seen": -WEIGHTS.seen if shown.post_id in posts[6:8] else 0,
        }
        for name, points in expected.items():
            assert getattr(shown.points, name) == pytest.approx(points, abs=1e-9), name
    totals = sorted((row.points.total for row in page.rows if row.points), reverse=True)
    by_creator = Counter(row.points.variety for row in page.rows if row.points)
    assert by_creator == {0.0: 6, -1.0: 6, -2.0: 6, -3.0: 6, -4.0: 3}
    heats = dict(models.PostFigures.objects.values_list("pk", "heat"))
    for post in posts[:5]:
        n = figures[post]
        assert heats[post] == pytest.approx(
            ranking.heat(published[post], visits=n.visits, completions=n.completions), abs=1e-6
        )
    assert totals[0] > totals[-1]


def test_each_reason_is_told_where_it_weighs_most() -> None:
    viewer, crowd = a_person(), [a_person() for _ in range(12)]
    followed, liked, near, busy, unknown = (a_creator() for _ in range(5))
    early = NOW - timedelta(hours=1)
    old = a_post(liked, now=NOW - timedelta(days=6))
    of_followed, of_liked, of_near, of_busy = (
        a_post(one, now=early) for one in (followed, liked, near, busy)
    )
    follows.follow(actor=viewer, creator_id=followed.require_creator(), now=NOW)
    watch(viewer, [old], at=NOW - timedelta(days=5))
    for one in crowd:
        watch(one, [old, of_near], at=early)
        watch(one, [of_busy], at=early)
    for one in [a_person() for _ in range(40)]:
        watch(one, [of_near], at=early, is_complete=False)
    add_up()
    signals.find_kin(now=NOW)

    rows = {row.post_id: row for row in feed.page(FOR_YOU, actor=viewer, now=NOW).rows}

    assert rows[of_followed].why is Why.FOLLOW
    assert rows[of_liked].why is Why.TASTE
    assert (rows[of_near].why, rows[of_near].by_creator) == (Why.KIN, liked.creator_id)
    # Whom the viewer has nothing to do with any more is no reason either, whoever wanted it so.
    for blocker, blocked in ((viewer, liked), (liked, viewer)):
        blocks.block(actor=blocker, person_id=blocked.require_person(), now=NOW)
        apart = {row.post_id: row for row in feed.page(FOR_YOU, actor=viewer, now=NOW).rows}
        blocks.unblock(actor=blocker, person_id=blocked.require_person())
        assert of_liked not in apart
        assert (apart[of_near].why, apart[of_near].by_creator) == (Why.FRESH, None)
    again = {row.post_id: row for row in feed.page(FOR_YOU, actor=viewer, now=NOW).rows}
    assert again[of_near].by_creator == liked.creator_id
    guest = {row.post_id: row for row in feed.page(FOR_YOU, actor=GUEST, now=NOW).rows}
    assert guest[of_busy].why is Why.WATCHED
    fresh = a_post(unknown, now=early)
    add_up()
    later = {row.post_id: row for row in feed.page(FOR_YOU, actor=GUEST, now=NOW).rows}
    assert later[fresh].why is Why.FRESH


def test_one_in_eight_is_somebody_unknown() -> None:
    known, viewer = [a_creator() for _ in range(10)], a_person()
    best = many(known, 40, until=NOW - timedelta(minutes=1))
    models.PostFigures.objects.update(visits=500, completions=400)
    models.PostFigures.objects.update(
        heat=sql.rows("SELECT max(heat) + 2 FROM content_postfigures")[0][0]
    )
    new = many([a_creator() for _ in range(4)], 20, until=NOW - timedelta(hours=30))

    page = feed.page(FOR_YOU, actor=viewer, most=16, now=NOW)

    tried = [n for n, row in enumerate(page.rows) if row.why is Why.NEW_HERE]
    assert tried == [4, 12]
    assert {page.rows[n].post_id for n in tried} <= set(new)
    assert {row.post_id for n, row in enumerate(page.rows) if n not in tried} <= set(best)
    again = feed.page(FOR_YOU, actor=viewer, most=16, now=NOW)
    assert again.rows == page.rows


def test_nobody_stands_twice_in_a_row_while_others_are_left() -> None:
    loud, quiet = a_creator(), [a_creator() for _ in range(3)]
    many([loud], 20)
    many(quiet, 6, until=NOW - timedelta(hours=20))

    page = feed.page(FOR_YOU, actor=GUEST, most=10, now=NOW)

    creators = [row.creator_id for row in page.rows]
    neighbours = itertools.pairwise(creators)
    assert len(set(creators)) == 4
    assert not any(one == next_one for one, next_one in neighbours)


def test_a_page_is_one_query_at_10_and_at_1000_posts() -> None:
    creators, viewer = [a_creator() for _ in range(8)], a_person()
    for creator in creators[:3]:
        follows.follow(actor=viewer, creator_id=creator.require_creator(), now=NOW)
    tabs = [FOR_YOU, FOLLOWING, Tab(Place.FIELD, "FOOD"), Tab(Place.REGION, "330000")]

    def cost() -> list[int]:
        counts = []
        for tab in tabs:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                feed.page(tab, actor=viewer, now=NOW)
            counts.append(len(queries))
        return counts

    many(creators, 10)
    at_10 = cost()
    many(creators, 990, until=NOW - timedelta(hours=1))

    assert at_10 == cost() == [1, 1, 1, 1]
    sql.change("ANALYZE content_post")
    for name, params in (
        ("feed_newest", {"person": None, "viewer": None, "field": "FOOD", "region": None}),
        ("feed_newest", {"person": None, "viewer": None, "field": None, "region": "330000"}),
    ):
        # So few rows are read whole for less: what is asked is whether an index can serve.
        with transaction.atomic():
            sql.change("SET LOCAL enable_seqscan = off")
            plan = sql.rows(
                "EXPLAIN " + sql.text("content", name),
                {**params, "belt": None, "before": NOW, "before_id": UUID(int=0), "most": 12},
            )
        text = "\n".join(line for (line,) in plan)
        assert "Seq Scan on content_post" not in text, text


def test_cursors_of_others_and_of_nobody_are_refused() -> None:
    viewer = a_person()
    many([a_creator()], 30)
    follows.follow(
        actor=viewer,
        creator_id=models.Post.objects.values_list("creator_id", flat=True)[0],
        now=NOW,
    )
    food = feed.page(Tab(Place.FIELD, "FOOD"), actor=viewer, most=3, now=NOW).after
    mixed = feed.page(FOR_YOU, actor=viewer, most=3, now=NOW).after
    assert food
    assert mixed

    for tab, after in ((Tab(Place.FIELD, "HOME"), food), (FOR_YOU, food), (FOLLOWING, mixed)):
        with pytest.raises(Invalid):
            feed.page(tab, actor=viewer, after=after, now=NOW)
    for after in ("", "x", mixed[:-3], mixed + "A"):
        if after:
            with pytest.raises(Invalid):
                feed.page(FOR_YOU, actor=viewer, after=after, now=NOW)
    with pytest.raises(SignInFirst):
        feed.page(FOLLOWING, actor=GUEST, now=NOW)
    for place, value in (("PAGE", ""), ("NO", ""), ("FIELD", "X"), ("REGION", "999999")):
        with pytest.raises(Invalid):
            feed.tab_of(place, value)
    assert feed.tab_of("RECOMMENDED", "FOOD") == FOR_YOU
