"""How long it takes from `laotie up` until every part is ready, and how much memory all then hold.

The whole set but for audience and encoder: database, lab provider, web, gateway, media, worker and
their supervisor. A first start makes the database and its tables; a second finds them. Floor: the
same database program alone, made and started by the same code. Memory is PSS, so that what several
processes share counts once. `processor` is what all processes had used when they were ready.
"""

import statistics
import tempfile
import time
from pathlib import Path

from bench import _pairs, _server, _whole
from bench._pairs import Measure, Pair
from bench._report import Options, Report

_IDLE_S = 8.0
_QUIET_S = 1.0
_FIRST, _SECOND = "first start", "second start"
_GOALS_S = {"passes": 15.0, "goal": 8.0}
_GOALS_MB = {"passes": 700.0, "goal": 500.0}


def run(options: Options) -> Report:
    """Seconds until ready, and PSS of the whole set when it has nothing to do."""
    report = Report("coldstart", options)
    idle_s = _QUIET_S if options.is_small else _IDLE_S
    pairs: dict[str, list[Pair]] = {_FIRST: [], _SECOND: []}
    parts: dict[str, list[float]] = {}
    with _server.house():
        for _ in range(options.pairs):
            with tempfile.TemporaryDirectory(prefix="laotie-cold-") as name:
                base = Path(name)
                base.chmod(0o711)  # The account of the database passes it.
                for start in (_FIRST, _SECOND):
                    floor = _database_alone(base / "floor")
                    with _whole.started(base / "data") as whole:
                        time.sleep(idle_s)
                        memory = whole.memory()
                        ours = Measure(
                            units=1, seconds=whole.seconds, cpu_s={"all parts": whole.cpu_s},
                            memory_kb=sum(memory.values()),
                        )  # fmt: skip
                    pairs[start].append(Pair(floor, ours))
                for part, kilobytes in memory.items():
                    parts.setdefault(part, []).append(kilobytes)
    for start, found in pairs.items():
        _pairs.tell(report, start, "s", found, value=lambda run: run.seconds)
    second = [pair.ours for pair in pairs[_SECOND]]
    seconds = statistics.median([run.seconds for run in second])
    megabytes = statistics.median([(run.memory_kb or 0.0) / 1024 for run in second])
    report.goal("second start", seconds, unit=" s", **_GOALS_S)
    report.goal("PSS of all, idle", megabytes, unit=" MB", **_GOALS_MB)
    told = sorted(
        ((statistics.median(kb) / 1024, part) for part, kb in parts.items()), reverse=True
    )
    report.note("PSS by part: " + ", ".join(f"{part} {mb:.0f} MB" for mb, part in told))
    return report


def _database_alone(folder: Path) -> Measure:
    """The embedded database made (if it is not there) and started, then stopped."""
    from laotie.runtime import database

    cluster = database.embedded(folder)
    began = time.monotonic()
    cluster.start()
    seconds = time.monotonic() - began
    cluster.stop()
    return Measure(units=1, seconds=seconds)
