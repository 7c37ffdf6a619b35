from contextlib import suppress
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from tests import builders
from tests.builders import NOW
from tests.usecases.live import scenes

from laotie.accounts import creators, roles
from laotie.content.relations import blocks
from laotie.events.live import RoomEnded, RoomInterrupted, RoomResumed, RoomWentLive
from laotie.kernel import sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, SignInFirst, WrongState
from laotie.live import ingest, jobs, queries, rooms, stage
from laotie.live.rules import RoomState

pytestmark = pytest.mark.usefixtures("db")


def published(room_id: object) -> list[str]:
    rows = sql.rows("SELECT name FROM event_log WHERE subject = %s ORDER BY id", [str(room_id)])
    return [name for (name,) in rows if name.startswith("live.room")]


def test_a_room_goes_from_announced_to_on_air_to_over() -> None:
    host = builders.a_creator()
    room_id = scenes.a_scheduled_room(host)
    assert queries.room_for_host(room_id, actor=host).state is RoomState.SCHEDULED

    rooms.open_preview(actor=host, room_id=room_id, now=NOW)
    ingest.started(room_id=room_id, session=uuid4(), picture=scenes.PICTURE, now=NOW)
    live = rooms.go_live(actor=host, room_id=room_id, now=NOW + timedelta(minutes=1))
    over = rooms.end(actor=host, room_id=room_id, now=NOW + timedelta(hours=1))

    assert (live.state, live.live_at) == (RoomState.LIVE, NOW + timedelta(minutes=1))
    assert (over.state, over.ended_at) == (RoomState.ENDED, NOW + timedelta(hours=1))
    assert published(room_id) == [RoomWentLive.name, RoomEnded.name]
    assert [body["state"] for kind, body in scenes.told(room_id) if kind == "state"] == [
        "LIVE", "ENDED",
    ]  # fmt: skip


def test_a_room_without_a_picture_cannot_go_live() -> None:
    host = builders.a_creator()
    room_id = scenes.a_scheduled_room(host)
    with pytest.raises(WrongState):
        rooms.go_live(actor=host, room_id=room_id, now=NOW)
    rooms.open_preview(actor=host, room_id=room_id, now=NOW)

    with pytest.raises(rooms.NoPicture):
        rooms.go_live(actor=host, room_id=room_id, now=NOW)

    assert queries.room_for_host(room_id, actor=host).state is RoomState.PREVIEW
    assert published(room_id) == []


def test_nobody_but_the_host_sees_a_preview() -> None:
    host, viewer = builders.a_creator(), builders.a_person()
    room_id = scenes.a_scheduled_room(host)
    rooms.open_preview(actor=host, room_id=room_id, now=NOW)

    assert queries.room_page(room_id, actor=host).may_enter
    for other in (viewer, Actor.anonymous(), builders.a_creator()):
        with pytest.raises(NotFound):
            queries.room_page(room_id, actor=other)
    assert queries.feed(actor=Actor.anonymous(), now=NOW) == ()


def test_a_creator_is_in_one_room_at_a_time() -> None:
    scene = scenes.a_live_room()
    other = scenes.a_scheduled_room(scene.host)

    with pytest.raises(rooms.AlreadyOnAir):
        rooms.open_preview(actor=scene.host, room_id=other, now=NOW)
    # An encoder that starts there is not thrown out; the room just stays as it is.
    ingest.started(room_id=other, session=uuid4(), picture=scenes.PICTURE, now=NOW)

    assert queries.room_for_host(other, actor=scene.host).state is RoomState.SCHEDULED


def test_a_lost_picture_interrupts_and_its_return_resumes_the_same_room() -> None:
    scene = scenes.a_live_room()
    gone, back = NOW + timedelta(minutes=1), NOW + timedelta(minutes=3)

    ingest.ended(room_id=scene.room_id, session=scene.session, reason="eof", now=gone)
    assert queries.room_page(scene.room_id, actor=Actor.anonymous()).may_enter
    state = queries.room_for_host(scene.room_id, actor=scene.host).state
    assert state is RoomState.INTERRUPTED
    ingest.started(room_id=scene.room_id, session=uuid4(), picture=scenes.PICTURE, now=back)

    assert queries.room_for_host(scene.room_id, actor=scene.host).state is RoomState.LIVE
    jobs.end_abandoned_rooms(back + timedelta(minutes=4))
    assert queries.room_for_host(scene.room_id, actor=scene.host).state is RoomState.LIVE
    assert published(scene.room_id) == [RoomWentLive.name, RoomInterrupted.name, RoomResumed.name]


def test_five_minutes_without_a_picture_end_the_room() -> None:
    scene = scenes.a_live_room()
    ingest.ended(room_id=scene.room_id, session=scene.session, reason="eof", now=NOW)

    jobs.end_abandoned_rooms(NOW + timedelta(minutes=4, seconds=59))
    before = queries.room_for_host(scene.room_id, actor=scene.host).state
    jobs.end_abandoned_rooms(NOW + timedelta(minutes=5))
    after = queries.room_for_host(scene.room_id, actor=scene.host).state

    assert (before, after) == (RoomState.INTERRUPTED, RoomState.ENDED)
    assert published(scene.room_id)[-1] == RoomEnded.name


