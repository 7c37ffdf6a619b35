"""Finding goods, and what is said of them and of their shops."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Router

from laotie.accounts import shops
from laotie.catalog import categories, lexemes, queries, search, shop_follows
from laotie.catalog.search import Order, Wanted
from laotie.content.relations import blocks
from laotie.kernel import clock
from laotie.kernel.errors import NotFound
from laotie.surfaces.api import door, paging
from laotie.surfaces.api.shapes import (
    CategoryId,
    CreatorOut,
    Out,
    PairOut,
    ProductId,
    ProductInList,
    ReviewId,
    ShopId,
    ShopOut,
)
from laotie.trade import review_pages, shop_facts, standing
from laotie.trade.review_pages import Filter

router = Router(tags=["goods"])

Words = Annotated[str, Field(max_length=lexemes.LONGEST_QUERY)]
Mark = Annotated[str, Field(max_length=60)]


class FoundOut(Out):
    """`price_fen`: the lowest outside of rooms now. `sold`: units paid in 30 days."""

    card: ProductInList
    price_fen: int
    sold: int
    has_stock: bool


class ResultsOut(Out):
    """`is_near`: nothing fits, and these come nearest. `next_after` goes into `after`."""

    goods: list[FoundOut]
    next_after: str | None
    is_near: bool
    shops: list[ShopOut]
    creators: list[CreatorOut]


class SuggestionOut(Out):
    """`kind`: PRODUCT, SHOP or CREATOR."""

    kind: str
    public_id: str
    name: PairOut


class CategoryBelowOut(Out):
    id: CategoryId
    slug: str
    name: PairOut
    below: list["CategoryBelowOut"]


class ReviewPictureOut(Out):
    small_url: str
    large_url: str


class ReviewOut(Out):
    """`name` is masked where its buyer wished so."""

    review_id: ReviewId
    product_id: ProductId
    spec: PairOut
    name: str
    avatar_url: str
    stars: int
    text: str
    pictures: list[ReviewPictureOut]
    written_at: datetime
    appended_text: str
    appended_pictures: list[ReviewPictureOut]
    appended_at: datetime | None
    reply: str
    replied_at: datetime | None


class RatingOut(Out):
    """`by_star`: how many gave one star, two, and so on. `average_tenths`: 47 is 4.7."""

    count: int
    with_pictures: int
    by_star: list[int]
    average_tenths: int | None


class ReviewsOut(Out):
    """`next_after` goes into `after` for the next page."""

    rating: RatingOut
    rows: list[ReviewOut]
    next_after: str | None


class FactOut(Out):
    """`part` of `of` cases in 90 days; `rate_bps` is null below 30 of them: not rated yet."""

    name: str
    part: int
    of: int
    rate_bps: int | None


class FactsOut(Out):
    facts: list[FactOut]
    stars_tenths: int | None
    reviews: int


class ShopFollowersOut(Out):
    followers: int


@router.get("/search", response=ResultsOut, summary="Find goods, shops and creators")
def find(
    request: HttpRequest,
    q: Words = "",
    category_id: CategoryId | None = None,
    shop_id: ShopId | None = None,
    least_fen: int | None = None,
    most_fen: int | None = None,
    is_in_stock: bool = False,
    is_on_flash: bool = False,
    order: Order = Order.RELEVANCE,
    after: Mark | None = None,
) -> object:
    """Chinese words, pinyin and initials, traditional characters, English."""
    wanted = Wanted(
        text=q,
        category_id=category_id,
        shop_id=shop_id,
        least_fen=least_fen,
        most_fen=most_fen,
        is_in_stock=is_in_stock,
        is_on_flash=is_on_flash,
        order=order,
    )
    results = search.goods(
        wanted,
        hidden=blocks.creators_apart_from(door.actor(request).person_id) if q else (),
        **paging.asked(request, after, most=search.MOST),
        now=clock.now(),
    )
    return replace(results, goods=standing.with_stock(results.goods))


@router.get("/suggestions", response=list[SuggestionOut], summary="What a few letters may mean")
def suggest(request: HttpRequest, q: Words) -> object:
    return search.suggest(q, hidden=blocks.creators_apart_from(door.actor(request).person_id))


@router.get("/categories", response=list[CategoryBelowOut], summary="The tree of categories")
def tree(request: HttpRequest) -> object:
    return categories.tree()


@router.get("/products/{product_id}/reviews", response=ReviewsOut, summary="What buyers say")
def reviews(
    request: HttpRequest,
    product_id: ProductId,
    only: Filter = Filter.ALL,
    after: Mark | None = None,
) -> object:
    """Only people who have received it can say something."""
    card = queries.product_cards([product_id]).get(product_id)
    if card is None or not card.is_on_sale:
        raise NotFound
    page = review_pages.of_product(
        product_id, only=only, **paging.asked(request, after, most=review_pages.MOST)
    )
    return {
        "rating": review_pages.rating(product_id),
        "rows": page.rows,
        "next_after": page.next_after,
    }


@router.get("/shops/{shop_id}/facts", response=FactsOut, summary="What a shop's orders say")
def facts(request: HttpRequest, shop_id: ShopId) -> object:
    """Counted over 90 days, each with its cases."""
    if not shops.card(shop_id).is_open:
        raise NotFound
    return shop_facts.of_shop(shop_id, now=clock.now())


@router.get("/shops-followed", response=list[ShopOut], summary="The shops that I follow")
def followed(request: HttpRequest) -> object:
    return shop_follows.followed(actor=door.actor(request), **paging.asked(request))


@router.put("/shops/{shop_id}/follow", response=ShopFollowersOut, summary="Follow a shop")
def follow(request: HttpRequest, shop_id: ShopId) -> object:
    who = door.actor(request)
    return {"followers": shop_follows.follow(actor=who, shop_id=shop_id, now=clock.now())}


@router.delete("/shops/{shop_id}/follow", response=ShopFollowersOut, summary="Stop following it")
def unfollow(request: HttpRequest, shop_id: ShopId) -> object:
    return {"followers": shop_follows.unfollow(actor=door.actor(request), shop_id=shop_id)}
