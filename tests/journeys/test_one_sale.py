"""One live sale as two people with phones see it: watch, talk, buy, pay, receive, settle."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect
from tests.journeys.conftest import Visitors
from tests.journeys.people import AppUser
from tests.stack import Stack

# The clip keeps this box of its 720 x 1280 frame in one colour (see `laotie.lab.clip`).
SEAL = {"left": 104, "top": 236, "width": 64, "height": 64}
SEAL_COLOUR = (200, 50, 30)
TOLERANCE = 40  # H.264 and the browser's colour conversion move it a little.

READ_SEAL = """
(video, box) => {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const pen = canvas.getContext("2d");
  pen.drawImage(video, 0, 0);
  const pixels = pen.getImageData(box.left, box.top, box.width, box.height).data;
  const sum = [0, 0, 0];
  for (let i = 0; i < pixels.length; i += 4)
    for (let c = 0; c < 3; c += 1) sum[c] += pixels[i + c];
  return sum.map((each) => each / (pixels.length / 4));
}
"""


def sign_in(page: Page, user: AppUser) -> None:
    page.goto("/sign-in?by=password")
    page.locator("input[name=phone]").fill(user.phone)
    page.locator("input[name=password]").fill(user.password)
    page.locator("form[action$='with-password'] button[type=submit], form button.cta").first.click()
    page.wait_for_url(re.compile(r"^(?!.*/sign-in).*$"))


def test_a_sale_from_the_first_look_to_the_last_fen(visitors: Visitors, stack: Stack) -> None:
    buyer, friend = AppUser(stack, "buyer"), AppUser(stack, "buyer", nth=1)
    host, merchant = AppUser(stack, "creator"), AppUser(stack, "merchant")
    room = stack.facts["room"]
    mine, theirs = visitors.window(), visitors.window(language="en")
    page, other = mine.page, theirs.page
    sign_in(page, buyer)
    sign_in(other, friend)

    # Watch: the clip really plays.
    page.goto("/")
    page.locator(f"a[href*='{room}']").first.click()
    page.wait_for_url(re.compile(room))
    until(page, lambda: played_s(page) > 0)
    before_s = played_s(page)
    until(page, lambda: played_s(page) > before_s + 1)
    seen = page.locator("video").first.evaluate(READ_SEAL, SEAL)
    assert all(abs(s - e) <= TOLERANCE for s, e in zip(seen, SEAL_COLOUR, strict=True)), seen

    # Talk: a comment appears on the other phone without reload.
    other.goto(f"/live/{room}")
    expect(other.locator("live-room")).to_have_attribute("data-live-link", "open")
    say = page.locator("say-box input[name=text]")
    say.fill("这个釉色真好看")
    say.press("Enter")
    expect(other.locator("comment-stream")).to_contain_text("这个釉色真好看")
    expect(page.locator("comment-stream")).to_contain_text("这个釉色真好看")

    # Buy: the host opens a flash price, and it is taken in the room.
    item = host.get(f"/rooms/{room}/bag")[0]["product"]
    host.put(f"/rooms/{room}/pin", product_id=item["product_id"])
    flash = host.post(
        f"/rooms/{room}/flash",
        sku_id=item["sku_id"],
        price_fen=3990,
        quantity=10,
        seconds=300,
        limit_per_buyer=2,
    )
    page.locator("flash-bar a[data-sheet]").click()
    sheet = page.locator("dialog#buy")
    expect(sheet.locator("form.buy-form")).to_contain_text("39.90")
    sheet.locator("form.buy-form .foot button.cta").click()
    page.wait_for_url(re.compile(r"/pay/grp_"))
    page.locator("form[action$='/start'] button").click()

    # Pay: on the provider's own page, and back.
    page.wait_for_url(re.compile(re.escape(stack.facts["lab"])))
    page.locator("button[value=pay]").click()
    page.locator("a.main").click()
    page.wait_for_url(re.compile(r"/pay/grp_"))
    expect(page.locator("#pay-state .state-box.ok")).to_be_visible()
    page.locator("#pay-state .actions a.cta").first.click()
    page.wait_for_url(re.compile(r"/orders/ord_"))
    order = re.search(r"ord_[0-9a-z]{26}", page.url).group()  # type: ignore[union-attr]
    paid = buyer.get(f"/orders/{order}")
    assert paid["state"] == "PAID"
    assert merchant_balances(merchant, paid["shop_id"])["pending_fen"] == 0, "money is held first"

    # Ship and receive.
    merchant.post(f"/orders/{order}/ship", carrier="lab", lines=None, waybill_no=None)
    carried = stack.laotie("lab", "ship", order)
    assert carried.returncode == 0, carried.stdout + carried.stderr
    page.reload()
    expect(page.locator("#ask-confirm summary")).to_be_visible()
    page.locator("#ask-confirm summary").click()
    page.locator("#ask-confirm form button").click()
    expect(page.locator(".order-state .steps li.done")).to_have_count(3)

    # Settle: to the fen, and no fen is left over.
    goods, total = 3990, paid["total_fen"]
    shares = {"creator": (goods * 1500 + 5000) // 10000, "tech": (goods * 200 + 5000) // 10000}
    channel = (total * 60 + 5000) // 10000
    expected = total - shares["creator"] - shares["tech"] - channel
    until(page, lambda: merchant_balances(merchant, paid["shop_id"])["pending_fen"] > 0)
    assert merchant_balances(merchant, paid["shop_id"])["pending_fen"] == expected
    assert host.get("/creator/money")["pending_fen"] == shares["creator"]
    assert flash["price_fen"] == goods

    assert mine.real_complaints() == []
    assert theirs.real_complaints() == []
    assert stack.laotie("verify").returncode == 0


def played_s(page: Page) -> float:
    # Asked from outside: the page's own policy forbids evaluating strings in it.
    return float(page.evaluate("document.querySelector('video')?.currentTime ?? 0"))


def merchant_balances(merchant: AppUser, shop: str) -> dict[str, int]:
    found: dict[str, int] = merchant.get(f"/shops/{shop}/money")
    return found


def until(page: Page, holds: Callable[[], bool], *, tries: int = 240) -> None:
    """Look again every half second; processes on a busy machine take a moment."""
    for _ in range(tries):
        if holds():
            return
        page.wait_for_timeout(500)
    assert holds()
