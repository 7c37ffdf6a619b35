"""A publish-only RTMP server: one port, many rooms, every key checked before anything is accepted.

Server `rtmp://HOST/live`, stream key `<room>?token=<secret>`. Refusals reach the encoder as
`NetStream.Publish.BadName` with a sentence, which OBS shows and does not retry. When nobody could
be asked the connection is only closed, so that encoders try again by themselves.
"""

import asyncio
import contextlib
import os
import struct
import time
from collections import Counter
from typing import Any, TypeGuard
from urllib.parse import parse_qsl

import structlog

from laotie.surfaces.media import addresses, amf, chunks, flv, metrics
from laotie.surfaces.media.asking import NoAnswer
from laotie.surfaces.media.chunks import BadChunk, ByteReader, ChunkReader, Message, chunked
from laotie.surfaces.media.flv_feed import FlvFeed
from laotie.surfaces.media.limits import Limits
from laotie.surfaces.media.on_air import OnAir
from laotie.surfaces.media.publication import Publication, Turned

log = structlog.get_logger(__name__)

APP = "live"
_VERSION = 3
_HANDSHAKE_BYTES = 1536
_FIRST_CHUNK_BYTES = 128
_CHUNK_BYTES = 4096
_WINDOW_BYTES = 5_000_000
_STREAM = 1
_GOODBYES = ("deleteStream", "FCUnpublish", "closeStream")
_LONGEST_NAME = 1024
_LAST_WORDS_S = 1.0


class NotRtmp(Exception):
    """The peer does not speak it, or says more than a publisher may."""


