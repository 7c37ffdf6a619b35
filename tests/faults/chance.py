"""Where all that is random here begins: one seed, printed by each run and given by `LAOTIE_SEED`."""

import os
import random
import subprocess
from pathlib import Path

SEED = int(os.environ.get("LAOTIE_SEED") or random.SystemRandom().randrange(10**6))
IS_LONG = bool(os.environ.get("LAOTIE_SOAK"))


def rounds(short: int, long: int) -> int:
    """How often something is done: in CI, or by `make faults`."""
    return long if IS_LONG else short


def told() -> str:
    """What a run says at its beginning, so that it can be run again."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    return f"faults: LAOTIE_SEED={SEED} at {commit or 'no commit'}"
