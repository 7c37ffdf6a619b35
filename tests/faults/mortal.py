"""One death of a use case as a process, and what whoever lives on finds in the database.

The child is forked from a process that has imported everything and holds no connection of Django's.
When the use case begins it writes down what it was asked and what every table holds; then it dies at
the named point. Another child can ask the same again.
"""

import contextlib
import inspect
import os
import pickle
import select
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import CellType, FunctionType
from typing import Any, Literal, cast

import psycopg
from psycopg import sql
from tests.faults.nursery import KILLED
from tests.lab.harness import until

from laotie.kernel import crash
from laotie.kernel.errors import Refusal
from laotie.kernel.use_case import use_case
from laotie.ledger import verify
from laotie.runtime import line

End = Literal["before_commit", "after_commit"]
ENDS: tuple[End, ...] = ("before_commit", "after_commit")
_Asked = tuple[tuple[Any, ...], dict[str, Any]]
_KERNEL = use_case.__code__.co_filename
_LONGEST_LIFE_S = 180
_LONGEST_TOLD = 200
# That somebody with rights over the platform asked is noted each time.
_NOTED_EACH_TIME = frozenset({"audit_entry"})


@dataclass(frozen=True, slots=True)
class Mortal:
    """A use case by the name its points begin with, and the function that wears the decorator."""

    name: str
    function: Callable[..., Any]

    @property
    def has_key(self) -> bool:
        """Whoever asks with the same key is promised the answer that was given first."""
        return "key" in inspect.signature(self.function).parameters


class CannotAsk(Exception):
    """It is not known what becomes of whoever asks again."""


