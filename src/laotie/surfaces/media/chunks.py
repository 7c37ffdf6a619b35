"""RTMP's chunk layer: bytes in, whole messages out, and the other way."""

import asyncio
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from laotie.surfaces.media import amf, flv

SET_CHUNK_SIZE, ABORT, ACKNOWLEDGEMENT, USER_CONTROL, WINDOW, PEER_BANDWIDTH = 1, 2, 3, 4, 5, 6
SCRIPT_AMF3, COMMAND_AMF3, COMMAND, AGGREGATE = 15, 17, 20, 22

_READ_BYTES = 64 << 10
_MAX_MEDIA_BYTES = 8 << 20  # A key frame of 8 MiB is far above any sane bitrate.
_MAX_CHUNK_BYTES = 1 << 20
_MAX_CHUNK_STREAMS = 32
_MAX_PENDING_BYTES = 12 << 20  # Half-received messages of one publisher, all together.
_EXTENDED = 0xFFFFFF
_BULK_KINDS = (flv.AUDIO, flv.VIDEO, AGGREGATE)


class BadChunk(Exception):
    """Not RTMP, or more of it than one publisher needs."""


@dataclass(frozen=True, slots=True)
class Message:
    """`at_ms` wraps at 2**32."""

    kind: int
    at_ms: int
    stream: int
    body: bytes


@dataclass(slots=True)
class _ChunkStream:
    at_ms: int = 0
    delta_ms: int = 0
    length: int = 0
    kind: int = 0
    stream: int = 0
    extended: int | None = None
    body: bytearray = field(default_factory=bytearray)


class ByteReader:
    """Reads in blocks of 64 KiB: one wait per block, not one per header."""

    def __init__(self, source: asyncio.StreamReader) -> None:
        self._source = source
        self._block = bytearray()
        self._at = 0
        self.received = 0
        self.last_at = time.monotonic()

    async def take(self, count: int) -> bytes:
        """raises: EOFError when the other side has gone."""
        await self._have(count)
        end = self._at + count
        taken = bytes(self._block[self._at : end])
        self.received += count
        if end == len(self._block):
            self._block.clear()
            self._at = 0
        else:
            self._at = end
        return taken

    async def peek(self, count: int) -> bytes:
        await self._have(count)
        return bytes(self._block[self._at : self._at + count])

    async def _have(self, count: int) -> None:
        while len(self._block) - self._at < count:
            if self._at > _READ_BYTES:
                del self._block[: self._at]
                self._at = 0
            more = await self._source.read(_READ_BYTES)
            if not more:
                raise EOFError
            self.last_at = time.monotonic()
            self._block += more


