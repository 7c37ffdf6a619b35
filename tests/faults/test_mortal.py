"""What looks on at deaths finds a use case that is not one transaction, and one that did not die."""

import threading
from pathlib import Path

import psycopg
import pytest
from tests import conftest as house
from tests.faults.mortal import ENDS, Ground, Mortal

from laotie.kernel import sql
from laotie.kernel.use_case import use_case

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


def _mortal(function: object) -> Mortal:
    module, name = function.__module__, function.__qualname__  # type: ignore[attr-defined]
    return Mortal(f"{module}.{name}", function)  # type: ignore[arg-type]


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
