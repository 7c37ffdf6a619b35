"""No column names a person without its context saying so in `personal.py`."""

import re

import pytest
from django.apps import apps
from django.db import models

from laotie.kernel.personal import Kept
from laotie.runtime import wiring

# Names of columns that hold a person without a foreign key.
_NAMED = re.compile(
    r"(person|buyer|payer|seller|speaker|owner|asked_by|decided_by|issued_by|by_person|made_by"
    r"|requested_by|replied_by|answered_by|changed_by|opened_by|set_by)(_id)?"
)


def columns_that_name_people() -> set[tuple[str, str]]:
    """`(context, Model.column)` of every column of ours that points to a person."""
    found = set()
    for model in apps.get_models():
        parts = model.__module__.split(".")
        if parts[0] != "laotie" or getattr(model, "pgh_tracked_model", None) is not None:
            continue
        for field in model._meta.concrete_fields:
            points = isinstance(field, models.ForeignKey) and (
                field.related_model._meta.label == "accounts.Person"
            )
            is_id = isinstance(field, models.UUIDField | models.TextField)
            if points or (is_id and _NAMED.fullmatch(field.name)):
                found.add((parts[1], f"{model.__name__}.{field.name}"))
    return found


def test_every_column_that_names_a_person_is_told_of_or_excused() -> None:
    keepers = wiring.personal()
    untold = sorted(
        f"{context}: {column}"
        for context, column in columns_that_name_people()
        if column not in getattr(keepers.get(context), "COLUMNS", {})
    )
    assert untold == [], "name them in the context's personal.py"


def test_what_is_told_of_is_there() -> None:
    real = columns_that_name_people() | {("accounts", "Person.id")}
    for context, keeper in wiring.personal().items():
        for column, use in keeper.COLUMNS.items():
            assert (context, column) in real, f"{context}: {column}"
            if isinstance(use, Kept):
                assert len(use.reason) > 20, column


@pytest.mark.parametrize("name", sorted(wiring.personal()))
def test_every_file_says_all_three_things(name: str) -> None:
    keeper = wiring.personal()[name]
    for function in (keeper.of, keeper.open_matters, keeper.forget):
        assert function.__doc__
