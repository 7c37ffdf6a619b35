"""Around every request: its id, its line in the log, its figures, and an answer when all fails."""

import contextlib
import errno
import html
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext_noop as _
from prometheus_client import Counter, Histogram

from laotie.kernel.errors import come_back_s
from laotie.kernel.outage import is_outage, is_without_connection
from laotie.runtime import admission
from laotie.runtime.admission import Crowd, Level

log = structlog.get_logger("laotie.access")

_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})

REQUESTS = Counter("laotie_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "laotie_request_seconds",
    "Time to answer.",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)

Answer = Callable[[HttpRequest], HttpResponseBase]


class Outermost:
    """First in, last out. With DEBUG_PROPAGATE_EXCEPTIONS every failure below arrives here.

    A database that is away, busy or too slow becomes 503 with Retry-After: nothing was done, and
    trying again is right. A disk that takes no more is 507, and an error in the log.
    Anything else is our fault: 500, logged with its trace.
    Who does less than buy is asked to come back while no thread is free for those who do.
    """

    def __init__(self, get_response: Answer, crowd: Crowd | None = None) -> None:
        self._get_response = get_response
        self._gate = Gate()
        self._crowd = crowd or Crowd(settings.LAOTIE.web_threads, time.monotonic)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        request_id = _request_id(request)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        level = self._crowd.enter()
        try:
            response = self._answer(request, level)
        finally:
            self._crowd.leave()
        response.headers["X-Request-Id"] = request_id
        self._note(request, response, time.perf_counter() - began)
        return response

    def _answer(self, request: HttpRequest, level: Level) -> HttpResponseBase:
        if level and (own := admission.class_of(request)) <= level:
            admission.SHED.labels(own.name.lower()).inc()
            return _come_back(request)
        try:
            with self._gate.passing(is_exempt=_needs_no_database(request.path)):
                return self._get_response(request)
        except Exception as error:  # noqa: BLE001 - nothing may leave a visitor without an answer.
            return self._failed(request, error)

    def _failed(self, request: HttpRequest, error: Exception) -> HttpResponse:
        if isinstance(error, StillAway):
            return _come_back(request)
        if is_outage(error):
            log.warning("database_away", cause=type(error).__name__, exc_info=_worth_a_trace(error))
            return _come_back(request)
        if isinstance(error, OSError) and error.errno in _NO_SPACE:
            log.error("disk_full", cause=str(error))
            text = _("There is no space left here for what was sent. Nothing was kept.")
            return _answer(request, 507, "NO_SPACE", text)
        log.error("request_failed", exc_info=error)
        text = _("Something went wrong on our side. It has been noted; please try again.")
        return _answer(request, 500, "FAILED", text)

    def _note(self, request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
        match = request.resolver_match
        route = match.route if match else "(none)"
        method = request.method if request.method in _METHODS else "OTHER"
        REQUESTS.labels(method, route, str(response.status_code)).inc()
        SECONDS.labels(route).observe(seconds)
        if request.path not in _QUIET:
            # The route, not the address: what a person typed stays out of the log.
            log.info(
                "request",
                method=method,
                route=route,
                status=response.status_code,
                ms=round(seconds * 1000, 1),
            )


class StillAway(Exception):
    """The database was away a moment ago, and somebody else is finding out."""


class Gate:
    """While the database is away one request at a time tries it; the others are told at once.

    Without it every thread would wait for a connection, and health checks behind them.
    """

    def __init__(self) -> None:
        self._is_away = False
        self._trying = threading.Lock()

    @contextlib.contextmanager
    def passing(self, *, is_exempt: bool) -> Iterator[None]:
        """raises: StillAway when this request need not even try."""
        if is_exempt or not self._is_away:
            with self._learning():
                yield
            return
        if not self._trying.acquire(blocking=False):
            raise StillAway
        try:
            with self._learning():
                yield
            self._is_away = False
        finally:
            self._trying.release()

    @contextlib.contextmanager
    def _learning(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            if is_outage(error) and is_without_connection(error):
                self._is_away = True
            raise


def _needs_no_database(path: str) -> bool:
    return path in _QUIET or path.startswith("/static/")


def _request_id(request: HttpRequest) -> str:
    given = request.headers.get("X-Request-Id", "")
    return given if _REQUEST_ID.fullmatch(given) else secrets.token_urlsafe(12)


def _worth_a_trace(error: Exception) -> Exception | None:
    """A lost connection explains itself; a deadlock or a time limit needs its place."""
    return None if is_without_connection(error) else error


def _come_back(request: HttpRequest) -> HttpResponse:
    response = _answer(request, 503, "BUSY", _("Very busy right now. Nothing was done."))
    response.headers["Retry-After"] = str(come_back_s())
    return response


def _answer(request: HttpRequest, status: int, code: str, text: str) -> HttpResponse:
    """A plain answer that needs no database, no template and no session.

    text: the English sentence; told in the visitor's language, which no layer may have read yet.
    """
    with translation.override(translation.get_language_from_request(request)):
        text, again = translation.gettext(text), translation.gettext(_("Try again"))
        language = translation.get_language()
    if _wants_json(request):
        problem = {
            "type": f"urn:laotie:refusal:{code}",
            "title": code.replace("_", " ").capitalize(),
            "status": status,
            "detail": text,
            "instance": request.path,
            "code": code,
            "message": text,
            "facts": {},
            "errors": [],
        }
        kind = "application/problem+json"
        return _safe(JsonResponse(problem, status=status, content_type=kind))
    page = (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(text)}</title><main><h1>{html.escape(text)}</h1>"
        f'<p><a href="">{html.escape(again)}</a></p></main>'
    )
    return _safe(HttpResponse(page, status=status))


def _wants_json(request: HttpRequest) -> bool:
    return request.path.startswith(("/api/", "/hooks/")) or (
        "application/json" in request.headers.get("Accept", "")
    )


def _safe(response: HttpResponse) -> HttpResponse:
    """The headers that inner layers would have set."""
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
