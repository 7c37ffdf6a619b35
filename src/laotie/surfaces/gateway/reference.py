"""The reference page of the gateway's protocol, written from the structs themselves."""

import inspect
import json
from typing import get_args

import msgspec

from laotie.surfaces.gateway import protocol

_HEAD = """\
# Gateway protocol

This page is generated from `src/laotie/surfaces/gateway/protocol.py`; do not edit.
"""


def page() -> str:
    """`docs/reference/gateway.md`, whole."""
    _, components = msgspec.json.schema_components(
        [*get_args(protocol.ClientFrame), *get_args(protocol.ServerFrame)]
    )
    parts = [_HEAD, inspect.getdoc(protocol) or ""]
    sections = (
        ("From the page", get_args(protocol.ClientFrame)),
        ("To the page", get_args(protocol.ServerFrame)),
        ("Events inside a tick", get_args(protocol.RoomEvent)),
        ("Parts", (protocol.Comment, protocol.ItemCard, protocol.Host, protocol.Winner)),
    )
    for title, kinds in sections:
        parts.append(f"## {title}")
        parts.extend(_section(kind, components[kind.__name__]) for kind in kinds)
    parts.append("## Close codes")
    parts.append(
        "| code | meaning |\n| --- | --- |\n"
        + "\n".join(f"| {code} | {text} |" for code, text in protocol.CLOSE_CODES.items())
    )
    parts.append(
        f"Limits: {protocol.MAX_FRAME_BYTES} bytes per message, {protocol.MAX_SAY_CHARS}"
        f" characters per comment, {protocol.MAX_LIKES_PER_FRAME} likes per message."
    )
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _section(kind: type[msgspec.Struct], schema: dict[str, object]) -> str:
    tag = kind.__struct_config__.tag
    rows = [
        _row(name, field)
        for name, field in schema["properties"].items()  # type: ignore[attr-defined]
        if name != "t"
    ]
    told = " ".join((inspect.getdoc(kind) or "").split())
    table = "| field | type | meaning |\n| --- | --- | --- |\n" + "\n".join(rows)
    return f"### {f'`{tag}`' if tag else kind.__name__}\n\n{told}\n\n{table}"


def _row(name: str, field: dict[str, object]) -> str:
    limits = ", ".join(
        f"{word} {json.dumps(field[key])}"
        for key, word in (
            ("minimum", "from"), ("maximum", "to"), ("minLength", "at least"),
            ("maxLength", "at most"),
        )
        if key in field
    )  # fmt: skip
    meaning = "; ".join(part for part in (str(field.get("description", "")), limits) if part)
    return f"| `{name}` | {_type(field)} | {meaning} |"


def _type(field: dict[str, object]) -> str:
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    if "anyOf" in field:
        kinds = [_type(kind) for kind in field["anyOf"]]  # type: ignore[attr-defined]
        return "any event" if len(kinds) > 3 else " or ".join(kinds)
    if field.get("type") == "array":
        return f"list of {_type(field['items'])}"  # type: ignore[arg-type]
    if field.get("type") == "object":
        return "texts"
    return str(field.get("type", "any"))
