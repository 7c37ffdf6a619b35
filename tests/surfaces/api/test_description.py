"""The description of the API is committed, so that a change of it is seen."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from laotie.surfaces import api as api_parts
from laotie.surfaces.api.api import openapi_json

_FILLED = re.compile(r"\{\w+\}")
SNAPSHOT = Path(__file__).parents[3] / "docs" / "reference" / "openapi.json"


def description() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(openapi_json())
    return found


def test_the_committed_description_is_that_of_the_code() -> None:
    assert SNAPSHOT.read_text("utf-8") == openapi_json() + "\n", (
        "run `laotie openapi > docs/reference/openapi.json` and read the difference"
    )


@pytest.mark.usefixtures("db")
def test_every_operation_is_reached_by_its_address() -> None:
    """Two parts with one address would hide each other's methods."""
    hidden = [
        f"{method} {path}"
        for path, operations in description()["paths"].items()
        for method in operations
        if Client().generic(method.upper(), _FILLED.sub("x", path)).status_code == 405
    ]
    assert hidden == []


def test_operations_have_names_of_their_own_and_a_summary() -> None:
    operations = [
        operation for methods in description()["paths"].values() for operation in methods.values()
    ]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    assert all(operation["summary"] for operation in operations)
    assert all("default" in operation["responses"] for operation in operations)


def test_what_clients_send_is_closed() -> None:
    schemas = description()["components"]["schemas"]
    sent = {name for name in schemas if name.endswith("In")} | {"Pair"}
    assert len(sent) > 30
    assert all(schemas[name]["additionalProperties"] is False for name in sent)


def test_no_two_shapes_share_a_name() -> None:
    """One of them would be described as the other."""
    folder = Path(api_parts.__file__).parent
    named = [
        name
        for path in sorted(folder.glob("*.py"))
        for name in re.findall(
            r"^class (\w+)\((?:In|Out|\w+(?:In|Out|List|Now))\)", path.read_text(), re.MULTILINE
        )
    ]
    assert sorted({name for name in named if named.count(name) > 1}) == []
