"""The port against the real live context and a real database, as the media process calls it."""

from datetime import timedelta

from tests import builders

from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.live import ingest, rooms
from laotie.surfaces.media.health import Health
from laotie.surfaces.media.live_port import LiveContext
from laotie.surfaces.media.port import Allowed, Picture, Refused

PICTURE = Picture("rtmp", "avc1.42C01E", "mp4a.40.2", 720, 1280)
HEALTH = Health(1_000_000, 25.0, 1.0, "avc1.42C01E", 0, ())


def a_scheduled_room() -> tuple[Actor, rooms.RoomCard, str, str]:
    """Host, room, stream name and secret."""
    host, now = builders.a_creator(), clock.now()
    room = rooms.schedule(actor=host, title="开窑", starts_at=now + timedelta(hours=1), now=now)
    key = ingest.issue_key(actor=host, room_id=room.id, now=now).key
    name, _, secret = key.partition("?token=")
    return host, room, name, secret


def test_the_key_opens_its_room_and_no_other(db: None) -> None:
    _, room, name, secret = a_scheduled_room()
    _, _, other, _ = a_scheduled_room()
    port, session = LiveContext(), ids.new()

    assert port.authorise(name, secret, "203.0.113.9", session) == Allowed(room.id)
    for stream_name, wrong in (
        (name, "wrong"),
        (other, secret),
        ("nobody", secret),
        (name, "错误"),
    ):
        answer = port.authorise(stream_name, wrong, "203.0.113.9", session)
        assert answer == Refused(ingest.BAD_KEY)


def test_a_ticket_opens_its_room_and_no_other(db: None) -> None:
    host, room, name, _ = a_scheduled_room()
    _, _, other, _ = a_scheduled_room()
    port, session = LiveContext(), ids.new()
    ticket = ingest.issue_publish_ticket(actor=host, room_id=room.id)

    assert port.authorise_ticket(name, ticket, "203.0.113.9", session) == Allowed(room.id)
    assert port.authorise_ticket(other, ticket, "?", session) == Refused(ingest.BAD_KEY)
    assert port.authorise_ticket(name, "forged", "?", session) == Refused(ingest.BAD_KEY)


def test_a_session_runs_its_course_and_may_be_told_twice(db: None) -> None:
    host, room, name, _ = a_scheduled_room()
    port, session = LiveContext(), ids.new()

    assert port.health(room.id, session, HEALTH) is False
    for _ in range(2):
        port.started(room.id, session, PICTURE)
    assert standing(port, name) == (False, False, True)
    assert port.health(room.id, session, HEALTH) is True
    rooms.go_live(actor=host, room_id=room.id, now=clock.now())
    assert standing(port, name) == (True, False, True)
    for _ in range(2):
        port.ended(room.id, session, "LOST")
    assert port.health(room.id, session, HEALTH) is False
    assert standing(port, name) == (True, False, True)
    rooms.end(actor=host, room_id=room.id, now=clock.now())

    assert standing(port, name) == (True, True, False)
    assert port.standings(["nobody"]) == {}


def standing(port: LiveContext, name: str) -> tuple[bool, bool, bool]:
    """Whether it is public, over, and open to its host."""
    found = port.standings([name])[name]
    return found.is_public, found.is_over, found.may_publish
