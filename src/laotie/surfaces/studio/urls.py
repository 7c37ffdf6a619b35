"""Addresses of the studio, mounted at `/studio/`. Ids in them are public ids."""

from django.urls import URLPattern, URLResolver, include, path

from laotie.surfaces.studio import (
    bag,
    brake,
    control,
    flash,
    golive,
    goods,
    home,
    lookback,
    orders,
    purse,
    refunds,
    rooms,
    skus,
    staff,
    storefront,
    stream,
    talk,
    terms,
)

app_name = "studio"

_room: list[URLPattern | URLResolver] = [
    path("", control.page, name="room"),
    path("parts/<slug:part>", control.part, name="room-part"),
    path("preview", rooms.preview, name="room-preview"),
    path("live", rooms.go_live, name="room-live"),
    path("end", rooms.end, name="room-end"),
    path("go", golive.page, name="room-go"),
    path("go/live", golive.on_air, name="room-on-air"),
    path("rehearsal/<slug:verb>", golive.rehearse, name="room-rehearsal"),
    path("stop", brake.stop, name="room-stop"),
    path("stop/<slug:verb>", brake.way, name="room-way"),
    path("lookback", lookback.part, name="room-lookback"),
    path("replay/<slug:verb>", lookback.replay, name="room-replay"),
    path("clips/<str:clip>/<slug:verb>", lookback.clip, name="room-clip"),
    path("ticket", stream.ticket, name="room-ticket"),
    path("publish", stream.publish, name="room-publish"),
    path("key", stream.key, name="room-key"),
    path("key/revoke", stream.revoke, name="room-key-revoke"),
    path("products", bag.products, name="room-products"),
    path("bag/<str:product>/<slug:verb>", bag.act, name="room-item"),
    path("flash", flash.start, name="room-flash"),
    path("flash/close", flash.close, name="room-flash-close"),
    path("say", talk.say, name="room-say"),
    path("slow", talk.slow, name="room-slow"),
    path("words/<slug:verb>", talk.word, name="room-word"),
    path("people/<str:person>", talk.person, name="room-person"),
    path("people/<str:person>/<slug:verb>", talk.silence, name="room-silence"),
    path("says/<uuid:say>/take-down", talk.take_down, name="room-take-down"),
]

_product: list[URLPattern | URLResolver] = [
    path("", goods.page, name="product"),
    path("pictures", goods.pictures, name="product-pictures"),
    path("sale/<slug:verb>", goods.sale, name="product-sale"),
    path("plan", goods.plan, name="product-plan"),
    path("skus", skus.add, name="sku-add"),
    path("skus/<str:sku>", skus.change, name="sku"),
    path("skus/<str:sku>/stock", skus.count, name="sku-stock"),
]

_shop: list[URLPattern | URLResolver] = [
    path("", storefront.page, name="shop"),
    path("sign", storefront.change, name="shop-sign"),
    path("orders", orders.listing, name="orders"),
    path("orders/<str:order>", orders.page, name="order"),
    path("orders/<str:order>/ship", orders.ship, name="order-ship"),
    path("orders/<str:order>/address", orders.reveal, name="order-reveal"),
    path("orders/<str:order>/give", refunds.give, name="order-give"),
    path(
        "orders/<str:order>/refunds/<str:refund>/<slug:decision>",
        refunds.decide,
        name="refund-decide",
    ),
    path("refunds", refunds.listing, name="refunds"),
    path("products", goods.listing, name="products"),
    path("products/new", goods.create, name="product-new"),
    path("products/<str:product>/", include(_product)),
    path("coupons", terms.coupons_page, name="coupons"),
    path("coupons/<str:coupon>/close", terms.close_coupon, name="coupon-close"),
    path("freight", terms.freight_page, name="freight"),
    path("staff", staff.page, name="staff"),
    path("staff/<str:person>/dismiss", staff.dismiss, name="staff-dismiss"),
    path("money", purse.shop_page, name="money"),
    path("money/payout", purse.shop_payout, name="money-payout"),
    path("money/orders/<str:order>", purse.shop_order, name="money-order"),
]

urlpatterns = [
    path("", home.page, name="home"),
    path("start", home.start, name="start"),
    path("start/creator", home.become_creator, name="become-creator"),
    path("start/shop", home.apply_for_shop, name="apply"),
    path("rooms", rooms.listing, name="rooms"),
    path("rooms/new", rooms.schedule, name="room-new"),
    path("rooms/<str:room>/", include(_room)),
    path("income", purse.creator_page, name="income"),
    path("income/payout", purse.creator_payout, name="income-payout"),
    path("income/orders/<str:order>", purse.creator_order, name="income-order"),
    path("shops/<str:shop>/", include(_shop)),
]
