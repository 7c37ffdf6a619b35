"""What viewers fetch: playlists, segments and product pictures, as a bare ASGI application.

    /media/live/<room>/index.m3u8        of rooms that anybody may watch
    /media/live/<room>/replay.m3u8       everything that was kept
    /media/live/<room>/<take>/<file>
    /media/p/<token>/<room>/...          the same before the room is public, and health.json
    /media/pictures/<id>/<width>.webp
    /media/clips/<id>.mp4                a product being explained, cut from a replay; before it is
                                         shown to everybody with its hosts' ?pass=<token>
    /media/works/<file>/...              videos, covers, stills and captions of posts
    /media/uploads/<ticket>              what creators send, see tus.py
    /media/golive/<room>                 WebSocket, see golive.py
    /healthz /readyz /metrics

A token in the path is inherited by the relative addresses of a playlist. Every part of a path is
matched against what we name ourselves, so no path leads anywhere else.
"""

import asyncio
import hashlib
import os
import re
import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.datastructures import Headers, QueryParams
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from laotie.content.files.footage import JUDGES_PURPOSE
from laotie.kernel.crypto import BadToken
from laotie.live.spans import CLIP_PURPOSE
from laotie.surfaces.media import metrics, playlist, tus
from laotie.surfaces.media.asking import Answers, NoAnswer, Standings
from laotie.surfaces.media.golive import GoLive
from laotie.surfaces.media.on_air import OnAir
from laotie.surfaces.media.port import PREVIEW_PURPOSE, Standing
from laotie.surfaces.media.shelf import ROOM_PATTERN, TAKE_PATTERN, Shelf, Shelves
from laotie.surfaces.media.tus import Tus
from laotie.surfaces.media.workshop import Works

log = structlog.get_logger(__name__)

_REST = (
    rf"(?P<room>{ROOM_PATTERN})/(?:(?P<page>index\.m3u8|replay\.m3u8|health\.json)"
    rf"|(?P<take>{TAKE_PATTERN})/(?P<file>init\.mp4|s[0-9]{{5,9}}\.m4s))"
)
_PUBLIC = re.compile(rf"/media/live/{_REST}", re.ASCII)
_PREVIEW = re.compile(rf"/media/p/(?P<token>[A-Za-z0-9_:.=-]{{16,512}})/{_REST}", re.ASCII)
_PICTURE = re.compile(
    r"/media/pictures/(?P<id>[a-z0-9][a-z0-9_-]{3,63})/(?P<width>[0-9]{2,4})\.webp", re.ASCII
)
_CLIP = re.compile(r"/media/clips/(?P<id>clp_[0-9a-z]{26})\.mp4", re.ASCII)
_FILE_OF_WORK = (
    r"(?P<file>[0-9a-f]{32})"
    r"/(?P<name>video\.mp4|sprite\.jpg|captions\.vtt|(?:cover[0-9]{1,6}-)?[0-9]{2,4}\.webp)"
)
_WORK = re.compile(rf"/media/works/{_FILE_OF_WORK}", re.ASCII)
_JUDGED = re.compile(
    rf"/media/judged/(?P<token>[A-Za-z0-9_:.=-]{{16,512}})/{_FILE_OF_WORK}", re.ASCII
)
_GO_LIVE = re.compile(rf"/media/golive/(?P<room>{ROOM_PATTERN})", re.ASCII)

