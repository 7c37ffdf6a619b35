"""Seats: what their holders may do, that it ends at once, and that it is written down."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from tests import builders
from tests.builders import NOW
from tests.usecases.live import scenes
from tests.usecases.live.scenes import Scene

from laotie.content.relations import follows
from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound
from laotie.live import chat, pinning, queries, rooms, seats, stage, words
from laotie.live.rules import Deed, Duty

pytestmark = pytest.mark.usefixtures("db")


def say(room_id: UUID, who: Actor, text: str = "好看", *, later_s: int = 0) -> chat.Verdict:
    assert who.person_id
    line = chat.Line(room_id, who.person_id, text, f"r{ids.new().hex[:20]}")
    (verdict,) = chat.say(actor=who, lines=[line], now=NOW + timedelta(seconds=later_s))
    return verdict


def a_seat(scene: Scene, *duties: Duty) -> Actor:
    who = builders.a_person("房管")
    assert who.person_id
    seats.give(
        actor=scene.host, room_id=scene.room_id, person_id=who.person_id,
        duties=[duty.value for duty in duties or tuple(Duty)], now=NOW,
    )  # fmt: skip
    return who


def test_a_seat_keeps_order_and_touches_no_goods() -> None:
    scene = scenes.a_live_room()
    seat, viewer = a_seat(scene), builders.a_person("水军")
    room_id, person_id = scene.room_id, viewer.require_person()
    said = say(room_id, viewer, "吵死了").comment_id
    assert said

    chat.take_down(actor=seat, room_id=room_id, comment_id=said, now=NOW)
    rooms.set_slow_mode(actor=seat, room_id=room_id, seconds=30, now=NOW)
    words.forbid(actor=seat, word="加微信", room_id=room_id, now=NOW)
    chat.mute(actor=seat, room_id=room_id, person_id=person_id, minutes=10, now=NOW)
    chat.forgive(actor=seat, room_id=room_id, person_id=person_id, now=NOW)

    assert words.of_actor(scene.host) == ("加微信",)
    deeds = [line.deed for line in seats.log(room_id, actor=scene.host)]
    assert sorted(deeds) == sorted(
        [Deed.SEATED, Deed.TAKEN_DOWN, Deed.SLOWED, Deed.FORBADE, Deed.MUTED, Deed.FORGIVEN]
    )
    with pytest.raises(NotAllowed):
        stage.unpin(actor=seat, room_id=room_id, now=NOW)
    with pytest.raises(NotAllowed):
        rooms.end(actor=seat, room_id=room_id, now=NOW)
    with pytest.raises(NotAllowed):
        a_seat_from(seat, scene)
    with pytest.raises(NotAllowed):
        queries.room_for_host(room_id, actor=seat)


def a_seat_from(giver: Actor, scene: Scene) -> None:
    friend = builders.a_person().require_person()
    seats.give(
        actor=giver, room_id=scene.room_id, person_id=friend, duties=["silence"], now=NOW
    )  # fmt: skip


@pytest.mark.parametrize(
    ("duty", "act"),
    [
        (Duty.SILENCE, lambda a, r, p, c: chat.kick(actor=a, room_id=r, person_id=p, now=NOW)),
        (Duty.TAKE_DOWN, lambda a, r, p, c: chat.take_down(actor=a, room_id=r, comment_id=c, now=NOW)),
        (Duty.PIN, lambda a, r, p, c: pinning.pin(actor=a, room_id=r, comment_id=c, now=NOW)),
        (Duty.SLOW, lambda a, r, p, c: rooms.set_slow_mode(actor=a, room_id=r, seconds=5, now=NOW)),
        (Duty.WORDS, lambda a, r, p, c: words.forbid(actor=a, word="广告", room_id=r, now=NOW)),
    ],
)  # fmt: skip
def test_each_duty_is_asked_for_alone(
    duty: Duty, act: Callable[[Actor, UUID, UUID, UUID], object]
) -> None:
    scene = scenes.a_live_room()
    viewer = builders.a_person()
    said = say(scene.room_id, viewer).comment_id
    assert said
    room_id, person_id = scene.room_id, viewer.require_person()
    others = [one for one in Duty if one is not duty]
    without = a_seat(scene, *others)

    with pytest.raises(NotAllowed):
        act(without, room_id, person_id, said)
    with pytest.raises(NotAllowed):
        act(builders.a_person(), room_id, person_id, said)
    act(a_seat(scene, duty), room_id, person_id, said)


def test_a_seat_that_was_taken_back_is_worth_nothing_at_once() -> None:
    scene = scenes.a_live_room()
    seat, viewer = a_seat(scene), builders.a_person()

    seats.take(
        actor=scene.host, room_id=scene.room_id, person_id=seat.require_person(), now=NOW
    )  # fmt: skip

    with pytest.raises(NotAllowed):
        chat.mute(
            actor=seat, room_id=scene.room_id, person_id=viewer.require_person(), minutes=5, now=NOW
        )
    assert seats.of_room(scene.room_id, actor=scene.host) == ()
    assert "muted" not in scenes.kinds(scene.room_id)


def test_moderators_are_marked_exempt_from_slow_mode_and_silenced_by_the_host_alone() -> None:
    scene = scenes.a_live_room()
    seat, other = a_seat(scene), a_seat(scene)
    rooms.set_slow_mode(actor=scene.host, room_id=scene.room_id, seconds=60, now=NOW)

    assert say(scene.room_id, seat, "一").comment_id
    assert say(scene.room_id, seat, "二").comment_id

    bodies = [body for kind, body in scenes.told(scene.room_id) if kind == "says"]
    assert [body["says"][0]["mod"] for body in bodies] == [True, True]
    with pytest.raises(NotAllowed):
        chat.mute(
            actor=other, room_id=scene.room_id, person_id=seat.require_person(), minutes=5, now=NOW
        )
    chat.mute(
        actor=scene.host, room_id=scene.room_id, person_id=seat.require_person(), minutes=5, now=NOW
    )
    assert say(scene.room_id, seat, "三").comment_id is None


def test_seats_are_looked_for_among_followers_only() -> None:
    scene = scenes.a_live_room()
    phone = builders.a_phone()
    fan, stranger = builders.a_person("小粉", phone=phone), builders.a_person("小粉路人")
    follows.follow(actor=fan, creator_id=scene.host.require_creator(), now=NOW)

    assert [one.id for one in seats.search(scene.room_id, actor=scene.host, words="小粉")] == [
        fan.person_id
    ]
    assert [one.id for one in seats.search(scene.room_id, actor=scene.host, words=phone)] == [
        fan.person_id
    ]
    unknown = seats.search(scene.room_id, actor=scene.host, words=builders.a_phone())
    assert unknown == ()
    with pytest.raises(NotAllowed):
        seats.search(scene.room_id, actor=stranger, words="小粉")


def test_a_seat_needs_a_known_duty_and_not_the_host() -> None:
    scene = scenes.a_live_room()
    person_id = builders.a_person().require_person()
    for duties in ([], ["money"]):
        with pytest.raises(Invalid):
            seats.give(
                actor=scene.host, room_id=scene.room_id, person_id=person_id, duties=duties, now=NOW
            )
    with pytest.raises(Invalid):
        seats.give(
            actor=scene.host, room_id=scene.room_id, person_id=scene.host.require_person(),
            duties=["slow"], now=NOW,
        )  # fmt: skip
    assert seats.of_room(scene.room_id, actor=scene.host) == ()


def test_one_comment_stays_on_top_until_it_or_its_author_goes() -> None:
    scene = scenes.a_live_room()
    room_id = scene.room_id
    viewer = builders.a_person("问的人")
    first, second = (
        say(room_id, viewer, "能洗吗").comment_id,
        say(room_id, viewer, "几号发").comment_id,
    )
    assert first
    assert second

    pinning.pin(actor=scene.host, room_id=room_id, comment_id=first, now=NOW)
    pinning.pin(actor=scene.host, room_id=room_id, comment_id=second, now=NOW)
    opening = queries.opening(room_id)
    assert opening
    assert opening.pinned_say
    assert (opening.pinned_say["text"], opening.pinned_say["host"]) == ("几号发", False)
    chat.take_down(actor=scene.host, room_id=room_id, comment_id=first, now=NOW)
    assert pinning.body(room_id) is not None
    chat.kick(actor=scene.host, room_id=room_id, person_id=viewer.require_person(), now=NOW)

    assert pinning.body(room_id) is None
    assert scenes.kinds(room_id).count("say_pinned") == 2
    assert scenes.kinds(room_id).count("say_unpinned") == 1
    with pytest.raises(NotFound):
        pinning.pin(actor=scene.host, room_id=room_id, comment_id=second, now=NOW)
