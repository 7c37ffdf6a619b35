"""Looks behind links: a real page on a real socket, and every address that leads inside."""

import contextlib
import gzip
import io
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from unittest import mock

import pytest
from django.conf import settings
from PIL import Image
from tests import builders, receiver
from tests.builders import NOW
from tests.receiver import Receiver

from laotie.catalog import external_links
from laotie.content.judgement import rule_sets
from laotie.content.judgement.findings import Severity
from laotie.kernel import outbound
from laotie.links import listings, models, previews
from laotie.links.listings import ListingCard
from laotie.links.previews import Found


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver.listening() as listening, receiver.reaching_here():
        yield listening


def a_picture(width: int = 40, form: str = "PNG") -> bytes:
    body = io.BytesIO()
    Image.new("RGB", (width, 20), "red").save(body, form)
    return body.getvalue()


def page(head: str, charset: str = "utf-8") -> tuple[str, bytes]:
    return f"text/html; charset={charset}", f"<html><head>{head}</head>".encode(charset)


def test_a_page_tells_its_title_and_picture(there: Receiver) -> None:
    there.pages["/1"] = page(
        '<title>ignored</title><meta property="og:title" content=" 青瓷 &amp; \u202e tea ">'
        '<meta property="og:image" content="/p.png">'
    )
    there.pages["/p.png"] = ("image/png", a_picture())

    found = previews.look(f"{there.url}/1")

    assert (found.title, found.cause) == ("青瓷 & tea", "")
    kept = settings.LAOTIE.data / "media" / "pictures" / found.picture[:2] / found.picture
    assert [path.name for path in kept.iterdir()] == ["320.webp"]
    assert [(got.path, got.headers["accept-encoding"]) for got in there.got] == [
        ("/1", "identity"),
        ("/p.png", "identity"),
    ]
    assert not any("cookie" in got.headers or "authorization" in got.headers for got in there.got)


@pytest.mark.parametrize("charset", ["gbk", "gb2312", "GB18030"])
def test_a_title_in_an_older_alphabet_is_read(there: Receiver, charset: str) -> None:
    there.pages["/"] = page("<title>宝贝 茶盏</title>", charset)
    assert previews.look(f"{there.url}/").title == "宝贝 茶盏"


@pytest.mark.parametrize(
    ("kind", "body", "cause"),
    [
        ("image/png", b"x", "no_page"), ("application/zip", b"PK", "no_page"),
        ("text/html", b"", "no_title"), ("text/html", b"<title>\x00\x01</title>", "no_title"),
        ("text/html", b"<title>   </title>", "no_title"), ("text/html", b"\xff\xfe" * 50, "no_title"),
        ("text/html", gzip.compress(b"<title>bomb</title>" + b"a" * 5_000_000), "no_title"),
        ("text/html", b"<" * 200_000, "no_title"),
    ],
)  # fmt: skip
def test_what_is_no_page_with_a_title_brings_nothing(
    there: Receiver, kind: str, body: bytes, cause: str
) -> None:
    there.pages["/"] = (kind, body)
    assert previews.look(f"{there.url}/") == Found(cause=cause)


def test_no_more_than_a_megabyte_is_read(there: Receiver) -> None:
    there.pages["/"] = ("text/html", b"a" * (1 << 20) + b"<title>late</title>" + b"a" * (3 << 20))
    assert previews.look(f"{there.url}/") == Found(cause="no_title")
    there.pages["/"] = page('<title>t</title><meta property="og:image" content="/big">')
    there.pages["/big"] = ("image/png", a_picture() + b"\x00" * (2 << 20))
    assert previews.look(f"{there.url}/") == Found(title="t")


def test_a_redirect_is_not_followed(there: Receiver) -> None:
    there.pages["/"] = page("<title>t</title>")
    there.status, there.location = 302, f"{there.url}/elsewhere"
    assert previews.look(f"{there.url}/") == Found(cause="redirect")
    assert [got.path for got in there.got] == ["/"]


