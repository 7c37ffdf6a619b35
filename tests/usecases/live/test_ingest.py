from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from tests import builders
from tests.builders import NOW
from tests.usecases.live import scenes

from laotie.kernel import sql
from laotie.kernel.errors import NotAllowed, WrongState
from laotie.live import ingest, queries, rooms
from laotie.live.rules import RoomState

pytestmark = pytest.mark.usefixtures("db")


def shown(key: str) -> tuple[str, str]:
    name, _, secret = key.partition("?token=")
    return name, secret


def test_a_key_lets_its_holder_in_and_only_its_hash_is_kept() -> None:
    host = builders.a_creator()
    room_id = scenes.a_scheduled_room(host)

    key = ingest.issue_key(actor=host, room_id=room_id, now=NOW)
    name, secret = shown(key.key)
    verdict = ingest.authorise(name=name, secret=secret, now=NOW)

    assert verdict == ingest.Verdict(room_id)
    assert len(bytes.fromhex(secret)) == 16
    assert ingest.room_of(name) == room_id
    stored = sql.rows("SELECT encode(hash, 'hex') FROM live_ingestkey")
    assert secret not in stored[0][0]


@pytest.mark.parametrize("secret", ["", "wrong", "密钥", "é", "\udcff", "x" * 10_000, "0" * 32])
def test_a_wrong_key_is_refused_whatever_it_is_made_of(secret: str) -> None:
    host = builders.a_creator()
    room_id = scenes.a_scheduled_room(host)
    ingest.issue_key(actor=host, room_id=room_id, now=NOW)

    verdict = ingest.authorise(name=ingest.stream_name(room_id), secret=secret, now=NOW)

    assert verdict == ingest.Verdict(None, ingest.BAD_KEY)


@pytest.mark.parametrize("name", ["", "nobody", "../etc", "0" * 26, "z" * 26, "直播间"])
def test_an_unknown_room_gets_the_same_answer_as_a_wrong_key(name: str) -> None:
    assert ingest.authorise(name=name, secret="x", now=NOW).reason == ingest.BAD_KEY


def test_rotating_ends_the_old_key_and_time_ends_every_key() -> None:
    host = builders.a_creator()
    room_id = scenes.a_scheduled_room(host)
    old = shown(ingest.issue_key(actor=host, room_id=room_id, now=NOW).key)
    new = shown(ingest.issue_key(actor=host, room_id=room_id, now=NOW).key)
    month = NOW + timedelta(days=30)

    assert ingest.authorise(name=old[0], secret=old[1], now=NOW).room_id is None
    assert ingest.authorise(name=new[0], secret=new[1], now=NOW).room_id == room_id
    assert ingest.authorise(name=new[0], secret=new[1], now=month).room_id is None


def test_the_key_of_one_room_does_not_open_another() -> None:
    host = builders.a_creator()
    one, other = scenes.a_scheduled_room(host), scenes.a_scheduled_room(host)
    _, secret = shown(ingest.issue_key(actor=host, room_id=one, now=NOW).key)
    ingest.issue_key(actor=host, room_id=other, now=NOW)

    verdict = ingest.authorise(name=ingest.stream_name(other), secret=secret, now=NOW)

    assert verdict.room_id is None


def test_a_suspended_room_tells_its_publisher_why() -> None:
    scene = scenes.a_live_room()
    name, secret = shown(ingest.issue_key(actor=scene.host, room_id=scene.room_id, now=NOW).key)
    ticket = ingest.issue_publish_ticket(actor=scene.host, room_id=scene.room_id)
    rooms.suspend(actor=builders.an_operator(), room_id=scene.room_id, reason="违规", now=NOW)

    # The key ended with the suspension; a ticket that is still good meets the room's state.
    assert ingest.authorise(name=name, secret=secret, now=NOW).reason == ingest.BAD_KEY
    assert ingest.authorise_ticket(name=name, ticket=ticket).reason == ingest.NOT_NOW
    suspended = ingest.standing(name)
    assert suspended is not None
    assert (suspended.is_public, suspended.is_over, suspended.may_publish) == (False, False, False)
    with pytest.raises(WrongState):
        ingest.issue_key(actor=scene.host, room_id=scene.room_id, now=NOW)


