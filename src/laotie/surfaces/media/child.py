"""One program with limits, from start to end, watched: for everything that touches what was sent.

It runs in a session of its own, without an environment, with its memory, time and files bounded,
and it dies with this process. Whoever waits for it is asked each second whether it is still
wanted; one that shows no progress for a while is taken for hung.
"""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from laotie.kernel import launcher

_LIMITER = str(Path(__file__).with_name("limiter.py"))
_BEAT_S = 1.0
_LOG_LINES = 30
_LINE_BYTES = 4096

Beat = Callable[[], Awaitable[bool]]


class Unwanted(Exception):
    """Somebody cancelled what this was for; the program has ended."""


class Died(Exception):
    """It was killed, hung, or took longer than it may; to try again may help. log: its last words.

    why: `SIGNAL`, `HUNG` or `TIME`.
    """

    def __init__(self, why: str, log: str) -> None:
        super().__init__(why)
        self.why = why
        self.log = log


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a program may use. cpu_s: of all its threads; wall_s: from start to end.

    stall_s: how long it may go without getting further.
    """

    memory_bytes: int
    file_bytes: int
    cpu_s: int
    wall_s: float
    stall_s: float


@dataclass(frozen=True, slots=True)
class Ended:
    """It came to its end. log: the last lines that it wrote on standard error."""

    code: int
    log: str


async def run(
    command: Sequence[str],
    allowance: Allowance,
    *,
    beat: Beat,
    on_line: Callable[[str], bool] = bool,
    on_said: Callable[[str], object] = bool,
) -> Ended:
    """Run a program to its end.

    beat:    whether it is still wanted; awaited each second, so it must not take long.
    on_line: sees each line of standard output, and says whether it is a sign of getting further;
        what it raises ends the program and comes out.
    on_said: sees each line of standard error, under the same rule.
    raises:  Unwanted, Died.
    """
    limits = (allowance.memory_bytes, allowance.file_bytes, allowance.cpu_s)
    process = await asyncio.create_subprocess_exec(
        *launcher.command([sys.executable, "-I", "-S", _LIMITER, *map(str, limits), *command]),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={},
        start_new_session=True,
    )
    watched = _Watched(process, on_line, on_said)
    try:
        await watched.to_the_end(allowance, beat)
    finally:
        await watched.bury()
    code = process.returncode
    assert code is not None
    if code < 0:
        raise Died("SIGNAL", watched.log)
    return Ended(code, watched.log)


class _Watched:
    def __init__(
        self,
        process: asyncio.subprocess.Process,
        on_line: Callable[[str], bool],
        on_said: Callable[[str], object],
    ) -> None:
        self._process = process
        self._on_line = on_line
        self._on_said = on_said
        self._log: deque[str] = deque(maxlen=_LOG_LINES)
        self._began = self._moved = time.monotonic()
        self._reading = asyncio.create_task(self._read())
        self._logging = asyncio.create_task(self._read_log())

    @property
    def log(self) -> str:
        return "\n".join(self._log)

    async def to_the_end(self, allowance: Allowance, beat: Beat) -> None:
        while True:
            await asyncio.wait([self._reading, self._logging], timeout=_BEAT_S)
            done = [task.result() for task in (self._reading, self._logging) if task.done()]
            if len(done) == 2:
                break
            now = time.monotonic()
            if now - self._began > allowance.wall_s:
                raise Died("TIME", self.log)
            if now - self._moved > allowance.stall_s:
                raise Died("HUNG", self.log)
            if not await beat():
                raise Unwanted
        await self._process.wait()

    async def bury(self) -> None:
        """Nothing of it is left, whatever happened."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        await asyncio.wait([self._reading, self._logging])

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in _lines(self._process.stdout):
            if self._on_line(line):
                self._moved = time.monotonic()

    async def _read_log(self) -> None:
        assert self._process.stderr is not None
        async for line in _lines(self._process.stderr):
            self._log.append(line)
            self._on_said(line)


async def _lines(stream: asyncio.StreamReader) -> AsyncIterator[str]:
    """Lines as text; one that is longer than any that means something is cut short."""
    rest = b""
    while piece := await stream.read(1 << 16):
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield line[:_LINE_BYTES].decode("utf-8", "replace").rstrip()
        rest = rest[:_LINE_BYTES]
    if rest:
        yield rest.decode("utf-8", "replace").rstrip()
