"""The played world agrees with its model, is the same for the same seed, and finds faults."""

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from tests.builders import a_shop
from tests.emptying import Emptier

from laotie.kernel import ids
from laotie.lab.sim import run
from laotie.lab.sim.run import Story
from laotie.ledger import journal
from laotie.ledger.journal import Entry, Posted
from laotie.runtime import wiring
from laotie.trade import stock

SEED = 7
SOAK = os.environ.get("LAOTIE_SOAK") == "1"
pytestmark = pytest.mark.usefixtures("db")


def played(folder: Path, *, seed: int = SEED, steps: int) -> Story:
    return run.play(
        seed=seed,
        steps=steps,
        consumers=wiring.consumers(),
        invariants=wiring.invariants(),
        folder=folder,
        say=print,
    )


def test_world_is_its_model_whoever_dies(tmp_path: Path) -> None:
    story = played(tmp_path, steps=60)

    assert story.failure is None
    assert len(story.said) == 60
    assert len(story.deaths) >= 10
    assert story.redelivered >= 20
    assert story.notices >= 10


def test_same_seed_plays_the_same_steps(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    emptier: Emptier = request.getfixturevalue("_emptier")
    first = played(tmp_path / "first", steps=15)
    emptier.empty()
    second = played(tmp_path / "second", steps=15)

    assert first.failure is None
    assert second.said == first.said
    assert second.deaths == first.deaths


def forgetful_ledger(patch: pytest.MonkeyPatch) -> None:
    """Whatever is posted counts as new, so what is delivered twice is booked twice."""
    post = journal.post

    def post_anew(entries: Iterable[Entry], **how: Any) -> dict[str, Posted]:
        given = list(entries)
        anew = [dataclasses.replace(each, idem=f"{each.idem}:{ids.new()}") for each in given]
        done = post(anew, **how)
        return {old.idem: done[new.idem] for old, new in zip(given, anew, strict=True)}

    patch.setattr(journal, "post", post_anew)


def generous_shelf(patch: pytest.MonkeyPatch) -> None:
    """Money that comes too late revives an order whether or not there is still something left."""
    patch.setattr(stock, "promise_again", lambda *_: True)


@pytest.mark.parametrize("take_guard_away", [forgetful_ledger, generous_shelf])
def test_missing_guard_is_found(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    take_guard_away: Callable[[pytest.MonkeyPatch], None],
) -> None:
    take_guard_away(monkeypatch)

    story = played(tmp_path, steps=150)

    emptier: Emptier = request.getfixturevalue("_emptier")
    emptier.empty()  # What is broken was found; the next test must not find it again.
    assert story.failure is not None
    assert story.again() == f"laotie sim --seed {SEED} --steps {story.failure.step}"


def test_world_is_not_played_where_somebody_lives(tmp_path: Path) -> None:
    a_shop()

    with pytest.raises(run.NotALab):
        played(tmp_path, steps=1)


@pytest.mark.skipif(not SOAK, reason="the long version, for `make soak`")
@pytest.mark.parametrize("seed", range(100, 130))
def test_many_worlds_are_their_models(tmp_path: Path, seed: int) -> None:
    assert played(tmp_path, seed=seed, steps=400).failure is None


def test_command_says_what_it_played() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "laotie", "sim", "--seed", "3", "--steps", "5", "--json"],
        capture_output=True,
        text=True,
        check=True,
    )

    story = json.loads(done.stdout)
    assert (story["seed"], story["steps"], story["holds"]) == (3, 5, True)
    assert story["again"] == "laotie sim --seed 3 --steps 5"
