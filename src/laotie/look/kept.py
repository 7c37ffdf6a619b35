"""Pages that would look the same are drawn once.

What a page shows is read from the database for every request; only the drawing is kept, under a
digest of everything that the drawing sees: the facts, the template, the language, the cookies of
theme and type, the address. So no change of a price, a stock or a name can be missed, and nobody
can be shown what was drawn from another's facts. Three things differ each time and are put in
anew: the CSRF token, the moment of the answer, and words such as "3 minutes ago", which end a
drawing's life when they would change.
"""

import hashlib
import pickle
import secrets
import sys
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import translation

from laotie.kernel import clock
from laotie.look.templatetags.look import THEME_COOKIE, TYPE_COOKIE

_MOST_PAGES = 256
_MOST_BYTES = 16 << 20
# Stands where the visitor's own token goes; of this process alone, so that nobody can write it.
_TOKEN = secrets.token_hex(32)
_NEVER = timedelta(days=36_500)


class Ageing:
    """Told by template tags until when the words that they wrote are true."""

    def __init__(self, until: datetime) -> None:
        self.until = until

    def note(self, until: datetime) -> None:
        self.until = min(self.until, until)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn page. since, until: when its words are true. tag: names what a visitor sees of it."""

    text: str
    tag: str
    since: datetime
    until: datetime

    @property
    def bytes(self) -> int:
        """What its text takes in memory: up to four for a letter."""
        return sys.getsizeof(self.text)

    def is_true(self, now: datetime) -> bool:
        return self.since <= now < self.until


class _Kept:
    """The drawings used last, bounded in number and size; of one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._drawings: OrderedDict[bytes, Drawing] = OrderedDict()
        self._size = 0

    def find(self, key: bytes, now: datetime) -> Drawing | None:
        with self._lock:
            drawing = self._drawings.get(key)
            if drawing is None or not drawing.is_true(now):
                return None
            self._drawings.move_to_end(key)
            return drawing

    def put(self, key: bytes, drawing: Drawing) -> None:
        with self._lock:
            before = self._drawings.pop(key, None)
            self._size += drawing.bytes - (before.bytes if before else 0)
            self._drawings[key] = drawing
            while len(self._drawings) > _MOST_PAGES or self._size > _MOST_BYTES:
                _, oldest = self._drawings.popitem(last=False)
                self._size -= oldest.bytes


drawings = _Kept()


def show(
    request: HttpRequest, template: str, facts: Mapping[str, Any], *, now: datetime, is_open: bool
) -> HttpResponse:
    """The page with these facts: 200, or 304 when the browser holds just this one.

    facts:   all that the template sees, `now` aside; they must be plain values.
    is_open: it may lie in the asker's own browser, which asks each time whether it still holds;
             else it is never stored outside of this process.
    """
    drawing = _drawing(request, template, facts, now)
    token = get_token(request) if _TOKEN in drawing.text else ""
    if not is_open:
        return _whole(drawing, token, now)
    tag = f'W/"{drawing.tag}{_of_token(request) if token else ""}"'
    if tag in request.headers.get("If-None-Match", ""):
        answer = HttpResponse(status=304)
    else:
        answer = _whole(drawing, token, now)
    answer["ETag"] = tag
    # For the page's clocks: a stored page says when it was stored, this header when it was asked.
    answer["Server-Timing"] = f'now;desc="{clock.millis(now)}"'
    return answer


def _drawing(
    request: HttpRequest, template: str, facts: Mapping[str, Any], now: datetime
) -> Drawing:
    if len(get_messages(request)):
        return _drawn(request, template, facts, now)  # Shown once, and never again.
    seen = (
        template,
        request.get_full_path(),
        translation.get_language(),
        request.COOKIES.get(THEME_COOKIE),
        request.COOKIES.get(TYPE_COOKIE),
        dict(facts),
    )
    try:
        told_apart = pickle.dumps(seen, protocol=5)
    except (pickle.PicklingError, TypeError, AttributeError):
        # Something among the facts is no plain value, so nothing says when it changes.
        return _drawn(request, template, facts, now)
    key = hashlib.blake2b(told_apart, digest_size=24).digest()
    drawing = drawings.find(key, now)
    if drawing is None:
        drawing = _drawn(request, template, facts, now)
        drawings.put(key, drawing)
    return drawing


def _drawn(request: HttpRequest, template: str, facts: Mapping[str, Any], now: datetime) -> Drawing:
    ageing = Ageing(now + _NEVER)
    context = {**facts, "now": now, "ageing": ageing, "csrf_token": _TOKEN}
    text = render_to_string(template, context, request)
    # The same words to the same visitor are the same page, whichever process drew it when.
    plain = text.replace(_TOKEN, "").replace(_moment(now), "", 1)
    tag = hashlib.blake2b(plain.encode(), digest_size=15).hexdigest()
    return Drawing(text, tag, now, ageing.until)


def _whole(drawing: Drawing, token: str, now: datetime) -> HttpResponse:
    text = drawing.text.replace(_moment(drawing.since), _moment(now), 1)
    return HttpResponse(text.replace(_TOKEN, token) if token else text)


def _moment(now: datetime) -> str:
    return f'<meta name="now" content="{clock.millis(now)}">'


def _of_token(request: HttpRequest) -> str:
    """Names the secret behind the visitor's tokens: a page with those of another is of no use."""
    secret = request.META["CSRF_COOKIE"]
    return hashlib.blake2b(secret.encode(), digest_size=6).hexdigest()
