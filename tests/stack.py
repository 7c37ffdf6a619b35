"""A whole running installation for tests: `laotie demo` as a person starts it, on free ports."""

import contextlib
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psutil
from tests.ports import free_port

from laotie.lab import clip
from laotie.runtime import config

READY_S = 400
_PATIENT = {"PYTHONUNBUFFERED": "1", "LAOTIE_START_TIMEOUT_S": "300"}
STOP_S = 40
DOORS = {"web": "/readyz", "gateway": "/healthz", "media": "/healthz", "lab": "/healthz"}
PORTS = ("PORT", "GATEWAY_PORT", "MEDIA_PORT", "RTMP_PORT", "LAB_PORT")


@dataclass
class Stack:
    """Processes of one installation, its addresses and its accounts."""

    data: Path
    log: Path
    arguments: Sequence[str]
    settings: dict[str, str]  # Beside those that every lab has.
    facts: dict[str, Any] = field(default_factory=dict)
    _process: "subprocess.Popen[str] | None" = None

    @property
    def web(self) -> str:
        return str(self.facts["web"])

    @property
    def process(self) -> "subprocess.Popen[str]":
        """The supervisor."""
        assert self._process is not None
        return self._process

    def environment(self) -> dict[str, str]:
        return {**environment(self.data), **self.settings}

    def config(self) -> config.Config:
        """What the installation knows of itself, passwords included."""
        return config.load(self.environment())

    def laotie(self, *arguments: str, timeout_s: float = 120) -> subprocess.CompletedProcess[str]:
        """Run one command of the CLI against this installation."""
        return subprocess.run(
            [sys.executable, "-m", "laotie", *arguments],
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=timeout_s,
        )

    def words(self) -> str:
        return self.log.read_text("utf-8", errors="replace")

    def start(self) -> None:
        """Start, and wait for `run/demo.json`, which is written when a person could begin."""
        (self.data / "run" / "demo.json").unlink(missing_ok=True)
        with self.log.open("a") as words:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "laotie", *self.arguments],
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        ready = self.data / "run" / "demo.json"
        self.wait_until(ready.exists, within_s=READY_S)
        self.facts = json.loads(ready.read_text("utf-8"))

    def end(self, number: int = signal.SIGINT) -> int:
        """Stop it as Ctrl-C does; its exit code."""
        self.process.send_signal(number)
        try:
            return self.process.wait(STOP_S)
        finally:
            self.process.kill()
            self.process.wait()

    def wait_until(self, holds: Callable[[], object], *, within_s: float) -> None:
        """Patience while it runs. A test that waits in vain shows what was said last."""
        deadline = time.monotonic() + within_s
        while not holds():
            assert self.process.poll() is None, (
                f"it ended with {self.process.returncode}:\n{self.words()[-4000:]}"
            )
            assert time.monotonic() < deadline, f"in vain:\n{self.words()[-4000:]}"
            time.sleep(0.1)

    def child(self, part: str) -> psutil.Process | None:
        """The process of a part, as the supervisor noted it; of the database by its folder."""
        with contextlib.suppress(psutil.NoSuchProcess, OSError, ValueError):
            if part == "database":
                pid = self.data / "postgres" / "data" / "postmaster.pid"
                return psutil.Process(int(pid.read_text().split()[0]))
            noted = json.loads((self.data / "run" / "children.json").read_text("utf-8"))
            return psutil.Process(next((pid for name, pid, _ in noted if name == part), -1))
        return None

    def is_well(self) -> bool:
        """Whether every door answers 200 and the worker beats."""
        try:
            beat = (self.data / "run" / "worker.beat").stat().st_mtime
        except FileNotFoundError:
            return False
        return time.time() - beat < 5 and all(
            _answers(self.facts[part], path) for part, path in DOORS.items()
        )


def environment(data: Path) -> dict[str, str]:
    """Ours without any setting of Laotie, plus a lab in this folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LAOTIE_")}
    return {**kept, "LAOTIE_DATA": str(data), "LAOTIE_LAB": "1", **_PATIENT}


def _answers(address: str, path: str) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        url = f"http://{urlsplit(address).netloc}{path}"
        return httpx.get(url, trust_env=False, timeout=5).is_success
    return False


@contextlib.contextmanager
def running(
    arguments: Sequence[str] = ("demo", "--no-audience"),
    *,
    keeps_ports: bool = False,
    **settings: str,
) -> Iterator[Stack]:
    """Start, wait until it says that it is ready, and stop it as Ctrl-C does.

    keeps_ports: it is told its ports, so that a second start serves where the first one did.
    settings:    `port="1"` is LAOTIE_PORT.
    """
    folder = Path(tempfile.mkdtemp(prefix="laotie-stack-", dir="/tmp"))
    folder.chmod(0o755)
    ports = {f"LAOTIE_{name}": str(free_port()) for name in PORTS} if keeps_ports else {}
    told = ports | {f"LAOTIE_{name.upper()}": text for name, text in settings.items()}
    stack = Stack(folder / "data", folder / "words.log", arguments, told)
    _mark_as_lab(stack.data)
    _bring_clip(stack.data)
    try:
        stack.start()
        keep_clip(stack.data)
        yield stack
    finally:
        if stack._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                stack.end()
        if os.environ.get("LAOTIE_TEST_KEEP"):
            print(f"kept {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


# Drawing the clip takes 15 s of a core. It is the same each time, so it is drawn once a machine.


def clip_folder() -> Path:
    source = hashlib.sha256()
    for path in sorted(Path(clip.__file__).parent.glob("clip*.py")):
        source.update(path.read_bytes())
    return Path(tempfile.gettempdir()) / f"laotie-clip-{source.hexdigest()[:16]}"


def _bring_clip(data: Path) -> None:
    if clip_folder().exists():
        shutil.copytree(clip_folder(), data / "lab" / "clip")


def keep_clip(data: Path) -> None:
    """What an installation drew is what the next one would draw."""
    if not clip_folder().exists():
        making = Path(tempfile.mkdtemp(prefix="laotie-clip-making-"))
        shutil.copytree(data / "lab" / "clip", making, dirs_exist_ok=True)
        with contextlib.suppress(OSError):  # Somebody else was faster.
            making.rename(clip_folder())


def _mark_as_lab(data: Path) -> None:
    """As `laotie demo` marks a folder of its own."""
    data.mkdir(parents=True)
    data.chmod(0o711)
    (data / "laotie.json").write_text('{"lab": true}', "utf-8")
