"""Resumable uploads by tus 1.0: core, creation, expiration, checksum, termination.

    POST   /media/uploads/<ticket>     begin; the answer names the same address
    HEAD   /media/uploads/<ticket>     how many bytes lie here
    PATCH  /media/uploads/<ticket>     more of them
    DELETE /media/uploads/<ticket>     give it up

The ticket is signed by the web for one upload of one creator, of one size, until its time is up. A
connection may be cut at any byte: what came counts. When a client comes back before its old
connection was noticed to be dead, the old one makes way.
"""

import asyncio
import base64
import contextlib
import errno
import hashlib
import hmac
import re
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from uuid import UUID

import structlog
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from laotie.content.files.footage import MOST_BYTES
from laotie.kernel import clock
from laotie.kernel.crypto import BadToken
from laotie.surfaces.media import metrics
from laotie.surfaces.media.asking import Asking, NoAnswer
from laotie.surfaces.media.content_port import TICKET_PURPOSE, ContentPort
from laotie.surfaces.media.incoming import Incoming
from laotie.surfaces.media.limits import Limits

log = structlog.get_logger(__name__)

PATH = "/media/uploads/"
VERSION = "1.0.0"
_TICKET = re.compile(rf"{PATH}(?P<ticket>[A-Za-z0-9_:.=-]{{16,512}})", re.ASCII)
_WRITE_BYTES = 256 << 10
_CHECKED_BYTES = 8 << 20  # A piece with a checksum is held back until it has been checked.
_DRAINED_BYTES, _DRAINED_S = 4 << 20, 2.0
_NOTE_LETTERS = 2048
_NUMBER = re.compile(r"[0-9]{1,15}", re.ASCII)
_HASHES = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}
_ABOUT = {
    "Tus-Version": VERSION,
    "Tus-Extension": "creation,expiration,checksum,termination",
    "Tus-Checksum-Algorithm": ",".join(_HASHES),
    "Tus-Max-Size": str(max(MOST_BYTES.values())),
}
_OPEN = {
    "Tus-Resumable": VERSION,
    "Cache-Control": "no-store",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Location, Upload-Offset, Upload-Length, Upload-Metadata, Upload-Expires, Retry-After,"
        " Tus-Resumable, Tus-Version, Tus-Extension, Tus-Max-Size, Tus-Checksum-Algorithm"
    ),
    "X-Content-Type-Options": "nosniff",
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "POST, HEAD, PATCH, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": (
        "Content-Type, Tus-Resumable, Upload-Offset, Upload-Length, Upload-Metadata,"
        " Upload-Checksum, X-HTTP-Method-Override, X-Requested-With, X-Request-ID"
    ),
    "Access-Control-Max-Age": "86400",
}


class _No(Exception):
    def __init__(self, status: int, **headers: str) -> None:
        super().__init__(status)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass(frozen=True, slots=True)
class _Ticket:
    upload: UUID
    bytes: int
    expires_at: datetime


@dataclass(slots=True)
class _Piece:
    """A PATCH that is under way. `is_over`: somebody newer wants its place."""

    is_over: asyncio.Event
    has_left: asyncio.Event


