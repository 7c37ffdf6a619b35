"""Programmes for creators: proposed here, opened by two, watched and closed."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from laotie.content.support import field_figures, programme_pages, programmes
from laotie.content.support.programmes import Task
from laotie.content.support.support_kinds import TaskKind
from laotie.kernel import clock, ids
from laotie.kernel.errors import NotFound, Refusal
from laotie.look import posts, supported
from laotie.look.answers import actor, blame
from laotie.look.consoles import go
from laotie.look.fields import FenField, MomentField
from laotie.surfaces.desk import web

_LASTS = timedelta(days=30)


class ProgrammeForm(forms.Form):
    """Fields are called as the use case calls its terms; a task of a kind is left out if empty."""

    name_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=40)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=40)
    aliases = forms.CharField(
        label=gettext_lazy("Other names"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Separated by commas."),
    )
    goal = forms.CharField(label=gettext_lazy("Goal"), max_length=200)
    field = forms.ChoiceField(
        label=gettext_lazy("Field"),
        choices=[(str(key), name) for key, name in posts.FIELDS.items()],
    )
    starts_at = MomentField(label=gettext_lazy("Counts from"))
    ends_at = MomentField(label=gettext_lazy("Counts until"))
    budget_fen = FenField(
        label=gettext_lazy("Budget"), help_text=gettext_lazy("No more than this is paid in all.")
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for kind, name in supported.TASKS.items():
            self.fields[f"{kind}_target"] = forms.IntegerField(
                label=name, min_value=1, max_value=10**9, required=False
            )
            self.fields[f"{kind}_fen"] = FenField(label=_("Reward"), required=False)

    def task_fields(self) -> list[tuple[Any, Any]]:
        """Target and reward, by kind."""
        return [(self[f"{kind}_target"], self[f"{kind}_fen"]) for kind in supported.TASKS]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        given["tasks"] = []
        for kind in TaskKind:
            target, reward_fen = given.get(f"{kind}_target"), given.get(f"{kind}_fen")
            if target and reward_fen:
                given["tasks"].append(Task(kind, target, reward_fen))
            elif target or reward_fen:
                self.add_error(f"{kind}_fen", _("A target has a reward, and a reward a target."))
        return given


@require_http_methods(["GET", "POST"])
@web.finance_screen
def page(request: HttpRequest) -> HttpResponse:
    """What there is, how alive fields are, and a proposal. Two queries."""
    now = clock.now()
    if request.method == "GET":
        return _show(request, ProgrammeForm(initial={"starts_at": now, "ends_at": now + _LASTS}))
    form = ProgrammeForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    given = form.cleaned_data
    names = given["aliases"].replace("，", ",").replace("、", ",").split(",")
    try:
        programmes.draft(
            actor=actor(request),
            aliases=[name.strip() for name in names if name.strip()],
            **{name: given[name] for name in _TERMS},
            now=now,
        )
    except Refusal as refusal:
        return _show(request, blame(form, refusal), status=refusal.status)
    said = _("Proposed. Another person confirms it under “Two pairs of eyes”.")
    return go(request, reverse("desk:proposals"), said=said)


_TERMS = (
    "name_zh", "name_en", "goal", "field", "starts_at", "ends_at", "tasks", "budget_fen", "reason",
)  # fmt: skip


@require_http_methods(["GET"])
@web.finance_screen
def file(request: HttpRequest, programme: str) -> HttpResponse:
    """Budget, creators with their progress, and the field before and after."""
    found = programme_pages.file_of(
        ids.parse("prg", programme),
        actor=actor(request),
        after=request.GET.get("after"),
        now=clock.now(),
    )
    facts = {
        "found": found,
        "penetration": supported.line([day.penetration_bps for day in found.days], top=10_000),
        "activity": supported.line([day.active_bps for day in found.days], top=10_000),
    }
    return web.show(request, "desk/programme.html", facts)


@require_POST
@web.finance_screen
def decide(request: HttpRequest, programme: str, decision: str) -> HttpResponse:
    """Close it before its time, or call it off while nobody has enrolled."""
    verbs = {"close": programmes.close, "cancel": programmes.cancel}
    if decision not in verbs:
        raise NotFound
    verbs[decision](
        actor=actor(request),
        programme_id=ids.parse("prg", programme),
        reason=request.POST.get("reason", ""),
        now=clock.now(),
    )
    return go(request, reverse("desk:programme", args=[programme]), said=_("Done."))


def _show(request: HttpRequest, form: ProgrammeForm, *, status: int = 200) -> HttpResponse:
    page = programme_pages.listed(actor=actor(request), after=request.GET.get("after"))
    facts = {"form": form, "page": page, "fields": field_figures.latest()}
    return web.show(request, "desk/programmes.html", facts, status=status)
