"""Servers of a test's own that may be killed: copies of the session's, with everything in it."""

import contextlib
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from laotie.runtime.postgres import SUPERUSER, Cluster


@contextlib.contextmanager
def place() -> Iterator[Path]:
    """An empty folder that the database's account may pass, on the disk of all."""
    folder = Path(tempfile.mkdtemp(prefix="laotie-branch-", dir="/tmp"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def copy(source: Cluster, folder: Path, **road: object) -> Cluster:
    """A copy of a running server, not started yet; with a road it is a standby that comes by it.

    What it says is done is on disk, unlike with the session's own.
    road: host and port by which it reaches the source.
    """
    twin = Cluster(folder / "postgres", on_parent_death=signal.SIGQUIT)
    twin.folder.mkdir(mode=0o700)
    twin._account.own(twin.folder)
    twin._write(twin.folder / "passwords.json", (source.folder / "passwords.json").read_text())
    made = source._run(
        "pg_basebackup", "--dbname", source.url(SUPERUSER, "postgres"), "--pgdata", str(twin.data),
        "--wal-method=fetch", "--checkpoint=fast", "--no-sync",
    )  # fmt: skip
    assert made.returncode == 0, made.stdout
    if road:
        way = make_conninfo(user=SUPERUSER, password=source.passwords()[SUPERUSER], **road)
        quoted = way.replace("'", "''")
        with (twin.data / "postgresql.auto.conf").open("a") as settings:
            settings.write(
                f"primary_conninfo = '{quoted}'\nwal_retrieve_retry_interval = '200ms'\n"
            )
        twin._write(twin.data / "standby.signal", "")
    return twin


@contextlib.contextmanager
def running(source: Cluster, folder: Path) -> Iterator[Cluster]:
    """A copy that runs until the block ends, unless it was killed."""
    twin = copy(source, folder)
    twin.start()
    try:
        yield twin
    finally:
        twin.stop(patience_s=5)


@contextlib.contextmanager
def following(source: Cluster, folder: Path, **road: object) -> Iterator[Cluster]:
    """A standby that streams from the source by this road."""
    twin = copy(source, folder, **road)
    twin._clear_stale_locks()
    twin._spawn()
    until = time.monotonic() + 60
    while not twin.is_running():
        assert time.monotonic() < until, twin._log_tail()
        time.sleep(0.05)
    try:
        yield twin
    finally:
        twin.stop(patience_s=5)


def promote(standby: Cluster) -> None:
    """From now on it is a server of its own."""
    with psycopg.connect(standby.url(SUPERUSER, "postgres"), autocommit=True) as connection:
        assert connection.execute("SELECT pg_promote(true, 30)").fetchone() == (True,)


def kill(cluster: Cluster) -> None:
    """kill -9 of the server, as the machine's memory killer would do it."""
    identity = cluster.identity()
    assert identity is not None
    with contextlib.suppress(ProcessLookupError):
        os.kill(identity.pid, signal.SIGKILL)
    while cluster.is_alive():
        time.sleep(0.01)
