"""The cart's pages: of guests and of people, from the first thing put aside to one payment."""

import re

import pytest
from django.test import Client
from tests import builders
from tests.outside import World
from tests.surfaces.shop.conftest import Sale, SignIn
from tests.usecases.content.works_made import a_post

from laotie.content.relations import blocks
from laotie.kernel import clock, ids
from laotie.trade import cart, models, my_orders, queries, stock

PART = {"HX-Request-Type": "partial", "HX-Request": "true"}


def sku(id: object) -> str:
    return ids.public("sku", id)  # type: ignore[arg-type]


def words(html: str) -> str:
    """What a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


class Town:
    """Two shops with one thing each, and a buyer with an address."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.one, self.other = builders.a_shop("甲"), builders.a_shop("乙")
        self.tea = builders.a_stocked_sku(self.one, 3990)
        self.cup = builders.a_stocked_sku(self.other, 5000)
        self.buyer = builders.a_person()
        builders.an_address(self.buyer)

    def put(self, client: Client, *things: object) -> None:
        for thing in things:
            answer = client.post("/cart/put", {"sku": sku(thing), "quantity": "2"}, headers=PART)
            assert answer.status_code == 200
            assert "cart" in answer.headers["HX-Trigger"]


@pytest.fixture
def town(world: World) -> Town:
    return Town(world)


def test_a_guests_cart_is_kept_shown_and_theirs_after_signing_in(
    town: Town, signed_in: SignIn
) -> None:
    guest = signed_in()
    town.put(guest, town.tea, town.cup)

    page = words(guest.get("/cart").text)
    assert "¥179.80" in page
    assert "Sign in to order" in page
    assert words(guest.get("/cart/count", headers=PART).text) == "2 in the cart"
    assert guest.get("/cart/order").headers["Location"].startswith("/sign-in?next=")

    phone = builders.a_phone()
    person = builders.a_person(phone=phone, password="correct horse 9")
    builders.an_address(person)
    guest.post(
        "/sign-in/with-password",
        {"phone": phone, "password": "correct horse 9", "next": "/cart"},
    )
    page = words(guest.get("/cart").text)
    assert "Order 2 things" in page
    assert {line.sku_id for line in cart.lines(actor=person)} == {town.tea, town.cup}
    assert "cart" not in guest.session


def test_nothing_is_found_in_a_post_whose_creator_has_blocked_one(
    town: Town, signed_in: SignIn
) -> None:
    creator, client = builders.a_creator(), signed_in(town.buyer)
    post_id, buyer_id = a_post(creator), town.buyer.require_person()
    found = {"sku": sku(town.tea), "post": ids.public("pst", post_id)}

    blocks.block(actor=creator, person_id=buyer_id, now=clock.now())
    assert client.post("/cart/put", found).status_code == 404
    client.get("/buy", found, headers=PART)
    assert not models.Quote.objects.exists()
    assert cart.lines(actor=town.buyer) == ()

    blocks.unblock(actor=creator, person_id=buyer_id)
    assert client.post("/cart/put", found).status_code == 302
    (line,) = cart.lines(actor=town.buyer)
    assert (line.post_id, line.creator_id) == (post_id, creator.creator_id)


def test_what_is_chosen_is_ordered_as_two_orders_with_one_payment(
    town: Town, signed_in: SignIn
) -> None:
    client = signed_in(town.buyer)
    town.put(client, town.tea, town.cup)
    client.post(
        "/cart/change",
        {f"quantity-{sku(town.tea)}": "1", "chosen": [sku(town.tea), sku(town.cup)]},
        headers=PART,
    )

    page = client.get("/cart/order").text
    assert "2 orders, one payment" in page
    assert "¥139.90" in words(page)
    form = dict(re.findall(r'name="(quote|version|key)" value="([^"]+)"', page))
    placed = [client.post("/cart/place", form).headers["Location"] for _ in range(2)]

    assert placed[0] == placed[1]
    assert placed[0].startswith("/pay/grp_")
    assert len(queries.orders_of_buyer(actor=town.buyer).rows) == 2
    assert "Your cart is empty" in words(client.get("/cart").text)


