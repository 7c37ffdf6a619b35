"""The demo's encoder: a program of its own that sends the clip to a room, as OBS would.

Promises: after a break (server gone, connection cut, FFmpeg killed) it connects again by itself;
a wrong key is no break, and ends it. The stream key is in no log line.
"""

import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from laotie.kernel import launcher

log = structlog.get_logger(__name__)

_SHORTEST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 5.0
_STEADY_S = 10.0  # A connection that held so long starts the pauses anew.
_AGAIN_AND_AGAIN = "-stream_loop -1"
_PATIENCE = "-rw_timeout 10000000"  # Microseconds until a silent server counts as gone.
_REFUSAL = re.compile(r"Server error: (?P<reason>.+)")


class KeyRefused(Exception):
    """The server does not want this stream, and would not later. The text is its reason."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to send. server: `rtmp://HOST[:PORT]/live`; key: `<room>?token=<secret>`."""

    server: str
    key: str

    @property
    def address(self) -> str:
        return f"{self.server.rstrip('/')}/{self.key}"

    @property
    def shown(self) -> str:
        """What may be logged: the room without the secret."""
        return f"{self.server.rstrip('/')}/{self.key.partition('?')[0]}"


class Encoder:
    """Sends a clip again and again until it is told to stop."""

    def __init__(self, target: Target, *, clip: Path, program: str) -> None:
        """program: FFmpeg's path."""
        self._target = target
        self._clip = clip
        self._program = program
        self._stopping = threading.Event()
        self._running: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int | None:
        """Of the FFmpeg that sends now."""
        running = self._running
        return running.pid if running is not None and running.poll() is None else None

    def run(self, *, on_connect: Callable[[], None] = lambda: None) -> None:
        """Blocks until `stop`.

        on_connect: called before each try.
        raises:     KeyRefused.
        """
        pause_s = _SHORTEST_PAUSE_S
        while not self._stopping.is_set():
            on_connect()
            log.info("encoder.sending", to=self._target.shown)
            began = time.monotonic()
            said = self._send_once()
            if self._stopping.is_set():
                return
            if refusal := _REFUSAL.search(said):
                raise KeyRefused(refusal["reason"].strip())
            held_s = time.monotonic() - began
            pause_s = _SHORTEST_PAUSE_S if held_s > _STEADY_S else pause_s
            log.warning("encoder.interrupted", to=self._target.shown, after_s=round(held_s, 1))
            self._stopping.wait(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    def stop(self) -> None:
        """End the stream with a goodbye; from any thread or a signal handler."""
        self._stopping.set()
        running = self._running
        if running is not None and running.poll() is None:
            running.terminate()

    def _send_once(self) -> str:
        """Send until the connection breaks; what FFmpeg said about it, without the key."""
        self._running = subprocess.Popen(
            self._arguments(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
        if self._stopping.is_set():  # It came between the check and the start.
            self._running.terminate()
        _, said = self._running.communicate()
        return said.replace(self._target.key, "<key>")

    def _arguments(self) -> list[str]:
        read = f"-hide_banner -nostdin -loglevel error -re {_AGAIN_AND_AGAIN}".split()
        send = f"-c copy -f flv -flvflags no_duration_filesize {_PATIENCE}".split()
        command = [self._program, *read, "-i", str(self._clip), *send, self._target.address]
        return launcher.command(command)  # Gone when this program is.


def run(target: Target, *, clip: Path, program: str) -> int:
    """The command `laotie lab stream`: sends until SIGTERM or Ctrl-C; the exit status."""
    encoder = Encoder(target, clip=clip, program=program)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: encoder.stop())
    try:
        encoder.run()
    except KeyRefused as refused:
        print(f"The server refused the stream: {refused}", file=sys.stderr)  # noqa: T201
        return 1
    return 0
