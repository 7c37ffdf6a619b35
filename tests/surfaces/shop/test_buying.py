"""From the sheet to the paid order, through the pages alone."""

import re

import pytest
from django.test import Client
from tests import builders
from tests.outside import World
from tests.surfaces.shop.conftest import Sale, SignIn

from laotie.accounts import addresses
from laotie.catalog import matrix
from laotie.catalog.matrix import Cell
from laotie.catalog.products import NewSku
from laotie.kernel import clock, ids
from laotie.live import flashes
from laotie.trade import orders, queries, stock

PART = {"HX-Request-Type": "partial"}


def sheet(client: Client, sale: Sale, **choice: object) -> str:
    chosen = {"room": sale.room, "sku": sale.sku, **choice}
    answer = client.get("/buy", chosen, headers=PART)
    assert answer.status_code == 200
    return str(answer.text)


def hidden(page: str) -> dict[str, str]:
    """The quote that a sheet would send."""
    return dict(re.findall(r'name="(quote|version|key|room)" value="([^"]*)"', page))


def total(page: str) -> str:
    (whole, cents) = re.search(
        r'class="sum".*?</small>([0-9,]+)<span class="cents">(\.[0-9]+)', page, re.DOTALL
    ).groups()  # type: ignore[union-attr]
    return f"{whole}{cents}"


def test_a_guest_sees_the_price_and_is_asked_to_sign_in(sale: Sale, signed_in: SignIn) -> None:
    page = sheet(signed_in(), sale)

    assert '19<span class="cents">.90' in page
    assert "Sign in to order" in page
    assert hidden(page) == {"room": sale.room}


def test_the_sheet_settles_address_freight_and_price(sale: Sale, signed_in: SignIn) -> None:
    page = sheet(signed_in(sale.buyer), sale, quantity=2)

    assert "138****8000" in page
    assert total(page) == "39.80"
    assert set(hidden(page)) == {"quote", "version", "key", "room"}


def test_without_an_address_the_sheet_asks_for_one(sale: Sale, signed_in: SignIn) -> None:
    page = sheet(signed_in(builders.a_person()), sale)

    assert "Add an address to order" in page
    assert "Place order" not in page


def test_a_quantity_above_the_limit_is_brought_down(sale: Sale, signed_in: SignIn) -> None:
    page = sheet(signed_in(sale.buyer), sale, quantity=50)

    assert 'value="2"' in page
    assert 'max="2"' in page


def test_the_best_coupon_is_used_unless_the_buyer_says_otherwise(
    sale: Sale, signed_in: SignIn
) -> None:
    now = clock.now()
    small = builders.a_coupon(shop=None, off_fen=300, now=now)
    large = builders.a_coupon(shop=None, off_fen=500, now=now)
    for coupon in (small, large):
        builders.a_claim(sale.buyer, coupon, now=now)
    client = signed_in(sale.buyer)

    best = sheet(client, sale)
    none = sheet(client, sale, coupon="")

    assert total(best) == "14.90"
    assert total(none) == "19.90"


def test_an_order_is_placed_paid_and_shown(sale: Sale, world: World, signed_in: SignIn) -> None:
    client = signed_in(sale.buyer)
    form = {**hidden(sheet(client, sale, quantity=2)), "sku": sale.sku, "quantity": "2"}

    placed = client.post("/buy/place", form, headers=PART)

    pay = placed.headers["HX-Redirect"]
    assert re.fullmatch(r"/pay/grp_[0-9a-z]{26}", pay)
    assert "Pay now" in client.get(pay).text
    started = client.post(f"{pay}/start")
    assert started.status_code == 302
    assert started.headers["Location"].startswith("https://pay.test/pay_")
    assert "Waiting for your payment" in client.get(pay).text

    out_no = started.headers["Location"].removeprefix("https://pay.test/")
    world.provider.take_money(out_no, clock.now())
    assert "Your money has arrived" in client.post(f"{pay}/check", headers=PART).text
    world.pump(now=clock.now())
    assert "We hold the money until you have the goods" in client.get(pay).text


