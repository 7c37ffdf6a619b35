"""What every request of the API passes: who asks, CSRF for cookies, JSON, keys used once."""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja.parser import Parser
from ninja.security import APIKeyHeader
from ninja.utils import check_csrf

from laotie.accounts import sessions
from laotie.integrations import tokens
from laotie.integrations.tokens import Bearer
from laotie.kernel import clock, idempotency, runs, sheets
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Busy, KeyReused, Refusal
from laotie.kernel.idempotency import Answer
from laotie.kernel.pages import Page
from laotie.surfaces.api import json_body, paging, refusals, scopes
from laotie.surfaces.api.json_body import BodyTooLong, WrongContentType
from laotie.surfaces.api.refusals import CsrfMissing

KEY_HEADER = "Idempotency-Key"
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
LONGEST_PICTURE = 8 << 20
SHEETS = frozenset(kind.partition(";")[0] for kind in sheets.CONTENT_TYPES.values())
_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_JSON, _NEVER_KEPT, _BEARER = "_laotie_json", "_laotie_never_kept", "_laotie_bearer"
_TAKES_SHEET, _SENT = "_laotie_takes_sheet", "_laotie_sent"
_PIECE = 1 << 16

View = Callable[..., HttpResponse]
F = TypeVar("F", bound=Callable[..., Any])


class SessionToken(APIKeyHeader):
    """Lets the schema say where the token goes. Whether a person is needed, use cases say."""

    param_name = sessions.TOKEN_HEADER

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor:
        return actor(request)


class StrictParser(Parser):
    """Hands out what `enter` has read."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        found: dict[str, Any] = getattr(request, _JSON)
        return found


def actor(request: HttpRequest) -> Actor:
    """Who is asking. raises: SignInFirst for a token that does not work."""
    found = _bearer(request)
    return sessions.actor(request, via="api") if found is None else found.actor


def is_program(request: HttpRequest) -> bool:
    """Whether this is a program with a token of its own, and no session that ends."""
    return _bearer(request) is not None


def _bearer(request: HttpRequest) -> Bearer | None:
    """Who a program's token acts for; None if the request has none. Worked out once."""
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    kept: Bearer | None = getattr(request, _BEARER, None)
    if kept is None:
        kept = tokens.bearer(secret.strip(), now=clock.now())
        setattr(request, _BEARER, kept)
    return kept


def key(request: HttpRequest) -> str:
    """The client's key of this request, for what must happen once. raises: Invalid."""
    return idempotency.clean_key(request.headers.get(KEY_HEADER))


def never_keep(request: HttpRequest) -> None:
    """The answer holds a secret, so a repeated key does not get it again; it is made anew."""
    setattr(request, _NEVER_KEPT, True)


def enter(view: View) -> View:
    """Wrap one operation: refuse what is malformed, answer a known key as it was answered."""

    operation = getattr(view, "__self__", None)
    for_sheets = bool(getattr(getattr(operation, "view_func", None), _TAKES_SHEET, False))

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_open = False
        try:
            who = actor(request)
            if request.method in _UNSAFE:
                _require_csrf(request)
                _read_body(request, for_sheets=for_sheets)
                response = _once(request, who, lambda: view(request, *args, **kwargs))
            else:
                response = view(request, *args, **kwargs)
                paging.show_next(request, response)
                is_guest = who.person_id is None and "Authorization" not in request.headers
                is_open = is_guest and response.status_code == 200
        except Refusal as no:
            response = refusals.respond(no, request)
        # What anybody may read can be kept, and asked for by its ETag; it is true when it is asked.
        response["Cache-Control"] = "private, no-cache" if is_open else "no-store"
        return response

    return run


def takes_sheet(operation: F) -> F:
    """Mark an operation whose body is a table; others refuse one."""
    setattr(operation, _TAKES_SHEET, True)
    return operation


