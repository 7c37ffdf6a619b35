"""The played world agrees with its model, is the same for the same seed, and finds faults."""

from pathlib import Path

import pytest

from laotie.lab.sim import run
from laotie.lab.sim.run import Story
from laotie.runtime import wiring

SEED = 1


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "provider"


def played(folder: Path, *, seed: int = SEED, steps: int) -> Story:
    return run.play(
        seed=seed,
        steps=steps,
        consumers=wiring.consumers(),
        invariants=wiring.invariants(),
        folder=folder,
        say=print,
    )


@pytest.mark.usefixtures("db")
def test_world_is_its_model(folder: Path) -> None:
    story = played(folder, steps=60)

    assert story.failure is None
    assert len(story.said) == 60
