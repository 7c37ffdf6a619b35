"""Where what a room shows can be bought elsewhere: links to other networks in its bag."""

from datetime import datetime
from uuid import UUID

from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, WrongState
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.links import listings, policy, queries
from laotie.links.listings import ListingCard, Place
from laotie.links.policy import Surface
from laotie.live import models, rules
from laotie.live.backstage import locked_for_host
from laotie.live.rules import RoomState

_AT_ONCE = 1000


@use_case
def attach(
    *, actor: Actor, room_id: UUID, url: str, price_fen: int | None = None, now: datetime
) -> ListingCard:
    """The room's bag leads there too, if the rules of links let it; twice is once.

    raises: SignInFirst, NotFound, NotAllowed, WrongState (over), and as `listings.publish`.
    """
    room = locked_for_host(actor, room_id)
    if RoomState(room.state) not in rules.PUBLISHABLE:
        raise WrongState(step="stage.add_link")
    place = Place(Surface.LIVE_CART, creator_id=room.creator_id, place_id=room.id)
    return listings.publish(place, actor=actor, url=url, price_fen=price_fen, now=now)


@use_case
def detach(*, actor: Actor, room_id: UUID, listing_id: UUID, now: datetime) -> None:
    """The room's bag leads there no more, whoever of its people put the link up. Twice is once.

    raises: SignInFirst, NotFound, NotAllowed.
    """
    if not actor.is_operator:
        locked_for_host(actor, room_id)
    listings.end_in(room_id, listing_id, now=now)


def end_left_over(*, now: datetime) -> int:
    """No link stands in a room that is over, since before ending one ended its links; how many
    rooms had any. At most 1,000 rooms are asked about at a time.
    """
    found, after = 0, None
    while places := listings.places_with(Surface.LIVE_CART, after=after, most=_AT_ONCE):
        over = models.Room.objects.filter(
            pk__in=places, state__in=[state.value for state in rules.OVER]
        )
        for room_id in over.order_by("id").values_list("id", flat=True):
            _end_of(room_id=room_id, now=now)
            found += 1
        after = places[-1]
    return found


@use_case
def _end_of(*, room_id: UUID, now: datetime) -> None:
    # A room that is over never opens again.
    listings.end_all(room_id, now=now)


@needs_transaction
def require_open(room_id: UUID, *, now: datetime) -> None:
    """Nothing in the room's bag leads where it may not at this moment. raises: LinkBlocked."""
    for link in queries.barred_at(room_id, at=now):
        assert link.blocked is not None
        raise policy.blocked(link.network, link.place.surface, link.blocked)


def require_seen(room_id: UUID) -> None:
    """Whoever leaves by a link in this room's bag can see it.

    raises: NotFound for a room that is over or suspended.
    """
    running = models.Room.objects.filter(
        pk=room_id, state__in=[state.value for state in rules.PUBLISHABLE]
    )
    if not running.exists():
        raise NotFound
