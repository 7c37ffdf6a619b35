"""Leaving by a link: a signed hop of our own, which leads where the link goes and nowhere else.

Who wants to leave asks for it (a form, so that nothing leaves by being looked at), gets a click
with an id of ours and a token that holds for half an hour, and reads on a page of ours where it
leads. The rules are asked at each of the three steps. Whoever was handed somebody else's token may
go on by it, but as nobody's visit: no click id goes along, and nothing is counted.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from laotie.accounts import sessions
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
    """A way out: the page that tells where it leads.

    url: the place itself, with the click id in it for the visitor whose click it is.
    """

    click_id: UUID
    token: str
    listing: ListingCard
    url: str


@use_case
def ask(
    *,
    actor: Actor,
    listing_id: UUID,
    visitor: bytes,
    address: str | None = None,
    is_paid: bool = False,
    now: datetime,
) -> Hop:
    """Somebody wants to leave by the link; guests may.

    visitor: 32 bytes that tell sessions apart and nothing more (`crypto.blind_index`).
    address: where they come from; guests share a limit there, as they can drop what tells sessions
             apart. None for visits through no door of ours.
    is_paid: the visit that led here came of advertising.
    raises:  NotFound, LinkBlocked, TooMany (120 in an hour, or `leaves_per_address` of all guests).
    """
    assert len(visitor) == 32
    listing = _open(listing_id, at=now)
    recent = models.Click.objects.filter(visitor=visitor, asked_at__gt=now - timedelta(hours=1))
    if recent.count() >= rules.CLICKS_PER_HOUR:
        raise TooMany(retry_after_s=3600)
    is_guest = actor.person_id is None
    row = models.Click.objects.create(
        listing_id=listing.id,
        surface=listing.place.surface.value,
        visitor=visitor,
        person_id=actor.person_id,
        came_from=_admitted(address, now) if is_guest and address is not None else None,
        is_paid=is_paid,
        asked_at=now,
    )
    return _hop(row.id, _token(row.id, listing), listing)


def _admitted(address: str, now: datetime) -> bytes:
    """The mark of a guest's address in this hour. raises: TooMany."""
    config, place = settings.LAOTIE, sessions.place_of(address)
    is_here = place == sessions.LOOPBACK
    most = config.leaves_per_loopback if is_here else config.leaves_per_address
    hour, gone_s = divmod(int(now.timestamp()), 3600)
    # The hour is in it, so that what is kept does not tie a guest's visits of other hours together.
    mark = crypto.blind_index(f"{place} {hour}", context="links.came_from")
    if models.Click.objects.filter(came_from=mark).count() >= most:
        raise TooMany(retry_after_s=3600 - gone_s)
    return mark


def for_a_browser(hop: Hop) -> str:
    """A token of the same click, which an app hands to a browser that we do not know yet.

    It is the click of the first who goes by it.
    """
    return _token(hop.click_id, hop.listing, is_handed_on=True)


def read(token: str, *, visitor: bytes, at: datetime) -> Hop:
    """What a token leads to, for the page that says so. Nothing is written.

    visitor: as of `ask`; whose click it is not gets an address that says nothing of it.
    raises: NotFound (forged, damaged, too old, or the link was taken away), LinkBlocked.
    """
    held = _read(token, at=at)
    row = models.Click.objects.filter(pk=held.click_id, listing=held.listing.id).first()
    is_theirs = row is not None and _is_theirs(row, visitor, held)
    return _hop(held.click_id, token, held.listing, is_theirs=is_theirs)


@dataclass(frozen=True, slots=True)
class _Held:
    """What stands in a token, with the link that it leads to."""

    click_id: UUID
    listing: ListingCard
    is_handed_on: bool


def _read(token: str, *, at: datetime) -> _Held:
    """raises: as `read`."""
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
    return _Held(click_id, listing, is_handed_on="b" in held)


@use_case
def go(*, token: str, visitor: bytes, now: datetime) -> Hop:
    """Somebody leaves; a token counts once however often it is used, and for its visitor alone.

    visitor: as of `read`. raises: as `read`.
    """
    held = _read(token, at=now)
    row = models.Click.objects.select_for_update().filter(pk=held.click_id).first()
    if row is None or row.listing_id != held.listing.id:
        raise NotFound
    is_theirs = _is_theirs(row, visitor, held)
    if is_theirs and row.went_at is None:
        row.went_at, row.went_by = max(now, row.asked_at), visitor
        row.save(update_fields=["went_at", "went_by"])
        event_log.publish(
            ExternalLinkFollowed(
                listing_id=held.listing.id,
                click_id=row.id,
                network=held.listing.network,
                surface=held.listing.place.surface,
                person_id=row.person_id,
                is_paid=row.is_paid,
            )
        )
    return _hop(row.id, token, held.listing, is_theirs=is_theirs)


def _is_theirs(row: models.Click, visitor: bytes, held: _Held) -> bool:
    """The visitor asked for it, or is the first to whom an app handed it."""
    if row.went_by is not None:
        return bytes(row.went_by) == visitor
    # Who went before it was written down by whom, was the one who asked.
    return bytes(row.visitor) == visitor or (held.is_handed_on and row.went_at is None)


def _open(listing_id: UUID, *, at: datetime) -> ListingCard:
    """The link, if it stands and may be followed. raises: NotFound, LinkBlocked."""
    listing = listings.standing(listing_id, at=at)
    if listing.blocked is not None:
        raise policy.blocked(listing.network, listing.place.surface, listing.blocked)
    return listing


def _token(click_id: UUID, listing: ListingCard, *, is_handed_on: bool = False) -> str:
    held: dict[str, object] = {
        "l": listing.public_id,
        "s": listing.place.surface.value,
        "c": ids.public("clk", click_id),
    }
    if is_handed_on:
        held["b"] = 1
    return f"{_KEY_ID}.{crypto.sign(_PURPOSE, held, lasts=rules.CLICK_LASTS)}"


def _hop(click_id: UUID, token: str, listing: ListingCard, *, is_theirs: bool = True) -> Hop:
    if not is_theirs:
        return Hop(click_id, token, listing, listing.url)
    parameter = models.Network.objects.get(code=listing.network).click_parameter
    url = rules.with_click(listing.url, parameter, ids.public("clk", click_id))
    return Hop(click_id, token, listing, url)