class Tus:
    """The ASGI application behind `PATH`."""

    def __init__(
        self,
        *,
        incoming: Incoming,
        asking: Asking,
        content: ContentPort,
        limits: Limits,
        verify: Callable[[str, str], dict[str, Any]],
    ) -> None:
        """verify: the kernel's, for (purpose, token)."""
        self._incoming = incoming
        self._asking = asking
        self._content = content
        self._limits = limits
        self._verify = verify
        self._pieces: dict[UUID, _Piece] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        method = scope["method"]
        if method == "POST":
            method = headers.get("x-http-method-override", method).upper()
        body = _Reading(receive)
        try:
            response = await self._answer(method, scope["path"], headers, body)
        except _No as no:
            response = _said(no.status, **no.headers)
        except NoAnswer:
            response = _said(503, **{"Retry-After": "2"})
        except FileNotFoundError:  # Cancelled while bytes came.
            response = _said(410)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise
            log.warning("media.upload_space", error=error.strerror)
            response = _said(507, **{"Retry-After": "60"})
        metrics.REQUESTS.labels("upload", response.status_code).inc()
        if response.status_code != 408:  # Its line hangs, or somebody else's took its place.
            await body.drain()
        with contextlib.suppress(OSError, RuntimeError):  # Its client may be gone.
            await response(scope, receive, send)

    async def _answer(self, method: str, path: str, headers: Headers, receive: Receive) -> Response:
        if method == "OPTIONS":
            return _said(204, **_ABOUT, **_PREFLIGHT)
        if headers.get("tus-resumable") != VERSION:
            raise _No(412, Tus_Version=VERSION)
        ticket = self._ticket(path)
        if method == "POST":
            return await self._create(ticket, path, headers)
        if method == "HEAD":
            return await self._head(ticket)
        if method == "PATCH":
            return await self._patch(ticket, headers, receive)
        if method == "DELETE":
            return await self._terminate(ticket)
        raise _No(405, Allow="POST, HEAD, PATCH, DELETE, OPTIONS")

    def _ticket(self, path: str) -> _Ticket:
        """Whoever has none, or one whose time is up, hears that there is nothing."""
        match = _TICKET.fullmatch(path)
        if match is None:
            raise _No(404)
        try:
            said = self._verify(TICKET_PURPOSE, match["ticket"])
        except BadToken:
            raise _No(404) from None
        expires_at = datetime.fromtimestamp(said["x"], clock.wall().tzinfo)
        return _Ticket(UUID(said["u"]), said["b"], expires_at)

    async def _create(self, ticket: _Ticket, path: str, headers: Headers) -> Response:
        if _number(headers, "upload-length") != ticket.bytes:
            raise _No(413 if headers.get("upload-length") else 400)
        note = headers.get("upload-metadata", "")
        if len(note) > _NOTE_LETTERS:
            raise _No(400)
        self._require_space(ticket.bytes)
        if not await self._asking.ask(self._content.upload_is_open, ticket.upload):
            raise _No(410)
        await asyncio.to_thread(self._incoming.create, ticket.upload, note, whole=ticket.bytes)
        return _said(201, Location=path, **_expires(ticket))

    async def _head(self, ticket: _Ticket) -> Response:
        await self._make_way(ticket.upload)
        offset = await self._offset(ticket)
        if offset == ticket.bytes:  # Nothing more will come that could settle it.
            await asyncio.to_thread(self._incoming.settle, ticket.upload, whole=offset)
        note = await asyncio.to_thread(self._incoming.note, ticket.upload)
        facts = {"Upload-Offset": str(offset), "Upload-Length": str(ticket.bytes)}
        if note:
            facts["Upload-Metadata"] = note
        return _said(200, **facts, **_expires(ticket))

    async def _patch(self, ticket: _Ticket, headers: Headers, receive: Receive) -> Response:
        if headers.get("content-type") != "application/offset+octet-stream":
            raise _No(415)
        begins = _number(headers, "upload-offset")
        length = _number(headers, "content-length", missing=ticket.bytes)
        checksum = _checksum(headers)
        await self._make_way(ticket.upload)
        piece = self._pieces[ticket.upload] = _Piece(asyncio.Event(), asyncio.Event())
        try:
            if await self._offset(ticket) != begins:
                raise _No(409)
            if "content-length" in headers and begins + length > ticket.bytes:
                raise _No(413)
            self._require_space(0)
            body = _body(receive, piece.is_over, self._limits.idle_s)
            try:
                if checksum is None:
                    is_cut = await self._store(ticket, begins, body)
                else:
                    is_cut = await self._store_checked(ticket, begins, body, checksum)
            finally:  # What is refused for a byte too many may have brought the last one.
                is_whole = await asyncio.to_thread(
                    self._incoming.settle, ticket.upload, whole=ticket.bytes
                )
        finally:
            if self._pieces.get(ticket.upload) is piece:
                del self._pieces[ticket.upload]
            piece.has_left.set()
        offset = await asyncio.to_thread(self._incoming.length, ticket.upload)
        await self._tell(ticket, offset or 0, is_whole=is_whole)
        if is_cut:
            raise _No(408)
        return _said(204, **{"Upload-Offset": str(offset)}, **_expires(ticket))

    async def _store(self, ticket: _Ticket, at: int, body: AsyncIterator[bytes]) -> bool:
        """Whether the body was cut; what came of it is written in any case."""
        waiting = bytearray()
        try:
            async for piece in body:
                at += len(piece)
                if at > ticket.bytes:
                    raise _No(413)
                metrics.RECEIVED.inc(len(piece))
                waiting += piece
                if len(waiting) >= _WRITE_BYTES:
                    written, waiting = bytes(waiting), bytearray()
                    await asyncio.to_thread(self._incoming.append, ticket.upload, written)
        except _Cut:
            return True
        finally:
            if waiting:
                await asyncio.to_thread(self._incoming.append, ticket.upload, bytes(waiting))
        return False

    async def _store_checked(
        self, ticket: _Ticket, at: int, body: AsyncIterator[bytes], checksum: tuple[str, bytes]
    ) -> bool:
        """The same, but nothing is written that was not whole and right."""
        held = bytearray()
        try:
            async for piece in body:
                held += piece
                if at + len(held) > ticket.bytes or len(held) > _CHECKED_BYTES:
                    raise _No(413)
        except _Cut:
            return True
        if not hmac.compare_digest(_HASHES[checksum[0]](held).digest(), checksum[1]):
            raise _No(460)
        if held:
            await asyncio.to_thread(self._incoming.append, ticket.upload, bytes(held))
        return False

    async def _terminate(self, ticket: _Ticket) -> Response:
        await self._make_way(ticket.upload)
        if await asyncio.to_thread(self._incoming.whole, ticket.upload):
            raise _No(409)  # It is being made into something; that is cancelled where it is seen.
        await self._offset(ticket)
        await self._asking.ask(self._content.upload_terminated, ticket.upload)
        await asyncio.to_thread(self._incoming.remove, ticket.upload)
        return _said(204)

    async def _tell(self, ticket: _Ticket, offset: int, *, is_whole: bool) -> None:
        """Content hears it now if it can; the workshop tells it of whole ones until it has."""
        with contextlib.suppress(NoAnswer):
            if is_whole:
                await self._asking.ask(self._content.upload_complete, ticket.upload)
            elif not await self._asking.ask(self._content.upload_received, ticket.upload, offset):
                await asyncio.to_thread(self._incoming.remove, ticket.upload)
                raise _No(410)

    async def _offset(self, ticket: _Ticket) -> int:
        length = await asyncio.to_thread(self._incoming.length, ticket.upload)
        if length is None:
            raise _No(404)
        return length

    async def _make_way(self, upload: UUID) -> None:
        """An older connection of this upload writes what it has and leaves."""
        while (older := self._pieces.get(upload)) is not None:
            older.is_over.set()
            await older.has_left.wait()

    def _require_space(self, bytes: int) -> None:
        self._incoming.folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self._incoming.folder).free
        if free - bytes < self._limits.free_bytes:
            raise _No(507, Retry_After="60")


