"""AMF0, chunks, FLV tags and the gauge: exact for honest bytes, one refusal for all others."""

import asyncio
import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laotie.surfaces.media import addresses, amf, chunks, flv
from laotie.surfaces.media.chunks import BadChunk, ByteReader, ChunkReader, Message, chunked
from laotie.surfaces.media.health import Gauge

TEXT = st.text(max_size=40)
SCALARS = st.none() | st.booleans() | st.floats(allow_nan=False) | TEXT
VALUES = st.recursive(
    SCALARS, lambda inner: st.dictionaries(TEXT.filter(bool), inner, max_size=4), max_leaves=8
)


@given(values=st.lists(VALUES, max_size=6))
def test_amf_comes_back_as_it_was(values: list[Any]) -> None:
    assert amf.decode(amf.encode(*values)) == values


@given(body=st.binary(max_size=400))
def test_any_bytes_are_amf_or_bad_amf(body: bytes) -> None:
    try:
        values = amf.decode(body)
    except amf.BadAmf:
        return
    assert len(values) <= 16


@pytest.mark.parametrize(
    "bomb",
    [
        b"\x03\x00\x01a" * 10,
        b"\x0a\xff\xff\xff\xff" + b"\x05" * 1000,
        b"\x0a\x00\x00\x01\x00" + (b"\x0a\x00\x00\x00\x05" + b"\x05" * 5) * 256,
        b"\x0c\xff\xff\xff\xff",
        b"\x10",
        b"\x05" * (amf.MAX_BYTES + 1),
    ],
)
def test_amf_bombs_are_refused(bomb: bytes) -> None:
    with pytest.raises(amf.BadAmf):
        amf.decode(bomb)


def received(raw: bytes, *, chunk_bytes: int = 128, is_publishing: bool = True) -> list[Message]:
    """The messages in these bytes, up to their end."""

    async def read() -> list[Message]:
        source = asyncio.StreamReader()
        source.feed_data(raw)
        source.feed_eof()
        reader = ChunkReader(ByteReader(source), acknowledged.append)
        reader.set_chunk_size(chunk_bytes)
        if is_publishing:
            reader.expect_media()
        found = []
        try:
            while True:
                found.append(await reader.message())
        except EOFError:
            return found

    acknowledged: list[int] = []
    return asyncio.run(read())


@settings(max_examples=50)
@given(
    bodies=st.lists(st.binary(min_size=1, max_size=700), min_size=1, max_size=5),
    chunk_bytes=st.integers(1, 300),
)
def test_messages_survive_being_cut(bodies: list[bytes], chunk_bytes: int) -> None:
    messages = [Message(flv.VIDEO, 0, 1, body) for body in bodies]

    raw = b"".join(chunked(each, chunk_stream=4, chunk_bytes=chunk_bytes) for each in messages)

    assert received(raw, chunk_bytes=chunk_bytes) == messages


def header(shape: int, moment: int, length: int, kind: int, *, stream: int = 6) -> bytes:
    parts = [bytes([shape << 6 | stream]), moment.to_bytes(3, "big")]
    if shape < 2:
        parts += [length.to_bytes(3, "big"), bytes([kind])]
    if shape == 0:
        parts.append(struct.pack("<I", 1))
    return b"".join(parts)


def test_a_message_without_a_header_repeats_the_last_delta() -> None:
    raw = header(0, 1000, 1, flv.AUDIO) + b"a"
    raw += header(1, 23, 1, flv.AUDIO) + b"b"
    raw += b"\xc6c" + b"\xc6d"
    raw += header(2, 10, 1, flv.AUDIO) + b"e" + b"\xc6f"

    assert [(each.at_ms, each.body) for each in received(raw)] == [
        (1000, b"a"), (1023, b"b"), (1046, b"c"), (1069, b"d"), (1079, b"e"), (1089, b"f"),
    ]  # fmt: skip


@pytest.mark.parametrize("is_repeated", [True, False])
def test_an_extended_time_may_be_repeated_on_each_chunk(is_repeated: bool) -> None:
    moment = struct.pack(">I", 0x01020304)
    raw = header(0, 0xFFFFFF, 200, flv.VIDEO) + moment + b"x" * 128
    raw += b"\xc6" + (moment if is_repeated else b"") + b"y" * 72

    assert received(raw) == [Message(flv.VIDEO, 0x01020304, 1, b"x" * 128 + b"y" * 72)]


def test_large_chunk_stream_numbers_are_read() -> None:
    for first in (b"\x00\x05", b"\x01\x05\x01"):
        raw = first + header(0, 7, 1, flv.AUDIO)[1:] + b"a"
        assert received(raw) == [Message(flv.AUDIO, 7, 1, b"a")]


