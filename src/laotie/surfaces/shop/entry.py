"""Signing in by phone, with a code or with a password, and signing out."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from laotie.accounts import second_step, sessions, sign_in
from laotie.accounts.sign_in import SignedIn
from laotie.kernel import clock
from laotie.kernel.errors import Refusal
from laotie.look import answers
from laotie.surfaces.shop import web

_PHONE = {"inputmode": "tel", "autocomplete": "tel-national", "placeholder": "138 0013 8000"}
_CODE = {"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "8"}


class PhoneForm(forms.Form):
    phone = forms.CharField(
        label=_("Mobile number"), max_length=40, widget=forms.TextInput(attrs=_PHONE)
    )


class CodeForm(forms.Form):
    phone = forms.CharField(max_length=40, widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("Code from the message"), max_length=8, widget=forms.TextInput(attrs=_CODE)
    )


class PasswordForm(PhoneForm):
    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class SecondForm(forms.Form):
    ticket = forms.CharField(max_length=2000, widget=forms.HiddenInput)
    digits = forms.CharField(
        label=_("Digits from your authenticator app"),
        max_length=8,
        widget=forms.TextInput(attrs=_CODE),
    )


@require_GET
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """By code, or by password with `?by=password`."""
    if answers.actor(request).person_id:
        return web.go(request, _next(request))
    if request.GET.get("by") == "password":
        return _show(request, "password", PasswordForm())
    return _show(request, "phone", PhoneForm())


@require_POST
@web.screen
def send_code(request: HttpRequest) -> HttpResponse:
    """Send a code to the number and ask for it."""
    form = PhoneForm(request.POST)
    if not form.is_valid():
        return _show(request, "phone", form, status=422)
    phone = form.cleaned_data["phone"]
    try:
        sent = sign_in.request_code(
            phone=phone, address=web.visitor_address(request), now=clock.now()
        )
    except Refusal as refusal:
        return _show(request, "phone", answers.blame(form, refusal), status=refusal.status)
    return _show(request, "code", CodeForm(initial={"phone": phone}), sent=sent)


@require_POST
@sensitive_post_parameters("code")
@web.screen
def with_code(request: HttpRequest) -> HttpResponse:
    """Sign in by the code that was sent."""
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _show(request, "code", form, status=422)
    try:
        found = sign_in.with_code(**form.cleaned_data, now=clock.now())
    except Refusal as refusal:
        return _show(request, "code", answers.blame(form, refusal), status=refusal.status)
    return _enter(request, found)


@require_POST
@sensitive_post_parameters("password")
@web.screen
def with_password(request: HttpRequest) -> HttpResponse:
    """Sign in by number and password."""
    form = PasswordForm(request.POST)
    if not form.is_valid():
        return _show(request, "password", form, status=422)
    try:
        found = sign_in.with_password(
            **form.cleaned_data, address=web.visitor_address(request), now=clock.now()
        )
    except Refusal as refusal:
        return _show(request, "password", answers.blame(form, refusal), status=refusal.status)
    return _enter(request, found)


@require_POST
@sensitive_post_parameters("digits")
@web.screen
def with_second_step(request: HttpRequest) -> HttpResponse:
    """The digits of the app, for people who have switched that on."""
    form = SecondForm(request.POST)
    if not form.is_valid():
        return _show(request, "second", form, status=422)
    try:
        person_id = second_step.finish(**form.cleaned_data, now=clock.now())
    except Refusal as refusal:
        return _show(request, "second", answers.blame(form, refusal), status=refusal.status)
    sessions.open_session(request, person_id)
    return web.go(request, _next(request))


@require_POST
@web.screen
def sign_out(request: HttpRequest) -> HttpResponse:
    """Nobody is signed in here any more."""
    sessions.close_session(request)
    return web.go(request, "/")


def _enter(request: HttpRequest, found: SignedIn) -> HttpResponse:
    if found.second_step:
        return _show(request, "second", SecondForm(initial={"ticket": found.second_step}))
    sessions.open_session(request, found.person_id)
    return web.go(request, _next(request))


def _show(
    request: HttpRequest, step: str, form: forms.Form, *, status: int = 200, sent: object = None
) -> HttpResponse:
    facts = {"step": step, "form": form, "next": _next(request), "sent": sent}
    return web.show(request, "shop/sign_in.html", facts, status=status)


def _next(request: HttpRequest) -> str:
    asked = request.POST.get("next") or request.GET.get("next", "")
    return answers.own_address(request, asked)
