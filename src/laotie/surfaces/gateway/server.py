"""The gateway process: its life, and its door, where it is decided who may connect."""

import asyncio
import contextlib
import gc
import logging
import random
import signal
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from picows import (
    WSUpgradeRequest,
    WSUpgradeResponse,
    WSUpgradeResponseWithListener,
    ws_create_server,
)

from laotie.kernel import crypto, ids
from laotie.kernel.errors import NotFound
from laotie.live import tickets
from laotie.live.frames import Position
from laotie.live.tickets import Pass
from laotie.surfaces.gateway import metrics, protocol
from laotie.surfaces.gateway import options as option
from laotie.surfaces.gateway.connection import Connection
from laotie.surfaces.gateway.drivers import Broker, Driver, postgres
from laotie.surfaces.gateway.hub import Hub
from laotie.surfaces.gateway.options import Options

log = logging.getLogger(__name__)

_LANGUAGES = {"en": "en", "zh-hans": "zh-hans"}
_LONGEST_PATH = 2_000
_BEAT_S = 1.0


class TurnedAway(Exception):
    """No socket for this request. `why` is counted, never shown."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


def run(config: Any, *, number: int | None = None) -> None:
    """Serve rooms until SIGTERM or SIGINT; Django is set up by the caller.

    number: which of several processes on one port this is, from 1; it then shows that it is well
    by a file, since the port does not say who answers.
    """
    options = option.from_config(config)
    beat = None
    if number is not None:
        beat = config.data / "run" / f"gateway-{number}.beat"
        metrics.share(config.data / "run" / "gateway-metrics", number)
    postgres.keep_own_connections()
    truth = postgres.Postgres()
    driver: Driver = truth
    if config.nats_url:
        # It brings two clients of its own, one for HTTP: 6 MB.
        from laotie.surfaces.gateway.drivers import nats

        driver = nats.Nats(truth, config.nats_url, nats.subject_of_this_installation())
    try:
        import uvloop  # Not on every platform.
    except ImportError:
        asyncio.run(serve(driver, options, beat=beat))
    else:
        uvloop.run(serve(driver, options, beat=beat))


async def serve(driver: Driver, options: Options, *, beat: Path | None = None) -> None:
    """Run one gateway on the current loop until it is told to stop."""
    _tune()
    hub = Hub(driver, options)
    await driver.attach(hub.hear)
    hub.start()
    server = await listen(hub)
    log.info("gateway_ready", extra={"port": options.port})
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        while not stop.is_set():
            if beat is not None:
                beat.touch()  # noqa: ASYNC240 - it shows that this very loop turns.
            _note_driver(hub, driver)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _BEAT_S)
    finally:
        server.close()
        await hub.stop()
        await driver.detach()


def _note_driver(hub: Hub, driver: Driver) -> None:
    """NATS stands before the database, which goes on telling of news when it is away."""
    hub.metrics.driver_up.labels("postgres").set(hub.is_linked)
    if isinstance(driver, Broker):
        hub.metrics.driver_up.labels("nats").set(driver.is_linked)


def _tune() -> None:
    """Let the loop be held up less by what else goes on in its process."""
    # What was imported stays: it need not be looked through each time for garbage, and sockets and
    # wishes come and go by the thousand without being any.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    # A batch that is being prepared in its thread lets the loop have its turn within a millisecond.
    sys.setswitchinterval(0.001)


def _is_of_ours(record: logging.LogRecord) -> bool:
    """Frames that break the protocol are errors to the library, a line each; we count them."""
    return not str(record.msg).startswith("WS parser error")


async def listen(hub: Hub) -> asyncio.Server:
    """Open the port."""
    said = logging.getLogger("picows")
    said.setLevel(logging.ERROR)
    said.addFilter(_is_of_ours)
    options = hub.options
    return await ws_create_server(
        Door(hub).answer,
        options.host,
        options.port,
        backlog=4096,
        # Of a logger proper it makes one for each socket: 600 bytes.
        logger_name=logging.LoggerAdapter(said),
        # The loop's own transports: the others hold room for 256 pieces of a write, 4 KB each.
        use_aiofastnet=False,
        max_frame_size=protocol.MAX_FRAME_BYTES,
        read_buffer_init_size=1024,
        # It would answer however many come, and whether or not the answers are read.
        enable_auto_pong=False,
        enable_auto_ping=True,
        auto_ping_idle_timeout=options.ping_s,
        auto_ping_reply_timeout=options.ping_s,
        websocket_handshake_timeout=options.handshake_s,
        reuse_port=options.reuse_port or None,
    )


class Door:
    """Looks at each request before it becomes a socket; never asks the database."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def answer(self, request: WSUpgradeRequest) -> Connection | WSUpgradeResponseWithListener:
        """A connection for a page with a good ticket, else an HTTP answer."""
        try:
            url = urlsplit(request.path[:_LONGEST_PATH].decode("ascii"))
        except (UnicodeDecodeError, ValueError):
            return _http(400)
        match url.path:
            case "/healthz":
                return _ok(b"ok\n")
            case "/readyz":
                return _ok(b"ok\n") if self._hub.is_linked else _http(503)
            case "/metrics":
                return _ok(self._hub.metrics.page())
        try:
            return self._let_in(request, url.path, parse_qs(url.query, max_num_fields=8))
        except (TurnedAway, ValueError) as error:
            why = error.why if isinstance(error, TurnedAway) else "query"
            self._hub.metrics.turned_away.labels(why).inc()
            return _http(error.status if isinstance(error, TurnedAway) else 400)

    def _let_in(
        self, request: WSUpgradeRequest, path: str, query: dict[str, list[str]]
    ) -> Connection:
        room_id = _room_of(path)
        if request.headers.get("Origin", "") not in self._hub.options.origins:
            raise TurnedAway(403, "origin")
        holder, reached = _credentials(query)
        if holder.room_id != room_id:
            raise TurnedAway(403, "other_room")
        # Last: whoever may not come in at all takes no place from those who may.
        why = self._hub.admit(holder, comes_back=reached is not None)
        if why:
            raise TurnedAway(503, why)
        language = _LANGUAGES.get(_first(query, "lang").lower(), "zh-hans")
        return Connection(self._hub, holder, reached, language)


