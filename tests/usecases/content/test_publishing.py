"""Publishing: gates are asked each time, and each post goes public once."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from unittest import mock
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import translation
from tests import racing
from tests.builders import NOW, a_creator, a_product, a_shop, an_operator
from tests.telling import told
from tests.usecases.content.works_made import (
    WORDS,
    a_draft,
    a_sent_file,
    a_work,
    finish,
    give_up,
    post_of,
)

from laotie.accounts import inbox
from laotie.content import models
from laotie.content.files import works
from laotie.content.files.footage import Cause
from laotie.content.judgement import passages
from laotie.content.kinds import DownBy, PostKind, PostState, Reach, SourceKind
from laotie.content.posting import gates, lapses, posts, publishing
from laotie.content.posting.posts import Source, Words
from laotie.content.review import cases
from laotie.events.content import PostPublished, PostTakenDown
from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, Refusal, WrongState

pytestmark = pytest.mark.usefixtures("db")
SOON = NOW + timedelta(hours=1)


def a_public_post(creator: Actor, **words: object) -> UUID:
    post_id = a_draft(creator, a_work(creator), words=Words(**{"title": "公开", **words}))  # type: ignore[arg-type]
    publishing.publish(actor=creator, post_id=post_id, now=NOW)
    return post_id


def test_gates_name_what_is_missing_in_order_and_then_let_through() -> None:
    creator = a_creator()
    post = posts.begin(actor=creator, kind=PostKind.VIDEO, now=NOW)

    def refused() -> type[Refusal]:
        with pytest.raises(Refusal) as refusal:
            publishing.publish(actor=creator, post_id=post.id, now=NOW)
        return refusal.type

    assert refused() is gates.TitleNeeded
    posts.change(actor=creator, post_id=post.id, words=WORDS, now=NOW)
    assert refused() is gates.FilesNeeded
    broken = a_sent_file(creator)
    give_up(broken)
    posts.set_works(actor=creator, post_id=post.id, work_ids=[broken], now=NOW)
    assert refused() is gates.FileFailed
    posts.set_works(actor=creator, post_id=post.id, work_ids=[a_work(creator)], now=NOW)
    assert told(PostPublished.name) == 0

    card = publishing.publish(actor=creator, post_id=post.id, now=SOON)
    again = publishing.publish(actor=creator, post_id=post.id, now=SOON + timedelta(hours=1))

    assert (card.state, card.published_at) == (PostState.PUBLISHED, SOON)
    assert again == card
    assert told(PostPublished.name) == 1


def test_a_post_waits_for_its_file_and_then_goes_public_by_itself_once() -> None:
    creator = a_creator()
    work_id = a_sent_file(creator)
    post_id = a_draft(creator, work_id)

    publishing.publish(actor=creator, post_id=post_id, now=NOW)
    assert post_of(post_id).state == PostState.TRANSCODING
    assert publishing.advance_due(now=NOW) == 0
    with pytest.raises(WrongState):
        posts.change(actor=creator, post_id=post_id, words=WORDS, now=NOW)

    finish(work_id)
    assert publishing.advance_due(now=SOON) == 1
    assert publishing.advance_due(now=SOON) == 0

    assert post_of(post_id).state == PostState.PUBLISHED
    assert told(PostPublished.name) == 1


def test_a_file_that_fails_brings_the_post_back_with_the_cause() -> None:
    creator = a_creator()
    work_id = a_sent_file(creator)
    post_id = a_draft(creator, work_id)
    publishing.publish(actor=creator, post_id=post_id, now=NOW)

    give_up(work_id, Cause.TRUNCATED)
    publishing.advance_due(now=SOON)

    row = post_of(post_id)
    assert (row.state, row.cause) == (PostState.DRAFT, "FILE_FAILED")
    assert told(PostPublished.name) == 0
    posts.set_works(actor=creator, post_id=post_id, work_ids=[a_work(creator)], now=SOON)
    assert post_of(post_id).cause == ""


def test_a_scheduled_post_goes_public_at_its_moment_by_many_workers_once() -> None:
    creator = a_creator()
    post_id = a_draft(creator, a_work(creator))
    for wrong in (NOW, NOW - timedelta(seconds=1), NOW + timedelta(days=61)):
        with pytest.raises(Invalid):
            publishing.publish(actor=creator, post_id=post_id, at=wrong, now=NOW)

    publishing.publish(actor=creator, post_id=post_id, at=SOON, now=NOW)
    assert post_of(post_id).state == PostState.SCHEDULED
    assert publishing.advance_due(now=SOON - timedelta(microseconds=1)) == 0

    ticks = racing.together([partial(publishing.advance_due, now=SOON)] * 6)

    assert racing.faults(ticks) == []
    assert max(ticks) == 1
    row = post_of(post_id)
    assert (row.state, row.published_at) == (PostState.PUBLISHED, SOON)
    assert told(PostPublished.name) == 1


def test_gates_are_asked_again_when_the_moment_has_come() -> None:
    creator, author = a_creator(), a_creator()
    source_id = a_public_post(author, may_be_derived=True)
    post = posts.begin(
        actor=creator,
        kind=PostKind.VIDEO,
        words=WORDS,
        source=Source(SourceKind.POST, source_id),
        now=NOW,
    )
    posts.set_works(actor=creator, post_id=post.id, work_ids=[a_work(creator)], now=NOW)
    publishing.publish(actor=creator, post_id=post.id, at=SOON, now=NOW)
    assert post_of(post.id).state == PostState.SCHEDULED

    publishing.withdraw(actor=author, post_id=source_id, now=NOW)
    publishing.advance_due(now=SOON)

    row = post_of(post.id)
    assert (row.state, row.cause) == (PostState.DRAFT, "SOURCE_GONE")
    assert told(PostPublished.name) == 1  # The source, before.


def test_the_strictest_gate_decides_how_a_post_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    ways = {passages.Way.LIMITED: 3, passages.Way.FREE: 0}
    monkeypatch.setattr(
        gates,
        "GATES",
        tuple(_always(passages.Passage(way, version)) for way, version in ways.items()),
    )
    creator = a_creator()
    limited = a_draft(creator, a_work(creator))
    publishing.publish(actor=creator, post_id=limited, now=NOW)
    row = post_of(limited)
    assert (row.state, row.reach, row.rule_version) == (PostState.PUBLISHED, Reach.LIMITED, 3)

    monkeypatch.setattr(gates, "GATES", (_always(passages.Passage(passages.Way.PERSON, 4)),))
    looked_at = a_draft(creator, a_work(creator))
    publishing.publish(actor=creator, post_id=looked_at, now=NOW)
    assert post_of(looked_at).state == PostState.HUMAN_REVIEW
    publishing.advance_due(now=SOON)
    assert post_of(looked_at).state == PostState.HUMAN_REVIEW


def test_others_build_on_a_post_only_with_its_creators_leave() -> None:
    author, creator = a_creator(), a_creator()
    closed, open_ = a_public_post(author), a_public_post(author, may_be_derived=True)
    draft = a_draft(author)

    for source_id, refusal in ((closed, gates.SourceClosed), (draft, gates.SourceGone)):
        with pytest.raises(refusal):
            posts.begin(
                actor=creator,
                kind=PostKind.VIDEO,
                source=Source(SourceKind.POST, source_id),
                now=NOW,
            )
    with pytest.raises(Invalid):
        posts.begin(
            actor=creator, kind=PostKind.VIDEO, source=Source(SourceKind.CLIP, open_), now=NOW
        )

    post = posts.begin(
        actor=creator, kind=PostKind.VIDEO, source=Source(SourceKind.POST, open_), now=NOW
    )
    assert post_of(post.id).source_id == open_


def test_withdrawn_posts_close_their_files_and_can_come_back() -> None:
    creator, stranger = a_creator(), a_creator()
    post_id = a_public_post(creator)
    work_id = models.PostWork.objects.get(post=post_id).work_id
    with pytest.raises(NotAllowed):
        publishing.withdraw(actor=stranger, post_id=post_id, now=NOW)

    publishing.withdraw(actor=creator, post_id=post_id, now=SOON)
    publishing.withdraw(actor=creator, post_id=post_id, now=SOON)

    assert post_of(post_id).state == PostState.WITHDRAWN
    assert models.Work.objects.get(pk=work_id).is_withheld
    assert told(PostTakenDown.name) == 1
    with pytest.raises(WrongState):
        posts.delete(actor=creator, post_id=post_id, now=SOON)
    with pytest.raises(Invalid):
        posts.change(actor=creator, post_id=post_id, words=Words(), now=SOON)

    publishing.publish(actor=creator, post_id=post_id, now=SOON + timedelta(hours=1))
    row = post_of(post_id)
    assert (row.state, row.published_at, row.taken_down_at) == (PostState.PUBLISHED, NOW, None)
    assert not models.Work.objects.get(pk=work_id).is_withheld


def test_a_post_whose_source_may_not_be_shown_comes_down_and_stays_down() -> None:
    creator = a_creator()
    clip_id = ids.new()
    shop = a_shop()
    product = a_product(shop)
    public, draft = (_from_clip(creator, clip_id, product.id) for _ in range(2))
    publishing.publish(actor=creator, post_id=public, now=NOW)

    with transaction.atomic():
        assert publishing.source_is_gone(SourceKind.CLIP, [clip_id], now=SOON) == 2
        assert publishing.source_is_gone(SourceKind.CLIP, [clip_id], now=SOON) == 0

    row = post_of(public)
    assert (row.state, row.cause, row.taken_down_at) == (PostState.TAKEN_DOWN, "SOURCE_GONE", SOON)
    assert told(PostTakenDown.name) == 1
    with pytest.raises(gates.SourceGone):
        publishing.publish(actor=creator, post_id=draft, now=SOON)
    with pytest.raises(WrongState):
        publishing.publish(actor=creator, post_id=public, now=SOON)


def test_what_builds_on_a_post_comes_down_with_it_and_its_creator_may_bring_it_back() -> None:
    author, creator, judge, other = a_creator(), a_creator(), an_operator(), an_operator()
    source = a_public_post(author, may_be_derived=True)
    built = _built_on(source, creator)
    further, beside = _built_on(built, author), a_public_post(creator)
    withdrawn = _built_on(source, creator)
    publishing.withdraw(actor=creator, post_id=withdrawn, now=NOW)

    why = {"rule": "OTHER", "reason": "Somebody else's film."}
    down = cases.take_down(actor=judge, post_id=source, now=SOON, **why)

    for post_id in (built, further):
        row = post_of(post_id)
        assert (row.state, row.cause, row.down_by, row.taken_down_at) == (
            PostState.TAKEN_DOWN, "SOURCE_GONE", DownBy.SOURCE, SOON,
        )  # fmt: skip
        assert models.PostWork.objects.get(post=post_id).work.is_withheld
    assert post_of(beside).state == PostState.PUBLISHED
    assert post_of(withdrawn).state == PostState.WITHDRAWN
    with translation.override("en"):
        (line,) = inbox.lines(actor=creator)
    assert line.text == (
        "Your post was taken down: 三种泡法."
        " What this was made from is gone, so it cannot be published."
    )
    with pytest.raises(gates.SourceGone):
        lapses.take_back(actor=creator, post_id=built, now=SOON)

    cases.appeal(actor=author, case_id=down.case_id, text="请再看", now=SOON)
    cases.answer(actor=other, case_id=down.case_id, is_right=True, answer="对", now=SOON)
    assert [post_of(each).state for each in (source, built, further)] == [
        PostState.PUBLISHED, PostState.TAKEN_DOWN, PostState.TAKEN_DOWN,
    ]  # fmt: skip
    with pytest.raises(gates.SourceGone):
        lapses.take_back(actor=author, post_id=further, now=SOON)
    assert lapses.take_back(actor=creator, post_id=built, now=SOON).state is PostState.WITHDRAWN
    again = publishing.publish(actor=creator, post_id=built, now=SOON)
    assert (again.state, again.cause) == (PostState.PUBLISHED, "")
    assert lapses.take_back(actor=author, post_id=further, now=SOON).state is PostState.WITHDRAWN


def test_what_one_decision_leaves_public_comes_down_soon_after() -> None:
    author, creator, judge = a_creator(), a_creator(), an_operator()
    source = a_public_post(author, may_be_derived=True)
    built = sorted(_built_on(source, creator) for _ in range(3))
    further, beside = _built_on(built[2], author), a_public_post(creator)

    with mock.patch.object(publishing, "_AT_ONCE", 1):
        cases.take_down(actor=judge, post_id=source, rule="OTHER", reason="No.", now=SOON)
    assert [post_of(each).state for each in (*built, further)] == [
        PostState.TAKEN_DOWN, PostState.PUBLISHED, PostState.PUBLISHED, PostState.PUBLISHED,
    ]  # fmt: skip

    assert publishing.take_down_left_over(now=SOON) == 3
    assert publishing.take_down_left_over(now=SOON) == 0
    for post_id in (*built[1:], further):
        row = post_of(post_id)
        assert (row.state, row.down_by) == (PostState.TAKEN_DOWN, DownBy.SOURCE)
    assert post_of(beside).state == PostState.PUBLISHED
    assert len(inbox.lines(actor=creator)) == 3


def test_what_builds_on_a_post_that_its_own_creator_withdrew_stays() -> None:
    author, creator = a_creator(), a_creator()
    source = a_public_post(author, may_be_derived=True)
    built = _built_on(source, creator)

    publishing.withdraw(actor=author, post_id=source, now=SOON)

    assert post_of(built).state == PostState.PUBLISHED
    assert inbox.lines(actor=creator) == ()


def test_a_post_that_goes_public_while_its_source_comes_down_does_not_stay() -> None:
    author, creator, judge = a_creator(), a_creator(), an_operator()
    source = a_public_post(author, may_be_derived=True)
    built = [_built_on(source, creator, is_public=False) for _ in range(3)]

    ends = racing.together(
        [
            *(partial(publishing.publish, actor=creator, post_id=each, now=SOON) for each in built),
            partial(
                cases.take_down, actor=judge, post_id=source, rule="OTHER", reason="No.", now=SOON
            ),
        ]
    )

    assert racing.faults(ends) == []
    assert post_of(source).state == PostState.TAKEN_DOWN
    assert all(post_of(each).state != PostState.PUBLISHED for each in built)


def test_what_was_cut_from_a_show_stays_with_the_post_that_was_made_of_it() -> None:
    creator = a_creator()
    clip_id = ids.new()
    product = a_product(a_shop())
    made = _from_clip(creator, clip_id, product.id)
    work_id = models.PostWork.objects.get(post=made).work_id
    posts.set_works(actor=creator, post_id=made, work_ids=[], now=NOW)

    around = a_draft(creator)
    with pytest.raises(posts.CutElsewhere):
        posts.set_works(actor=creator, post_id=around, work_ids=[work_id], now=NOW)
    other = _from_clip(creator, ids.new(), product.id)
    with pytest.raises(posts.CutElsewhere):
        posts.set_works(actor=creator, post_id=other, work_ids=[work_id], now=NOW)
    assert not models.PostWork.objects.filter(work=work_id).exists()

    posts.set_works(actor=creator, post_id=made, work_ids=[work_id], now=NOW)
    publishing.publish(actor=creator, post_id=made, now=NOW)
    with transaction.atomic():
        publishing.source_is_gone(SourceKind.CLIP, [clip_id], now=SOON)
    assert post_of(made).state == PostState.TAKEN_DOWN
    assert models.Work.objects.get(pk=work_id).is_withheld


def test_a_post_on_its_way_can_be_kept_back() -> None:
    creator = a_creator()
    post_id = a_draft(creator, a_work(creator))
    publishing.publish(actor=creator, post_id=post_id, at=SOON, now=NOW)

    card = publishing.keep_back(actor=creator, post_id=post_id, now=NOW)

    assert (card.state, card.scheduled_at) == (PostState.DRAFT, None)
    assert publishing.advance_due(now=SOON) == 0
    publishing.publish(actor=creator, post_id=post_id, now=SOON)
    with pytest.raises(WrongState):
        publishing.keep_back(actor=creator, post_id=post_id, now=SOON)


def _always(passage: passages.Passage) -> gates.Gate:
    return lambda _post, _now: passage


def _built_on(source_id: UUID, creator: Actor, *, is_public: bool = True) -> UUID:
    """A post that names another one as its source, and that others may build on."""
    post = posts.begin(
        actor=creator,
        kind=PostKind.VIDEO,
        words=replace(WORDS, may_be_derived=True),
        source=Source(SourceKind.POST, source_id),
        now=NOW,
    )
    posts.set_works(actor=creator, post_id=post.id, work_ids=[a_work(creator)], now=NOW)
    if is_public:
        publishing.publish(actor=creator, post_id=post.id, now=NOW)
    return post.id


def _from_clip(creator: Actor, clip_id: UUID, product_id: UUID) -> UUID:
    """What a clip of a room of the creator's became, its video ready."""
    assert creator.creator_id
    with transaction.atomic():
        work_id = works.from_clip(creator_id=creator.creator_id, clip_id=clip_id, now=NOW)
        post_id = posts.from_clip(
            creator_id=creator.creator_id,
            shop_id=None,
            clip_id=clip_id,
            work_id=work_id,
            product_id=product_id,
            title="讲解",
            language="zh-hans",
            now=NOW,
        )
    finish(work_id)
    return post_id
