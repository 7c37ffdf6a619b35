"""The room in real Chromium against the gateway's protocol, as a test plays it."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests import builders
from tests.surfaces.shop.conftest import Sale
from tests.surfaces.shop.played_gateway import ITEM, Gateway, a_flash, millis

from laotie.content.relations import blocks
from laotie.kernel import clock, ids
from laotie.surfaces.gateway.protocol import (
    Bought,
    Comment,
    FlashOver,
    Link,
    Pinned,
    Refused,
    Said,
    State,
    Unpinned,
    Unsaid,
)

pytestmark = pytest.mark.browser


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
    def likes() -> list[int]:
        return [frame["n"] for frame in gateway.heard if frame["t"] == "like"]

    # At once, however long a click of ours takes here.
    room.locator("like-button button").evaluate(
        "button => { for (let tap = 0; tap < 5; tap += 1) button.click(); }"
    )
    gateway.until(room, lambda: bool(likes()))
    assert likes() == [5]


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

    gateway.until(room, lambda: len(gateway.addresses) == 2)
    expect(room.locator("live-room")).to_have_attribute("data-live-link", "open")
    assert gateway.addresses[1].endswith("?resume=resume-1&seq=1")
    # What was drawn stays; nothing was asked for again.
    expect(room.locator('comment-stream [data-id="c0"]')).to_have_count(1)


def test_an_expired_token_fetches_a_new_ticket_and_leaves_out_whom_one_has_blocked(
    room: Page, sale: Sale, gateway: Gateway
) -> None:
    loud = builders.a_person("吵").require_person()
    blocks.block(actor=sale.buyer, person_id=loud, now=clock.now())
    gateway.hang_up(4001)

    gateway.until(room, lambda: len(gateway.addresses) == 2)
    expect(room.locator("live-room")).to_have_attribute("data-live-link", "open")
    assert "ticket=" in gateway.addresses[1]
    said = [
        Comment(id=id, person=person, name="客", text="嘿")
        for id, person in (("c7", ids.public("per", loud)), ("c8", "per_2"))
    ]
    gateway.tick(says=said)
    expect(room.locator('comment-stream [data-id="c8"]')).to_have_text("客嘿")
    expect(room.locator('comment-stream [data-id="c7"]')).to_have_count(0)


def test_a_room_whose_numbers_begin_anew_is_drawn_anew(room: Page, gateway: Gateway) -> None:
    gateway.epoch = 2

    gateway.tick(Bought(name="王**", title=ITEM.title, quantity=1, sold=4))

    gateway.until(room, lambda: len(gateway.addresses) == 2)
    expect(room.locator("live-room")).to_have_attribute("data-live-link", "open")
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
