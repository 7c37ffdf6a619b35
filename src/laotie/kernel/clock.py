"""Business time is the database's clock plus the lab's offset; read once, then passed on."""

from datetime import UTC, datetime, timedelta

from django.db import connection

from laotie.kernel import sql
from laotie.kernel.use_case import needs_transaction


def now() -> datetime:
    """The business clock: `laotie_now()`, UTC. Costs one query; read it once per request."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT laotie_now()")
        (moment,) = cursor.fetchone()
    assert isinstance(moment, datetime)
    return moment.astimezone(UTC)


def now_at_once() -> datetime:
    """The same on a hot path: prepared, and without asking first whether the connection is there.

    raises: OperationalError or InterfaceError when it is not; its thread has to close it then.
    """
    ((moment,),) = sql.hot("SELECT laotie_now()", ())
    assert isinstance(moment, datetime)
    return moment.astimezone(UTC)


def wall() -> datetime:
    """The machine's clock, for signatures, tickets and logs only."""
    return datetime.now(UTC)


def offset() -> timedelta:
    """How far the lab has moved the business clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ahead FROM clock_offset")
        (ahead,) = cursor.fetchone()
    assert isinstance(ahead, timedelta)
    return ahead


def millis(moment: datetime) -> int:
    """UTC in milliseconds since 1970, as frames and pages carry moments."""
    return round(moment.timestamp() * 1000)


@needs_transaction
def advance(by: timedelta) -> None:
    """Move the business clock forward; the caller has checked that this is a lab."""
    assert by >= timedelta(0)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE clock_offset SET ahead = ahead + make_interval(secs => %s)",
            [by.total_seconds()],
        )
