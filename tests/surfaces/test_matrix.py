"""Every endpoint for every role: what it answers must be what `matrix.csv` says.

A new endpoint without a row fails. `LAOTIE_TEST_WRITE_MATRIX=1` writes the table anew; read the
difference before you commit it: it is the list of who may do what.
"""

import contextlib
import csv
import functools
import io
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from PIL import Image
from tests.outside import stand_in
from tests.surfaces import town
from tests.surfaces.town import ROLES, Town

from laotie.surfaces.api.api import api

pytestmark = pytest.mark.usefixtures("db")

TABLE = Path(__file__).with_name("matrix.csv")
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\{(\w+)\}")
_SOON = datetime.now(UTC) + timedelta(hours=1)
_TAKEN_BY_NAME = {
    "phone": "13900139000", "password": "a long new one", "code": "000000", "digits": "000000",
    "ticket": "none", "region_code": "330100", "line": "文三路 1 号", "name": "小明",
    "reason": "看看", "carrier": "lab", "title": "开场", "language": "en", "avatar_url": "",
    "on_hand": 60, "creator_bps": 1200, "price_fen": 3000, "list_price_fen": 3990, "flat_fen": 600,
    "seconds": 60, "minutes": 5, "to_no": 1, "line_no": 1, "off_fen": 100, "min_goods_fen": 1000,
    "budget_fen": 10_000, "limit_per_buyer": 1, "amount_fen": 100, "version": 1, "quantity": 1,
    "rights": ["ship"], "is_on_sale": True, "state": "APPLIED", "theme": "dark", "next": "/",
    "q": "茶", "form": "csv", "minute": 5, "word": "坏话", "text": "好", "starts_at": f"{_SOON:%Y-%m-%dT%H:%M:%SZ}",
    "ends_at": f"{_SOON + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}",
    "until": f"{_SOON + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}", "cause": "BUYER", "shelf": "all",
    "url": "https://hooks.example/x", "kinds": ["order.paid"], "scopes": ["me:read"],
    "kind": "order_paid", "channel": "push", "from_minute": 1320, "until_minute": 480,
}  # fmt: skip
# Addresses that end in a verb have a row for each.
_VERBS = {
    "desk/belts/requests/<uuid:membership>/<slug:decision>": ("accept", "refuse"),
    "desk/cases/<uuid:case>/<slug:decision>": ("approve", "refuse"),
    "desk/complaints/<uuid:complaint>/<slug:decision>": ("uphold", "dismiss"),
    "desk/links/rehearsal/<slug:part>.csv": ("owners", "links", "orders"),
    "desk/moderation/<uuid:judgement>/<slug:decision>": (
        "approve", "limit", "refuse", "restore", "uphold",
    ),
    "desk/moderation/comment-appeals/<uuid:verdict>/<slug:decision>": ("restore", "uphold"),
    "desk/people/<str:person>/roles/<slug:verb>": ("grant", "revoke"),
    "desk/programmes/<str:programme>/<slug:decision>": ("close", "cancel"),
    "desk/rooms/<str:room>/<slug:decision>": ("suspend", "lift", "ban"),
    "desk/shops/<str:shop>/<slug:decision>": (
        "approve", "refuse", "ask", "suspend", "reopen",
    ),
    "studio/rooms/<str:room>/bag/<str:product>/<slug:verb>": (
        "pin", "unpin", "remove", "up", "down", "move",
    ),
    "studio/rooms/<str:room>/moderate/<slug:verb>": ("slow", "forbid", "allow", "unpin", "stop"),
    "studio/rooms/<str:room>/moderate/says/<uuid:say>/<slug:verb>": ("pin", "take-down"),
    "studio/rooms/<str:room>/moderate/people/<str:person>/<slug:verb>": (
        "mute", "kick", "forgive",
    ),
    "studio/rooms/<str:room>/seats/<str:person>/<slug:verb>": ("give", "take"),
    "studio/rooms/<str:room>/parts/<slug:part>": ("bag", "signal"),
    "studio/rooms/<str:room>/people/<str:person>/<slug:verb>": ("mute", "kick", "forgive"),
    "studio/shops/<str:shop>/developers/webhooks/<str:endpoint>/<slug:verb>": (
        "ping", "rotate", "remove",
    ),
    "studio/invitations/<str:invitation>/<slug:verb>": ("accept", "decline"),
    "studio/rooms/<str:room>/clips/<str:clip>/<slug:verb>": (
        "show", "hide", "again", "post", "publish",
    ),
    "studio/rooms/<str:room>/rehearsal/<slug:verb>": ("begin", "end"),
    "studio/rooms/<str:room>/replay/<slug:verb>": ("hide", "show"),
    "studio/posts/<str:post>/products/<str:product>/<slug:verb>": ("add", "earlier", "remove"),
    "studio/posts/<str:post>/steps/<slug:verb>": ("keep-back", "take-down", "delete"),
    "studio/rooms/<str:room>/stop/<slug:verb>": ("resume", "end"),
    "studio/rooms/<str:room>/words/<slug:verb>": ("forbid", "allow"),
    "studio/shops/<str:shop>/orders/<str:order>/refunds/<str:refund>/<slug:decision>": (
        "grant", "refuse",
    ),
    "studio/shops/<str:shop>/products/<str:product>/sale/<slug:verb>": ("publish", "unpublish"),
}  # fmt: skip
_ONLY_READS = {
    "desk/health/books"
}  # In a transaction of its own kind, which cannot be an inner one.
_SHEET = "text/csv"
_VERB = re.compile(r"<slug:(?:verb|decision|part)>")


