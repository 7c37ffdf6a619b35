"""Who is not let in, and what a page may not send. Each is a clear no, none is an effect."""

import contextlib
import http.client
import os
import socket
from datetime import timedelta
from typing import Any

import pytest
from tests import builders
from tests.gateway import pages
from tests.gateway.pages import Gateway, Page
from tests.usecases.live import scenes
from websockets.exceptions import ConnectionClosed, InvalidStatus

from laotie.kernel import clock, crypto, sql
from laotie.kernel.actor import Actor
from laotie.live import tickets


def status_of(gateway: Gateway, path: str, *, origin: str | None = pages.ORIGIN) -> int:
    with pytest.raises(InvalidStatus) as refused:
        pages.dial(gateway, path, origin=origin)
    return int(refused.value.response.status_code)


@pytest.mark.parametrize(
    "origin", [None, "http://evil.test", "null", "http://shop.test.evil", "HTTP://SHOP.TEST", ""]
)
def test_other_pages_do_not_connect(gateway: Gateway, origin: str | None) -> None:
    room_id = scenes.a_live_room(clock.now()).room_id
    ticket = pages.ticket(Actor.anonymous(), room_id)

    assert status_of(gateway, pages.path(room_id, ticket=ticket), origin=origin) == 403

    # The ticket was not touched.
    assert pages.Page(pages.dial(gateway, pages.path(room_id, ticket=ticket))).until_type(
        "snapshot"
    )


def test_a_ticket_must_be_good_and_of_this_room(gateway: Gateway) -> None:
    scene, other = scenes.a_live_room(clock.now()), scenes.a_live_room(clock.now())
    good = pages.ticket(Actor.anonymous(), scene.room_id)
    holder = tickets.read(good)
    expired = crypto.sign("live.ticket", tickets._written(holder), lasts=timedelta(seconds=-1))
    old_token = crypto.sign(
        "live.resume",
        {**tickets._written(holder), "e": 2, "s": 1},
        lasts=timedelta(seconds=-1),
    )

    for query in (
        {},
        {"ticket": ""},
        {"ticket": good[:-2]},
        {"ticket": "x" * 1500},
        {"ticket": expired},
        {"resume": good},
        {"resume": old_token},
        {"ticket": pages.ticket(Actor.anonymous(), other.room_id)},
    ):
        assert status_of(gateway, pages.path(scene.room_id, **query)) == 403, query


def test_addresses_that_are_no_room(gateway: Gateway) -> None:
    for path in ("/", "/live/", "/live/rom_x", "/live/../etc/passwd", "/other/rom_x", "/live/%00"):
        assert status_of(gateway, path) == 404, path
    assert status_of(gateway, "/live/x?" + "&".join(f"a{n}=1" for n in range(50))) in {400, 404}


def test_a_ticket_is_good_once(gateway: Gateway) -> None:
    room_id = scenes.a_live_room(clock.now()).room_id
    address = pages.path(room_id, ticket=pages.ticket(Actor.anonymous(), room_id))
    opened = [Page(pages.dial(gateway, address)) for _ in range(5)]

    answers = [first_answer(page) for page in opened]

    assert sorted(answers, key=str) == [4001, 4001, 4001, 4001, "welcome"]


def first_answer(page: Page) -> object:
    """The type of the first frame, or the code with which the socket closed."""
    try:
        return page.until(lambda _: True)["t"]
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 1006


def raw_frame(opcode: int, payload: bytes, *, fin: bool = True, mask: bool = True) -> bytes:
    first = (0x80 if fin else 0) | opcode
    size = len(payload)
    head = bytes([first]) + (
        bytes([(0x80 if mask else 0) | size])
        if size < 126
        else bytes([(0x80 if mask else 0) | 126]) + size.to_bytes(2, "big")
    )
    if not mask:
        return head + payload
    key = os.urandom(4)
    return head + key + bytes(byte ^ key[n % 4] for n, byte in enumerate(payload))


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (raw_frame(0x2, b"binary"), 1003),
        (raw_frame(0x1, b'{"t":"ping"', fin=False), 1003),
        (raw_frame(0x0, b"more", fin=False), 1003),
        (raw_frame(0x1, b'{"t":"say","id":"1","text":"\xff\xfe"}'), 1007),
        (raw_frame(0x1, b"x" * 4097), 1009),
        (raw_frame(0x1, b'{"t":"ping","at":1}', mask=False), 1002),
    ],
    ids=["binary", "fragment", "continuation", "not utf-8", "too big", "unmasked"],
)
def test_what_breaks_the_protocol_closes_the_socket(
    gateway: Gateway, frame: bytes, code: int
) -> None:
    scene = scenes.a_live_room(clock.now())
    other = pages.enter(gateway, scene.room_id, Actor.anonymous())
    page = pages.enter(gateway, scene.room_id, builders.a_person())

    page.socket.socket.sendall(frame)

    assert page.until_closed() == code
    other.send(t="ping", at=1)
    assert other.until_type("pong")["at"] == 1
    assert sql.rows("SELECT count(*) FROM live_comment") == [(0,)]


