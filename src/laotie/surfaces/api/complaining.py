"""Complaints of one's own: about a room, a product, a shop, a creator, a review or a comment."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from laotie.kernel import clock
from laotie.oversight import complaints
from laotie.surfaces.api import door, paging
from laotie.surfaces.api.shapes import In, Out

router = Router(tags=["complaints"])


class ComplaintIn(In):
    """`ref`: its public id. `cause`: fake, forbidden, misleading, abuse, outside, rights, minor or
    other, which needs a text.
    """

    ref: str
    cause: str
    text: str = ""


class ComplaintOut(Out):
    """`state`: OPEN, UPHELD, DISMISSED or WITHDRAWN. `answer`: of an operator."""

    id: UUID
    ref: str
    cause: str
    text: str
    state: str
    made_at: datetime
    ended_at: datetime | None
    answer: str


@router.post("/complaints", response={201: ComplaintOut}, summary="Say that something is wrong")
def complain(request: HttpRequest, payload: ComplaintIn) -> object:
    """An operator will look at it. One at a time about one thing, twenty a day."""
    who = door.actor(request)
    made = complaints.make(
        actor=who, ref=payload.ref, cause=payload.cause, text=payload.text, now=clock.now()
    )
    return Status(201, complaints.of_mine(made, actor=who))


@router.get("/complaints", response=list[ComplaintOut], summary="My complaints, newest first")
def list_mine(request: HttpRequest) -> object:
    return complaints.mine(actor=door.actor(request), **paging.asked(request))


@router.post("/complaints/{uuid:complaint}/withdraw", response=ComplaintOut, summary="Take it back")
def withdraw(request: HttpRequest, complaint: UUID) -> object:
    return complaints.withdraw(actor=door.actor(request), complaint_id=complaint, now=clock.now())
