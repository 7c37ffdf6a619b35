"""A pytest plugin: every use case that a test reaches dies as a process, before its commit and after.

    pytest tests/usecases -p tests.faults.every_death [--deaths-of trade,ledger.payouts]

First each test runs as always, and it is noted which use cases it reaches, and how soon. Then, for
each use case and each of its two points, the test that reaches it soonest is run once more in a
child that dies there: 137, as after `kill -9`. Whoever lives on looks at every invariant and at the
books, and before the commit at every table, which must hold what it held when the use case began.
Then another child asks what the dead one was asked, until it was done and twice more. With a key nothing
may change by that, and the answer is the first one's; of the others it is told what is done each time.
"""

import importlib
import os
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from _pytest import runner
from tests import conftest as house
from tests import emptying
from tests.emptying import Emptier
from tests.faults import chance, points
from tests.faults.mortal import ENDS, CannotAsk, End, Ground, Mortal

from laotie.kernel import crash
from laotie.runtime import wiring
from laotie.runtime.postgres import Cluster

_TOLD_EVERY = 20
# What a table holds more than before may be another's work, if there was another in the child.
_TRIES = 5
# Tests that take a guard away, or look on as superuser, leave it off when they die: others first.
_UNGUARDED = {"owner_url", "superuser_url"}
# Fixtures of a session that work in threads of this process, which no child inherits: each child
# makes its own.
_THREADED = {"door"}
# Least is best: without a guard, beside other threads, seconds from its beginning.
Reached = tuple[bool, bool, float]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--deaths-of",
        default="",
        metavar="NAMES",
        help="only use cases that begin like one of these",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(_EveryDeath(config), "every-death")


class _EveryDeath:
    def __init__(self, config: pytest.Config) -> None:
        names = str(config.getoption("--deaths-of"))
        self._of = tuple(name for name in names.split(",") if name) or ("",)
        self._soonest: dict[str, tuple[Reached, pytest.Item]] = {}
        self._wrong: list[str] = []
        self._had_key: set[str] = set()
        self._done_again: dict[str, str] = {}
        self._in_child = False
        self._house: dict[str, Any] = {}
        self._threaded: list[Callable[[], None]] = []
        self._died = 0
        self._began = 0.0

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        if session.config.option.collectonly or session.testsfailed or not session.items:
            return None
        self._tell(session, f"{chance.told()}; deaths of {', '.join(self._of) or 'all'}")
        # After the last one the house still stands: it is died in.
        last: Any = session.items[0].parent
        for item, after in zip(session.items, [*session.items[1:], last], strict=True):
            with self._noting(item):
                item.ihook.pytest_runtest_protocol(item=item, nextitem=after)
        self._kill_all(session)
        session._setupstate.teardown_exact(None)
        session.testsfailed += len(self._wrong)
        return True

    @contextmanager
    def _noting(self, item: pytest.Item) -> Iterator[None]:
        began = time.monotonic()
        is_unguarded = bool(_UNGUARDED & set(getattr(item, "fixturenames", ())))

        def note(point: str) -> None:
            name = point.removesuffix(".before_commit")
            if name == point:
                return
            is_crowd = threading.current_thread() is not threading.main_thread()
            reached = (is_unguarded, is_crowd, time.monotonic() - began)
            if name not in self._soonest or reached < self._soonest[name][0]:
                self._soonest[name] = (reached, item)

        with crash.watched(note):
            yield

    # -- Each dies twice ---------------------------------------------------------------------------

    def _chosen(self) -> list[str]:
        reached = self._soonest.keys() & points.use_cases()
        return sorted(name for name in reached if name.startswith(self._of))

    def _kill_all(self, session: pytest.Session) -> None:
        chosen = self._chosen()
        if not chosen:
            return
        cluster: Cluster = self._house["cluster"]
        emptier: Emptier = self._house["_emptier"]
        for finish in self._threaded:
            finish()
        self._began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="laotie-deaths-") as notes:
            ground = Ground(
                cluster.url("postgres", house.DATABASE),
                lambda: emptying.broken(wiring.invariants(), emptier.ask),
                Path(notes),
            )
            for name in chosen:
                self._kill(session, ground, emptier, name)

    def _kill(self, session: pytest.Session, ground: Ground, emptier: Emptier, name: str) -> None:
        _, item = self._soonest[name]
        module = importlib.import_module(points.modules_of_use_cases()[name])
        mortal = Mortal(name, getattr(module, name.rpartition(".")[2]))
        for end in ENDS:
            session._setupstate.teardown_exact(cast("Any", item.parent))
            for _ in range(_TRIES):
                wrong = ground.die(mortal, end, lambda: self._run(item))
                wrong = wrong or self._ask_again(ground, mortal, end)
                emptier.empty()
                if not wrong or ground.was_alone():
                    break
            self._died += 1
            if wrong:
                said = "\n    ".join(wrong)
                self._wrong.append(f"{name}.{end} in {item.nodeid}\n    {said}")
                self._tell(session, self._wrong[-1])
            elif self._died % _TOLD_EVERY == 0:
                self._tell(session, f"{self._died} deaths, the last {name}.{end}; {self._speed()}")

    def _ask_again(self, ground: Ground, mortal: Mortal, end: End) -> list[str]:
        try:
            again = ground.ask_again(mortal, end)
        except CannotAsk as cause:
            again = [str(cause)]
        if mortal.has_key:
            self._had_key.add(mortal.name)
            return again
        if again:
            self._done_again[mortal.name] = again[0]
        return []

    def _run(self, item: pytest.Item) -> None:
        """The test once more, in a child that never comes to put anything back."""
        self._in_child = True
        runner.runtestprotocol(item, log=False)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self,
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if self._in_child and report.failed:
            print(report.longreprtext, flush=True)
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self) -> None:
        if self._in_child:
            os._exit(0)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: Any
    ) -> Generator[None, object, object]:
        """The server and the emptier that the tests have are those that are died with."""
        made = yield
        if fixturedef.argname in ("cluster", "_emptier"):
            self._house[fixturedef.argname] = made
        if fixturedef.argname in _THREADED:
            self._threaded.append(lambda: fixturedef.finish(request))
        return made

    # -- What is told ------------------------------------------------------------------------------

    def _speed(self) -> str:
        return f"{self._died / max(time.monotonic() - self._began, 0.001) * 60:.0f} a minute"

    def _tell(self, session: pytest.Session, words: str) -> None:
        reporter = session.config.pluginmanager.getplugin("terminalreporter")
        assert reporter is not None
        reporter.ensure_newline()
        reporter.write_line(words)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        known = {name for name in points.use_cases() if name.startswith(self._of)}
        reached = known & self._soonest.keys()
        terminalreporter.section("every death")
        terminalreporter.write_line(
            f"{self._died} deaths of {len(reached)} of {len(known)} use cases, {self._speed()};"
            f" {len(self._wrong)} left something behind, were not reached or were done again"
        )
        terminalreporter.write_line(
            f"asked again: {len(self._had_key)} by a key, {len(reached) - len(self._had_key)} without;"
            f" of these {len(self._done_again)} were done again or could not be asked"
        )
        for wrong in self._wrong:
            terminalreporter.write_line(f"  wrong: {wrong}")
        for name, change in sorted(self._done_again.items()):
            terminalreporter.write_line(f"  again: {name}: {change}")
        for name in sorted(known - reached):
            terminalreporter.write_line(f"  no test reaches {name}")
