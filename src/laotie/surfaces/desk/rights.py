"""Rights to events: what there is, who holds what when, what ends soon, and how fresh clips are."""

from datetime import datetime, timedelta
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from laotie.accounts import creators, shops
from laotie.content.licensing import grants, licences, occasions, rights
from laotie.content.licensing.licences import PLATFORM, Party, PartyKind, Scope, Use
from laotie.content.posting import showings
from laotie.content.viewing import freshness
from laotie.kernel import clock, ids
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.look import rights as words_of
from laotie.look.answers import actor, blame
from laotie.look.consoles import go
from laotie.look.fields import MomentField
from laotie.look.rights import HandOnForm
from laotie.surfaces.desk import rights_drawn, web

_SOON = timedelta(days=30)


class EventForm(forms.Form):
    name_zh = forms.CharField(
        label=gettext_lazy("Name in Chinese"), max_length=occasions.NAME_LETTERS
    )
    name_en = forms.CharField(
        label=gettext_lazy("Name in English"), max_length=occasions.NAME_LETTERS
    )
    holder = forms.CharField(
        label=gettext_lazy("Owner of the event"), max_length=occasions.NAME_LETTERS
    )
    starts_at = MomentField(label=gettext_lazy("Start of the event"))
    ends_at = MomentField(label=gettext_lazy("End of the event"))


