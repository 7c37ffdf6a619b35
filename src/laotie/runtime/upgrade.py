"""What the migrations of this release would do to the tables that are there.

The house rule is to expand first and contract in a later release: a step that only adds leaves the
processes of the release before working. Any other step is named, with the rows that it touches.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import connections, migrations, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from laotie.runtime import config as configuration
from laotie.runtime import database, line, migrate
from laotie.runtime.config import Config

# Up to this many rows a check or an index is made in less time than anybody waits for a page.
_FEW_ROWS = 200_000


class Effect(StrEnum):
    """What a step means to the processes that serve meanwhile."""

    ADDS = "adds"  # The release before goes on working.
    LOCKS = "locks"  # So does it, but writers of a large table wait.
    BLOCKS = "blocks"  # The release before would fail: stop it first.


@dataclass(frozen=True, slots=True)
class Step:
    """One operation of one migration that is not applied yet."""

    migration: str
    what: str
    effect: Effect


def steps(config: Config) -> list[Step]:
    """Everything that starting this release would do, in order. Changes nothing.

    raises: NotReady when the tables belong to a later release.
    """
    url = configuration.owner_url(config)
    database.check_version(url)
    line.point_at_as_owner(url)
    connection = connections["default"]
    try:
        executor = MigrationExecutor(connection)
        migrate.refuse_newer(executor)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        loader = executor.loader
        state = loader.project_state(sorted(loader.applied_migrations or {}), at_end=True)
        known = set(state.models)
        found = []
        for migration, _ in plan:
            name = f"{migration.app_label}.{migration.name}"
            for operation in migration.operations:
                before = state.clone()
                operation.state_forwards(migration.app_label, state)
                if (migration.app_label, getattr(operation, "model_name_lower", "")) in known:
                    effect = effect_of(operation, migration.app_label, before)
                else:
                    effect = _effect_on_the_new(operation, migration.app_label, before)
                rows = _rows(operation, migration.app_label, before)
                if effect is Effect.LOCKS and rows <= _FEW_ROWS:
                    effect = Effect.ADDS
                found.append(Step(name, operation.describe(), effect))
    finally:
        line.close()
    return found


def effect_of(operation: Operation, app: str, before: ProjectState) -> Effect:
    """What an operation does to those who know the tables only as they were.

    before: the tables as they are when the operation begins.
    """
    parts = list(_parts(operation))
    if parts != [operation]:
        # What changes only the models' own books touches no table.
        effects = (effect_of(each, app, before) for each in parts)
        return max(effects, key=list(Effect).index, default=Effect.ADDS)
    match operation:
        case migrations.CreateModel() | migrations.AlterModelOptions():
            return Effect.ADDS
        case migrations.AddField(field=field):
            # Written by processes that do not name it.
            has_value = field.null or field.has_db_default() or field.many_to_many
            return Effect.ADDS if has_value else Effect.BLOCKS
        case migrations.AlterField(field=field):
            old = before.models[app, operation.model_name_lower].fields[operation.name]
            return Effect.ADDS if _is_wider(old, field) else Effect.BLOCKS
        case migrations.AddIndex() | migrations.AddConstraint():
            return Effect.LOCKS
        case migrations.RemoveIndex() | migrations.RemoveConstraint():
            return Effect.ADDS
        case migrations.RunSQL() | migrations.RunPython():
            # Statements cannot be judged from here: their author says `hints={"expands": True}`.
            return Effect.ADDS if operation.hints.get("expands") else Effect.BLOCKS
        case _:
            return Effect.BLOCKS


def _effect_on_the_new(operation: Operation, app: str, before: ProjectState) -> Effect:
    """The effect of what touches no table that the release before knows, as far as one can say."""
    if hasattr(operation, "model_name_lower"):
        return Effect.ADDS
    return effect_of(operation, app, before)


def _parts(operation: Operation) -> Iterator[Operation]:
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        yield from operation.database_operations
    else:
        yield operation


def _is_wider(old: "models.Field[Any, Any]", new: "models.Field[Any, Any]") -> bool:
    """Whether everything that fitted the column before fits it now."""
    if isinstance(old, models.ForeignKey) and isinstance(new, models.ForeignKey):
        # Its type is that of the row it names; fields of a state know no table to ask.
        return (
            str(old.remote_field.model).lower() == str(new.remote_field.model).lower()
            and (new.null or not old.null)
            and (_has_key(old) or not _has_key(new))
        )
    if old.db_parameters(connections["default"]) == new.db_parameters(connections["default"]):
        return new.null or not old.null
    return (
        isinstance(old, models.CharField)
        and isinstance(new, models.CharField)
        and (new.max_length or 0) >= (old.max_length or 0)
        and (new.null or not old.null)
    )


def _has_key(field: "models.ForeignKey[Any, Any]") -> bool:
    """Whether the database itself holds it to rows that are there."""
    return bool(field.deconstruct()[3].get("db_constraint", True))


def _rows(operation: Operation, app: str, before: ProjectState) -> int:
    """About how many rows the operation's table has; 0 for one that is only being made."""
    model = before.models.get((app, getattr(operation, "model_name_lower", "")))
    if model is None:
        return 0
    table = model.options.get("db_table") or f"{app}_{model.name_lower}"
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT n_live_tup FROM pg_stat_user_tables WHERE relname = %s", [table])
        row = cursor.fetchone()
    return int(row[0]) if row else 0
