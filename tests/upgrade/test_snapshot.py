"""The release before, kept as it was after one whole sale, comes through today's migrations.

`one_sale.dump` is what `laotie demo --check` of that release left, as `laotie backup` dumps it;
`one_sale.json` names its migrations and the rows of each table.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.runtime.conftest import run_laotie

from laotie.runtime import backup, database
from laotie.runtime.postgres import Cluster

SNAPSHOT = Path(__file__).with_name("one_sale.dump")
KEPT = json.loads(SNAPSHOT.with_suffix(".json").read_text())
NAME = "before"
COLUMNS = """
    SELECT table_name, column_name, data_type,
           is_nullable = 'YES' OR column_default IS NOT NULL OR is_identity = 'YES'
           OR is_generated = 'ALWAYS'
    FROM information_schema.columns WHERE table_schema = 'public'
"""
# Rows that migrations themselves write, or that only one release needs.
WRITTEN_BY_MIGRATIONS = {"django_migrations", "django_content_type", "auth_permission"}


@pytest.fixture(scope="module")
def before(cluster: Cluster) -> Iterator[dict[str, str]]:
    """The settings of an installation on the kept snapshot."""
    database.provide(cluster, NAME)
    owner = cluster.url(database.OWNER, NAME)
    backup.run_program(
        "pg_restore", "--no-owner", "--exit-on-error", f"--dbname={NAME}", str(SNAPSHOT), url=owner
    )
    try:
        yield {
            "database_url": cluster.url(database.APP, NAME),
            "owner_database_url": owner,
            "lab": "1",
            "field_key": "11" * 32,
            "secret_key": "22" * 32,
        }
    finally:
        database.drop(cluster, NAME)


def columns_of(url: str) -> dict[tuple[str, str], tuple[str, bool]]:
    """Type of each column, and whether a row may be written without naming it."""
    with psycopg.connect(url) as connection:
        return {
            (table, column): (type_, may_be_left_out)
            for table, column, type_, may_be_left_out in connection.execute(COLUMNS).fetchall()
        }


def test_every_step_from_the_release_before_only_adds_and_loses_nothing(
    before: dict[str, str], tmp_path: Path
) -> None:
    settings = {**before, "data": str(tmp_path / "data")}
    old = columns_of(before["owner_database_url"])

    looked = run_laotie("upgrade", "--check", **settings)
    migrated = run_laotie("migrate", **settings)
    verified = run_laotie("verify", **settings)
    again = run_laotie("upgrade", "--check", **settings)

    assert looked.returncode == 0, looked.stdout + looked.stderr
    assert "Every step only adds" in looked.stdout
    assert migrated.returncode == 0, migrated.stdout + migrated.stderr
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "Everything holds." in verified.stdout
    assert "The tables are as this release needs them." in again.stdout

    new = columns_of(before["owner_database_url"])
    # What the release before reads and writes is still there, of the same type.
    assert {key: new.get(key, ("gone",))[0] for key in old} == {
        key: type_ for key, (type_, _) in old.items()
    }
    # It does not name new columns of its tables when it writes a row.
    tables = {table for table, _ in old}
    must_be_named = {
        key for key, (_, may_be_left_out) in new.items() if key not in old and not may_be_left_out
    }
    assert {key for key in must_be_named if key[0] in tables} == set()

    with psycopg.connect(before["owner_database_url"]) as connection:
        rows = backup.rows_of(connection)
        done = set(backup.migrations_of(connection))
    lost = {
        table: (count, rows[table])
        for table, count in KEPT["rows"].items()
        if table not in WRITTEN_BY_MIGRATIONS and rows[table] < count
    }
    assert lost == {}
    assert done > set(KEPT["migrations"])
