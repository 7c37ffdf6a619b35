"""Folders that any account may pass, and `laotie` as a person starts it."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

Laotie = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def place() -> Iterator[Path]:
    """An empty folder outside of pytest's own, which is closed to other accounts."""
    path = Path(tempfile.mkdtemp(prefix="laotie-test-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path, ignore_errors=True)


def clean_environment(**settings: str) -> dict[str, str]:
    """Our environment without any setting of Laotie, plus those given: `port=1` is LAOTIE_PORT."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LAOTIE_", "DJANGO_"))
    }
    return kept | {f"LAOTIE_{name.upper()}": value for name, value in settings.items()}


def run_laotie(*arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run one command to its end, with these settings and no others."""
    return subprocess.run(
        [sys.executable, "-m", "laotie", *arguments],
        env=clean_environment(**settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )


@pytest.fixture
def laotie() -> Laotie:
    return run_laotie


def processes_of(folder: Path) -> list[str]:
    """Command lines of live processes that have to do with a folder."""
    found = []
    for process in psutil.process_iter(["cmdline", "environ", "cwd", "status"]):
        facts = process.info
        if facts["status"] == psutil.STATUS_ZOMBIE or process.pid == os.getpid():
            continue
        named = (
            f"{facts['cmdline']} {(facts['environ'] or {}).get('LAOTIE_DATA', '')} {facts['cwd']}"
        )
        if str(folder) in named:
            found.append(f"{process.pid} {facts['cmdline']}")
    return found
