"""A creator goes on air from a browser with a camera, sells, and is looked back at; once by touch
and once by keys alone."""

import re

from playwright.sync_api import Page, expect
from tests.journeys.conftest import DESK, Visitors
from tests.journeys.keys import press, reach, write
from tests.journeys.people import AppUser
from tests.journeys.test_one_sale import sign_in, until
from tests.stack import Stack

_ROOM = re.compile(r"/studio/rooms/(rom_[0-9a-z]{26})/$")


def test_a_show_from_the_first_look_at_the_camera_to_its_replay(
    visitors: Visitors, stack: Stack
) -> None:
    host, viewer = AppUser(stack, "buyer", nth=1), AppUser(stack, "buyer")
    mine = visitors.window(language="en")
    page = mine.page
    sign_in(page, host)
    page.goto("/studio/start")
    page.locator("form[action$='/start/creator'] input[name=name]").fill("窑边阿南")
    page.locator("form[action$='/start/creator'] button").click()
    page.wait_for_url(re.compile(r"/studio/(rooms.*)?$"))
    room = announce(page, "手机开播第一场")
    page.locator("#state a[href$='/go']").click()
    page.wait_for_url(re.compile(r"/go$"))
    expect(page.locator("live-room")).to_have_attribute("data-live-link", "open")

    # The show is dressed and filled, the camera checked.
    page.locator("#dress summary").click()
    page.locator("#dress input[name=title]").fill("新窑第一场")
    page.locator("#dress form button").click()
    expect(page.locator("#toasts, [role=status]").filter(has_text="Saved").first).to_be_visible()
    put_in_bag(page)
    camera = page.locator("camera-studio")
    camera.locator("[data-do=check]").click()
    expect(camera).to_have_attribute("data-live-camera", "ready")

    # A rehearsal: the picture arrives, and nobody else is told.
    page.locator("form[action$='/rehearsal/begin'] button").click()
    expect(page.locator("#onair")).to_contain_text("Rehearsal")
    camera.locator("[data-do=send]").click()
    expect(camera).to_have_attribute("data-live-camera", "sending")
    expect(page.locator("#signal")).to_have_attribute("data-on", "yes")
    assert viewer.get(f"/rooms/{room}")["room"]["state"] == "SCHEDULED"
    page.locator("form[action$='/rehearsal/end'] button").click()
    expect(camera).to_have_attribute("data-live-camera", "ready")
    expect(page.locator("#signal")).to_have_attribute("data-on", "no")

    # On air: something is explained, offered and bought.
    camera.locator("[data-do=send]").click()
    expect(page.locator("#signal")).to_have_attribute("data-on", "yes")
    page.locator("form[action$='/go/live'] button").click()
    expect(page.locator("#onair a[href$='/stop']")).to_be_visible()
    assert room in [slide["room"]["id"] for slide in viewer.get("/feed")]
    page.locator("#bag form[action$='/pin'] button").first.click()
    expect(page.locator("#bag .on-stage")).to_be_visible()
    item = viewer.get(f"/rooms/{room}/bag")[0]["product"]
    price_fen = item["price_fen"] - 100
    flash = page.locator("#flash form")
    flash.locator("[name=price]").fill(f"{price_fen // 100}.{price_fen % 100:02d}")
    flash.locator("[name=quantity]").fill("5")
    flash.locator("button.cta").click()
    expect(page.locator("#flash flash-clock")).to_be_visible()
    buy(viewer, visitors.window().page, room, item["sku_id"])
    until(page, lambda: viewer.get(f"/rooms/{room}")["sold"] == 1)
    page.locator("#bag form[action$='/unpin'] button").click()
    expect(page.locator("#bag .on-stage")).to_have_count(0)

    # The end, a clip, and the replay with its chapter.
    page.locator("#onair a[href$='/end']").click()
    page.locator("#ask form[action$='/end'] button.danger").click()
    expect(page.locator("#lookback .clip-line a[download]")).to_be_visible()
    watch_chapter(page, room)
    assert page.locator("replay-player video").evaluate("video => video.videoWidth") > 0

    with mine.bearing("404 (Not Found)", "index.m3u8"):
        assert mine.real_complaints() == []
    assert stack.laotie("verify").returncode == 0


