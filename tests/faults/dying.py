"""A pytest plugin: every use case of every test is undone at its last moment, and done again.

    pytest tests/usecases -p tests.faults.dying

A use case that a deadlock has undone is tried again by itself; here each is undone once, right
before its commit. A test that passes like this shows that nothing but the database knew of the first
time: no file, no memory, no call outside.
"""

import threading
from collections.abc import Iterator

import pytest
from django.db import OperationalError
from psycopg import errors
from tests.faults import points

from laotie.kernel import crash

undone: set[str] = set()


@pytest.fixture(autouse=True)
def _each_use_case_is_undone_once() -> Iterator[None]:
    here, known = threading.local(), points.use_cases()

    def undo(point: str) -> None:
        name = point.removesuffix(".before_commit")
        if name == point or name not in known:
            return
        if getattr(here, "undone", "") == point:
            here.undone = ""
            return
        here.undone = point
        undone.add(name)
        raise OperationalError("undone to be done again") from errors.DeadlockDetected()

    with crash.watched(undo):
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    known = points.use_cases()
    terminalreporter.write_line(f"{len(undone & known)} of {len(known)} use cases were undone once")
    for name in sorted(known - undone):
        terminalreporter.write_line(f"  not: {name}")
