"""The theme switch without scripts, and the pages for what was not found or not answered."""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language

from laotie.accounts import people
from laotie.kernel import clock
from laotie.kernel.errors import Refusal
from laotie.look.answers import actor, own_address
from laotie.look.templatetags.look import THEME_COOKIE, THEMES

_A_YEAR_S = 365 * 24 * 3600
_WORKER = Path(__file__).parent / "static" / "look" / "js" / "worker.js"


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember the other theme, or the one that is named, and go back to the page."""
    wanted = request.POST.get("theme", "")
    if wanted not in THEMES:
        wanted = "light" if request.COOKIES.get(THEME_COOKIE) == "dark" else "dark"
    answer = HttpResponseRedirect(own_address(request, request.POST.get("next", "")))
    answer.set_cookie(
        THEME_COOKIE, wanted, max_age=_A_YEAR_S, samesite="Lax", secure=request.is_secure()
    )
    return answer


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Pages are in this language from now on; for somebody signed in, notices too."""
    answer = set_language(request)
    wanted = request.POST.get("language", "")
    try:
        who = actor(request)
        if who.person_id is not None and wanted in dict(settings.LANGUAGES):
            people.change(actor=who, language=wanted, now=clock.now())
    except Refusal:
        return answer
    return answer


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address that leads nowhere, with the way back."""
    return render(request, "look/lost.html", {"is_old": False}, status=404)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: from an old tab, or from somebody else's page."""
    return render(request, "look/lost.html", {"is_old": True}, status=403)


@require_GET
def no_connection(request: HttpRequest) -> HttpResponse:
    """The page that the service worker keeps."""
    return render(request, "look/no_connection.html")


@require_GET
def service_worker(_request: HttpRequest) -> HttpResponse:
    """The service worker, from the root, since it may only answer for addresses below its own."""
    answer = HttpResponse(_WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    answer["Service-Worker-Allowed"] = "/"
    return answer
