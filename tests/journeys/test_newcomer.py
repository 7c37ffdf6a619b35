"""A newcomer finds a room, buys there, then from a cart of two shops; once by touch, once by keys."""

import json
import re
import time

from playwright.sync_api import Locator, Page, expect
from tests.journeys.conftest import Visitors
from tests.journeys.keys import press, reach
from tests.journeys.people import AppUser
from tests.stack import Stack

HOME = "陈新 13700137000 浙江省杭州市西湖区龙井路1号"
OFFICE = "陈新，13700137000，四川省成都市武侯区天府大道8号"


def test_a_newcomer_buys_in_a_room_and_from_a_cart_of_two_shops(
    visitors: Visitors, stack: Stack
) -> None:
    mine = visitors.window(language="en")
    page, room = mine.page, stack.facts["room"]

    # Watch, want, and only then say who one is.
    page.goto("/")
    page.locator(f"a[href*='{room}']").first.click()
    page.locator("a[data-sheet=bag]").first.click()
    page.locator("dialog#bag .item a.btn.cta").first.click()
    page.locator("dialog#buy .foot a.cta").click()
    sign_in_by_code(page, stack, a_number(1))

    # Back where one was: the first address is given in the same flow, pasted as one block.
    page.wait_for_url(re.compile(r"/buy\?"))
    page.locator(".buy-form .foot a.cta").click()
    give_address(page.locator("dialog#buy"), HOME)
    page.locator("dialog#buy .buy-form .foot button.cta").click()
    pay(page, stack)
    expect(page.locator(f"#pay-state a[href*='{room}']")).to_be_visible()

    # A cart over two shops is two orders and one payment.
    for product in of_two_shops(stack):
        page.goto(f"/product/{product}")
        page.locator("a[data-sheet=buy]").first.click()
        page.locator("dialog#buy button[formaction='/cart/put']").click()
        expect(page.locator("#toasts")).to_contain_text("It is in your cart.")
    page.goto("/cart")
    expect(page.locator(".cart section.card")).to_have_count(2)
    page.locator(".cart-foot a.cta").click()
    page.wait_for_url(re.compile(r"/cart/order$"))
    expect(page.locator("#cart-order .foot")).to_contain_text("2 orders, one payment")
    page.locator("#cart-order .foot button.cta").click()
    pay(page, stack)
    orders = [link.get_attribute("href") for link in page.locator("#pay-state a.cta").all()]
    assert len(orders) == 2

    # One of them is not wanted after all, the other goes to the office.
    page.goto(str(orders[0]))
    page.locator("#ask-cancel summary").click()
    page.locator("#ask-cancel button").click()
    expect(page.locator("#order")).to_contain_text("Everything went back to you")
    page.goto(str(orders[1]))
    page.get_by_role("link", name="Send it elsewhere").click()
    page.get_by_role("link", name="Another address").click()
    give_address(page.locator("main"), OFFICE)
    page.wait_for_url(re.compile(r"/orders/ord_[0-9a-z]+/address$"))
    page.locator("fieldset label").filter(has_text="Chengdu").click()
    page.get_by_role("button", name="Send it there").click()
    expect(page.locator("#order")).to_contain_text("Chengdu")

    # What was cancelled can be had again.
    page.goto(str(orders[0]))
    page.get_by_role("button", name="Buy again").click()
    expect(page.locator(".cart section.card")).to_have_count(1)
    assert mine.real_complaints() == []


