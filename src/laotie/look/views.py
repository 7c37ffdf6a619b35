"""The theme switch for browsers without scripts, and what stands when nobody answers."""

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from laotie.look.templatetags.look import THEME_COOKIE, THEMES

_A_YEAR_S = 365 * 24 * 3600
_WORKER = Path(__file__).parent / "static" / "look" / "js" / "worker.js"


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember the other theme, or the one that is named, and go back to the page."""
    wanted = request.POST.get("theme", "")
    if wanted not in THEMES:
        wanted = "light" if request.COOKIES.get(THEME_COOKIE) == "dark" else "dark"
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        back, {request.get_host()}, require_https=request.is_secure()
    ):
        back = "/"
    answer = redirect(back)
    answer.set_cookie(
        THEME_COOKIE, wanted, max_age=_A_YEAR_S, samesite="Lax", secure=request.is_secure()
    )
    return answer


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
