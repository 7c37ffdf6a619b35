"""Leaving by a link: a signed hop of our own, which leads where the link goes and nowhere else.

Who wants to leave asks for it (a form, so that nothing leaves by being looked at), gets a click
with an id of ours and a token that holds for half an hour, and reads on a page of ours where it
leads. The rules are asked at each of the three steps.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from laotie.events.links import ExternalLinkFollowed
from laotie.kernel import crypto, event_log, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, TooMany
from laotie.kernel.use_case import use_case
from laotie.links import listings, models, policy, rules
from laotie.links.listings import ListingCard

_PURPOSE = "links.hop"
# Names the key that signed, so that another one can take over while tokens of this one still hold.
_KEY_ID = "1"


@dataclass(frozen=True, slots=True)
class Hop:
    """A way out: the page that tells where it leads. `url` is the place itself, click id in it."""

    click_id: UUID
    token: str
    listing: ListingCard
    url: str


@use_case
def ask(
    *, actor: Actor, listing_id: UUID, visitor: bytes, is_paid: bool = False, now: datetime
) -> Hop:
    """Somebody wants to leave by the link; guests may.

    visitor: 32 bytes that tell sessions apart and nothing more (`crypto.blind_index`).
    is_paid: the visit that led here came of advertising.
    raises:  NotFound, LinkBlocked, TooMany (120 in an hour).
    """
    assert len(visitor) == 32
    listing = _open(listing_id, at=now)
    recent = models.Click.objects.filter(visitor=visitor, asked_at__gt=now - timedelta(hours=1))
    if recent.count() >= rules.CLICKS_PER_HOUR:
        raise TooMany(retry_after_s=3600)
    row = models.Click.objects.create(
        listing_id=listing.id,
        surface=listing.place.surface.value,
        visitor=visitor,
        person_id=actor.person_id,
        is_paid=is_paid,
        asked_at=now,
    )
    return _hop(row.id, _token(row.id, listing), listing)


def read(token: str, *, at: datetime) -> Hop:
    """What a token leads to, for the page that says so. Nothing is written.

    raises: NotFound (forged, damaged, too old, or the link was taken away), LinkBlocked.
    """
    key_id, _, signed = token.partition(".")
    if key_id != _KEY_ID:
        raise NotFound
    try:
        held = crypto.verify(_PURPOSE, signed)
        listing_id = ids.parse("lnk", held["l"])
        click_id = ids.parse("clk", held["c"])
        surface = held["s"]
    except (crypto.BadToken, KeyError) as error:
        raise NotFound from error
    listing = _open(listing_id, at=at)
    if listing.place.surface != surface:
        raise NotFound
    return _hop(click_id, token, listing)


@use_case
def go(*, token: str, now: datetime) -> Hop:
    """Somebody leaves; a token counts once however often it is used.

    raises: as `read`.
    """
    hop = read(token, at=now)
    row = models.Click.objects.select_for_update().filter(pk=hop.click_id).first()
    if row is None or row.listing_id != hop.listing.id:
        raise NotFound
    if row.went_at is None:
        row.went_at = max(now, row.asked_at)
        row.save(update_fields=["went_at"])
        event_log.publish(
            ExternalLinkFollowed(
                listing_id=hop.listing.id,
                click_id=row.id,
                network=hop.listing.network,
                surface=hop.listing.place.surface,
                person_id=row.person_id,
                is_paid=row.is_paid,
            )
        )
    return hop


def _open(listing_id: UUID, *, at: datetime) -> ListingCard:
    """The link, if it stands and may be followed. raises: NotFound, LinkBlocked."""
    listing = listings.standing(listing_id, at=at)
    if listing.blocked is not None:
        raise policy.blocked(listing.network, listing.place.surface, listing.blocked)
    return listing


def _token(click_id: UUID, listing: ListingCard) -> str:
    held = {
        "l": listing.public_id,
        "s": listing.place.surface.value,
        "c": ids.public("clk", click_id),
    }
    return f"{_KEY_ID}.{crypto.sign(_PURPOSE, held, lasts=rules.CLICK_LASTS)}"


def _hop(click_id: UUID, token: str, listing: ListingCard) -> Hop:
    parameter = models.Network.objects.get(code=listing.network).click_parameter
    url = rules.with_click(listing.url, parameter, ids.public("clk", click_id))
    return Hop(click_id, token, listing, url)
