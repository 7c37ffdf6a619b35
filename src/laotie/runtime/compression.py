"""Answers are sent small: zstd or br where the installation has them, gzip always.

What lies beside a secret could be guessed by its compressed length (BREACH): somebody who lets a
visitor's browser ask for `?q=guess` again and again sees the answer shrink when the guess repeats
what else is on the page. So for whoever has a session or a token

- an answer to an address with a query is sent as it is: what stands in the query may stand on the
  page;
- any other is sent as gzip with a header of random length, which hides the few bytes that a guess
  by stored content (a name, a comment) would be worth;
- only GET is compressed: what was posted may be repeated in the answer.

CSRF tokens are masked anew in each answer and give nothing to guess. Guests have no secrets. A
proxy in front must not compress what this leaves alone: `deploy/Caddyfile` does not.
"""

import gzip
import importlib
import threading
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.text import compress_string

_LEAST_BYTES = 1000  # What fits into one packet gains nothing.
_MOST_STATIC_BYTES = 4 << 20
_MOST_KEPT_BYTES = 24 << 20
_PADDING_BYTES = 100
_KINDS = ("text/", "application/json", "application/problem+json", "application/javascript",
          "application/manifest+json", "application/ld+json", "image/svg+xml")  # fmt: skip

Squeeze = Callable[[bytes], bytes]


def _codecs() -> dict[str, tuple[Squeeze, Squeeze]]:
    """By name, best first: for what is made for each request, and for files that are kept."""
    found: dict[str, tuple[Squeeze, Squeeze]] = {}
    if (zstandard := _optional("zstandard")) is not None:
        found["zstd"] = (
            lambda body: zstandard.ZstdCompressor(level=3).compress(body),
            lambda body: zstandard.ZstdCompressor(level=15).compress(body),
        )
    if (brotli := _optional("brotli")) is not None:
        found["br"] = (
            lambda body: brotli.compress(body, quality=4),
            lambda body: brotli.compress(body, quality=9),
        )
    found["gzip"] = (
        lambda body: gzip.compress(body, compresslevel=5, mtime=0),
        lambda body: gzip.compress(body, compresslevel=9, mtime=0),
    )
    return found


def _optional(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


CODECS = _codecs()


class Compressed:
    """Around everything that makes a body, also around the static files."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        self._files = _Files()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        if not _could_be(response):
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        accepted = _accepted(request.headers.get("Accept-Encoding", ""))
        name = next((name for name in CODECS if name in accepted), "")
        if request.method != "GET" or not name or "Range" in request.headers:
            return response
        if isinstance(response, StreamingHttpResponse):
            is_file = request.path.startswith(settings.STATIC_URL)
            return self._files.squeezed(request.path, response, name) if is_file else response
        assert isinstance(response, HttpResponse)
        if len(response.content) < _LEAST_BYTES:
            return response
        if not _is_personal(request):
            return _with_body(response, CODECS[name][0](response.content), name)
        if request.META.get("QUERY_STRING") or "gzip" not in accepted:
            return response
        padded = compress_string(response.content, max_random_bytes=_PADDING_BYTES)
        return _with_body(response, padded, "gzip")


def _could_be(response: HttpResponseBase) -> bool:
    return (
        response.status_code == 200
        and "Content-Encoding" not in response.headers
        and response.headers.get("Content-Type", "").startswith(_KINDS)
        and "no-transform" not in response.headers.get("Cache-Control", "")
    )


def _accepted(header: str) -> set[str]:
    """Names that the client takes; one with `q=0` it does not."""
    found = set()
    for each in header.lower().split(","):
        name, _, weight = each.strip().partition(";")
        if weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}:
            found.add(name.strip())
    return found


def _is_personal(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers


def _with_body(response: HttpResponse, body: bytes, name: str) -> HttpResponse:
    response.content = body
    _mark(response, name, len(body))
    return response


def _mark(response: HttpResponseBase, name: str, length: int) -> None:
    response.headers["Content-Encoding"] = name
    response.headers["Content-Length"] = str(length)
    tag = response.headers.get("ETag", "")
    if tag and not tag.startswith("W/"):
        # The same thing, but no longer the same bytes.
        response.headers["ETag"] = f"W/{tag}"


class _Files:
    """Static files, each compressed once in the life of a process and hard."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str, str], bytes] = {}
        self._size = 0

    def squeezed(self, path: str, response: StreamingHttpResponse, name: str) -> HttpResponseBase:
        length = int(response.headers.get("Content-Length", 0))
        version = response.headers.get("Last-Modified", "")
        if not _LEAST_BYTES <= length <= _MOST_STATIC_BYTES or not version:
            return response
        key = (path, version, name)
        body = self._kept.get(key)
        if body is None:
            body = CODECS[name][1](b"".join(response))
            self._keep(key, body)
        answer = HttpResponse(body)
        for header, value in response.headers.items():
            answer.headers[header] = value
        response.close()
        _mark(answer, name, len(body))
        return answer

    def _keep(self, key: tuple[str, str, str], body: bytes) -> None:
        with self._lock:
            if self._size + len(body) > _MOST_KEPT_BYTES:
                self._kept.clear()
                self._size = 0
            # Two may have squeezed the same file at once.
            self._size += len(body) - len(self._kept.get(key, b""))
            self._kept[key] = body
