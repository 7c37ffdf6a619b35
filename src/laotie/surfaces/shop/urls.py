"""The buyer's addresses. Ids in them are public ids; a wrong kind is not found."""

from django.urls import path

from laotie.surfaces.shop import buying, csp, entry, goods, me, ordering, paying, watching

app_name = "shop"

urlpatterns = [
    path("", watching.feed, name="feed"),
    path("live/<str:room>", watching.room, name="room"),
    path("live/<str:room>/bag", watching.bag_sheet, name="bag"),
    path("live/<str:room>/ticket", watching.ticket, name="ticket"),
    path("live/<str:room>/follow", watching.follow, name="follow"),
    path("product/<str:product>", goods.product, name="product"),
    path("shop/<str:shop>", goods.shop, name="shop"),
    path("buy", buying.sheet, name="buy"),
    path("buy/place", buying.place, name="place"),
    path("pay/<str:group>", paying.page, name="pay"),
    path("pay/<str:group>/state", paying.state, name="pay-state"),
    path("pay/<str:group>/start", paying.start, name="pay-start"),
    path("pay/<str:group>/check", paying.check, name="pay-check"),
    path("orders", ordering.listing, name="orders"),
    path("orders/<str:order>", ordering.page, name="order"),
    path("orders/<str:order>/money", ordering.money, name="order-money"),
    path("orders/<str:order>/cancel", ordering.cancel, name="order-cancel"),
    path("orders/<str:order>/confirm", ordering.confirm, name="order-confirm"),
    path("orders/<str:order>/refund", ordering.refund, name="order-refund"),
    path(
        "orders/<str:order>/refund/<str:refund>/withdraw",
        ordering.withdraw,
        name="refund-withdraw",
    ),
    path("inbox", me.inbox_page, name="inbox"),
    path("inbox/read", me.read_all, name="inbox-read"),
    path("me", me.page, name="me"),
    path("me/name", me.name, name="name"),
    path("me/password", me.password, name="password"),
    path("me/addresses", me.address_book, name="addresses"),
    path("me/addresses/new", me.add_address, name="address-add"),
    path("me/addresses/<str:address>", me.change_address, name="address"),
    path("me/addresses/<str:address>/remove", me.remove_address, name="address-remove"),
    path("me/coupons", me.coupon_wallet, name="coupons"),
    path("coupons/<str:coupon>/claim", me.claim_coupon, name="coupon-claim"),
    path("sign-in", entry.page, name="sign-in"),
    path("sign-in/code", entry.send_code, name="sign-in-code"),
    path("sign-in/with-code", entry.with_code, name="sign-in-with-code"),
    path("sign-in/with-password", entry.with_password, name="sign-in-password"),
    path("sign-in/second", entry.with_second_step, name="sign-in-second"),
    path("sign-out", entry.sign_out, name="sign-out"),
    path("csp-report", csp.report, name="csp-report"),
]
