"""A product's page and a shop's page, outside of rooms."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from laotie.accounts import closing, onboarding, shops
from laotie.catalog import categories, pictures, queries, search, shop_follows
from laotie.catalog.queries import ProductPage, SkuLine
from laotie.catalog.search import Order
from laotie.delivery import freight
from laotie.kernel import clock, ids
from laotie.kernel.errors import NotFound
from laotie.links import listings
from laotie.links.listings import Place
from laotie.links.policy import Surface
from laotie.live import queries as live
from laotie.look import answers
from laotie.surfaces.shop import picking, searching, web
from laotie.trade import coupons, review_pages, shop_facts, standing, stock
from laotie.trade.review_pages import Filter

FILTERS = (Filter.ALL, Filter.PICTURES, Filter.LOW)


@require_GET
@web.screen
def product(request: HttpRequest, product: str) -> HttpResponse:
    """One product at its price of now, with what its buyers and its shop's orders say."""
    now = clock.now()
    page = queries.product_page(ids.parse("prd", product), at=now)
    left = stock.available([sku.sku_id for sku in page.skus])
    can_buy = [sku for sku in page.skus if sku.offer and left[sku.sku_id] > 0]
    cheapest = min(can_buy, key=lambda sku: sku.offer.price_fen if sku.offer else 0, default=None)
    wanted = request.GET.get("sku", "")
    chosen = next((sku for sku in page.skus if sku.public_id == wanted), cheapest)
    facts = {
        "page": page,
        "ref": product,
        "chosen": chosen,
        "can_buy": chosen in can_buy,
        "variants": [(sku, sku in can_buy) for sku in page.skus],
        "axes": picking.axes(page, chosen, there={sku.sku_id for sku in can_buy}),
        "left": left[chosen.sku_id] if chosen else 0,
        "range": _range(page),
        "shelves": _shelves(page),
        "coupons": coupons.claimable(page.shop.id, now=now)[:3],
        "freight": freight.rule_of(page.shop.id),
        "rating": review_pages.rating(page.card.product_id),
        "reviews": review_pages.of_product(page.card.product_id, most=3),
        "facts": shop_facts.of_shop(page.shop.id, now=now),
        "neighbours": standing.with_stock(
            search.neighbours(
                page.card.product_id, category_id=page.category_id, shop_id=page.shop.id, now=now
            )
        ),
        "away": _away(page.shop.id, now=now),
        "leads": listings.open_ones(listings.of_product(page.card.product_id, at=now)),
        "linked": _linked(page, chosen, now=now),
        "here": _address("shop:product", product),
    }
    return web.show_open(request, "shop/product.html", facts, now=now)


def _away(shop_id: UUID, *, now: datetime) -> closing.Away | None:
    """When the shop is away at this moment: until when, and what it says of it."""
    found = closing.away([shop_id], at=now).get(shop_id)
    return found if found is not None and found.is_at(now) else None


@require_GET
@web.screen
def reviews(request: HttpRequest, product: str) -> HttpResponse:
    """All reviews of a product, newest first, filtered; a page, or its next rows."""
    product_id = ids.parse("prd", product)
    card = queries.product_cards([product_id]).get(product_id)
    if card is None or not card.is_on_sale:
        raise NotFound
    asked = request.GET.get("only", "all")
    only = Filter(asked) if asked in set(FILTERS) else Filter.ALL
    facts = {
        "card": card,
        "ref": product,
        "only": only.value,
        "rating": review_pages.rating(product_id),
        "reviews": review_pages.of_product(product_id, only=only, after=request.GET.get("after")),
        "is_first": "after" not in request.GET,
        "now": clock.now(),
    }
    return web.show(request, "shop/reviews.html", facts)


