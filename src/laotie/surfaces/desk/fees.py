"""The platform's fees: what they are, what others would have made, and a proposal for two."""

from datetime import datetime, timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from laotie.kernel import clock
from laotie.kernel.errors import Refusal
from laotie.ledger import policy
from laotie.look.answers import actor
from laotie.look.consoles import go
from laotie.surfaces.desk import web


class FeesForm(forms.Form):
    """Rates in hundredths of a percent, as the ledger has them."""

    tech_bps = forms.IntegerField(
        label=gettext_lazy("Platform fee, in 0.01 %"), min_value=0, max_value=10_000
    )
    channel_bps = forms.IntegerField(
        label=gettext_lazy("Payment fee, in 0.01 %"), min_value=0, max_value=10_000
    )
    split_cap_bps = forms.IntegerField(
        label=gettext_lazy("Most that may be split off, in 0.01 %"), min_value=0, max_value=10_000
    )
    days_ahead = forms.IntegerField(
        label=gettext_lazy("Counts in how many days"), min_value=1, max_value=365
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False)


@require_GET
@web.finance_screen
def page(request: HttpRequest) -> HttpResponse:
    return _show(request)


@require_POST
@web.finance_screen
def rehearse(request: HttpRequest) -> HttpResponse:
    """What the typed rates would have made of the last thirty days; nothing is changed."""
    form = FeesForm(request.POST)
    if not form.is_valid():
        return _show(request, form=form, status=422)
    given = form.cleaned_data
    found = policy.rehearse(
        actor=actor(request),
        tech_bps=given["tech_bps"],
        channel_bps=given["channel_bps"],
        now=clock.now(),
    )
    return _show(request, form=form, rehearsal=found)


@require_POST
@web.finance_screen
def propose(request: HttpRequest) -> HttpResponse:
    form = FeesForm(request.POST)
    now = clock.now()
    if not form.is_valid():
        return _show(request, form=form, status=422)
    given = form.cleaned_data
    try:
        policy.propose(
            actor=actor(request),
            tech_bps=given["tech_bps"],
            channel_bps=given["channel_bps"],
            split_cap_bps=given["split_cap_bps"],
            effective_at=_midnight(now) + timedelta(days=given["days_ahead"]),
            reason=given["reason"],
            now=now,
        )
    except Refusal as refusal:
        form.add_error("reason", refusal.text())
        return _show(request, form=form, status=refusal.status)
    said = _("Proposed. Another person confirms it under “Two pairs of eyes”.")
    return go(request, reverse("desk:proposals"), said=said)


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _show(
    request: HttpRequest,
    *,
    form: FeesForm | None = None,
    rehearsal: policy.Rehearsal | None = None,
    status: int = 200,
) -> HttpResponse:
    who, now = actor(request), clock.now()
    current = policy.fee_policy(now)
    if form is None:
        form = FeesForm(
            initial={
                "tech_bps": current.tech_bps,
                "channel_bps": current.channel_bps,
                "split_cap_bps": current.split_cap_bps,
                "days_ahead": 7,
            }
        )
    facts = {
        "form": form,
        "current": current,
        "versions": policy.versions(actor=who),
        "rehearsal": rehearsal,
    }
    return web.show(request, "desk/fees.html", facts, status=status)