def test_placing_twice_is_one_order(sale: Sale, signed_in: SignIn) -> None:
    client = signed_in(sale.buyer)
    form = {**hidden(sheet(client, sale)), "sku": sale.sku, "quantity": "1"}

    first = client.post("/buy/place", form)
    second = client.post("/buy/place", form)

    assert first.headers["Location"] == second.headers["Location"]
    assert len(queries.orders_of_buyer(actor=sale.buyer).rows) == 1


def test_going_back_from_the_payment_page_orders_nothing_twice(
    sale: Sale, signed_in: SignIn
) -> None:
    client = signed_in(sale.buyer)
    form = {"sku": sale.sku, "quantity": "1"}
    first = client.post("/buy/place", {**form, **hidden(sheet(client, sale))})

    # Back, so the sheet is asked for anew: another quote with a key of its own.
    again = client.post("/buy/place", {**form, **hidden(sheet(client, sale))}, follow=True)

    assert again.redirect_chain == [(first.headers["Location"], 302)]
    assert "You have ordered exactly this already" in again.text
    assert len(queries.orders_of_buyer(actor=sale.buyer).rows) == 1


def test_another_number_is_another_order(sale: Sale, signed_in: SignIn) -> None:
    client = signed_in(sale.buyer)
    once = {**hidden(sheet(client, sale)), "sku": sale.sku, "quantity": "1"}
    client.post("/buy/place", once)
    cup = ids.public("sku", builders.a_stocked_sku(builders.a_shop()))

    other = {**hidden(sheet(client, sale, sku=cup)), "sku": cup, "quantity": "1"}
    client.post("/buy/place", other)

    assert len(queries.orders_of_buyer(actor=sale.buyer).rows) == 2


@pytest.mark.parametrize("quantity", ["abc", "0", "-1", "1e9", "", "1.5", "9" * 12, "１"])
def test_what_is_no_number_of_units_is_not_taken_for_one(
    sale: Sale, signed_in: SignIn, quantity: str
) -> None:
    client = signed_in(sale.buyer)
    form = {**hidden(sheet(client, sale)), "sku": sale.sku, "quantity": quantity}

    shown = client.post("/buy", form, headers=PART)
    placed = client.post("/buy/place", form, headers=PART)

    for answer in (shown, placed):
        assert answer.status_code == 422
        assert "Enter how many you want" in answer.text
    assert queries.orders_of_buyer(actor=sale.buyer).rows == ()


def test_a_choice_changed_after_its_price_orders_nothing(sale: Sale, signed_in: SignIn) -> None:
    client = signed_in(sale.buyer)
    shown = sheet(client, sale)
    form = {**hidden(shown), "sku": sale.sku, "quantity": "1"}
    form["shown_for"] = re.search(r'name="shown_for" value="([^"]*)"', shown).group(1)  # type: ignore[union-attr]
    form["address"] = re.search(r'name="address" value="([^"]*)"', shown).group(1)  # type: ignore[union-attr]

    hasty = client.post("/buy/place", {**form, "quantity": "3"}, headers=PART)

    assert hasty.status_code == 409
    assert "You changed your choice" in hasty.text
    assert queries.orders_of_buyer(actor=sale.buyer).rows == ()
    assert client.post("/buy/place", form).status_code == 302


def test_a_changed_price_is_shown_in_the_sheet_and_nothing_is_ordered(
    sale: Sale, signed_in: SignIn
) -> None:
    client = signed_in(sale.buyer)
    form = {**hidden(sheet(client, sale)), "sku": sale.sku, "quantity": "1"}
    flashes.close_flash(actor=sale.scene.host, room_id=sale.scene.room_id, now=clock.now())

    answer = client.post("/buy/place", form, headers=PART)

    assert answer.status_code == 409
    assert "The price has changed" in answer.text
    assert total(answer.text) == "39.90"
    assert hidden(answer.text)["quote"] != form["quote"]
    assert queries.orders_of_buyer(actor=sale.buyer).rows == ()


def test_sold_out_is_said_in_the_sheet(sale: Sale, signed_in: SignIn) -> None:
    client = signed_in(sale.buyer)
    form = {**hidden(sheet(client, sale)), "sku": sale.sku, "quantity": "1"}
    now = clock.now()
    flashes.close_flash(actor=sale.scene.host, room_id=sale.scene.room_id, now=now)
    stock.set_stock(actor=sale.scene.shop.owner, sku_id=sale.scene.sku_id, on_hand=0, now=now)

    answer = client.post("/buy/place", form, headers=PART)

    assert answer.status_code == 409
    assert "This cannot be ordered now" in answer.text
    assert queries.orders_of_buyer(actor=sale.buyer).rows == ()


