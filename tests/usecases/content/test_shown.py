"""What posts show of works: needed while public, and judged with their covers and captions."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from tests.builders import NOW, a_creator
from tests.statements import counted
from tests.usecases.content.works_made import MADE, a_post, a_work

from laotie.content import models, rules
from laotie.content.files import making, shown, uploads, works
from laotie.content.files.footage import Kind, WorkState
from laotie.content.judgement import moderation, passages
from laotie.content.judgement.verdicts import CaseState
from laotie.content.kinds import DownBy, PostKind, PostState
from laotie.content.posting import (
    gates,
    holdings,
    lapses,
    post_pages,
    posts,
    publishing,
)
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound

pytestmark = pytest.mark.usefixtures("db")
SOON = NOW + timedelta(hours=1)


def video_of(post_id: UUID) -> UUID:
    return models.PostWork.objects.get(post=post_id).work_id


def is_withheld(work_id: UUID) -> bool:
    return models.Work.objects.get(pk=work_id).is_withheld


def captions_on_their_way(creator: Actor, video_id: UUID) -> UUID:
    ticket = uploads.begin(
        actor=creator,
        kind=Kind.CAPTIONS,
        bytes=100,
        name="a.vtt",
        for_work=video_id,
        language="en",
        now=NOW,
    )
    assert uploads.complete(upload_id=ticket.upload_id, now=NOW)
    work_id = uploads.card(ticket.upload_id, actor=creator).work_id
    assert work_id
    return work_id


def test_files_are_had_by_nobody_before_the_post_with_them_is_public(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    creator = a_creator()
    still, post_id = a_work(creator, Kind.STILL), a_post(creator, is_public=False)
    video, unused = video_of(post_id), a_work(creator)
    works.choose_still(actor=creator, work_id=video, still_id=still, now=NOW)
    captions = captions_on_their_way(creator, video)
    assert making.claim_next()
    assert making.ready(work_id=captions, made=MADE, now=NOW)
    files = dict(models.Work.objects.values_list("file", "id"))

    def had() -> set[UUID]:
        with counted() as asked:
            given = making.given_out([*files, "nothing"])
        assert (len(asked), set(given)) == (1, set(files))
        return {files[file] for file, is_given in given.items() if is_given}

    def is_own_address() -> bool:
        (work,) = post_pages.own(post_id, actor=creator).works
        (listed,) = post_pages.mine(actor=creator).rows
        addresses = (work.url, work.sprite_url, *work.cover_urls.values(), work.captions[0][1])
        kinds = {"/media/judged/" in address for address in addresses}
        assert kinds == {"/media/judged/" in listed.card_url}
        return kinds == {True}

    assert (had(), is_own_address()) == (set(), True)
    for way in (passages.Way.MACHINE, passages.Way.PERSON):
        first = passages.Passage(way, 0)
        monkeypatch.setattr(gates, "GATES", (lambda _post, _now, first=first: first,))
        publishing.publish(actor=creator, post_id=post_id, now=NOW)
        assert (had(), is_own_address()) == (set(), True)
        with transaction.atomic():
            publishing.send_back(post_id, cause="OTHER", now=NOW)
        assert (had(), is_own_address()) == (set(), True)
    monkeypatch.setattr(gates, "GATES", (lambda _post, _now: passages.Passage(),))
    publishing.publish(actor=creator, post_id=post_id, at=SOON, now=NOW)
    assert (had(), is_own_address()) == (set(), True)
    publishing.advance_due(now=SOON)
    assert (had(), is_own_address()) == ({video, still, captions}, False)
    by_id = {held.work.id: held.work.url for held in holdings.page(actor=creator).rows}
    assert {one for one, url in by_id.items() if "/media/judged/" in url} == {unused}
    assert by_id[video] == holdings.own(video, actor=creator).url == works.card(video).url

    publishing.withdraw(actor=creator, post_id=post_id, now=SOON)
    assert (had(), is_own_address()) == (set(), True)
    publishing.publish(actor=creator, post_id=post_id, now=SOON)
    assert had() == {video, still, captions}
    with transaction.atomic():
        publishing.take_down(post_id, cause="OTHER", now=SOON)
    assert (had(), is_own_address()) == (set(), False)
    assert all(held.is_closed for held in holdings.page(actor=creator).rows if held.post)


def test_a_picture_that_another_public_post_needs_is_given_out_on() -> None:
    creator = a_creator()
    pictures = a_post(creator, kind=PostKind.STILLS, stills=2)
    needed, other = models.PostWork.objects.filter(post=pictures).values_list("work_id", flat=True)
    film = a_post(creator, is_public=False)
    works.choose_still(actor=creator, work_id=video_of(film), still_id=needed, now=NOW)
    publishing.publish(actor=creator, post_id=film, now=NOW)

    publishing.withdraw(actor=creator, post_id=pictures, now=NOW)
    assert (is_withheld(needed), is_withheld(other)) == (False, True)
    publishing.withdraw(actor=creator, post_id=film, now=NOW)
    assert (is_withheld(needed), is_withheld(video_of(film))) == (True, True)

    with transaction.atomic():
        publishing.take_down(pictures, cause="OTHER", now=SOON)
    publishing.publish(actor=creator, post_id=film, now=SOON)
    assert (is_withheld(needed), is_withheld(video_of(film))) == (True, False)


def test_a_picture_that_was_taken_down_is_no_cover_of_a_public_film_either() -> None:
    creator = a_creator()
    pictures = a_post(creator, kind=PostKind.STILLS, stills=2)
    needed, other = models.PostWork.objects.filter(post=pictures).values_list("work_id", flat=True)
    film = a_post(creator, is_public=False)
    works.choose_still(actor=creator, work_id=video_of(film), still_id=needed, now=NOW)
    publishing.publish(actor=creator, post_id=film, now=NOW)

    with transaction.atomic():
        publishing.take_down(pictures, cause="OTHER", now=SOON)

    assert (is_withheld(needed), is_withheld(other)) == (True, True)
    assert not is_withheld(video_of(film))
    with transaction.atomic():
        assert publishing.restore(pictures, was_public=True, now=SOON)
    assert (is_withheld(needed), is_withheld(other)) == (False, False)


def test_a_picture_that_is_given_back_is_a_cover_again() -> None:
    creator = a_creator()
    pictures = a_post(creator, kind=PostKind.STILLS, stills=2)
    needed, other = models.PostWork.objects.filter(post=pictures).values_list("work_id", flat=True)
    film = a_post(creator, is_public=False)
    works.choose_still(actor=creator, work_id=video_of(film), still_id=needed, now=NOW)
    publishing.publish(actor=creator, post_id=film, now=NOW)

    def closed(by: DownBy) -> tuple[bool, bool]:
        with transaction.atomic():
            assert publishing.take_down(pictures, cause="OTHER", by=by, now=SOON)
        return is_withheld(needed), is_withheld(other)

    assert closed(DownBy.OPERATOR) == (True, True)
    with transaction.atomic():
        rules.APPEAL.take(models.Post.objects, pictures)
        assert not publishing.restore(pictures, was_public=False, now=SOON)
    assert (is_withheld(needed), is_withheld(other)) == (False, True)
    publishing.publish(actor=creator, post_id=pictures, now=SOON)

    assert closed(DownBy.RIGHTS) == (True, True)
    lapses.take_back(actor=creator, post_id=pictures, now=SOON)
    assert (is_withheld(needed), is_withheld(other)) == (False, True)
    assert not is_withheld(video_of(film))


def test_covers_and_captions_of_a_public_post_stay_as_they_were_judged() -> None:
    creator = a_creator()
    still, post_id = a_work(creator, Kind.STILL), a_post(creator, is_public=False)
    video = video_of(post_id)
    late = captions_on_their_way(creator, video)
    order = making.claim_next()
    assert order
    assert order.work_id == late
    models.Post.objects.filter(pk=post_id).update(
        state=PostState.PUBLISHED.value, published_at=NOW
    )  # By a process of the release before, which did not wait for captions.

    with pytest.raises(shown.Judged):
        works.choose_cover(actor=creator, work_id=video, at_ms=5000, now=NOW)
    with pytest.raises(shown.Judged):
        works.choose_still(actor=creator, work_id=video, still_id=still, now=NOW)
    with pytest.raises(shown.Judged):
        captions_on_their_way(creator, video)
    assert not making.ready(work_id=late, made=MADE, now=NOW)
    with pytest.raises(NotFound):
        works.choose_cover(actor=a_creator(), work_id=video, at_ms=5000, now=NOW)

    row = models.Work.objects.get(pk=video)
    assert (row.cover_still_id, row.cover_wanted_ms) == (None, None)
    assert models.Work.objects.get(pk=late).state == WorkState.CANCELLED
    publishing.withdraw(actor=creator, post_id=post_id, now=NOW)
    works.choose_still(actor=creator, work_id=video, still_id=still, now=NOW)


def test_a_post_waits_for_its_captions_too() -> None:
    creator = a_creator()
    post_id = a_post(creator, is_public=False)
    captions = captions_on_their_way(creator, video_of(post_id))
    publishing.publish(actor=creator, post_id=post_id, now=NOW)
    assert models.Post.objects.get(pk=post_id).state == PostState.TRANSCODING
    assert publishing.advance_due(now=NOW) == 0

    assert making.claim_next()
    assert making.ready(work_id=captions, made=MADE, now=NOW)
    assert publishing.advance_due(now=NOW) == 1
    assert models.Post.objects.get(pk=post_id).state == PostState.PUBLISHED


def test_another_cover_or_captions_are_another_content() -> None:
    creator = a_creator()
    still, post_id = a_work(creator, Kind.STILL), a_post(creator, is_public=False)
    video = video_of(post_id)

    def printed() -> str:
        return moderation.digest(models.Post.objects.get(pk=post_id))

    first = printed()
    works.choose_cover(actor=creator, work_id=video, at_ms=5000, now=NOW)
    wanted = printed()
    assert making.claim_next()
    assert making.covered(work_id=video, at_ms=5000, cover_no=2)
    assert printed() == wanted
    works.choose_still(actor=creator, work_id=video, still_id=still, now=NOW)
    with_still = printed()
    captions = captions_on_their_way(creator, video)
    assert making.claim_next()
    assert making.ready(work_id=captions, made=MADE, now=NOW)

    assert len({first, wanted, with_still, printed()}) == 4


def test_nobody_judges_a_draft_that_was_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    creator = a_creator()
    look_first = passages.Passage(passages.Way.PERSON, 0)
    monkeypatch.setattr(gates, "GATES", (lambda _post, _now: look_first,))
    post_id = a_post(creator)
    publishing.keep_back(actor=creator, post_id=post_id, now=NOW)

    posts.delete(actor=creator, post_id=post_id, now=SOON)

    case = models.Case.objects.get(post_id=post_id)
    assert (case.state, case.decided_at, case.consequence) == (CaseState.CLOSED, SOON, "")
