"""Works are made by one maker each, three tries at most, and covers drawn in turn."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import translation
from tests.builders import NOW, a_creator
from tests.usecases.content.works_made import MADE, a_sent_file, a_work, told_of_works

from laotie.content import models
from laotie.content.files import making, uploads, works
from laotie.content.files.footage import Cause, Kind, WorkState
from laotie.events.content import WorkFailed, WorkReady
from laotie.kernel import clock, ids
from laotie.kernel.errors import (
    NotFound,
    WrongState,
)

pytestmark = pytest.mark.usefixtures("db")


def test_a_work_is_claimed_by_one_and_told_of_once() -> None:
    host = a_creator()
    first, second = a_sent_file(host), a_sent_file(host, Kind.STILL)

    order, other = making.claim_next(), making.claim_next()

    assert order
    assert other
    assert (order.work_id, other.work_id, making.claim_next()) == (first, second, None)
    assert making.progress(work_id=first, state=WorkState.TRANSCODING, percent=50)
    assert works.card(first).percent == 50
    assert making.ready(work_id=first, made=MADE, now=NOW)
    assert not making.ready(work_id=first, made=MADE, now=NOW)
    making.fail(work_id=second, cause=Cause.PIXELS)
    making.fail(work_id=second, cause=Cause.DISK)
    making.fail(work_id=first, cause=Cause.DISK)
    ready, failed = works.card(first), works.card(second)
    assert (ready.state, ready.percent, ready.cause, ready.duration_ms) == (
        WorkState.READY,
        100,
        "",
        12_000,
    )
    assert (failed.state, failed.cause, failed.url) == (WorkState.FAILED, "PIXELS", "")
    assert told_of_works() == [
        (WorkReady.name, str(first)),
        (WorkFailed.name, str(second)),
    ]


def test_a_silent_maker_loses_its_work_and_three_of_them_end_it() -> None:
    work_id = a_sent_file(a_creator())

    for attempt in range(3):
        order = making.claim_next()
        assert order
        assert (order.work_id, making.claim_next()) == (work_id, None)
        if attempt == 1:
            making.let_go(work_id=work_id)  # It said so itself.
        else:
            ago = clock.wall() - making.CLAIM_LASTS - timedelta(seconds=1)
            models.Work.objects.update(claimed_at=ago)

    assert making.claim_next() is None
    assert works.card(work_id).cause == "STUCK"
    assert told_of_works() == [(WorkFailed.name, str(work_id))]
    assert not making.progress(work_id=work_id, state=WorkState.TRANSCODING, percent=1)


def test_who_has_fewest_under_way_is_served_first() -> None:
    busy, other, third = a_creator(), a_creator(), a_creator()
    first, second, last = (a_sent_file(busy) for _ in range(3))
    pair = [a_sent_file(other), a_sent_file(other)]
    single = a_sent_file(third)

    orders = [making.claim_next() for _ in range(6)]

    assert [order and order.work_id for order in orders] == [single, *pair, first, second, last]


def test_a_work_that_was_put_off_waits_and_loses_no_try() -> None:
    work_id = a_sent_file(a_creator())

    for _ in range(making.MOST_TRIES + 2):
        assert making.claim_next()
        making.put_off(work_id=work_id)
        assert making.claim_next() is None  # Not at once.
        row = models.Work.objects.get(pk=work_id)
        assert (row.tries, row.state, row.cause) == (0, WorkState.PROBING.value, "")
        ago = clock.wall() - making.CLAIM_LASTS - timedelta(seconds=1)
        models.Work.objects.update(claimed_at=ago)

    assert uploads.unwanted([row.source_id]) == frozenset()  # The original stays.
    assert making.claim_next()
    assert making.ready(work_id=work_id, made=MADE, now=NOW)
    making.put_off(work_id=work_id)
    assert models.Work.objects.get(pk=work_id).claimed_at is None
    assert told_of_works() == [(WorkReady.name, str(work_id))]


def test_a_cancelled_work_is_not_gone_on_with() -> None:
    host = a_creator()
    queued, under_way = a_sent_file(host), a_sent_file(host)
    works.cancel(actor=host, work_id=queued, now=NOW)
    order = making.claim_next()
    assert order
    assert order.work_id == under_way
    works.cancel(actor=host, work_id=under_way, now=NOW)

    assert not making.progress(work_id=under_way, state=WorkState.PROBING, percent=0)
    assert not making.progress(work_id=under_way, state=WorkState.TRANSCODING, percent=9)
    assert not making.ready(work_id=under_way, made=MADE, now=NOW)
    assert works.card(under_way).state is WorkState.CANCELLED
    ready = a_work(host)
    with pytest.raises(WrongState):
        works.cancel(actor=host, work_id=ready, now=NOW)
    assert works.are_of(host.creator_id or ids.new(), [ready])
    assert not works.are_of(host.creator_id or ids.new(), [ready, queued])


def test_who_looks_again_or_draws_is_heard_as_long_as_it_is_wanted() -> None:
    host = a_creator()
    work_id = a_sent_file(host)

    def beat(state: WorkState = WorkState.PROBING, percent: int = 0) -> bool:
        return making.progress(work_id=work_id, state=state, percent=percent)

    def claimed_ago() -> timedelta:
        claimed_at = models.Work.objects.get(pk=work_id).claimed_at
        assert claimed_at
        return clock.wall() - claimed_at

    assert not beat()  # Nobody has claimed it.
    assert making.claim_next()
    assert beat()
    assert beat(WorkState.TRANSCODING, 99)
    models.Work.objects.update(claimed_at=clock.wall() - timedelta(seconds=100))
    assert beat()  # What came out is looked at; the sprite and the cover are drawn.
    assert claimed_ago() < timedelta(seconds=50)
    assert (works.card(work_id).state, works.card(work_id).percent) == (WorkState.TRANSCODING, 99)
    assert making.ready(work_id=work_id, made=MADE, now=NOW)
    assert not beat()
    works.choose_cover(actor=host, work_id=work_id, at_ms=5000, now=NOW)
    assert making.claim_next()
    assert beat()
    assert (works.card(work_id).state, works.card(work_id).percent) == (WorkState.READY, 100)
    works.choose_cover(actor=host, work_id=work_id, at_ms=6000, now=NOW)
    assert not beat()  # The first one is not wanted any more.
    assert making.claim_next()
    assert making.covered(work_id=work_id, at_ms=6000, cover_no=2)


def test_a_cover_is_wanted_drawn_and_shown_in_turn() -> None:
    host = a_creator()
    video, still = a_work(host), a_work(host, Kind.STILL)
    before = works.card(video).cover_urls[320]

    works.choose_cover(actor=host, work_id=video, at_ms=5000, now=NOW)
    order = making.claim_next()
    assert order
    assert (order.cover_ms, order.cover_no, making.claim_next()) == (5000, 2, None)
    works.choose_cover(actor=host, work_id=video, at_ms=99_000, now=NOW)
    assert not making.covered(work_id=video, at_ms=5000, cover_no=2)
    assert works.card(video).cover_urls[320] == before
    assert works.card(video).is_cover_coming
    order = making.claim_next()
    assert order
    assert order.cover_ms == 12_000
    assert making.covered(work_id=video, at_ms=12_000, cover_no=2)
    after = works.card(video)

    assert (after.cover_ms, after.is_cover_coming) == (12_000, False)
    assert after.cover_urls[320] == before.replace("cover1-", "cover2-")
    works.choose_still(actor=host, work_id=video, still_id=still, now=NOW)
    assert works.card(video).cover_urls == works.card(still).cover_urls
    with transaction.atomic():
        works.withhold_hidden([video])
    files = list(models.Work.objects.order_by("id").values_list("file", flat=True))
    assert making.given_out([*files, "nothing"]) == dict.fromkeys(files, False)
    with transaction.atomic():
        works.remove([still], now=NOW)
    assert works.card(video).cover_urls == after.cover_urls
    with pytest.raises(works.NotReady):
        works.choose_cover(actor=host, work_id=a_sent_file(host), at_ms=1, now=NOW)
    with pytest.raises(NotFound):
        works.choose_still(actor=host, work_id=video, still_id=video, now=NOW)


def test_a_cover_that_cannot_be_drawn_is_given_up_after_three_tries() -> None:
    host = a_creator()
    video = a_work(host)
    works.choose_cover(actor=host, work_id=video, at_ms=5000, now=NOW)

    for _ in range(3):
        assert making.claim_next()
        making.let_go(work_id=video)

    assert making.claim_next() is None
    with translation.override("en"):
        given_up = works.card(video)
    assert (given_up.is_cover_coming, given_up.state) == (False, WorkState.READY)
    assert given_up.cover_cause == "STUCK"
    assert "came to a stop three times" in given_up.cover_explanation


def test_a_moment_without_a_picture_is_given_up_at_once_and_its_creator_reads_why() -> None:
    host = a_creator()
    video = a_work(host)
    before = works.card(video).cover_urls
    works.choose_cover(actor=host, work_id=video, at_ms=5000, now=NOW)
    assert making.claim_next()
    works.choose_cover(actor=host, work_id=video, at_ms=6000, now=NOW)

    assert not making.uncovered(work_id=video, at_ms=5000, cause=Cause.ENCODER)
    assert (works.card(video).is_cover_coming, works.card(video).cover_cause) == (True, "")
    assert making.uncovered(work_id=video, at_ms=6000, cause=Cause.ENCODER)
    with translation.override("en"):
        given_up = works.card(video)
    assert (given_up.is_cover_coming, given_up.cover_cause) == (False, "ENCODER")
    assert "No picture could be drawn of that moment" in given_up.cover_explanation
    assert (given_up.cover_urls, making.claim_next()) == (before, None)

    works.choose_cover(actor=host, work_id=video, at_ms=1000, now=NOW)
    assert works.card(video).cover_explanation == ""
