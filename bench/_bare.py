"""A room that is nothing but sockets: the floor of what the gateway does with its own library.

    with _bare.running() as room:        # a process; what a viewer sends is written to everybody

It lets everybody in who knocks, says at once what a page must hear to be seated, and passes each
text frame on as it came: no tickets, no rooms, no ticks, no database, no limits.
"""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench import _machine
from tests.ports import free_port

_TOKEN_BYTES = 240  # About as long as the product's.


@dataclass(frozen=True, slots=True)
class Room:
    port: int
    process: "subprocess.Popen[bytes]"

    def processor_s(self) -> float:
        return _machine.processor_s([self.process.pid])

    def memory_kb(self) -> float:
        return _machine.resident_kb([self.process.pid])


@contextmanager
def running() -> Iterator[Room]:
    """Until the block ends."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "bench._bare", str(port)], stdout=subprocess.PIPE
    )
    try:
        assert process.stdout
        assert process.stdout.readline(), "the bare room did not start"
        yield Room(port, process)
    finally:
        process.terminate()
        process.communicate(timeout=30)


# -- In the process ------------------------------------------------------------------------------


async def _serve(port: int) -> None:
    from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_create_server

    from laotie.surfaces.gateway import wire

    seated: set[Any] = set()
    welcome = wire.text_frame(b'{"t":"welcome","resume":"' + b"x" * _TOKEN_BYTES + b'"}')

    class Viewer(WSListener):
        def on_ws_connected(self, transport: WSTransport) -> None:
            self._write = transport.underlying_transport.write
            seated.add(self._write)
            self._write(welcome)

        def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
            if frame.msg_type == WSMsgType.TEXT:
                told = wire.text_frame(frame.get_payload_as_bytes())
                for write in seated:
                    write(told)
            elif frame.msg_type == WSMsgType.CLOSE:
                self._write(wire.close_frame(1000))
                transport.disconnect()

        def on_ws_disconnected(self, transport: WSTransport) -> None:
            del transport
            seated.discard(self._write)

    # As the gateway listens.
    server = await ws_create_server(
        lambda _request: Viewer(), "127.0.0.1", port, backlog=4096, use_aiofastnet=False,
        read_buffer_init_size=1024,
    )  # fmt: skip
    print("listening", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    try:
        import uvloop
    except ImportError:
        run = asyncio.run
    else:
        run = uvloop.run
    with contextlib.suppress(KeyboardInterrupt):
        run(_serve(int(sys.argv[1])))
