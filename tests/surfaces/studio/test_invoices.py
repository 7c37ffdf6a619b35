"""Invoices as buyers ask for them and shops write them."""

import io

from tests import builders
from tests.outside import World
from tests.surfaces.studio.conftest import SignIn, shop_address

from laotie.kernel import clock, ids
from laotie.trade import invoices, refunds

PDF = b"%PDF-1.7\n%%EOF"


def test_an_invoice_goes_from_the_buyers_page_to_the_shops_and_back(
    signed_in: SignIn, world: World
) -> None:
    shop, buyer, now = builders.a_shop(), builders.a_person(), clock.now()
    sku_id = builders.a_stocked_sku(shop, 3990)
    order_id = builders.a_received_order(world, shop, buyer, {sku_id: 2}, now=now)
    mine, theirs = signed_in(buyer), signed_in(shop.owner)
    own, base = f"/orders/{ids.public('ord', order_id)}", f"{shop_address(shop)}invoices"

    assert f'href="{own}/invoice"' in mine.get(own).text
    bent = {"kind": "company", "title": "某某公司", "tax_no": "91350100M000100Y44"}
    assert mine.post(f"{own}/invoice", bent).status_code == 422
    assert mine.post(f"{own}/invoice", {**bent, "kind": "x"}).status_code == 422
    right = {**bent, "tax_no": "91350100M000100Y43"}
    assert mine.post(f"{own}/invoice", right)["Location"] == f"{own}/invoice"
    assert mine.post(f"{own}/invoice", right).status_code == 409
    (card,) = invoices.of_order(actor=buyer, order_id=order_id)

    assert card.public_id in theirs.get(base).text
    page = f"{base}/{card.public_id}"
    assert "91350100M000100Y43" in theirs.get(page).text
    bad = {"number": "26110001", "pdf": io.BytesIO(b"<html>")}
    assert theirs.post(f"{page}/issue", bad).status_code == 422
    assert theirs.post(f"{page}/refuse", {"reason": ""}).status_code == 422
    good = {"number": "26110001", "pdf": io.BytesIO(PDF)}
    assert theirs.post(f"{page}/issue", good).status_code == 302
    saved = mine.get(f"{own}/invoice/{card.public_id}/pdf")
    assert saved.content == PDF
    assert saved["Content-Disposition"].startswith("attachment")
    assert theirs.get(f"{page}/pdf").content == PDF
    assert "26110001" in mine.get(f"{own}/invoice").text

    refunds.give(
        actor=shop.owner, order_id=order_id, units={1: 1}, reason="x", key=builders.a_key(), now=now
    )
    world.money_goes_back(now=now)
    assert card.public_id in theirs.get(f"{base}?state=RED_DUE").text
    assert theirs.post(f"{page}/red", {"red_number": "号"}).status_code == 422
    assert theirs.post(f"{page}/red", {"red_number": "R1"}).status_code == 302
    assert "Cancelled by a red one" in mine.get(f"{own}/invoice").text
    for who, status in ((builders.a_person(), 404), (builders.a_clerk(shop, "ship"), 403)):
        stranger = signed_in(who)
        assert stranger.get(page).status_code == status
        assert stranger.get(f"{own}/invoice").status_code == 404
        assert stranger.get(f"{own}/invoice/{card.public_id}/pdf").status_code == 404


def test_a_wish_is_taken_back(signed_in: SignIn, world: World) -> None:
    shop, buyer, now = builders.a_shop(), builders.a_person(), clock.now()
    sku_id = builders.a_stocked_sku(shop)
    order_id = builders.a_received_order(world, shop, buyer, {sku_id: 1}, now=now)
    own = f"/orders/{ids.public('ord', order_id)}/invoice"
    client = signed_in(buyer)
    client.post(own, {"kind": "personal", "title": "王小明"})
    (card,) = invoices.of_order(actor=buyer, order_id=order_id)

    assert client.post(f"{own}/{card.public_id}/withdraw")["Location"] == own

    assert invoices.card(card.invoice_id).state == "CLOSED"
    assert "Ask the shop" in client.get(own).text