@require_GET
@web.screen
def shop(request: HttpRequest, shop: str) -> HttpResponse:
    """A shop: who it is, what its orders say of it, and what it has on sale."""
    now = clock.now()
    card = shops.card(ids.parse("shp", shop))
    if not card.is_open:
        raise NotFound
    who = answers.actor(request)
    held = coupons.wallet(who.person_id, now=now) if who.person_id else ()
    mine = {one.coupon.coupon_id for one in held}
    asked = searching.wanted_of(request.GET, shop_id=card.id)
    if asked.order is Order.RELEVANCE:
        asked = searching.sorted_by(asked, Order.SALES)
    found = searching.found(asked, who, after=request.GET.get("after"), now=now)
    licence = onboarding.licence_of(card.id)
    facts = {
        "shop": card,
        "ref": shop,
        "found": found,
        "form": searching.form_of(asked),
        "here_query": searching.query_of(asked),
        "leads": listings.open_ones(
            listings.of_owner_page(Place(Surface.SHOP_HOME, shop_id=card.id), at=now)
        ),
        "shelves": search.shelves_of_shop(card.id),
        "chosen_shelf": asked.category_id,
        "is_first": "after" not in request.GET,
        "coupons": [
            (coupon, coupon.coupon_id in mine) for coupon in coupons.claimable(card.id, now=now)
        ],
        "facts": shop_facts.of_shop(card.id, now=now),
        "away": _away(card.id, now=now),
        "licence": licence,
        "licence_url": pictures.url(licence.licence_file, 1080) if licence else "",
        "on_air": live.on_air_with(card.id, actor=who),
        "followers": shop_follows.followers(card.id),
        "is_following": shop_follows.is_following(who.person_id, card.id),
        "here": _address("shop:shop", shop),
        "now": now,
    }
    return web.show(request, "shop/shop.html", facts)


@require_POST
@web.screen
def follow(request: HttpRequest, shop: str) -> HttpResponse:
    """Follow a shop, or stop."""
    who, shop_id = answers.actor(request), ids.parse("shp", shop)
    is_following = request.POST.get("follow") != "no"
    if is_following:
        followers = shop_follows.follow(actor=who, shop_id=shop_id, now=clock.now())
    else:
        followers = shop_follows.unfollow(actor=who, shop_id=shop_id)
    if not answers.is_part(request):
        return web.go(request, reverse("shop:shop", args=[shop]))
    facts = {"ref": shop, "is_following": is_following, "followers": followers}
    return web.show(request, "shop/shop_follow.html", facts)


def _range(page: ProductPage) -> tuple[int, int]:
    """The lowest and the highest price of now; the list price where nothing can be bought."""
    prices = [sku.offer.price_fen for sku in page.skus if sku.offer]
    prices = prices or [page.card.list_price_fen]
    return min(prices), max(prices)


def _shelves(page: ProductPage) -> tuple[categories.Shelf, ...]:
    if page.category_id is None:
        return ()
    return categories.path_of(page.category_id, categories.tree())


def _address(name: str, ref: str) -> str:
    return str(settings.LAOTIE.public_url).rstrip("/") + reverse(name, args=[ref])


def _linked(page: ProductPage, chosen: SkuLine | None, *, now: datetime) -> dict[str, object]:
    """The product in the words of schema.org, for whoever shows a shared link."""
    low_fen, high_fen = _range(page)
    is_there = chosen is not None and chosen.offer is not None
    offer: dict[str, object] = {
        "@type": "AggregateOffer",
        "priceCurrency": settings.LAOTIE.currency,
        "lowPrice": f"{low_fen / 100:.2f}",
        "highPrice": f"{high_fen / 100:.2f}",
        "offerCount": len(page.skus),
        "availability": f"https://schema.org/{'InStock' if is_there else 'OutOfStock'}",
    }
    linked: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": page.card.title["zh"],
        "alternateName": page.card.title["en"],
        "description": page.description["zh"][:300],
        "image": list(page.picture_urls),
        "brand": {"@type": "Organization", "name": page.shop.name["zh"]},
        "offers": offer,
    }
    return linked
