"""A product's page and a shop's page, outside of rooms."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from laotie.accounts import shops
from laotie.catalog import queries
from laotie.kernel import clock, ids
from laotie.kernel.errors import NotFound
from laotie.look import answers
from laotie.surfaces.shop import web
from laotie.trade import coupons, stock


@require_GET
@web.screen
def product(request: HttpRequest, product: str) -> HttpResponse:
    """One product at its price of now."""
    now = clock.now()
    page = queries.product_page(ids.parse("prd", product), at=now)
    left = stock.available([sku.sku_id for sku in page.skus])
    can_buy = [sku for sku in page.skus if sku.offer and left[sku.sku_id] > 0]
    shown = min(can_buy, key=lambda sku: sku.offer.price_fen if sku.offer else 0, default=None)
    facts = {"page": page, "shown": shown, "left": sum(left.values()), "now": now}
    return web.show(request, "shop/product.html", facts)


@require_GET
@web.screen
def shop(request: HttpRequest, shop: str) -> HttpResponse:
    """A shop and what it has on sale."""
    now = clock.now()
    card = shops.card(ids.parse("shp", shop))
    if not card.is_open:
        raise NotFound
    who = answers.actor(request)
    held = coupons.wallet(who.person_id, now=now) if who.person_id else ()
    mine = {one.coupon.coupon_id for one in held}
    facts = {
        "shop": card,
        "products": queries.shop_products(card.id),
        "coupons": [
            (coupon, coupon.coupon_id in mine) for coupon in coupons.claimable(card.id, now=now)
        ],
        "now": now,
    }
    return web.show(request, "shop/shop.html", facts)