@pytest.mark.parametrize("is_masked", [True, False])
def test_ten_megabytes_in_a_frame_are_not_waited_for(gateway: Gateway, is_masked: bool) -> None:
    scene = scenes.a_live_room(clock.now())
    other = pages.enter(gateway, scene.room_id, Actor.anonymous())
    page = pages.enter(gateway, scene.room_id, builders.a_person())
    size = 10 << 20
    head = bytes([0x81, (0x80 if is_masked else 0) | 127]) + size.to_bytes(8, "big")

    # Closed by what its head says, before the rest has come.
    page.socket.socket.sendall(head + b"\0" * 4)
    code = page.until_closed()
    with contextlib.suppress(OSError):
        page.socket.socket.sendall(b"x" * size)

    assert code in {1002, 1009}
    other.send(t="ping", at=1)
    assert other.until_type("pong")["at"] == 1
    assert sql.rows("SELECT count(*) FROM live_comment") == [(0,)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "say",
        "\ufeff{}",
        '{"t":"say"}',
        '{"t":"say","id":"1","text":""}',
        '{"t":"say","id":"1","text":"x","is_staff":true}',
        '{"t":"say","id":1,"text":"x"}',
        '{"t":"say","id":"1","text":["x"]}',
        '{"t":"say","id":"' + "i" * 37 + '","text":"x"}',
        '{"t":"say","id":"1","text":"' + "长" * 121 + '"}',
        '{"t":"like","n":0}',
        '{"t":"like","n":51}',
        '{"t":"like","n":-1}',
        '{"t":"like","n":1e309}',
        '{"t":"like","n":"5"}',
        '{"t":"like","n":true}',
        '{"t":"ping","at":' + "9" * 400 + "}",
        '{"t":"subscribe","rooms":["rom_1","rom_2"]}',
        '{"t":"tick","epoch":1,"seq":2}',
        "{1:2}",
        "[" * 2000,
        '{"t":' * 800,
        '{"t":"ping","at":NaN}',
        '{"t":"say","id":"1","text":"\\ud800"}',
    ],
)
def test_what_is_not_understood_is_refused_and_the_socket_stays(
    gateway: Gateway, text: str
) -> None:
    scene = scenes.a_live_room(clock.now())
    page = pages.enter(gateway, scene.room_id, builders.a_person(), lang="en")

    page.socket.send(text)
    refused = page.until_type("refused")
    page.send(t="ping", at=7)

    assert refused["code"] in {"BAD_FRAME", "INVALID_INPUT"}
    assert page.until_type("pong")["at"] == 7
    assert sql.rows("SELECT count(*) FROM live_comment") == [(0,)]


def test_a_flood_is_refused_and_then_closed(gateway: Gateway) -> None:
    scene = scenes.a_live_room(clock.now())
    other = pages.enter(gateway, scene.room_id, Actor.anonymous())
    page = pages.enter(gateway, scene.room_id, builders.a_person(), lang="en")

    for _ in range(60):
        page.send(t="like", n=1)
    refused = page.until_type("refused")
    other.until_counts(likes=40)
    with contextlib.suppress(ConnectionClosed):
        for _ in range(1000):
            page.send(t="like", n=1)

    assert refused["code"] == "TOO_MANY"
    assert page.until_closed() in {4009, 1006}  # A client that still writes may miss the reason.
    assert gateway.metric('laotie_gateway_closed_total{code="4009"}') >= 1
    assert sum(frame["t"] == "refused" for frame in page.frames) < 10
    other.send(t="ping", at=1)
    assert other.until_type("pong")
    # What was over the limit was not counted.
    assert max(frame.get("likes", 0) for frame in other.frames) == 40


def test_one_person_speaks_ten_times_in_ten_seconds_on_all_their_sockets(gateway: Gateway) -> None:
    scene, viewer = scenes.a_live_room(clock.now()), builders.a_person()
    windows = [pages.enter(gateway, scene.room_id, viewer) for _ in range(2)]

    for n in range(8):
        for number, page in enumerate(windows):
            page.send(t="say", id=f"{number}-{n}", text=f"{number}说{n}")
    answers = [
        page.until(lambda frame: frame["t"] in {"said", "refused"})["t"]
        for page in windows
        for _ in range(8)
    ]

    assert answers.count("said") == 10
    assert sql.rows("SELECT count(*) FROM live_comment") == [(10,)]


def test_requests_that_are_no_socket_get_an_answer(gateway: Gateway) -> None:
    link = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=pages.PATIENCE_S)
    link.request("GET", "/live/x")
    assert link.getresponse().status == 404
    assert "laotie_gateway_turned_away" in gateway.get("/metrics")

    strangers = []
    for junk in (b"\x16\x03\x01\x02\x00" + b"\0" * 40, b"GET / HTTP/9.9\r\n\r\n", b"\r\n\r\n"):
        raw = socket.create_connection(("127.0.0.1", gateway.port), timeout=pages.PATIENCE_S)
        raw.sendall(junk)
        strangers.append(raw)
    for raw in strangers:
        with raw:
            answer = raw.recv(1000)
            assert not answer or answer.startswith(b"HTTP/1.1 400")


def test_a_page_that_answers_no_ping_is_closed(cluster: Any, db: None) -> None:
    scene = scenes.a_live_room(clock.now())
    with pages.running(cluster, ping_s=1.2) as gateway:
        page = pages.enter(gateway, scene.room_id, Actor.anonymous())
        alive = pages.enter(gateway, scene.room_id, Actor.anonymous())
        quiet = socket.create_connection(("127.0.0.1", gateway.port), timeout=pages.PATIENCE_S)
        ticket = pages.ticket(Actor.anonymous(), scene.room_id)
        quiet.sendall(
            f"GET {pages.path(scene.room_id, ticket=ticket)} HTTP/1.1\r\nHost: x\r\n"
            f"Origin: {pages.ORIGIN}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )

        read = b""
        while more := quiet.recv(65_536):
            read += more

        assert b'"welcome"' in read
        for each in (page, alive):
            each.send(t="ping", at=3)
            assert each.until_type("pong")
        assert gateway.metric("laotie_gateway_connections") == 2
