"""Which process is which: a pid alone proves nothing, since the system gives it out again."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class Identity:
    """One process of this machine and boot. `born` tells it from a later one with the same pid."""

    pid: int
    born: str

    def is_alive(self) -> bool:
        return _born(self.pid) == self.born


def identify(pid: int) -> Identity | None:
    """The process that has this pid now; None if there is none, or only its unreaped remains."""
    born = _born(pid)
    return Identity(pid, born) if born else None


def own() -> Identity:
    mine = identify(os.getpid())
    assert mine is not None
    return mine


def end(identity: Identity, *, patience_s: float, first: int = signal.SIGTERM) -> None:
    """Ask the process to end, and end it when it does not within `patience_s`."""
    for number in (first, signal.SIGKILL):
        if not identity.is_alive():
            return
        try:
            os.kill(identity.pid, number)
        except ProcessLookupError:
            return
        until = time.monotonic() + patience_s
        while identity.is_alive() and time.monotonic() < until:
            time.sleep(0.02)


def postgres_in(folder: Path) -> Iterator[psutil.Process]:
    """PostgreSQL processes that work in this data folder, the postmaster and its children alike.

    They are told by program name and working directory: PostgreSQL enters its data folder.
    """
    home = os.path.realpath(folder)
    for process in psutil.process_iter(["name"]):
        if process.info["name"] != "postgres":
            continue
        try:
            if process.status() != psutil.STATUS_ZOMBIE and process.cwd() == home:
                yield process
        except psutil.Error:
            continue


def is_postgres_in(pid: int, folder: Path) -> bool:
    try:
        process = psutil.Process(pid)
        is_running = process.status() != psutil.STATUS_ZOMBIE
        home: str = process.cwd()
        return is_running and process.name() == "postgres" and home == os.path.realpath(folder)
    except psutil.Error:
        return False


def _born(pid: int) -> str:
    """When the process was born, in a form that does not move with the wall clock."""
    if sys.platform != "linux":
        try:
            process = psutil.Process(pid)
            return (
                "" if process.status() == psutil.STATUS_ZOMBIE else f"{process.create_time():.2f}"
            )
        except psutil.Error:
            return ""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""
    # The name in brackets may hold spaces and brackets; the fields after it are plain.
    fields = stat.rpartition(")")[2].split()
    state, ticks_after_boot = fields[0], fields[19]
    return "" if state in {"Z", "X"} else f"{boot}:{ticks_after_boot}"
