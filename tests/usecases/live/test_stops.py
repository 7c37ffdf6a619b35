"""The brake, and rehearsals: what nobody else may see, and the way back."""

from datetime import timedelta
from uuid import uuid4

import pytest
from tests import builders
from tests.builders import NOW
from tests.usecases.live import scenes

from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from laotie.live import (
    arrivals,
    flashes,
    ingest,
    queries,
    rehearsals,
    rooms,
    seats,
    stage,
    stops,
)
from laotie.live.rules import RoomState
from laotie.trade import stock

pytestmark = pytest.mark.usefixtures("db")
LATER = NOW + timedelta(minutes=2)


def test_the_brake_takes_everything_off_air_and_the_host_may_go_on() -> None:
    scene = scenes.a_live_room()
    name = ingest.stream_name(scene.room_id)
    stage.pin(actor=scene.host, room_id=scene.room_id, product_id=scene.product.id, now=NOW)
    stock.set_stock(actor=scene.shop.owner, sku_id=scene.sku_id, on_hand=9, now=NOW)
    flashes.open_flash(
        actor=scene.host, room_id=scene.room_id, sku_id=scene.sku_id, price_fen=1990,
        quantity=5, seconds=60, limit_per_buyer=1, now=NOW,
    )  # fmt: skip

    card = stops.pull(
        actor=scene.host, room_id=scene.room_id, reason="画面有隐私", can_resume=True, now=LATER
    )

    assert card.state is RoomState.SUSPENDED
    assert flashes.running(scene.room_id, now=LATER) is None
    assert scenes.kinds(scene.room_id)[-3:] == ["unpinned", "flash_over", "state"]
    standing = ingest.standing(name)
    assert standing is not None
    assert (standing.is_public, standing.may_publish) == (False, False)
    assert not ingest.health(room_id=scene.room_id, session=scene.session, figures={}, now=LATER)
    assert stops.can_resume(scene.room_id, actor=scene.host)
    (line,) = stops.of_room(scene.room_id, actor=scene.host)
    assert (line.reason, line.lifted_at) == ("画面有隐私", None)

    again = stops.resume(actor=scene.host, room_id=scene.room_id, now=LATER)

    assert again.state is RoomState.INTERRUPTED
    ingest.started(room_id=scene.room_id, session=uuid4(), picture=scenes.PICTURE, now=LATER)
    assert queries.room_for_host(scene.room_id, actor=scene.host).state is RoomState.LIVE
    assert not stops.can_resume(scene.room_id, actor=scene.host)
    with pytest.raises(stops.NothingToResume):
        stops.resume(actor=scene.host, room_id=scene.room_id, now=LATER)


def test_a_stop_for_good_ends_the_room() -> None:
    scene = scenes.a_live_room()

    card = stops.pull(
        actor=scene.host, room_id=scene.room_id, reason="不舒服", can_resume=False, now=LATER
    )

    assert (card.state, card.ended_at) == (RoomState.ENDED, LATER)
    with pytest.raises(stops.NothingToResume):
        stops.resume(actor=scene.host, room_id=scene.room_id, now=LATER)
    with pytest.raises(WrongState):
        stops.pull(
            actor=scene.host, room_id=scene.room_id, reason="再来", can_resume=True, now=LATER
        )


