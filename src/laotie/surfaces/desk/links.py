"""Links that lead out of the house: what may stand where and when, a draft rehearsed, the leaks."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from laotie.kernel import clock, ids
from laotie.kernel.errors import NotFound, Refusal
from laotie.links import hits, leaks, networks, policy, queries, rehearsal
from laotie.links.networks import NetworkCard
from laotie.links.policy import Effect, Surface
from laotie.look import link_figures
from laotie.look.answers import actor, blame, csv_file
from laotie.look.consoles import go
from laotie.look.fields import MomentField
from laotie.look.templatetags.look import said
from laotie.surfaces.desk import links_drawn, links_files, web

SHOWN = 20  # Rows of each table of a rehearsal; the files have all.


class SecondField(MomentField):
    """A day, a minute and a second, by the clock of the installation's time zone."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        attributes = {"type": "datetime-local", "step": 1}
        self.widget = forms.DateTimeInput(attrs=attributes, format="%Y-%m-%dT%H:%M:%S")


class AtForm(forms.Form):
    at = SecondField(label=gettext_lazy("Moment"), required=False)


class RuleForm(forms.Form):
    network = forms.ChoiceField(label=gettext_lazy("Network"), required=False)
    surface = forms.ChoiceField(label=gettext_lazy("Place of the link"), required=False)
    effect = forms.ChoiceField(
        label=gettext_lazy("Effect"),
        choices=[
            (Effect.DENY.value, gettext_lazy("Barred")),
            (Effect.ALLOW.value, gettext_lazy("Allowed")),
        ],
    )
    effective_from = SecondField(label=gettext_lazy("Counts from"))
    effective_to = SecondField(
        label=gettext_lazy("Counts until"),
        required=False,
        help_text=gettext_lazy("Empty: until another rule."),
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
    contract_id = forms.CharField(label=gettext_lazy("Contract"), max_length=60, required=False)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        known = [(each.code, said(each.name)) for each in networks.listed()]
        surfaces = [(each.value, capfirst(policy.surface_name(each))) for each in Surface]
        self._choose("network", [("", _("Every network")), *known])
        self._choose("surface", [("", _("Every place")), *surfaces])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def wanted(self) -> dict[str, Any]:
        """What was typed, as `policy.drafted` takes it. The form must be valid."""
        given = dict(self.cleaned_data)
        del given["contract_id"]
        return {
            **given,
            "network": given["network"] or None,
            "surface": given["surface"] or None,
        }


class ClickFieldForm(forms.Form):
    click_parameter = forms.CharField(
        label=gettext_lazy("Field for our click"), max_length=30, required=False
    )


@require_GET
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """What may stand where at the moment that `at` names, and what has left by links lately."""
    return _show(request)


@require_GET
@web.screen
def rehearse(request: HttpRequest) -> HttpResponse:
    """What the typed rule would hit; without one, what published rules do until `at`."""
    asked = _rehearsed(request)
    if isinstance(asked, HttpResponse):
        return asked
    (found, form), who = asked, actor(request)
    facts = {
        "found": found.found,
        "house": found.house,
        "bounds": found.bounds,
        "form": form,
        "owners": link_figures.owners_hit(found.found, actor=who, most=SHOWN),
        "links": hits.links(found.found, actor=who, most=SHOWN),
        "orders": hits.open_orders(found.found, actor=who, most=SHOWN),
        "shown": SHOWN,
        "question": request.GET.urlencode(),
    }
    return web.show(request, "desk/links_rehearsal.html", facts)


@require_GET
@web.screen
def rehearsal_file(request: HttpRequest, part: str) -> HttpResponse:
    """All that a rehearsal hits, one part of it as CSV."""
    if part not in links_files.PARTS:
        raise NotFound
    asked = _rehearsed(request)
    if isinstance(asked, HttpResponse):
        return asked
    found, _form = asked
    return csv_file(f"{part}-hit", links_files.PARTS[part](found.found, actor(request)))


@require_POST
@web.screen
def propose(request: HttpRequest) -> HttpResponse:
    """The rule waits for another person."""
    form = RuleForm(request.POST)
    if not form.is_valid():
        return _show(request, form=form, status=422)
    try:
        policy.propose(
            actor=actor(request),
            **form.wanted(),
            contract_id=form.cleaned_data["contract_id"],
            now=clock.now(),
        )
    except Refusal as refusal:
        return _show(request, form=blame(form, refusal), status=refusal.status)
    return _proposed(request)


@require_POST
@web.screen
def withdraw(request: HttpRequest, rule: str) -> HttpResponse:
    """That a rule to come shall not begin waits for another person."""
    policy.propose_withdrawal(
        actor=actor(request),
        rule_id=ids.parse("lrl", rule),
        reason=request.POST.get("reason", ""),
        now=clock.now(),
    )
    return _proposed(request)


@require_POST
@web.screen
def click_field(request: HttpRequest, network: str) -> HttpResponse:
    """Links to the network carry our click in the typed field from now on, or in none."""
    form = _click_form(networks.card(network), request.POST)
    if not form.is_valid():
        return _show(request, click_form=(network, form), status=422)
    try:
        card = networks.set_click_parameter(
            actor=actor(request),
            code=network,
            click_parameter=form.cleaned_data["click_parameter"],
            now=clock.now(),
        )
    except Refusal as refusal:
        blamed = blame(form, refusal)
        return _show(request, click_form=(network, blamed), status=refusal.status)
    facts = {"network": said(card.name), "field": card.click_parameter}
    if card.click_parameter:
        told = _("Links to %(network)s carry our click in %(field)s from now on.") % facts
    else:
        told = _("Links to %(network)s carry no click of ours any more.") % facts
    return go(request, f"{reverse('desk:links')}#network-{network}", said=told)


def _click_form(card: NetworkCard, given: QueryDict | None = None) -> ClickFieldForm:
    initial = {"click_parameter": card.click_parameter}
    return ClickFieldForm(given, initial=initial, auto_id=f"click-{card.code}-%s")


def _proposed(request: HttpRequest) -> HttpResponse:
    told = _("Proposed. Another person confirms it under “Two pairs of eyes”.")
    return go(request, reverse("desk:proposals"), said=told)


def _moment(request: HttpRequest, now: datetime) -> datetime:
    form = AtForm(request.GET)
    chosen = form.cleaned_data["at"] if form.is_valid() else None
    return chosen or now.replace(microsecond=0)


def _show(
    request: HttpRequest,
    *,
    form: RuleForm | None = None,
    click_form: tuple[str, ClickFieldForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    who, now = actor(request), clock.now()
    at = _moment(request, now)
    found = queries.matrix(at=at)
    book = queries.rule_book(actor=who)
    loop = link_figures.closed_loop(actor=who, now=now)
    asked, bound = click_form or ("", None)
    facts = {
        "at_form": AtForm(initial={"at": at}),
        "at": at,
        "now": now,
        "found": found,
        "rows": links_drawn.rows(found, book),
        "slider": links_drawn.slider(found, now=now),
        "book": book,
        "surface_names": [capfirst(policy.surface_name(each)) for each in found.surfaces],
        "form": form or RuleForm(initial={"effective_from": (now + timedelta(days=7))}),
        "loop": loop,
        "drawn": links_drawn.columns(loop),
        "crossing": leaks.cross_listed(actor=who, since=now - rehearsal.WINDOW),
        "default": policy.default(),
        "networks": [
            (each, bound if bound and each.code == asked else _click_form(each))
            for each in networks.listed()
        ],
        "elsewhere": queries.order_sources_page(actor=who, now=now),
    }
    return web.show(request, "desk/links.html", facts, status=status)


def _rehearsed(
    request: HttpRequest,
) -> tuple[link_figures.Rehearsed, RuleForm | None] | HttpResponse:
    """What the question asks for, and the rule typed in it; or the page that says what is wrong."""
    who, now = actor(request), clock.now()
    if "effective_from" not in request.GET:
        return link_figures.rehearse(actor=who, at=_moment(request, now), now=now), None
    form = RuleForm(request.GET)
    if not form.is_valid():
        return _show(request, form=form, status=422)
    try:
        draft = policy.drafted(actor=who, **form.wanted(), now=now)
    except Refusal as refusal:
        return _show(request, form=blame(form, refusal), status=refusal.status)
    found = link_figures.rehearse(actor=who, at=draft.effective_from, draft=draft, now=now)
    return found, form
