"""Figures of several web workers as one: each writes its own down, whoever is asked adds them up.

prometheus_client's own way maps files into memory; on a full disk the system answers such a write
by killing the process. A plain write that fails costs a few seconds of figures.
"""

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import REGISTRY, Collector

_EVERY_S = 5.0
_folder: Path | None = None


def share(folder: Path) -> None:
    """Write this process's figures into `folder` every five seconds from now on."""
    global _folder
    _folder = folder
    threading.Thread(target=_keep_writing, args=(folder,), daemon=True).start()


def page() -> bytes:
    """The figures of all processes that share a folder, or of this one alone."""
    if _folder is None:
        return generate_latest(REGISTRY)
    _write(_folder)
    summed = CollectorRegistry()
    summed.register(Sum(_folder))
    return generate_latest(summed)


class Sum(Collector):
    """Counters and histograms added up over processes, the dead ones of this run included."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterator[Metric]:
        families: dict[str, Metric] = {}
        totals: dict[str, dict[tuple[str, tuple[tuple[str, str], ...]], float]] = {}
        for path in sorted(self._folder.glob("*.prom")):
            try:
                written = list(text_string_to_metric_families(path.read_text("utf-8")))
            except (OSError, ValueError):
                continue
            for family in written:
                # What describes one process (memory, collector runs) has no sum.
                if family.type not in {"counter", "histogram"} or family.name.startswith("python"):
                    continue
                families.setdefault(
                    family.name, Metric(family.name, family.documentation, family.type)
                )
                known = totals.setdefault(family.name, {})
                for sample in family.samples:
                    key = (sample.name, tuple(sorted(sample.labels.items())))
                    known[key] = known.get(key, 0.0) + sample.value
        for name, family in families.items():
            for (sample_name, labels), value in totals[name].items():
                family.add_sample(sample_name, dict(labels), value)
            yield family


def _keep_writing(folder: Path) -> None:
    while True:
        time.sleep(_EVERY_S)
        _write(folder)


def _write(folder: Path) -> None:
    path = folder / f"{os.getpid()}.prom"
    making = path.with_suffix(f".{threading.get_ident()}")
    with contextlib.suppress(OSError):
        making.write_bytes(generate_latest(REGISTRY))
        making.replace(path)
