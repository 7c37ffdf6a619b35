"""Files that a page or a program fetches: saved under a name, kept by nobody on the way."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase

from laotie.kernel import papers, sheets

CONTENT_TYPES = {**sheets.CONTENT_TYPES, "pdf": papers.PDF}

A = TypeVar("A", bound=HttpResponseBase)


def attached(body: bytes, name: str) -> HttpResponse:
    """A download of this name; never shown in the browser, whatever is in it."""
    return _headed(HttpResponse(body, content_type=_content_type(name)), name)


def written(name: str, write: Callable[[Path], object]) -> HttpResponse:
    """A download of this name with what `write` puts there; the file itself is gone at once."""
    with tempfile.TemporaryDirectory(prefix="laotie-") as folder:
        path = Path(folder) / name
        write(path)
        return attached(path.read_bytes(), name)


def streamed(path: Path, name: str) -> FileResponse:
    """The same of a file that may be large: sent piece by piece."""
    return _headed(FileResponse(path.open("rb"), content_type=_content_type(name)), name)


def _content_type(name: str) -> str:
    return CONTENT_TYPES.get(name.rpartition(".")[2], "application/octet-stream")


def _headed(answer: A, name: str) -> A:
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    in_full = f"; filename*=UTF-8''{quote(name, safe='')}" if plain != name else ""
    answer["Content-Disposition"] = f'attachment; filename="{plain}"{in_full}'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
