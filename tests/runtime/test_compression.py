"""Answers are sent small, and never where their length would tell a secret."""

import gzip
import importlib.util
from collections.abc import Mapping

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from laotie.runtime.compression import CODECS, Compressed

PAGE = "<p>茶盏</p>" * 400
SESSION = {"Cookie": f"{settings.SESSION_COOKIE_NAME}=abc"}


def answer(
    path: str = "/product/x",
    *,
    accepts: str = "gzip",
    headers: Mapping[str, str] | None = None,
    body: str = PAGE,
    method: str = "GET",
    made: Mapping[str, str] | None = None,
) -> HttpResponse:
    def view(_: HttpRequest) -> HttpResponse:
        return HttpResponse(body, headers=made or {})

    sent = {"Accept-Encoding": accepts, **(headers or {})}
    request = RequestFactory().generic(method, path, headers=sent)
    response = Compressed(view)(request)
    assert isinstance(response, HttpResponse)
    return response


def test_a_guests_page_is_compressed() -> None:
    response = answer("/search?q=tea", made={"ETag": '"v1"'})

    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.content).decode() == PAGE
    assert int(response["Content-Length"]) == len(response.content) < 200
    assert response["Vary"] == "Accept-Encoding"
    assert response["ETag"] == 'W/"v1"'


@pytest.mark.parametrize("name", ["zstd", "br"])
def test_better_codecs_are_used_where_they_are(name: str) -> None:
    library = {"zstd": "zstandard", "br": "brotli"}[name]

    assert (name in CODECS) is (importlib.util.find_spec(library) is not None)
    best = next(iter(CODECS))
    assert answer(accepts="gzip, deflate, br, zstd")["Content-Encoding"] == best
    assert answer(accepts=f"{best};q=0, gzip")["Content-Encoding"] == "gzip" or best == "gzip"


@pytest.mark.parametrize("accepts", ["", "identity", "gzip;q=0", "deflate", "gzip; q=0.000"])
def test_who_takes_nothing_gets_it_plain(accepts: str) -> None:
    response = answer(accepts=accepts)

    assert "Content-Encoding" not in response
    assert response.content.decode() == PAGE
    assert response["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("headers", [SESSION, {"Authorization": "Bearer lts_abc"}])
def test_a_query_beside_secrets_is_sent_as_it_is(headers: Mapping[str, str]) -> None:
    assert "Content-Encoding" not in answer("/orders?q=guess", headers=headers)
    assert "Content-Encoding" not in answer("/orders", headers=headers, method="POST")
    assert "Content-Encoding" not in answer("/orders", headers=headers, accepts="br, zstd")


def test_what_a_person_gets_has_no_telling_length() -> None:
    answers = [answer("/orders", headers=SESSION) for _ in range(40)]

    assert {gzip.decompress(one.content).decode() for one in answers} == {PAGE}
    assert len({len(one.content) for one in answers}) > 10


@pytest.mark.parametrize(
    ("made", "body"),
    [
        ({}, "short"),
        ({"Content-Type": "image/png"}, PAGE),
        ({"Cache-Control": "no-transform"}, PAGE),
        ({"Content-Encoding": "identity"}, PAGE),
    ],
)
def test_what_gains_nothing_is_left_alone(made: Mapping[str, str], body: str) -> None:
    response = answer(made=made, body=body)

    assert response.content.decode() == body
    assert response.get("Content-Encoding", "identity") == "identity"


def test_static_files_are_compressed_once_and_asked_for_by_their_tag() -> None:
    client = Client()
    path = "/static/look/css/parts.css"
    plain = b"".join(client.get(path))  # type: ignore[call-overload]
    small = [client.get(path, headers={"Accept-Encoding": "gzip"}) for _ in range(2)]
    held = client.get(path, headers={"If-None-Match": small[0]["ETag"]})
    part = client.get(path, headers={"Accept-Encoding": "gzip", "Range": "bytes=0-9"})

    for one in small:
        assert one["Content-Encoding"] == "gzip"
        assert one["Content-Type"].startswith("text/css")
        assert gzip.decompress(one.content) == plain
    assert len(small[0].content) < len(plain) / 3
    assert held.status_code == 304
    assert part.status_code == 206
    assert b"".join(part) == plain[:10]  # type: ignore[call-overload]
