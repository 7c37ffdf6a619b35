"""The flash offer in the room, from its coming to a tap, its answer and the way to pay."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.surfaces.shop.played_gateway import ITEM, Gateway, a_flash, fields, millis

from laotie.surfaces.gateway.protocol import (
    Flash,
    FlashOver,
    ItemCard,
    Ordered,
    Refused,
    Stock,
)

pytestmark = pytest.mark.browser


def test_a_flash_offer_comes_runs_and_goes(room: Page, gateway: Gateway) -> None:
    gateway.tick(a_flash())
    expect(room.locator("flash-bar")).to_be_visible()
    expect(room.locator("flash-bar [data-slot=text]")).to_have_text(
        "Plum-green bowl ¥19.90, 5 left"
    )
    expect(room.locator("flash-bar flash-clock")).to_contain_text("09")
    expect(room.locator("pinned-item [data-slot=go]")).to_have_text("Grab it")

    gateway.tick(Stock(offer="ofr_1", quantity=5, left=1))
    expect(room.locator("flash-bar stock-bar")).to_contain_text("80% gone")
    assert room.locator("flash-bar progress").evaluate("bar => [bar.value, bar.max]") == [4, 5]

    gateway.tick(FlashOver(offer="ofr_1", reason="time"))
    expect(room.locator("flash-bar")).to_be_hidden()
    expect(room.locator("pinned-item")).to_be_hidden()


def now_button(room: Page) -> Locator:
    return room.locator("flash-bar button")


def keys(gateway: Gateway) -> list[str]:
    return [frame["id"] for frame in gateway.heard if frame["t"] == "buy"]


def ordered(buy: dict[str, Any]) -> Ordered:
    return Ordered(re=buy["id"], order="ord_1", group="grp_7", total_fen=2590, pay_by=millis(900))


def test_one_tap_orders_and_leads_to_the_payment(room: Page, gateway: Gateway) -> None:
    gateway.tick(a_flash())
    now_button(room).focus()
    room.keyboard.press("Enter")
    expect(now_button(room)).to_have_attribute("aria-busy", "true")
    expect(now_button(room).locator("span")).to_have_text("Ordering")
    room.keyboard.press("Enter")

    gateway.until(room, lambda: bool(keys(gateway)))
    (buy,) = [frame for frame in gateway.heard if frame["t"] == "buy"]
    gateway.send(ordered(buy))

    pay = room.locator("flash-bar [data-slot=pay]")
    expect(pay).to_have_text("Pay ¥25.90")
    expect(pay).to_have_attribute("href", "/pay/grp_7")
    expect(pay).to_be_focused()
    expect(room.locator(".toast")).to_contain_text("Ordered. Pay until")
    expect(now_button(room)).to_be_hidden()
    asked = {name: buy[name] for name in ("offer", "sku", "n", "fen")}
    assert asked == {"offer": "ofr_1", "sku": "sku_1", "n": 1, "fen": 1990}
    assert len(keys(gateway)) == 1

    # It is still known after a reload, in place of a second order.
    room.reload()
    expect(room.locator("live-room")).to_have_attribute("data-live-link", "open")
    gateway.tick(a_flash())
    expect(room.locator("flash-bar [data-slot=pay]")).to_have_attribute("href", "/pay/grp_7")


def test_a_no_is_told_and_the_next_tap_is_a_new_wish(room: Page, gateway: Gateway) -> None:
    def refuse(**facts: Any) -> None:
        gateway.on_buy = lambda buy: gateway.send(Refused(re=buy["id"], text="No.", **facts))
        now_button(room).click()

    gateway.tick(a_flash())
    refuse(code="PRICE_CHANGED", fen=2190)
    expect(room.locator("flash-bar [data-slot=text]")).to_contain_text("¥21.90")
    expect(now_button(room).locator("span")).to_have_text("Buy now")
    expect(room.locator(".toast").last).to_have_text("No.")
    refuse(code="SOLD_OUT", remaining=0)
    expect(now_button(room).locator("span")).to_have_text("Sold out")
    expect(now_button(room)).to_have_attribute("aria-disabled", "true")
    gateway.tick(Stock(offer="ofr_1", quantity=5, left=1))
    expect(now_button(room).locator("span")).to_have_text("Buy now")
    refuse(code="LIMIT_REACHED", remaining=0)
    expect(now_button(room).locator("span")).to_have_text("Limit reached")

    assert [frame["fen"] for frame in gateway.heard if frame["t"] == "buy"] == [1990, 2190, 2190]
    assert len(set(keys(gateway))) == 3


def test_without_an_address_the_sheet_opens(room: Page, gateway: Gateway) -> None:
    gateway.tick(a_flash())
    gateway.on_buy = lambda buy: gateway.send(
        Refused(code="ADDRESS_NEEDED", text="Choose where the goods shall go first.", re=buy["id"])
    )

    now_button(room).click()

    expect(room.locator("#buy")).to_be_visible()
    expect(room.locator(".toast")).to_contain_text("Choose where the goods shall go")


def test_a_tap_without_an_answer_is_asked_again_with_its_key(room: Page, gateway: Gateway) -> None:
    gateway.tick(a_flash())
    gateway.on_buy = lambda buy: gateway.send(
        Refused(code="BUSY", text="Busy.", re=buy["id"], retry_after_ms=50)
    )
    now_button(room).click()
    expect(now_button(room).locator("span")).to_have_text("Trying again")

    def answer_on_the_second_line(buy: dict[str, Any]) -> None:
        if len(gateway.addresses) == 2:
            gateway.send(ordered(buy))

    gateway.on_buy = answer_on_the_second_line
    asked_before = len(keys(gateway))
    gateway.hang_up(4008)

    expect(room.locator("flash-bar [data-slot=pay]")).to_be_visible()
    assert len(keys(gateway)) > asked_before >= 1
    assert len(set(keys(gateway))) == 1


def test_who_has_to_choose_a_variant_is_shown_the_sheet_alone(room: Page, gateway: Gateway) -> None:
    flash = a_flash()
    gateway.tick(Flash(**{**fields(flash), "item": ItemCard(**{**fields(ITEM), "variants": 2})}))

    expect(room.locator("flash-bar")).to_be_visible()
    expect(now_button(room)).to_be_hidden()


def test_the_clock_is_the_servers_though_the_phone_is_an_hour_wrong(
    room: Page, gateway: Gateway
) -> None:
    room.evaluate("const wrong = Date.now; Date.now = () => wrong() + 3600e3")

    gateway.tick(a_flash(seconds=119))

    expect(room.locator("flash-bar flash-clock")).to_contain_text("01:")
