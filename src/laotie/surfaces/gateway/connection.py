"""One socket: reads a page's frames, holds them to the limits, and knows whether it keeps up.

Every callback is called by the loop and returns at once. Nothing that a page sends may raise: what
is not understood is refused, what breaks the protocol closes the socket.
"""

import asyncio
import contextlib
import logging
import socket
import time
from collections.abc import Callable
from typing import Protocol

import msgspec
from picows import WSFrame, WSListener, WSMsgType, WSTransport

from laotie.kernel import ids
from laotie.live.frames import Position
from laotie.live.tickets import Pass
from laotie.surfaces.gateway import protocol, refusals, wire
from laotie.surfaces.gateway.admission import Level
from laotie.surfaces.gateway.buys import BuyLane
from laotie.surfaces.gateway.limits import Bucket, Patience
from laotie.surfaces.gateway.metrics import Metrics
from laotie.surfaces.gateway.options import Options
from laotie.surfaces.gateway.room import Room

log = logging.getLogger(__name__)

_MAX_STRIKES = 100
_LAST_WORDS_S = 5.0


class House(Protocol):
    """What a socket needs of the process that it is in."""

    options: Options
    metrics: Metrics
    loop: asyncio.AbstractEventLoop
    buys: BuyLane
    patience: "Patience[Connection]"
    is_linked: bool

    def business_ms(self) -> int: ...
    def sheds(self, level: Level) -> bool: ...
    def enter(self, connection: "Connection") -> None: ...
    def left(self, connection: "Connection") -> None: ...
    def say(self, connection: "Connection", message: protocol.Say) -> bool: ...