@dataclass(frozen=True, slots=True)
class Door:
    """One method of one address."""

    method: str
    route: str

    @property
    def parameters(self) -> list[str]:
        return [first or second for first, second in _PARAMETER.findall(self.route)]

    def path(self, things: dict[str, str]) -> str:
        def fill(match: re.Match[str]) -> str:
            name = (match[1] or match[2]).removesuffix("_id")
            filled = things.get(match[0], things.get(name))
            assert filled is not None, f"`town.build` names no {name!r} for {self.route}"
            return filled

        return "/" + _PARAMETER.sub(fill, self.route)


def routes(patterns: Any = None, prefix: str = "") -> Iterator[str]:
    """Every address of the web process, as written in the URL map."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, route)
        elif isinstance(entry, URLPattern) and not route.endswith(r"^[\s\S]*$"):
            yield route


@functools.cache
def description() -> dict[str, Any]:
    found: dict[str, Any] = api.get_openapi_schema()
    return found


def spelled_out(route: str) -> list[str]:
    """The address with each of its verbs."""
    if not _VERB.search(route):
        return [route]
    assert route in _VERBS, f"name the verbs of {route} in _VERBS"
    return [_VERB.sub(verb, route) for verb in _VERBS[route]]


def api_doors() -> dict[Door, dict[str, Any]]:
    """Operations of the API with the body that each takes."""
    found = {}
    for path, operations in description()["paths"].items():
        for method, operation in operations.items():
            found[Door(method.upper(), path.removeprefix("/"))] = operation
    return found


def doors() -> list[Door]:
    """All methods of all addresses. A page is tried with GET and POST; 405 drops out."""
    with_parameters = {door.route for door in api_doors()}
    pages = [
        Door(method, spoken)
        for route in routes()
        if _PARAMETER.sub(r"{\1}", route) not in with_parameters
        for spoken in spelled_out(route)
        for method in ("GET", "POST")
    ]
    return sorted({*pages, *api_doors()}, key=lambda door: (door.route, door.method))


@contextlib.contextmanager
def undone() -> Iterator[None]:
    """Whatever is written meanwhile is taken back, use cases' own transactions too."""
    outer = transaction.atomic()
    outer._from_testcase = True  # type: ignore[attr-defined]
    with outer:
        yield
        transaction.set_rollback(True)


def example(schema: dict[str, Any], things: dict[str, str], name: str = "") -> Any:
    """The smallest body that has the declared shape."""
    if "$ref" in schema:
        parts = description()["components"]["schemas"]
        return example(parts[schema["$ref"].rpartition("/")[2]], things, name)
    if "anyOf" in schema:
        return example(schema["anyOf"][0], things, name)
    if schema.get("type") == "object":
        required = schema.get("required", [])
        return {key: example(schema["properties"][key], things, key) for key in required}
    if "pattern" in schema:
        return things[name.removesuffix("_id")]
    if name in _TAKEN_BY_NAME:
        return _TAKEN_BY_NAME[name]
    if schema.get("type") == "array":
        return [example(schema["items"], things, name.removesuffix("s"))]
    return {"string": "x", "integer": 1, "boolean": True}[schema["type"]]


