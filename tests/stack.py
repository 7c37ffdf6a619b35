"""A whole running installation for tests: `laotie demo` as a person starts it, on free ports."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

READY_S = 150
STOP_S = 40


@dataclass
class Stack:
    """Processes of one installation, its addresses and its accounts."""

    process: subprocess.Popen[str]
    data: Path
    log: Path
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def web(self) -> str:
        return str(self.facts["web"])

    def environment(self) -> dict[str, str]:
        return environment(self.data)

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


def environment(data: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LAOTIE_")}
    return {**kept, "LAOTIE_DATA": str(data), "LAOTIE_LAB": "1", "PYTHONUNBUFFERED": "1"}


@contextlib.contextmanager
def running(arguments: Sequence[str] = ("demo", "--no-audience")) -> Iterator[Stack]:
    """Start, wait until it says that it is ready, and stop it as Ctrl-C does."""
    folder = Path(tempfile.mkdtemp(prefix="laotie-stack-", dir="/tmp"))
    folder.chmod(0o755)
    data, log = folder / "data", folder / "words.log"
    with log.open("w") as words:
        process = subprocess.Popen(
            [sys.executable, "-m", "laotie", *arguments],
            env=environment(data),
            stdout=words,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
    stack = Stack(process, data, log)
    try:
        wait_until_ready(stack)
        yield stack
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if os.environ.get("LAOTIE_TEST_KEEP"):
            print(f"kept {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def wait_until_ready(stack: Stack) -> None:
    """Wait for `run/demo.json`, which the demo writes when a person could begin."""
    deadline = time.monotonic() + READY_S
    path = stack.data / "run" / "demo.json"
    while not path.exists():
        if stack.process.poll() is not None:
            raise AssertionError(
                f"it ended with {stack.process.returncode}:\n{stack.words()[-4000:]}"
            )
        assert time.monotonic() < deadline, f"not ready:\n{stack.words()[-4000:]}"
        time.sleep(0.2)
    stack.facts = json.loads(path.read_text("utf-8"))
