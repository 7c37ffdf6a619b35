"""Long work with files: how far it is, stopping it, going on, what was said, what came out.

A run that was started here is the one that its page shows, and the other way round.
"""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Router

from laotie.kernel import clock, runs, sheets
from laotie.kernel.errors import Invalid
from laotie.look import files
from laotie.surfaces.api import door
from laotie.surfaces.api.shapes import Out, RunId, ShopId

router = Router(tags=["files"])

# What operations that answer with a file, or take one, say of it in the description.
ANY_FILE: dict[str, Any] = {
    "responses": {
        200: {
            "description": "The file",
            "content": {kind: {} for kind in sorted(files.CONTENT_TYPES.values())},
        }
    }
}
A_SHEET: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The table itself, with the names of its columns in the first row.",
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}} for kind in sorted(door.SHEETS)
        },
    }
}


class RunOut(Out):
    """`state`: WAITING, RUNNING, DONE, FAILED or CANCELLED; the last two can be gone on with.

    `counts`: rows by what became of them. The names are of files to fetch, empty without one.
    """

    id: RunId
    kind: str
    title: str
    shop_id: ShopId | None
    state: str
    is_dry: bool
    done: int
    total: int | None
    left_s: int | None
    counts: dict[str, int]
    failure: str
    result_name: str
    errors_name: str
    is_cancel_asked: bool
    can_resume: bool
    asked_at: datetime
    ended_at: datetime | None
    kept_until: datetime

    @staticmethod
    def resolve_title(card: runs.RunCard) -> str:
        return card.title_text

    @staticmethod
    def resolve_is_dry(card: runs.RunCard) -> bool:
        return bool(card.arguments.get("is_dry"))


class NoteOut(Out):
    """What is said of one row; `field` is the column's key, empty for the whole row."""

    row_no: int
    said: str
    is_error: bool
    field: str


@router.get("/runs/{run_id}", response=RunOut, summary="How far a file is")
def show(request: HttpRequest, run_id: RunId) -> object:
    return runs.card(actor=door.actor(request), run_id=run_id, now=clock.now())


@router.get("/runs/{run_id}/notes", response=list[NoteOut], summary="What is said of its rows")
def list_notes(request: HttpRequest, run_id: RunId, errors: bool = False) -> object:
    """The first hundred: of a check what would change, and rows that are not taken and why.

    `errors`: those alone.
    """
    who = door.actor(request)
    return runs.notes(actor=who, run_id=run_id, is_error=True if errors else None)


@router.post("/runs/{run_id}/cancel", response=RunOut, summary="Stop it before its next piece")
def cancel(request: HttpRequest, run_id: RunId) -> object:
    """What was done stays. A run that is over stays as it is."""
    return runs.cancel(actor=door.actor(request), run_id=run_id, now=clock.now())


@router.post("/runs/{run_id}/resume", response=RunOut, summary="Go on after its last piece")
def resume(request: HttpRequest, run_id: RunId) -> object:
    return runs.resume(actor=door.actor(request), run_id=run_id, now=clock.now())


@router.get("/runs/{run_id}/result", summary="The file that came out", openapi_extra=ANY_FILE)
def fetch_result(request: HttpRequest, run_id: RunId) -> HttpResponseBase:
    found = runs.file_of(actor=door.actor(request), run_id=run_id, which="result")
    return files.streamed(found.path, found.name)


@router.get("/runs/{run_id}/errors", summary="The rows with errors", openapi_extra=ANY_FILE)
def fetch_errors(request: HttpRequest, run_id: RunId) -> HttpResponseBase:
    """Each with its reason, to be mended and sent again."""
    found = runs.file_of(actor=door.actor(request), run_id=run_id, which="errors")
    return files.streamed(found.path, found.name)


def read_form(form: str) -> str:
    """A form in which tables are written: csv or xlsx. raises: Invalid."""
    if form not in sheets.FORMS:
        raise Invalid(field="form", reason="choice")
    return form
