"""Signing in by phone, with a code or with a password, and signing out."""

from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from laotie.accounts import consent, lost_phone, passkeys, second_step, sessions, sign_in
from laotie.accounts.sign_in import SignedIn
from laotie.kernel import clock
from laotie.kernel.errors import Refusal
from laotie.look import answers
from laotie.surfaces.shop import texts, web

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
        help_text=_("Without your phone, a recovery code will do."),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )


class RecoveryForm(PhoneForm):
    code = forms.CharField(
        label=_("Recovery code"),
        max_length=16,
        widget=forms.TextInput({"autocomplete": "off", "placeholder": "abcde-fghjk"}),
    )


class LostForm(PhoneForm):
    new_phone = forms.CharField(
        label=_("New mobile number"), max_length=40, widget=forms.TextInput(attrs=_PHONE)
    )
    text = forms.CharField(
        label=_("How can we know that it is you?"),
        help_text=_("Such as what you bought last, when you joined, your shop's name."),
        max_length=500,
        widget=forms.Textarea({"rows": "4"}),
    )
    code = forms.CharField(
        label=_("Code from the message to the new number"),
        max_length=8,
        required=False,
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
    return _welcome(request, person_id, is_proven=True)


@require_POST
@web.screen
def second_with_passkey(request: HttpRequest) -> HttpResponse:
    """A passkey in place of the digits."""
    try:
        person_id = passkeys.finish_second_step(
            second=request.POST.get("second", ""),
            ticket=request.POST.get("ticket", ""),
            answer=request.POST.get("answer", ""),
            now=clock.now(),
        )
    except Refusal as refusal:
        form = SecondForm({"ticket": request.POST.get("second", "")})
        form.add_error(None, refusal.text())
        return _show(request, "second", form, status=refusal.status)
    return _welcome(request, person_id, is_proven=True)


@require_POST
@web.screen
def with_passkey(request: HttpRequest) -> HttpResponse:
    """Sign in by a key alone, or by the key of the number that was typed."""
    try:
        person_id = passkeys.finish_using(
            ticket=request.POST.get("ticket", ""),
            answer=request.POST.get("answer", ""),
            now=clock.now(),
        )
    except Refusal as refusal:
        form = PhoneForm(request.POST)
        form.add_error(None, refusal.text())
        return _show(request, "phone", form, status=refusal.status)
    return _welcome(request, person_id, is_proven=True)


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("code")
@web.screen
def with_recovery_code(request: HttpRequest) -> HttpResponse:
    """Number and recovery code, for the day the phone is gone; then a new number is set."""
    if request.method == "GET":
        return _show(request, "recovery", RecoveryForm())
    form = RecoveryForm(request.POST)
    if not form.is_valid():
        return _show(request, "recovery", form, status=422)
    try:
        person_id = sign_in.with_recovery_code(
            **form.cleaned_data, address=web.visitor_address(request), now=clock.now()
        )
    except Refusal as refusal:
        return _show(request, "recovery", answers.blame(form, refusal), status=refusal.status)
    return _welcome(request, person_id, is_proven=True, onward=reverse("shop:phone"))


@require_http_methods(["GET", "POST"])
@web.screen
def lost(request: HttpRequest) -> HttpResponse:
    """Neither passkey nor recovery code: prove a new number, then tell an operator the story."""
    if request.method == "GET":
        return _show(request, "lost", LostForm())
    form = LostForm(request.POST)
    if not form.is_valid():
        return _show(request, "lost", form, status=422)
    fields = form.cleaned_data
    try:
        if not fields["code"]:
            sent = lost_phone.send_code(
                new_phone=fields["new_phone"], address=web.visitor_address(request), now=clock.now()
            )
            return _show(request, "lost", form, sent=sent)
        lost_phone.ask(
            phone=fields["phone"],
            new_phone=fields["new_phone"],
            code=fields["code"],
            story=fields["text"],
            now=clock.now(),
        )
    except Refusal as refusal:
        return _show(request, "lost", answers.blame(form, refusal), status=refusal.status)
    return _show(request, "asked", form)


@require_POST
@web.screen
def sign_out(request: HttpRequest) -> HttpResponse:
    """Nobody is signed in here any more."""
    sessions.close_session(request)
    return web.go(request, "/")


def _enter(request: HttpRequest, found: SignedIn) -> HttpResponse:
    if found.second_step:
        return _show(request, "second", SecondForm(initial={"ticket": found.second_step}))
    return _welcome(request, found.person_id, is_proven=False)


def _welcome(
    request: HttpRequest, person_id: UUID, *, is_proven: bool, onward: str = ""
) -> HttpResponse:
    """Signed in; whoever has not accepted the texts in force reads them first."""
    sessions.open_session(request, person_id, is_proven=is_proven)
    onward = onward or _next(request)
    if consent.missing(person_id):
        onward = f"{reverse('shop:consent')}?{urlencode({'next': onward})}"
    else:
        web.accepted_now(request)
    return texts.speak_as_chosen(request, web.go(request, onward), person_id)


def _show(
    request: HttpRequest, step: str, form: forms.Form, *, status: int = 200, sent: object = None
) -> HttpResponse:
    facts = {
        "step": step,
        "form": form,
        "next": _next(request),
        "sent": sent,
        "has_passkeys_here": passkeys.site_name() is not None,
    }
    return web.show(request, "shop/sign_in.html", facts, status=status)


def _next(request: HttpRequest) -> str:
    asked = request.POST.get("next") or request.GET.get("next", "")
    return answers.own_address(request, asked)
