"""When captures were told of everywhere, by how far the readers of the log had come.

A reader's position is stored with its effects, so that what it has passed has happened. Looking at
three rows fifty times a second costs the database next to nothing, whatever is under way.
"""

import threading
import time
from bisect import bisect_left
from types import TracebackType

import psycopg
from bench._server import Server, wait_for

TELLERS = ("live.screens", "trade-notices")  # They hear that an order is paid.
_LOOKS_EVERY_S = 0.02

Position = tuple[int, int, int]


class Watch:
    """Looks at the tellers for as long as the block lasts; for the sales that were added last."""

    def __init__(self, server: Server, count: int) -> None:
        self._server = server
        self._count = count
        self._seen: dict[str, tuple[list[Position], list[float]]] = {
            name: ([], []) for name in TELLERS
        }
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> "Watch":
        with psycopg.connect(self._server.superuser_url) as connection:
            ((self._newest,),) = connection.execute("SELECT max(id) FROM event_log").fetchall()
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def now(self) -> float:
        """On the clock of all moments here."""
        return time.monotonic()

    def until_told(self, patience_s: float) -> dict[str, float]:
        """When each payment, by its number, was told of everywhere.

        raises: RuntimeError when some are not within the time.
        """
        with psycopg.connect(self._server.superuser_url, autocommit=True) as connection:
            wait_for(lambda: self._all_told(connection), "the captures", patience_s=patience_s)
            rows = connection.execute(_PAID).fetchall()
        assert len(rows) == self._count, "every order is told of once"
        return {
            out_no: max(self._passed(name, (generation, xid, id)) for name in TELLERS)
            for out_no, generation, xid, id in rows
        }

    def _all_told(self, connection: "psycopg.Connection") -> bool:
        ((count, last),) = connection.execute(_SO_FAR, [self._newest]).fetchall()
        if count < self._count:
            time.sleep(0.2)
            return False
        return all(
            positions and positions[-1] >= tuple(last) for positions, _ in self._seen.values()
        )

    def _passed(self, name: str, position: Position) -> float:
        positions, moments = self._seen[name]
        return moments[bisect_left(positions, position)]

    def _look(self) -> None:
        with psycopg.connect(self._server.superuser_url, autocommit=True) as connection:
            while not self._over.is_set():
                rows = connection.execute(_STANDING, [list(TELLERS)], prepare=True).fetchall()
                for name, *position in rows:
                    positions, moments = self._seen[name]
                    if not positions or tuple(position) > positions[-1]:
                        positions.append((position[0], position[1], position[2]))
                        moments.append(time.monotonic())
                time.sleep(_LOOKS_EVERY_S)


_STANDING = """
SELECT consumer, generation, xid::text::bigint, id FROM event_position WHERE consumer = ANY (%s)
"""
_SO_FAR = """
SELECT count(*), max(ARRAY[generation, xid::text::bigint, id]) FROM event_log
WHERE id > %s AND name = 'trade.order_paid'
"""
_PAID = """
SELECT w.payment_id::text, e.generation, e.xid::text::bigint, e.id
FROM bench_copy w JOIN event_log e ON e.subject = w.order_id::text AND e.name = 'trade.order_paid'
"""