def test_a_newcomer_buys_and_cancels_with_keys_alone(visitors: Visitors, stack: Stack) -> None:
    mine = visitors.window(language="en")
    page = mine.page
    page.goto(f"/product/{of_two_shops(stack)[0]}")
    press(page, page.locator("a[data-sheet=buy]").first)
    dialog = page.locator("dialog#buy")
    to_sign_in = dialog.locator(".foot a.cta")
    expect(to_sign_in).to_be_visible()

    # A sheet that is closed gives the focus back to what opened it.
    page.keyboard.press("Escape")
    expect(page.locator("a[data-sheet=buy]").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(to_sign_in).to_be_visible()
    press(page, to_sign_in)
    sign_in_by_code(page, stack, a_number(2), by_keys=True)

    page.wait_for_url(re.compile(r"/buy\?"))
    press(page, page.locator(".buy-form .foot a.cta"))
    expect(dialog.locator("input[name=name]")).to_be_attached()
    press(page, dialog.locator("summary"))
    reach(page, dialog.locator("textarea"))
    page.keyboard.type(HOME)
    press(page, dialog.locator("details button"))
    expect(dialog.locator("input[name=name]")).to_have_value("陈新")
    press(page, dialog.locator("button.cta"))
    place = dialog.locator(".buy-form .foot button.cta")
    expect(place).to_be_visible()
    price_of_one = dialog.locator(".foot .sum").text_content()
    with page.expect_response(re.compile(r"/buy\b")):  # The sheet asks what two cost.
        press(page, dialog.locator("button[data-step='1']"))
    expect(dialog.locator("input[name=quantity]")).to_have_value("2")
    # The answer has come, but may not be drawn yet, and until then a key does nothing.
    expect(dialog.locator(".foot .sum")).not_to_have_text(price_of_one or "")
    expect(place).to_be_enabled()
    press(page, place)

    page.wait_for_url(re.compile(r"/pay/grp_"))
    press(page, page.locator("form[action$='/start'] button"))
    page.wait_for_url(re.compile(re.escape(stack.facts["lab"])))
    press(page, page.locator("button[value=pay]"))
    press(page, page.locator("a.main"))
    expect(page.locator("#pay-state .state-box.ok")).to_be_visible()
    press(page, page.locator("#pay-state .actions a.cta").first)
    page.wait_for_url(re.compile(r"/orders/ord_"))
    press(page, page.locator("#ask-cancel summary"))
    press(page, page.locator("#ask-cancel button"))
    expect(page.locator("#order")).to_contain_text("Everything went back to you")
    assert mine.real_complaints() == []


def a_number(nth: int) -> str:
    """A number that nobody of the town has, another one in each run."""
    return f"137{int(time.time()) % 10_000_000:07d}{nth}"


def of_two_shops(stack: Stack) -> list[str]:
    """One product of each of two shops that anybody can buy."""
    guest = AppUser(stack, "buyer", nth=1)
    return [guest.get(f"/shops/{shop}/products")[-1]["product_id"] for shop in stack.facts["shops"]]


def sign_in_by_code(page: Page, stack: Stack, phone: str, *, by_keys: bool = False) -> None:
    """Ask for a code, read it from the lab's outbox, and agree to the terms if asked to."""
    page.wait_for_url(re.compile(r"/sign-in"))
    phone_field = page.locator("input[name=phone]")
    if by_keys:
        reach(page, phone_field)
        page.keyboard.type(phone)
        page.keyboard.press("Enter")
    else:
        phone_field.fill(phone)
        page.locator("form[action$='/sign-in/code'] button").click()
    code_field = page.locator("input[name=code]")
    expect(code_field).to_be_visible()
    if by_keys:
        reach(page, code_field)
        page.keyboard.type(code_for(stack, phone))
        page.keyboard.press("Enter")
    else:
        code_field.fill(code_for(stack, phone))
        page.locator("form[action$='/sign-in/with-code'] button").click()
    page.wait_for_url(re.compile(r"/consent|/buy"))
    if "/consent" not in page.url:
        return
    agree = page.locator("form[action$='/consent'] input[type=checkbox]")
    for box in agree.all():
        if by_keys:
            reach(page, box)
            page.keyboard.press("Space")
        else:
            box.check()
    button = page.locator("form[action$='/consent'] button.cta")
    press(page, button) if by_keys else button.click()


def code_for(stack: Stack, phone: str) -> str:
    outbox = stack.data / "lab" / "text_messages.jsonl"
    rows = [json.loads(line) for line in outbox.read_text("utf-8").splitlines()]
    text = [row["text"] for row in rows if row["to"].endswith(phone)][-1]
    found = re.search(r"\b\d{6}\b", text)
    assert found, text
    return found.group()


def give_address(part: Locator, block: str) -> None:
    """Paste the block, let it be read, look at it, keep it."""
    part.locator("details summary").first.click()
    part.locator("textarea[name=pasted]").fill(block)
    part.locator("details button").click()
    expect(part.locator("input[name=name]")).to_have_value("陈新")
    part.locator("form button.cta").click()


def pay(page: Page, stack: Stack) -> None:
    """Pay on the provider's own page, and come back to read that it is paid."""
    page.wait_for_url(re.compile(r"/pay/grp_"))
    page.locator("form[action$='/start'] button").click()
    page.wait_for_url(re.compile(re.escape(stack.facts["lab"])))
    page.locator("button[value=pay]").click()
    page.locator("a.main").click()
    page.wait_for_url(re.compile(r"/pay/grp_"))
    expect(page.locator("#pay-state .state-box.ok")).to_be_visible()
