import subprocess
import sys
import threading

import pytest
from django.db import connection, transaction

from laotie.kernel import sql
from laotie.kernel.use_case import needs_transaction, use_case

pytestmark = pytest.mark.usefixtures("db")


@use_case
def write(*, key: str) -> str:
    sql.change("INSERT INTO remembered_answer VALUES ('s', %s, 'd', 200, '1', now())", [key])
    return key


@needs_transaction
def part() -> None:
    sql.change("INSERT INTO remembered_answer VALUES ('s', 'part', 'd', 200, '1', now())")


def keys() -> list[str]:
    return [key for (key,) in sql.rows("SELECT key FROM remembered_answer ORDER BY key")]


def test_a_use_case_commits_by_itself() -> None:
    assert write(key="a") == "a"
    assert keys() == ["a"]


def test_a_nested_use_case_is_refused_and_nothing_is_written() -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        write(key="inner")
    assert keys() == []


def test_a_part_without_a_transaction_is_refused() -> None:
    with pytest.raises(AssertionError, match="part needs a transaction"):
        part()
    assert keys() == []


def test_a_failing_use_case_leaves_nothing() -> None:
    @use_case
    def fail() -> None:
        part()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert keys() == []


def test_of_two_in_a_deadlock_both_come_through() -> None:
    write(key="a")
    write(key="b")
    meet = threading.Barrier(2, timeout=120)
    tries: list[str] = []

    def touch(first: str, second: str) -> None:
        met = []

        @use_case
        def both() -> None:
            tries.append(first)
            sql.change("UPDATE remembered_answer SET status = status + 1 WHERE key = %s", [first])
            if not met:
                met.append(1)
                meet.wait()
            sql.change("UPDATE remembered_answer SET status = status + 1 WHERE key = %s", [second])

        both()
        connection.close()

    threads = [threading.Thread(target=touch, args=pair) for pair in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sql.rows("SELECT DISTINCT status FROM remembered_answer") == [(202,)]
    assert len(tries) == 3


CRASH = """
from laotie.kernel import crash
for turn in range(3):
    crash.point("here")
    print(turn, flush=True)
"""


@pytest.mark.parametrize(
    ("environment", "printed", "code"),
    [
        ({"LAOTIE_LAB": "1", "LAOTIE_CRASH_AT": "here:2"}, "0", 137),
        ({"LAOTIE_LAB": "1", "LAOTIE_CRASH_AT": "there:1"}, "0 1 2", 0),
        ({"LAOTIE_CRASH_AT": "here:1"}, "0 1 2", 0),
    ],
)
def test_a_crash_point_ends_a_lab_process_there_and_no_other(
    environment: dict[str, str], printed: str, code: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CRASH], env=environment, capture_output=True, text=True
    )

    assert done.stdout.split() == printed.split()
    assert done.returncode == code
