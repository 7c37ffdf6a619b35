"""A second step asked for in place: what was about to be done waits in the form, and is done then.

A view lets `SecondStepNeeded` pass. The answer is the question, with the view's own fields hidden
in it; its answer goes to the same address, where `take` proves the session before the view runs.
"""

from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from laotie.accounts import passkeys, second_step, sessions
from laotie.kernel import clock
from laotie.kernel.errors import SecondStepNeeded
from laotie.look.answers import actor, is_part, own_address, sent_to

_DIGITS, _TICKET, _ANSWER = "step_digits", "step_ticket", "step_passkey"
_OURS = frozenset({_DIGITS, _TICKET, _ANSWER, "csrfmiddlewaretoken"})


class Show(Protocol):
    """How the surface shows a template in its frame."""

    def __call__(
        self, request: HttpRequest, template: str, facts: Mapping[str, Any], *, status: int = 200
    ) -> HttpResponse: ...


def take(request: HttpRequest) -> None:
    """Prove the session by what the question's form brought, if it did.

    raises: SignInFirst, WrongSecondStep, WrongPasskey, TooMany.
    """
    if request.method != "POST":
        return
    if digits := request.POST.get(_DIGITS):
        second_step.confirm(actor=actor(request), digits=digits, now=clock.now())
    elif answer := request.POST.get(_ANSWER):
        passkeys.confirm(
            actor=actor(request),
            ticket=request.POST.get(_TICKET, ""),
            answer=answer,
            now=clock.now(),
        )
    else:
        return
    sessions.mark_step(request)


def ask(
    request: HttpRequest, show: Show, needed: SecondStepNeeded, *, error: str = ""
) -> HttpResponse:
    """The question in place of what was asked for, or the way to a first second step."""
    if needed.facts["how"] == "enrol":
        return _away(request, "shop:second-step")
    if request.method != "POST" or request.FILES:
        return _away(request, "shop:confirm")
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _OURS
        for value in values
    ]
    return question(request, show, action=request.get_full_path(), kept=kept, error=error)


def question(
    request: HttpRequest,
    show: Show,
    *,
    action: str,
    kept: list[tuple[str, str]],
    error: str = "",
    status: int = 403,
) -> HttpResponse:
    """The form that asks for digits, a recovery code or a passkey and goes to `action`."""
    facts = {
        "action": action,
        "kept": kept,
        "error": error,
        "locks": second_step.locks(actor(request).require_person()),
        "has_passkeys_here": passkeys.site_name() is not None,
        "place": "me",
    }
    return show(request, "look/step.html", facts, status=status)


def _away(request: HttpRequest, page: str) -> HttpResponse:
    here = request.get_full_path()
    if request.method != "GET" or is_part(request):
        here = request.headers.get("HX-Current-URL", "") or request.headers.get("Referer", "")
    return sent_to(request, f"{reverse(page)}?{urlencode({'next': own_address(request, here)})}")