_PLAYLIST_TYPE = "application/vnd.apple.mpegurl"
_WORK_TYPES = {
    ".mp4": "video/mp4",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".vtt": "text/vtt; charset=utf-8",
}
_WHILE_SHOWN = "public, max-age=300"  # A post may be taken down.
_FOREVER = "public, max-age=31536000, immutable"  # Names are never used twice.
_OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Length, Content-Range, ETag",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Range, If-None-Match, If-Range",
    "Access-Control-Max-Age": "86400",
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request for something of a room."""

    room: str
    page: str | None
    take: str | None
    file: str | None
    is_preview: bool


class Files:
    """The ASGI application."""

    def __init__(
        self,
        *,
        shelves: Shelves,
        standings: Standings,
        on_air: OnAir,
        pictures: Path,
        clips: Path,
        clips_given_out: Answers[bool],
        works: Works,
        given_out: Answers[bool],
        uploads: Tus,
        verify: Callable[[str, str], dict[str, Any]],
    ) -> None:
        """verify: the kernel's, for (purpose, token)."""
        self._shelves = shelves
        self._standings = standings
        self._on_air = on_air
        self._pictures = pictures
        self._clips = clips
        self._clips_given_out = clips_given_out
        self._works = works
        self._given_out = given_out
        self._uploads = uploads
        self._verify = verify

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
            return
        assert scope["type"] == "http", scope["type"]
        kind = "other"
        try:
            if scope["path"].startswith(tus.PATH):
                await self._uploads(scope, receive, send)
                return
            kind, response = await self._answer(scope)
        except NoAnswer:
            response = PlainTextResponse("", 503, headers={**_OPEN, "Retry-After": "2"})
        except Exception:  # One viewer's request; the others go on.
            log.exception("media.request_failed")
            response = PlainTextResponse("", 500, headers=_OPEN)
        metrics.REQUESTS.labels(kind, response.status_code).inc()
        await response(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        match = _GO_LIVE.fullmatch(scope["path"])
        if match is None:
            await send({"type": "websocket.close", "code": 4004})
            return
        await GoLive(scope, receive, send, on_air=self._on_air).serve(match["room"])

    async def _answer(self, scope: Scope) -> tuple[str, Response]:
        method, path, headers = scope["method"], scope["path"], Headers(scope=scope)
        if method == "OPTIONS":
            return "other", Response(status_code=204, headers={**_OPEN, **_PREFLIGHT})
        if method not in ("GET", "HEAD"):
            allow = {**_OPEN, "Allow": "GET, HEAD, OPTIONS"}
            return "other", PlainTextResponse("", 405, headers=allow)
        if path in ("/healthz", "/readyz", "/metrics"):
            return "own", self._own(path)
        if match := _PICTURE.fullmatch(path):
            id, width = match["id"], match["width"]
            file = self._pictures / id[:2] / id / f"{width}.webp"
            return "picture", _file(file, "image/webp", _FOREVER, headers)
        if match := _CLIP.fullmatch(path):
            token = QueryParams(scope["query_string"]).get("pass", "")
            return "clip", await self._clip(match["id"], token, headers)
        if match := _WORK.fullmatch(path):
            return "work", await self._work(match["file"], match["name"], headers)
        if match := _JUDGED.fullmatch(path):
            if not self._may_judge(match["token"], match["file"]):
                return "work", _not_found()
            shown = self._of_work(match["file"], match["name"], "private, no-store", headers)
            return "work", shown
        if match := _PUBLIC.fullmatch(path):
            asked = _Asked(match["room"], match["page"], match["take"], match["file"], False)
            return ("segment" if asked.file else "playlist"), await self._room(asked, headers)
        if (match := _PREVIEW.fullmatch(path)) and self._may_preview(match["token"], match["room"]):
            asked = _Asked(match["room"], match["page"], match["take"], match["file"], True)
            return "preview", await self._room(asked, headers)
        return "other", _not_found()

    async def _clip(self, id: str, token: str, headers: Headers) -> Response:
        path = self._clips / f"{id}.mp4"
        if self._is_hosts(token, id):
            return _file(path, "video/mp4", "private, no-store", headers)
        if not await self._clips_given_out.of(id):
            return _not_found()
        return _file(path, "video/mp4", "private, max-age=300", headers)

    async def _work(self, file: str, name: str, headers: Headers) -> Response:
        if not await self._given_out.of(file):
            return _not_found()
        return self._of_work(file, name, _WHILE_SHOWN, headers)

    def _of_work(self, file: str, name: str, cache: str, headers: Headers) -> Response:
        path = self._works.folder(file) / name
        return _file(path, _WORK_TYPES[path.suffix], cache, headers)

    def _may_judge(self, token: str, file: str) -> bool:
        try:
            return self._verify(JUDGES_PURPOSE, token).get("file") == file
        except BadToken:
            return False

    def _is_hosts(self, token: str, clip: str) -> bool:
        try:
            return self._verify(CLIP_PURPOSE, token).get("clip") == clip
        except BadToken:
            return False

    def _may_preview(self, token: str, room: str) -> bool:
        try:
            return self._verify(PREVIEW_PURPOSE, token).get("room") == room
        except BadToken:
            return False

    async def _room(self, asked: _Asked, headers: Headers) -> Response:
        standing = await self._standings.of(asked.room)
        if standing is None or not (standing.is_public or asked.is_preview):
            return _not_found()
        shelf = self._shelves.find(asked.room)
        if asked.page == "health.json":
            return self._health(asked) if asked.is_preview else _not_found()
        if shelf is None:
            return _not_found()
        if asked.take is not None and asked.file is not None:
            since = None if asked.is_preview else standing.public_from
            if not shelf.is_public(asked.take, asked.file, since=since):
                return _not_found()
            cache = "private, max-age=3600" if asked.is_preview else _FOREVER
            path = shelf.folder / asked.take / asked.file
            return _file(path, "video/mp4", cache, headers)
        return await self._playlist(asked, shelf, standing, headers)

    async def _playlist(
        self, asked: _Asked, shelf: Shelf, standing: Standing, headers: Headers
    ) -> Response:
        is_replay = asked.page == "replay.m3u8"
        # A replay is the show alone for its hosts too; its chapters count from there.
        since = None if asked.is_preview and not is_replay else standing.public_from
        if is_replay:
            segments = playlist.public(await asyncio.to_thread(shelf.everything), since)
            text = playlist.replay(segments) if segments else ""
        elif shelf.window.count >= playlist.LEAST_SEGMENTS:
            text = playlist.live(shelf.window, is_over=standing.is_over, public_from=since)
        else:
            text = ""
        if not text:
            return _not_found()
        tag = f'"{hashlib.blake2s(text.encode(), digest_size=8).hexdigest()}"'
        shown = {**_OPEN, "Cache-Control": "no-cache", "ETag": tag}
        if _is_known(headers, tag):
            return Response(status_code=304, headers=shown)
        return Response(text, headers=shown, media_type=_PLAYLIST_TYPE)

    def _health(self, asked: _Asked) -> Response:
        publication = self._on_air.of(asked.room)
        shown = {**_OPEN, "Cache-Control": "no-store"}
        if publication is None:
            return JSONResponse({"on_air": False}, headers=shown)
        picture = publication.picture
        facts = {
            "on_air": True,
            "door": picture.door,
            "width": picture.width,
            "height": picture.height,
            **publication.health().as_dict(),
        }
        return JSONResponse(facts, headers=shown)

    def _own(self, path: str) -> Response:
        if path == "/metrics":
            return Response(generate_latest(metrics.REGISTRY), media_type=CONTENT_TYPE_LATEST)
        if path == "/healthz":
            return JSONResponse({"ok": True})
        self._shelves.root.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self._shelves.root).free
        has_space = free >= self._on_air.limits.free_bytes
        facts = {"ok": has_space, "free_bytes": free, "on_air": len(self._on_air.rooms())}
        return JSONResponse(facts, status_code=200 if has_space else 503)


def _file(path: Path, media_type: str, cache: str, headers: Headers) -> Response:
    try:
        facts = os.stat(path, follow_symlinks=False)
    except (FileNotFoundError, NotADirectoryError):
        return _not_found()
    if not stat.S_ISREG(facts.st_mode):
        return _not_found()
    tag = f'"{facts.st_mtime_ns:x}-{facts.st_size:x}"'
    shown = {**_OPEN, "Cache-Control": cache, "ETag": tag}
    if _is_known(headers, tag):
        return Response(status_code=304, headers=shown)
    return FileResponse(path, headers=shown, media_type=media_type, stat_result=facts)


def _is_known(headers: Headers, tag: str) -> bool:
    known = headers.get("if-none-match", "")
    return any(part.strip().removeprefix("W/") in (tag, "*") for part in known.split(","))


def _not_found() -> Response:
    return PlainTextResponse("", 404, headers={**_OPEN, "Cache-Control": "no-store"})
