"""Settings: language, large type, minors' mode."""

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from laotie.accounts import minors, people
from laotie.kernel import clock
from laotie.kernel.errors import NotFound, Refusal
from laotie.look import answers
from laotie.look.templatetags.look import TYPE_COOKIE
from laotie.surfaces.shop import texts, web

_A_YEAR_S = 365 * 24 * 3600


class PinForm(forms.Form):
    pin = forms.CharField(
        label=_("PIN of 4 to 8 digits"),
        max_length=8,
        widget=forms.PasswordInput({"inputmode": "numeric", "autocomplete": "off"}),
    )


@require_http_methods(["GET", "POST"])
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """What this person, and this browser, wants pages to be like."""
    if request.method == "GET":
        return _show(request, PinForm())
    answer = web.go(request, reverse("shop:settings"))
    if (language := request.POST.get("language")) is not None:
        people.change(actor=answers.actor(request), language=language, now=clock.now())
        texts.keep_language(request, answer, language)
    if (type_size := request.POST.get("type")) is not None:
        answer.set_cookie(
            TYPE_COOKIE,
            "large" if type_size == "large" else "usual",
            max_age=_A_YEAR_S,
            samesite="Lax",
            secure=request.is_secure(),
        )
    return answer


@require_POST
@sensitive_post_parameters("pin")
@web.screen
def minors_switch(request: HttpRequest, wish: str) -> HttpResponse:
    """On with a PIN, and off with the same."""
    if wish not in {"on", "off"}:
        raise NotFound
    form = PinForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    act = minors.switch_on if wish == "on" else minors.switch_off
    try:
        act(actor=answers.actor(request), pin=form.cleaned_data["pin"], now=clock.now())
    except Refusal as refusal:
        return _show(request, answers.blame(form, refusal), status=refusal.status)
    return web.go(request, reverse("shop:settings"))


@require_POST
@web.screen
def minors_tick(request: HttpRequest) -> HttpResponse:
    """A page that is open counts its minute; when the day is used up it is told so."""
    standing = minors.tick(actor=answers.actor(request), now=clock.now())
    return JsonResponse({"closed": standing.closed, "left_s": standing.left_s})


def _show(request: HttpRequest, form: PinForm, *, status: int = 200) -> HttpResponse:
    who = answers.actor(request)
    standing = minors.standing(who, now=clock.now())
    facts = {
        "form": form,
        "myself": people.me(who),
        "languages": settings.LANGUAGES,
        "is_large": request.COOKIES.get(TYPE_COOKIE) == "large",
        "minors": standing,
        "minutes_left": standing.left_s // 60,
        "place": "me",
    }
    return web.show(request, "shop/settings.html", facts, status=status)
