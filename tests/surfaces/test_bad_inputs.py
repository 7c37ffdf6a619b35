"""What no client should send, to everything that takes a body: never a server error or an effect.

Each address is asked as a role that may use it, so that what is sent is what is refused. The
values rotate over the fields, so that each kind meets every tenth field; `LAOTIE_SOAK` sends all
of them to all.
"""

import copy
import io
import itertools
import json
import os
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.emptying import Emptier
from tests.outside import stand_in
from tests.surfaces import town
from tests.surfaces.test_matrix import (
    _ONLY_READS,
    _TAKEN_BY_NAME,
    Door,
    api_doors,
    body_for,
    table,
    undone,
)
from tests.surfaces.town import ROLES, Town

from laotie.kernel import sql

_ALL = "LAOTIE_SOAK" in os.environ
# Neither text nor a number nor true: no field of ours takes any of these.
_WRONG_EVERYWHERE: list[Any] = [{"a": 1}, [[]], "\x00", "a\x00b", "x" * 200_000, {"$gt": ""}]
_WRONG_NUMBERS: list[Any] = ["12", "１２", 1.5, 2**63, -(2**63) - 1, True, [], {}, "NaN", 10**30]
_RAW: list[bytes] = [
    b'{"a": ' * 10_000 + b"1" + b"}" * 10_000,
    b"[" * 10_000,
    b'{"reason": "a", "reason": "b"}',
    b'{"reason": "\\ud800"}',
    b'{"reason": "\\u0000"}',
    b'{"unknown_field": true}',
    b"[]",
    b"\xff\xfe",
    b'{"reason": 1e999}',
]
_MEDIA_TYPES = ["text/plain", "multipart/form-data; boundary=x", "application/xml"]
_TYPED = [
    "\x00", "a\x00b", "１２３", "9" * 19, str(2**63), "-1", "x" * 50_000, "1e309", "NaN", "٣",
    "../../etc/passwd", "=HYPERLINK(1)", "\u202egpj.exe", "ord_" + "0" * 26,
]  # fmt: skip
_BROKEN_FORMS = [
    (b"name=%ED%A0%80&reason=%ff%fe&text=%00", "application/x-www-form-urlencoded"),
    (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
    (b"", "multipart/form-data"),
    (b'{"reason": "x"}', "application/json"),
    (b"&".join(b"a%d=1" % n for n in range(3000)), "application/x-www-form-urlencoded"),
]
_FILE_FIELDS = ("picture", "pictures", "file", "sheet", "cover", "avatar", "document")


@pytest.fixture(scope="module")
def small_town(_emptier: Emptier) -> Iterator[Town]:
    """One town for all addresses: whatever is done to it is taken back."""
    try:
        with stand_in() as world:
            yield town.build(world)
    finally:
        _emptier.empty()


def client_for(door: Door, there: Town) -> Client:
    """Somebody whom this address lets in, or at least its operator."""
    row = table().get(door, {})
    allowed = [role for role in ROLES if row.get(role, 500) < 400]
    known = [role for role in ROLES if row.get(role, 500) in {409, 422}]
    client = there.client((allowed or known or ["operator"])[-1])
    client.raise_request_exception = False
    return client


def rows_of_everything() -> list[tuple[Any, ...]]:
    """How many rows each of our tables has, but for what counts attempts and remembers answers."""
    names = sql.rows(
        "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'"
        " AND table_type = 'BASE TABLE' AND table_name !~"
        " 'attempt|signintry|remembered|session|audit|throttle|rate|django|procrastinate|shop_view|visit'"
        " ORDER BY 1"
    )
    counts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for (name,) in names)
    return sorted(sql.rows(counts))


def spoiled(body: Any, turn: Iterator[int]) -> Iterator[Any]:
    """Copies of a good body, each with one field that nobody should send."""
    if not isinstance(body, dict):
        return
    for name, value in body.items():
        wrong = _WRONG_NUMBERS if type(value) is int else _WRONG_EVERYWHERE
        for bad in wrong if _ALL else [wrong[next(turn) % len(wrong)]]:
            if not (isinstance(value, (dict, list)) and isinstance(bad, type(value))):
                yield {**copy.deepcopy(body), name: bad}
        if isinstance(value, dict):
            yield from ({**body, name: inner} for inner in spoiled(value, turn))


