"""Going live from a browser: recorded pieces over a WebSocket, encoded anew by FFmpeg.

    wss://HOST/media/golive/<room>

The page sends `{"mime": ..., "ticket": ...}` as text, then the recorder's pieces as they come. It
hears `{"t": "on_air"}`, `health` every two seconds, and before the end one of `refused`, `restart`
(send again with a NEW recorder) or `ended`, each with a `code` that the page has words for. A
recording starts with its container's header, so a reconnect is a new session.
"""

import asyncio
import contextlib
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import structlog
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from laotie.surfaces.media import addresses, ffmpeg, metrics
from laotie.surfaces.media.asking import NoAnswer
from laotie.surfaces.media.on_air import OnAir
from laotie.surfaces.media.packager import PackagerGone
from laotie.surfaces.media.publication import Publication, Turned

log = structlog.get_logger(__name__)

_FIRST_FRAME_BYTES = 4096
_PIECE_BYTES = 4 << 20
_MAGIC_BYTES = 12
_HEALTH_S = 2.0
REFUSED, RESTART, ENDED = 4003, 4011, 4000

_MATROSKA, _MOV = "matroska", "mov"
_CONTAINERS = {
    "video/x-matroska": _MATROSKA,
    "video/webm": _MATROSKA,
    "video/mp4": _MOV,
}


class _Restart(Exception):
    """The recording cannot go on where it stopped; a new one can."""


class GoLive:
    """One browser, from the first frame to the last piece."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, *, on_air: OnAir) -> None:
        self._socket = WebSocket(scope, receive, send)
        self._client = scope.get("client")
        self._on_air = on_air
        self._limits = on_air.limits
        self._task = asyncio.current_task()
        self._publication: Publication | None = None
        self._container = ""
        self._ending: str | None = None
        self._pictures = 0
        self._head = b""

    async def serve(self, room: str) -> None:
        """Returns when the socket is closed; whatever the page sends, nothing else comes out."""
        reason, farewell = "SERVER_CLOSED", (ENDED, "ended", "")
        said = ""
        try:
            await self._socket.accept()
            await self._admit(room)
            await self._record()
            reason = "GOODBYE"
        except WebSocketDisconnect as gone:
            reason = "GOODBYE" if gone.code == 1000 else "LOST"
        except TimeoutError:
            reason = "SILENT"
        except Turned as turned:
            reason, said = turned.code, turned.reason
            farewell = (REFUSED, "refused", turned.code)
        except (NoAnswer, _Restart):
            reason, farewell = "RESTART", (RESTART, "restart", "")
        except asyncio.CancelledError:
            if self._ending is None:
                raise
            reason = self._ending
        finally:
            self._ending = self._ending or reason
            if self._publication is not None:
                is_clean = reason == "GOODBYE"
                await self._on_air.leave(self._publication, reason, is_clean=is_clean)
        await self._close(said, *farewell[:2], farewell[2] or reason)

    def evict(self, reason: str) -> None:
        """End the session with this reason, from the event loop."""
        if self._ending is None and self._task is not None:
            self._ending = reason
            self._task.cancel()

    async def _admit(self, room: str) -> None:
        async with asyncio.timeout(self._limits.setup_s):
            first = await self._socket.receive()
            mime, ticket = _first_frame(first.get("text"))
            self._container = _CONTAINERS.get(mime.partition(";")[0].strip().lower(), "")
            if not self._container:
                raise Turned("This browser's recording format is not known.", code="FORMAT")
            self._publication = await self._on_air.admit(
                door="browser",
                room=room,
                secret=ticket,
                ip=addresses.normal(tuple(self._client or ())),
                evict=self.evict,
            )
        await self._socket.send_json({"t": "on_air", "session": str(self._publication.session)})

    async def _record(self) -> None:
        publication = self._publication
        assert publication is not None
        publication.picture = replace(publication.picture, video="avc1.4D401F", audio="mp4a.40.2")
        next_health = time.monotonic() + _HEALTH_S
        while True:
            async with asyncio.timeout(self._limits.idle_s):
                piece = await self._piece()
            if piece is None:
                return
            await self._store(publication, piece)
            if time.monotonic() >= next_health:
                next_health = time.monotonic() + _HEALTH_S
                await self._socket.send_json({"t": "health", **publication.health().as_dict()})

    async def _piece(self) -> bytes | None:
        """The next recorded piece; None for `{"t": "bye"}`."""
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code") or 1006)
        piece = message.get("bytes")
        if piece is None:
            return None
        if len(piece) > _PIECE_BYTES:
            raise Turned("A piece of the recording is too large.", code="STREAM")
        return bytes(piece)

    async def _store(self, publication: Publication, piece: bytes) -> None:
        now = time.monotonic()
        metrics.RECEIVED.inc(len(piece))
        publication.gauge.received(len(piece), now=now)
        if publication.gauge.bitrate_bps(now=now) > self._limits.bits_per_second:
            raise Turned("The bitrate is too high. Choose a smaller picture.", code="BITRATE")
        if not piece:
            return
        try:
            if publication.packager is None:
                # Recorders begin with as little as a byte.
                piece, self._head = self._head + piece, b""
                if len(piece) < _MAGIC_BYTES:
                    self._head = piece
                    return
                if not _begins(piece, self._container):
                    raise Turned("This is not the recording it says it is.", code="FORMAT")
                await publication.start_take(self._arguments)
            await publication.write(piece)
            self._count(publication)
        except PackagerGone as error:
            raise _Restart from error

    def _count(self, publication: Publication) -> None:
        """FFmpeg sees each picture of a recording; what it filled in or left out came from it."""
        packager = publication.packager
        assert packager is not None
        pictures = packager.pictures_in
        if pictures > self._pictures:
            publication.gauge.frames(pictures - self._pictures, now=time.monotonic())
        self._pictures = pictures

    def _arguments(self, folder: Path) -> Sequence[str]:
        return ffmpeg.browser_arguments(folder, container=self._container)

    async def _close(self, said: str, code: int, kind: str, reason: str) -> None:
        with contextlib.suppress(Exception):  # The page may be gone; there is nobody to tell.
            await self._socket.send_json({"t": kind, "code": reason, "message": said})
            await self._socket.close(code)


def _first_frame(text: object) -> tuple[str, str]:
    if isinstance(text, str) and len(text) <= _FIRST_FRAME_BYTES:
        with contextlib.suppress(ValueError, RecursionError):
            frame = json.loads(text)
            if isinstance(frame, dict):
                mime, ticket = frame.get("mime"), frame.get("ticket")
                if isinstance(mime, str) and isinstance(ticket, str):
                    return mime, ticket
    raise Turned("The first frame must be JSON with `mime` and `ticket`.", code="FIRST_FRAME")


def _begins(piece: bytes, container: str) -> bool:
    """Whether the first piece has the container's magic; FFmpeg is never asked to guess."""
    if container == _MATROSKA:
        return piece.startswith(b"\x1a\x45\xdf\xa3")
    return piece[4:8] == b"ftyp"
