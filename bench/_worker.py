"""The worker as the benches run it: the product's own process, or its readers as threads here.

with _worker.running(environment) as worker: ...
with _worker.reading("trade", "live.screens"): ...      # until the block ends
"""

import functools
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench import _backlog, _machine
from bench._server import wait_for

if TYPE_CHECKING:
    from laotie.kernel.event_log import Consumer

_PATIENCE_S = 600.0  # A busy machine is measured too.
_LOOKS_EVERY_S = 0.05  # As the worker at its soonest.


@dataclass(frozen=True, slots=True)
class Worker:
    process: "subprocess.Popen[bytes]"

    def processor_s(self) -> float:
        return _machine.processor_s([self.process.pid], has_children=True)


@contextmanager
def running(environment: Mapping[str, str]) -> Iterator[Worker]:
    """`laotie worker` with all its jobs and readers, in a data folder of its own."""
    with tempfile.TemporaryDirectory(prefix="laotie-worker-", ignore_cleanup_errors=True) as name:
        process = subprocess.Popen(
            [sys.executable, "-m", "laotie", "worker"],
            env={**environment, "LAOTIE_DATA": name, "LAOTIE_LOG_FORMAT": "json"},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            wait_for(lambda: _works(process, Path(name)), "the worker", patience_s=_PATIENCE_S)
            yield Worker(process)
        finally:
            process.terminate()
            process.wait(30)


def _works(process: "subprocess.Popen[bytes]", folder: Path) -> bool:
    if process.poll() is not None:
        raise RuntimeError(f"the worker ended with {process.returncode}")
    return (folder / "run" / "worker.beat").exists()


@contextmanager
def reading(
    *names: str, besides: Callable[[], object] | None = None
) -> Iterator[Mapping[str, float]]:
    """These readers, each in a thread as in the worker; when each last had something to do.

    besides: what else ticks there; says whether it had something to do.
    """
    from django.db import connections

    over = threading.Event()
    ended: dict[str, float] = {}
    troubles: list[BaseException] = []

    def keep(name: str, do: Callable[[], object]) -> None:
        try:
            while True:
                if do():
                    ended[name] = time.monotonic()
                elif over.is_set():
                    break
                else:
                    time.sleep(_LOOKS_EVERY_S)
        except Exception as trouble:  # noqa: BLE001 - told by the main thread, which ends the run.
            troubles.append(trouble)
        finally:
            connections.close_all()

    doing = {reader.name: functools.partial(_read, reader) for reader in _backlog.consumers(*names)}
    if besides:
        doing["besides"] = besides
    threads = [threading.Thread(target=keep, args=each) for each in doing.items()]
    for thread in threads:
        thread.start()
    try:
        yield ended
    finally:
        over.set()
        for thread in threads:
            thread.join()
    if troubles:
        raise troubles[0]


def _read(consumer: "Consumer") -> int:
    from laotie.kernel import event_log

    return event_log.read_on(consumer) + event_log.retry_due(consumer)
