"""The links to other networks that a shop or a creator put up, and what stops when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.views.decorators.http import require_GET

from laotie.kernel import clock
from laotie.links import listings, policy, queries, rehearsal
from laotie.links.listings import ListingCard
from laotie.look.answers import actor
from laotie.surfaces.studio import web


@dataclass(frozen=True, slots=True)
class Line:
    """A link. stops_at: when it stops by a rule that is published; None for not, or barred now.

    left: how many visitors left by it; None where they are not counted.
    """

    card: ListingCard
    place: str
    stops_at: datetime | None
    left: int | None


@require_GET
@web.screen
def shop_page(request: HttpRequest, shop: str) -> HttpResponse:
    """A shop's links, for who manages it."""
    who, file = web.shop_of(request, shop)
    now = clock.now()
    cards = listings.of_shop(file.card.id, actor=who, at=now)
    left = queries.counts_of([card.id for card in cards], actor=who, shop_id=file.card.id)
    return _show(request, cards, now=now, left=left)


@require_GET
@web.screen
def creator_page(request: HttpRequest) -> HttpResponse:
    """One's own links as a creator."""
    now = clock.now()
    return _show(request, listings.of_creator(actor=actor(request), at=now), now=now)


def _show(
    request: HttpRequest,
    cards: Sequence[ListingCard],
    *,
    now: datetime,
    left: Mapping[UUID, int] | None = None,
) -> HttpResponse:
    stops: dict[tuple[str, str], datetime] = {}
    for cut in rehearsal.cuts_after(now) if cards else ():
        stops.setdefault((cut.network, cut.surface), cut.at)
    lines = [
        Line(
            card=card,
            place=capfirst(policy.surface_name(card.place.surface)),
            stops_at=stops.get((card.network, card.place.surface)) if card.is_open else None,
            left=None if left is None else left.get(card.id, 0),
        )
        for card in cards
    ]
    lines.sort(key=lambda line: (line.stops_at is None, line.stops_at or now))
    return web.show(request, "studio/own_links.html", {"lines": lines})
