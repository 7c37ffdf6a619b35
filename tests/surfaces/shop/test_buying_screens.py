"""The screens from cart to after-sale in real Chromium, each with something to show."""

from datetime import timedelta

import pytest
from tests import builders
from tests.outside import World
from tests.surfaces import screens
from tests.surfaces.screens import Open
from tests.surfaces.shop.conftest import Sale, SignIn

from laotie.catalog import offers
from laotie.kernel import clock, ids
from laotie.payments import intents
from laotie.trade import cart, orders, refunds, restock, stock

pytestmark = pytest.mark.browser


@pytest.fixture
def places(sale: Sale, world: World) -> dict[str, str]:
    """A cart of two shops with all troubles, a declined payment, a refused refund."""
    now, buyer, shop = clock.now(), sale.buyer, sale.scene.shop
    other = builders.a_shop("远山窑")
    tea, cup, gone = (builders.a_stocked_sku(shop, fen) for fen in (26800, 3990, 9900))
    bowl = builders.a_stocked_sku(other, 12800, on_hand=2)
    builders.a_coupon(shop=other, off_fen=2000, min_goods_fen=30000, now=now)
    for sku_id, quantity in ((tea, 1), (cup, 2), (gone, 1), (bowl, 2)):
        cart.put(
            actor=buyer,
            sku_id=sku_id,
            quantity=quantity,
            room_id=sale.scene.room_id,
            creator_id=sale.scene.host.creator_id,
            now=now,
        )
    offers.start(
        actor=shop.owner,
        sku_id=cup,
        price_fen=2990,
        starts_at=now,
        ends_at=now + timedelta(hours=5),
        now=now,
    )
    stock.set_stock(actor=shop.owner, sku_id=gone, on_hand=0, now=now)
    stock.set_stock(actor=other.owner, sku_id=bowl, on_hand=1, now=now)
    restock.ask(actor=buyer, sku_id=gone, now=now)
    declined = builders.a_placed_order(buyer, {tea: 1}, now=now)
    ticket = orders.pay(actor=buyer, group_id=declined.group_id, now=now)
    world.open(ticket.payment_id, now=now)
    world.provider.decline(ids.public("pay", ticket.payment_id))
    intents.refresh(ticket.payment_id, now=now)
    over = builders.a_placed_order(buyer, {tea: 1}, now=now)
    orders.cancel(actor=buyer, order_id=over.orders[0].order_id, now=now)
    paid = builders.a_paid_order(world, buyer, {tea: 1}, now=now)
    shipped = builders.a_shipped_order(world, shop, buyer, {tea: 2}, now=now)
    wish = refunds.request(
        actor=buyer, order_id=shipped, units={1: 1}, reason="碎了", key=builders.a_key(), now=now
    )
    refunds.refuse(actor=shop.owner, refund_id=wish.refund_id, reason="worn", now=now)
    order = "/orders/" + ids.public("ord", shipped)
    return {
        "cart": "/cart",
        "cart-order": "/cart/order",
        "pay-declined": f"/pay/{declined.public_id}",
        "pay-over": f"/pay/{over.public_id}",
        "orders-found": "/orders?q=茶",
        "order-address": f"/orders/{ids.public('ord', paid)}/address",
        "order-refused": order,
        "refund-again": f"{order}/refund/{wish.public_id}/again",
        "share": f"/share/{sale.room}?named=1",
    }


def test_every_screen_after_the_cart_is_clean(
    places: dict[str, str],
    sale: Sale,
    signed_in: SignIn,
    window: Open,
) -> None:
    client = signed_in(sale.buyer)

    assert screens.looked_at(window, client, places) == {}


def test_a_guests_cart_is_clean_empty_and_full(sale: Sale, signed_in: SignIn, window: Open) -> None:
    guest = signed_in()
    assert screens.looked_at(window, guest, {"cart-empty": "/cart"}) == {}

    guest.post("/cart/put", {"sku": sale.sku, "room": sale.room})

    assert screens.looked_at(window, guest, {"cart-guest": "/cart"}) == {}