class Connection:
    """One encoder, from handshake to goodbye."""

    def __init__(
        self,
        *,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        ip: str,
        on_air: OnAir,
    ) -> None:
        self.ip = ip
        self._reader = reader
        self._writer = writer
        self._on_air = on_air
        self._limits = on_air.limits
        self._bytes = ByteReader(reader)
        self._chunks = ChunkReader(self._bytes, self._acknowledge)
        self._task = asyncio.current_task()
        self._sends_chunks_of = _FIRST_CHUNK_BYTES
        self._app = ""
        self._query = ""
        self._publication: Publication | None = None
        self._feed: FlvFeed | None = None
        self._media_at = 0.0
        self._ending: str | None = None
        self._said_goodbye = False

    async def serve(self) -> None:
        """Returns when the connection is over; whatever the peer sends, nothing else comes out."""
        reason = "SERVER_CLOSED"
        try:
            await self._converse()
            reason = "GOODBYE"
        except (EOFError, ConnectionError):
            reason = "LOST"
        except TimeoutError:
            reason = "SILENT"
        except Turned as turned:
            reason = turned.code
            await self._refuse(turned.reason)
        except NoAnswer:
            reason = "NO_ANSWER"
        except (NotRtmp, BadChunk, amf.BadAmf) as error:
            reason = "NOT_RTMP"
            metrics.TURNED.labels("protocol").inc()
            log.info("media.not_rtmp", network=addresses.masked(self.ip), why=str(error))
        except asyncio.CancelledError:
            if self._ending is None:
                raise
            reason = self._ending
        finally:
            self._ending = self._ending or reason  # Too late now for `evict`.
            if self._publication is not None:
                await self._on_air.leave(self._publication, reason, is_clean=self._said_goodbye)

    def evict(self, reason: str) -> None:
        """End the connection with this reason, from the event loop."""
        if self._ending is None and self._task is not None:
            self._ending = reason
            self._task.cancel()

    async def _converse(self) -> None:
        async with asyncio.timeout(self._limits.handshake_s):
            await self._shake_hands()
        async with asyncio.timeout(self._limits.setup_s):
            while self._feed is None and not self._said_goodbye:
                await self._receive()
        self._media_at = time.monotonic()
        watch = asyncio.create_task(self._watch_silence())
        try:
            while not self._said_goodbye:
                await self._receive()
        finally:
            watch.cancel()

    async def _watch_silence(self) -> None:
        """One timer a connection, not one a message. Bytes that make no picture do not count."""
        while True:
            await asyncio.sleep(self._limits.idle_s / 10)
            if time.monotonic() - self._media_at > self._limits.idle_s:
                self.evict("SILENT")

    async def _shake_hands(self) -> None:
        if await self._bytes.take(1) != bytes([_VERSION]):
            raise NotRtmp("another protocol")  # HTTP and TLS probes end here.
        theirs = await self._bytes.take(_HANDSHAKE_BYTES)
        # A zero version asks for the simple handshake, without digests.
        ours = bytes(8) + os.urandom(_HANDSHAKE_BYTES - 8)
        self._writer.write(bytes([_VERSION]) + ours + theirs)
        await self._writer.drain()
        await self._bytes.take(_HANDSHAKE_BYTES)

    async def _receive(self) -> None:
        message = await self._chunks.message()
        kind = message.kind
        if kind in (flv.AUDIO, flv.VIDEO):
            await self._media(message)
            return
        if kind == chunks.AGGREGATE:
            for part in chunks.split_aggregate(message):
                if part.kind in (flv.AUDIO, flv.VIDEO):
                    await self._media(part)
            return
        if kind in (flv.SCRIPT, chunks.SCRIPT_AMF3):
            if self._feed is not None:
                self._feed.describe(message.body[kind == chunks.SCRIPT_AMF3 :])
        elif kind in (chunks.COMMAND, chunks.COMMAND_AMF3):
            await self._command(amf.decode(message.body[kind == chunks.COMMAND_AMF3 :]))
        else:
            self._control(message)
        await self._writer.drain()

    async def _media(self, message: Message) -> None:
        if self._feed is not None:
            self._media_at = time.monotonic()
            await self._feed.media(message.kind, message.at_ms, message.body)

    def _control(self, message: Message) -> None:
        value = int.from_bytes(message.body[:4], "big")
        if message.kind == chunks.SET_CHUNK_SIZE:
            self._chunks.set_chunk_size(value & 0x7FFFFFFF)
        elif message.kind == chunks.ABORT:
            self._chunks.abort(value)
        elif message.kind == chunks.WINDOW:
            self._chunks.set_window(value)
        elif message.kind == chunks.USER_CONTROL and message.body[:2] == b"\0\6":
            self._send(chunks.USER_CONTROL, b"\0\7" + message.body[2:6])  # Ping, and its answer.

    async def _command(self, values: list[Any]) -> None:
        name = values[0] if values else None
        transaction = values[1] if len(values) > 1 and _is_number(values[1]) else 0
        if name == "connect":
            self._connect(transaction, values[2] if len(values) > 2 else None)
        elif name == "createStream":
            self._say("_result", transaction, None, _STREAM)
        elif name in ("releaseStream", "FCPublish", "_checkbw"):
            self._say("_result", transaction, None, None)
        elif name == "publish":
            await self._publish(values[3] if len(values) > 3 else None)
        elif name in _GOODBYES:
            self._said_goodbye = True
        elif name in ("play", "play2"):
            raise Turned("This port only takes streams. Watch in the browser.")

    def _connect(self, transaction: float, asked: object) -> None:
        app = asked.get("app") if isinstance(asked, dict) else None
        self._app, _, self._query = str(app or "")[:_LONGEST_NAME].partition("?")
        self._send(chunks.WINDOW, struct.pack(">I", _WINDOW_BYTES))
        self._send(chunks.PEER_BANDWIDTH, struct.pack(">IB", _WINDOW_BYTES, 2))
        self._send(chunks.SET_CHUNK_SIZE, struct.pack(">I", _CHUNK_BYTES))
        self._sends_chunks_of = _CHUNK_BYTES
        self._say(
            "_result",
            transaction,
            {"fmsVer": "FMS/3,0,1,123", "capabilities": 31},
            {
                "level": "status",
                "code": "NetConnection.Connect.Success",
                "description": "Connected.",
                "objectEncoding": 0,
            },
        )

    async def _publish(self, name: object) -> None:
        if self._feed is not None:
            raise Turned("This connection already publishes.")
        if self._app.strip("/") != APP:
            raise Turned(f"Unknown application. The server's address ends in /{APP}.")
        room, secret = _room_and_secret(name, self._query)
        self._publication = await self._on_air.admit(
            door="rtmp", room=room, secret=secret, ip=self.ip, evict=self.evict
        )
        self._feed = FlvFeed(self._publication)
        self._chunks.expect_media()
        self._send(chunks.USER_CONTROL, b"\0\0" + struct.pack(">I", _STREAM))
        self._status("status", "NetStream.Publish.Start", "Publishing.")

    async def _refuse(self, reason: str) -> None:
        """Say why, and let it arrive: a close with unread input would reset the connection."""
        self._status("error", "NetStream.Publish.BadName", reason)
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(_LAST_WORDS_S):
                await self._writer.drain()
                self._writer.write_eof()
                while await self._reader.read(64 << 10):
                    pass

    def _status(self, level: str, code: str, description: str) -> None:
        facts = {"level": level, "code": code, "description": description}
        body = amf.encode("onStatus", 0, None, facts)
        self._send(chunks.COMMAND, body, chunk_stream=5, stream=_STREAM)

    def _say(self, *values: object) -> None:
        self._send(chunks.COMMAND, amf.encode(*values), chunk_stream=3)

    def _acknowledge(self, received: int) -> None:
        self._send(chunks.ACKNOWLEDGEMENT, struct.pack(">I", received))

    def _send(self, kind: int, body: bytes, *, chunk_stream: int = 2, stream: int = 0) -> None:
        message = Message(kind, 0, stream, body)
        size = self._sends_chunks_of
        self._writer.write(chunked(message, chunk_stream=chunk_stream, chunk_bytes=size))