def ask(client: Client, door: Door, town: Town, operation: dict[str, Any] | None) -> int:
    """The status of one try, of which nothing stays."""
    path = door.path(town.things)
    with contextlib.nullcontext() if door.route in _ONLY_READS else undone():
        if operation is None and door.method == "GET":
            response = client.get(path)
        elif operation is None:
            form = urlencode({**_TAKEN_BY_NAME, **town.things}, doseq=True)
            response = client.post(path, form, content_type="application/x-www-form-urlencoded")
        elif door.route.endswith("/pictures"):
            response = client.generic(door.method, path, a_picture(), content_type="image/png")
        elif _SHEET in _declared(operation):
            response = client.generic(door.method, path, b"order\n", content_type=_SHEET)
        else:
            response = client.generic(
                door.method,
                path,
                body_for(operation, town.things),
                content_type="application/json",
                headers={"Idempotency-Key": "matrix-key-0001"},
            )
    return int(response.status_code)


def _declared(operation: dict[str, Any]) -> dict[str, Any]:
    """What bodies it takes, by content type."""
    found: dict[str, Any] = operation.get("requestBody", {}).get("content", {})
    return found


def body_for(operation: dict[str, Any], things: dict[str, str]) -> bytes:
    declared = _declared(operation).get("application/json")
    return b"" if declared is None else json.dumps(example(declared["schema"], things)).encode()


@functools.cache
def a_picture() -> bytes:
    body = io.BytesIO()
    Image.new("RGB", (8, 8)).save(body, "PNG")
    return body.getvalue()


def answers(town: Town, doors: list[Door]) -> dict[Door, dict[str, int]]:
    """What these doors answer to every role."""
    operations = api_doors()
    found = {}
    for door in doors:
        guest = ask(town.client("anonymous"), door, town, operations.get(door))
        if guest == 405:
            continue
        found[door] = {"anonymous": guest} | {
            role: ask(town.client(role), door, town, operations.get(door)) for role in ROLES[1:]
        }
    return found


def table() -> dict[Door, dict[str, int]]:
    """What the table says."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return {
            Door(row["method"], row["route"]): {role: int(row[role]) for role in ROLES}
            for row in csv.DictReader(lines)
        }


def write(found: dict[Door, dict[str, int]]) -> None:
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["method", "route", *ROLES])
        for door, row in found.items():
            writer.writerow([door.method, door.route, *(row[role] for role in ROLES)])


def test_every_endpoint_answers_every_role_as_the_table_says() -> None:
    hooks = [door for door in doors() if door.route.startswith("hooks/")]
    with stand_in() as world:
        small_town = town.build(world)
        found = answers(small_town, [door for door in doors() if door not in hooks])
    # Whoever knocks there is judged by the real ports: the stand-ins believe everybody.
    found |= answers(small_town, hooks)
    if os.environ.get("LAOTIE_TEST_WRITE_MATRIX"):
        write(found)

    stated = table()
    assert sorted(map(str, found.keys() - stated.keys())) == [], "doors without a row"
    assert sorted(map(str, stated.keys() - found.keys())) == [], "rows without a door"
    wrong = {
        f"{door.method} {door.route} {role}": (row[role], stated[door][role])
        for door, row in found.items()
        for role in ROLES
        if row[role] != stated[door][role]
    }
    assert wrong == {}, "(answered, stated)"


def test_the_table_lets_nobody_do_what_is_anothers() -> None:
    """Rules that the table itself must keep, whoever wrote it."""
    stated = table()
    assert len(stated) > 150
    theirs = {"order", "refund", "address", "group", "quote"}
    shops = {"sku", "plan", "offer"}
    # What anybody has of their own about a variant: a line of the cart, a wish to be told.
    buyers_own = ("api/v1/cart/", "api/v1/skus/{sku_id}/restock-notice")
    of_money = "api/v1/desk/coupons"  # Finance proposes and confirms too.
    for door, row in stated.items():
        where = f"{door.method} {door.route}"
        names = {name.removesuffix("_id") for name in door.parameters}
        assert all(status < 500 for status in row.values()), where
        if {row[role] for role in ROLES[1:]} == {422}:
            continue  # The form was refused before anybody's rights: nobody learns anything.
        if door.route.startswith("api/v1/desk/"):
            trusted = {"operator", "finance"} if door.route.startswith(of_money) else {"operator"}
            strangers = {row[role] for role in ROLES[1:] if role not in trusted}
            assert row["anonymous"] == 401, where
            assert strangers <= {403}, where
        if door.route.startswith("api/") and names & theirs:
            assert row["anonymous"] == 401, where
            assert {row["other_buyer"], row["creator"], row["other_staff"]} <= {403, 404}, where
        if door.route.startswith(buyers_own):
            assert row["anonymous"] == 401, where
        elif door.route.startswith("api/") and names & shops:
            assert row["anonymous"] == 401, where
            assert {row["buyer"], row["other_buyer"], row["other_staff"]} <= {403, 404}, where
