"""Two or a hundred at once: real threads, each on a connection of its own, and guards taken away.

Nothing in the product can take a guard away. Here a row lock becomes a plain read that waits until
the others have read too, and the placing function is replaced in a database of the test's own.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest import mock

import psycopg
from django.db import connections, models
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

from laotie.kernel import sql
from laotie.kernel.errors import Refusal

MOST_THREADS = 12  # Fewer than the pool has connections.
# For a function without its guard: here it waits until another transaction has come as far and has
# not ended, however slow the machine is; the last one, whom nobody follows, goes on after a while.
MEET = """
    PERFORM pg_advisory_xact_lock_shared(78);
    FOR pause IN 1..200 LOOP
        EXIT WHEN (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 78) > 1;
        PERFORM pg_sleep(0.01);
    END LOOP;
"""


# Where those who race now wait for each other.
_points: list[threading.Barrier] = []
_MEETS_WITHIN_S = 60.0
_WRITES = ("INSERT", "UPDATE", "DELETE")


def together(jobs: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run jobs at once; what each returned or raised, in their order."""
    size = min(len(jobs), MOST_THREADS)
    start = threading.Barrier(size)
    for point in _points:
        point.reset()
    is_first = threading.local()

    def run(job: Callable[[], Any]) -> Any:
        if not hasattr(is_first, "waited"):
            is_first.waited = True
            connections["default"].ensure_connection()
            start.wait(120)
        try:
            return job()
        except Exception as error:
            return error
        finally:
            if len(jobs) == 2:  # Nobody comes any more to where the other waits.
                for point in _points:
                    point.abort()
            connections.close_all()

    with ThreadPoolExecutor(size) as pool:
        return list(pool.map(run, jobs))


def faults(results: Sequence[Any]) -> list[str]:
    """Endings that are neither a yes nor a clear no."""
    return [
        repr(result)
        for result in results
        if isinstance(result, Exception) and not isinstance(result, Refusal)
    ]


@contextlib.contextmanager
def without_row_locks(
    *, meet_at: type[models.Model] | Sequence[type[models.Model]]
) -> Iterator[None]:
    """Rows that were to be locked are only read, and two threads go on together from one point.

    meet_at: a model whose row both have read for an update, or models of which each is about to
        save its first row. From a row they go on as far as to their first write after it, so that
        neither sees what the other wrote.
    """
    read_point = meet_at if isinstance(meet_at, type) else None
    save_points = () if isinstance(meet_at, type) else tuple(meet_at)
    point, before_writing, here = threading.Barrier(2), threading.Barrier(2), threading.local()
    fetch, save, execute = QuerySet._fetch_all, models.Model.save_base, CursorWrapper.execute

    def wait(barrier: threading.Barrier) -> None:
        with contextlib.suppress(threading.BrokenBarrierError):
            barrier.wait(_MEETS_WITHIN_S)

    def meet() -> None:
        is_racer = threading.current_thread() is not threading.main_thread()
        if is_racer and not hasattr(here, "met"):
            here.met = True
            wait(point)

    def unlocked(self: QuerySet[Any], *_: Any, **__: Any) -> QuerySet[Any]:
        chained = self._chain()
        chained._hints = {**chained._hints, "unlocked": True}
        return chained

    def fetch_and_meet(self: QuerySet[Any]) -> None:
        fetch(self)
        if self._hints.get("unlocked") and self.model is read_point:
            meet()

    def meet_and_save(self: models.Model, *args: Any, **how: Any) -> None:
        if isinstance(self, save_points):
            meet()
        save(self, *args, **how)

    def meet_and_write(self: CursorWrapper, statement: Any, *values: Any) -> Any:
        has_read = read_point is not None and hasattr(here, "met")
        if has_read and not hasattr(here, "wrote") and str(statement).startswith(_WRITES):
            here.wrote = True
            wait(before_writing)
        return execute(self, statement, *values)

    _points.extend((point, before_writing))
    with (
        contextlib.ExitStack() as ending,
        mock.patch.object(CursorWrapper, "execute", meet_and_write),
        mock.patch.object(QuerySet, "select_for_update", unlocked),
        mock.patch.object(QuerySet, "_fetch_all", fetch_and_meet),
        mock.patch.object(models.Model, "save_base", meet_and_save),
    ):
        ending.callback(_points.clear)
        yield


def replace_placing(
    owner_url: str, change: Callable[[str], str], *, name: str = "place_batch"
) -> None:
    """Another placing function in this database, made of the real one's text."""
    real = sql.text("trade", name)
    unguarded = change(real)
    assert unguarded != real
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute(unguarded.encode())


def read_add_write(text: str) -> str:
    """Stock is checked without a lock, then what was read is added to and written back."""
    text = text.replace("FOR NO KEY UPDATE", "")
    text = text.replace("    -- What can be said", f"{MEET}    -- What can be said", 1)
    return text.replace(
        "UPDATE trade_stock SET reserved = reserved + u.units\n      FROM unnest(s_id, s_used) u(id, units)",
        "UPDATE trade_stock SET reserved = on_hand - u.seen + u.units\n"
        "      FROM unnest(s_id, s_left, s_used) u(id, seen, units)",
    )


def replays_before_the_lock(text: str) -> str:
    """Whether a key is known is asked first, and the lock is waited for afterwards."""
    start, end = text.index("    -- What can be said"), text.index("    -- Every line in arrival")
    question = text[start:end]
    text = text[:start] + text[end:]
    return text.replace("BEGIN\n", f"BEGIN\n{question}{MEET}", 1)
