"""An installation out of a backup: into an empty folder, or into a scratch one to prove it.

The cluster is a new one, so the transaction ids in the restored event log may lie in its future:
the generation is raised, and every reader goes on exactly where it was.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from laotie.runtime import archive, backup, database, folder
from laotie.runtime import config as configuration
from laotie.runtime.archive import Manifest
from laotie.runtime.config import Config
from laotie.runtime.problems import NotReady, Problem, WrongUse

Say = Callable[[str], None]
# What a first look at an empty installation may have made already.
_HARMLESS = frozenset({"run", "log", "lost+found"})


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back, and how it compared."""

    manifest: Manifest
    tables: int
    rows: int
    files: int


def into(config: Config, source: Path, *, say: Say) -> Restored:
    """Bring a backup back into the configured data folder, and prove it there.

    raises: WrongUse when something is there already; archive.Damaged; NotReady; Problem. What was
            begun is removed again, so that a second try finds the folder as it was.
    """
    manifest = archive.manifest_of(source)
    _check_may_hold(config, manifest)
    config.data.mkdir(parents=True, exist_ok=True)
    try:
        folder.check_space(config)
        done = _bring_back(config, source, manifest, say=say)
        _prove(config, config.data, say=say)
    except BaseException:
        _empty(config.data)
        raise
    return done


def verify(config: Config, source: Path, *, say: Say) -> Restored:
    """Bring a backup back into a scratch folder with a cluster of its own, prove it, and leave.

    raises: as `into`; the installation itself is not touched.
    """
    manifest = archive.manifest_of(source)
    scratch = Path(tempfile.mkdtemp(prefix="laotie-verify-"))
    scratch.chmod(0o711)
    try:
        data = scratch / "data"
        data.mkdir()
        apart = configuration.load({"LAOTIE_DATA": str(data), "LAOTIE_LAB": str(int(manifest.lab))})
        done = _bring_back(apart, source, manifest, say=say)
        _prove(apart, data, say=say)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return done


def _bring_back(config: Config, source: Path, manifest: Manifest, *, say: Say) -> Restored:
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=config.data) as rest:
        say("reading the archive")
        names = list(archive.extract(source, manifest, into=Path(rest)))
        files = Path(rest) / archive.FILES
        for each in sorted(files.iterdir()) if files.exists() else ():
            each.rename(config.data / each.name)
        say(f"  {len(names) - 1} files are as they were")
        if config.is_embedded:
            cluster = database.embedded(config.data, say=say)
            cluster.start()
            try:
                database.provide(cluster, database.NAME)
                _fill(config, Path(rest) / archive.DATABASE, manifest, say=say)
            finally:
                cluster.stop()
        else:
            _fill(config, Path(rest) / archive.DATABASE, manifest, say=say)
    return Restored(
        manifest=manifest,
        tables=len(manifest.rows),
        rows=sum(manifest.rows.values()),
        files=len(names) - 1,
    )


def _fill(config: Config, dump: Path, manifest: Manifest, *, say: Say) -> None:
    url = configuration.owner_url(config)
    say("filling the database")
    backup.run_program(
        "pg_restore", "--no-owner", "--exit-on-error", "--single-transaction",
        f"--dbname={psycopg.conninfo.conninfo_to_dict(url)['dbname']}", str(dump), url=url,
    )  # fmt: skip
    with psycopg.connect(url) as connection:
        found = backup.rows_of(connection)
        differing = sorted(
            name
            for name in found.keys() | manifest.rows.keys()
            if found.get(name) != manifest.rows.get(name)
        )
        if differing:
            name = differing[0]
            raise Problem(
                f"{len(differing)} tables differ from the backup; {name} has"
                f" {found.get(name)} rows and had {manifest.rows.get(name)}."
            )
        connection.execute("UPDATE event_generation SET generation = generation + 1")
        connection.execute("ANALYZE")
    say(f"  {sum(found.values())} rows in {len(found)} tables, as counted when it was made")


def _prove(config: Config, data: Path, *, say: Say) -> None:
    """Replay the ledger and ask every invariant, in a process of its own on what was restored."""
    say("replaying the ledger and asking every invariant")
    told = {"LAOTIE_DATA": str(data), "LAOTIE_LAB": str(int(config.lab))}
    if not config.is_embedded:
        told["LAOTIE_DATABASE_URL"] = config.database_url
        told["LAOTIE_OWNER_DATABASE_URL"] = config.owner_database_url
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LAOTIE_")}
    for arguments in (["migrate"], ["verify"]):
        done = subprocess.run(
            [sys.executable, "-m", "laotie", *arguments],
            env={**kept, **told},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            last = (done.stdout + done.stderr).strip()[-2000:]
            raise Problem(f"`laotie {arguments[0]}` on what was restored says: {last}")
    say("  everything holds")


def _check_may_hold(config: Config, manifest: Manifest) -> None:
    if folder.running(config):
        raise NotReady(f"Laotie is running on {config.data}.", "Stop it first.")
    there = {each.name for each in config.data.iterdir()} if config.data.exists() else set()
    if there - _HARMLESS:
        raise WrongUse(
            f"{config.data} is not empty: it holds {min(there - _HARMLESS)}.",
            "Restore into an empty folder (LAOTIE_DATA), then point the service at it.",
        )
    if not config.is_embedded:
        with psycopg.connect(configuration.owner_url(config)) as connection:
            if backup.rows_of(connection):
                raise WrongUse(
                    "The database named by LAOTIE_DATABASE_URL holds tables already.",
                    "Restore into an empty database.",
                )
    if config.lab != manifest.lab:
        kind = "a lab" if manifest.lab else "a real installation"
        raise WrongUse(
            f"The backup is of {kind}, and LAOTIE_LAB says otherwise.",
            f"Set LAOTIE_LAB={int(manifest.lab)} to restore it as what it is.",
        )
    if not manifest.has_secrets and not config.is_given("field_key"):
        raise WrongUse(
            "The backup was made without its keys, and phones and addresses are sealed with them.",
            "Set LAOTIE_FIELD_KEY and LAOTIE_SECRET_KEY to the ones of that installation.",
        )


def _empty(data: Path) -> None:
    """Leave the folder as it was: empty."""
    for path in list(data.iterdir()):
        if path.name in _HARMLESS:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
