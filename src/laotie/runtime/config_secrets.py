"""Keys that nobody gave are made once, in files of the data folder."""

import contextlib
import os
import secrets
from pathlib import Path


def make(path: Path) -> None:
    """Write 32 random bytes as hex, unless another process was faster."""
    making = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    # A link fails when the name exists, and never shows a half-written key.
    with contextlib.suppress(FileExistsError):
        os.link(making, path)
    making.unlink()
