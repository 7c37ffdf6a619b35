"""A room's socket from the viewer's side: says, likes, and hears what the room hears."""

import asyncio
import json
import uuid
from collections.abc import Callable
from typing import Any, Self

from picows import (
    WSCloseCode,
    WSFrame,
    WSHandshakeError,
    WSListener,
    WSMsgType,
    WSTransport,
    ws_connect,
)

_OPEN_S = 15.0


class SocketClosed(Exception):
    """The gateway closed it. `code` is one of the protocol's close codes; 0 for a cut line."""

    def __init__(self, code: int) -> None:
        super().__init__(f"closed with {code}")
        self.code = code


class NotLetIn(Exception):
    """The handshake was refused. status: 403 for a wrong ticket, token or page; 503 for later."""

    def __init__(self, status: int) -> None:
        super().__init__(f"handshake answered with {status}")
        self.status = status


class RoomSocket(WSListener):
    """One connection. With `keeps`, every frame is parsed and kept until asked for."""

    def __init__(self, *, keeps: bool) -> None:
        super().__init__()
        self._keeps = keeps
        self._frames: list[Any] = []
        self._news = asyncio.Event()
        self._transport: WSTransport | None = None
        self.resume = ""
        self.frames_heard = 0
        self.closed: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    @classmethod
    async def open(
        cls, gateway_url: str, room_id: str, *, origin: str, query: str, keeps: bool = True
    ) -> Self:
        """query: `ticket=…` at first, `resume=…` after a drop. raises: NotLetIn, OSError."""
        opening = ws_connect(
            lambda: cls(keeps=keeps),
            f"{gateway_url.rstrip('/')}/live/{room_id}?{query}&lang=zh-hans",
            extra_headers={"Origin": origin},
        )
        try:
            _, socket = await asyncio.wait_for(opening, _OPEN_S)
        except WSHandshakeError as error:
            status = error.response.status if error.response is not None else 0
            raise NotLetIn(int(status)) from error
        if socket is None:  # Cut in the middle of the handshake.
            raise ConnectionResetError("the gateway has gone")
        assert isinstance(socket, cls)
        return socket

    def say(self, text: str) -> str:
        """Send a comment; the reference under which it is answered."""
        # Of a person's, not of a socket's: a reference that comes again is said but once.
        reference = uuid.uuid4().hex
        self._send({"t": "say", "id": reference, "text": text})
        return reference

    def like(self, taps: int) -> None:
        self._send({"t": "like", "n": taps})

    def buy(self, key: str, *, offer: str, sku: str, units: int, price_fen: int) -> None:
        """Tap at a flash offer; `ordered` or `refused` comes back with the key as `re`."""
        self._send(
            {"t": "buy", "id": key, "offer": offer, "sku": sku, "n": units, "fen": price_fen}
        )

    def forget(self) -> None:
        """What was heard until now is not looked at again."""
        self._frames.clear()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.send_close(WSCloseCode.OK)
            self._transport.disconnect()

    async def heard(self, what: Callable[[Any], Any], *, within_s: float = 15.0) -> Any:
        """The first true answer of `what` over frames, those already here first.

        raises: TimeoutError, SocketClosed.
        """
        asked = 0
        async with asyncio.timeout(within_s):
            while True:
                while asked < len(self._frames):
                    answer = what(self._frames[asked])
                    asked += 1
                    if answer:
                        return answer
                if self.closed.done():
                    raise SocketClosed(self.closed.result())
                self._news.clear()
                await self._news.wait()

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport = transport

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        if not self.closed.done():
            self.closed.set_result(0)
        self._news.set()

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == WSMsgType.CLOSE:
            if not self.closed.done():
                self.closed.set_result(frame.get_close_code().value)
            transport.disconnect()
            return
        if frame.msg_type != WSMsgType.TEXT:
            return
        self.frames_heard += 1
        payload = frame.get_payload_as_bytes()
        # Most viewers need of most frames only that they came.
        if self._keeps or b'"resume"' in payload[:80] or b'"welcome"' in payload[:80]:
            self._read(json.loads(payload))

    def _read(self, message: Any) -> None:
        if message["t"] in {"welcome", "resume"}:
            self.resume = message["resume"]
        if self._keeps:
            self._frames.append(message)
            self._news.set()

    def _send(self, message: Any) -> None:
        if self._transport is not None and not self.closed.done():
            self._transport.send(WSMsgType.TEXT, json.dumps(message).encode())
