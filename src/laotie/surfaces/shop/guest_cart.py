"""What a guest puts aside: kept in their own session, and theirs for good once they sign in."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from laotie.kernel import clock
from laotie.kernel.actor import Actor
from laotie.trade import cart
from laotie.trade.cart import MOST_LINES, MOST_UNITS, CartFull, Kept

_KEY = "cart"


def lines(request: HttpRequest) -> tuple[Kept, ...]:
    """The guest's lines, the newest first; what a session of another release holds is left out."""
    return tuple(line for row in request.session.get(_KEY, ()) if (line := _read(row)))


def put(request: HttpRequest, line: Kept) -> int:
    """So many more of a SKU, at most 99; how many lines there are. raises: CartFull."""
    kept = {each.sku_id: each for each in lines(request)}
    before = kept.pop(line.sku_id, None)
    if before is None and len(kept) >= MOST_LINES:
        raise CartFull(most=MOST_LINES)
    # Whoever it was found by last is remembered; somebody counts before nobody.
    finder = before if before and line.creator_id is None else line
    more = replace(
        finder,
        quantity=min(MOST_UNITS, line.quantity + (before.quantity if before else 0)),
        seen_fen=line.seen_fen,
        is_chosen=True,
    )
    return _keep(request, [more, *kept.values()])


def change(request: HttpRequest, quantities: dict[UUID, int], chosen: Collection[UUID]) -> None:
    """So many are wanted of these, and exactly these are chosen."""
    _keep(
        request,
        [
            replace(
                line,
                quantity=min(MOST_UNITS, max(1, quantities.get(line.sku_id, line.quantity))),
                is_chosen=line.sku_id in chosen,
            )
            for line in lines(request)
        ],
    )


def remove(request: HttpRequest, sku_ids: Collection[UUID]) -> None:
    """These are there no more."""
    _keep(request, [line for line in lines(request) if line.sku_id not in sku_ids])


def bring_in(request: HttpRequest, who: Actor) -> None:
    """Somebody who has signed in finds what they put aside before in the cart that is theirs."""
    if who.person_id is None or not request.session.get(_KEY):
        return
    now: datetime = clock.now()
    cart.merge(actor=who, lines=lines(request), now=now)
    del request.session[_KEY]


def _keep(request: HttpRequest, kept: Sequence[Kept]) -> int:
    request.session[_KEY] = [
        [
            line.sku_id.hex,
            line.quantity,
            line.seen_fen,
            line.room_id.hex if line.room_id else "",
            line.creator_id.hex if line.creator_id else "",
            line.is_chosen,
            # The release before reads lines of six.
            *([line.post_id.hex] if line.post_id else []),
        ]
        for line in kept
    ]
    return len(kept)


def _read(row: Any) -> Kept | None:
    try:
        sku, quantity, seen_fen, room, creator, is_chosen, *post = row
        return Kept(
            sku_id=UUID(sku),
            quantity=int(quantity),
            seen_fen=int(seen_fen),
            room_id=UUID(room) if room else None,
            creator_id=UUID(creator) if creator else None,
            is_chosen=bool(is_chosen),
            post_id=UUID(post[0]) if post else None,
        )
    except (TypeError, ValueError):
        return None
