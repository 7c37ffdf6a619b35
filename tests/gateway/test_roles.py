"""Every role sends every message of a page, as `tests/surfaces/matrix_sockets.csv` says."""

from uuid import UUID, uuid4

import pytest
from tests import builders
from tests.gateway import pages
from tests.gateway.pages import Gateway, Page
from tests.surfaces import socket_table
from tests.surfaces.socket_table import MADE_UP, Row
from tests.usecases.live import scenes
from websockets.exceptions import InvalidStatus

from laotie.kernel import clock, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound
from laotie.live import flashes, ingest
from laotie.trade import stock


def test_every_message_is_answered_to_every_role_as_the_table_says(gateway: Gateway) -> None:
    stated = socket_table.table("gateway")
    scene, other = scenes.a_live_room(clock.now()), scenes.a_live_room(clock.now())
    hidden = scenes.a_scheduled_room(scene.host, clock.now())
    ingest.started(room_id=hidden, session=uuid4(), picture=scenes.PICTURE, now=clock.now())
    flash = flashes.open_flash(
        actor=scene.host, room_id=scene.room_id, sku_id=scene.sku_id, price_fen=1990,
        quantity=100, seconds=600, now=clock.now(),
    )  # fmt: skip
    rooms = {"on air": scene.room_id, "preview": hidden, "another room": other.room_id}
    actors = socket_table.cast(scene)
    for actor in actors.values():
        if actor.person_id is not None:
            builders.an_address(actor)

    found = {
        row: {
            role: answer(gateway, row, actor, home=scene.room_id, room_id=rooms[row.when])
            for role, actor in actors.items()
        }
        for row in stated
    }

    socket_table.require(found, stated)
    # What was refused left nothing behind.
    said = [answers for row, answers in found.items() if row.sent == "say"]
    kept = sum(heard == "said" for answers in said for heard in answers.values())
    assert sql.rows("SELECT count(*) FROM live_comment") == [(kept,)]
    bought = [answers for row, answers in found.items() if row.sent == "buy"]
    placed = sum(heard == "ordered" for answers in bought for heard in answers.values())
    assert stock.offer_left([flash.offer_id]) == {flash.offer_id: 100 - placed}
    assert sql.rows("SELECT count(*) FROM trade_order") == [(placed,)]


def answer(gateway: Gateway, row: Row, actor: Actor, *, home: UUID, room_id: UUID) -> str:
    if row.sent == "ticket":
        mine = home if row.when == "another room" else room_id
        return through_the_door(gateway, pages.path(room_id, ticket=a_ticket(actor, mine)))
    page = pages.enter(gateway, home, actor, lang="en")
    try:
        if row.sent == "resume":
            return through_the_door(gateway, pages.path(room_id, resume=page.resume, seq=0))
        return in_the_room(page, row.sent)
    finally:
        page.socket.close()


def a_ticket(actor: Actor, room_id: UUID) -> str:
    try:
        return pages.ticket(actor, room_id)
    except NotFound:
        return MADE_UP


def through_the_door(gateway: Gateway, address: str) -> str:
    try:
        page = Page(pages.dial(gateway, address))
    except InvalidStatus as refused:
        return str(refused.response.status_code)
    welcome = page.until_type("welcome")
    page.socket.close()
    if welcome["host"]:
        return "welcome as host"
    return "welcome to speak" if welcome["may_say"] else "welcome to watch"


def in_the_room(page: Page, message: str) -> str:
    if message == "ping":
        page.send(t="ping", at=5)
        return str(page.until(lambda frame: frame.get("at") == 5)["t"])
    if message == "like":
        before = next(frame["likes"] for frame in page.frames if frame["t"] == "snapshot")
        page.send(t="like", n=3)
        page.until(lambda frame: frame.get("likes", 0) >= before + 3)
        return "counted"
    if message == "say":
        page.send(t="say", id="1", text="你好")
        heard = page.until(lambda frame: frame.get("re") == "1")
        return str(heard.get("code", heard["t"]))
    if message == "buy":
        flash = page.frames[-1]["flash"]
        wish = {"offer": flash["offer"], "sku": flash["item"]["sku"], "n": 1, "fen": 1990}
        page.send(t="buy", id="tap-00001", **wish)
        heard = page.until(lambda frame: frame.get("re") == "tap-00001")
        return str(heard.get("code", heard["t"]))
    pytest.fail(f"nobody knows how to send {message!r}")
