"""The links to other networks that a shop or a creator put up, and what stops when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from laotie.kernel import clock
from laotie.kernel.errors import Refusal
from laotie.links import listings, policy, queries
from laotie.links.listings import ListingCard
from laotie.links.policy import Surface
from laotie.links.queries import FirstCuts
from laotie.look.answers import actor
from laotie.look.consoles import go
from laotie.surfaces.studio import link_form, links, web
from laotie.surfaces.studio.link_form import LinkForm


@dataclass(frozen=True, slots=True)
class Line:
    """A link. stops_at: when it stops by a rule that is published; None for not, or barred now.

    left: how many visitors left by it; None where they are not counted. remove: takes it away.
    """

    card: ListingCard
    place: str
    stops_at: datetime | None
    left: int | None
    remove: str


@require_http_methods(["GET", "POST"])
@web.screen
def shop_page(request: HttpRequest, shop: str) -> HttpResponse:
    """A shop's links, for who manages it; a POST puts one on the shop's page."""
    if request.method == "GET":
        return _show(request, shop)
    _who, file = web.shop_of(request, shop)
    return _add(request, shop, shop_id=file.card.id, surface=Surface.SHOP_HOME)


@require_http_methods(["GET", "POST"])
@web.screen
def creator_page(request: HttpRequest) -> HttpResponse:
    """One's own links as a creator; a POST puts one on one's own page."""
    if request.method == "GET":
        return _show(request)
    return _add(request, "", shop_id=None, surface=Surface.PROFILE)


@require_POST
@web.screen
def remove_of_shop(request: HttpRequest, shop: str, link: str) -> HttpResponse:
    """A link of the shop's, wherever it stands, is there no more."""
    who, file = web.shop_of(request, shop)
    links.end(who, link, of=file.card.id)
    return _removed(request, shop)


@require_POST
@web.screen
def remove(request: HttpRequest, link: str) -> HttpResponse:
    """A link of one's own as a creator, wherever it stands, is there no more."""
    who = actor(request)
    links.end(who, link, of=who.require_creator())
    return _removed(request, "")


def _add(
    request: HttpRequest, shop: str, *, shop_id: UUID | None, surface: Surface
) -> HttpResponse:
    who, form = actor(request), LinkForm(request.POST)
    if not form.is_valid():
        return _show(request, shop, status=422, form=form)
    try:
        listings.publish_own(
            actor=who, surface=surface, shop_id=shop_id, **form.wanted(), now=clock.now()
        )
    except Refusal as refusal:
        blamed = web.blame(form, refusal, price_fen="link_price")
        return _show(request, shop, status=refusal.status, form=blamed)
    return _done(request, shop, _("The link stands there."))


def _removed(request: HttpRequest, shop: str) -> HttpResponse:
    return _done(request, shop, _("The link is gone. Orders over there go on."))


def _done(request: HttpRequest, shop: str, said: str) -> HttpResponse:
    address = reverse("studio:shop-links", args=[shop]) if shop else reverse("studio:links")
    return go(request, address, said=said)


def _show(
    request: HttpRequest, shop: str = "", *, status: int = 200, form: LinkForm | None = None
) -> HttpResponse:
    """Every link of a shop, or without one of one's own as a creator.

    At most nine queries and the frame's.
    """
    who, now = actor(request), clock.now()
    cuts = queries.first_cuts(at=now)
    left: Mapping[UUID, int] | None = None
    if shop:
        _who, file = web.shop_of(request, shop)
        cards = listings.of_shop(file.card.id, actor=who, at=now, published=cuts.published)
        left = queries.counts_of([card.id for card in cards], actor=who, shop_id=file.card.id)
    else:
        cards = listings.of_creator(actor=who, at=now, published=cuts.published)
    facts = {
        "lines": _lines(cards, cuts, shop=shop, left=left),
        "links": link_form.of_own_page(shop, cuts),
        "link_form": form,
    }
    return web.show(request, "studio/own_links.html", facts, status=status)


def _lines(
    cards: Sequence[ListingCard],
    cuts: FirstCuts,
    *,
    shop: str,
    left: Mapping[UUID, int] | None,
) -> list[Line]:
    """What stops first stands first. No query."""
    lines = [
        Line(
            card=card,
            place=capfirst(policy.surface_name(card.place.surface)),
            stops_at=cuts.stops.get((card.network, card.place.surface)) if card.is_open else None,
            left=None if left is None else left.get(card.id, 0),
            remove=reverse("studio:shop-unlink", args=[shop, card.public_id])
            if shop
            else reverse("studio:unlink", args=[card.public_id]),
        )
        for card in cards
    ]
    lines.sort(key=lambda line: (line.stops_at is None, line.stops_at or cuts.at))
    return lines
