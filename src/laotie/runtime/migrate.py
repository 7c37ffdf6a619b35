"""Bring the tables up to date, as their owner; one at a time, however many start at once."""

from importlib import resources

import psycopg
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from laotie.runtime import config as configuration
from laotie.runtime import database, line
from laotie.runtime.config import Config
from laotie.runtime.problems import NotReady

_LOCK = 0x1A07_1E00  # Of ours alone, in PostgreSQL's space of advisory locks.


def run(config: Config) -> list[str]:
    """Apply what is missing; the names of what was applied. Needs Django set up.

    raises: NotReady when the server is too old, or lacks our roles.
    """
    url = configuration.owner_url(config)
    database.check_version(url)
    _check_roles(url)
    database.grant_defaults(url)
    line.point_at_as_owner(url)
    connection = connections["default"]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        begun = begin(url)
        executor = MigrationExecutor(connection)
        refuse_newer(executor)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            call_command("migrate", verbosity=0, interactive=False)
    finally:
        # The session's end gives the lock back.
        line.close()
    return [*begun, *(f"{each.app_label}.{each.name}" for each, _ in plan)]


def begin(url: str) -> list[str]:
    """Give an empty database the tables of `baseline.sql`; the names of the steps that are in it.

    A database that has any table is left as it is: its steps are taken one by one.
    url: of the database's owner, with `database.grant_defaults` done.
    """
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace LIMIT 1"
        )
        if found.fetchone():
            return []
        connection.execute(
            (resources.files("laotie.runtime") / "sql" / "baseline.sql").read_bytes()
        )
        rows = connection.execute("SELECT app, name FROM public.django_migrations ORDER BY id")
        return [f"{app}.{name}" for app, name in rows.fetchall()]


def refuse_newer(executor: MigrationExecutor) -> None:
    """Tables that a later release has changed are not for this one to write into."""
    loader = executor.loader
    assert loader.applied_migrations is not None
    assert loader.disk_migrations is not None
    unknown = sorted(
        f"{app}.{name}"
        for app, name in loader.applied_migrations.keys() - loader.disk_migrations.keys()
        if app in loader.migrated_apps
    )
    if unknown:
        raise NotReady(
            f"The database was brought up by a newer release: {', '.join(unknown[:3])}.",
            "Run that release again, or restore a backup from before the upgrade.",
        )


def _check_roles(url: str) -> None:
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT rolname FROM pg_roles WHERE rolname IN (%s, %s)",
            [database.APP, database.ANALYST],
        ).fetchall()
    missing = {database.APP, database.ANALYST} - {row[0] for row in found}
    if missing:
        raise NotReady(
            f"The server has no role {' and no role '.join(sorted(missing))}.",
            "docs/operate/database.md has the four statements that make the roles.",
        )