class Ground:
    """The database that is died in: what its tables hold, and what does not hold in it.

    invariants: all there are, as `wiring` gathers them. superuser_url: who sees every row.
    notes: a folder for what a child writes down before it dies.
    """

    def __init__(
        self, superuser_url: str, invariants: Callable[[], list[str]], notes: Path
    ) -> None:
        self._url = superuser_url
        self._invariants = invariants
        self._held_at_first = notes / "held-at-first"
        self._meanwhile = notes / "meanwhile"
        self._words = notes / "words"
        self._asked = notes / "asked"
        self._answer = notes / "answer"
        self._wrong_again = notes / "wrong-again"

    def die(self, mortal: Mortal, end: End, act: Callable[[], object]) -> list[str]:
        """Let a child do this and die of it; what is wrong then, nothing if all is well."""
        line.close()
        before = self._lines()
        self._held_at_first.unlink(missing_ok=True)
        self._meanwhile.unlink(missing_ok=True)
        code = self._life(lambda: self._be_mortal(mortal, end, act))
        if code != KILLED:
            return [f"did not die there: ended with {code}\n{self._last_words()}"]
        try:
            self._wait_until_let_go(before)
        except AssertionError as kept:
            return [f"the server keeps the lines of the dead: {kept}"]
        return [*self._half_done(end), *self._broken()]

    def ask_again(self, mortal: Mortal, end: End) -> list[str]:
        """Let another child ask what the dead one was asked, twice; what is wrong then.

        Nothing may change by it, and both must be told the same; with a key, what the first was told.
        If the death was before the commit, it is asked once before that: that one must do it.
        raises: CannotAsk.
        """
        if not self._asked.exists():
            raise CannotAsk("no other process can be told what this one was asked")
        line.close()  # What was looked at meanwhile opened it; a child cannot take it over.
        code = self._life(lambda: self._ask(mortal, end))
        if code:
            raise CannotAsk(f"asked again it ended with {code}\n{self._last_words()}")
        return self._wrong_again.read_text("utf-8").splitlines()

    def was_alone(self) -> bool:
        """Nothing else was about to commit in the last child from when its use case began."""
        return not self._meanwhile.exists()

    def held(self) -> dict[str, str]:
        """Rows and digest of each table that has rows, as they are committed now."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            names = connection.execute(
                "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
                " AND relnamespace = 'public'::regnamespace"
            ).fetchall()
            each = sql.SQL(" UNION ALL ").join(
                sql.SQL(
                    "SELECT {}, count(*) || ' rows ' || md5(string_agg(t::text, chr(10)"
                    " ORDER BY t::text)) FROM public.{} t HAVING count(*) > 0"
                ).format(sql.Literal(name), sql.Identifier(name))
                for (name,) in names
            )
            return dict(connection.execute(each).fetchall())

    # -- The child ---------------------------------------------------------------------------------

    def _life(self, act: Callable[[], object]) -> int:
        """How a child ended that was to do this."""
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                self._be_mute()
                act()
                code = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(code)
        death, deaths = os.pidfd_open(pid), select.poll()
        try:
            deaths.register(death, select.POLLIN)
            if not deaths.poll(_LONGEST_LIFE_S * 1000):
                os.kill(pid, signal.SIGKILL)
        finally:
            os.close(death)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def _be_mortal(self, mortal: Mortal, end: End, act: Callable[[], object]) -> None:
        os.environ["LAOTIE_CRASH_AT"] = f"{mortal.name}.{end}:1"
        _when_it_begins(mortal.function, self._note, self._note_answer)
        with crash.watched(lambda point: self._note_another(mortal, point)):
            act()

    def _be_mute(self) -> None:
        """What a child has to say is read only if it did not die where it should."""
        words = os.open(self._words, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(words, 1)
        os.dup2(words, 2)

    def _note_another(self, mortal: Mortal, point: str) -> None:
        """Another thread's use case, such as a notice that came in at the web's door."""
        name = point.removesuffix(".before_commit")
        if name not in (point, mortal.name) and self._held_at_first.exists():
            self._meanwhile.write_text(name)

    def _note(self, asked: _Asked) -> None:
        self._meanwhile.unlink(missing_ok=True)
        self._asked.unlink(missing_ok=True)
        with contextlib.suppress(pickle.PicklingError, TypeError, AttributeError):
            self._asked.write_bytes(pickle.dumps(asked))
        held = self.held()
        self._held_at_first.write_text(
            "".join(f"{table}\t{digest}\n" for table, digest in held.items())
        )

    def _note_answer(self, answer: object) -> None:
        self._answer.write_text(repr(answer), "utf-8")

    def _last_words(self) -> str:
        return self._words.read_text("utf-8", "replace")[-2000:]

    # -- Who asks again ----------------------------------------------------------------------------

    def _ask(self, mortal: Mortal, end: End) -> None:
        args, kwargs = pickle.loads(self._asked.read_bytes())

        def ask() -> str:
            try:
                return repr(mortal.function(*args, **kwargs))
            except Refusal as no:
                return no.code

        if end == "before_commit":  # Nothing is done yet, and this is no second asking: no Refusal.
            self._note_answer(mortal.function(*args, **kwargs))
        first, before = self._answer.read_text("utf-8"), self.held()
        answers = [ask(), ask()]
        wrong = [
            f"done twice: {change}"
            for table, change in _changes(before, self.held())
            if table not in _NOTED_EACH_TIME
        ]
        if answers[0] != answers[1] or (mortal.has_key and answers[0] != first):
            told = (each[:_LONGEST_TOLD] for each in (first, *answers))
            wrong.append("told at first {}, then {}, then {}".format(*told))
        self._wrong_again.write_text("\n".join(wrong), "utf-8")

    # -- Who lives on ------------------------------------------------------------------------------

    def _wait_until_let_go(self, before: set[int]) -> None:
        """The server notices by itself that nobody is at the other end of the child's lines.

        raises: AssertionError when it does not.
        """
        until(lambda: not self._lines() - before, patience_s=_LONGEST_LIFE_S)

    def _lines(self) -> set[int]:
        with psycopg.connect(self._url, autocommit=True) as connection:
            found = connection.execute(
                "SELECT pid FROM pg_stat_activity"
                " WHERE datname = current_database() AND usename <> current_user"
            )
            return {pid for (pid,) in found.fetchall()}

    def _half_done(self, end: End) -> list[str]:
        if end == "after_commit":
            return []
        if not self._held_at_first.exists():
            return ["died before it began"]
        lines = self._held_at_first.read_text().splitlines()
        before = dict(cast("tuple[str, str]", each.split("\t")) for each in lines)
        return [f"half done: {change}" for _, change in _changes(before, self.held())]

    def _broken(self) -> list[str]:
        with contextlib.ExitStack() as then:
            then.callback(line.close)
            return [*self._invariants(), *map(str, verify.verify())]


def _changes(before: dict[str, str], after: dict[str, str]) -> list[tuple[str, str]]:
    """Each table that holds something else, and what."""
    return [
        (table, f"{table} had {before.get(table, '0 rows')}, has {after.get(table, '0 rows')}")
        for table in sorted(before.keys() | after.keys())
        if before.get(table) != after.get(table)
    ]


def _when_it_begins(
    function: Callable[..., Any],
    note: Callable[[_Asked], None],
    note_answer: Callable[[object], None],
) -> None:
    """From here on this process notes what the use case is asked, in its transaction's first moment,
    and what it will answer, in its last.

    The decorator's own variable is changed, since everybody who imported the use case has that one.
    """
    while getattr(function, "__code__", None) is None or function.__code__.co_filename != _KERNEL:
        function = function.__wrapped__  # type: ignore[attr-defined]
    worn = cast("FunctionType", function)
    cells = dict(zip(worn.__code__.co_freevars, worn.__closure__ or (), strict=True))
    cell: CellType = cells["function"]
    inner = cell.cell_contents

    def noted(*args: Any, **kwargs: Any) -> Any:
        note((args, kwargs))
        answer = inner(*args, **kwargs)
        note_answer(answer)
        return answer

    cell.cell_contents = noted
