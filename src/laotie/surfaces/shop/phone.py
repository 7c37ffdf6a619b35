"""Another number for my account: a code to each phone, or to the new one and a second step."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from laotie.accounts import people, phone_change, sessions
from laotie.accounts.phone_change import Started
from laotie.kernel import clock
from laotie.kernel.errors import Refusal
from laotie.look import answers
from laotie.surfaces.shop import web

_CODE = {"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "8"}


class NumberForm(forms.Form):
    phone = forms.CharField(
        label=_("New mobile number"),
        max_length=40,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel-national"}),
    )


class CodesForm(NumberForm):
    code = forms.CharField(
        label=_("Code from the message to the new number"),
        max_length=8,
        widget=forms.TextInput(_CODE),
    )
    old_code = forms.CharField(
        label=_("Code from the message to the old number"),
        max_length=8,
        required=False,
        widget=forms.TextInput(_CODE),
    )


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("code", "old_code")
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """First the new number, then the codes that came."""
    who = answers.actor(request)
    people.me(who)
    if request.method == "GET":
        return _show(request, NumberForm())
    if "code" not in request.POST:
        return _send(request)
    form = CodesForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    try:
        phone_change.finish(
            actor=who,
            **form.cleaned_data,
            keep_session=sessions.session_key(request),
            now=clock.now(),
        )
    except Refusal as refusal:
        return _show(request, answers.blame(form, refusal), status=refusal.status)
    return web.go(request, reverse("shop:security"), toast=gettext("The new number counts now."))


def _send(request: HttpRequest) -> HttpResponse:
    form = NumberForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    phone = form.cleaned_data["phone"]
    try:
        started = phone_change.start(
            actor=answers.actor(request),
            phone=phone,
            address=web.visitor_address(request),
            now=clock.now(),
        )
    except Refusal as refusal:
        return _show(request, answers.blame(form, refusal), status=refusal.status)
    return _show(request, CodesForm(initial={"phone": phone}), started=started)


def _show(
    request: HttpRequest, form: NumberForm, *, started: Started | None = None, status: int = 200
) -> HttpResponse:
    who = answers.actor(request)
    facts = {
        "form": form,
        "started": started,
        "myself": people.me(who),
        "can_confirm": who.step == "confirm",
        "has_recent_step": not who.withheld,
        "place": "me",
    }
    return web.show(request, "shop/phone.html", facts, status=status)
