"""Roles, rights and addresses of the database, and throwaway servers for tests.

Three roles: `laotie_owner` owns the tables and migrates; `laotie_app` reads and writes rows and
owns nothing; `laotie_analyst` reads what is granted to it. The app never connects as superuser or
owner: a superuser can switch every trigger off.
"""

import contextlib
import json
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from laotie.runtime import processes
from laotie.runtime.postgres import MAJOR, SUPERUSER, Cluster
from laotie.runtime.problems import NotReady

NAME = "laotie"
OWNER, APP, ANALYST = "laotie_owner", "laotie_app", "laotie_analyst"
ROLES = (OWNER, APP, ANALYST)
_THROWAWAY_PREFIX = "laotie-throwaway-"


# -- The embedded server -----------------------------------------------------------------------


def embedded(data: Path, *, say: Callable[[str], None] = lambda _: None) -> Cluster:
    """The cluster that lives in a data folder; nothing is touched until it is started."""
    log = data.resolve() / "log" / "database.log"
    return Cluster(data / "postgres", log=log, say=say)


def provide(cluster: Cluster, *names: str) -> None:
    """Give a running cluster our roles and the databases named, each owned by the owner role.

    Safe to repeat; a database that exists keeps what is in it.
    """
    with psycopg.connect(cluster.url(SUPERUSER, "postgres"), autocommit=True) as connection:
        _make_roles(connection, cluster.passwords())
        for name in names:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if not found.fetchone():
                _make_database(connection, name, "template0")
    for name in names:
        grant_defaults(cluster.url(OWNER, name))


def clone(cluster: Cluster, template: str, name: str) -> None:
    """Copy a database that nobody is connected to; rights inside come along."""
    with psycopg.connect(cluster.url(SUPERUSER, "postgres"), autocommit=True) as connection:
        _make_database(connection, name, template)


def drop(cluster: Cluster, name: str) -> None:
    """Remove a database and whoever is connected to it."""
    with psycopg.connect(cluster.url(SUPERUSER, "postgres"), autocommit=True) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


def grant_defaults(owner_url: str) -> None:
    """Make whatever the owner creates from now on usable by the app role. Safe to repeat."""
    statements = (resources.files("laotie.runtime") / "sql" / "grant_defaults.sql").read_text()
    with psycopg.connect(owner_url) as connection:
        connection.execute(statements)


def _make_roles(connection: psycopg.Connection, passwords: dict[str, str]) -> None:
    for role in ROLES:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
            connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))
        connection.execute(
            sql.SQL(
                "ALTER ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION"
                " NOBYPASSRLS PASSWORD {}"
            ).format(sql.Identifier(role), sql.Literal(passwords[role]))
        )
    limits = (resources.files("laotie.runtime") / "sql" / "limit_roles.sql").read_text()
    connection.execute(limits)


def _make_database(connection: psycopg.Connection, name: str, template: str) -> None:
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY").format(
            sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template)
        )
    )
    for statement in (
        "REVOKE ALL ON DATABASE {} FROM PUBLIC",
        "GRANT CONNECT, TEMPORARY ON DATABASE {} TO laotie_app",
        "GRANT CONNECT ON DATABASE {} TO laotie_analyst",
    ):
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


# -- What a server must be ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """What the server says about itself and about the role that asks."""

    version: int
    database: str
    role: str
    is_superuser: bool
    owned_tables: int
    transaction_timeout: str
    idle_timeout: str
    has_checksums: bool


def standing(url: str) -> Standing:
    """Ask a server who it is and who we are there.

    raises: NotReady when it does not answer; psycopg's words without the URL, which has a password.
    """
    query = (resources.files("laotie.runtime") / "sql" / "standing.sql").read_text()
    try:
        with psycopg.connect(url, connect_timeout=5, autocommit=True) as connection:
            row = connection.execute(query).fetchone()
    except psycopg.Error as error:
        raise NotReady(
            f"The database does not answer: {str(error).strip()}",
            "Start it, or correct LAOTIE_DATABASE_URL and LAOTIE_OWNER_DATABASE_URL.",
        ) from None
    assert row is not None
    return Standing(*row)


def check_app(url: str) -> Standing:
    """Refuse to serve on a database that is too old or under a role that could break its rules.

    raises: NotReady.
    """
    found = check_version(url)
    if found.is_superuser:
        raise NotReady(
            f"LAOTIE_DATABASE_URL connects as {found.role}, a superuser, which no rule of the"
            " database binds.",
            f"Connect as a role that owns nothing, such as {APP}: docs/operate/database.md.",
        )
    if found.owned_tables:
        raise NotReady(
            f"LAOTIE_DATABASE_URL connects as {found.role}, which owns {found.owned_tables} tables"
            " and could change what must not change.",
            f"Connect as {APP}, and keep the owner for LAOTIE_OWNER_DATABASE_URL.",
        )
    return found


def check_version(url: str) -> Standing:
    """raises: NotReady when the server is older than what Laotie needs."""
    found = standing(url)
    if found.version < MAJOR * 10_000:
        raise NotReady(
            f"The database server is PostgreSQL {found.version // 10_000}; Laotie needs {MAJOR}.",
            f"Upgrade it (pg_upgrade), or unset LAOTIE_DATABASE_URL to use the embedded {MAJOR}.",
        )
    return found


# -- For tests ---------------------------------------------------------------------------------


@contextlib.contextmanager
def throwaway(parent: Path | None = None) -> Iterator[Cluster]:
    """A server of one's own, ready in about two seconds, with our roles and no database yet.

    parent: a folder that the account of the database may pass; the system's temporary one by
            default. Folders that a killed owner left there are removed first.

    It dies with the thread that entered the block: enter from the main thread.
    """
    parent = (parent or Path(tempfile.gettempdir())).resolve()
    _sweep(parent)
    folder = Path(tempfile.mkdtemp(prefix=_THROWAWAY_PREFIX, dir=parent))
    mine = processes.own()
    (folder / "owner.json").write_text(json.dumps({"pid": mine.pid, "born": mine.born}))
    folder.chmod(0o711)
    cluster = Cluster(folder / "postgres", durable=False, on_parent_death=signal.SIGQUIT)
    try:
        cluster.start()
        provide(cluster)
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(parent: Path) -> None:
    """Remove throwaway folders whose owner has died, and the servers that still work in them."""
    for folder in parent.glob(f"{_THROWAWAY_PREFIX}*"):
        try:
            owner = processes.Identity(**json.loads((folder / "owner.json").read_text()))
        except (OSError, ValueError, TypeError):
            continue  # Just being made by somebody, or not ours.
        if owner.is_alive():
            continue
        for process in list(processes.postgres_in(folder / "postgres" / "data")):
            with contextlib.suppress(psutil.Error):
                process.kill()
        shutil.rmtree(folder, ignore_errors=True)
