"""Every screen in real Chromium: no complaint, no sideways scroll, nothing axe would object to."""

from datetime import timedelta
from uuid import UUID

import pytest
from tests import builders
from tests.outside import World
from tests.surfaces.screens import Open, looked_at
from tests.surfaces.studio.conftest import OnAir, SignIn, shop_address

from laotie.accounts import people
from laotie.accounts.roles import actor_of
from laotie.catalog import offers
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.live import chat, flashes, ingest, queries, rooms, stage, words
from laotie.trade import coupons, invoices, orders, refunds, reviews, stock
from laotie.trade.rules import RefundCause

pytestmark = pytest.mark.browser


@pytest.fixture
def busy(on_air: OnAir, world: World) -> OnAir:
    """The room with a flash offer, comments, a muted viewer, words, a key and paid orders."""
    host, room_id, now = on_air.host, on_air.id, clock.now()
    shop = on_air.scene.shop
    for n in range(3):
        product = builders.a_product(shop, 12800 + 1000 * n, title=f"手作青瓷大碗第{n}款")
        builders.a_plan(shop, product, 2000 + 100 * n)
        stock.set_stock(actor=shop.owner, sku_id=product.skus[0].id, on_hand=3 * n, now=now)
        if n:
            stage.add_item(actor=host, room_id=room_id, product_id=product.id, now=now)
    stage.pin(actor=host, room_id=room_id, product_id=on_air.scene.product.id, now=now)
    stock.set_stock(actor=shop.owner, sku_id=on_air.scene.sku_id, on_hand=60, now=now)
    flashes.open_flash(
        actor=host, room_id=room_id, sku_id=on_air.scene.sku_id, price_fen=1990, quantity=50,
        seconds=600, limit_per_buyer=2, now=now,
    )  # fmt: skip
    talkers = [builders.a_person(name) for name in ("林同学", "阿南", "Marguerite")]
    for who, text in zip(talkers, ("这个釉色真好看", "洗碗机可以吗", "x" * 60), strict=True):
        _say(who, room_id, text)
    _say(host, room_id, "可以的，放心")
    assert talkers[1].person_id
    chat.mute(actor=host, room_id=room_id, person_id=talkers[1].person_id, minutes=10, now=now)
    words.forbid(actor=host, word="加微信")
    ingest.issue_key(actor=host, room_id=room_id, now=now)
    ingest.health(
        room_id=room_id,
        session=on_air.scene.session,
        figures={
            "bitrate_bps": 2_510_000, "fps": 29.9, "key_frame_s": 4.0, "codec": "h264",
            "dropped": 1, "warnings": ["KEY_FRAMES"],
        },
        now=now,
    )  # fmt: skip
    buyer = talkers[0]
    placed = builders.place(
        buyer, builders.a_quote(buyer, {on_air.scene.sku_id: 1}, room_id=room_id, now=now), now=now
    )
    builders.pay_for(world, buyer, placed, now=now)
    return on_air


def _say(who: Actor, room_id: UUID, text: str) -> None:
    assert who.person_id
    line = chat.Line(room_id, who.person_id, text, f"r{ids.new().hex[:20]}")
    (verdict,) = chat.say(actor=who, lines=[line], now=clock.now())
    assert verdict.refused is None


def test_every_screen_of_a_creator_is_clean(
    busy: OnAir,
    world: World,
    signed_in: SignIn,
    window: Open,
) -> None:
    host, now = busy.host, clock.now()
    shop, buyer = busy.scene.shop, builders.a_person()
    quote = builders.a_quote(buyer, {busy.scene.sku_id: 2}, room_id=busy.id, creator=host, now=now)
    placed = builders.place(buyer, quote, now=now)
    builders.pay_for(world, buyer, placed, now=now)
    order_id = placed.orders[0].order_id
    builders.ship(shop, order_id, now=now)
    orders.confirm(actor=buyer, order_id=order_id, now=now)
    assert buyer.person_id
    (said, *_) = queries.comments(busy.id, actor=host)
    later = rooms.schedule(actor=host, title="明晚第二场", starts_at=now, now=now)
    over = rooms.schedule(actor=host, title="昨天那场", starts_at=now, now=now)
    rooms.end(actor=host, room_id=over.id, now=now)
    places = {
        "rooms": "/studio/rooms",
        "room-new": "/studio/rooms/new",
        "room-live": busy.address,
        "room-scheduled": f"/studio/rooms/{ids.public('rom', later.id)}/",
        "room-over": f"/studio/rooms/{ids.public('rom', over.id)}/",
        "room-end": f"{busy.address}end",
        "room-key": f"{busy.address}key",
        "room-products": f"{busy.address}products",
        "room-person": f"{busy.address}people/{ids.public('per', said.person_id)}",
        "income": "/studio/income",
        "income-order": f"/studio/income/orders/{ids.public('ord', order_id)}",
        "start": "/studio/start",
        "missing": "/studio/rooms/rom_x/",
    }

    assert looked_at(window, signed_in(host), places) == {}