def test_ending_a_room_leaves_nothing_open() -> None:
    scene = scenes.a_live_room()
    stage.pin(actor=scene.host, room_id=scene.room_id, product_id=scene.product.id, now=NOW)
    ingest.issue_key(actor=scene.host, room_id=scene.room_id, now=NOW)

    rooms.end(actor=scene.host, room_id=scene.room_id, now=NOW + timedelta(minutes=9))

    rows = sql.rows(
        "SELECT (SELECT count(*) FROM live_mark WHERE stopped_at IS NULL),"
        " (SELECT count(*) FROM live_session WHERE ended_at IS NULL),"
        " (SELECT count(*) FROM live_ingestkey WHERE revoked_at IS NULL)"
    )
    assert rows == [(0, 0, 0)]
    with pytest.raises(WrongState):
        rooms.end(actor=scene.host, room_id=scene.room_id, now=NOW)


def test_only_operators_suspend_lift_and_ban() -> None:
    scene, operator = scenes.a_live_room(), builders.an_operator()
    with pytest.raises(NotAllowed):
        rooms.suspend(actor=scene.host, room_id=scene.room_id, reason="x", now=NOW)
    with pytest.raises(Invalid):
        rooms.suspend(actor=operator, room_id=scene.room_id, reason=" ", now=NOW)

    suspended = rooms.suspend(actor=operator, room_id=scene.room_id, reason="违规", now=NOW)
    with pytest.raises(WrongState):
        rooms.go_live(actor=scene.host, room_id=scene.room_id, now=NOW)
    assert queries.feed(actor=Actor.anonymous(), now=NOW) == ()
    lifted = rooms.lift(actor=operator, room_id=scene.room_id, now=NOW)
    banned = rooms.ban(actor=operator, room_id=scene.room_id, reason="违规", now=NOW)

    states = (suspended.state, lifted.state, banned.state)
    assert states == (RoomState.SUSPENDED, RoomState.INTERRUPTED, RoomState.BANNED)
    with pytest.raises(WrongState):
        rooms.lift(actor=operator, room_id=scene.room_id, now=NOW)


def test_staff_with_the_stage_right_run_a_shops_room_and_others_do_not() -> None:
    shop = builders.a_shop()
    clerk, packer = builders.a_clerk(shop, "stage"), builders.a_clerk(shop, "ship")
    assert clerk.person_id is not None
    creators.become(actor=clerk, name="店播", now=NOW)
    host = roles.actor_of(clerk.person_id, "test")
    room = rooms.schedule(actor=host, title="店铺自播", starts_at=NOW, shop_id=shop.id, now=NOW)

    rooms.open_preview(actor=shop.owner, room_id=room.id, now=NOW)

    for other in (packer, builders.a_person(), builders.a_creator(), builders.a_shop().owner):
        with pytest.raises(NotAllowed):
            rooms.end(actor=other, room_id=room.id, now=NOW)
    with pytest.raises(SignInFirst):
        rooms.end(actor=Actor.anonymous(), room_id=room.id, now=NOW)
    assert queries.room_for_host(room.id, actor=host).state is RoomState.PREVIEW


def test_lists_hide_a_blocked_creators_rooms_from_whom_their_pages_are_hidden_alone() -> None:
    shop, viewer, operator = builders.a_shop(), builders.a_person(), builders.an_operator()
    clerk, packer = builders.a_clerk(shop, "stage"), builders.a_clerk(shop, "ship")
    creators.become(actor=clerk, name="店播", now=NOW)
    host = roles.actor_of(clerk.require_person(), "test")
    room = rooms.schedule(actor=host, title="店铺自播", starts_at=NOW, shop_id=shop.id, now=NOW)
    own = scenes.a_scheduled_room(host)
    apart = [viewer, operator, packer, shop.owner]
    for one in apart:
        blocks.block(actor=one, person_id=host.require_person(), now=NOW)

    def listed(actor: Actor) -> set[UUID]:
        return {card.id for card, _host in queries.announced(actor=actor)}

    def opened(actor: Actor) -> set[UUID]:
        found = set()
        for room_id in (room.id, own):
            with suppress(NotFound):
                found.add(queries.room_page(room_id, actor=actor).room.id)
        return found

    everything = {room.id, own}
    assert [listed(one) for one in apart] == [set(), everything, set(), {room.id}]
    assert [opened(one) for one in apart] == [set(), everything, set(), {room.id}]
    assert listed(host) == listed(Actor.anonymous()) == everything


def test_only_creators_announce_rooms_with_a_title() -> None:
    with pytest.raises(NotAllowed):
        rooms.schedule(actor=builders.a_person(), title="x", starts_at=NOW, now=NOW)
    for title in ("", "  ", "长" * 61, "a\x00b"):
        with pytest.raises(Invalid):
            rooms.schedule(actor=builders.a_creator(), title=title, starts_at=NOW, now=NOW)


def test_old_rooms_leave_the_lists() -> None:
    scene = scenes.a_live_room()
    rooms.end(actor=scene.host, room_id=scene.room_id, now=NOW)

    assert rooms.archive_old(now=NOW + timedelta(days=29)) == 0
    assert rooms.archive_old(now=NOW + timedelta(days=30)) == 1

    state = queries.room_for_host(scene.room_id, actor=scene.host).state
    assert state is RoomState.ARCHIVED