def test_only_a_seat_with_the_brake_pulls_it() -> None:
    scene, seated, stranger = scenes.a_live_room(), builders.a_person(), builders.a_person()
    assert seated.person_id
    seats.give(
        actor=scene.host, room_id=scene.room_id, person_id=seated.person_id,
        duties=["stop"], now=NOW,
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        stops.pull(actor=stranger, room_id=scene.room_id, reason="捣乱", can_resume=True, now=NOW)
    with pytest.raises(Invalid):
        stops.pull(actor=seated, room_id=scene.room_id, reason=" ", can_resume=True, now=NOW)
    assert queries.room_for_host(scene.room_id, actor=scene.host).state is RoomState.LIVE

    stops.pull(actor=seated, room_id=scene.room_id, reason="主播晕倒", can_resume=True, now=NOW)

    with pytest.raises(NotAllowed):
        stops.resume(actor=seated, room_id=scene.room_id, now=NOW)
    ended = stops.give_up(actor=scene.host, room_id=scene.room_id, now=LATER)
    assert ended.state is RoomState.ENDED


def test_an_operators_word_is_above_the_brake() -> None:
    scene, operator = scenes.a_live_room(), builders.an_operator()
    stops.pull(actor=scene.host, room_id=scene.room_id, reason="先停一下", can_resume=True, now=NOW)

    rooms.suspend(actor=operator, room_id=scene.room_id, reason="违规", now=NOW)

    assert not stops.can_resume(scene.room_id, actor=scene.host)
    with pytest.raises(stops.NothingToResume):
        stops.resume(actor=scene.host, room_id=scene.room_id, now=NOW)
    assert rooms.lift(actor=operator, room_id=scene.room_id, now=NOW).state is (
        RoomState.INTERRUPTED
    )


def test_a_rehearsal_is_seen_by_nobody_else_and_leaves_no_trace() -> None:
    host = builders.a_creator()
    room_id = scenes.a_scheduled_room(host)
    name, session = ingest.stream_name(room_id), uuid4()
    before = scenes.told(room_id)

    rehearsals.begin(actor=host, room_id=room_id, now=NOW)
    ingest.started(room_id=room_id, session=session, picture=scenes.PICTURE, now=NOW)

    shown = queries.room_page(room_id, actor=Actor.anonymous())
    assert shown.room.state is RoomState.SCHEDULED
    assert [room.id for room, _ in queries.announced(actor=Actor.anonymous())] == [room_id]
    standing = ingest.standing(name)
    assert standing is not None
    assert (standing.is_public, standing.may_publish, standing.public_from) == (False, True, None)
    signal = queries.signal(room_id, actor=host)
    assert signal is not None
    assert signal.is_on
    with pytest.raises(NotAllowed):
        rehearsals.end(actor=builders.a_person(), room_id=room_id, now=NOW)

    rehearsals.end(actor=host, room_id=room_id, now=LATER)

    assert scenes.told(room_id) == before
    assert not ingest.health(room_id=room_id, session=session, figures={}, now=LATER)
    assert rehearsals.since(room_id, actor=host) is None
    with pytest.raises(rehearsals.NotRehearsing):
        rehearsals.end(actor=host, room_id=room_id, now=LATER)
    # The real show begins as ever, and its recording begins with it.
    ingest.started(room_id=room_id, session=uuid4(), picture=scenes.PICTURE, now=LATER)
    rooms.go_live(actor=host, room_id=room_id, now=LATER)
    live = ingest.standing(name)
    assert live is not None
    assert live.public_from is not None
    with pytest.raises(WrongState):
        rehearsals.begin(actor=host, room_id=room_id, now=LATER)


def test_a_rehearsal_can_go_straight_on_air() -> None:
    host = builders.a_creator()
    room_id = scenes.a_scheduled_room(host)
    rehearsals.begin(actor=host, room_id=room_id, now=NOW)
    ingest.started(room_id=room_id, session=uuid4(), picture=scenes.PICTURE, now=NOW)

    rooms.open_preview(actor=host, room_id=room_id, now=NOW)

    assert rooms.go_live(actor=host, room_id=room_id, now=NOW).state is RoomState.LIVE


def test_arrivals_are_kept_by_the_minute_for_the_host() -> None:
    scene = scenes.a_live_room()
    good = {"bitrate_bps": 3000, "fps": 30.0, "key_frame_s": 1.0, "has_audio": True}
    bad = {
        "bitrate_bps": 1000, "fps": 12.0, "key_frame_s": 4.0, "has_audio": False,
        "warnings": ["NO_SOUND", "FRAME_RATE"],
    }  # fmt: skip
    for figures in (good, bad, bad, good):
        ingest.health(room_id=scene.room_id, session=scene.session, figures=figures, now=NOW)

    (minute,) = arrivals.of_room(scene.room_id, actor=scene.host)

    assert (minute.bitrate_bps, minute.fps, minute.key_frame_s) == (2000, 12.0, 4.0)
    assert (minute.silent, minute.warnings) == (0.5, ("FRAME_RATE", "NO_SOUND"))
    with pytest.raises(NotAllowed):
        arrivals.of_room(scene.room_id, actor=builders.a_person())
    with pytest.raises(NotFound):
        arrivals.of_room(uuid4(), actor=scene.host)
