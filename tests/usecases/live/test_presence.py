from datetime import timedelta
from uuid import uuid4

import pytest
from tests import builders
from tests.builders import NOW
from tests.usecases.live import scenes

from laotie.content.relations import follows
from laotie.kernel import clock, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotAllowed, NotFound, SignInFirst
from laotie.live import jobs, presence, queries, reminders
from laotie.live.presence import Audience, Tally

pytestmark = pytest.mark.usefixtures("db")
GATEWAY = Actor.system("gateway")


def test_counts_of_several_gateways_add_up_and_survive_the_roll_up() -> None:
    room_id = scenes.a_live_room().room_id
    one, two = uuid4(), uuid4()
    presence.count(actor=GATEWAY, source=one, tallies=[Tally(room_id, 5, 3, 3)], now=NOW)
    presence.count(actor=GATEWAY, source=one, tallies=[Tally(room_id, 1, 0, 2)], now=NOW)
    presence.count(actor=GATEWAY, source=two, tallies=[Tally(room_id, 10, 4, 4)], now=NOW)
    before = presence.audiences([room_id])
    sql.change("UPDATE live_tally SET wall_at = wall_at - interval '3 minutes'")

    presence.roll_up()
    presence.roll_up()

    assert before == {room_id: Audience(likes=16, viewers=6)}
    assert presence.audiences([room_id]) == {room_id: Audience(likes=16, viewers=0)}
    rows = sql.rows("SELECT likes, joins, viewers_peak FROM live_minute")
    assert rows == [(16, 7, 7)]
    assert sql.rows("SELECT count(*) FROM live_tally") == [(0,)]


def test_viewers_of_a_gateway_that_died_leave_the_count() -> None:
    room_id = scenes.a_live_room().room_id
    presence.count(actor=GATEWAY, source=uuid4(), tallies=[Tally(room_id, 2, 9, 9)], now=NOW)

    sql.change("UPDATE live_tally SET wall_at = wall_at - interval '26 seconds'")

    assert presence.audiences([room_id]) == {room_id: Audience(likes=2, viewers=0)}


def test_the_hosts_curve_has_every_minute_of_the_last_hour() -> None:
    scene = scenes.a_live_room()
    presence.count(actor=GATEWAY, source=uuid4(), tallies=[Tally(scene.room_id, 8, 5, 5)], now=NOW)

    curve = queries.curve(scene.room_id, actor=scene.host, now=NOW)

    assert len(curve) == 60
    assert curve[-1].minute == NOW.replace(second=0, microsecond=0)
    assert (curve[-1].viewers, curve[-1].joins, curve[-1].likes) == (5, 5, 8)
    assert sum(minute.viewers for minute in curve[:-1]) == 0
    with pytest.raises(NotAllowed):
        queries.curve(scene.room_id, actor=builders.a_person(), now=NOW)


def test_following_twice_is_following_once() -> None:
    host, fan = builders.a_creator(), builders.a_person()
    assert host.creator_id
    creator = host.creator_id

    assert follows.follow(actor=fan, creator_id=creator, now=NOW) == 1
    assert follows.follow(actor=fan, creator_id=creator, now=NOW) == 1
    assert follows.is_following(fan.person_id, creator)
    assert follows.unfollow(actor=fan, creator_id=creator) == 0
    with pytest.raises(SignInFirst):
        follows.follow(actor=Actor.anonymous(), creator_id=creator, now=NOW)
    with pytest.raises(NotFound):
        follows.follow(actor=fan, creator_id=uuid4(), now=NOW)


def test_followers_are_told_once_that_a_room_is_live(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = scenes.a_live_room()
    assert scene.host.creator_id
    fans = [builders.a_person() for _ in range(5)]
    for fan in fans:
        follows.follow(actor=fan, creator_id=scene.host.creator_id, now=NOW)
    monkeypatch.setattr(reminders, "_TOLD_AT_ONCE", 2)

    for _ in range(2):
        jobs.tell_followers(room_id=str(scene.room_id))

    rows = sql.rows("SELECT person_id FROM accounts_notice WHERE kind = 'room_started'")
    assert {person for (person,) in rows} == {fan.person_id for fan in fans}
    assert len(rows) == 5


def test_business_time_of_tallies_is_the_callers() -> None:
    room_id = scenes.a_live_room().room_id
    tomorrow = NOW + timedelta(days=1)

    presence.count(actor=GATEWAY, source=uuid4(), tallies=[Tally(room_id, 0, 0, 1)], now=tomorrow)

    ((at, wall_at),) = sql.rows("SELECT at, wall_at FROM live_tally")
    assert at == tomorrow
    assert abs(wall_at - clock.wall()) < timedelta(minutes=1)
