"""Minutes that pay: told by pages, believed as far as they can be true, and by whom."""

import random
import threading
from contextlib import suppress
from datetime import datetime, timedelta
from unittest import mock
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from tests import builders, racing
from tests.builders import NOW, a_creator, a_person, a_shop
from tests.usecases.content import supported
from tests.usecases.content.seen_posts import add_up, many, watch
from tests.usecases.content.works_made import a_post

from laotie.accounts import hands, roles
from laotie.content import invariants, models
from laotie.content.kinds import PostKind
from laotie.content.relations import follows
from laotie.content.support import programme_pages, progress
from laotie.content.support.programmes import Task
from laotie.content.support.support_kinds import TaskKind
from laotie.content.viewing import signals, watch_time
from laotie.content.viewing.ranking import Place
from laotie.content.viewing.watch_time import Told
from laotie.events.content import PostVisited
from laotie.kernel import event_log, sql
from laotie.kernel.actor import Actor

pytestmark = pytest.mark.usefixtures("db")
LATER = NOW + timedelta(hours=6)


def visited(post_id: UUID, person: Actor, *, at: datetime, watch_ms: int) -> PostVisited:
    return PostVisited(
        visit_id=uuid4(),
        post_id=post_id,
        person_id=person.person_id,
        place=Place.RECOMMENDED.value,
        is_paid=False,
        watch_ms=watch_ms,
        is_complete=False,
        at=at,
    )


def figures(post_id: UUID) -> tuple[int, int]:
    """Told and believed."""
    found = signals.figures([post_id])[post_id]
    return found.watch_ms, found.believed_ms


def broken() -> list[str]:
    return [name for name, text in invariants.INVARIANTS.items() if sql.rows(text)]


def test_a_look_is_believed_no_longer_than_its_post_and_stills_have_their_own() -> None:
    creator = a_creator()
    video, stills = a_post(creator), a_post(creator, kind=PostKind.STILLS)
    viewer, other = a_person(), a_person()

    watch(viewer, [video, stills], at=LATER, watch_ms=3_600_000)
    watch(other, [video], at=LATER, watch_ms=9_000)
    add_up()

    assert figures(video) == (3_609_000, 36_000 + 9_000)
    assert figures(stills) == (3_600_000, 40_000)
    assert broken() == []


def test_a_persons_time_passes_once_on_however_many_screens() -> None:
    one, other = a_post(a_creator()), a_post(a_creator())
    viewer = a_person()

    watch(viewer, [one], at=LATER, watch_ms=20_000)
    add_up()
    watch(viewer, [other], at=LATER + timedelta(seconds=5), watch_ms=20_000)
    add_up()
    late = visited(a_post(a_creator()), viewer, at=LATER - timedelta(hours=1), watch_ms=9_000)
    with transaction.atomic():
        event_log.publish(late)
    add_up()

    assert figures(one) == (20_000, 20_000)
    assert figures(other) == (20_000, 5_000)
    assert figures(late.post_id) == (9_000, 0)
    assert broken() == []


def test_who_works_with_the_creator_is_a_guest_or_makes_things_up_pays_nothing() -> None:
    creator, shop = a_creator(), a_shop()
    staff, faker, guest = a_person(), a_person(), Actor.anonymous()
    for each in (creator, staff):
        with transaction.atomic():
            roles.set_shop_rights(
                each.require_person(), shop.id, ["ship"], by=shop.owner, reason="hired", now=NOW
            )
    follows.follow(actor=faker, creator_id=creator.require_creator(), device="", now=NOW)
    models.Follow.objects.update(forged="RATE", judged_at=NOW)
    post = a_post(creator)

    for each in (staff, faker, guest, shop.owner):
        watch(each, [post], at=LATER)
    with transaction.atomic():
        event_log.publish(visited(post, creator, at=LATER, watch_ms=9_000))
    add_up()

    # Staff of a shop that the creator works in as well, its owner among them.
    assert figures(post) == (9_000 * 4, 0)
    assert signals.figures([post])[post].other_visits == 1
    assert broken() == []