@pytest.mark.parametrize(
    "picture",
    [
        "/svg", "/html", "/missing", "file:///etc/passwd", "http://169.254.169.254/latest/meta-data",
        "http://[::ffff:10.0.0.1]/a.png", "http://user:pass@127.0.0.1/a.png", "http://[bad", "\x00",
    ],
)  # fmt: skip
def test_a_picture_that_is_none_takes_nothing_from_the_title(there: Receiver, picture: str) -> None:
    there.pages["/"] = page(f'<title>t</title><meta property="og:image" content="{picture}">')
    there.pages["/svg"] = (
        "image/svg+xml",
        b"<svg onload=alert(1) xmlns='http://www.w3.org/2000/svg'/>",
    )
    there.pages["/html"] = ("image/png", b"<script>alert(1)</script>")
    assert previews.look(f"{there.url}/") == Found(title="t")
    assert all(got.path in {"/", picture} for got in there.got)


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("http://localhost/", "private"), ("http://127.0.0.1/", "private"), ("http://2130706433/", "private"),
        ("http://0x7f.1/", "private"), ("http://0177.0.0.1/", "private"), ("http://[::1]/", "private"),
        ("http://[::ffff:127.0.0.1]/", "private"), ("http://169.254.169.254/latest/meta-data", "private"),
        ("http://100.64.0.1/", "private"), ("http://[fd00::1]/", "private"), ("http://10.0.0.1:22/", "private"),
        ("file:///etc/passwd", "scheme"), ("gopher://example.com/", "scheme"),
        ("http://u:p@example.com/", "credentials"), ("http://example.com/\r\nHost: a", "form"),
    ],
)  # fmt: skip
def test_an_address_that_leads_inside_is_not_called(url: str, cause: str) -> None:
    with mock.patch("httpx.AsyncClient") as client:
        found = previews.look(url)
    assert found.cause in {cause, "unknown_host"}
    assert found.is_final
    assert client.mock_calls == []


def test_a_name_that_changes_its_address_is_called_where_it_was_judged(there: Receiver) -> None:
    port = int(there.url.rpartition(":")[2])
    there.pages["/"] = page("<title>t</title>")
    answers = [
        [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]
        for address in ("127.0.0.1", "10.0.0.1")
    ]
    with mock.patch.object(outbound, "getaddrinfo", side_effect=answers) as asked:
        assert previews.look(f"http://rebinding.example:{port}/").title == "t"
    assert asked.call_count == 1
    assert there.got[0].headers["host"] == f"rebinding.example:{port}"


def test_a_page_that_drips_is_given_up_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door, receiver.reaching_here():
        over = threading.Event()

        def drip() -> None:
            visitor, _address = door.accept()
            with visitor, contextlib.suppress(OSError):
                visitor.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>")
                while not over.wait(0.02):
                    visitor.sendall(b"a")

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        with mock.patch.object(outbound, "DEADLINE_S", 0.3):
            found = previews.look(f"http://127.0.0.1:{door.getsockname()[1]}/")
        over.set()
        # Where the time was over before anybody had come, it still waits for somebody.
        socket.create_connection(door.getsockname()).close()
        thread.join()
    assert found == Found(cause="timeout", is_final=False)


def forbid(word: str) -> None:
    rule_sets.publish(
        actor=builders.an_operator(), after_version=0, words={word: Severity.REFUSE}, reason="new",
        severities=dict.fromkeys(rule_sets.WEIGHED, Severity.REFUSE), now=NOW,
    )  # fmt: skip


def a_listing() -> ListingCard:
    builders.a_link_rule("allow", "jd", now=NOW - timedelta(days=1))
    shop = builders.a_shop()
    return external_links.attach(
        actor=shop.owner, product_id=builders.a_product(shop).id, url="https://jd.com/1", now=NOW
    )


