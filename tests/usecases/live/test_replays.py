"""Looking back: chapters, comments at their moment, hiding, removing, and what never shows."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from tests import builders
from tests.builders import NOW
from tests.usecases.live import scenes, shows

from laotie.content.relations import blocks
from laotie.kernel import clock, crypto, ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotAllowed, NotFound
from laotie.live import chat, clips, ingest, models, replays, rooms, spans
from laotie.live.rules import RoomState
from laotie.live.spans import ClipState, Span

pytestmark = pytest.mark.usefixtures("db")
ANYBODY = Actor.anonymous()


def test_a_replay_has_a_chapter_where_a_product_was_explained() -> None:
    show = shows.a_show()
    scene = show.scene
    assert replays.page(scene.room_id, actor=ANYBODY).seconds == 0
    assert replays.listing(actor=ANYBODY).rows == ()

    shows.record(show)

    page = replays.page(scene.room_id, actor=ANYBODY)
    (chapter,) = page.chapters
    assert page.seconds == 56
    assert (chapter.product_id, chapter.starts_s, chapter.ends_s) == (scene.product.id, 9.0, 26.0)
    (card,) = replays.listing(actor=ANYBODY).rows
    assert (card.room.id, card.seconds) == (scene.room_id, 56)
    assert replays.listing(actor=ANYBODY, creator_id=card.creator.id).rows == (card,)


def test_a_later_count_replaces_the_one_before() -> None:
    show = shows.a_show()
    scene = show.scene
    shows.record(show)

    replays.recorded(
        room_id=scene.room_id, stretches=[Span(show.began, timedelta(seconds=5))], bytes=100
    )

    assert replays.page(scene.room_id, actor=ANYBODY).seconds == 5
    assert [each.bytes for each in replays.sizes()] == [100]


def test_comments_come_back_at_their_second_and_in_pages() -> None:
    scene, viewer = scenes.a_live_room(), builders.a_person()
    assert viewer.person_id
    for second, words in ((5, "第一句"), (22, "断了吗"), (30, "又好了")):
        chat.say(
            actor=Actor.system("gateway"),
            lines=[chat.Line(scene.room_id, viewer.person_id, words, f"r{second}")],
            now=NOW + timedelta(seconds=second),
        )
    rooms.end(actor=scene.host, room_id=scene.room_id, now=NOW + timedelta(minutes=1))
    ((began,),) = sql.rows("SELECT public_wall_at FROM live_room WHERE id = %s", [scene.room_id])
    shows.record(shows.Show(scene, began))

    first = replays.says(scene.room_id, actor=ANYBODY, limit=2)
    rest = replays.says(scene.room_id, actor=ANYBODY, after=first.next_after)

    assert [(each.text, each.at_s) for each in first.says] == [("第一句", 5.0), ("断了吗", 20.0)]
    assert [(each.text, each.at_s) for each in rest.says] == [("又好了", 26.0)]
    assert rest.next_after is None


def test_a_hidden_replay_is_its_hosts_alone() -> None:
    show = shows.a_show()
    scene = show.scene
    shows.record(show)
    name = ingest.stream_name(scene.room_id)
    with pytest.raises(NotAllowed):
        replays.hide(actor=builders.a_person(), room_id=scene.room_id, is_hidden=True, now=NOW)

    replays.hide(actor=scene.host, room_id=scene.room_id, is_hidden=True, now=NOW)

    hidden = ingest.standing(name)
    assert hidden is not None
    assert not hidden.is_public
    assert replays.listing(actor=ANYBODY).rows == ()
    assert not replays.is_there(scene.room_id, actor=ANYBODY)
    assert replays.page(scene.room_id, actor=scene.host).is_hidden
    for look in (replays.page, replays.says):
        with pytest.raises(NotFound):
            look(scene.room_id, actor=ANYBODY)
    replays.hide(actor=scene.host, room_id=scene.room_id, is_hidden=False, now=NOW)
    assert replays.is_there(scene.room_id, actor=ANYBODY)


@pytest.mark.parametrize("by_creator", [True, False])
def test_lists_hide_replays_and_clips_from_whom_their_pages_are_hidden_alone(
    by_creator: bool,
) -> None:
    show = shows.a_show()
    scene, host = show.scene, show.scene.host
    shows.record(show)
    clip_id = shows.cut(show, is_shown=True)
    other = shows.a_show(NOW - timedelta(hours=2))
    shows.record(other)
    models.Room.objects.filter(pk=scene.room_id).update(shop_id=scene.shop.id)
    viewer, operator = builders.a_person(), builders.an_operator()
    staff, packer = (builders.a_clerk(scene.shop, right) for right in ("stage", "ship"))
    apart = [viewer, packer, operator, staff]
    for one in apart:
        blocker, blocked = (host, one) if by_creator else (one, host)
        blocks.block(actor=blocker, person_id=blocked.require_person(), now=NOW)

    def listed(actor: Actor, creator_id: UUID | None = None) -> list[UUID]:
        return [each.room.id for each in replays.listing(actor=actor, creator_id=creator_id).rows]

    def opened(actor: Actor) -> list[UUID]:
        found = []
        for room_id in (show.room_id, other.room_id):
            with suppress(NotFound):
                found.append(replays.page(room_id, actor=actor).room.id)
        return found

    everything, rest = [show.room_id, other.room_id], [other.room_id]
    assert [listed(one) for one in apart] == [rest, rest, everything, everything]
    assert [opened(one) for one in apart] == [rest, rest, everything, everything]
    for one in (*apart, host, ANYBODY):
        seen = show.room_id in opened(one)
        assert listed(one, host.require_creator()) == ([show.room_id] if seen else [])
        assert replays.is_there(show.room_id, actor=one) is seen
        found = clips.of_product(scene.product.id, actor=one)
        assert [each.id for each in found] == ([clip_id] if seen else [])


def test_a_running_room_and_one_that_never_went_live_have_no_replay() -> None:
    running, host = scenes.a_live_room(), builders.a_creator()
    never = scenes.a_scheduled_room(host)
    rooms.end(actor=host, room_id=never, now=NOW)

    for room_id in (running.room_id, never):
        with pytest.raises(NotFound):
            replays.page(room_id, actor=ANYBODY)
    over = ingest.standing(ingest.stream_name(never))
    assert over is not None
    assert not over.is_public
    with pytest.raises(replays.NotOver):
        replays.hide(actor=running.host, room_id=running.room_id, is_hidden=True, now=NOW)


def test_a_clip_goes_from_wish_to_file_to_buyers() -> None:
    show = shows.a_show()
    scene = show.scene
    shows.record(show)
    with transaction.atomic():
        assert clips.wish_for_all(scene.room_id, now=NOW) == 1
    with transaction.atomic():
        assert clips.wish_for_all(scene.room_id, now=NOW) == 0

    cut = clips.claim()
    assert cut is not None
    assert clips.claim() is None, "somebody cuts it already"
    assert (cut.starts_at, cut.stops_at) == (
        show.began + timedelta(seconds=9),
        show.began + timedelta(seconds=30),
    )
    assert clips.progressed(clip_id=cut.clip_id, percent=40)
    assert clips.card(cut.clip_id).percent == 40
    with pytest.raises(clips.NotReady):
        clips.show(actor=scene.host, clip_id=cut.clip_id, is_shown=True, now=NOW)
    assert clips.done(clip_id=cut.clip_id, milliseconds=21_000, bytes=5000)

    assert clips.of_product(scene.product.id, actor=ANYBODY) == ()
    with pytest.raises(NotAllowed):
        clips.show(actor=builders.a_person(), clip_id=cut.clip_id, is_shown=True, now=NOW)
    with pytest.raises(NotAllowed):
        clips.show(actor=scene.shop.owner, clip_id=cut.clip_id, is_shown=True, now=NOW)
    clips.show(actor=scene.host, clip_id=cut.clip_id, is_shown=True, now=NOW)
    (shown,) = clips.of_product(scene.product.id, actor=ANYBODY)
    assert (shown.state, shown.seconds) == (ClipState.READY, 21.0)
    assert shown.url.endswith(".mp4")
    assert clips.shown_in(scene.room_id) == (shown,)
    assert [each.bytes for each in replays.sizes()] == [6000]
    # The goods are the shop's: it may take the clip off its page.
    clips.show(actor=scene.shop.owner, clip_id=cut.clip_id, is_shown=False, now=NOW)
    assert clips.of_product(scene.product.id, actor=ANYBODY) == ()


def test_a_clips_file_is_given_out_while_it_is_shown_and_to_its_hosts_always() -> None:
    show = shows.a_show()
    scene, clip_id = show.scene, shows.cut(show)
    name, unknown = ids.public("clp", clip_id), ids.public("clp", ids.new())

    def is_given_out() -> bool:
        found = clips.given_out([unknown, name, "clp_" + "u" * 26])
        assert list(found) == [unknown, name, "clp_" + "u" * 26]
        assert sum(found.values()) == found[name]
        return found[name]

    def opens(url: str) -> dict[str, str]:
        return crypto.verify(spans.CLIP_PURPOSE, url.partition("?pass=")[2])

    (card,) = clips.of_room(scene.room_id, actor=scene.host)
    assert not is_given_out()
    assert opens(card.url) == {"clip": name}

    shown = clips.show(actor=scene.host, clip_id=clip_id, is_shown=True, now=NOW)
    assert is_given_out()
    assert clips.shown_in(scene.room_id) == (shown,)
    assert clips.of_room(scene.room_id, actor=scene.host) == (shown,)
    assert shown.url.endswith(f"/media/clips/{name}.mp4")

    by_shop = clips.show(actor=scene.shop.owner, clip_id=clip_id, is_shown=False, now=NOW)
    assert not is_given_out()
    assert by_shop.url == shown.url  # The goods are theirs, the video is not.
    clips.show(actor=scene.host, clip_id=clip_id, is_shown=True, now=NOW)
    hidden = clips.show(actor=scene.host, clip_id=clip_id, is_shown=False, now=NOW)
    assert opens(hidden.url) == {"clip": name}

    clips.show(actor=scene.host, clip_id=clip_id, is_shown=True, now=NOW)
    rooms.ban(actor=builders.an_operator(), room_id=scene.room_id, reason="违规", now=NOW)
    assert not is_given_out()
    assert clips.of_product(scene.product.id, actor=ANYBODY) == ()


def test_a_cutter_that_was_killed_leaves_its_clip_to_the_next() -> None:
    scene = shows.a_show().scene
    with transaction.atomic():
        clips.wish_for_all(scene.room_id, now=NOW)
    for _ in range(3):
        cut = clips.claim()
        assert cut is not None
        sql.change("UPDATE live_clip SET claimed_at = claimed_at - interval '3 minutes'")

    assert clips.claim() is None

    (card,) = clips.of_room(scene.room_id, actor=scene.host)
    assert (card.state, card.cause) == (ClipState.FAILED, "FFMPEG")
    again = clips.cut_again(actor=scene.host, clip_id=card.id, now=NOW)
    assert again.state is ClipState.WAITING
    with pytest.raises(clips.NothingToCut):
        clips.cut_again(actor=scene.host, clip_id=card.id, now=NOW)


def test_what_is_removed_is_gone_for_everybody_and_stays_gone() -> None:
    show = shows.a_show()
    scene = show.scene
    shows.record(show)
    with transaction.atomic():
        clips.wish_for_all(scene.room_id, now=NOW)
    cut = clips.claim()
    assert cut is not None

    replays.remove(actor=scene.host, room_id=scene.room_id, reason="客户要求", now=clock.now())

    assert not clips.done(clip_id=cut.clip_id, milliseconds=1, bytes=1), "it came too late"
    assert clips.unwanted([cut.clip_id]) == {cut.clip_id}
    assert clips.of_room(scene.room_id, actor=scene.host) == ()
    standing = ingest.standing(ingest.stream_name(scene.room_id))
    assert standing is not None
    assert (standing.is_kept, standing.is_public) == (False, False)
    assert replays.listing(actor=ANYBODY).rows == ()
    assert replays.sizes() == ()
    with pytest.raises(NotFound):
        replays.page(scene.room_id, actor=ANYBODY)
    with transaction.atomic():
        assert clips.wish_for_all(scene.room_id, now=NOW) == 0
    assert replays.page(scene.room_id, actor=scene.host).room.state is RoomState.ENDED


def test_a_slip_of_the_finger_makes_no_clip() -> None:
    scene = shows.a_show().scene
    sql.change("UPDATE live_mark SET stopped_wall_at = started_wall_at + interval '1 second'")

    with transaction.atomic():
        assert clips.wish_for_all(scene.room_id, now=NOW) == 0
    assert clips.claim() is None