def test_a_browser_ticket_opens_its_own_room_only() -> None:
    host = builders.a_creator()
    one, other = scenes.a_scheduled_room(host), scenes.a_scheduled_room(host)
    ticket = ingest.issue_publish_ticket(actor=host, room_id=one)

    right = ingest.authorise_ticket(name=ingest.stream_name(one), ticket=ticket)
    wrong = ingest.authorise_ticket(name=ingest.stream_name(other), ticket=ticket)
    forged = ingest.authorise_ticket(name=ingest.stream_name(one), ticket=ticket + "x")

    assert right.room_id == one
    assert (wrong.reason, forged.reason) == (ingest.BAD_KEY, ingest.BAD_KEY)
    with pytest.raises(NotAllowed):
        ingest.issue_publish_ticket(actor=builders.a_creator(), room_id=one)


def test_a_second_publisher_takes_over_and_the_host_is_shown() -> None:
    scene = scenes.a_live_room()
    second = uuid4()

    ingest.started(room_id=scene.room_id, session=second, picture=scenes.PICTURE, now=NOW)
    # The first one's goodbye comes late and must not interrupt the room.
    ingest.ended(room_id=scene.room_id, session=scene.session, reason="eof", now=NOW)

    signal = queries.signal(scene.room_id, actor=scene.host)
    assert signal is not None
    assert (signal.session_id, signal.took_over, signal.is_on) == (second, True, True)
    assert queries.room_for_host(scene.room_id, actor=scene.host).state is RoomState.LIVE
    reasons = sql.rows("SELECT end_reason FROM live_session WHERE id = %s", [scene.session])
    assert reasons == [("TAKEN_OVER",)]


def test_telling_twice_changes_nothing() -> None:
    scene = scenes.a_live_room()
    before = scenes.told(scene.room_id)

    ingest.started(room_id=scene.room_id, session=scene.session, picture=scenes.PICTURE, now=NOW)
    ingest.ended(room_id=scene.room_id, session=uuid4(), reason="eof", now=NOW)

    assert scenes.told(scene.room_id) == before
    ingest.ended(room_id=scene.room_id, session=scene.session, reason="eof", now=NOW)
    once = scenes.told(scene.room_id)
    ingest.ended(room_id=scene.room_id, session=scene.session, reason="eof", now=NOW)
    ingest.started(room_id=scene.room_id, session=scene.session, picture=scenes.PICTURE, now=NOW)
    assert scenes.told(scene.room_id) == once


def test_a_publisher_that_died_with_the_media_process_interrupts_its_room() -> None:
    scene = scenes.a_live_room()
    assert ingest.drop_silent(now=NOW) == 0
    sql.change("UPDATE live_session SET heard_at = heard_at - interval '21 seconds'")

    assert ingest.drop_silent(now=NOW) == 1

    state = queries.room_for_host(scene.room_id, actor=scene.host).state
    assert state is RoomState.INTERRUPTED


def test_health_is_a_sign_of_life_and_shown_to_the_host_alone() -> None:
    scene = scenes.a_live_room()
    sql.change("UPDATE live_session SET heard_at = heard_at - interval '21 seconds'")

    ingest.health(room_id=scene.room_id, session=scene.session, figures={"fps": 30.0}, now=NOW)

    signal = queries.signal(scene.room_id, actor=scene.host)
    assert signal is not None
    assert signal.health == {"fps": 30.0}
    assert ingest.drop_silent(now=NOW) == 0
    with pytest.raises(NotAllowed):
        queries.signal(scene.room_id, actor=builders.a_person())


def test_standing_of_unknown_and_ended_rooms() -> None:
    scene = scenes.a_live_room()
    name = ingest.stream_name(scene.room_id)

    assert ingest.standing(ingest.stream_name(UUID(int=7))) is None
    on_air = ingest.standing(name)
    assert on_air is not None
    assert on_air.public_from is not None
    assert on_air == ingest.Standing(True, False, True, on_air.public_from)
    rooms.end(actor=scene.host, room_id=scene.room_id, now=NOW)
    assert ingest.standing(name) == ingest.Standing(True, True, False, on_air.public_from)
