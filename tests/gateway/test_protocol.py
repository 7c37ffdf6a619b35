"""The protocol as it is written down, and that all that rooms store can be read by pages."""

from datetime import timedelta
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import builders
from tests.builders import NOW
from tests.usecases.live import scenes

from laotie.kernel.actor import Actor
from laotie.live import chat, flashes, frames, rooms, stage
from laotie.live.chat import Line
from laotie.live.frames import Position
from laotie.surfaces.gateway import protocol, reference, wire
from laotie.surfaces.gateway.room import read_frame


def test_the_reference_page_is_in_step() -> None:
    page = Path("docs/reference/gateway.md").read_text("utf-8")

    assert page == reference.page(), "write it again with `reference.page()`"


@pytest.mark.usefixtures("db")
def test_everything_that_a_room_tells_can_be_read() -> None:
    scene, viewer = scenes.a_live_room(), builders.a_person()
    assert viewer.person_id is not None
    room_id, host = scene.room_id, scene.host
    stage.pin(actor=host, room_id=room_id, product_id=scene.product.id, now=NOW)
    stage.unpin(actor=host, room_id=room_id, now=NOW)
    other = builders.a_product(scene.shop, 900)
    builders.a_plan(scene.shop, other)
    stage.add_item(actor=host, room_id=room_id, product_id=other.id, now=NOW)
    flashes.open_flash(
        actor=host, room_id=room_id, sku_id=scene.sku_id, price_fen=1990, quantity=5, seconds=60,
        now=NOW,
    )  # fmt: skip
    flashes.close_due(now=NOW + timedelta(minutes=1))
    chat.say(
        actor=Actor.system("gateway"),
        lines=[Line(room_id, viewer.person_id, "好", "1")],
        now=NOW,
    )
    chat.mute(actor=host, room_id=room_id, person_id=viewer.person_id, minutes=1, now=NOW)
    chat.kick(actor=host, room_id=room_id, person_id=viewer.person_id, now=NOW)
    rooms.end(actor=host, room_id=room_id, now=NOW)

    stored = frames.tail({room_id: Position(2, 0)})
    read = [read_frame(frame) for frame in stored]

    told = {type(event).__struct_config__.tag for event in read if not isinstance(event, list)}
    assert told == {
        "state", "bag", "pinned", "unpinned", "flash", "flash_over", "muted", "unsaid", "kicked",
    }  # fmt: skip
    assert [said.text for says in read if isinstance(says, list) for said in says] == ["好"]


@given(st.binary(max_size=4096))
def test_no_bytes_from_a_page_raise_anything_but_a_decode_error(payload: bytes) -> None:
    try:
        message = protocol.read(payload)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return
    assert isinstance(message, get_args(protocol.ClientFrame))


@given(st.binary(max_size=200_000))
def test_frames_are_built_as_the_standard_has_it(payload: bytes) -> None:
    frame = wire.text_frame(payload)

    size = frame[1]
    start, length = 2, size
    if size == 126:
        start, length = 4, int.from_bytes(frame[2:4], "big")
    elif size == 127:
        start, length = 10, int.from_bytes(frame[2:10], "big")
    assert (frame[0], length, frame[start:]) == (0x81, len(payload), payload)
    assert (size == length) == (length < 126)