class Connection(WSListener):
    """A page that shows one room. `seq`: the newest event that it
    was sent, kept by the room while it is behind the others."""

    # Without a dictionary each socket costs less memory, and each tick less time.
    __slots__ = (
        "_messages", "_strikes", "_transport", "holder", "hub", "is_gone",
        "is_paused", "language", "link_told", "missed", "person", "reached", "room", "seq", "write",
    )  # fmt: skip
    write: Callable[[bytes], None]
    is_paused: bool
    missed: int
    seq: int

    def __init__(self, hub: House, holder: Pass, reached: Position | None, language: str) -> None:
        self.hub = hub
        self.holder = holder
        self.reached = reached
        self.language = language
        self.person = ids.public("per", holder.person_id) if holder.person_id else ""
        self.room: Room[Connection] | None = None
        self.seq = 0
        self.missed = 0
        self.is_paused = False
        self.is_gone = False
        self.link_told = True  # As every page takes it when it comes in.
        self.write = _write_nothing
        self._transport: WSTransport | None = None
        self._messages = Bucket(
            rate=hub.options.messages_per_s, size=2 * hub.options.messages_per_s
        )
        self._strikes = 0

    # --- Called by the transport -----------------------------------------------------------------

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport = transport
        # Both were read; the transport would keep them for as long as it lives, 3 KB each.
        del transport.request.path, transport.request.headers, transport.response.headers
        raw = transport.underlying_transport
        limit = self.hub.options.send_buffer_bytes
        raw.set_write_buffer_limits(high=limit, low=limit // 4)
        sock = raw.get_extra_info("socket")
        # Or the kernel grows the buffer to megabytes, and a slow page looks fast for a minute.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, limit)
        if hasattr(socket, "TCP_NOTSENT_LOWAT"):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, limit)
        self.write = raw.write
        self.hub.enter(self)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        del transport
        if self.is_gone:
            return
        if frame.msg_type == WSMsgType.TEXT and frame.fin:
            self._read(frame.get_payload_as_bytes())
        elif frame.msg_type == WSMsgType.PING:
            self._answer_ping(frame.get_payload_as_bytes())
        elif frame.msg_type == WSMsgType.CLOSE:
            self.end(1000)
        elif frame.msg_type in {WSMsgType.TEXT, WSMsgType.BINARY, WSMsgType.CONTINUATION}:
            self.shut(1003)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        del transport
        self.is_gone = True
        self.write = _write_nothing
        self._transport = None  # The hub may know this page for minutes yet; its buffers may go.
        self.hub.left(self)

    def pause_writing(self) -> None:
        self.is_paused = True
        if not self.is_gone:
            self.hub.patience.begin(self)
        if self.room is not None:
            self.room.pass_over(self)

    def resume_writing(self) -> None:
        self.is_paused = False
        self.missed = 0
        self.hub.patience.end(self)
        if self.room is not None and not self.is_gone:
            # Not from inside the transport's own callback.
            self.hub.loop.call_soon(self._catch_up)

    # --- Called by the hub -----------------------------------------------------------------------

    def send(self, frame: protocol.ServerFrame) -> None:
        """Write a frame that is for this page alone."""
        self.write(wire.text_frame(protocol.write(frame)))

    def tell_link(self, ok: bool) -> None:
        """Whether there is a database, if the page believes otherwise; who is paused asks again
        when it can."""
        if self.link_told != ok and not self.is_paused:
            self.link_told = ok
            self.send(protocol.Link(ok=ok))

    def refuse(self, name: str, *, code: str = "", re: str = "", retry_after_ms: int = 0) -> None:
        """Say why a message had no effect. name: of the sentence; code: if it is another one."""
        self.tell_no(
            refusals.named(name, self.language, code=code, re=re, retry_after_ms=retry_after_ms)
        )

    def tell_no(self, refused: protocol.Refused) -> None:
        """The way of all refusals, each of which is counted."""
        self.hub.metrics.refused.labels(refused.code).inc()
        self.send(refused)

    def shut(self, code: int) -> None:
        """Close with one of `protocol.CLOSE_CODES`; what is in the buffer may go out first."""
        if self.is_gone or self._transport is None:
            return
        self.hub.metrics.closed.labels(str(code)).inc()
        self.end(code)

    def end(self, code: int) -> None:
        """Say goodbye, let the last bytes go, but do not wait for a page that does not read."""
        transport = self._transport
        if self.is_gone or transport is None:
            return
        # By the same way as all other frames: the library's own close would overtake them.
        with contextlib.suppress(Exception):  # Of a transport that is no more, nobody hears it.
            self.write(wire.close_frame(code))
        self.is_gone = True
        self.write = _write_nothing
        self.hub.left(self)
        transport.disconnect()
        self.hub.loop.call_later(_LAST_WORDS_S, transport.underlying_transport.abort)

    # --- Frames ----------------------------------------------------------------------------------

    def _read(self, payload: bytes) -> None:
        now = time.monotonic()
        if not self._messages.take(now):
            self._strikes += 1
            self._turn_away(payload)
            self._end_a_flood()
            return
        try:
            payload.decode("utf-8")
        except UnicodeDecodeError:
            self.shut(1007)
            return
        try:
            message = protocol.read(payload)
        except (msgspec.DecodeError, RecursionError):
            self.refuse("BAD_FRAME")
            return
        match message:
            case protocol.Buy():
                self._buy(message, now)
            case protocol.Say():
                self._say(message, now)
            case protocol.Like():
                self._like(message, now)
            case protocol.Ping():
                self.send(protocol.Pong(at=message.at, now=self.hub.business_ms()))

    def _answer_ping(self, payload: bytes) -> None:
        """A ping counts as a message; answers do not pile up before a page that reads none."""
        if not self._messages.take(time.monotonic()):
            self._strikes += 1
            self._end_a_flood()
        elif not self.is_paused:
            self.write(wire.pong_frame(payload))

    def _end_a_flood(self) -> None:
        if self._strikes > _MAX_STRIKES:
            self.shut(4009)

    def _turn_away(self, payload: bytes) -> None:
        """One frame too many: what waits for an answer by its name gets one, the others now and
        then. There are at most a hundred before the socket is closed."""
        try:
            message = protocol.read(payload)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            name = ""
        else:
            name = message.id if isinstance(message, protocol.Buy | protocol.Say) else ""
        if name or self._strikes == 1 or self._strikes % 20 == 0:
            self.refuse("TOO_MANY", re=name, retry_after_ms=1_000)

    def _buy(self, message: protocol.Buy, now: float) -> None:
        room = self.room
        if room is None:
            self.refuse("NOT_READY", re=message.id, retry_after_ms=500)
        elif self.holder.person_id is None:
            self.refuse("SIGN_IN_FIRST", re=message.id)
        elif not room.buys.take(now):
            self.hub.metrics.shed.labels("buy").inc()
            self.refuse("BUY_BUSY", code="BUSY", re=message.id, retry_after_ms=1_000)
        elif not self.hub.is_linked:
            self.refuse("BUY_UNKNOWN", code="BUSY", re=message.id, retry_after_ms=2_000)
        else:
            self.hub.buys.submit(self, room, message, now)

    def _say(self, message: protocol.Say, now: float) -> None:
        if self.room is None:
            self.refuse("NOT_READY", re=message.id, retry_after_ms=500)
        elif self.holder.person_id is None:
            self.refuse("SIGN_IN_FIRST", re=message.id)
        elif not self.room.may_speak(self.holder.person_id, now):
            self.refuse("TOO_MANY", re=message.id, retry_after_ms=1_000)
        elif self.hub.sheds(Level.COMMENTS) or not self.hub.say(self, message):
            self.hub.metrics.shed.labels("comment").inc()
            self.refuse("SAY_BUSY", code="BUSY", re=message.id, retry_after_ms=2_000)

    def _like(self, message: protocol.Like, now: float) -> None:
        if self.room is None:
            return
        if self.hub.sheds(Level.LIKES):
            self.hub.metrics.shed.labels("like").inc(message.n)
            self.refuse("LIKE_BUSY", code="BUSY", retry_after_ms=5_000)
        elif not self.room.like(self.holder.person_id or self.holder.id, message.n, now):
            self.refuse("TOO_MANY", retry_after_ms=1_000)

    def _catch_up(self) -> None:
        if self.room is not None and not self.is_gone and not self.is_paused:
            self.room.resume_writing(self)
            self.tell_link(self.hub.is_linked)


def _write_nothing(frame: bytes) -> None:
    """The socket has gone."""
