"""A shop's list of orders: filters, views, files, papers, and shipping many at once."""

import io
import re
from pathlib import Path

import pytest
from django.test import Client
from pypdf import PdfReader
from tests import builders
from tests.outside import World
from tests.surfaces.studio.conftest import Bought, SignIn, queries_of, shop_address

from laotie.accounts import sessions
from laotie.kernel import clock, ids, running, runs, sheets
from laotie.runtime import wiring
from laotie.trade import batch_shipping, exports, saved_views
from laotie.trade.rules import OrderState


@pytest.fixture(autouse=True)
def _kinds() -> None:
    wiring.register_jobs()


def test_orders_are_found_and_the_find_is_kept(signed_in: SignIn, bought: Bought) -> None:
    client, base = signed_in(bought.shop.owner), f"{shop_address(bought.shop)}orders"
    number = bought.page.number

    assert number in client.get(f"{base}?q={number}&least=79.80&late=").text
    none = client.get(f"{base}?most=79.79")
    assert number not in none.text
    assert "No order is like that" in none.text
    assert client.get(f"{base}?least=x").status_code == 422
    assert client.get(f"{base}?room=rom_x").status_code == 404
    kept = client.post(f"{base}/views", {"name": "小单", "query": "most=79.79&shelf=to_ship"})
    assert kept.status_code == 302
    (view,) = saved_views.of_person(actor=bought.shop.owner, shop_id=bought.shop.id)
    assert view.wanted.most_fen == 7979
    assert "?shelf=to_ship&amp;most=79.79" in client.get(base).text
    assert client.post(f"{base}/views", {"name": "", "query": ""}).status_code == 422
    assert client.post(f"{base}/views/{view.public_id}/drop").status_code == 302
    assert saved_views.of_person(actor=bought.shop.owner, shop_id=bought.shop.id) == ()
    assert queries_of(client, base) <= 16
    assert signed_in(builders.a_clerk(bought.shop, "money")).get(base).status_code == 403
    assert signed_in(bought.buyer).get(base).status_code == 404


def test_a_late_order_says_so(signed_in: SignIn, world: World) -> None:
    shop, buyer = builders.a_shop(), builders.a_person()
    sku_id = builders.a_stocked_sku(shop)
    builders.a_paid_order(world, buyer, {sku_id: 1}, now=builders.NOW - 365 * builders.timedelta(1))
    builders.a_paid_order(world, buyer, {sku_id: 1}, now=clock.now())
    client = signed_in(shop.owner)

    page = client.get(f"{shop_address(shop)}orders?shelf=to_ship").text

    assert page.count("late since") == 1
    assert page.count("<count-down") == 1
    assert client.get(f"{shop_address(shop)}orders?late=on").text.count('name="order"') == 1


def test_a_file_is_fetched_tried_and_shipped(signed_in: SignIn, bought: Bought) -> None:
    client, base = signed_in(bought.shop.owner), f"{shop_address(bought.shop)}orders"
    who, shop_id = bought.shop.owner, bought.shop.id
    fetched = client.get(f"{base}/to-ship.csv")
    assert fetched["Content-Disposition"] == 'attachment; filename="to-ship.csv"'
    assert client.get(f"{base}/to-ship.exe").status_code == 404
    filled = fetched.content.decode("utf-8-sig").replace(
        f"{bought.page.number},,", f"{bought.page.number},sf,SF100200"
    )

    assert client.post(f"{base}/by-file", {}).status_code == 422
    sent = client.post(f"{base}/by-file", {"file": io.BytesIO(filled.encode())})
    assert sent["Location"] == f"{base}/by-file"
    (tried,) = runs.cards(actor=who, kinds=[batch_shipping.KIND], shop_id=shop_id, now=clock.now())
    running.advance(str(tried.id))
    assert "Ship 1 order for good" in client.get(f"{base}/by-file").text
    assert bought.page.state == OrderState.PAID
    assert client.post(f"{base}/by-file/{tried.public_id}/ship").status_code == 302
    (shipping, *_rest) = runs.cards(
        actor=who, kinds=[batch_shipping.KIND], shop_id=shop_id, now=clock.now()
    )
    running.advance(str(shipping.id))

    (parcel,) = bought.page.parcels
    assert (bought.page.state, parcel.carrier, parcel.waybill_no) == ("SHIPPED", "sf", "SF100200")
    other = builders.a_clerk(bought.shop, "ship")
    assert signed_in(other).post(f"{base}/by-file/{tried.public_id}/ship").status_code == 404


def test_many_are_shipped_and_those_that_are_not_say_why(signed_in: SignIn, bought: Bought) -> None:
    client, base = signed_in(bought.shop.owner), f"{shop_address(bought.shop)}orders"
    sku_id = builders.a_stocked_sku(bought.shop, 500)
    unpaid = builders.a_placed_order(bought.buyer, {sku_id: 1}, now=clock.now()).orders[0]
    both = [ids.public("ord", bought.id), unpaid.public_id]

    answer = client.post(f"{base}/ship", {"order": both, "carrier": "lab"})

    assert answer.status_code == 409
    assert "1 order is on its way." in answer.text
    assert unpaid.number in answer.text
    assert bought.page.state == OrderState.SHIPPED
    assert client.post(f"{base}/ship", {"carrier": "lab"}).status_code == 422
    assert client.post(f"{base}/ship", {"order": "x", "carrier": "lab"}).status_code == 404


def prove(client: Client) -> None:
    """The session has given its second step."""
    session = client.session
    session[sessions._STEP_AT] = clock.wall().timestamp()
    session.save()


def test_papers_are_one_pdf(signed_in: SignIn, bought: Bought) -> None:
    client, base = signed_in(bought.shop.owner), f"{shop_address(bought.shop)}orders"
    prove(client)
    ticked = {"order": ids.public("ord", bought.id)}

    for paper in ("slips", "labels"):
        answer = client.post(f"{base}/papers", {**ticked, "paper": paper})
        assert answer["Content-Disposition"] == f'attachment; filename="{paper}.pdf"'
        (page,) = PdfReader(io.BytesIO(answer.content)).pages
        assert bought.page.number in page.extract_text()
    assert client.post(f"{base}/papers", {**ticked, "paper": "posters"}).status_code == 404
    assert client.post(f"{base}/papers", {"paper": "slips"}).status_code == 422


def test_orders_are_taken_away_as_a_file(signed_in: SignIn, bought: Bought, tmp_path: Path) -> None:
    client, base = signed_in(bought.shop.owner), f"{shop_address(bought.shop)}orders"
    form = {"form": "xlsx", "query": "shelf=to_ship", "reason": ""}

    assert client.post(f"{base}/export", {**form, "form": "exe"}).status_code == 422
    asked = client.post(f"{base}/export", form)
    assert asked["Location"] == f"{base}?shelf=to_ship#files"
    (card,) = runs.cards(
        actor=bought.shop.owner, kinds=[exports.KIND], shop_id=bought.shop.id, now=clock.now()
    )
    running.advance(str(card.id))

    (link,) = re.findall(r'href="(/look/runs/[^"]+/result)"', client.get(base).text)
    kept = tmp_path / "orders.xlsx"
    kept.write_bytes(b"".join(client.get(link)))  # type: ignore[call-overload]
    assert [line.cells["order"] for line in sheets.table(kept, exports.COLUMNS)] == [
        bought.page.number
    ]
    assert signed_in(builders.a_clerk(bought.shop, "ship")).get(link).status_code == 404
