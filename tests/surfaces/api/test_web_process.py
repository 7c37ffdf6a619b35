"""What only a real server shows: bodies that do not say how long they are."""

import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from tests import builders, web_process
from tests import conftest as house
from tests.emptying import Emptier
from tests.surfaces.apps import app_of
from tests.web_process import Web

from laotie.accounts import models as people_tables
from laotie.runtime.postgres import Cluster

PIECE = b"x" * 65_536


@pytest.fixture(scope="module")
def web(
    cluster: Cluster, _emptier: Emptier, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Web]:
    url = cluster.url("laotie_app", house.DATABASE)
    with web_process.serving(url, tmp_path_factory.mktemp("web")) as web:
        yield web


def in_pieces(size: int) -> Iterator[bytes]:
    """A body of a good shop with a long tail, which is sent chunked, without a length."""
    yield json.dumps({"name": {"zh": "茶", "en": "tea"}}).encode()
    for _ in range(size // len(PIECE)):
        yield b" " * len(PIECE)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("content_type", ["application/json", "image/png"])
def test_a_body_that_hides_its_length_is_refused_when_it_is_too_long(
    web: Web, content_type: str
) -> None:
    token = app_of(builders.a_person()).token

    try:
        answer = httpx.post(
            f"{web.origin}/api/v1/shops",
            content=in_pieces(50 << 20),
            headers={"X-Session-Token": token, "Content-Type": content_type},
            trust_env=False,
            timeout=60,
        )
    except (httpx.WriteError, httpx.RemoteProtocolError):
        answer = None  # Hung up on while it was still sending.

    assert answer is None or 400 <= answer.status_code < 500
    assert people_tables.Shop.objects.count() == 0
    assert httpx.get(f"{web.origin}/readyz", trust_env=False).status_code == 200


@pytest.mark.usefixtures("db")
def test_chunks_that_lie_about_their_length_have_no_effect(web: Web) -> None:
    token = app_of(builders.a_person()).token
    address = urlsplit(web.origin)
    head = (
        f"POST /api/v1/shops HTTP/1.1\r\nHost: {address.netloc}\r\nX-Session-Token: {token}\r\n"
        "Content-Type: application/json\r\nConnection: close\r\n"
    ).encode()
    body = json.dumps({"name": {"zh": "茶", "en": "tea"}}).encode()
    for rest in (
        b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n" + body,
        b"Transfer-Encoding: chunked\r\n\r\n-1\r\n" + body + b"\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n" + body + b"\r\n0\r\n\r\n",
        b"Content-Length: 5\r\nContent-Length: 9\r\n\r\n" + body,
        b"Content-Length: -1\r\n\r\n" + body,
    ):
        with socket.create_connection((address.hostname, address.port), timeout=20) as raw:
            raw.sendall(head + rest)
            raw.shutdown(socket.SHUT_WR)
            answer = raw.recv(1000)
        assert not answer or answer.split(b" ", 2)[1].startswith(b"4"), rest

    assert people_tables.Shop.objects.count() == 0
    assert httpx.get(f"{web.origin}/readyz", trust_env=False).status_code == 200
