"""Becoming a creator or a shop, and a shop's orders and refunds."""

import re
from uuid import UUID

import pytest
from tests import builders
from tests.outside import World
from tests.surfaces.studio.conftest import Bought, SignIn, queries_of, shop_address
from tests.surfaces.studio.test_rooms import PART, a_picture

from laotie.accounts import models as accounts
from laotie.accounts import roles, shops
from laotie.kernel import clock, ids
from laotie.trade import refunds
from laotie.trade.rules import OrderState, RefundCause, RefundState


def key_in(page: str) -> str:
    return re.findall(r'name="key" value="([^"]+)"', page)[0]


# --- Beginning -----------------------------------------------------------------------------------


def test_a_person_becomes_a_creator_once_under_a_free_name(signed_in: SignIn, world: World) -> None:
    person, other = builders.a_person(), builders.a_person()

    assert signed_in(person).post("/studio/start/creator", {"name": "阿瓷"})["Location"] == (
        "/studio/rooms"
    )
    taken = signed_in(other).post("/studio/start/creator", {"name": "阿瓷"})

    assert person.person_id
    assert other.person_id
    assert roles.actor_of(person.person_id, "test").creator_id
    assert taken.status_code == 409
    assert "Another creator has this name." in taken.text
    assert roles.actor_of(other.person_id, "test").creator_id is None


def test_a_shop_is_asked_for_and_its_state_is_shown(signed_in: SignIn, world: World) -> None:
    person = builders.a_person()
    client = signed_in(person)

    bent = client.post("/studio/start/shop", {"name_zh": "清窑", "name_en": ""})
    asked = client.post("/studio/start/shop", {"name_zh": "清窑", "name_en": "Kiln"})

    assert person.person_id
    who = roles.actor_of(person.person_id, "test")
    (file,) = shops.of_actor(who)
    assert bent.status_code == 422
    address = f"/studio/shops/{file.card.public_id}/"
    assert asked["Location"] == f"{address}papers"
    assert client.get(asked["Location"]).status_code == 200
    assert "An operator looks at your shop." in client.get(address).text
    assert "Waiting for an operator" in client.get("/studio/start").text
    shops.refuse(
        actor=builders.an_operator(), shop_id=file.card.id, reason="no licence", now=clock.now()
    )
    assert "no licence" in client.get(address).text


def test_name_and_sign_change(signed_in: SignIn, world: World) -> None:
    shop = builders.a_shop()
    client, address = signed_in(shop.owner), shop_address(shop)
    form = {"name_zh": "新窑", "name_en": "New Kiln"}

    assert client.post(f"{address}sign", {**form, "logo": a_picture()})["Location"] == address
    assert client.post(f"{address}sign", {**form, "name_zh": ""}).status_code == 422

    card = shops.card(shop.id)
    assert card.name == {"zh": "新窑", "en": "New Kiln"}
    assert card.logo_url.endswith("/320.webp")


# --- Orders --------------------------------------------------------------------------------------


def test_to_do_counts_what_waits(signed_in: SignIn, bought: Bought) -> None:
    home = shop_address(bought.shop)
    builders.a_stocked_sku(bought.shop, 500, on_hand=3)
    client = signed_in(bought.shop.owner)

    def counts() -> list[str]:
        return re.findall(r'<p class="v num[^"]*">([^<]+)</p>', client.get(home).text)

    assert counts() == ["1", "0", "1", "¥79.80", "¥0"]
    bought.ship()
    _ask(bought)
    assert counts() == ["0", "1", "1", "¥79.80", "¥0"]


def test_an_order_is_shipped_in_two_parcels(signed_in: SignIn, bought: Bought) -> None:
    client = signed_in(bought.shop.owner)

    first = client.post(f"{bought.address}/ship", {"carrier": "lab", "ship-1": "1"})
    assert first["Location"] == bought.address
    assert bought.page.state == OrderState.PARTLY_SHIPPED
    by_hand = {"carrier": "sf", "waybill_no": "SF100", "ship-1": "1"}
    assert client.post(f"{bought.address}/ship", by_hand, headers=PART)["HX-Redirect"]

    assert bought.page.state == OrderState.SHIPPED
    assert [parcel.lines for parcel in bought.page.parcels] == [{1: 1}, {1: 1}]
    assert "SF100" in client.get(bought.address).text


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"carrier": "lab", "ship-1": "0"}, 409),
        ({"carrier": "lab", "ship-1": "3"}, 409),
        ({"carrier": "lab", "ship-1": "-1"}, 409),
        ({"carrier": "lab", "ship-1": "2", "waybill_no": "X1"}, 422),
        ({"carrier": "sf", "ship-1": "2"}, 422),
        ({"carrier": "sf", "ship-1": "2", "waybill_no": "号"}, 422),
        ({"carrier": "pigeon", "ship-1": "2"}, 422),
    ],
)
def test_a_bent_parcel_is_not_shipped(
    signed_in: SignIn, bought: Bought, form: dict[str, str], status: int
) -> None:
    answer = signed_in(bought.shop.owner).post(f"{bought.address}/ship", form, headers=PART)

    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert bought.page.state == OrderState.PAID
    assert bought.page.parcels == ()


def test_only_those_who_ship_do(signed_in: SignIn, bought: Bought) -> None:
    clerk = builders.a_clerk(bought.shop, "money")
    form = {"carrier": "lab", "ship-1": "2"}

    assert signed_in(clerk).post(f"{bought.address}/ship", form).status_code == 403
    assert signed_in(bought.buyer).post(f"{bought.address}/ship", form).status_code == 404
    assert bought.page.state == OrderState.PAID


