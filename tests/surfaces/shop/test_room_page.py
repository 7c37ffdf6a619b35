"""The room in real Chromium against the gateway's protocol: every frame is made by `protocol.py`."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Locator, Page, WebSocketRoute, expect
from tests import browsing
from tests.surfaces.shop.conftest import Sale, SignIn

from laotie.kernel import clock
from laotie.runtime.wsgi import application
from laotie.surfaces.gateway import protocol
from laotie.surfaces.gateway.protocol import (
    Bought,
    Comment,
    Flash,
    FlashOver,
    Host,
    ItemCard,
    Link,
    Ordered,
    Pinned,
    Refused,
    Said,
    Snapshot,
    State,
    Stock,
    Tick,
    Unpinned,
    Unsaid,
    Welcome,
)

pytestmark = pytest.mark.browser

ITEM = ItemCard(
    product="prd_1",
    sku="sku_1",
    no=1,
    title={"zh": "梅子青茶盏", "en": "Plum-green bowl"},
    picture="",
    price_fen=1990,
    list_price_fen=3990,
    variants=1,
)


class Gateway:
    """The other end of every socket that the page opens, as a test plays it."""

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.heard: list[dict[str, Any]] = []
        self._socket: WebSocketRoute | None = None
        self.epoch = 1
        self.seq = 0
        self.on_say: Callable[[dict[str, Any]], None] = lambda say: None
        self.on_buy: Callable[[dict[str, Any]], None] = lambda buy: None

    def accept(self, socket: WebSocketRoute) -> None:
        self._socket = socket
        self.addresses.append(socket.url)
        socket.on_message(self._hear)
        self.send(
            Welcome(
                room="rom_1",
                person="per_me",
                name="林同学",
                may_say=True,
                host=False,
                resume=f"resume-{len(self.addresses)}",
                now=millis(),
            )
        )
        if "resume=" not in socket.url:
            self.snapshot()

    def snapshot(self, **changed: Any) -> None:
        facts: dict[str, Any] = {
            "room": "rom_1",
            "epoch": self.epoch,
            "seq": self.seq,
            "state": "LIVE",
            "title": "开窑",
            "host": Host(creator="crt_1", name="龙泉阿瓷", avatar=""),
            "viewers": 28000,
            "likes": 124000,
            "sold": 3,
            "bag": 7,
            "pinned": None,
            "flash": None,
            "pinned_say": None,
            "giveaway": None,
            "drop": None,
            "says": [Comment(id="c0", person="per_1", name="小林", text="像玉一样")],
        }
        self.send(Snapshot(**{**facts, **changed}))

    def tick(
        self, *events: Any, says: list[Comment] | None = None, epoch: int | None = None
    ) -> None:
        self.seq += 1
        numbered = [type(event)(**{**fields(event), "seq": self.seq}) for event in events]
        self.send(
            Tick(
                epoch=epoch or self.epoch,
                seq=self.seq,
                events=numbered,
                says=[Comment(**{**fields(say), "seq": self.seq}) for say in says or []],
            )
        )

    def send(self, frame: Any) -> None:
        assert self._socket
        self._socket.send(protocol.write(frame).decode())

    def hang_up(self, code: int) -> None:
        assert self._socket
        self._socket.close(code=code, reason="")

    def _hear(self, message: str | bytes) -> None:
        frame = json.loads(message)
        self.heard.append(frame)
        protocol.read(message.encode() if isinstance(message, str) else message)
        if frame["t"] == "say":
            self.on_say(frame)
        elif frame["t"] == "buy":
            self.on_buy(frame)


def fields(frame: Any) -> dict[str, Any]:
    return {name: getattr(frame, name) for name in frame.__struct_fields__}


def millis(after_s: float = 0) -> int:
    # Business time is the wall clock as long as nobody moves it. The database is not asked, since
    # the browser's callbacks run in contexts of their own and each would keep a connection.
    return int((clock.wall().timestamp() + after_s) * 1000)


def a_flash(*, left: int = 5, seconds: float = 600) -> Flash:
    return Flash(
        offer="ofr_1",
        item=ITEM,
        quantity=5,
        left=left,
        limit=2,
        starts_at=millis(),
        ends_at=millis(seconds),
    )


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    with browsing.served(application) as origin:
        yield origin


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def room(
    browser: Browser, origin: str, sale: Sale, signed_in: SignIn, gateway: Gateway
) -> Iterator[Page]:
    """The buyer in the room, on a phone, in English; the socket is open."""
    with ExitStack() as closing:
        context = browser.new_context(
            base_url=origin, viewport={"width": 390, "height": 844}, locale="en-US"
        )
        closing.callback(context.close)
        cookies = {name: one.value for name, one in signed_in(sale.buyer).cookies.items()}
        context.add_cookies(
            [{"name": name, "value": value, "url": origin} for name, value in cookies.items()]
        )
        page = context.new_page()
        page.route_web_socket(f"{settings.LAOTIE.gateway_url}/live/**", gateway.accept)
        page.goto(f"/live/{sale.room}")
        expect(page.locator("live-room")).to_have_attribute("data-live-link", "open")
        yield page


def test_the_snapshot_is_drawn(room: Page, gateway: Gateway) -> None:
    assert "ticket=" in gateway.addresses[0]
    expect(room.locator('[data-count="viewers"]')).to_have_text("28k")
    expect(room.locator('[data-count="likes"]')).to_have_text("124k")
    expect(room.locator('[data-count="bag"]')).to_have_text("7")
    expect(room.locator('comment-stream [data-id="c0"]')).to_contain_text("像玉一样")
    expect(room.locator("flash-bar")).to_be_hidden()
    expect(room.locator("pinned-item")).to_be_hidden()


def test_a_comment_is_sent_and_comes_back(room: Page, gateway: Gateway) -> None:
    def answer(say: dict[str, Any]) -> None:
        gateway.send(Said(re=say["id"], id="c9"))
        gateway.tick(says=[Comment(id="c9", person="per_me", name="林同学", text=say["text"])])

    gateway.on_say = answer
    room.locator("say-box input").fill("还有货吗 <b>")
    room.keyboard.press("Enter")

    expect(room.locator('comment-stream [data-id="c9"]')).to_contain_text("还有货吗 <b>")
    expect(room.locator("say-box input")).to_have_value("")


def test_a_refused_comment_comes_back_to_its_writer_with_the_reason(
    room: Page, gateway: Gateway
) -> None:
    gateway.on_say = lambda say: gateway.send(
        Refused(code="BLOCKED_WORD", text="This word is not said here.", re=say["id"])
    )

    room.locator("say-box input").fill("bad")
    room.keyboard.press("Enter")

    expect(room.locator(".toast")).to_have_text("This word is not said here.")
    expect(room.locator("say-box input")).to_have_value("bad")


def test_taps_of_half_a_second_go_as_one_frame(room: Page, gateway: Gateway) -> None:
    for _ in range(5):
        room.locator("like-button button").click()

    room.wait_for_timeout(700)

    likes = [frame["n"] for frame in gateway.heard if frame["t"] == "like"]
    assert sum(likes) == 5
    assert len(likes) <= 2


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

    gateway.on_buy = lambda buy: None
    gateway.hang_up(4008)
    expect(room.locator("live-room")).to_have_attribute("data-live-link", "lost")
    gateway.on_buy = lambda buy: gateway.send(ordered(buy))

    expect(room.locator("flash-bar [data-slot=pay]")).to_be_visible(timeout=8000)
    assert len(keys(gateway)) >= 3
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

    gateway.tick(a_flash(seconds=90))

    expect(room.locator("flash-bar flash-clock")).to_contain_text("01:")


def test_the_host_presents_and_stops(room: Page, gateway: Gateway) -> None:
    gateway.tick(Pinned(item=ITEM, at=millis()))
    expect(room.locator("pinned-item [data-slot=title]")).to_have_text("Plum-green bowl")
    expect(room.locator("pinned-item a")).to_have_attribute("href", "/buy?room=" + of(room))

    gateway.tick(Unpinned(product="prd_1"))
    expect(room.locator("pinned-item")).to_be_hidden()


def of(room: Page) -> str:
    return room.url.rsplit("/", 1)[1] + "&sku=sku_1"


def test_orders_are_told_in_one_line(room: Page, gateway: Gateway) -> None:
    gateway.tick(
        Bought(name="王**", title=ITEM.title, quantity=1, sold=4),
        Bought(name="李*", title=ITEM.title, quantity=1, sold=5),
    )

    expect(room.locator("order-notice")).to_have_text("李* and 1 more are buying")


def test_what_was_unsaid_goes(room: Page, gateway: Gateway) -> None:
    gateway.tick(Unsaid(says=["c0"]))

    expect(room.locator('comment-stream [data-id="c0"]')).to_have_count(0)


def test_an_event_that_comes_twice_is_drawn_once(room: Page, gateway: Gateway) -> None:
    gateway.tick(a_flash())
    expect(room.locator("flash-bar")).to_be_visible()
    gateway.tick(FlashOver(offer="ofr_1", reason="time"))
    expect(room.locator("flash-bar")).to_be_hidden()

    gateway.seq -= 2
    gateway.tick(a_flash())
    gateway.seq += 1

    room.wait_for_timeout(200)
    expect(room.locator("flash-bar")).to_be_hidden()


def test_a_dropped_line_comes_back_with_its_token_and_place(room: Page, gateway: Gateway) -> None:
    gateway.tick(Bought(name="王**", title=ITEM.title, quantity=1, sold=4))
    expect(room.locator("order-notice")).to_be_visible()

    gateway.hang_up(4008)

    expect(room.locator("live-room")).to_have_attribute("data-live-link", "open", timeout=8000)
    assert len(gateway.addresses) == 2
    assert gateway.addresses[1].endswith("?resume=resume-1&seq=1")
    # What was drawn stays; nothing was asked for again.
    expect(room.locator('comment-stream [data-id="c0"]')).to_have_count(1)


def test_an_expired_token_fetches_a_new_ticket(room: Page, gateway: Gateway) -> None:
    gateway.hang_up(4001)

    expect(room.locator("live-room")).to_have_attribute("data-live-link", "open", timeout=8000)
    assert "ticket=" in gateway.addresses[1]


def test_a_room_whose_numbers_begin_anew_is_drawn_anew(room: Page, gateway: Gateway) -> None:
    gateway.epoch = 2

    gateway.tick(Bought(name="王**", title=ITEM.title, quantity=1, sold=4))

    expect(room.locator("live-room")).to_have_attribute("data-live-link", "open", timeout=8000)
    room.wait_for_function("document.querySelectorAll('comment-stream [data-id]').length === 1")
    assert "ticket=" in gateway.addresses[-1]
    assert len(gateway.addresses) == 2


@pytest.mark.parametrize(("code", "link"), [(4003, "out"), (4004, "over"), (1009, "broken")])
def test_some_ends_are_for_good(room: Page, gateway: Gateway, code: int, link: str) -> None:
    gateway.hang_up(code)

    expect(room.locator("live-room")).to_have_attribute("data-live-link", link)
    room.wait_for_timeout(1500)
    assert len(gateway.addresses) == 1


def test_the_page_says_that_the_host_is_reconnecting(room: Page, gateway: Gateway) -> None:
    gateway.tick(State(state="INTERRUPTED", at=millis()))
    expect(room.get_by_text("The host is reconnecting")).to_be_visible()

    gateway.tick(State(state="ENDED", at=millis()))
    expect(room.get_by_text("This live has ended")).to_be_visible()


def test_a_gateway_without_its_database_is_told(room: Page, gateway: Gateway) -> None:
    gateway.send(Link(ok=False))
    expect(room.get_by_text("Comments are coming back")).to_be_visible()

    gateway.send(Link(ok=True))
    expect(room.get_by_text("Comments are coming back")).to_be_hidden()


def test_language_and_theme_are_switched_in_place(room: Page, gateway: Gateway) -> None:
    gateway.tick(a_flash())
    room.evaluate("document.querySelector('video').dataset.mark = 'the same'")
    room.locator("say-box input").fill("half a sen")

    room.evaluate("window.isTheSame = true")

    room.get_by_role("button", name="Settings").click()
    room.get_by_role("button", name="切换到中文").click()
    expect(room.locator("html")).to_have_attribute("lang", "zh-Hans")
    room.locator("theme-switch button").click()

    expect(room.locator("html")).to_have_attribute("data-theme", "dark")
    assert room.evaluate("window.isTheSame") is True
    expect(room.locator("flash-bar [data-slot=text]")).to_contain_text("梅子青茶盏")
    expect(room.locator("say-box input")).to_have_value("half a sen")
    expect(room.locator('comment-stream [data-id="c0"]')).to_have_count(1)
    expect(room.locator("flash-bar")).to_be_visible()
    assert room.locator("video").get_attribute("data-mark") == "the same"
    assert len(gateway.addresses) == 1


def test_a_sheet_opens_over_the_room_and_keeps_its_price_honest(
    room: Page, gateway: Gateway
) -> None:
    room.locator(".bag").click()
    expect(room.locator("#bag h2")).to_have_text("Product bag")
    room.locator("#bag .btn.cta").first.click()
    expect(room.locator("#buy .sum")).to_contain_text("19.90")

    room.locator('#buy [data-step="1"]').click()

    expect(room.locator("#buy .sum")).to_contain_text("39.80")
    room.keyboard.press("Escape")
    expect(room.locator("#buy")).to_be_hidden()
    expect(room.locator("live-room")).to_have_attribute("data-live-link", "open")
