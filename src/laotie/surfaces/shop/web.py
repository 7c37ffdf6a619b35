"""What all pages of the shop do alike: who asks, in which frame, and how a no is shown."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from laotie.accounts import consent, inbox, minors, sessions
from laotie.kernel import clock
from laotie.kernel.errors import NotFound, Refusal, SecondStepNeeded, SignInFirst
from laotie.look import asking, kept
from laotie.look.answers import actor, is_part, own_address, sent_to, with_toast
from laotie.surfaces.shop import guest_cart
from laotie.trade import cart

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

# How far a session's person has accepted the texts; a session without the mark is not asked.
_TEXTS = "laotie_texts"
# Pages for settling just that, and the way out.
_ALWAYS_OPEN = frozenset(
    {"consent", "text", "sign-out", "settings", "minors", "minors-tick", "sign-in"}
)
_PAGE, _FRAGMENT = "shop/page.html", "look/fragment.html"
_VARY = "HX-Request, HX-Request-Type, Cookie, Accept-Language"


def show(
    request: HttpRequest, template: str, facts: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """The page, or its content alone for htmx."""
    answer = render(request, template, {**_frame(request), **facts}, status=status)
    answer["Vary"] = _VARY
    answer["Cache-Control"] = "no-store"
    return answer


def show_open(
    request: HttpRequest, template: str, facts: Mapping[str, Any], *, now: datetime
) -> HttpResponse:
    """A page that everybody may see: drawn once for all who see the same (`look.kept`).

    A guest's browser keeps it and asks each time whether it still holds; a person's never keeps a
    page, since others may sit down at it later.
    """
    is_guest = actor(request).person_id is None
    facts = {**_frame(request), **facts}
    answer = kept.show(request, template, facts, now=now, is_open=is_guest)
    answer["Vary"] = _VARY
    answer["Cache-Control"] = "private, no-cache" if is_guest else "no-store"
    return answer


def _frame(request: HttpRequest) -> dict[str, Any]:
    """What the frame around each page shows."""
    return {
        "frame": _FRAGMENT if is_part(request) else _PAGE,
        "unread": 0 if is_part(request) else _unread(request),
        "in_cart": 0 if is_part(request) else in_cart(request),
        "is_part": is_part(request),
        "is_signed_in": actor(request).person_id is not None,
        "is_minor": actor(request).is_minor,
    }


def go(request: HttpRequest, address: str, *, toast: str = "") -> HttpResponse:
    """Send the browser to another page, by htmx or by redirect."""
    answer = sent_to(request, address)
    return with_toast(answer, toast) if toast and is_part(request) else answer


def screen(view: View[P]) -> View[P]:
    """Show refusals that the view did not show itself: sign-in, not found, or a plain reason."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            asking.take(request)
        except SignInFirst:
            return sign_in_first(request)
        except Refusal as refusal:
            return asking.ask(request, show, SecondStepNeeded(), error=refusal.text())
        if (held_up := _held_up(request)) is not None:
            return held_up
        try:
            guest_cart.bring_in(request, actor(request))
            return view(request, *args, **kwargs)
        except SignInFirst:
            return sign_in_first(request)
        except SecondStepNeeded as needed:
            return asking.ask(request, show, needed)
        except Refusal as refusal:
            return refused(request, refusal)

    return wrapped


def accepted_now(request: HttpRequest) -> None:
    """This session's person has accepted the texts in force; nobody asks until they change."""
    request.session[_TEXTS] = consent.versions()


def _held_up(request: HttpRequest) -> HttpResponse | None:
    """What comes before the page: new texts to accept, or the hours of minors' mode."""
    match = request.resolver_match
    if match is None or match.url_name in _ALWAYS_OPEN:
        return None
    if request.method == "GET" and not is_part(request):
        accepted = request.session.get(_TEXTS)
        if accepted is not None and accepted != consent.versions():
            onward = urlencode({"next": request.get_full_path()})
            return go(request, f"{reverse('shop:consent')}?{onward}")
    try:
        who = actor(request)
    except SignInFirst:
        return None
    if not who.is_minor:
        return None
    standing = minors.standing(who, now=clock.now())
    if not standing.closed:
        return None
    return show(request, "shop/closed.html", {"standing": standing, "place": "me"}, status=403)


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, and back here after it."""
    here = request.get_full_path()
    if request.method != "GET" or is_part(request):
        here = request.headers.get("HX-Current-URL", "") or request.headers.get("Referer", "")
    return go(
        request, f"{reverse('shop:sign-in')}?{urlencode({'next': own_address(request, here)})}"
    )


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A toast over the page if htmx asked by a form; otherwise a page that says why."""
    if is_part(request) and request.method != "GET":
        answer = HttpResponse(status=refusal.status)
        answer["HX-Reswap"] = "none"
        return with_toast(answer, refusal.text(), tone="bad")
    facts = {"refusal": refusal.text(), "is_missing": isinstance(refusal, NotFound)}
    answer = show(request, "shop/refused.html", facts, status=refusal.status)
    retry_after_s = refusal.facts.get("retry_after_s")
    if retry_after_s:
        answer["Retry-After"] = str(retry_after_s)
    return answer


def visitor_address(request: HttpRequest) -> str:
    """Where the request came from, for limits."""
    return sessions.visitor_address(request)


def in_cart(request: HttpRequest) -> int:
    """How many different things are in the cart of whoever asks."""
    who = actor(request)
    return cart.count(actor=who) if who.person_id else len(guest_cart.lines(request))


def _unread(request: HttpRequest) -> int:
    who = actor(request)
    return inbox.unread(actor=who) if who.person_id else 0
