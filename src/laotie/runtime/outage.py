"""When the database is away: what counts as that, whichever layer noticed."""

import django.db
import psycopg


def is_outage(error: BaseException) -> bool:
    """Whether trying again soon is the right answer: no connection, a deadlock, a time limit."""
    return isinstance(
        error,
        django.db.OperationalError
        | django.db.InterfaceError
        | psycopg.OperationalError
        | psycopg.InterfaceError,
    )
