"""What the framework does not say of the API by itself: problems, keys, pages, who may ask."""

from typing import Any

from pydantic.json_schema import models_json_schema

from laotie.surfaces.api import door, paging
from laotie.surfaces.api.shapes import ProblemOut

_CHANGES = frozenset({"post", "put", "patch", "delete"})
_SCHEMES = {
    "session": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Session-Token",
        "description": "What signing in answers with.",
    },
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token made for an app or a script, within its scopes.",
    },
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "laotie_session",
        "description": "A browser's session; changes need `X-CSRFToken` as well.",
    },
}
# `{}`: guests are answered too, with what guests may see or with a 401.
_NO_SCOPES: list[str] = []
_WHO: list[dict[str, list[str]]] = [{}, *({name: _NO_SCOPES} for name in _SCHEMES)]
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": (
        "Chosen by the client; asked again with it, the answer is the same (72 hours, orders for "
        "ever), and `Idempotency-Replayed: true` comes with it."
    ),
    "schema": {"type": "string", "pattern": "^[!-~]{8,80}$"},
}
_PICTURE = {
    "required": True,
    "description": "The picture itself, at most 8 MB.",
    "content": {kind: {"schema": {}} for kind in sorted(door.PICTURES)},
}
_ASKS_FOR_KEY = "Needs an `Idempotency-Key`"


def complete(schema: dict[str, Any]) -> dict[str, Any]:
    """The description with all of it, for every operation alike."""
    parts = schema["components"]
    _names, definitions = models_json_schema(
        [(ProblemOut, "serialization")], ref_template="#/components/schemas/{model}"
    )
    parts["schemas"] |= definitions["$defs"]
    parts["securitySchemes"] = _SCHEMES
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            if method == "post" and path.endswith("/pictures"):
                operation.setdefault("requestBody", _PICTURE)
            _complete(operation, method, parts["schemas"])
    return schema


def _complete(operation: dict[str, Any], method: str, schemas: dict[str, Any]) -> None:
    problem = {"$ref": "#/components/schemas/ProblemOut"}
    answers = operation["responses"]
    answers["default"] = {
        "description": "A no, with its reason",
        "content": {"application/problem+json": {"schema": problem}},
    }
    operation["security"] = _WHO
    parameters = operation.setdefault("parameters", [])
    if method in _CHANGES:
        is_asked_for = _ASKS_FOR_KEY in operation.get("description", "")
        parameters.append({**_KEY, "required": is_asked_for})
    yes = answers.get("200", {})
    shape = yes.get("content", {}).get("application/json", {}).get("schema", {})
    named = schemas.get(shape.get("$ref", "").rpartition("/")[2], {})
    is_list = shape.get("type") == "array" or "next_after" in named.get("properties", {})
    if method == "get" and is_list:
        parameters += paging.PARAMETERS
        yes["headers"] = paging.HEADERS