def test_the_statement_believes_what_the_rule_believes_in_batches_of_any_length() -> None:
    draw = random.Random(7)
    posts = many([a_creator(), a_creator()], 24)
    viewers = [a_person() for _ in range(3)]
    told: list[PostVisited] = []
    at = NOW + timedelta(hours=1)
    for _ in range(60):
        at += timedelta(milliseconds=draw.choice([1, 700, 9_000, 60_000, 5_400_000]))
        told += [
            visited(post, draw.choice(viewers), at=at, watch_ms=draw.randint(1_000, 40_000))
            for post in draw.sample(posts, draw.choice([1, 1, 2, 5]))
        ]

    with mock.patch.object(watch_time, "MOST_A_DAY_MS", 120_000):
        while rest := told[models.Visit.objects.count() :]:
            with transaction.atomic():
                signals.count(rest[: draw.choice([1, 4, 25])])

        for viewer in viewers:
            mine = [one for one in told if one.person_id == viewer.person_id]
            seen: dict[UUID, datetime] = {}
            rows = []
            for one in mine:
                counts = one.at - seen.get(one.post_id, NOW - timedelta(days=9)) >= timedelta(1)
                seen[one.post_id] = one.at
                longest = watch_time.longest_ms(video_ms=9_000, stills=0)
                rows.append(Told(one.at, min(one.watch_ms, longest) if counts else 0))
            kept = dict(models.Visit.objects.values_list("pk", "believed_ms"))
            expected = watch_time.believed(rows, since=NOW)
            assert [kept[one.visit_id] for one in mine] == expected
            assert 0 < sum(expected) < sum(row.most_ms for row in rows)
    assert broken() == []


def test_two_batches_of_one_person_at_once_are_not_both_believed() -> None:
    def race(guard_s: float) -> int:
        viewer, posts = a_person(), [a_post(a_creator()) for _ in range(2)]
        both = threading.Barrier(2)

        def count(post_id: UUID) -> None:
            with transaction.atomic():
                signals.count([visited(post_id, viewer, at=LATER + ends.pop(), watch_ms=30_000)])
                with suppress(threading.BrokenBarrierError):
                    both.wait(guard_s)

        ends = [timedelta(0), timedelta(seconds=1)]
        results = racing.together([lambda post=post: count(post) for post in posts])
        assert racing.faults(results) == []
        return sum(figures(post)[1] for post in posts)

    # Whichever comes first has its 30 seconds; the other one second, or comes too late for any.
    assert race(0.2) in {30_000, 31_000}
    assert broken() == []

    with mock.patch.object(signals, "_hold"):
        assert race(60) == 60_000
    assert broken() == ["content.the_time_of_a_person_is_believed_once"]
    models.Visit.objects.all().delete()


def test_after_a_change_of_hands_only_what_was_believed_later_pays() -> None:
    creator, viewer = a_creator(), a_person()
    post = a_post(creator)
    watch(viewer, [post], at=LATER)
    watch(a_person(), [post], at=LATER)
    add_up()
    at = LATER + timedelta(days=2)

    hands.change(
        actor=builders.an_operator(), creator_id=creator.require_creator(), reason="Sold.", now=at
    )
    watch(viewer, [post], at=at, watch_ms=7_000)
    early = visited(post, a_person(), at=LATER, watch_ms=9_000)
    with transaction.atomic():  # One from before, which comes late.
        event_log.publish(early)
    add_up()

    assert figures(post) == (7_000 + 9_000, 7_000)
    assert broken() == []


def test_a_programme_pays_by_what_is_believed_and_shows_both() -> None:
    card = supported.a_programme(tasks=[Task(TaskKind.WATCH_MINUTES, 2, 10_00)])
    (wang,) = supported.enrolled(card, "王老师")
    made = many([wang], 3, until=NOW + timedelta(minutes=3))
    models.Post.objects.filter(pk__in=made).update(field="POPULAR_SCIENCE")
    for _ in range(2):
        watch(a_person(), made, at=LATER, watch_ms=3_600_000)
    add_up()

    progress.recount_all(now=LATER)

    # Two people, three posts of nine seconds, three times through.
    (entry,) = programme_pages.for_creator(actor=wang, now=LATER)
    assert [(task.counted, task.told, task.is_reached) for task in entry.tasks] == [(2, 360, True)]
    desk = programme_pages.file_of(card.id, actor=builders.an_operator(), now=LATER)
    assert [(task.counted, task.told) for task in desk.takers.rows[0].tasks] == [(2, 360)]
    assert broken() == []
