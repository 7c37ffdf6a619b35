"""A newcomer opens a shop, fills it and ships fifty orders by a file; then by keys alone."""

import io
import re
import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
from PIL import Image
from playwright.sync_api import FileChooser, Locator, Page, expect
from tests.journeys.conftest import DESK, Visitors
from tests.journeys.keys import press, reach, write
from tests.journeys.people import AppUser
from tests.journeys.test_newcomer import a_number, code_for
from tests.journeys.test_one_sale import until
from tests.stack import Stack

ORDERS = 50


def test_a_newcomer_opens_a_shop_and_ships_a_days_orders(
    visitors: Visitors, stack: Stack, tmp_path: Path
) -> None:
    mine = visitors.window(language="en", size=DESK)
    page = mine.page
    sign_in(page, stack, a_number(3))

    # Ask for a shop; an operator opens it.
    page.locator("input[name=name_zh]").fill(f"新窑{secrets.token_hex(2)}")
    page.locator("input[name=name_en]").fill("New Kiln")
    page.get_by_role("button", name="Ask for a shop").click()
    page.wait_for_url(re.compile(r"/studio/shops/shp_"))
    shop = shop_in(page)
    AppUser(stack, "operator").post(f"/desk/shops/{shop}/approve")

    # Fill it: one product with a second variant, a picture, and a coupon.
    page.goto(f"/studio/shops/{shop}/products/new")
    for name, text in NEW_PRODUCT.items():
        page.locator(f"[name={name}]").fill(text)
    page.get_by_role("button", name="Make a draft").click()
    page.wait_for_url(re.compile(r"/products/prd_"))
    product = public_id("prd", page.url)
    page.locator("input#picture").set_input_files(
        {"name": "cup.png", "mimeType": "image/png", "buffer": a_picture()}
    )
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("ul.pictures li")).to_have_count(1)
    page.get_by_role("button", name="Put on sale").click()
    expect(page.get_by_role("link", name="As buyers see it")).to_be_visible()
    page.goto(f"/studio/shops/{shop}/coupons")
    for name, text in NEW_COUPON.items():
        page.locator(f"main [name={name}]").fill(text)
    page.get_by_role("button", name="Issue").click()
    expect(page.locator("main")).to_contain_text("0 claimed, 10 left")

    # A day's orders come in.
    place_orders(stack, product, ORDERS)
    page.goto(f"/studio/shops/{shop}/orders?shelf=to_ship")
    until(page, lambda: waiting(page) == ORDERS)

    # Fetch the file, fill in waybills, try it, then ship for good.
    page.goto(f"/studio/shops/{shop}/orders/by-file")
    fetched = page.request.get(f"/studio/shops/{shop}/orders/to-ship.csv").text()
    page.locator("input[type=file]").set_input_files(filled(fetched, tmp_path))
    page.get_by_role("button", name="Try it").click()
    for_good = page.get_by_role("button", name=f"Ship {ORDERS} orders for good")
    expect(for_good).to_be_visible()
    for_good.click()
    expect(page.locator(".job")).to_have_count(2)  # The trial was done too.
    expect(page.locator(".job").first).to_contain_text(f"done, {ORDERS} rows")
    page.goto(f"/studio/shops/{shop}/orders?shelf=on_the_way")
    expect(page.locator("input[name=order]")).to_have_count(ORDERS)

    # The same file again ships nothing twice.
    page.goto(f"/studio/shops/{shop}/orders/by-file")
    page.locator("input[type=file]").set_input_files(filled(fetched, tmp_path))
    page.get_by_role("button", name="Try it").click()
    expect(page.locator(".job").first).to_contain_text(f"{ORDERS} as they were")
    assert mine.real_complaints() == []


def test_a_newcomer_opens_a_shop_and_ships_with_keys_alone(
    visitors: Visitors, stack: Stack, tmp_path: Path
) -> None:
    mine = visitors.window(language="en", size=DESK)
    page = mine.page
    sign_in(page, stack, a_number(4), by_keys=True)

    write(page, page.locator("input[name=name_zh]"), f"键窑{secrets.token_hex(2)}")
    write(page, page.locator("input[name=name_en]"), "Key Kiln")
    press(page, page.get_by_role("button", name="Ask for a shop"))
    page.wait_for_url(re.compile(r"/studio/shops/shp_"))
    shop = shop_in(page)
    AppUser(stack, "operator").post(f"/desk/shops/{shop}/approve")

    page.goto(f"/studio/shops/{shop}/products/new")
    for name, text in NEW_PRODUCT.items():
        write(page, page.locator(f"[name={name}]"), text)
    press(page, page.get_by_role("button", name="Make a draft"))
    page.wait_for_url(re.compile(r"/products/prd_"))
    product = public_id("prd", page.url)
    press(page, page.get_by_role("button", name="Put on sale"))
    expect(page.get_by_role("link", name="As buyers see it")).to_be_visible()

    place_orders(stack, product, 2)
    page.goto(f"/studio/shops/{shop}/orders?shelf=to_ship")
    until(page, lambda: waiting(page) == 2)
    press(page, page.get_by_role("link", name="Ship by file"))
    page.wait_for_url(re.compile(r"/by-file$"))
    fetched = page.request.get(f"/studio/shops/{shop}/orders/to-ship.csv").text()
    choose(page, filled(fetched, tmp_path))
    press(page, page.get_by_role("button", name="Try it"))
    for_good = page.get_by_role("button", name="Ship 2 orders for good")
    expect(for_good).to_be_visible()
    press(page, for_good)
    expect(page.locator(".job")).to_have_count(2)
    expect(page.locator(".job").first).to_contain_text("done, 2 rows")
    assert mine.real_complaints() == []