def _room_of(path: str) -> UUID:
    prefix, _, name = path.rpartition("/")
    if prefix != "/live":
        raise TurnedAway(404, "path")
    try:
        return ids.parse("rom", name)
    except NotFound:
        raise TurnedAway(404, "path") from None


def _credentials(query: dict[str, list[str]]) -> tuple[Pass, Position | None]:
    """Who asks, by signature alone; with a resume token, also how far the page had come."""
    try:
        if "resume" not in query:
            return tickets.read(_first(query, "ticket")), None
        resumed = tickets.read_resume(_first(query, "resume"))
    except (crypto.BadToken, KeyError, TypeError, ValueError):
        raise TurnedAway(403, "ticket") from None
    seq = _first(query, "seq")
    # A page knows better than its token how far it has come; nonsense gets a snapshot.
    known = int(seq) if seq.isascii() and seq.isdigit() and len(seq) < 19 else resumed.seq
    return resumed.holder, Position(resumed.epoch, known)


def _first(query: dict[str, list[str]], name: str) -> str:
    return query.get(name, [""])[0]


def _ok(body: bytes) -> WSUpgradeResponseWithListener:
    return WSUpgradeResponseWithListener(WSUpgradeResponse.create_ok_response(body), None)


def _http(status: int) -> WSUpgradeResponseWithListener:
    # Never the same for all, or they would all come at once again.
    retry = {"Retry-After": str(random.randint(1, 10))} if status == 503 else None  # noqa: S311
    response = WSUpgradeResponse.create_error_response(status, b"", retry)
    return WSUpgradeResponseWithListener(response, None)