class RtmpServer:
    """Accepts connections, up to a number in all and a number from each address."""

    def __init__(self, on_air: OnAir, limits: Limits) -> None:
        self._on_air = on_air
        self._limits = limits
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._by_peer: Counter[str] = Counter()

    async def start(self, host: str, port: int) -> None:
        """raises: OSError when the port is taken."""
        self._server = await asyncio.start_server(self._accept, host, port, limit=256 << 10)

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """No new connections, and the running ones are over."""
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=10)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ip = addresses.normal(writer.get_extra_info("peername"))
        peer = addresses.counted(ip)
        task = asyncio.current_task()
        assert task is not None
        if len(self._tasks) >= self._limits.connections or self._by_peer[peer] >= self._most(ip):
            metrics.TURNED.labels("connections").inc()
            writer.close()
            return
        self._tasks.add(task)
        self._by_peer[peer] += 1
        metrics.CONNECTIONS.inc()
        try:
            await Connection(reader=reader, writer=writer, ip=ip, on_air=self._on_air).serve()
        except Exception:  # Ours to mend, but no reason to end the others' streams.
            log.exception("media.connection_failed")
        finally:
            self._tasks.discard(task)
            self._by_peer[peer] -= 1
            if not self._by_peer[peer]:
                del self._by_peer[peer]
            metrics.CONNECTIONS.dec()
            writer.close()

    def _most(self, ip: str) -> int:
        if addresses.is_loopback(ip):
            return self._limits.connections_loopback
        return self._limits.connections_per_address


def _room_and_secret(name: object, app_query: str) -> tuple[str, str]:
    """Room and secret of a stream key; empty where they are missing or told twice."""
    raw = name if isinstance(name, str) else ""
    if len(raw) > _LONGEST_NAME:
        return "", ""
    room, _, query = raw.partition("?")
    try:
        pairs = parse_qsl(app_query, max_num_fields=8) + parse_qsl(query, max_num_fields=8)
    except ValueError:
        return "", ""
    secrets = [value for field, value in pairs if field == "token"]
    return room, secrets[0] if len(secrets) == 1 else ""


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
