"""How long we wait for the database to say anything at all.

The server ends our transactions at 5 s by itself. A server that says nothing for as long is away,
though its connection still looks open: it hangs, or the line to it is cut without a word. Whoever
waited for ever would hold a thread that others need.
"""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any, TypeVar

import psycopg
from psycopg import errors
from psycopg.abc import PQGen

ANSWER_S = 5.0
# For the kernel of this machine: a peer that is gone is noticed though it never said goodbye.
# libpq passes them over on a Unix socket.
LINE: dict[str, Any] = {
    "connect_timeout": 3,
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}

R = TypeVar("R")
_INTERVAL_S = 0.1  # As psycopg looks for Ctrl-C.

_patience: ContextVar[float] = ContextVar("patience", default=ANSWER_S)


@contextlib.contextmanager
def lasting(seconds: float) -> Iterator[None]:
    """One answer may take this long meanwhile: for readers whose limit the server has lifted."""
    token = _patience.set(seconds)
    try:
        yield
    finally:
        _patience.reset(token)


class Connection(psycopg.Connection[Any]):
    """A connection that gives up on a silent server, and is closed by that.

    What was under way is then unknown to us, as after any cut line: asked again with its key, it
    is found.
    """

    def wait(self, gen: PQGen[R], interval: float = _INTERVAL_S, timeout: float | None = None) -> R:
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        patience = _patience.get()
        try:
            return super().wait(gen, interval, patience)
        except errors._WaitTimeout as silence:  # noqa: SLF001 - it has no public name.
            self.pgconn.finish()
            raise psycopg.OperationalError(
                f"the database has said nothing for {patience:.0f} s"
            ) from silence