def test_a_show_by_keys_alone(visitors: Visitors, stack: Stack) -> None:
    host, viewer = AppUser(stack, "buyer", nth=1), AppUser(stack, "buyer")
    host.put("/me/creator", name="窑边阿南")
    for room in host.get("/me/rooms"):
        if room["state"] in {"PREVIEW", "LIVE", "INTERRUPTED"}:
            host.post(f"/rooms/{room['id']}/end")
    mine = visitors.window(language="en", size=DESK)
    page = mine.page
    sign_in(page, host)

    page.goto("/studio/rooms/new")
    write(page, page.locator("#main input[name=title]"), "键盘开播")
    page.keyboard.press("Enter")
    page.wait_for_url(_ROOM)
    room = room_of(page)
    press(page, page.locator("#state a[href$='/go']"))
    page.wait_for_url(re.compile(r"/go$"))
    press(page, page.locator("#bag a[href$='/products']"))
    press(page, page.locator("#sheet form[action$='/products'] button.cta").first)
    expect(page.locator("#bag .item")).to_have_count(1)
    camera = page.locator("camera-studio")
    press(page, camera.locator("[data-do=check]"))
    expect(camera).to_have_attribute("data-live-camera", "ready")
    press(page, camera.locator("[data-do=send]"))
    expect(page.locator("#signal")).to_have_attribute("data-on", "yes")
    press(page, page.locator("form[action$='/go/live'] button"))
    expect(page.locator("#onair a[href$='/stop']")).to_be_visible()
    press(page, page.locator("#bag form[action$='/pin'] button"))
    expect(page.locator("#bag .on-stage")).to_be_visible()
    page.wait_for_timeout(3000)  # So long it is explained; less makes no clip.

    # The brake: dark for viewers at once, for good.
    press(page, page.locator("#onair a[href$='/stop']"))
    write(page, page.locator("#ask input[name=reason]"), "有人敲门")
    reach(page, page.locator("#ask input[name=after]").first)
    page.keyboard.press("ArrowDown")
    press(page, page.locator("#ask button.danger"))
    expect(page.locator("#lookback")).to_be_visible()
    assert viewer.get(f"/rooms/{room}")["room"]["state"] == "ENDED"
    until(page, lambda: viewer.get(f"/rooms/{room}/replay")["seconds"] > 0)
    page.goto(f"/replay/{room}")
    press(page, page.locator(".chapters button"))
    until(page, lambda: plays_s(page) > 0)


def announce(page: Page, title: str) -> str:
    """A room of the creator's, by the page; its id."""
    page.goto("/studio/rooms/new")
    page.locator("#main input[name=title]").fill(title)
    page.locator("#main form button.cta").click()
    page.wait_for_url(_ROOM)
    return room_of(page)


def room_of(page: Page) -> str:
    found = _ROOM.search(page.url)
    assert found
    return found.group(1)


def put_in_bag(page: Page) -> None:
    """The first product of the list."""
    page.locator("#bag a[href$='/products']").click()
    page.locator("#sheet form[action$='/products'] button.cta").first.click()
    expect(page.locator("#bag .item")).to_have_count(1)


def buy(viewer: AppUser, till: Page, room: str, sku: str) -> None:
    """One unit by an app, paid on the provider's own page."""
    address = viewer.get("/me/addresses")[0]["id"]
    wish = {"lines": [{"sku_id": sku, "quantity": 1}], "room_id": room, "address_id": address}
    quote = viewer.post("/quotes", **wish)
    placed = viewer.post("/orders", quote_id=quote["quote_id"], version=quote["version"])
    link = viewer.post(f"/checkouts/{placed['group_id']}/pay")
    till.goto(link["url"])
    till.locator("button[value=pay]").click()
    till.wait_for_load_state()
    order = f"/orders/{placed['orders'][0]['order_id']}"
    until(till, lambda: viewer.get(order)["state"] == "PAID")


def watch_chapter(page: Page, room: str) -> None:
    page.goto(f"/replay/{room}")
    chapter = page.locator(".chapters button").first
    starts_s = float(chapter.get_attribute("data-at") or 0)
    chapter.click()
    until(page, lambda: plays_s(page) > starts_s)
    expect(chapter).to_have_attribute("aria-current", "true")


def plays_s(page: Page) -> float:
    # Asked from outside: the page's own policy forbids evaluating strings in it.
    return float(page.evaluate("document.querySelector('replay-player video')?.currentTime ?? 0"))
