"""A database that a newer release has changed is left alone."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from laotie.kernel import sql
from laotie.runtime import migrate
from laotie.runtime.problems import NotReady

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
