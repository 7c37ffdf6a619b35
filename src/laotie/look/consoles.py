"""What the console surfaces do alike: who asks, in which frame, and how a no is shown."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from laotie.accounts import people
from laotie.kernel import clock
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotAllowed, NotFound, Refusal, SecondStepNeeded, SignInFirst
from laotie.look import asking
from laotie.look.answers import actor, is_part, sent_to, with_toast

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


class Console:
    """One console: its frame's template, and the facts that its frame needs on every page.

    plain: the frame for whoever has no business there, where the usual one would name its pages.
    """

    def __init__(
        self,
        frame: str,
        facts: Callable[[HttpRequest, Actor], Mapping[str, Any]],
        *,
        plain: str = "",
    ) -> None:
        self._frame = frame
        self._plain = plain or frame
        self._facts = facts

    def screen(self, view: View[P]) -> View[P]:
        """Show refusals that the view did not show itself: sign-in, not found, a plain reason."""

        @wraps(view)
        def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            try:
                asking.take(request)
            except SignInFirst:
                return _sign_in_first(request)
            except Refusal as refusal:
                return asking.ask(request, self.show, SecondStepNeeded(), error=refusal.text())
            try:
                return view(request, *args, **kwargs)
            except SignInFirst:
                return _sign_in_first(request)
            except SecondStepNeeded as needed:
                return asking.ask(request, self.show, needed)
            except Refusal as refusal:
                return self.refused(request, refusal)

        return wrapped

    def show(
        self, request: HttpRequest, template: str, facts: Mapping[str, Any], *, status: int = 200
    ) -> HttpResponse:
        """The page in its frame, or its content alone for htmx. `now` is in every page."""
        who = actor(request)
        context: dict[str, Any] = {"now": clock.now(), "is_part": is_part(request)}
        if is_part(request):
            context["frame"] = "look/fragment.html"
        else:
            context["frame"] = self._frame
            context["myself"] = people.me(who) if who.person_id else None
            context |= self._facts(request, who)
        answer = render(request, template, {**context, **facts}, status=status)
        answer["Vary"] = "HX-Request, HX-Request-Type, Cookie, Accept-Language"
        answer["Cache-Control"] = "no-store"
        return answer

    def refused(self, request: HttpRequest, refusal: Refusal) -> HttpResponse:
        """A toast if htmx asked by a form; otherwise a page that says why and what to do."""
        if is_part(request) and request.method != "GET":
            answer = HttpResponse(status=refusal.status)
            answer["HX-Reswap"] = "none"
            return with_toast(answer, refusal.text(), tone="bad")
        facts: dict[str, Any] = {"refusal": refusal, "is_missing": isinstance(refusal, NotFound)}
        if isinstance(refusal, NotAllowed) and not is_part(request):
            facts["frame"] = self._plain
        return self.show(request, "look/console_refused.html", facts, status=refusal.status)


def go(request: HttpRequest, address: str, *, said: str = "", tone: str = "ok") -> HttpResponse:
    """On to another page, which says what was done. tone: `ok`, or `bad` for what was not."""
    if said:
        messages.success(request, said, extra_tags=tone)
    return sent_to(request, address)


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    here = request.get_full_path() if request.method == "GET" and not is_part(request) else "/"
    return go(request, f"{reverse('shop:sign-in')}?{urlencode({'next': here})}")
