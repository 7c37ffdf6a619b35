"""The web process: Granian in front of Django, its workers tied to the life of this process."""

import gc
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels

from laotie.kernel import launcher
from laotie.runtime import logs
from laotie.runtime.config import Config

_BACKLOG = 2048
_GRACE_S = 8
_WAIT_FOR_DATABASE_S = 1.0


def run(config: Config) -> None:
    """Serve until SIGTERM or SIGINT; requests under way are finished first, within 8 s."""
    # Each web worker counts for itself; the figures of dead ones are of no use to a new start.
    counts = config.data / "run" / "metrics"
    shutil.rmtree(counts, ignore_errors=True)
    counts.mkdir(parents=True, exist_ok=True)
    # The workers are forks: what no search for garbage touches stays shared with them, 7 MB.
    gc.collect()
    gc.freeze()
    server(config, "laotie.runtime.wsgi:application").serve(
        target_loader=_Loader(config.log_format, counts)
    )


def server(config: Config, target: str) -> Any:
    """The web server as this installation wants it, in front of an application."""
    return Granian(
        target,
        address=config.host,
        port=config.port,
        interface=Interfaces.WSGI,
        loop=Loops.asyncio,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=15_000),
        workers=config.web_processes,
        blocking_threads=config.web_threads,
        backlog=_BACKLOG,
        # Beyond this, visitors wait in the socket instead of in our memory.
        backpressure=config.web_threads * 16,
        respawn_failed_workers=True,
        workers_kill_timeout=_GRACE_S,
        log_access=False,
        log_level=LogLevels.error,
    )


class _Loader:
    """Loads Django in each worker; a class, so that it can travel to a spawned process."""

    def __init__(self, log_format: str, counts: Path) -> None:
        self._log_format = log_format
        self._counts = counts

    def __call__(self, *_: Any) -> Callable[..., Any]:
        # A worker must not outlive a server that was killed: it would keep the port.
        launcher.tie_to_parent(signal.SIGKILL)
        logs.set_up("web", form=self._log_format)
        from django.conf import settings

        from laotie.runtime import tallies
        from laotie.runtime.wsgi import application

        tallies.share(self._counts)
        # A thread that waits for a database that is away serves nobody; there are few threads.
        options: Any = settings.DATABASES["default"]["OPTIONS"]
        options["pool"]["timeout"] = _WAIT_FOR_DATABASE_S
        return application
