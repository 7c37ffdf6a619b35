"""What looks on at deaths finds a use case that is not one transaction, one that did not die, and one
without the guard that keeps who asks again from having it twice."""

import threading
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from tests import conftest as house
from tests.faults.mortal import ENDS, CannotAsk, End, Ground, Mortal

from laotie.kernel import ids, sql
from laotie.kernel.errors import Busy
from laotie.kernel.use_case import name_of, use_case

pytestmark = [pytest.mark.faults, pytest.mark.usefixtures("db")]
WRITE = "INSERT INTO audit_entry (person_id, via, act, reason, facts) VALUES (gen_random_uuid(), 'test', %s, '', '{}')"


@pytest.fixture
def ground(superuser_url: str, tmp_path: Path) -> Ground:
    return Ground(superuser_url, house.broken_invariants, tmp_path)


@use_case
def _whole() -> None:
    sql.change(WRITE, ["whole"])


@use_case
def _halved(*, url: str) -> None:
    """Two transactions: the first stands, whatever becomes of the second."""
    with psycopg.connect(url, autocommit=True) as beside:
        beside.execute(WRITE, ["first half"])
    sql.change(WRITE, ["second half"])


@use_case
def _crowded() -> None:
    """Meanwhile somebody else does something whole."""
    other = threading.Thread(target=_whole)
    other.start()
    other.join()
    sql.change(WRITE, ["mine"])


WRITE_KEYED = (
    "INSERT INTO remembered_answer (scope, key, digest, status, body, expires_at)"
    " VALUES ('test', %s, '', 200, %s::jsonb, now() + interval '1 day')"
)


@use_case
def _guarded(*, key: str) -> UUID:
    """Whoever has the key already is told what the first was told."""
    for (known,) in sql.rows("SELECT body->>0 FROM remembered_answer WHERE key = %s", [key]):
        return UUID(known)
    made = ids.new()
    sql.change(WRITE_KEYED, [key, f'["{made}"]'])
    return made


@use_case
def _unguarded(*, key: str) -> UUID:
    """The same, and nobody looks whether the key is known."""
    made = ids.new()
    sql.change(WRITE_KEYED, [f"{key}-{made}", f'["{made}"]'])
    return made


@use_case
def _forgetful(*, key: str) -> UUID:
    """Done once, and each who asks is told something else."""
    sql.change(f"{WRITE_KEYED} ON CONFLICT DO NOTHING", [key, "[]"])
    return ids.new()


@use_case
def _once() -> None:
    """raises: Busy when it is done."""
    if sql.rows("SELECT 1 FROM remembered_answer"):
        raise Busy(retry_after_s=1)
    sql.change(WRITE_KEYED, ["once", "[]"])


@use_case
def _between_us(*, tell: Callable[[], None]) -> None:
    tell()


def _mortal(function: Callable[..., object]) -> Mortal:
    return Mortal(name_of(function), function)


def _written() -> list[str]:
    return [act for (act,) in sql.rows("SELECT act FROM audit_entry ORDER BY id")]


def test_a_whole_use_case_leaves_nothing_or_everything(ground: Ground) -> None:
    before, after = ENDS

    assert ground.die(_mortal(_whole), before, _whole) == []
    assert _written() == []
    assert ground.die(_mortal(_whole), after, _whole) == []
    assert _written() == ["whole"]


def test_half_a_use_case_that_stands_is_found(ground: Ground, app_url: str) -> None:
    wrong = ground.die(_mortal(_halved), "before_commit", lambda: _halved(url=app_url))

    assert _written() == ["first half"]
    (found,) = wrong
    assert found.startswith("half done: audit_entry had 0 rows, has 1 rows "), found
    assert ground.was_alone()


def test_what_another_did_meanwhile_is_told_apart(ground: Ground) -> None:
    wrong = ground.die(_mortal(_crowded), "before_commit", _crowded)

    assert _written() == ["whole"]
    assert len(wrong) == 1
    assert not ground.was_alone()


def test_what_is_broken_by_a_death_is_found(superuser_url: str, tmp_path: Path) -> None:
    ground = Ground(superuser_url, lambda: ["books do not balance"], tmp_path)

    assert ground.die(_mortal(_whole), "after_commit", _whole) == ["books do not balance"]


def test_who_does_not_come_by_the_point_has_not_died(ground: Ground) -> None:
    (found,) = ground.die(_mortal(_whole), "before_commit", lambda: None)

    assert found == "did not die there: ended with 0\n"
    assert _written() == []


@pytest.mark.parametrize("end", ENDS)
def test_who_asks_again_has_it_once_and_is_told_the_same(ground: Ground, end: End) -> None:
    assert ground.die(_mortal(_guarded), end, lambda: _guarded(key="key-0001")) == []
    assert ground.ask_again(_mortal(_guarded), end) == []

    assert sql.rows("SELECT key FROM remembered_answer") == [("key-0001",)]


@pytest.mark.parametrize("end", ENDS)
def test_a_no_to_who_asks_again_is_an_answer(ground: Ground, end: End) -> None:
    assert ground.die(_mortal(_once), end, _once) == []
    assert ground.ask_again(_mortal(_once), end) == []

    assert sql.rows("SELECT key FROM remembered_answer") == [("once",)]


@pytest.mark.parametrize("end", ENDS)
def test_a_key_without_its_guard_is_found(ground: Ground, end: End) -> None:
    assert ground.die(_mortal(_unguarded), end, lambda: _unguarded(key="key-0001")) == []
    twice, told = ground.ask_again(_mortal(_unguarded), end)

    assert twice.startswith("done twice: remembered_answer had 1 rows "), twice
    assert " has 3 rows " in twice
    assert told.startswith("told at first UUID(")


def test_a_key_that_is_answered_otherwise_each_time_is_found(ground: Ground) -> None:
    assert ground.die(_mortal(_forgetful), "after_commit", lambda: _forgetful(key="key-0001")) == []
    (told,) = ground.ask_again(_mortal(_forgetful), "after_commit")

    assert told.startswith("told at first UUID(")


def test_what_no_other_process_can_be_asked_is_said(ground: Ground) -> None:
    def act() -> None:
        _between_us(tell=lambda: None)

    assert ground.die(_mortal(_between_us), "after_commit", act) == []

    with pytest.raises(CannotAsk, match="no other process can be told"):
        ground.ask_again(_mortal(_between_us), "after_commit")
