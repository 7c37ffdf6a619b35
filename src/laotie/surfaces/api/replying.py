"""A shop's reviews, its replies, and where its goods lie."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Router

from laotie.catalog import categories
from laotie.kernel import clock
from laotie.live import words
from laotie.surfaces.api import door, paging
from laotie.surfaces.api.finding import ReviewOut
from laotie.surfaces.api.shapes import (
    CategoryId,
    Done,
    In,
    Out,
    ProductId,
    ProductInList,
    ReviewId,
    ShopId,
)
from laotie.trade import review_pages, reviews
from laotie.trade.review_pages import Filter

router = Router(tags=["shop"])

Mark = Annotated[str, Field(max_length=60)]


class ReplyIn(In):
    text: str


class ShelfIn(In):
    category_id: CategoryId | None


class ShopReviewOut(Out):
    card: ReviewOut
    product: ProductInList | None
    order_public_id: str


class ShopReviewsOut(Out):
    """`next_after` goes into `after` for the next page."""

    rows: list[ShopReviewOut]
    next_after: str | None


@router.get("/shops/{shop_id}/reviews", response=ShopReviewsOut, summary="What buyers say of it")
def listing(
    request: HttpRequest, shop_id: ShopId, only: Filter = Filter.ALL, after: Mark | None = None
) -> object:
    rows, next_after = review_pages.of_shop(
        actor=door.actor(request),
        shop_id=shop_id,
        only=only,
        **paging.asked(request, after, most=review_pages.MOST),
    )
    return {"rows": rows, "next_after": next_after}


@router.put("/reviews/{review_id}/reply", response=Done, summary="Reply for the shop")
def reply(request: HttpRequest, review_id: ReviewId, payload: ReplyIn) -> object:
    """It can be changed until the buyer has read it."""
    reviews.reply(
        actor=door.actor(request),
        review_id=review_id,
        text=payload.text,
        forbidden=words.everywhere(),
        now=clock.now(),
    )
    return Done()


@router.put("/products/{product_id}/category", response=Done, summary="Put it on a shelf")
def put(request: HttpRequest, product_id: ProductId, payload: ShelfIn) -> object:
    categories.put(
        actor=door.actor(request),
        product_id=product_id,
        category_id=payload.category_id,
        now=clock.now(),
    )
    return Done()
