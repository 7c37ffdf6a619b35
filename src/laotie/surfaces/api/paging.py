"""Pages of lists: `?limit=` and `?cursor=`, and where the next page is.

A list stays a list; the way on stands in the headers `Link: <…>; rel="next"` and `Next-Cursor`. A
cursor names the last row that was given, so that rows which come or go meanwhile neither repeat
nor hide others. Lists that grow are read page by page (`kernel.pages`); of those that are short by
their nature a part is given. Lists in an object say the same mark as `next_after`.
"""

import base64
import json
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from laotie.kernel.errors import Invalid

MOST = 200
DEFAULT = 50
_LONGEST_CURSOR = 400
_NEXT = "_laotie_next"

PARAMETERS: list[dict[str, Any]] = [
    {
        "name": "limit",
        "in": "query",
        "required": False,
        "description": f"How many rows at most; else {DEFAULT}, or all of a short list.",
        "schema": {"type": "integer", "minimum": 1, "maximum": MOST},
    },
    {
        "name": "cursor",
        "in": "query",
        "required": False,
        "description": "The `Next-Cursor` of the page before.",
        "schema": {"type": "string", "maxLength": _LONGEST_CURSOR},
    },
]
HEADERS: dict[str, Any] = {
    "Link": {
        "description": 'The next page, `rel="next"`; absent on the last.',
        "schema": {"type": "string"},
    },
    "Next-Cursor": {
        "description": "Where the next page begins; absent on the last.",
        "schema": {"type": "string"},
    },
}


def asked(request: HttpRequest, after: str | None = None, *, most: int = MOST) -> dict[str, Any]:
    """Where to go on and how far, as queries take it: `after` and `most`. raises: Invalid.

    after: of operations that had this parameter before there were cursors. most: the query's own
    bound.
    """
    limit = _limit(request)
    return {
        "after": request.GET.get("cursor", after),
        "most": min(DEFAULT if limit is None else limit, most),
    }


def note(request: HttpRequest, next_after: str | None) -> None:
    """Remember where the next page begins; None on the last."""
    setattr(request, _NEXT, next_after)


def page(request: HttpRequest, rows: list[Any]) -> list[Any]:
    """The part of the list that was asked for. raises: Invalid."""
    limit, start = _limit(request), 0
    cursor = request.GET.get("cursor")
    if cursor is not None:
        index, mark = _read(cursor)
        marks = [_mark(row) for row in rows]
        is_where_it_was = 0 < index <= len(marks) and marks[index - 1] == mark
        # The row itself if it is still there, else its place.
        start = marks.index(mark) + 1 if mark in marks and not is_where_it_was else index
    end = len(rows) if limit is None else min(len(rows), start + limit)
    if end < len(rows):
        setattr(request, _NEXT, _written(end, _mark(rows[end - 1])))
    return rows[start:end]


def show_next(request: HttpRequest, answer: HttpResponse) -> None:
    """Tell where the next page is, if there is one."""
    cursor = getattr(request, _NEXT, None)
    if cursor is None:
        return
    query = {name: value for name, value in request.GET.items() if name != "after"}
    query["cursor"] = cursor
    answer["Link"] = f'<{request.path}?{urlencode(query)}>; rel="next"'
    answer["Next-Cursor"] = cursor


def _limit(request: HttpRequest) -> int | None:
    text = request.GET.get("limit")
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= MOST:
        raise Invalid(field="limit", reason="range")
    return int(text)


def _mark(row: Any) -> str:
    """What tells one row from the others: its first field, as text."""
    if isinstance(row, dict):
        return str(next(iter(row.values()), ""))
    names = getattr(row, "__slots__", None) or getattr(row, "__dict__", {})
    return str(getattr(row, next(iter(names)), "")) if names else str(row)


def _written(index: int, mark: str) -> str:
    text = json.dumps([index, mark[:120]], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[int, str]:
    """raises: Invalid."""
    try:
        if len(cursor) > _LONGEST_CURSOR:
            raise ValueError
        index, mark = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if type(index) is not int or not 0 <= index <= 10_000 or not isinstance(mark, str):
            raise ValueError
    except (ValueError, TypeError, UnicodeError, RecursionError) as error:
        raise Invalid(field="cursor", reason="form") from error
    return index, mark
