"""The media process: RTMP, the browser's socket and the files, in one event loop."""

import asyncio
import signal
import socket
from pathlib import Path
from typing import Protocol

import structlog
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from laotie.kernel import crypto
from laotie.surfaces.media import ffmpeg, recordings
from laotie.surfaces.media.asking import Answers, Asking, News, Standings
from laotie.surfaces.media.content_port import ContentPort
from laotie.surfaces.media.cutter import Cutter
from laotie.surfaces.media.files import Files
from laotie.surfaces.media.incoming import Incoming
from laotie.surfaces.media.janitor import Janitor
from laotie.surfaces.media.leftovers import Leftovers
from laotie.surfaces.media.limits import Limits
from laotie.surfaces.media.limits import of as limits_of
from laotie.surfaces.media.on_air import OnAir
from laotie.surfaces.media.port import LivePort
from laotie.surfaces.media.rtmp import RtmpServer
from laotie.surfaces.media.shelf import Shelves
from laotie.surfaces.media.tus import Tus
from laotie.surfaces.media.workshop import Works, Workshop

log = structlog.get_logger(__name__)


class CannotServe(Exception):
    """The process cannot start; the text says what to do."""


class MediaConfig(Protocol):
    """What of the configuration this process reads. ffmpeg: a path, or nothing to look for one."""

    @property
    def data(self) -> Path: ...
    @property
    def host(self) -> str: ...
    @property
    def media_port(self) -> int: ...
    @property
    def rtmp_port(self) -> int: ...
    @property
    def ffmpeg(self) -> str: ...
    @property
    def space_floor_mb(self) -> int: ...
    @property
    def recordings_room_gb(self) -> int: ...
    @property
    def recordings_total_gb(self) -> int: ...


def run(
    config: MediaConfig,
    live: LivePort | None = None,
    content: ContentPort | None = None,
    limits: Limits | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT; then streams end cleanly and no FFmpeg is left.

    live, content: the contexts themselves when nothing is given; Django must be set up then.
    raises: CannotServe.
    """
    limits = limits or limits_of(config)
    serving = _serve(config, live or _live_context(), content or _content(), limits)
    try:
        import uvloop  # Absent on some platforms.
    except ImportError:
        asyncio.run(serving)
    else:
        uvloop.run(serving)


async def _serve(config: MediaConfig, live: LivePort, content: ContentPort, limits: Limits) -> None:
    stop = _told_to_stop()
    asking = Asking(live)
    standings, news = Standings(asking), News(asking)
    shelves = Shelves(config.data / "media" / "live")
    program, clips = _program(config), config.data / "media" / "clips"
    sending = _Sending(config, asking, content, program=program, limits=limits)
    on_air = OnAir(
        shelves=shelves,
        asking=asking,
        standings=standings,
        news=news,
        program=program,
        limits=limits,
    )
    files = Files(
        shelves=shelves,
        standings=standings,
        on_air=on_air,
        pictures=config.data / "media" / "pictures",
        clips=clips,
        clips_given_out=Answers(asking, live.clips_given_out),
        works=sending.works,
        given_out=Answers(asking, content.given_out),
        uploads=sending.tus,
        verify=crypto.verify,
    )
    rtmp, http = RtmpServer(on_air, limits), _http(files, config)
    janitor = Janitor(
        shelves=shelves,
        standings=standings,
        news=news,
        asking=asking,
        on_air=on_air,
        clips=clips,
        leftovers=sending.leftovers,
        limits=limits,
    )
    cutter = Cutter(
        shelves=shelves,
        standings=standings,
        asking=asking,
        clips=clips,
        program=program,
        limits=limits,
    )
    _require_free(config.host, config.media_port)
    await _start(rtmp, config)
    # Only now: whoever holds the ports may hold the sessions.
    orphans = _end_orphans(shelves, news)
    sending.leftovers.forget_unfinished()
    serving = asyncio.create_task(http.serve())
    working = [janitor.run(), cutter.run(), sending.workshop.run()]
    tasks = [asyncio.create_task(work) for work in working]
    counting = asyncio.create_task(_count(orphans, shelves, standings, news))
    stopping = asyncio.create_task(stop.wait())
    log.info("media.ready", http=config.media_port, rtmp=config.rtmp_port)

    await asyncio.wait([serving, stopping, *tasks], return_when=asyncio.FIRST_COMPLETED)
    for task in (*tasks, counting):
        task.cancel()
    await asyncio.wait([*tasks, counting])
    await on_air.close()
    await rtmp.close()
    await news.close()
    await _close(http, serving)
    asking.close()
    log.info("media.stopped")
    for task in (serving, *tasks):
        if task.done() and not task.cancelled():
            task.result()


class _Sending:
    """What takes files from creators, makes works of them, and clears up after both."""

    def __init__(
        self,
        config: MediaConfig,
        asking: Asking,
        content: ContentPort,
        *,
        program: str,
        limits: Limits,
    ) -> None:
        incoming = Incoming(config.data / "media" / "uploads")
        self.works = Works(config.data / "media" / "works")
        self.tus = Tus(
            incoming=incoming,
            asking=asking,
            content=content,
            limits=limits,
            verify=crypto.verify,
        )
        self.workshop = Workshop(
            works=self.works,
            incoming=incoming,
            clips=config.data / "media" / "clips",
            asking=asking,
            content=content,
            program=program,
            limits=limits,
        )
        self.leftovers = Leftovers(
            incoming=incoming, works=self.works, asking=asking, content=content
        )


def _told_to_stop() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


async def _start(rtmp: RtmpServer, config: MediaConfig) -> None:
    try:
        await rtmp.start(config.host, config.rtmp_port)
    except OSError as error:
        raise CannotServe(_taken("LAOTIE_RTMP_PORT", config.rtmp_port)) from error


async def _close(http: Server, serving: "asyncio.Task[None]") -> None:
    http.stop()  # type: ignore[no-untyped-call]
    await asyncio.wait([serving], timeout=5)


def _program(config: MediaConfig) -> str:
    try:
        return ffmpeg.find(config.ffmpeg)
    except ffmpeg.NoFfmpeg as error:
        raise CannotServe(str(error)) from error


def _http(files: Files, config: MediaConfig) -> Server:
    return Server(
        files,
        address=config.host,
        port=config.media_port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        log_enabled=False,
        backlog=1024,
    )


def _require_free(host: str, port: int) -> None:
    """Granian says it with a backtrace, and shares a port with another Granian."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            raise CannotServe(_taken("LAOTIE_MEDIA_PORT", port)) from error


def _taken(variable: str, port: int) -> str:
    return f"Port {port} is taken. Stop what listens there, or set {variable} to another."


def _live_context() -> LivePort:
    from laotie.surfaces.media.live_port import LiveContext  # Its tables need a Django set up.

    return LiveContext()


def _content() -> ContentPort:
    from laotie.surfaces.media.content_side import Content  # As above.

    return Content()


def _end_orphans(shelves: Shelves, news: News) -> list[str]:
    """Sessions that a killed process left open are told to be over; their encoders come back.

    Returns their rooms.
    """
    found = []
    for room in shelves.rooms():
        shelf = shelves.find(room)
        assert shelf is not None
        for session, room_id in list(shelf.open_sessions.items()):
            shelf.end(session, "SERVER_RESTARTED", is_clean=False)
            news.ended(room_id, session, "SERVER_RESTARTED")
            found.append(room)
    return found


async def _count(rooms: list[str], shelves: Shelves, standings: Standings, news: News) -> None:
    for room in rooms:
        await recordings.tell(shelves.open(room), standings, news, room)
