"""One part of Laotie as a process: how it starts, how it shows that it is well, how it ends."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from laotie.kernel import launcher
from laotie.runtime import logs, processes

_PROBE_S = 2.0
_BEAT_MAY_BE_OLD_S = 30.0
_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 30.0
_STEADY_S = 60.0
_SICK_PROBES = 6

Hear = Callable[[str, Mapping[str, object]], None]


@dataclass(frozen=True, slots=True)
class Part:
    """What a part is.

    arguments: of the `laotie` command. ready, alive: addresses that answer 200, or the path of a
    file that the part touches while it works. rank: parts of a lower one are stopped first.
    """

    name: str
    arguments: tuple[str, ...]
    ready: str
    alive: str
    rank: int = 0


@dataclass
class Running:
    """A part that is being kept running."""

    part: Part
    environment: Mapping[str, str]
    log: logs.File
    hear: Hear
    child: subprocess.Popen[bytes] | None = None
    identity: processes.Identity | None = None
    _started_at: float = 0.0
    _next_try_at: float = 0.0
    _wait_s: float = _FIRST_WAIT_S
    _sick: int = 0
    _pump: threading.Thread | None = field(default=None, repr=False)

    def start(self) -> None:
        """Run the program in a session of its own, tied to the life of this process."""
        beat = Path(self.part.alive)
        if not self.part.alive.startswith("http"):
            beat.unlink(missing_ok=True)
        command = launcher.command([sys.executable, "-m", "laotie", *self.part.arguments])
        self.child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=dict(self.environment),
            start_new_session=True,
        )
        self.identity = processes.identify(self.child.pid)
        self._started_at = time.monotonic()
        self._sick = 0
        self._pump = threading.Thread(target=self._pass_on, args=(self.child,), daemon=True)
        self._pump.start()

    def has_ended(self) -> bool:
        return self.child is None or self.child.poll() is not None

    def is_ready(self) -> bool:
        return not self.has_ended() and self._is_well(self.part.ready)

    def check(self) -> None:
        """Kill the part when it has not shown itself well six times; it is then started again."""
        if self.has_ended() or self._is_well(self.part.alive):
            self._sick = 0
            return
        self._sick += 1
        if self._sick >= _SICK_PROBES:
            self.hear(self.part.name, {"event": "does not answer, is ended", "level": "error"})
            self._signal(signal.SIGKILL)

    def revive(self) -> bool:
        """Start it again if it has ended and its wait is over; whether it was started."""
        if not self.has_ended():
            return False
        now = time.monotonic()
        if self._next_try_at == 0.0:
            if now - self._started_at > _STEADY_S:
                self._wait_s = _FIRST_WAIT_S
            code = self.child.returncode if self.child else None
            self._sweep()
            self._next_try_at = now + self._wait_s
            self.hear(
                self.part.name,
                {
                    "event": f"ended ({_how(code)}), starts again in {self._wait_s:g} s",
                    "level": "error",
                },
            )
            self._wait_s = min(self._wait_s * 2, _LONGEST_WAIT_S)
        if now < self._next_try_at:
            return False
        self._next_try_at = 0.0
        # A crash point is for the first life; else no later one would get past it.
        self.environment = {
            name: value for name, value in self.environment.items() if name != "LAOTIE_CRASH_AT"
        }
        self.start()
        return True

    def ask_to_stop(self) -> None:
        if not self.has_ended():
            self._signal(signal.SIGTERM)

    def end(self) -> None:
        """No process of the part is left when this returns."""
        self._sweep()
        if self.child is not None:
            self.child.wait()
        if self._pump is not None:
            self._pump.join(timeout=2)
        self.log.close()

    def _sweep(self) -> None:
        """End what the part left in its session: its workers, its encoders."""
        if self.child is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.child.pid, signal.SIGKILL)

    def _signal(self, number: int) -> None:
        assert self.child is not None
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.child.pid, number)

    def _is_well(self, sign: str) -> bool:
        if sign.startswith("http"):
            return answers(sign)
        try:
            # The file's time is of the wall clock, as it may be another machine's.
            return time.time() - Path(sign).stat().st_mtime < _BEAT_MAY_BE_OLD_S
        except FileNotFoundError:
            return False

    def _pass_on(self, child: subprocess.Popen[bytes]) -> None:
        assert child.stdout is not None
        for line in child.stdout:
            text = line.decode("utf-8", "replace").rstrip()
            if text:
                self.hear(self.part.name, self.log.write(text))


def answers(url: str) -> bool:
    """Whether an address on this machine answers 200 within two seconds."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(
        parts.hostname or "", parts.port or 80, timeout=_PROBE_S
    )
    try:
        connection.request("GET", parts.path, headers={"Host": parts.netloc})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _how(code: int | None) -> str:
    if code is None:
        return "never ran"
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"
