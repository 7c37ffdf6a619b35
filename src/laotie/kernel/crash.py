"""Named points at which a lab process ends itself, to prove that it may die at any line."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

_hits: dict[str, int] = {}
_lock = Lock()
_ON = frozenset({"1", "true", "yes", "on"})
_watcher: Callable[[str], None] | None = None


def point(name: str) -> None:
    """End the process here when `LAOTIE_CRASH_AT=name:n` and this is the n-th time.

    Only with `LAOTIE_LAB`; 137 is what `kill -9` leaves behind.
    """
    if _watcher is not None:
        _watcher(name)
    wanted = os.environ.get("LAOTIE_CRASH_AT")
    if not wanted or os.environ.get("LAOTIE_LAB") not in _ON:
        return
    wanted_name, _, nth = wanted.rpartition(":")
    if name != wanted_name:
        return
    with _lock:
        _hits[name] = _hits.get(name, 0) + 1
        if _hits[name] == int(nth):
            os._exit(137)


@contextmanager
def watched(by: Callable[[str], None]) -> Iterator[None]:
    """Meanwhile this process tells `by` of every point it passes; what it raises, the point raises.

    For a played world in a process of its own that counts points, or dies at them and lives on.
    """
    global _watcher
    assert _watcher is None
    _watcher = by
    try:
        yield
    finally:
        _watcher = None
