"""How tables come to be as this release needs them, and when they are left alone."""

import io
import re
import subprocess
from collections.abc import Iterator

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from tests import conftest as house

from laotie.kernel import sql
from laotie.runtime import database, line, migrate, postgres
from laotie.runtime.postgres import Cluster
from laotie.runtime.problems import NotReady

_LIST = re.compile(r"\(ARRAY\[((?:'[^']*'::character varying(?:, )?)+)\]\)::text\[\]")
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

pytestmark = pytest.mark.usefixtures("db")


def executor() -> MigrationExecutor:
    return MigrationExecutor(connection)


def test_our_own_tables_are_taken() -> None:
    known = executor()

    migrate.refuse_newer(known)

    assert known.migration_plan(known.loader.graph.leaf_nodes()) == []


def test_tables_of_a_newer_release_are_refused_with_what_to_do() -> None:
    added = (
        "INSERT INTO django_migrations (app, name, applied) VALUES ('trade', '9999_later', now())"
    )
    sql.change(added)
    try:
        with pytest.raises(NotReady) as refusal:
            migrate.refuse_newer(executor())
    finally:
        sql.change("DELETE FROM django_migrations WHERE name = '9999_later'")

    assert "trade.9999_later" in str(refusal.value)


@pytest.fixture
def step_by_step(cluster: Cluster) -> Iterator[str]:
    """The owner's address of a database that every migration has been through."""
    name = "step_by_step"
    database.provide(cluster, name)
    line.point_at_as_owner(cluster.url(database.OWNER, name))
    call_command("migrate", verbosity=0, interactive=False)
    line.close()
    yield cluster.url(database.OWNER, name)
    house.point_home(cluster)
    database.drop(cluster, name)


def dumped(url: str, *how: str) -> str:
    program = postgres.installed_programs() / "bin" / "pg_dump"
    done = subprocess.run(
        [str(program), "--no-owner", *how, url], capture_output=True, text=True, check=True
    )
    return _LIST.sub(_cast_one_by_one, re.sub(r"(?m)^\\(un)?restrict .*$", "", done.stdout))


def _cast_one_by_one(found: re.Match[str]) -> str:
    """The server writes a list's cast otherwise once it has read its own writing."""
    return "ARRAY[" + ", ".join(f"({each})::text" for each in found[1].split(", ")) + "]"


def told_apart(rows: str) -> str:
    """Rows with their ids in order of appearance: a step that takes new ones takes others."""
    numbers: dict[str, str] = {}
    return _ID.sub(lambda found: numbers.setdefault(found[0], f"id {len(numbers)}"), rows)


def test_models_are_in_order_and_have_their_steps() -> None:
    told = io.StringIO()

    call_command("makemigrations", check=True, dry_run=True, skip_checks=False, stdout=told)

    assert told.getvalue() == "No changes detected\n"


def steps(url: str) -> set[tuple[str, str]]:
    with psycopg.connect(url) as connection:
        return set(connection.execute("SELECT app, name FROM django_migrations").fetchall())


def test_a_new_database_has_the_tables_rights_and_rows_that_all_steps_would_make(
    cluster: Cluster, step_by_step: str
) -> None:
    begun = cluster.url(database.OWNER, house.TEMPLATE)

    assert dumped(begun, "--schema-only") == dumped(step_by_step, "--schema-only")
    assert steps(begun) == steps(step_by_step)
    # Numbered by Django as tables come, and named in nothing that migrations write.
    numbered = ("django_migrations", "django_content_type", "auth_permission")
    rows = [
        "--data-only",
        "--inserts",
        *(f"--exclude-table-data={name}" for name in numbered),
        *(f"--exclude-table={name}_id_seq" for name in numbered),
    ]
    assert told_apart(dumped(begun, *rows)) == told_apart(dumped(step_by_step, *rows))


def test_a_database_that_has_a_table_is_not_begun_anew(cluster: Cluster) -> None:
    begun = cluster.url(database.OWNER, house.TEMPLATE)
    before = steps(begun)

    assert migrate.begin(begun) == []
    assert steps(begun) == before
