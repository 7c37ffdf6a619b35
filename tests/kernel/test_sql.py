"""Hot statements, and what is done here while the server is at one."""

import psycopg
import pytest
from django.db import IntegrityError, transaction

from laotie.kernel import sql

pytestmark = pytest.mark.usefixtures("db")


def test_what_is_done_meanwhile_does_not_wait_for_the_statement(superuser_url: str) -> None:
    with psycopg.connect(superuser_url, autocommit=True) as other, transaction.atomic():
        other.execute("SELECT pg_advisory_lock(7)")

        def let_go() -> None:
            other.execute("SELECT pg_advisory_unlock(7)")

        rows = sql.hot("SELECT 7 FROM pg_advisory_xact_lock(%s::bigint)", [7], meanwhile=let_go)

        assert rows == [(7,)]
        assert sql.hot("SELECT 8", []) == [(8,)]


def test_what_fails_meanwhile_leaves_the_transaction_to_be_undone() -> None:
    twice = "INSERT INTO event_position (consumer) VALUES ('one'), (%s)"
    done = list[str]()

    with transaction.atomic():
        with pytest.raises(IntegrityError), transaction.atomic():
            sql.hot(f"{twice} RETURNING id", ["one"], meanwhile=lambda: done.append("here"))
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            sql.hot(f"{twice} RETURNING id", ["two"], meanwhile=lambda: done.append(str(1 // 0)))

        assert sql.hot("SELECT count(*) FROM event_position", []) == [(0,)]
    assert done == ["here"]