def test_a_silent_provider_is_told_and_nothing_is_lost(
    sale: Sale, world: World, signed_in: SignIn
) -> None:
    client = signed_in(sale.buyer)
    form = {**hidden(sheet(client, sale)), "sku": sale.sku, "quantity": "1"}
    pay = client.post("/buy/place", form).headers["Location"]
    world.provider.is_silent = True

    answer = client.post(f"{pay}/start", headers=PART)

    assert answer.status_code == 503
    assert "does not answer" in answer.text
    world.provider.is_silent = False
    assert client.post(f"{pay}/start").headers["Location"].startswith("https://pay.test/")


def test_nobody_sees_the_payment_of_somebody_else(sale: Sale, signed_in: SignIn) -> None:
    client = signed_in(sale.buyer)
    form = {**hidden(sheet(client, sale)), "sku": sale.sku, "quantity": "1"}
    pay = client.post("/buy/place", form).headers["Location"]

    stranger = signed_in(builders.a_person())

    assert stranger.get(pay).status_code == 404
    assert stranger.post(f"{pay}/start").status_code == 404
    assert signed_in().get(pay).headers["Location"].startswith("/sign-in?next=")


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"sku": "sku_0"},
        {"sku": "ord_00000000000000000000000000"},
        {"sku": "sku_00000000000000000000000000"},
    ],
)
def test_goods_that_are_not_there_are_not_found(
    db: None, signed_in: SignIn, form: dict[str, str]
) -> None:
    assert signed_in().get("/buy", form).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("quantity", "-1"),
        ("quantity", "1e9"),
        ("quantity", "９"),
        ("quantity", "99999999999999999999"),
        ("version", "x"),
        ("version", "99999999999999999999"),
        ("key", ""),
        ("key", "\x00"),
        ("quote", "qte_!"),
        ("coupon", "none"),
        ("address", "adr_00000000000000000000000000"),
        ("room", "rom_zz"),
    ],
)
def test_a_bent_form_is_refused_and_orders_nothing(
    sale: Sale, signed_in: SignIn, field: str, value: str
) -> None:
    client = signed_in(sale.buyer)
    form = {**hidden(sheet(client, sale)), "sku": sale.sku, "quantity": "1"}

    answer = client.post("/buy/place", {**form, field: value}, headers=PART)

    placed = len(queries.orders_of_buyer(actor=sale.buyer).rows)
    # Only the quote decides; what else the form says is for drawing the sheet again.
    drawn_only = field in {"coupon", "address", "room"}
    assert placed == (1 if drawn_only else 0)
    assert answer.status_code in ({200} if drawn_only else {404, 409, 422})


def test_adding_an_address_in_the_sheet_comes_back_to_the_sheet(
    sale: Sale, signed_in: SignIn
) -> None:
    buyer = builders.a_person()
    client = signed_in(buyer)
    here = f"/buy?sku={sale.sku}&quantity=1&room={sale.room}"

    answer = client.post(
        "/me/addresses/new",
        {
            "name": "王小明",
            "phone": "13800138000",
            "region_code": "330100",
            "line": "文三路 100 号",
            "next": here,
        },
        headers=PART,
    )

    assert answer.status_code == 302
    assert answer.headers["Location"] == here
    (address,) = addresses.mine(actor=buyer)
    assert address.public_id == ids.public("adr", address.id)
    assert "Place order" in client.get(here, headers=PART).text


def test_a_declined_payment_says_so_and_can_be_tried_again(
    sale: Sale, world: World, signed_in: SignIn
) -> None:
    client = signed_in(sale.buyer)
    now = clock.now()
    placed = builders.a_placed_order(sale.buyer, {sale.scene.sku_id: 1}, now=now)
    address = f"/pay/{placed.public_id}"
    client.post(f"{address}/start")
    ticket = orders.pay(actor=sale.buyer, group_id=placed.group_id, now=now)
    world.provider.decline(ids.public("pay", ticket.payment_id))

    told = client.post(f"{address}/check", headers={"HX-Request-Type": "partial"}).text

    assert "The payment was declined" in told
    assert "Pay again or another way" in told
    assert client.post(f"{address}/start").headers["Location"].startswith("https://pay.test/")
    second = orders.pay(actor=sale.buyer, group_id=placed.group_id, now=now)
    assert second.payment_id != ticket.payment_id
    assert "Waiting for your payment" in client.get(address).text


