"""Files on their way into posts: tickets, and what has become of what was sent."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from laotie.content.files import uploads, works
from laotie.content.files.footage import Kind
from laotie.content.files.uploads import Ticket
from laotie.content.files.works import WorkCard
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.look import answers


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """`kind`, `bytes`, `name`, of captions `for_work` and `language`: a ticket as JSON.

    `again`: an upload that was broken off; while it is open, the ticket is to go on with it.
    """
    given, who = request.POST, answers.actor(request)
    try:
        open_one = _open_one(who, given.get("again", ""), given.get("bytes", ""))
        if open_one is not None:
            return _ticket(open_one, status=200)
        for_work = given.get("for_work", "")
        ticket = uploads.begin(
            actor=who,
            kind=_kind(given.get("kind", "")),
            bytes=_whole(given.get("bytes", ""), field="bytes"),
            name=given.get("name", ""),
            for_work=ids.parse("wrk", for_work) if for_work else None,
            language=given.get("language", ""),
            now=clock.now(),
        )
    except Refusal as refusal:
        return JsonResponse(refusal.as_dict(), status=refusal.status)
    return _ticket(ticket, status=201)


@require_GET
def state(request: HttpRequest, upload: str) -> HttpResponse:
    """Where an upload of one's own stands, and the work that is made of it."""
    try:
        card = uploads.card(ids.parse("upl", upload), actor=answers.actor(request))
        work = works.card(card.work_id) if card.work_id else None
    except Refusal as refusal:
        return JsonResponse(refusal.as_dict(), status=refusal.status)
    said = {
        "upload": card.public_id,
        "state": card.state.value,
        "offset": card.offset,
        "bytes": card.bytes,
        "work": _work(work) if work else None,
    }
    return JsonResponse(said, headers={"Cache-Control": "no-store"})


@require_POST
def cancel(request: HttpRequest, upload: str) -> HttpResponse:
    """An upload that is under way, or the work that is being made of it."""
    who, now = answers.actor(request), clock.now()
    try:
        card = uploads.card(ids.parse("upl", upload), actor=who)
        if card.work_id is None:
            uploads.cancel(actor=who, upload_id=card.id, now=now)
        else:
            works.cancel(actor=who, work_id=card.work_id, now=now)
    except Refusal as refusal:
        return JsonResponse(refusal.as_dict(), status=refusal.status)
    return JsonResponse({})


def _open_one(who: Actor, upload: str, bytes: str) -> Ticket | None:
    """The upload of this id, if it is one's own, still open, and of the same size."""
    if not upload:
        return None
    try:
        ticket = uploads.resume(actor=who, upload_id=ids.parse("upl", upload))
    except NotFound:
        return None
    return ticket if str(ticket.bytes) == bytes else None


def _ticket(ticket: Ticket, *, status: int) -> HttpResponse:
    said = {"upload": ticket.public_id, "url": ticket.url, "bytes": ticket.bytes}
    return JsonResponse(said, status=status)


def _work(card: WorkCard) -> dict[str, Any]:
    return {
        "id": card.public_id,
        "state": card.state.value,
        "percent": card.percent,
        "cause": card.cause,
        "explanation": card.explanation,
        "duration_ms": card.duration_ms,
    }


def _kind(said: str) -> Kind:
    try:
        return Kind(said)
    except ValueError as error:
        raise Invalid(field="kind", reason="choice") from error


def _whole(said: str, *, field: str) -> int:
    if not said.isascii() or not said.isdigit() or len(said) > 15:
        raise Invalid(field=field, reason="range")
    return int(said)
