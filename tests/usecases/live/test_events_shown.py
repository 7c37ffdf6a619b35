"""Rooms that show events: they need the right to go on air, and their replays another one."""

from datetime import timedelta
from math import ceil
from uuid import UUID, uuid4

import pytest
from tests import builders
from tests.builders import NOW
from tests.usecases.content.events_held import DAY, an_event, given, of, terms
from tests.usecases.live import scenes, shows

from laotie.accounts import inbox
from laotie.content.kinds import PostState
from laotie.content.licensing import lacks, rights
from laotie.content.licensing.licences import Use
from laotie.content.licensing.occasions import OccasionCard
from laotie.content.posting import post_pages, showings
from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from laotie.live import clip_posts, clips, ingest, licensed, models, replays, rooms

pytestmark = pytest.mark.usefixtures("db")


def a_room_of(host: Actor, event: OccasionCard) -> UUID:
    """In preview, with a picture."""
    room_id = scenes.a_scheduled_room(host)
    licensed.set_occasion(actor=host, room_id=room_id, occasion_id=event.id, now=NOW)
    ingest.started(room_id=room_id, session=uuid4(), picture=scenes.PICTURE, now=NOW)
    return room_id


def state_of(room_id: UUID) -> tuple[str, str]:
    row = models.Room.objects.get(pk=room_id)
    return row.state, row.end_reason


def test_a_room_goes_on_air_only_with_the_right_to_show_its_event_live() -> None:
    host, event = builders.a_creator(), an_event()
    given(event, of(host), uses=[Use.VOD, Use.SHORT_VIDEO])
    room_id = a_room_of(host, event)

    with pytest.raises(lacks.RightsMissing) as refusal:
        rooms.go_live(actor=host, room_id=room_id, now=NOW)
    assert refusal.value.facts["use"] == "LIVE"
    assert state_of(room_id)[0] == "PREVIEW"

    given(event, of(host), uses=[Use.LIVE])
    rooms.go_live(actor=host, room_id=room_id, now=NOW)
    assert state_of(room_id)[0] == "LIVE"
    with pytest.raises(WrongState):
        licensed.set_occasion(actor=host, room_id=room_id, occasion_id=None, now=NOW)


def test_a_room_goes_off_air_when_its_right_ends_and_its_host_reads_why() -> None:
    host, event = builders.a_creator(), an_event()
    held = given(event, of(host), uses=[Use.LIVE])
    room_id = a_room_of(host, event)
    rooms.go_live(actor=host, room_id=room_id, now=NOW)
    plain = scenes.a_live_room()
    assert rooms.end_lapsed(now=NOW + timedelta(days=9)) == 0

    rights.revoke(actor=builders.an_operator(), grant_id=held.grant.id, reason="终止", now=NOW)
    assert rooms.end_lapsed(now=NOW) == 1
    assert rooms.end_lapsed(now=NOW) == 0

    assert state_of(room_id) == ("ENDED", "RIGHTS_EXPIRED")
    assert state_of(plain.room_id)[0] == "LIVE"
    assert [line.kind for line in inbox.lines(actor=host)] == ["rights_ended"]


@pytest.mark.parametrize(
    "other", [{"territory": "US"}, {"delay_s": 86_400 * 2}], ids=["another country", "too early"]
)
def test_a_right_that_does_not_cover_what_is_shown_keeps_nothing_on_air(
    other: dict[str, object],
) -> None:
    host, event = builders.a_creator(), an_event()
    given(event, of(host), uses=[Use.LIVE], scope=terms(ends=NOW + timedelta(hours=1)))
    given(event, of(host), uses=[Use.LIVE], scope=terms(**other))
    room_id = a_room_of(host, event)
    rooms.go_live(actor=host, room_id=room_id, now=NOW)

    assert rooms.end_lapsed(now=NOW) == 0
    assert rooms.end_lapsed(now=NOW + timedelta(hours=1)) == 1
    assert state_of(room_id)[0] == "ENDED"


def test_a_replay_is_seen_while_the_event_may_be_shown_on_demand() -> None:
    host, event, viewer = builders.a_creator(), an_event(), builders.a_person()
    given(event, of(host), uses=[Use.LIVE])
    room_id = a_room_of(host, event)
    rooms.go_live(actor=host, room_id=room_id, now=NOW)
    rooms.end(actor=host, room_id=room_id, now=NOW)

    with pytest.raises(NotFound):
        replays.page(room_id, actor=viewer)
    with pytest.raises(lacks.RightsMissing):
        replays.hide(actor=host, room_id=room_id, is_hidden=False, now=NOW)

    given(event, of(host), uses=[Use.VOD], scope=terms(ends=NOW + DAY))
    replays.hide(actor=host, room_id=room_id, is_hidden=False, now=NOW)
    assert not replays.page(room_id, actor=viewer).is_hidden
    given(event, of(host), uses=[Use.VOD], scope=terms(territory="US"))
    assert licensed.hide_lapsed_replays(now=NOW) == 0
    assert licensed.hide_lapsed_replays(now=NOW + DAY) == 1
    with pytest.raises(NotFound):
        replays.page(room_id, actor=viewer)
    assert [line.kind for line in inbox.lines(actor=host)] == ["rights_ended"]


