"""Creators: figures that others printed of accounts elsewhere, and accounts in other hands."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from laotie.accounts import creators, hands
from laotie.content.figures import snapshots
from laotie.content.figures.snapshots import Printed
from laotie.content.figures.sources import Source
from laotie.kernel import clock, ids
from laotie.kernel.errors import Invalid, Refusal, SecondStepNeeded
from laotie.kernel.text import clean_line
from laotie.look.answers import actor
from laotie.look.consoles import go
from laotie.look.figure_sources import SOURCES
from laotie.surfaces.desk import web

_FIELDS = ("network", "name", "fans", "likes", "works", "stills", "ads")
_SHARES = ("stills_share", "ads_share")


@require_GET
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    return _show(request)


@require_POST
@web.screen
def bring_in(request: HttpRequest) -> HttpResponse:
    """Figures of an account elsewhere are here, as they were printed."""
    told = {name: request.POST.get(name, "") for name in (*_FIELDS, *_SHARES)}
    try:
        card = snapshots.bring_in(
            actor=actor(request),
            printed=Printed(**told, joined_on=_joined(request)),
            as_of=_day(request, "as_of"),
            source_kind=request.POST.get("source_kind", ""),
            source=request.POST.get("source", ""),
            now=clock.now(),
        )
    except SecondStepNeeded:
        raise
    except Refusal as refusal:
        return _show(request, refusal=refusal)
    said = _("The figures are here.")
    if card.corrected:
        said = _("The figures are here. What could not be was read without its suffix.")
    return go(request, reverse("desk:creators"), said=said)


@require_POST
@web.screen
def change_hands(request: HttpRequest) -> HttpResponse:
    """An account is in other hands: signed out, counted from zero, and to be proven."""
    try:
        asked = clean_line(request.POST.get("creator", ""), field="creator", longest=60)
        creator_id = (
            ids.parse("crt", asked) if asked.startswith("crt_") else creators.named(asked).id
        )
        hands.change(
            actor=actor(request),
            creator_id=creator_id,
            reason=request.POST.get("reason", ""),
            now=clock.now(),
        )
    except SecondStepNeeded:
        raise
    except Refusal as refusal:
        return _show(request, refusal=refusal)
    return go(request, reverse("desk:creators"), said=_("The account waits for its proof."))


@require_POST
@web.screen
def prove(request: HttpRequest, creator: str) -> HttpResponse:
    """It was seen who holds the account."""
    try:
        hands.prove(
            actor=actor(request),
            creator_id=ids.parse("crt", creator),
            evidence=request.POST.get("reason", ""),
            now=clock.now(),
        )
    except Invalid as refusal:
        return _show(request, refusal=refusal)
    return go(request, reverse("desk:creators"), said=_("The account goes on."))


def _show(request: HttpRequest, *, refusal: Refusal | None = None) -> HttpResponse:
    facts = {
        "waiting": hands.waiting(actor=actor(request)),
        "accounts": snapshots.accounts(),
        "sources": [
            (source.value, label) for source, label in SOURCES.items() if source is not Source.OWN
        ],
        "typed": request.POST,
        "refusal": refusal.text() if refusal else "",
    }
    return web.show(request, "desk/creators.html", facts, status=refusal.status if refusal else 200)


def _joined(request: HttpRequest) -> date | None:
    return _day(request, "joined_on") if request.POST.get("joined_on", "").strip() else None


def _day(request: HttpRequest, field: str) -> date:
    """raises: Invalid."""
    try:
        return date.fromisoformat(request.POST.get(field, "").strip())
    except ValueError as error:
        raise Invalid(field=field, reason="form") from error