def listed(operation: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap one operation: scopes of tokens hold, several things are a list, a page is a page.

    Two in a tuple would be taken for a status.
    """

    @wraps(operation)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        program = _bearer(request)
        if program is not None:
            place = (operation.__module__, operation.__name__, str(request.method))
            scopes.require(program.scopes, *place)
        found = operation(request, *args, **kwargs)
        if isinstance(found, Page):
            paging.note(request, found.next_after)
            return list(found.rows)
        if type(found) not in {tuple, list}:
            paging.note(request, _next_after(found))
            return found
        return paging.page(request, list(found)) if request.method == "GET" else list(found)

    return run


def _next_after(found: Any) -> str | None:
    """The mark that an object with rows says itself."""
    if isinstance(found, dict):
        return found.get("next_after")
    return getattr(found, "next_after", None)


def picture(request: HttpRequest) -> bytes:
    """The raw picture in the body. raises: WrongContentType."""
    if _content_type(request) not in PICTURES:
        raise WrongContentType
    return request.body


def keep_sheet(request: HttpRequest, *, most_bytes: int) -> UUID:
    """Keep the table in the body for a run to come, of which this is the id.

    raises: WrongContentType, UploadTooLarge.
    """
    if _content_type(request) not in SHEETS:
        raise WrongContentType
    if int(request.META.get("CONTENT_LENGTH") or 0) > most_bytes:
        raise runs.UploadTooLarge(megabytes=most_bytes >> 20)
    return runs.keep_upload(_pieces(request), most_bytes=most_bytes)


def _pieces(request: HttpRequest) -> Iterator[bytes]:
    """The body as it comes; once it has been read to its end, its fingerprint is known."""
    seen = hashlib.sha256()
    while piece := request.read(_PIECE):
        seen.update(piece)
        yield piece
    setattr(request, _SENT, seen.hexdigest())


def _content_type(request: HttpRequest) -> str:
    return (request.content_type or "").lower()


def _require_csrf(request: HttpRequest) -> None:
    """A cookie alone proves no intent; a token in a header does."""
    has_cookie = settings.SESSION_COOKIE_NAME in request.COOKIES
    is_by_token = sessions.by_token(request) or _bearer(request) is not None
    if has_cookie and not is_by_token and check_csrf(request) is not None:
        raise CsrfMissing


def _read_body(request: HttpRequest, *, for_sheets: bool) -> None:
    """for_sheets: a table is left unread, for `keep_sheet`."""
    declared = _content_type(request)
    longest = LONGEST_PICTURE if declared in PICTURES else json_body.LONGEST_BODY
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isascii() or not length.isdigit():
        raise BodyTooLong
    if for_sheets and declared in SHEETS:
        setattr(request, _JSON, {})
        return
    if int(length) > longest:
        raise BodyTooLong
    # Read as a stream: Django's own limit on bodies held in memory is for forms.
    body = request.read(longest + 1)
    if len(body) > longest:
        raise BodyTooLong
    request._body = body  # noqa: SLF001 - where Django keeps it.
    if not body:
        setattr(request, _JSON, {})
    elif declared in PICTURES:
        setattr(request, _JSON, {})
        setattr(request, _SENT, hashlib.sha256(body).hexdigest())
    elif declared == "application/json":
        setattr(request, _JSON, json_body.read(body))
    else:
        raise WrongContentType


def _once(request: HttpRequest, who: Actor, work: Callable[[], HttpResponse]) -> HttpResponse:
    """Do the work, or repeat the answer that this person's key got before."""
    if KEY_HEADER not in request.headers or who.person_id is None:
        return work()
    scope = f"api {who.person_id} {request.method} {request.path}"
    given, now = key(request), clock.now()
    known = _claim(request, scope, given, now=now)
    if known is not None:
        response: HttpResponse = (
            refusals.as_problem(known.body, status=known.status)
            if known.status >= 400
            else JsonResponse(known.body, status=known.status, safe=False)
        )
        response["Idempotency-Replayed"] = "true"
        return response
    kept = False
    try:
        response = work()
        kept = _is_final(response) and not getattr(request, _NEVER_KEPT, False)
        # A file that was turned away before its end had no effect, and cannot be known again.
        kept = kept and not _is_unread(request)
        if kept:
            answer = Answer(response.status_code, _body_of(response))
            idempotency.record(scope, given, _asked(request), answer, now=now)
        return response
    finally:
        if not kept:
            idempotency.release(scope, given)


def _claim(request: HttpRequest, scope: str, given: str, *, now: datetime) -> Answer | None:
    """As `idempotency.claim`. A table is read to be worked on, or else to be compared."""
    try:
        return idempotency.claim(scope, given, _asked(request), now=now)
    except KeyReused:
        if not _is_unread(request):
            raise
    left = sheets.MOST_BYTES  # None that was answered is longer.
    for piece in _pieces(request):
        left -= len(piece)
        if left < 0:
            raise KeyReused
    known = idempotency.recall(scope, given, _asked(request), now=now)
    if known is None:  # Given up meanwhile.
        raise Busy(retry_after_s=1)
    return known


def _asked(request: HttpRequest) -> str:
    """A fingerprint of the body; of a table that is not read yet, the same for all."""
    sent = getattr(request, _SENT, None)
    return idempotency.digest(getattr(request, _JSON) if sent is None else {"sent": sent})


def _is_unread(request: HttpRequest) -> bool:
    return _content_type(request) in SHEETS and not hasattr(request, _SENT)


def _is_final(response: HttpResponse) -> bool:
    """Whether asking again would answer the same; being busy or too fast passes."""
    return response.status_code < 500 and response.status_code not in {401, 429}


def _body_of(response: HttpResponse) -> Any:
    return json.loads(response.content) if response.content else None
