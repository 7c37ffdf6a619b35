"""Reports of browsers about what the content security policy has stopped: counted and logged."""

import json
import time
from collections import deque
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from prometheus_client import Counter

log = structlog.get_logger(__name__)

REPORTS = Counter("laotie_csp_reports", "What the content security policy stopped.", ["directive"])
MOST_BYTES = 8192
MOST_LINES_PER_MINUTE = 30
_SOURCES = ("default", "script", "style", "img", "media", "worker", "connect", "font", "manifest")
_DIRECTIVES = frozenset(
    [f"{kind}-src" for kind in _SOURCES]
    + [f"{kind}-src-{part}" for kind in ("script", "style") for part in ("elem", "attr")]
    + ["form-action", "frame-ancestors", "base-uri"]
)
_lines: deque[float] = deque(maxlen=MOST_LINES_PER_MINUTE)


@csrf_exempt
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """Take one report or a list of them; anything else is counted as `other`. Always 204.

    Browsers send these by themselves, so nothing in them is believed: the directive is taken from
    a closed list, addresses are cut to their origin, and a flood does not fill the log.
    """
    for body in _bodies(request):
        directive = _text(body, "effective-directive", "effectiveDirective", "violated-directive")
        directive = directive.split(" ")[0]
        directive = directive if directive in _DIRECTIVES else "other"
        REPORTS.labels(directive).inc()
        if _may_write():
            log.warning(
                "csp_report",
                directive=directive,
                blocked=_origin(_text(body, "blocked-uri", "blockedURL")),
                page=urlsplit(_text(body, "document-uri", "documentURL")).path[:120],
            )
    return HttpResponse(status=204)


def _bodies(request: HttpRequest) -> list[dict[str, Any]]:
    raw = request.read(MOST_BYTES + 1)
    try:
        sent = json.loads(raw) if len(raw) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        sent = None
    reports = sent if isinstance(sent, list) else [sent]
    bodies = []
    for one in reports[:10]:
        held = one.get("csp-report", one.get("body")) if isinstance(one, dict) else None
        bodies.append(held if isinstance(held, dict) else {})
    return bodies


def _text(body: dict[str, Any], *names: str) -> str:
    return next((str(body[name]) for name in names if isinstance(body.get(name), str)), "")


def _origin(address: str) -> str:
    """The origin alone, or the keyword (`inline`, `eval`) that stands in its place."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "?"
    return f"{parts.scheme}://{parts.netloc}"[:120] if parts.netloc else parts.path[:20]


def _may_write() -> bool:
    now = time.monotonic()
    if len(_lines) == MOST_LINES_PER_MINUTE and now - _lines[0] < 60:
        return False
    _lines.append(now)
    return True
