"""Terms and privacy: to read, to accept at the first sign-in, and again when they change."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from laotie.accounts import consent, people
from laotie.kernel import clock
from laotie.kernel.errors import Refusal
from laotie.look import answers
from laotie.surfaces.shop import web

_A_YEAR_S = 365 * 24 * 3600


@require_GET
@web.screen
def page(request: HttpRequest, document: str) -> HttpResponse:
    """One text in the reader's language."""
    facts = {"text": consent.text(document, _language()), "place": "me"}
    return web.show(request, "shop/text.html", facts)


@require_http_methods(["GET", "POST"])
@web.screen
def accept(request: HttpRequest) -> HttpResponse:
    """What has to be accepted before going on."""
    who = answers.actor(request)
    person_id = who.require_person()
    asked = request.POST.get("next") or request.GET.get("next", "")
    onward = answers.own_address(request, asked)
    error = ""
    if request.method == "POST":
        given = {
            document: request.POST[document]
            for document in consent.versions()
            if document in request.POST
        }
        try:
            consent.accept(actor=who, accepted=given, language=_language(), now=clock.now())
        except Refusal as refusal:
            error = refusal.text()
    missing = consent.missing(person_id)
    if not missing:
        web.accepted_now(request)
        return web.go(request, onward)
    facts = {
        "texts": [consent.text(document, _language()) for document in missing],
        "is_first": not consent.log(who),
        "next": onward,
        "error": error,
    }
    return web.show(request, "shop/consent.html", facts, status=409 if error else 200)


def speak_as_chosen(request: HttpRequest, answer: HttpResponse, person_id: UUID) -> HttpResponse:
    """Pages speak as this person once chose, unless this browser was told something else.

    The installation's own language is nobody's choice: there the browser's wish goes on.
    """
    chosen = people.language_of(person_id)
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and chosen != settings.LANGUAGE_CODE:
        keep_language(request, answer, chosen)
    return answer


def keep_language(request: HttpRequest, answer: HttpResponse, language: str) -> None:
    """This browser gets pages in this language."""
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=_A_YEAR_S,
        samesite="Lax",
        secure=request.is_secure(),
    )


def _language() -> str:
    return "zh-hans" if (get_language() or "").startswith("zh") else "en"
