"""One FFmpeg: bytes in on its standard input, segments out into one folder."""

import asyncio
import contextlib
import os
import signal
import sys
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from laotie.kernel import launcher

_MEMORY_BYTES = 4 << 30  # Address space; a copying FFmpeg holds about 11 MiB of it.
_FILE_BYTES = 256 << 20
_LIMITER = str(Path(__file__).with_name("limiter.py"))
_LIMITED = [sys.executable, "-I", "-S", _LIMITER, str(_MEMORY_BYTES), str(_FILE_BYTES), "0"]
_WAITING_BYTES = 1 << 20
_STUCK_S = 5.0
_FINISH_S = 5.0
_LOG_LINES = 20


class PackagerGone(Exception):
    """FFmpeg has died, or hung and was ended; a new one needs a new folder."""


class Packager:
    """A running FFmpeg in a session of its own, with limits and without an environment."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._log: deque[str] = deque(maxlen=_LOG_LINES)
        self._logging = asyncio.create_task(self._read_log())
        self._progress: dict[str, int] = {}
        self._counting = asyncio.create_task(self._read_progress())

    @classmethod
    async def start(
        cls, program: str, arguments: Sequence[str], *, counts: bool = False
    ) -> "Packager":
        """It dies with us: at the end of its input, and by the kernel where that can be asked.

        counts: its arguments have it write its progress, for `pictures_in`.
        """
        process = await asyncio.create_subprocess_exec(
            *launcher.command([*_LIMITED, program, *arguments]),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE if counts else asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env={},
            start_new_session=True,
        )
        return cls(process)

    @property
    def pictures_in(self) -> int:
        """Pictures that came in, as FFmpeg last counted: those it wrote, less those it repeated."""
        counted = self._progress
        return max(
            0,
            counted.get("frame", 0) - counted.get("dup_frames", 0) + counted.get("drop_frames", 0),
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.returncode is None

    @property
    def is_well(self) -> bool:
        """Whether it has ended as it should."""
        return self._process.returncode == 0

    @property
    def log(self) -> str:
        """The last lines it wrote."""
        return "\n".join(self._log)

    async def write(self, piece: bytes) -> None:
        """Waits only when FFmpeg is behind by more than 1 MiB, and 5 s at most.

        raises: PackagerGone.
        """
        pipe = self._process.stdin
        assert pipe is not None
        if not self.is_running or pipe.is_closing():
            raise PackagerGone
        try:
            pipe.write(piece)
            if pipe.transport.get_write_buffer_size() > _WAITING_BYTES:
                await asyncio.wait_for(pipe.drain(), _STUCK_S)
        except TimeoutError:
            self.kill()
            raise PackagerGone from None
        except (ConnectionError, RuntimeError):
            raise PackagerGone from None

    async def finish(self) -> None:
        """Everything written is in segments, or FFmpeg took longer than 5 s and was ended."""
        pipe = self._process.stdin
        assert pipe is not None
        pipe.close()
        try:
            await asyncio.wait_for(self._process.wait(), _FINISH_S)
        except TimeoutError:
            self.kill()
            await self._process.wait()
        await self._logging
        await self._counting

    async def gone(self) -> None:
        """It has ended, and what it wrote was read."""
        await self._process.wait()
        await asyncio.wait([self._logging, self._counting])

    def kill(self) -> None:
        if self.is_running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    async def _read_progress(self) -> None:
        output = self._process.stdout
        while output is not None and (line := await output.readline()):
            name, _, value = line.decode("ascii", "replace").strip().partition("=")
            if value.isdigit():
                self._progress[name] = int(value)

    async def _read_log(self) -> None:
        output = self._process.stderr
        assert output is not None
        while piece := await output.read(4096):
            self._log.extend(piece.decode("utf-8", "replace").splitlines())
