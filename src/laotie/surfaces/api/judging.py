"""A buyer's own reviews."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Status

from laotie.kernel import clock
from laotie.live import words
from laotie.surfaces.api import door
from laotie.surfaces.api.finding import ReviewOut
from laotie.surfaces.api.shapes import Done, In, OrderId, Out, PairOut, ReviewId
from laotie.trade import review_pages, reviews

router = Router(tags=["reviews"])


class ReviewIn(In):
    """`pictures`: up to six files of pictures that one has stored."""

    stars: int
    text: str = ""
    pictures: list[str] = []
    is_anonymous: bool = False


class LaterIn(In):
    text: str
    pictures: list[str] = []


class ReportIn(In):
    reason: str


class WrittenOut(Out):
    review_id: ReviewId
    stars: int
    written_at: datetime


class OwnLineOut(Out):
    """A line of one's order, what was said of it, and what may be said now."""

    line_no: int
    title: PairOut
    spec: PairOut
    picture_url: str
    review: ReviewOut | None
    may_write: bool
    may_append: bool


@router.get("/orders/{order_id}/reviews", response=list[OwnLineOut], summary="My reviews of it")
def of_order(request: HttpRequest, order_id: OrderId) -> object:
    return review_pages.of_own_order(actor=door.actor(request), order_id=order_id, now=clock.now())


@router.post(
    "/orders/{order_id}/lines/{line_no}/review",
    response={201: WrittenOut},
    summary="Judge what I have received",
)
def write(request: HttpRequest, order_id: OrderId, line_no: int, payload: ReviewIn) -> object:
    """Once per line, for 180 days from receipt."""
    kept = reviews.write(
        actor=door.actor(request),
        order_id=order_id,
        line_no=line_no,
        stars=payload.stars,
        text=payload.text,
        picture_files=payload.pictures,
        is_anonymous=payload.is_anonymous,
        forbidden=words.everywhere(),
        now=clock.now(),
    )
    return Status(201, kept)


@router.post("/reviews/{review_id}/later", response=WrittenOut, summary="Add to my review")
def append(request: HttpRequest, review_id: ReviewId, payload: LaterIn) -> object:
    """Once, within 180 days."""
    return reviews.append(
        actor=door.actor(request),
        review_id=review_id,
        text=payload.text,
        picture_files=payload.pictures,
        forbidden=words.everywhere(),
        now=clock.now(),
    )


@router.post("/reviews/{review_id}/report", response=Done, summary="Something is wrong with it")
def report(request: HttpRequest, review_id: ReviewId, payload: ReportIn) -> object:
    reviews.report(
        actor=door.actor(request), review_id=review_id, reason=payload.reason, now=clock.now()
    )
    return Done()
