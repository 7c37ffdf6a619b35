"""An order's page at each state, and what a buyer can do there."""

import io
import re
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from tests import builders
from tests.builders import ShopOfOne
from tests.outside import World
from tests.surfaces.shop.conftest import SignIn

from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.trade import queries, refunds
from laotie.trade.rules import OrderState


class Bought:
    """Two units of one thing, paid; the clock is the business clock, as for the pages."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.shop: ShopOfOne = builders.a_shop()
        self.buyer: Actor = builders.a_person()
        sku_id = builders.a_stocked_sku(self.shop, 3990)
        self.id: UUID = builders.a_paid_order(world, self.buyer, {sku_id: 2}, now=clock.now())
        self.address = f"/orders/{ids.public('ord', self.id)}"

    @property
    def state(self) -> str:
        return queries.order_page(self.id, actor=self.buyer).state.value

    def ship(self) -> UUID:
        return builders.ship(self.shop, self.id, now=clock.now())


@pytest.fixture
def bought(world: World) -> Bought:
    return Bought(world)


def test_a_paid_order_says_where_the_money_is(bought: Bought, signed_in: SignIn) -> None:
    page = signed_in(bought.buyer).get(bought.address)

    assert page.status_code == 200
    assert "We hold ¥79.80 for you." in page.text
    assert "The shop packs your order" in page.text
    assert "Zhejiang" in page.text
    assert "138****8000" in page.text


def test_the_list_has_shelves(bought: Bought, signed_in: SignIn) -> None:
    client = signed_in(bought.buyer)

    assert bought.address in client.get("/orders").text
    assert bought.address in client.get("/orders?shelf=to_ship").text
    assert bought.address not in client.get("/orders?shelf=to_review").text
    assert client.get("/orders?shelf=nonsense").status_code == 200
    assert client.get("/orders?after=nonsense").status_code == 422


def test_cancelling_a_paid_order_gives_all_of_it_back(bought: Bought, signed_in: SignIn) -> None:
    client = signed_in(bought.buyer)

    answer = client.post(f"{bought.address}/cancel")

    assert answer.headers["Location"] == bought.address
    bought.world.money_goes_back(now=clock.now())
    assert bought.state == OrderState.CLOSED_REFUNDED
    assert "Everything went back to you" in client.get(bought.address).text


def test_tracking_is_shown_and_receipt_is_confirmed(bought: Bought, signed_in: SignIn) -> None:
    client = signed_in(bought.buyer)
    builders.deliver(bought.world, bought.ship(), now=clock.now())

    delivered = client.get(bought.address).text
    confirmed = client.post(f"{bought.address}/confirm")

    assert "Delivered. Is all well?" in delivered
    assert "Out for delivery" in delivered
    assert confirmed.headers["Location"] == bought.address
    assert bought.state == OrderState.RECEIVED
    assert "You have it" in client.get(bought.address).text


def test_confirming_before_shipping_is_refused_on_the_page(
    bought: Bought, signed_in: SignIn
) -> None:
    answer = signed_in(bought.buyer).post(f"{bought.address}/confirm")

    assert answer.status_code == 409
    assert "has changed in the meantime" in answer.text
    assert bought.state == OrderState.PAID


def refund_form(page: str, **changed: str) -> dict[str, str]:
    (key,) = re.findall(r'name="key" value="([^"]+)"', page)
    return {"key": key, "cause": "buyer", "reason": "买错了", "units-1": "1", **changed}


def test_one_unit_that_has_not_shipped_goes_back_at_once(bought: Bought, signed_in: SignIn) -> None:
    client = signed_in(bought.buyer)
    form = refund_form(client.get(f"{bought.address}/refund").text)

    answer = client.post(f"{bought.address}/refund", form)
    again = client.post(f"{bought.address}/refund", form)

    assert answer.headers["Location"] == again.headers["Location"] == bought.address
    bought.world.money_goes_back(now=clock.now())
    page = client.get(bought.address).text
    assert "You have it back." in page
    assert "We hold ¥39.90 for you." in page


def test_a_shipped_order_asks_the_shop_and_can_be_taken_back(
    bought: Bought, signed_in: SignIn
) -> None:
    client = signed_in(bought.buyer)
    bought.ship()
    client.post(
        f"{bought.address}/refund", refund_form(client.get(f"{bought.address}/refund").text)
    )

    asked = client.get(bought.address).text
    (withdraw,) = re.findall(r'action="(/orders/[^"]+/withdraw)"', asked)
    taken_back = client.post(withdraw)

    assert "The shop decides." in asked
    assert "Ask for money back" not in asked
    assert taken_back.headers["Location"] == bought.address
    assert "You took this back." in client.get(bought.address).text


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"units-1": "0"}, "Not as many units are left"),
        ({"units-1": "9"}, "Not as many units are left"),
        ({"units-1": "-1"}, "Not as many units are left"),
        ({"reason": ""}, "This field is required."),
        ({"cause": "wind"}, "Select a valid choice"),
        ({"key": "x"}, "key"),
    ],
)
def test_a_bent_refund_form_is_shown_again_and_moves_no_money(
    bought: Bought, signed_in: SignIn, changed: dict[str, str], says: str
) -> None:
    client = signed_in(bought.buyer)
    form = refund_form(client.get(f"{bought.address}/refund").text, **changed)

    answer = client.post(f"{bought.address}/refund", form)

    assert answer.status_code in {409, 422}
    assert says in answer.text
    assert queries.order_page(bought.id, actor=bought.buyer).refunds == ()


def test_every_step_of_the_money_is_explained_to_the_buyer(
    bought: Bought, signed_in: SignIn
) -> None:
    page = signed_in(bought.buyer).get(f"{bought.address}/money")

    assert page.status_code == 200
    assert "You paid; we hold it" in page.text
    assert '79<span class="cents">.80' in page.text


def test_an_unpaid_order_leads_to_its_payment(world: World, signed_in: SignIn) -> None:
    shop, buyer = builders.a_shop(), builders.a_person()
    placed = builders.a_placed_order(
        buyer, {builders.a_stocked_sku(shop, 3990): 1}, now=clock.now()
    )
    address = f"/orders/{placed.orders[0].public_id}"
    client = signed_in(buyer)

    page = client.get(address).text
    client.post(f"{address}/cancel")

    assert f'href="/pay/{placed.public_id}"' in page
    assert "With you. Nothing has been paid." in page
    assert "Closed without payment" in client.get(address).text
    assert "You cancelled this" in client.get(f"/pay/{placed.public_id}").text


@pytest.mark.parametrize("path", ["", "/money", "/refund"])
def test_an_order_is_nobody_elses_business(bought: Bought, signed_in: SignIn, path: str) -> None:
    assert signed_in(builders.a_person()).get(bought.address + path).status_code == 404
    # The shop has pages of its own for it; this one is the buyer's.
    assert signed_in(bought.shop.owner).get(bought.address + path).status_code == 404
    assert "/sign-in" in signed_in().get(bought.address + path).headers["Location"]


@pytest.mark.parametrize("step", ["cancel", "confirm"])
def test_nobody_else_moves_an_order(bought: Bought, signed_in: SignIn, step: str) -> None:
    answer = signed_in(builders.a_person()).post(f"{bought.address}/{step}")

    assert answer.status_code == 404
    assert bought.state == OrderState.PAID


def test_the_number_of_an_order_is_not_its_address(bought: Bought, signed_in: SignIn) -> None:
    number = queries.order_page(bought.id, actor=bought.buyer).number

    assert signed_in(bought.buyer).get(f"/orders/{number}").status_code == 404


def test_a_paid_order_is_sent_elsewhere_until_it_is_made_out(
    bought: Bought, signed_in: SignIn
) -> None:
    client = signed_in(bought.buyer)
    there = builders.an_address(bought.buyer, region_code="510100")
    assert "Send it elsewhere" in client.get(bought.address).text
    assert "This works until the shop has made out a parcel" in (
        client.get(f"{bought.address}/address").text
    )

    went = client.post(f"{bought.address}/address", {"address": there.public_id})

    assert went.headers["Location"] == bought.address
    page = client.get(bought.address).text
    assert "The order goes to the other address now." in page
    assert "Sichuan" in page
    bought.ship()
    refused = client.post(f"{bought.address}/address", {"address": there.public_id})
    assert refused.status_code == 409
    assert "The parcel is made out already" in refused.text
    assert "Send it elsewhere</a>" not in client.get(bought.address).text
    stranger = signed_in(builders.a_person())
    assert stranger.get(f"{bought.address}/address").status_code == 404


def test_a_refused_refund_is_asked_for_again_with_a_picture(
    bought: Bought, signed_in: SignIn
) -> None:
    client = signed_in(bought.buyer)
    bought.ship()
    form = {"key": "a-key-of-mine", "cause": "buyer", "reason": "don't like", "units-1": "2"}
    client.post(f"{bought.address}/refund", form)
    (first,) = refunds.of_order(bought.id)
    refunds.refuse(
        actor=bought.shop.owner, refund_id=first.refund_id, reason="worn", now=clock.now()
    )
    again = f"{bought.address}/refund/{first.public_id}/again"
    assert again in client.get(bought.address).text
    assert "The shop said no." in client.get(again).text
    body = io.BytesIO()
    Image.new("RGB", (30, 30)).save(body, "PNG")

    for name, sent, status in [
        ("x.png", b"<svg/>", 422),
        ("x.png", body.getvalue(), 302),
    ]:
        picture = SimpleUploadedFile(name, sent, "image/png")
        told = client.post(again, {**form, "cause": "shop", "units-1": "1", "pictures": picture})
        assert told.status_code == status

    (refund,) = refunds.of_order(bought.id)
    assert (refund.state, refund.units, len(refund.picture_urls)) == ("REQUESTED", {1: 1}, 1)
    assert refund.picture_urls[0] in client.get(bought.address).text


def test_the_list_is_searched_by_words(bought: Bought, signed_in: SignIn) -> None:
    client = signed_in(bought.buyer)

    assert bought.address in client.get("/orders?q=tea").text
    assert "Nothing found for this" in client.get("/orders?q=nothing%00%25").text
