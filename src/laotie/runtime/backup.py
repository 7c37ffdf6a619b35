"""Everything that an installation is, in one file, while it goes on serving.

The database is dumped from one snapshot; the files are read after it, so that whatever a row names
is there, unless its space was needed meanwhile.
"""

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from laotie.runtime import archive, folder
from laotie.runtime import config as configuration
from laotie.runtime.archive import Manifest, Writer
from laotie.runtime.config import Config
from laotie.runtime.postgres import installed_programs
from laotie.runtime.problems import NotReady, Problem, WrongUse

Say = Callable[[str], None]
# Made anew by each start, or dumped in their own way.
_NOT_FILES = frozenset({"postgres", "log", "run"})
_TOLD_EVERY = 500
_ENVIRONMENT = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
}


def make(
    config: Config, place: Path, *, has_secrets: bool, has_media: bool, keep: int, say: Say
) -> Path:
    """Write `laotie-<moment>.tar` into a folder; the path of it. The database must run.

    keep:   how many backups stay in the folder, the newest first; 0 keeps all.
    raises: WrongUse, NotReady, Problem; what was begun is removed again.
    """
    _check_place(config, place)
    moment = datetime.now(UTC)
    target = place / f"laotie-{moment:%Y%m%dT%H%M%SZ}.tar"
    making = place / f".{target.name}.making"
    try:
        with (
            making.open("xb") as file,
            tempfile.TemporaryDirectory(prefix=".laotie-dump-", dir=place) as rest,
        ):
            making.chmod(0o600)
            writer = Writer(file)
            dump = Path(rest) / archive.DATABASE
            say("dumping the database")
            migrations, rows = _dump(config, dump)
            writer.add(dump, archive.DATABASE)
            say(f"  {sum(rows.values())} rows in {len(rows)} tables, {_size(writer.bytes)}")
            _add_files(writer, config, has_secrets=has_secrets, has_media=has_media, say=say)
            writer.close(
                Manifest(
                    format=archive.FORMAT,
                    release=metadata.version("laotie"),
                    made_at=moment.isoformat(),
                    lab=config.lab,
                    has_secrets=has_secrets,
                    has_media=has_media,
                    migrations=migrations,
                    rows=rows,
                    digests=writer.digests,
                )
            )
            file.flush()
            os.fsync(file.fileno())
        making.rename(target)
    finally:
        making.unlink(missing_ok=True)
    _forget_old(place, keep=keep, say=say)
    return target


def environment_of(url: str) -> dict[str, str]:
    """What PostgreSQL's programs read; a password on the command line could be seen by others."""
    found = conninfo_to_dict(url)
    known = {name: str(found[key]) for key, name in _ENVIRONMENT.items() if found.get(key)}
    inherited = {key: os.environ[key] for key in ("PATH", "LD_LIBRARY_PATH") if key in os.environ}
    return {**inherited, "LC_ALL": "C", **known}


def rows_of(connection: psycopg.Connection) -> dict[str, int]:
    """How many rows each of our tables has. One scan of each."""
    names = [
        name
        for (name,) in connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        ).fetchall()
    ]
    counts = {}
    for name in names:
        statement = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))
        row = connection.execute(statement).fetchone()
        assert row is not None
        counts[name] = int(row[0])
    return counts


def migrations_of(connection: psycopg.Connection) -> tuple[str, ...]:
    """The migrations that were applied, as `app.name`, in the order of names."""
    rows = connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
    return tuple(f"{app}.{name}" for app, name in rows.fetchall())


def _dump(config: Config, target: Path) -> tuple[tuple[str, ...], dict[str, int]]:
    """Dump the database, and count in the same snapshot: the counts are exact."""
    url = configuration.owner_url(config)
    with psycopg.connect(url) as connection:
        # Held for as long as the dump takes, and only reading: consumers are not held back.
        connection.execute("SET idle_in_transaction_session_timeout = 0")
        connection.commit()
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        run_program(
            "pg_dump", "--format=custom", "--no-owner", f"--snapshot={row[0]}",
            f"--file={target}", url=url,
        )  # fmt: skip
        return migrations_of(connection), rows_of(connection)


def run_program(name: str, *arguments: str, url: str) -> None:
    """Run one of PostgreSQL's programs on a database. raises: Problem with its last words."""
    done = subprocess.run(
        [str(installed_programs() / "bin" / name), *arguments],
        env=environment_of(url),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        last = "\n".join(done.stderr.strip().splitlines()[-4:])
        raise Problem(f"{name} ended with {done.returncode}: {last}")


def _add_files(
    writer: Writer, config: Config, *, has_secrets: bool, has_media: bool, say: Say
) -> None:
    left_out = _NOT_FILES | (frozenset() if has_secrets else {"secrets"})
    left_out |= frozenset() if has_media else {"media"}
    added = 0
    for path in _files(config.data, left_out):
        relative = path.relative_to(config.data)
        added += writer.add(path, f"{archive.FILES}/{relative.as_posix()}")
        if added and added % _TOLD_EVERY == 0:
            say(f"  {added} files, {_size(writer.bytes)}")
    say(f"  {added} files, {_size(writer.bytes)} in all")


def _files(data: Path, left_out: frozenset[str]) -> Iterator[Path]:
    """Regular files of the data folder, in the order of names; no link is followed."""
    for top in sorted(data.iterdir()):
        if top.name in left_out or top.is_symlink():
            continue
        if top.is_file():
            yield top
        for parent, folders, names in os.walk(top):
            folders.sort()
            for name in sorted(names):
                path = Path(parent) / name
                if path.is_file() and not path.is_symlink() and not name.endswith(".tmp"):
                    yield path


def _check_place(config: Config, place: Path) -> None:
    if not place.is_dir():
        raise WrongUse(f"{place} is not a folder.", "Name one that exists, on another disk.")
    if place.resolve().is_relative_to(config.data.resolve()):
        raise WrongUse(
            f"{place} lies in the data folder, and would be lost with it.",
            "Name a folder on another disk.",
        )
    if not os.access(place, os.W_OK):
        raise NotReady(f"{place} cannot be written.", "Give this account rights on it.")
    folder.check_space(config)


def _forget_old(place: Path, *, keep: int, say: Say) -> None:
    found = sorted(place.glob("laotie-*Z.tar"), reverse=True)
    for path in found[keep:] if keep else ():
        path.unlink()
        say(f"removed {path.name}")


def _size(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB"
