"""When the database is away: what counts as that, whichever layer noticed."""

import django.db
import psycopg
from psycopg import errors

# The server ends what takes too long, and the connection with it: it is too slow to be asked again
# at once. psycopg counts these two as internal errors.
_TIME_LIMITS = errors.TransactionTimeout | errors.IdleInTransactionSessionTimeout


def is_outage(error: BaseException) -> bool:
    """Whether trying again soon is the right answer: no connection, a deadlock, a time limit."""
    if isinstance(error, _TIME_LIMITS) or isinstance(error.__cause__, _TIME_LIMITS):
        return True
    return isinstance(
        error,
        django.db.OperationalError
        | django.db.InterfaceError
        | psycopg.OperationalError
        | psycopg.InterfaceError,
    )


def is_without_connection(error: BaseException) -> bool:
    """Whether nobody answered at all, or the server is only just coming or going.

    The server's own words carry a code; a refused or broken connection has none.
    """
    code = getattr(error.__cause__ or error, "sqlstate", None)
    return code is None or code.startswith(("08", "57P0"))
