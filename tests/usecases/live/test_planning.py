"""Announced rooms change, are called off and stand in calendars; scripts stay backstage."""

from datetime import UTC, datetime, timedelta

import pytest
from tests import builders
from tests.builders import NOW
from tests.telling import kinds_told
from tests.usecases.live import scenes
from tests.usecases.live.test_seats import a_seat

from laotie.accounts import inbox
from laotie.events.live import RoomCancelled, RoomMoved
from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from laotie.live import calendars, handlers, planning, queries, reminders, rooms, scripts, stage
from laotie.live.rules import Duty, RoomState

pytestmark = pytest.mark.usefixtures("db")
LATER = NOW + timedelta(days=2)


def test_a_moved_room_is_told_to_whoever_asked_once_and_only_its_last_time() -> None:
    host, fan, other = builders.a_creator(), builders.a_person(), builders.a_person()
    room_id = scenes.a_scheduled_room(host)
    reminders.ask(actor=fan, room_id=room_id, now=NOW)
    first, last = LATER, LATER + timedelta(hours=1)

    planning.change(actor=host, room_id=room_id, title="改期了", starts_at=first, now=NOW)
    planning.change(actor=host, room_id=room_id, starts_at=last, now=NOW)
    planning.change(actor=host, room_id=room_id, starts_at=last, now=NOW)
    with_transaction(lambda: [
        handlers.moved(RoomMoved(room_id=room_id, starts_at=at), NOW) for at in (first, last, last)
    ])  # fmt: skip

    assert kinds_told(fan) == ["room_moved"]
    assert kinds_told(other) == []
    planned = planning.of_room(room_id)
    assert (planned.room.title, planned.room.starts_at, planned.revision) == ("改期了", last, 2)


def with_transaction(work: object) -> None:
    from django.db import transaction

    assert callable(work)
    with transaction.atomic():
        work()


def test_only_what_is_announced_can_be_changed_and_only_by_its_people() -> None:
    scene = scenes.a_live_room()
    with pytest.raises(WrongState):
        planning.change(actor=scene.host, room_id=scene.room_id, title="x", now=NOW)
    with pytest.raises(WrongState):
        planning.cancel(actor=scene.host, room_id=scene.room_id, reason="x", now=NOW)
    room_id = scenes.a_scheduled_room(scene.host)
    with pytest.raises(NotAllowed):
        planning.change(actor=builders.a_creator(), room_id=room_id, title="x", now=NOW)
    for wrong in (
        {"title": " "},
        {"starts_at": NOW - timedelta(days=1)},
        {"cover_url": "http://x"},
    ):
        with pytest.raises(Invalid):
            planning.change(actor=scene.host, room_id=room_id, now=NOW, **wrong)  # type: ignore[arg-type]
    with pytest.raises(Invalid):
        planning.cancel(actor=scene.host, room_id=room_id, reason=" ", now=NOW)
    assert planning.of_room(room_id).revision == 0


def test_a_room_that_is_called_off_says_why_and_leaves_the_schedule() -> None:
    host, fan = builders.a_creator(), builders.a_person()
    room_id = scenes.a_scheduled_room(host)
    creator_id = host.require_creator()
    reminders.ask(actor=fan, room_id=room_id, now=NOW)

    card = planning.cancel(actor=host, room_id=room_id, reason="嗓子哑了", now=NOW)
    with_transaction(lambda: [
        handlers.called_off(RoomCancelled(room_id=room_id), NOW) for _ in range(2)
    ])  # fmt: skip

    assert card.state is RoomState.ENDED
    assert kinds_told(fan) == ["room_cancelled"]
    assert "嗓子哑了" in inbox.lines(actor=fan)[0].text
    assert planning.to_come(creator_id, now=NOW) == ()
    (one,) = planning.published(creator_id, now=NOW)
    assert (one.is_cancelled, one.reason) == (True, "嗓子哑了")
    assert queries.announced(actor=Actor.anonymous()) == ()


def test_a_calendar_file_is_folded_escaped_and_takes_away_what_was_called_off() -> None:
    host = builders.a_creator("窑;主,甲")
    start = datetime(2026, 12, 1, 12, 30, tzinfo=UTC)
    title = "青瓷开窑专场，一口气看完十二款手作茶盏与大碗的直播"
    kept = rooms.schedule(actor=host, title=title, starts_at=start, now=NOW)
    gone = rooms.schedule(actor=host, title="取消的", starts_at=start, now=NOW)
    planning.cancel(actor=host, room_id=gone.id, reason="停电;明天", now=NOW)

    planned = planning.published(host.require_creator(), now=NOW)
    text = calendars.text(planned, name="窑;主,甲", origin="https://shop.example", now=NOW)

    lines = text.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    unfolded = text.replace("\r\n ", "").split("\r\n")
    assert f"UID:{ids.public('rom', kept.id)}@shop.example" in unfolded
    assert f"SUMMARY:窑\\;主\\,甲: {title}" in unfolded
    assert unfolded.count("DTSTART:20261201T123000Z") == 2
    assert unfolded.count("DTEND:20261201T143000Z") == 2
    assert [line for line in unfolded if line.startswith("STATUS")] == [
        "STATUS:CONFIRMED", "STATUS:CANCELLED",
    ]  # fmt: skip
    assert "DESCRIPTION:停电\\;明天" in unfolded
    assert (unfolded[0], unfolded[-2]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")


def test_a_months_rooms_stand_in_the_creators_calendar() -> None:
    host = builders.a_creator()
    inside = rooms.schedule(actor=host, title="月内", starts_at=LATER, now=NOW)
    rooms.schedule(actor=host, title="下月", starts_at=LATER + timedelta(days=40), now=NOW)

    found = planning.between(host.require_creator(), NOW, NOW + timedelta(days=30))

    assert [one.room.id for one in found] == [inside.id]


def test_scripts_are_written_and_read_backstage_alone() -> None:
    scene = scenes.a_live_room()
    host, room_id = scene.host, scene.room_id
    reader, other = a_seat(scene, Duty.SCRIPT), a_seat(scene, Duty.SLOW)

    scripts.write(actor=host, room_id=room_id, title="开场", words="大家好\n欢迎", now=NOW)
    scripts.write(
        actor=reader, room_id=room_id, product_id=scene.product.id, words="先看釉色", now=NOW
    )
    scripts.write(
        actor=host, room_id=room_id, product_id=scene.product.id, words="先看杯口", now=NOW
    )

    cards = scripts.of_room(room_id, actor=reader)
    assert [(card.bag_no, card.text) for card in cards] == [(None, "大家好\n欢迎"), (1, "先看杯口")]
    assert cards[0].id
    for stranger in (other, builders.a_person()):
        with pytest.raises(NotAllowed):
            scripts.of_room(room_id, actor=stranger)
        with pytest.raises(NotAllowed):
            scripts.write(actor=stranger, room_id=room_id, title="x", words="x", now=NOW)
    with pytest.raises(Invalid):
        scripts.write(actor=host, room_id=room_id, title="x", words="字" * 2001, now=NOW)
    with pytest.raises(NotFound):
        scripts.write(actor=host, room_id=room_id, product_id=ids.new(), words="x", now=NOW)

    scripts.take_out(actor=host, room_id=room_id, card_id=cards[0].id, now=NOW)
    scripts.write(actor=host, room_id=room_id, product_id=scene.product.id, words="", now=NOW)
    assert [(card.id, card.text) for card in scripts.of_room(room_id, actor=host)] == [(None, "")]
    stage.remove_item(actor=host, room_id=room_id, product_id=scene.product.id, now=NOW)
    assert scripts.of_room(room_id, actor=host) == ()
