"""What captions say is judged with their post, and they come off while it may be changed."""

from dataclasses import replace
from uuid import UUID

import pytest
from django.utils import translation
from tests.builders import NOW, a_creator, an_operator
from tests.usecases.content.works_made import MADE, a_post, a_work, post_of

from laotie.content import models
from laotie.content.files import making, shown, uploads, works
from laotie.content.files.footage import Kind, WorkState
from laotie.content.judgement import moderation
from laotie.content.judgement.findings import Cue, Rule
from laotie.content.kinds import PostState
from laotie.content.posting import publishing
from laotie.content.review import case_pages
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound

pytestmark = pytest.mark.usefixtures("db")
HARMLESS: tuple[Cue, ...] = ((0, "大家好"), (65_000, "水温八十五度"))
LURE: tuple[Cue, ...] = ((0, "大家好"), (65_000, "加V：abc123"))


def sent(creator: Actor, video_id: UUID, language: str = "zh-hans") -> UUID:
    """Captions that have arrived and wait to be read."""
    ticket = uploads.begin(
        actor=creator,
        kind=Kind.CAPTIONS,
        bytes=100,
        name="a.vtt",
        for_work=video_id,
        language=language,
        now=NOW,
    )
    assert uploads.complete(upload_id=ticket.upload_id, now=NOW)
    work_id = uploads.card(ticket.upload_id, actor=creator).work_id
    assert work_id
    return work_id


def read(captions_id: UUID, cues: tuple[Cue, ...]) -> None:
    """The media process has read them."""
    order = making.claim_next()
    assert order
    assert order.work_id == captions_id
    assert making.ready(work_id=captions_id, made=replace(MADE, cues=cues), now=NOW)


def captioned(creator: Actor, video_id: UUID, cues: tuple[Cue, ...]) -> UUID:
    captions_id = sent(creator, video_id)
    read(captions_id, cues)
    return captions_id


def video_of(post_id: UUID) -> UUID:
    return models.PostWork.objects.get(post=post_id).work_id


def test_a_lure_in_captions_keeps_a_post_back_and_its_place_is_told() -> None:
    creator = a_creator()
    post_id = a_post(creator, is_public=False)
    captioned(creator, video_of(post_id), LURE)

    with pytest.raises(moderation.CaptionsAgainstTheRules) as refused:
        publishing.publish(actor=creator, post_id=post_id, now=NOW)

    facts = refused.value.facts
    assert (facts["field"], facts["at_ms"], facts["at"]) == ("captions.zh-hans", 65_000, "1:05")
    said = "\n".join(words for _at_ms, words in LURE)
    assert said[facts["start"] : facts["end"]] == facts["quote"] == "加V"
    with translation.override("en"):
        assert "“加V” in the captions at 1:05" in refused.value.text()
    assert post_of(post_id).state == PostState.DRAFT

    captioned(creator, video_of(post_id), HARMLESS)
    publishing.publish(actor=creator, post_id=post_id, now=NOW)
    assert post_of(post_id).state == PostState.PUBLISHED
    assert models.CaptionWords.objects.count() == 1  # What was replaced is kept no longer.


def test_captions_that_come_after_the_tap_are_judged_before_the_post_is_public() -> None:
    creator = a_creator()
    post_id = a_post(creator, is_public=False)
    late = sent(creator, video_of(post_id))
    publishing.publish(actor=creator, post_id=post_id, now=NOW)
    assert post_of(post_id).state == PostState.TRANSCODING

    read(late, LURE)
    publishing.advance_due(now=NOW)

    row = post_of(post_id)
    assert (row.state, row.cause) == (PostState.DRAFT, "CAPTIONS_AGAINST_THE_RULES")


def test_captions_whose_words_are_not_known_are_read_by_a_person() -> None:
    creator, operator = a_creator(), an_operator()
    post_id = a_post(creator, is_public=False)
    captioned(creator, video_of(post_id), HARMLESS)
    models.CaptionWords.objects.all().delete()  # As the release before leaves them.

    publishing.publish(actor=creator, post_id=post_id, now=NOW)

    assert post_of(post_id).state == PostState.HUMAN_REVIEW
    (case,) = case_pages.queue(actor=operator)
    assert [(each.rule, each.field) for each in case.findings] == [(Rule.OTHER, "captions.zh-hans")]


def test_captions_come_off_while_their_post_may_be_changed_and_not_while_it_is_public() -> None:
    creator = a_creator()
    post_id = a_post(creator, is_public=False)
    video_id = video_of(post_id)
    captions_id = captioned(creator, video_id, HARMLESS)
    publishing.publish(actor=creator, post_id=post_id, now=NOW)

    with pytest.raises(shown.Judged):
        works.discard(actor=creator, work_id=captions_id, now=NOW)
    with pytest.raises(shown.Judged):
        works.drop_captions(actor=creator, work_id=video_id, language="zh-hans", now=NOW)
    with pytest.raises(works.InUse):
        works.discard(actor=creator, work_id=video_id, now=NOW)
    assert len(works.card(video_id).captions) == 1
    assert making.removed() == ()

    publishing.withdraw(actor=creator, post_id=post_id, now=NOW)
    with pytest.raises(NotFound):
        works.drop_captions(actor=a_creator(), work_id=video_id, language="zh-hans", now=NOW)
    with pytest.raises(NotFound):
        works.drop_captions(actor=creator, work_id=video_id, language="en", now=NOW)
    works.drop_captions(actor=creator, work_id=video_id, language="zh-hans", now=NOW)

    assert works.card(video_id).captions == ()
    assert len(making.removed()) == 1
    assert models.CaptionWords.objects.count() == 0
    with pytest.raises(NotFound):
        works.drop_captions(actor=creator, work_id=video_id, language="zh-hans", now=NOW)


def test_captions_of_a_video_that_no_post_shows_go_as_any_work() -> None:
    creator = a_creator()
    video_id = a_work(creator)
    ready, coming = captioned(creator, video_id, LURE), sent(creator, video_id, "en")

    works.discard(actor=creator, work_id=ready, now=NOW)
    works.drop_captions(actor=creator, work_id=video_id, language="en", now=NOW)

    assert works.card(video_id).captions == ()
    assert models.Work.objects.get(pk=coming).state == WorkState.CANCELLED
    assert making.claim_next() is None
