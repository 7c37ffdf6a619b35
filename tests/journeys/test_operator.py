"""An operator lets a shop in, takes a room off air, and explains a fen; by touch and by keys."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.journeys import keys
from tests.journeys.conftest import DESK, Visitors
from tests.journeys.people import AppUser, digits_for
from tests.journeys.test_one_sale import until
from tests.lab.harness import until as eventually
from tests.stack import Stack

from laotie.kernel import clock


class Hands:
    """How this operator touches the page: with a pointer, or by keys alone."""

    def __init__(self, page: Page, *, by_keys: bool) -> None:
        self.page = page
        self._by_keys = by_keys

    def press(self, target: Locator) -> None:
        if self._by_keys:
            keys.press(self.page, target)
        else:
            target.click()

    def write(self, target: Locator, text: str) -> None:
        if self._by_keys:
            keys.write(self.page, target, text)
        else:
            target.fill(text)


@pytest.fixture
def on_air(stack: Stack) -> Iterator[Callable[[str], None]]:
    """Publishes the clip to a room, as its host's encoder would, until the test ends."""
    sent: list[subprocess.Popen[bytes]] = []

    def publish(room: str) -> None:
        sent.append(
            subprocess.Popen(
                [sys.executable, "-m", "laotie", "lab", "stream", room],
                env=stack.environment(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )

    yield publish
    for process in sent:
        process.terminate()
        process.wait(30)


@pytest.mark.parametrize(("nth", "by_keys"), [(0, False), (1, True)], ids=["touch", "keys"])
def test_an_operator_lets_in_stops_and_explains(
    visitors: Visitors,
    stack: Stack,
    on_air: Callable[[str], None],
    nth: int,
    by_keys: bool,
) -> None:
    buyer, viewer = AppUser(stack, "buyer", nth=nth), AppUser(stack, "buyer", nth=1 - nth)
    shop = buyer.post("/shops", name={"zh": f"新店{nth}", "en": f"New shop {nth}"})
    room = a_room_on_air(buyer, viewer, on_air, f"第{nth}场")
    number = a_paid_order(stack, viewer)
    window = visitors.window(size=DESK)
    page, hands = window.page, Hands(window.page, by_keys=by_keys)
    sign_in(hands, stack)

    # Lets a shop in.
    page.goto("/desk/shops")
    row = page.locator("li", has_text=f"新店{nth}")
    hands.press(row.locator("form[action$='/approve'] button"))
    expect(page.locator("li", has_text=f"新店{nth}")).to_have_count(0)
    assert buyer.get(f"/shops/{shop['id']}")["is_open"] is True

    # Takes a room off air, with a reason; its viewers and its encoder are sent away.
    page.goto("/desk/rooms")
    tile = page.locator("li.tile", has_text=f"第{nth}场")
    hands.write(tile.locator("form[action$='/suspend'] input[name=reason]"), "卖假货")
    hands.press(tile.locator("form[action$='/suspend'] button"))
    expect(tile.locator(".chip")).to_contain_text("暂停")
    assert viewer.get(f"/rooms/{room}")["room"]["state"] == "SUSPENDED"
    assert room not in [slide["room"]["id"] for slide in viewer.get("/feed")]

    # Explains a fen: from the order's number to how each amount comes about.
    page.goto("/desk/ledger")
    hands.write(page.locator("input[name=words]"), number)
    hands.press(page.locator("form[role=search] button"))
    page.wait_for_url(re.compile(r"/desk/orders/ord_"))
    expect(page.locator("main")).to_contain_text(number)
    expect(page.locator("table").last).to_contain_text(
        re.compile(r"\d+\.\d\d \+ 6\.00 = \d+\.\d\d")
    )

    # And what was done stays written.
    page.goto("/desk/audit?act=live.rooms")
    expect(page.locator("table tbody tr").first).to_contain_text("卖假货")
    assert window.real_complaints() == []


def sign_in(hands: Hands, stack: Stack) -> None:
    """Phone, password, and the digits of the operator's app; each digits open once."""
    page = hands.page
    account = next(each for each in stack.facts["accounts"] if each["role"] == "operator")
    page.goto("/sign-in?by=password&next=/desk/")
    hands.write(page.locator("input[name=phone]"), account["phone"])
    hands.write(page.locator("input[name=password]"), account["password"])
    hands.press(page.locator("form[action$='/with-password'] button.cta"))

    def is_in() -> bool:
        page.wait_for_load_state()
        if urlsplit(page.url).path.startswith("/desk"):
            return True
        field = page.locator("input[name=digits]")
        field.fill("")
        hands.write(field, digits_for(account["secret"]))
        hands.press(page.locator("form[action$='/second'] button.cta"))
        page.wait_for_load_state()
        return urlsplit(page.url).path.startswith("/desk")

    until(page, is_in)


def a_room_on_air(
    host: AppUser, viewer: AppUser, publish: Callable[[str], None], title: str
) -> str:
    host.put("/me/creator", name=f"{title}主播")
    soon = clock.wall() + timedelta(minutes=1)
    room: str = host.post("/rooms", title=title, starts_at=soon.isoformat())["id"]
    host.post(f"/rooms/{room}/preview")
    publish(room)
    eventually(lambda: host.tries(f"/rooms/{room}/live"))
    assert viewer.get(f"/rooms/{room}")["room"]["state"] == "LIVE"
    return room


def a_paid_order(stack: Stack, buyer: AppUser) -> str:
    """Something of the demo's room, bought and paid as its buyer's bank would; its number."""
    item = buyer.get(f"/rooms/{stack.facts['room']}/bag")[0]["product"]
    addresses = buyer.get("/me/addresses")
    address = (
        addresses[0]
        if addresses
        else buyer.post(
            "/me/addresses",
            name="王芳",
            phone="13812348000",
            region_code="330100",
            line="文三路 90 号",
            is_default=True,
        )
    )
    quote = buyer.post(
        "/quotes",
        lines=[{"sku_id": item["sku_id"], "quantity": 1}],
        address_id=address["id"],
    )
    placed = buyer.post("/orders", quote_id=quote["quote_id"], version=quote["version"])
    order = placed["orders"][0]
    paid = stack.laotie("lab", "pay", order["order_id"])
    assert paid.returncode == 0, paid.stdout + paid.stderr
    eventually(
        lambda: buyer.get(f"/orders/{order['order_id']}")["state"] == "PAID",
    )
    number: str = order["number"]
    return number