class GrantForm(forms.Form):
    """Fields are called as the terms of a grant, so that a refusal finds its place."""

    holder = forms.CharField(
        label=gettext_lazy("For whom"),
        max_length=60,
        required=False,
        help_text=gettext_lazy(
            "A creator's name or a shop's id (shp_…). Empty: for the platform, which hands it on."
        ),
    )
    uses = forms.MultipleChoiceField(
        label=gettext_lazy("May be shown"),
        choices=list(words_of.USES.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    territory = forms.CharField(
        label=gettext_lazy("Country"),
        max_length=5,
        help_text=gettext_lazy("Two letters such as CN, or WORLD."),
    )
    starts_at = MomentField(label=gettext_lazy("From"))
    ends_at = MomentField(label=gettext_lazy("Until"))
    delay_s = forms.IntegerField(
        label=gettext_lazy("Delay in seconds"),
        min_value=0,
        max_value=licences.LONGEST_DELAY_S,
        help_text=gettext_lazy("How old the moment that is shown must be."),
    )
    longest_clip_s = forms.IntegerField(
        label=gettext_lazy("Longest clip in seconds"),
        min_value=1,
        max_value=licences.LONGEST_CLIP_S,
        required=False,
        help_text=gettext_lazy("Empty: any length."),
    )
    is_exclusive = forms.BooleanField(label=gettext_lazy("Nobody else has it"), required=False)
    may_sublicense = forms.BooleanField(
        label=gettext_lazy("May be handed on to creators"), required=False
    )
    contract = forms.CharField(label=gettext_lazy("Contract"), max_length=80, required=False)

    def scope(self) -> Scope:
        """What was typed. The form must be valid."""
        given = self.cleaned_data
        return Scope(
            use=Use(given["uses"][0]),
            territory=given["territory"].strip().upper(),
            starts_at=given["starts_at"],
            ends_at=given["ends_at"],
            is_exclusive=given["is_exclusive"],
            may_sublicense=given["may_sublicense"],
            delay_s=given["delay_s"],
            longest_clip_s=given["longest_clip_s"],
        )


@require_http_methods(["GET", "POST"])
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """Events, what ends within thirty days, and freshness; a POST announces an event."""
    if request.method == "GET":
        return _show(request, EventForm())
    form = EventForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    try:
        made = occasions.announce(actor=actor(request), **form.cleaned_data, now=clock.now())
    except Refusal as refusal:
        return _show(request, blame(form, refusal), status=refusal.status)
    address = reverse("desk:rights-event", args=[made.public_id])
    return go(request, address, said=_("Announced. Now say who holds which rights."))


@require_http_methods(["GET", "POST"])
@web.screen
def occasion(request: HttpRequest, occasion: str) -> HttpResponse:
    """Who holds what of an event when; a POST gives rights."""
    occasion_id = ids.parse("occ", occasion)
    if request.method == "GET":
        return _show_event(request, occasion_id)
    form = GrantForm(request.POST)
    if not form.is_valid():
        return _show_event(request, occasion_id, form=form, status=422)
    try:
        rights.give(
            actor=actor(request),
            occasion_id=occasion_id,
            holder=_party(form.cleaned_data["holder"]),
            uses=[Use(use) for use in form.cleaned_data["uses"]],
            scope=form.scope(),
            contract=form.cleaned_data["contract"],
            now=clock.now(),
        )
    except Refusal as refusal:
        return _show_event(request, occasion_id, form=blame(form, refusal), status=refusal.status)
    return go(request, reverse("desk:rights-event", args=[occasion]), said=_("Given."))


@require_POST
@web.screen
def hand_on(request: HttpRequest, grant: str) -> HttpResponse:
    """A creator gets a sub-licence of what the platform holds."""
    held = grants.card(ids.parse("grt", grant), actor=actor(request))
    form = HandOnForm(request.POST)
    try:
        form.hand_on(actor(request), held, now=clock.now())
    except Refusal as refusal:
        return _show_event(request, held.occasion_id, refusal=refusal.text(), status=refusal.status)
    return _back(request, held.occasion_id, said=_("Handed on."))


@require_POST
@web.screen
def revoke(request: HttpRequest, grant: str) -> HttpResponse:
    """It ends now, and every sub-licence of it."""
    held = grants.card(ids.parse("grt", grant), actor=actor(request))
    try:
        rights.revoke(
            actor=actor(request),
            grant_id=held.grant.id,
            reason=request.POST.get("reason", ""),
            now=clock.now(),
        )
    except Refusal as refusal:
        return _show_event(request, held.occasion_id, refusal=refusal.text(), status=refusal.status)
    return _back(request, held.occasion_id, said=_("Revoked. What was shown by it comes down."))


def _back(request: HttpRequest, occasion_id: UUID, *, said: str) -> HttpResponse:
    address = reverse("desk:rights-event", args=[ids.public("occ", occasion_id)])
    return go(request, address, said=said)


def _party(text: str) -> Party:
    """raises: NotFound becomes Invalid, so that the form says where."""
    try:
        if not text.strip():
            return PLATFORM
        if text.startswith("shp_"):
            shop_id = ids.parse("shp", text.strip())
            shops.card(shop_id)
            return Party(PartyKind.SHOP, shop_id)
        return Party(PartyKind.CREATOR, creators.named(text).id)
    except NotFound as error:
        raise Invalid(field="holder", reason="choice") from error


def _show(request: HttpRequest, form: EventForm, *, status: int = 200) -> HttpResponse:
    who, now = actor(request), clock.now()
    found = occasions.listed(
        words=request.GET.get("words", "").strip()[:40], after=request.GET.get("after")
    )
    ending = grants.ending(actor=who, until=now + _SOON, now=now)
    fresh = freshness.of_posts(actor=who, zone=settings.TIME_ZONE, now=now)
    named = occasions.cards(held.occasion_id for held in ending)
    facts = {
        "form": form,
        "words": request.GET.get("words", ""),
        "found": found,
        "ending": [
            (held, named[held.occasion_id], words_of.USES[held.grant.scope.use]) for held in ending
        ],
        "fresh": fresh,
        "drawn": rights_drawn.freshness(fresh),
    }
    return web.show(request, "desk/rights.html", facts, status=status)


def _show_event(
    request: HttpRequest,
    occasion_id: UUID,
    *,
    form: GrantForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    who, now = actor(request), clock.now()
    event = occasions.card(occasion_id)
    held = grants.of_occasion(actor=who, occasion_id=occasion_id)
    if form is None:
        form = GrantForm(initial=_usual(event, now))
    facts = {
        "event": event,
        "form": form,
        "refusal": refusal,
        "posts": showings.public_of(occasion_id),
        "timeline": rights_drawn.timeline(event, held, now=now),
        "hand_on_form": HandOnForm(),
    }
    return web.show(request, "desk/rights_event.html", facts, status=status)


def _usual(event: occasions.OccasionCard, now: datetime) -> dict[str, object]:
    return {
        "territory": rights.home(),
        "starts_at": min(event.starts_at, now),
        "ends_at": event.ends_at + timedelta(days=365),
        "delay_s": 0,
    }