def test_an_address_is_shown_once_for_a_reason_that_is_kept(
    signed_in: SignIn, bought: Bought
) -> None:
    client = signed_in(bought.shop.owner)
    street = "文三路 100 号 3 幢 201 室"

    assert street not in client.get(bought.address).text
    without = client.post(f"{bought.address}/address", {"reason": " "})
    assert without.status_code == 422
    assert street not in without.text
    assert accounts.Reveal.objects.count() == 0
    shown = client.post(f"{bought.address}/address", {"reason": "label fell off"})
    assert street in shown.text
    assert shown["Cache-Control"] == "no-store"
    assert street not in client.get(bought.address).text
    (kept,) = accounts.Reveal.objects.all()
    assert (kept.reason, kept.revealed_by_id) == ("label fell off", bought.shop.owner_id)
    clerk = signed_in(builders.a_clerk(bought.shop, "refund"))
    assert clerk.post(f"{bought.address}/address", {"reason": "curious"}).status_code == 403
    assert accounts.Reveal.objects.count() == 1


def _ask(bought: Bought, *, cause: RefundCause = RefundCause.SHOP) -> UUID:
    return refunds.request(
        actor=bought.buyer, order_id=bought.id, units={1: 1}, reason="釉色不对", cause=cause,
        key=builders.a_key(), now=clock.now(),
    ).refund_id  # fmt: skip


@pytest.mark.parametrize(
    ("decision", "state"), [("grant", RefundState.REFUNDING), ("refuse", RefundState.REFUSED)]
)
def test_a_refund_is_decided(
    signed_in: SignIn, bought: Bought, decision: str, state: RefundState
) -> None:
    bought.ship()
    refund_id = _ask(bought)
    client = signed_in(bought.shop.owner)
    base = f"{bought.address}/refunds/{ids.public('rfd', refund_id)}"

    assert "釉色不对" in client.get(f"{shop_address(bought.shop)}refunds").text
    clerk = signed_in(builders.a_clerk(bought.shop, "ship"))
    assert clerk.post(f"{base}/{decision}").status_code in {403, 409}
    assert refunds.card(refund_id).state == RefundState.REQUESTED
    if decision == "refuse":
        mute = client.post(f"{base}/refuse", {"reason": " "}, headers=PART)
        assert mute.status_code == 422
        assert "Say why you decline" in mute.text
        assert refunds.card(refund_id).state == RefundState.REQUESTED
    answer = client.post(f"{base}/{decision}", {"cause": "buyer", "reason": "已经用过"})
    assert answer["Location"] == bought.address
    assert refunds.card(refund_id).state == state
    if decision == "refuse":
        assert client.post(f"{base}/grant").status_code == 409
        assert refunds.card(refund_id).state == RefundState.REFUSED
        page = signed_in(bought.buyer).get(f"/orders/{ids.public('ord', bought.id)}").text
        assert "The shop&#x27;s reason: 已经用过" in page or "The shop's reason: 已经用过" in page
    assert client.post(f"{base}/burn").status_code == 404


def test_money_is_given_back_once_for_one_key(signed_in: SignIn, bought: Bought) -> None:
    bought.ship()
    client = signed_in(bought.shop.owner)
    form = {
        "key": key_in(client.get(bought.address).text),
        "cause": "shop",
        "reason": "杯口有裂",
        "give-1": "1",
    }

    answers = [client.post(f"{bought.address}/give", form) for _ in range(2)]
    other = client.post(f"{bought.address}/give", {**form, "give-1": "2"}, headers=PART)

    assert [answer["Location"] for answer in answers] == [bought.address] * 2
    assert other.status_code == 409
    (one,) = bought.page.refunds
    assert (one.units, one.amount_fen) == ({1: 1}, 3990)


@pytest.mark.parametrize("bent", [{"give-1": "0"}, {"give-1": "3"}, {"reason": ""}, {"key": "x"}])
def test_a_bent_gift_gives_nothing(signed_in: SignIn, bought: Bought, bent: dict[str, str]) -> None:
    bought.ship()
    form = {"key": builders.a_key(), "cause": "shop", "reason": "裂", "give-1": "1", **bent}

    answer = signed_in(bought.shop.owner).post(f"{bought.address}/give", form, headers=PART)

    assert answer.status_code in {409, 422}
    assert bought.page.refunds == ()


def test_orders_come_in_pages_of_bounded_cost(
    signed_in: SignIn, bought: Bought, world: World
) -> None:
    client, address = signed_in(bought.shop.owner), f"{shop_address(bought.shop)}orders"
    few = queries_of(client, address)
    sku_id = builders.a_stocked_sku(bought.shop, 1000)
    buyers = [builders.a_person() for _ in range(3)]
    for n in range(51):
        builders.a_placed_order(buyers[n % 3], {sku_id: 1}, now=clock.now())

    first = client.get(address).text
    (after,) = re.findall(r'href="\?&amp;after=([^"]+)"', first)
    second = client.get(f"{address}?shelf=all&after={after}").text

    assert queries_of(client, address) == few <= 16
    rows = [re.findall(r'orders/(ord_[a-z0-9]{26})"', page) for page in (first, second)]
    assert [len(set(row)) for row in rows] == [50, 2]
    assert not set(rows[0]) & set(rows[1])
    assert "ord_" not in client.get(f"{address}?shelf=closed").text
