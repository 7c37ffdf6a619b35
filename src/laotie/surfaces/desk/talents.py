"""Talents: agreements with their curves, what was promised, and alerts that wait for somebody."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from laotie.content.support import support_kinds
from laotie.content.support import talent as agreements
from laotie.kernel import clock, ids
from laotie.kernel.errors import NotFound, Refusal
from laotie.look import posts, supported
from laotie.look.answers import actor, blame
from laotie.look.consoles import go
from laotie.surfaces.desk import web


class _Day(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AgreementForm(forms.Form):
    """Fields are called as the use case calls its terms."""

    creator_id = forms.CharField(
        label=gettext_lazy("Creator"), max_length=40, help_text=gettext_lazy("The id: crt_…")
    )
    field = forms.ChoiceField(
        label=gettext_lazy("Field"),
        choices=[(str(key), name) for key, name in posts.FIELDS.items()],
    )
    starts_on = _Day(label=gettext_lazy("First day"))
    ends_on = _Day(label=gettext_lazy("Last day"))
    posts_a_week = forms.IntegerField(label=gettext_lazy("Posts a week"), min_value=0, initial=2)
    lives_a_month = forms.IntegerField(label=gettext_lazy("Shows a month"), min_value=0, initial=1)
    quiet_days = forms.IntegerField(
        label=gettext_lazy("Quiet after days"), min_value=1, initial=support_kinds.QUIET_DAYS
    )
    contract = forms.CharField(label=gettext_lazy("Contract"), max_length=80, required=False)
    is_exclusive = forms.BooleanField(label=gettext_lazy("Exclusive"), required=False)


@require_http_methods(["GET", "POST"])
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """Agreements with how they go, and a new one. Five queries."""
    now = clock.now()
    if request.method == "GET":
        return _show(request, AgreementForm(initial={"starts_on": agreements.today_of(now)}))
    form = AgreementForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    given = dict(form.cleaned_data)
    try:
        given["creator_id"] = ids.parse("crt", given["creator_id"].strip())
        made = agreements.sign(actor=actor(request), **given, now=now)
    except NotFound as refusal:
        form.add_error("creator_id", refusal.text())
        return _show(request, form, status=422)
    except Refusal as refusal:
        return _show(request, blame(form, refusal), status=refusal.status)
    return go(request, reverse("desk:talent", args=[made.public_id]), said=_("Signed."))


@require_GET
@web.screen
def file(request: HttpRequest, talent: str) -> HttpResponse:
    """One agreement: its curve, what was due, and its alerts."""
    found = agreements.file_of(ids.parse("tal", talent), actor=actor(request), now=clock.now())
    top = max(week.works for week in found.weeks)
    facts = {
        "found": found,
        "top": top,
        "curve": supported.line([week.works for week in found.weeks], top=top),
        "latest_first": found.deliverables[::-1],
    }
    return web.show(request, "desk/talent.html", facts)


@require_POST
@web.screen
def end(request: HttpRequest, talent: str) -> HttpResponse:
    """The agreement counts no more from today on."""
    agreements.end(
        actor=actor(request),
        agreement_id=ids.parse("tal", talent),
        reason=request.POST.get("reason", ""),
        now=clock.now(),
    )
    return go(request, reverse("desk:talent", args=[talent]), said=_("Ended."))


@require_POST
@web.screen
def see(request: HttpRequest, talent: str, alert: UUID) -> HttpResponse:
    """Somebody takes care of it."""
    agreements.see(actor=actor(request), alert_id=alert, now=clock.now())
    return go(request, reverse("desk:talent", args=[talent]), said=_("Noted."))


def _show(request: HttpRequest, form: AgreementForm, *, status: int = 200) -> HttpResponse:
    state = request.GET.get("state", support_kinds.AgreementState.ACTIVE.value)
    found = agreements.listed(actor=actor(request), state=state, now=clock.now())
    facts = {"form": form, "state": state, "found": found}
    return web.show(request, "desk/talents.html", facts, status=status)