def test_no_operation_takes_a_body_that_it_does_not_declare(small_town: Town) -> None:
    turn, taken = itertools.count(), []
    before = rows_of_everything()
    for door, operation in api_doors().items():
        good = body_for(operation, small_town.things)
        if not good:
            continue
        client, path = client_for(door, small_town), door.path(small_town.things)
        bodies = [json.dumps(each).encode() for each in spoiled(json.loads(good), turn)]
        bodies += _RAW if _ALL else [_RAW[next(turn) % len(_RAW)] for _ in range(2)]
        tries = [(body, "application/json") for body in bodies]
        tries.append((good, _MEDIA_TYPES[next(turn) % len(_MEDIA_TYPES)]))
        for body, kind in tries:
            status = client.generic(door.method, path, body, content_type=kind).status_code
            if not 400 <= status < 500:
                taken.append(f"{door.method} {door.route} {kind} {body[:120]!r}: {status}")
    after = rows_of_everything()
    assert taken == []
    assert after == before


def pages_that_write() -> list[Door]:
    return [
        door
        for door in table()
        if door.method == "POST"
        and not door.route.startswith(("api/", "hooks/"))
        and door.route not in _ONLY_READS
    ]


def test_no_page_falls_over_what_is_typed_into_it(small_town: Town) -> None:
    turn, fallen = itertools.count(), []
    good = {**_TAKEN_BY_NAME, **small_town.things}
    for door in pages_that_write():
        client, path = client_for(door, small_town), door.path(small_town.things)
        typed = _TYPED if _ALL else [_TYPED[next(turn) % len(_TYPED)] for _ in range(2)]
        forms = [*_BROKEN_FORMS] if _ALL else [_BROKEN_FORMS[next(turn) % len(_BROKEN_FORMS)]]
        with undone():
            tries = [client.post(path), *(client.post(path, dict.fromkeys(good, x)) for x in typed)]
            tries += [client.generic("POST", path, raw, content_type=kind) for raw, kind in forms]
        fallen += [
            f"{door.route} {number}: {answer.status_code}"
            for number, answer in enumerate(tries)
            if answer.status_code >= 500
        ]
    assert fallen == []


def bomb() -> bytes:
    """A workbook that would unpack to a hundred megabytes."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", b" " * 100_000_000)
    return body.getvalue()


def hostile_files() -> list[tuple[str, bytes, str]]:
    return [
        ("empty.png", b"", "image/png"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml"),
        ("a.gif", b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)//", "image/gif"),
        ("../../a.png", b"\x89PNG\r\n\x1a\n" + b"\xff" * 40, "image/png"),
        ("bomb.xlsx", bomb(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.csv", "=cmd|' /C calc'!A0,１２,\x00\n".encode(), "text/csv"),
        ("a.csv", b"\xff\xfe\x00\xd8", "text/csv"),
    ]


def test_no_page_falls_over_a_file_or_keeps_one_that_is_none(small_town: Town) -> None:
    fallen: list[str] = []
    files = hostile_files()
    turn = itertools.count()
    pictures = sql.rows("SELECT count(*) FROM catalog_picture")
    good = {**_TAKEN_BY_NAME, **small_town.things}
    takers = (
        "sheet",
        "files",
        "picture",
        "review",
        "refund",
        "rooms/",
        "papers",
        "sign",
        "by-file",
    )
    for door in pages_that_write():
        if not any(word in door.route for word in takers):
            continue
        client, path = client_for(door, small_town), door.path(small_town.things)
        for name, body, kind in files if _ALL else [files[next(turn) % len(files)]]:
            sent = {
                field: SimpleUploadedFile(name, body, content_type=kind) for field in _FILE_FIELDS
            }
            with undone():
                status = client.post(path, {**good, **sent}).status_code
                kept = sql.rows("SELECT count(*) FROM catalog_picture")
            if status >= 500 or kept != pictures:
                fallen.append(f"{door.route} {name}: {status}")
    assert fallen == []