@pytest.mark.usefixtures("db")
def test_what_was_found_stands_with_the_link() -> None:
    listing = a_listing()
    found = Found(title="茶盏", picture="ab" * 16)
    with mock.patch.object(previews, "look", return_value=found) as look:
        assert previews.look_due(now=NOW) == 1
        assert previews.look_due(now=NOW + timedelta(hours=1)) == 0
    look.assert_called_once_with("https://jd.com/1")
    shown = listings.standing(listing.id, at=NOW)
    assert (shown.title, shown.cause) == ("茶盏", "")
    assert shown.picture_url.endswith(f"/media/pictures/{'ab' * 16}/320.webp")


@pytest.mark.usefixtures("db")
def test_a_title_that_nobody_may_write_here_is_not_shown() -> None:
    listing = a_listing()
    forbid("包治百病")
    with mock.patch.object(
        previews, "look", return_value=Found(title="包 治百病 的茶", picture="ab" * 16)
    ):
        assert previews.look_due(now=NOW + timedelta(minutes=1)) == 1
    shown = listings.standing(listing.id, at=NOW)
    assert (shown.title, shown.picture_url, shown.cause) == ("", "", "words")
    assert models.Preview.objects.get().state == "FAILED"


@pytest.mark.usefixtures("db")
def test_titles_from_before_the_gate_are_judged_once_and_nobody_is_asked_for_them() -> None:
    listing, later = a_listing(), NOW + timedelta(minutes=1)
    forbid("包治百病")
    rows = models.Preview.objects.filter(listing=listing.id)
    kept = {"state": "READY", "picture": "ab" * 16}  # As the release before wrote them.

    def judged(title: str) -> tuple[str, str, str]:
        shown = listings.standing(listing.id, at=NOW)
        assert (shown.title, shown.cause) == (title, "")
        assert previews.look_due(now=later) == 0
        row = rows.get()
        assert row.judged_at == later
        return row.state, row.title, row.cause

    with mock.patch.object(previews, "look") as look:
        rows.update(**kept, title="茶盏", judged_at=None)
        assert judged("茶盏") == ("READY", "茶盏", "")
        rows.update(title="包治百病")  # It has passed the gate of its time.
        assert judged("包治百病") == ("READY", "包治百病", "")
        rows.update(judged_at=None)
        assert judged("包治百病") == ("FAILED", "", "words")
        shown = listings.standing(listing.id, at=NOW)
    assert (shown.title, shown.picture_url, shown.cause) == ("", "", "words")
    look.assert_not_called()


@pytest.mark.usefixtures("db")
def test_a_look_in_vain_is_tried_three_times_and_one_refused_once() -> None:
    listing, now = a_listing(), NOW
    with mock.patch.object(
        previews, "look", return_value=Found(cause="timeout", is_final=False)
    ) as look:
        for wait in (timedelta(minutes=1), timedelta(minutes=15), timedelta(days=9)):
            assert previews.look_due(now=now) == 1
            assert previews.look_due(now=now + timedelta(seconds=30)) == 0
            now += wait
        assert previews.look_due(now=now) == 0
    assert look.call_count == 3
    row = models.Preview.objects.get()
    assert (row.state, row.cause, row.tries) == ("FAILED", "timeout", 3)
    assert listings.standing(listing.id, at=NOW).cause == "timeout"

    models.Preview.objects.update(state="WAITING", cause="", tries=0, next_at=NOW)
    with mock.patch.object(previews, "look", return_value=Found(cause="private")):
        previews.look_due(now=NOW)
    assert models.Preview.objects.get().state == "FAILED"


@pytest.mark.usefixtures("db")
def test_who_died_in_a_look_is_overtaken_and_writes_nothing_late() -> None:
    a_listing()
    (dead,) = previews._claim(now=NOW)
    assert previews._claim(now=NOW + timedelta(seconds=59)) == []
    (alive,) = previews._claim(now=NOW + timedelta(seconds=61))

    previews._note(claimed=dead, found=Found(title="late"), now=NOW + timedelta(seconds=62))
    assert models.Preview.objects.get().state == "WAITING"
    previews._note(claimed=alive, found=Found(title="right"), now=NOW + timedelta(seconds=63))

    assert models.Preview.objects.get().title == "right"
