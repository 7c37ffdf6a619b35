"""Keys that nobody gave are made once, in files of the data folder."""

import contextlib
import os
import secrets
from pathlib import Path

from laotie.runtime.problems import NotReady


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


def kept(path: Path) -> str:
    """The key in the file; empty before it was made. raises: NotReady (another account's file)."""
    try:
        return path.read_text("ascii").strip()
    except FileNotFoundError:
        return ""
    except PermissionError:
        raise NotReady(
            f"The key {path} cannot be read.", "Run this as the account that started Laotie."
        ) from None