def test_lines_are_chosen_changed_and_taken_out(town: Town, signed_in: SignIn) -> None:
    client = signed_in(town.buyer)
    town.put(client, town.tea, town.cup)

    none = client.post("/cart/all", {"take": "no"}, headers=PART).text
    assert "Choose something" in none
    one = client.post(
        "/cart/all", {"take": "yes", "shop": ids.public("shp", town.one.id)}, headers=PART
    ).text
    assert "Order 1 thing " in words(one) + " "
    assert "¥79.80" in words(one)
    for wrong in ("0", "1000000", "x", "-3"):
        client.post("/cart/change", {f"quantity-{sku(town.tea)}": wrong}, headers=PART)
    assert {line.quantity for line in cart.lines(actor=town.buyer)} <= {1, 2, 99}
    left = client.post("/cart/remove", {"sku": [sku(town.tea)]}, headers=PART).text
    assert sku(town.tea) not in left
    assert client.post("/cart/remove", {"sku": ["nonsense"]}).status_code == 404


def test_what_is_sold_out_is_skipped_and_can_be_waited_for(town: Town, signed_in: SignIn) -> None:
    client = signed_in(town.buyer)
    town.put(client, town.tea, town.cup)
    stock.set_stock(actor=town.one.owner, sku_id=town.tea, on_hand=0, now=clock.now())

    page = words(client.get("/cart").text)
    assert "Cannot be bought now" in page
    assert "Tell me when it is back" in page
    assert "¥100.00" in page
    told = client.post(f"/sku/{sku(town.tea)}/tell-me", {"wait": "yes"}, headers=PART)
    assert "You will be told" in told.text
    assert "You will be told" in words(client.get("/cart").text)
    still = client.post(f"/sku/{sku(town.cup)}/tell-me", {"wait": "yes"})
    assert still.status_code == 409


def test_a_room_remembers_its_host_in_the_cart(sale: Sale, signed_in: SignIn) -> None:
    client = signed_in(sale.buyer)

    client.post("/cart/put", {"sku": sale.sku, "room": sale.room})

    (line,) = cart.lines(actor=sale.buyer)
    assert line.creator_id == sale.scene.host.creator_id
    # The flash price holds in the room; the cart has the list price.
    assert "¥39.90" in words(client.get("/cart").text)
    assert "its own prices hold there" in words(client.get("/cart").text)


def test_an_order_is_bought_again_and_what_is_gone_is_named(town: Town, signed_in: SignIn) -> None:
    client = signed_in(town.buyer)
    order_id = builders.a_paid_order(
        town.world, town.buyer, {town.tea: 2, builders.a_stocked_sku(town.one, 100): 1}
    )
    (gone,) = [
        line.sku_id
        for line in queries.order_page(order_id, actor=town.buyer).lines
        if line.unit_price_fen == 100
    ]
    stock.set_stock(actor=town.one.owner, sku_id=gone, on_hand=1, now=clock.now())

    went = client.post(f"/orders/{ids.public('ord', order_id)}/again")

    assert went.headers["Location"] == "/cart"
    page = words(client.get("/cart").text)
    assert "1 thing of that order is in your cart again" in page
    assert "Cannot be bought any more:" in page
    assert "Cannot be bought any more:" not in words(client.get("/cart").text)


def test_my_orders_are_found_by_what_they_wait_for_and_by_words(
    town: Town, signed_in: SignIn
) -> None:
    now = clock.now()
    paid = builders.a_paid_order(town.world, town.buyer, {town.tea: 1}, now=now)
    received = builders.a_received_order(town.world, town.other, town.buyer, {town.cup: 1}, now=now)
    number = queries.order_page(paid, actor=town.buyer).number

    def found(**how: object) -> set[object]:
        listed = my_orders.listing(actor=town.buyer, now=now, **how)  # type: ignore[arg-type]
        return {row.order_id for row in listed.rows}

    assert found() == {paid, received}
    assert found(shelf=my_orders.MyShelf.TO_REVIEW) == {received}
    assert found(shelf=my_orders.MyShelf.TO_SHIP) == {paid}
    assert found(shelf=my_orders.MyShelf.AFTER_SALE) == set()
    assert found(text=number) == {paid}
    assert found(text="TEA") == {paid, received}
    assert found(text="no such thing \0 %_") == set()
    page = signed_in(town.buyer).get(f"/orders/{ids.public('ord', received)}").text
    assert f"/orders/{ids.public('ord', received)}/review/1" in page
    assert my_orders.waiting(actor=town.buyer, now=now) == {
        "to_pay": 0, "to_ship": 1, "on_the_way": 0, "to_review": 1, "after_sale": 0,
    }  # fmt: skip
