"""How I sign in: password, passkeys, authenticator app, recovery codes, open sessions."""

from uuid import UUID

import segno
from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from laotie.accounts import lost_phone, passkeys, people, recovery, second_step, sessions
from laotie.integrations import tokens
from laotie.kernel import clock
from laotie.kernel.errors import Refusal, SecondStepNeeded
from laotie.look import answers, asking
from laotie.surfaces.shop import web

_CODE = {"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "8"}


class FirstDigitsForm(forms.Form):
    ticket = forms.CharField(max_length=2000, widget=forms.HiddenInput)
    digits = forms.CharField(
        label=_("The six digits that the app shows now"),
        max_length=8,
        widget=forms.TextInput(_CODE),
    )


class DigitsForm(forms.Form):
    digits = forms.CharField(
        label=_("Digits from your authenticator app, or a recovery code"),
        max_length=12,
        widget=forms.TextInput({"autocomplete": "one-time-code"}),
    )


class PasskeyNameForm(forms.Form):
    name = forms.CharField(
        label=_("What you call this key"),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off"}),
    )


@require_GET
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """What opens my account, and what is open right now."""
    who = answers.actor(request)
    facts = {
        "myself": people.me(who),
        "locks": second_step.locks(who.require_person()),
        "passkeys": passkeys.mine(who),
        "has_passkeys_here": passkeys.site_name() is not None,
        "site_name": passkeys.site_name(),
        "name_form": PasskeyNameForm(initial={"name": gettext("My key")}),
        "sessions": sessions.mine(who, this_key=sessions.session_key(request)),
        "tokens": tokens.mine(actor=who),
        "case": lost_phone.mine(who),
        "now": clock.now(),
        "place": "me",
    }
    return web.show(request, "shop/security.html", facts)


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("digits")
@web.screen
def app(request: HttpRequest) -> HttpResponse:
    """Put our secret into an authenticator app, and prove that it is there."""
    who = answers.actor(request)
    if request.method == "GET":
        if second_step.is_on(who.require_person()):
            return web.go(request, reverse("shop:security"))
        return _show_app(request, second_step.enrol(actor=who))
    form = FirstDigitsForm(request.POST)
    if not form.is_valid():
        return _show_app(request, second_step.enrol(actor=who), form, status=422)
    try:
        codes = second_step.switch_on(actor=who, **form.cleaned_data, now=clock.now())
    except Refusal as refusal:
        # A fresh secret would not fit what the app has taken in: the same one is shown again.
        blamed = answers.blame(form, refusal)
        again = second_step.enrolment_of(form.cleaned_data["ticket"])
        enrolment = again or second_step.enrol(actor=who)
        return _show_app(request, enrolment, blamed, status=refusal.status)
    sessions.mark_step(request)
    return _show_codes(request, codes)


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("digits")
@web.screen
def app_off(request: HttpRequest) -> HttpResponse:
    """No app any more; my other sessions end."""
    who = answers.actor(request)
    who.require_person()
    form = DigitsForm(request.POST or None)
    facts = {"form": form, "place": "me"}
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        return web.show(request, "shop/app_off.html", facts, status=status)
    try:
        second_step.switch_off(
            actor=who,
            digits=form.cleaned_data["digits"],
            keep_session=sessions.session_key(request),
            now=clock.now(),
        )
    except Refusal as refusal:
        answers.blame(form, refusal)
        return web.show(request, "shop/app_off.html", facts, status=refusal.status)
    return web.go(request, reverse("shop:security"))


@require_POST
@web.screen
def renew_codes(request: HttpRequest) -> HttpResponse:
    """Ten fresh recovery codes, shown this once."""
    return _show_codes(request, recovery.renew(actor=answers.actor(request), now=clock.now()))


@require_http_methods(["GET", "POST"])
@web.screen
def confirm(request: HttpRequest) -> HttpResponse:
    """Prove again that it is me, and go on to where that was needed."""
    who = answers.actor(request)
    who.require_person()
    onward = answers.own_address(request, request.GET.get("next", ""))
    if who.step == "enrol":
        return web.go(request, f"{reverse('shop:second-step')}?next={onward}")
    if request.method == "POST":  # `web.screen` has taken the proof; without one, ask again.
        try:
            answers.actor(request).require_recent_step()
        except SecondStepNeeded:
            return _ask(request)
        return web.go(request, onward)
    return _ask(request)


@require_POST
@web.screen
def passkey_options(request: HttpRequest) -> HttpResponse:
    """What the browser shall ask a key; for a sign-in nobody needs to be known yet."""
    who = answers.actor(request)
    purpose = request.GET.get("for", "")
    try:
        if purpose == "add":
            ceremony = passkeys.start_adding(actor=who)
        elif purpose == "confirm":
            who.require_person()
            ceremony = passkeys.start_using(actor=who)
        else:
            ceremony = passkeys.start_using(phone=request.POST.get("phone", ""))
    except Refusal as refusal:
        return JsonResponse(refusal.as_dict(), status=refusal.status)
    return JsonResponse({"options": ceremony.options, "ticket": ceremony.ticket})


@require_POST
@web.screen
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Keep the key that the browser has made."""
    added = passkeys.finish_adding(
        actor=answers.actor(request),
        ticket=request.POST.get("ticket", ""),
        answer=request.POST.get("answer", ""),
        name=request.POST.get("name", ""),
        now=clock.now(),
    )
    sessions.mark_step(request)
    if added.recovery_codes:
        return _show_codes(request, added.recovery_codes)
    return web.go(request, _onward(request))


@require_POST
@web.screen
def rename_passkey(request: HttpRequest, passkey: int) -> HttpResponse:
    """Call one of my keys something else."""
    passkeys.rename(
        actor=answers.actor(request),
        passkey_id=passkey,
        name=request.POST.get("name", ""),
        now=clock.now(),
    )
    return web.go(request, reverse("shop:security"))


@require_POST
@web.screen
def remove_passkey(request: HttpRequest, passkey: int) -> HttpResponse:
    """One key fewer; my other sessions end."""
    passkeys.remove(
        actor=answers.actor(request),
        passkey_id=passkey,
        keep_session=sessions.session_key(request),
        now=clock.now(),
    )
    return web.go(request, reverse("shop:security"))


@require_POST
@web.screen
def end_session(request: HttpRequest, session: UUID) -> HttpResponse:
    """One of my sessions ends."""
    sessions.end(actor=answers.actor(request), session_id=session)
    return web.go(request, reverse("shop:security"))


@require_POST
@web.screen
def end_others(request: HttpRequest) -> HttpResponse:
    """Only this session is left."""
    sessions.end_others(actor=answers.actor(request), this_key=sessions.session_key(request))
    return web.go(request, reverse("shop:security"))


@require_POST
@web.screen
def end_token(request: HttpRequest, session: UUID) -> HttpResponse:
    """A program acts for me no more."""
    tokens.revoke(actor=answers.actor(request), token_id=session, now=clock.now())
    return web.go(request, reverse("shop:security"))


@require_POST
@web.screen
def contradict(request: HttpRequest) -> HttpResponse:
    """Whoever asks for my account on another number is not me."""
    lost_phone.contradict(actor=answers.actor(request), now=clock.now())
    return web.go(request, reverse("shop:security"))


def _ask(request: HttpRequest) -> HttpResponse:
    return asking.question(request, web.show, action=request.get_full_path(), kept=[], status=200)


def _show_app(
    request: HttpRequest,
    enrolment: second_step.Enrolment,
    form: FirstDigitsForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    facts = {
        "enrolment": enrolment,
        "qr": _qr(enrolment.uri),
        "form": form or FirstDigitsForm(initial={"ticket": enrolment.ticket}),
        "has_passkeys_here": passkeys.site_name() is not None,
        "next": answers.own_address(request, request.GET.get("next", ""), otherwise=""),
        "place": "me",
    }
    return web.show(request, "shop/second_step.html", facts, status=status)


def _show_codes(request: HttpRequest, codes: tuple[str, ...]) -> HttpResponse:
    facts = {"codes": codes, "next": _onward(request), "place": "me"}
    return web.show(request, "shop/recovery_codes.html", facts)


def _onward(request: HttpRequest) -> str:
    asked = request.POST.get("next") or request.GET.get("next", "")
    return answers.own_address(request, asked, otherwise=reverse("shop:security"))


def _qr(text: str) -> SafeString:
    """A picture of our own making: no part of it is somebody's text."""
    drawn: str = segno.make(text, error="m").svg_inline(
        scale=5, border=3, dark="#000", light="#fff", omitsize=True
    )
    return mark_safe(drawn)  # noqa: S308 - drawn from squares.