class ChunkReader:
    """Puts messages together from interleaved chunks. `acknowledge` is called once a window."""

    def __init__(self, source: ByteReader, acknowledge: Callable[[int], None]) -> None:
        self._source = source
        self._acknowledge = acknowledge
        self._streams: dict[int, _ChunkStream] = {}
        self._acknowledged = 0
        self._window = 2_500_000
        self._chunk_bytes = 128
        self._pending = 0
        self._is_publishing = False

    def expect_media(self) -> None:
        """From now on large messages may come: the publisher has been let in."""
        self._is_publishing = True

    def set_chunk_size(self, size: int) -> None:
        """raises: BadChunk outside of 1 byte to 1 MiB."""
        if not 1 <= size <= _MAX_CHUNK_BYTES:
            raise BadChunk(f"chunk size {size}")
        self._chunk_bytes = size

    def set_window(self, size: int) -> None:
        """The publisher's window; it is told what has arrived twice as often as it asks."""
        self._window = max(64 << 10, size // 2)

    def abort(self, chunk_stream: int) -> None:
        """Forget a half-received message."""
        if stream := self._streams.get(chunk_stream):
            self._drop(stream)

    async def message(self) -> Message:
        """The next whole message.

        raises: BadChunk, EOFError.
        """
        while True:
            stream = await self._chunk()
            if self._source.received - self._acknowledged >= self._window:
                self._acknowledged = self._source.received
                self._acknowledge(self._acknowledged & 0xFFFFFFFF)
            if len(stream.body) >= stream.length:
                body, stream.body = bytes(stream.body), bytearray()
                self._pending -= len(body)
                return Message(stream.kind, stream.at_ms, stream.stream, body)

    async def _chunk(self) -> _ChunkStream:
        first = (await self._source.take(1))[0]
        shape, number = first >> 6, first & 63
        if number == 0:
            number = 64 + (await self._source.take(1))[0]
        elif number == 1:
            low, high = await self._source.take(2)
            number = 64 + low + (high << 8)
        stream = self._streams.get(number)
        if stream is None:
            if shape == 3 or len(self._streams) >= _MAX_CHUNK_STREAMS:
                raise BadChunk("unknown chunk stream")
            stream = self._streams[number] = _ChunkStream()
        if shape == 3:
            await self._continue(stream)
        else:
            await self._header(stream, shape)
        missing = min(self._chunk_bytes, stream.length - len(stream.body))
        if missing:
            self._pending += missing
            if self._pending > _MAX_PENDING_BYTES:
                raise BadChunk("too much half-received")
            stream.body += await self._source.take(missing)
        return stream

    def _drop(self, stream: _ChunkStream) -> None:
        self._pending -= len(stream.body)
        stream.body.clear()

    async def _header(self, stream: _ChunkStream, shape: int) -> None:
        self._drop(stream)  # A new header in the middle of a message drops what had come.
        head = await self._source.take((11, 7, 3)[shape])
        moment = int.from_bytes(head[:3], "big")
        if shape < 2:
            stream.length = int.from_bytes(head[3:6], "big")
            stream.kind = head[6]
        if shape == 0:
            stream.stream = int.from_bytes(head[7:11], "little")
        stream.extended = None
        if moment == _EXTENDED:
            moment = stream.extended = int.from_bytes(await self._source.take(4), "big")
        if shape == 0:
            stream.at_ms, stream.delta_ms = moment, 0
        else:
            stream.delta_ms = moment
            stream.at_ms = (stream.at_ms + moment) & 0xFFFFFFFF
        is_bulk = self._is_publishing and stream.kind in _BULK_KINDS
        largest = _MAX_MEDIA_BYTES if is_bulk else amf.MAX_BYTES
        if stream.length > largest:
            raise BadChunk(f"message of {stream.length} bytes")

    async def _continue(self, stream: _ChunkStream) -> None:
        if stream.extended is not None:
            # Most encoders repeat the extended time on every chunk, some do not.
            repeated = await self._source.peek(4)
            if int.from_bytes(repeated, "big") == stream.extended:
                await self._source.take(4)
        if not stream.body:
            # Without a header a NEW message may start; it repeats the last delta.
            stream.at_ms = (stream.at_ms + stream.delta_ms) & 0xFFFFFFFF


def chunked(message: Message, *, chunk_stream: int, chunk_bytes: int) -> bytes:
    """One outgoing message cut into chunks. chunk_stream: 2 to 63."""
    body = message.body
    head = bytes([chunk_stream]) + b"\0\0\0" + len(body).to_bytes(3, "big")
    parts = [head + bytes([message.kind]) + struct.pack("<I", message.stream), body[:chunk_bytes]]
    for start in range(chunk_bytes, len(body), chunk_bytes):
        parts += [bytes([0xC0 | chunk_stream]), body[start : start + chunk_bytes]]
    return b"".join(parts)


def split_aggregate(message: Message) -> list[Message]:
    """The audio and video messages inside an aggregate, on the aggregate's clock.

    raises: BadChunk when a part runs over the end.
    """
    body, at, first_ms = message.body, 0, None
    parts = []
    while at + 11 <= len(body):
        kind, size = body[at], int.from_bytes(body[at + 1 : at + 4], "big")
        moment = int.from_bytes(body[at + 4 : at + 7], "big") | body[at + 7] << 24
        first_ms = moment if first_ms is None else first_ms
        part = body[at + 11 : at + 11 + size]
        if len(part) != size:
            raise BadChunk("aggregate cut short")
        at_ms = (message.at_ms + moment - first_ms) & 0xFFFFFFFF
        parts.append(Message(kind, at_ms, message.stream, part))
        at += 11 + size + 4
    return parts
