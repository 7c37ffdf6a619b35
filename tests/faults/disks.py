"""Disks that are soon full."""

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


@contextlib.contextmanager
def small(folder: Path, megabytes: int) -> Iterator[Path]:
    """A small disk in this folder. Mounting takes root; where there is none it is said loudly."""
    small = folder / "small"
    small.mkdir(mode=0o711)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=711", "tmpfs", str(small)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        print("!" * 78, "\n!! ROW 6 IS SKIPPED: no small disk can be mounted here (needs root).")
        pytest.skip("row 6: no small disk can be mounted here")
    try:
        yield small
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


def fill(disk: Path, *, all_but: int = 0) -> Path:
    """A file that takes what is free, but for so many bytes; whoever takes it away makes room."""
    ballast = disk / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while shutil.disk_usage(disk).free > all_but:
            file.write(bytes(1 << 16))
    return ballast