def test_every_screen_of_a_merchant_is_clean(
    world: World,
    signed_in: SignIn,
    window: Open,
) -> None:
    shop, buyer, now = builders.a_shop("龙泉清窑"), builders.a_person(), clock.now()
    sku_id = builders.a_stocked_sku(shop, 26800, on_hand=9)
    two = builders.a_product(shop, 3990, 5990, title="茶盏", flash_floor_fen=1000)
    builders.a_plan(shop, two)
    builders.a_product(shop, 9900, title="草稿", is_on_sale=False)
    builders.a_coupon(shop=shop, now=now)
    builders.a_clerk(shop, "ship", "refund")
    paid = builders.a_paid_order(world, buyer, {sku_id: 2}, now=now)
    delivered = builders.a_paid_order(world, buyer, {sku_id: 1}, now=now)
    builders.deliver(world, builders.ship(shop, delivered, now=now), now=now)
    asked = builders.a_shipped_order(world, shop, buyer, {sku_id: 1}, now=now)
    refunds.request(
        actor=buyer, order_id=asked, units={1: 1}, reason="颜色不对", cause=RefundCause.SHOP,
        key=builders.a_key(), now=now,
    )  # fmt: skip
    received = builders.a_received_order(world, shop, buyer, {sku_id: 1}, now=now)
    invoice = invoices.request(
        actor=buyer, order_id=received, kind=invoices.InvoiceKind.COMPANY, title="龙泉某某有限公司",
        tax_no="91350100M000100Y43", now=now,
    )  # fmt: skip
    reviews.write(
        actor=buyer, order_id=received, line_no=1, stars=2, text="杯口有一点毛边，" * 8,
        picture_files=[], is_anonymous=False, forbidden=(), now=now,
    )  # fmt: skip
    offers.start(
        actor=shop.owner, sku_id=sku_id, price_fen=19900, starts_at=now,
        ends_at=now + timedelta(hours=2), quantity=7, limit_per_buyer=2, now=now,
    )  # fmt: skip
    later = (now + timedelta(days=1), now + timedelta(days=2))
    coming = coupons.issue(
        actor=shop.owner, shop_id=shop.id, name_zh="八折", name_en="20% off", off_fen=5000,
        min_goods_fen=100, budget_fen=500_000, limit_per_buyer=1, claim_window=later,
        use_window=later, rate_bps=2000, now=now,
    )  # fmt: skip
    # A second shop, so that the switch is there.
    other = builders.a_shop("云山小农")
    phone = builders.a_phone()
    card = people.join(phone=phone, password=None, name="多店掌柜", now=now)
    for one in (shop, other):
        rights = ("manage", "ship", "refund", "money", "stage")
        builders.hire(one.owner, one.id, phone, *rights, now=now)
    keeper, base = actor_of(card.id, "test"), shop_address(shop)
    public = {name: ids.public("ord", id) for name, id in
              {"paid": paid, "delivered": delivered, "asked": asked, "received": received}.items()}  # fmt: skip
    places = {
        "shop": base,
        "sign": f"{base}sign",
        "orders": f"{base}orders",
        "orders-none": f"{base}orders?shelf=to_pay",
        **{f"order-{name}": f"{base}orders/{id}" for name, id in public.items()},
        "refunds": f"{base}refunds",
        "products": f"{base}products",
        "product-new": f"{base}products/new",
        "product": f"{base}products/{two.public_id}/",
        "coupons": f"{base}coupons",
        "orders-by-file": f"{base}orders/by-file",
        "orders-found": f"{base}orders?q=%E8%8C%B6&late=on",
        "invoices": f"{base}invoices",
        "invoice": f"{base}invoices/{invoice.public_id}",
        "statements": f"{base}money/statements",
        "coupon": f"{base}coupons/{ids.public('cpn', coming.coupon_id)}",
        "freight": f"{base}freight",
        "staff": f"{base}staff",
        "money": f"{base}money",
        "money-order": f"{base}money/orders/{public['received']}",
        "reviews": f"{base}reviews",
        "offers": f"{base}offers",
        "empty-shop": shop_address(other),
        "empty-reviews": f"{shop_address(other)}reviews",
        "empty-offers": f"{shop_address(other)}offers",
    }

    assert looked_at(window, signed_in(keeper), places) == {}


def test_the_screens_of_somebody_new_are_clean(
    world: World,
    signed_in: SignIn,
    window: Open,
) -> None:
    waiting = builders.a_shop(is_open=False)
    creator = builders.a_creator()

    assert looked_at(window, signed_in(builders.a_person()), {"new-start": "/studio/start"}) == {}  # fmt: skip
    assert looked_at(window, signed_in(waiting.owner), {"waiting": shop_address(waiting)}) == {}  # fmt: skip
    assert looked_at(window, signed_in(creator), {"no-rooms": "/studio/rooms"}) == {}  # fmt: skip