def test_what_was_cancelled_goes_into_the_cart_again(sale: Sale, signed_in: SignIn) -> None:
    client = signed_in(sale.buyer)
    placed = builders.a_placed_order(sale.buyer, {sale.scene.sku_id: 1}, now=clock.now())
    client.post(f"/orders/{placed.orders[0].public_id}/cancel")

    over = client.get(f"/pay/{placed.public_id}").text

    assert "You cancelled this" in over
    assert f"/orders/{placed.orders[0].public_id}/again" in over


def test_inside_wechat_the_way_out_is_shown(sale: Sale, signed_in: SignIn) -> None:
    client = signed_in(sale.buyer)
    placed = builders.a_placed_order(sale.buyer, {sale.scene.sku_id: 1}, now=clock.now())

    inside = client.get(
        f"/pay/{placed.public_id}", headers={"user-agent": "Mozilla/5.0 MicroMessenger/8.0.50"}
    )

    assert "Open in browser" in inside.text
    assert "Open in browser" not in client.get(f"/pay/{placed.public_id}").text


def test_a_pasted_address_fills_the_form_in_the_sheet(sale: Sale, signed_in: SignIn) -> None:
    client = signed_in(builders.a_person())
    here = f"/buy?sku={sale.sku}&quantity=1"
    form = client.get("/me/addresses/new", {"next": here}, headers=PART).text
    assert "Paste a whole address" in form

    pasted = {"next": here, "pasted": "王小明 13800138000 浙江省杭州市西湖区文三路100号"}
    filled = client.post("/me/addresses/read", pasted, headers=PART).text

    for value in ("王小明", "13800138000", "西湖区文三路100号"):
        assert f'value="{value}"' in filled
    assert re.search(r'value="330100"[^>]* selected', filled)
    assert "Filled in. Please check it." in filled
    asked = client.post("/me/addresses/read", {"pasted": "你好"}).text
    assert "Please choose the city" in asked
    assert signed_in().post("/me/addresses/read", pasted).status_code == 302


def test_each_axis_is_picked_by_itself(sale: Sale, signed_in: SignIn) -> None:
    shop = builders.a_shop("瓷器铺")
    file = builders.a_product(shop, 3990, title="茶盏")
    values = {
        "Colour": [{"zh": "红", "en": "Red"}, {"zh": "白", "en": "White"}],
        "Size": [{"zh": "大", "en": "Large"}, {"zh": "小", "en": "Small"}],
    }
    axes = [{"zh": name, "en": name, "values": of} for name, of in values.items()]
    cells = [
        Cell(choice, NewSku({"zh": "", "en": ""}, 3990 + 100 * n), sku_id=None if n else file.skus[0].id)
        for n, choice in enumerate(matrix.combinations(axes))
    ]  # fmt: skip
    made = matrix.arrange(
        actor=shop.owner, product_id=file.id, axes=axes, cells=cells, now=builders.NOW
    )
    for sku in made.skus[:3]:
        stock.set_stock(actor=shop.owner, sku_id=sku.id, on_hand=5, now=builders.NOW)
    red_large, red_small, _white_large, white_small = (
        ids.public("sku", one.id) for one in made.skus
    )
    client = signed_in(sale.buyer)

    shown = client.get(f"/product/{file.public_id}?sku={red_small}").text
    form = {"sku": red_small, "pick-0": white_small, "pick-1": red_small, "quantity": "1"}
    away = client.post("/buy", form, headers=PART).text
    back = client.post(
        "/buy", {**form, "pick-0": red_small, "pick-1": red_large}, headers=PART
    ).text

    assert re.findall(r'href="\?sku=(\w+)"[^>]*aria-current', shown) == [red_small, red_small]
    assert f'name="sku" value="{white_small}"' in away
    assert "This cannot be ordered now" in away
    assert f'name="sku" value="{red_large}"' in back
    assert total(back) == "39.90"