def test_nothing_large_is_taken_before_the_publisher_is_in() -> None:
    raw = header(0, 0, 100_000, flv.VIDEO) + bytes(128)

    assert received(raw) == []
    with pytest.raises(BadChunk):
        received(raw, is_publishing=False)


@pytest.mark.parametrize(
    "raw",
    [
        b"\xc6a",
        header(0, 0, 0xFFFFFF, flv.VIDEO),
        header(0, 0, 70_000, chunks.COMMAND),
        b"".join(header(0, 0, 1000, flv.VIDEO, stream=3 + n) + bytes(128) for n in range(40)),
    ],
)
def test_absurd_chunks_are_refused(raw: bytes) -> None:
    with pytest.raises(BadChunk):
        received(raw)


def test_half_received_messages_have_one_limit_for_all() -> None:
    piece = 1 << 20
    raw = b"".join(header(0, 0, 8 << 20, flv.VIDEO, stream=3 + n) + bytes(piece) for n in range(13))

    with pytest.raises(BadChunk, match="half-received"):
        received(raw, chunk_bytes=piece)


def test_an_aggregate_is_split_on_its_own_clock() -> None:
    def part(kind: int, at_ms: int, body: bytes) -> bytes:
        head = bytes([kind]) + len(body).to_bytes(3, "big") + at_ms.to_bytes(3, "big")
        return head + bytes(4) + body + bytes(4)

    body = part(flv.AUDIO, 500, b"a") + part(flv.VIDEO, 540, b"v")

    assert chunks.split_aggregate(Message(chunks.AGGREGATE, 9000, 1, body)) == [
        Message(flv.AUDIO, 9000, 1, b"a"),
        Message(flv.VIDEO, 9040, 1, b"v"),
    ]
    with pytest.raises(BadChunk):
        chunks.split_aggregate(Message(chunks.AGGREGATE, 0, 1, body[:-5]))


def test_a_tag_is_laid_out_as_flv_wants_it() -> None:
    assert flv.tag_bytes(flv.VIDEO, 0x12345678, b"abc") == (
        b"\x09\x00\x00\x03\x34\x56\x78\x12\x00\x00\x00abc\x00\x00\x00\x0e"
    )


def test_a_steady_stream_is_healthy_and_a_bad_one_is_told_why() -> None:
    good, bad, silent = Gauge(), Gauge(), Gauge()
    for frame in range(250):
        now = frame / 25
        good.received(10_000, now=now)
        good.frame(frame * 40, is_key=frame % 25 == 0, now=now)
        silent.frame(frame * 40, is_key=frame % 25 == 0, now=now)
        silent.received(10_000, now=now)
        good.sound(now=now)
    for frame in range(100):
        bad.received(1_000, now=frame / 10)
        bad.frame(frame * 100, is_key=frame % 40 == 0, now=frame / 10)
        bad.sound(now=frame / 10)

    healthy = good.read(codec="avc1.42C01E", dropped=0, now=9.96)
    ill = bad.read(codec="avc1.42C01E", dropped=2, now=9.9)

    assert healthy.warnings == ()
    assert silent.read(codec="avc1.42C01E", dropped=0, now=9.96).warnings == ("NO_SOUND",)
    assert (healthy.fps, healthy.key_frame_s) == (25.0, 1.0)
    assert healthy.bitrate_bps == 2_000_000
    assert ill.warnings == ("KEY_FRAMES", "FRAME_RATE", "BITRATE")
    assert (ill.key_frame_s, ill.dropped) == (4.0, 2)
    assert good.read(codec="", dropped=0, now=30.0).warnings == ("NOTHING",)


@pytest.mark.parametrize(
    ("peer", "normal", "counted", "masked"),
    [
        (("203.0.113.9", 5), "203.0.113.9", "203.0.113.9/32", "203.0.113.0/24"),
        (("::ffff:203.0.113.9", 5, 0, 0), "203.0.113.9", "203.0.113.9/32", "203.0.113.0/24"),
        (("2001:db8:1:2:3:4:5:6", 5, 0, 0), "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64",
         "2001:db8:1::/48"),
        (("fe80::1%eth0", 5, 0, 2), "fe80::1", "fe80::/64", "fe80::/48"),
        ("/run/socket", "?", "?", "?"),
        (None, "?", "?", "?"),
    ],
)  # fmt: skip
def test_peers_have_one_spelling(peer: object, normal: str, counted: str, masked: str) -> None:
    ip = addresses.normal(peer)

    assert ip == normal
    assert addresses.counted(ip) == counted
    assert addresses.masked(ip) == masked