def choose(page: Page, file: str) -> None:
    """Open the chooser by keys, once more where the page took the focus while it arrived."""
    chosen: list[FileChooser] = []

    def keep(chooser: FileChooser) -> None:
        chosen.append(chooser)

    page.on("filechooser", keep)

    def is_open() -> bool:
        reach(page, page.locator("input[type=file]"))
        page.keyboard.press("Enter")
        page.wait_for_timeout(500)
        return bool(chosen)

    until(page, is_open, tries=10)
    chosen[0].set_files(file)


NEW_PRODUCT = {"title_zh": "青瓷杯", "title_en": "Celadon cup", "price": "39.90", "on_hand": "200"}
NEW_COUPON = {
    "name_zh": "新店券", "name_en": "Opening", "off": "5", "min_goods": "30", "budget": "50",
}  # fmt: skip


def sign_in(page: Page, stack: Stack, phone: str, *, by_keys: bool = False) -> None:
    """With a code to a new number, on to the studio; the terms are agreed to on the way."""

    def enter(field: Locator, text: str) -> None:
        write(page, field, text) if by_keys else field.fill(text)
        field.press("Enter")

    page.goto("/sign-in?next=/studio/start")
    enter(page.locator("input[name=phone]"), phone)
    code = page.locator("input[name=code]")
    expect(code).to_be_visible()
    enter(code, code_for(stack, phone))
    page.wait_for_url(re.compile(r"/consent|/studio/start"))
    if "/consent" not in page.url:
        return
    for box in page.locator("form[action$='/consent'] input[type=checkbox]").all():
        press(page, box, "Space") if by_keys else box.check()
    agree = page.locator("form[action$='/consent'] button.cta")
    press(page, agree) if by_keys else agree.click()
    page.wait_for_url(re.compile(r"/studio/start"))


def place_orders(stack: Stack, product: str, count: int) -> None:
    """So many orders of one each, paid at the provider, through the doors that apps use."""
    buyers = [AppUser(stack, "buyer", nth=nth) for nth in (0, 1)]
    sku = buyers[0].get(f"/products/{product}")["skus"][0]["sku_id"]
    with ThreadPoolExecutor(2) as pool:
        for done in pool.map(
            lambda at: [buy(buyers[at], sku) for _ in range(at, count, 2)], range(2)
        ):
            assert all(done)


def buy(buyer: AppUser, sku: str) -> bool:
    (address, *_rest) = buyer.get("/me/addresses")
    lines = [{"sku_id": sku, "quantity": 1}]
    quote = buyer.post("/quotes", lines=lines, address_id=address["id"])
    placed = buyer.post("/orders", quote_id=quote["quote_id"], version=quote["version"])
    link = buyer.post(f"/checkouts/{placed['group_id']}/pay")
    paid = httpx.post(link["url"], data={"choice": "pay"}, timeout=120, trust_env=False)
    return paid.status_code == 303


def filled(fetched: str, folder: Path) -> str:
    """The file that was fetched, with the lab's carrier, which makes its own waybills."""
    head, *rows = fetched.lstrip("\ufeff").splitlines()
    path = folder / "to-ship.csv"
    path.write_text("\n".join([head, *(carried(row.split(",")) for row in rows)]), "utf-8")
    return str(path)


def carried(cells: Sequence[str]) -> str:
    return ",".join([cells[0], "lab", *cells[2:]])


def waiting(page: Page) -> int:
    page.reload()
    return page.locator("input[name=order]").count()


def shop_in(page: Page) -> str:
    return public_id("shp", page.url)


def public_id(kind: str, address: str) -> str:
    found = re.search(rf"{kind}_[0-9a-z]{{26}}", address)
    assert found, address
    return found.group()


def a_picture() -> bytes:
    body = io.BytesIO()
    Image.new("RGB", (400, 400), (120, 160, 140)).save(body, "PNG")
    return body.getvalue()
