"""A road between two machines that can be bad in every way: a TCP proxy with faults.

It stands between the app and the database, the provider or a gateway. Each direction is a `Road`
of its own, whose faults can be changed while bytes are under way. Nothing of ours knows of it.

    with Proxy(("127.0.0.1", 5432)) as proxy:
        proxy.down.latency_s = 2.0      # what comes back is slow
        proxy.down.cut_after = 0        # the next answer never arrives: the line is reset
        proxy.is_black_hole = True      # nothing passes, not even the end; `False` lets it go on
        proxy.reset()                   # every line is cut at once, with RST
"""

import asyncio
import contextlib
import random
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict
from tests.faults import chance
from tests.ports import free_port

Address = tuple[str, int] | str  # A host and port, or the path of a Unix socket.
_LOOK_S = 0.005
_READ = 65_536
_AT_ONCE = struct.pack("ii", 1, 0)  # Lingers for nothing: closing sends RST.


@dataclass
class Road:
    """One direction. cut_after: so many more bytes pass, then both ends get a reset.

    slice_bytes: nothing longer passes in one piece; latency and jitter count for each piece.
    """

    latency_s: float = 0.0
    jitter_s: float = 0.0
    slice_bytes: int = 0
    cut_after: int | None = None
    passed: int = 0


class Proxy:
    """Listens on a port of this machine and leads to `there`, in a thread of its own."""

    def __init__(self, there: Address) -> None:
        self.up, self.down = Road(), Road()
        self.is_black_hole = False
        self.refuses = False
        self.accepted = 0
        self.port = free_port()
        self._there = there
        self._chance = random.Random(chance.SEED)
        self._links: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._is_listening = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def open_links(self) -> int:
        return len(self._links)

    def heal(self) -> None:
        """From now on the road is good."""
        for road in (self.up, self.down):
            road.latency_s, road.jitter_s, road.slice_bytes, road.cut_after = 0.0, 0.0, 0, None
        self.is_black_hole = self.refuses = False

    def reset(self) -> None:
        """Cut every line at once."""
        asyncio.run_coroutine_threadsafe(self._cut_all(), self._loop).result(5)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._is_listening.wait(5)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", self.port, backlog=1024)
        )
        self._is_listening.set()
        self._loop.run_forever()
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self._loop.close()

    async def _serve(self, near_in: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        self.accepted += 1
        if self.refuses:
            return _cut(near)
        try:
            if isinstance(self._there, str):
                far_in, far = await asyncio.open_unix_connection(self._there)
            else:
                far_in, far = await asyncio.open_connection(*self._there)
        except OSError:
            return _cut(near)
        link = (near, far)
        self._links.add(link)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._carry(self.up, near_in, far))
                both.create_task(self._carry(self.down, far_in, near))
        except* (OSError, _Cut, asyncio.CancelledError):
            _cut(near)
            _cut(far)
        finally:
            self._links.discard(link)
            near.close()
            far.close()

    async def _carry(
        self, road: Road, source: asyncio.StreamReader, target: asyncio.StreamWriter
    ) -> None:
        while data := await source.read(_READ):
            step = road.slice_bytes or len(data)
            for start in range(0, len(data), step):
                piece = data[start : start + step]
                delay = road.latency_s + road.jitter_s * self._chance.random()
                if delay:
                    await asyncio.sleep(delay)
                await self._until_passable()
                if road.cut_after is not None:
                    piece = piece[: road.cut_after]
                    road.cut_after -= len(piece)
                target.write(piece)
                await target.drain()
                road.passed += len(piece)
                if road.cut_after == 0:
                    raise _Cut
        await self._until_passable()
        with contextlib.suppress(OSError):
            target.write_eof()

    async def _until_passable(self) -> None:
        while self.is_black_hole:  # noqa: ASYNC110 - set from the test's thread.
            await asyncio.sleep(_LOOK_S)

    async def _cut_all(self) -> None:
        for link in list(self._links):
            for end in link:
                _cut(end)


class _Cut(Exception):
    """So many bytes have passed."""


def _cut(end: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    end.transport.abort()


@contextlib.contextmanager
def before_database(url: str) -> Iterator[tuple[Proxy, str]]:
    """A proxy in front of the database at this URL, and the URL that leads through it."""
    parts: dict[str, Any] = conninfo_to_dict(url)
    host, port = parts["host"], int(parts["port"])
    there = f"{host}/.s.PGSQL.{port}" if host.startswith("/") else (host, port)
    with Proxy(there) as proxy:
        password = quote(parts["password"], safe="")
        yield (
            proxy,
            f"postgresql://{parts['user']}:{password}@127.0.0.1:{proxy.port}/{parts['dbname']}",
        )
