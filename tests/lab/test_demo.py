"""`laotie demo --check` on a fresh folder: the whole main job through real doors, and its exit code."""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import stack

# One installation on the usual ports at a time.


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="laotie-check-", dir="/tmp"))
    made.chmod(0o755)
    yield made / "data"
    shutil.rmtree(made, ignore_errors=True)


def test_the_main_job_is_done_and_every_step_says_what_it_saw(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "laotie", "demo", "--check"],
        env=stack.environment(folder),
        capture_output=True,
        text=True,
    )

    said = done.stdout
    assert done.returncode == 0, said[-3000:]
    steps = re.findall(r"^ok +([^:]+): .+$", said, re.MULTILINE)
    assert len(steps) == 16, said[-3000:]
    assert "FAILED" not in said
    assert "channel 28, creator 599, merchant 3883, tech 80 fen" in said
    assert not (folder / "run" / "demo.json").exists()
    stack.keep_clip(folder)
