"""Disks that are soon full."""

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


@contextlib.contextmanager
def small(folder: Path, megabytes: int) -> Iterator[Path]:
    """A small disk in this folder. Mounting takes root; a summary says loudly where there is none."""
    disk = folder / "small"
    disk.mkdir(mode=0o711)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=711", "tmpfs", str(disk)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        # What is printed is shown of tests that fail alone; a reason stands in every summary.
        why = mounted.stderr.strip()
        pytest.skip(f"!!! ROW 6 IS NOT PLAYED: no small disk can be mounted, run as root ({why})")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(disk: Path, *, all_but: int = 0) -> Path:
    """A file that takes what is free, but for so many bytes; whoever takes it away makes room."""
    ballast = disk / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while shutil.disk_usage(disk).free > all_but:
            file.write(bytes(1 << 16))
    return ballast