class _Reading:
    """A request's body. What is refused before it was read is read a little further, since whoever
    is still writing when the line closes never sees why.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._is_over = False

    async def __call__(self) -> Message:
        message = await self._receive()
        self._is_over = not message.get("more_body")
        return message

    async def drain(self) -> None:
        left = _DRAINED_BYTES
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_DRAINED_S):
                while not self._is_over and left > 0:
                    left -= len((await self()).get("body", b""))


class _Cut(Exception):
    """The client went, fell silent, or came back over another connection."""


async def _body(receive: Receive, is_over: asyncio.Event, idle_s: float) -> AsyncIterator[bytes]:
    """Pieces of a request's body as they come. raises: _Cut."""
    over = asyncio.create_task(is_over.wait())
    try:
        while True:
            coming = asyncio.ensure_future(receive())
            await asyncio.wait([coming, over], timeout=idle_s, return_when=asyncio.FIRST_COMPLETED)
            if not coming.done():
                coming.cancel()
                raise _Cut
            message = coming.result()
            if message["type"] == "http.disconnect":
                raise _Cut
            if message.get("body"):
                yield bytes(message["body"])
            if not message.get("more_body"):
                return
    finally:
        over.cancel()


def _number(headers: Headers, name: str, *, missing: int | None = None) -> int:
    value = headers.get(name)
    if value is None and missing is not None:
        return missing
    if value is None or not _NUMBER.fullmatch(value):
        raise _No(400)
    return int(value)


def _checksum(headers: Headers) -> tuple[str, bytes] | None:
    """Its algorithm and what it must be."""
    value = headers.get("upload-checksum")
    if value is None:
        return None
    name, _, encoded = value.partition(" ")
    try:
        digest = base64.b64decode(encoded, validate=True)
    except ValueError:  # Not base64, or not even ASCII.
        raise _No(400) from None
    if name not in _HASHES or len(digest) != _HASHES[name]().digest_size:
        raise _No(400)
    return name, digest


def _expires(ticket: _Ticket) -> dict[str, str]:
    return {"Upload-Expires": format_datetime(ticket.expires_at, usegmt=True)}


def _said(status: int, **headers: str) -> Response:
    return Response(status_code=status, headers={**_OPEN, **headers})