def test_only_its_host_names_the_event_of_a_room_and_none_that_is_not_there() -> None:
    host, event = builders.a_creator(), an_event()
    room_id = scenes.a_scheduled_room(host)

    with pytest.raises(NotAllowed):
        licensed.set_occasion(
            actor=builders.a_creator(), room_id=room_id, occasion_id=event.id, now=NOW
        )
    with pytest.raises(NotFound):
        licensed.set_occasion(actor=host, room_id=room_id, occasion_id=ids.new(), now=NOW)
    assert licensed.of_room(room_id) is None
    licensed.set_occasion(actor=host, room_id=room_id, occasion_id=event.id, now=NOW)
    assert licensed.of_room(room_id) == event
    licensed.set_occasion(actor=host, room_id=room_id, occasion_id=None, now=NOW)
    assert licensed.of_room(room_id) is None


def test_clips_of_a_room_that_shows_an_event_show_it_too() -> None:
    scene = scenes.a_live_room()
    event, host = an_event(), scene.host
    models.Room.objects.filter(pk=scene.room_id).update(occasion=event.id)
    show = shows.end(scene, now=NOW)
    shows.record(show)
    clip_id = shows.cut(show)

    with pytest.raises(lacks.RightsMissing):
        clips.show(actor=host, clip_id=clip_id, is_shown=True, now=NOW)
    post_id = clip_posts.make(actor=host, clip_id=clip_id, language="en", now=NOW)
    later = NOW + timedelta(minutes=2)
    view = showings.of_post(actor=host, post_id=post_id, now=later)
    assert view
    assert (view.occasion, view.use, view.is_fixed) == (event, Use.SHORT_VIDEO, True)
    assert isinstance(view.lack, lacks.RightsMissing)
    with pytest.raises(Invalid):
        showings.clear_occasion(actor=host, post_id=post_id, now=NOW)

    draft, refusal = clip_posts.publish(actor=host, clip_id=clip_id, language="en", now=later)
    assert (draft.id, draft.state, draft.cause) == (
        post_id,
        PostState.DRAFT,
        lacks.RightsMissing.code,
    )
    assert isinstance(refusal, lacks.RightsMissing)
    stopped = post_pages.own(post_id, actor=host)
    assert (stopped.state, stopped.cause) == (PostState.DRAFT, lacks.RightsMissing.code)

    given(event, of(host), scope=terms(ends=NOW + DAY))
    card, refusal = clip_posts.publish(actor=host, clip_id=clip_id, language="en", now=later)
    assert (card.id, card.state, refusal) == (post_id, PostState.TRANSCODING, None)
    coming = post_pages.own(post_id, actor=host)
    assert (coming.state, coming.cause) == (PostState.TRANSCODING, "")
    assert clips.show(actor=host, clip_id=clip_id, is_shown=True, now=NOW).is_shown
    assert licensed.hide_lapsed_clips(now=NOW) == 0
    seconds = ceil(models.Clip.objects.get(pk=clip_id).milliseconds / 1000)
    given(event, of(host), scope=terms(longest_clip_s=seconds - 1))
    before = [line.kind for line in inbox.lines(actor=host)]
    assert licensed.hide_lapsed_clips(now=NOW + DAY) == 1
    assert licensed.hide_lapsed_clips(now=NOW + DAY) == 0
    assert clips.shown_in(scene.room_id) == ()
    assert [line.kind for line in inbox.lines(actor=host)] == ["rights_ended", *before]
    with pytest.raises(lacks.RightsRefusal):
        clips.show(actor=host, clip_id=clip_id, is_shown=True, now=NOW + DAY)

    given(event, of(host), scope=terms(begins=NOW + DAY, ends=NOW + 3 * DAY))
    assert clips.shown_in(scene.room_id) == ()
    clips.show(actor=host, clip_id=clip_id, is_shown=True, now=NOW + DAY)
    assert [clip.id for clip in clips.shown_in(scene.room_id)] == [clip_id]
    assert licensed.hide_lapsed_clips(now=NOW + DAY) == 0
