"""Pure decisions of delivery: how far a parcel is, and what its way costs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ParcelState(StrEnum):
    """Where a parcel is."""

    CREATED = "CREATED"  # Handed in here; the carrier may not know of it yet.
    LABELLED = "LABELLED"
    PICKED_UP = "PICKED_UP"
    IN_TRANSIT = "IN_TRANSIT"
    OUT_FOR_DELIVERY = "OUT_FOR_DELIVERY"
    DELIVERED = "DELIVERED"
    EXCEPTION = "EXCEPTION"  # Held up; it may go on.
    RETURNING = "RETURNING"
    RETURNED = "RETURNED"
    LOST = "LOST"


P = ParcelState

ROAD = (P.CREATED, P.LABELLED, P.PICKED_UP, P.IN_TRANSIT, P.OUT_FOR_DELIVERY, P.DELIVERED)
ENDED = frozenset({P.DELIVERED, P.RETURNED, P.LOST})
_PICKED_UP = ROAD.index(P.PICKED_UP)


def state_after(track: Iterable[ParcelState]) -> ParcelState:
    """Where a parcel is by its track, in the order in which things happened.

    On the road it only goes forward; trouble lasts until the road goes on. What was handed over
    stays so, unless it is sent back.
    """
    farthest = 0
    trouble: ParcelState | None = None
    for state in track:
        if state in ROAD:
            farthest = max(farthest, ROAD.index(state))
            trouble = None
        elif ROAD[farthest] is not P.DELIVERED or state in {P.RETURNING, P.RETURNED}:
            trouble = state
    return trouble or ROAD[farthest]


def was_picked_up(track: Iterable[ParcelState]) -> bool:
    """Whether the carrier had it in hand, whatever came later."""
    return any(state in ROAD and ROAD.index(state) >= _PICKED_UP for state in track)


@dataclass(frozen=True, slots=True)
class FreightRule:
    """What a shop takes for sending.

    flat_fen:      everywhere that has no price of its own.
    free_over_fen: goods from this amount on travel free of the flat price; None is never.
    by_region:     prices of provinces and cities; a city's beats its province's. They are always
        taken: far places cost the shop more whatever is sent.
    """

    flat_fen: int = 0
    free_over_fen: int | None = None
    by_region: Mapping[str, int] = field(default_factory=dict)


def freight_fen(rule: FreightRule, *, goods_fen: int, region_code: str | None) -> int:
    """What the way costs. Without a region the flat price is taken."""
    if region_code is not None:
        for code in (region_code, region_code[:2] + "0000"):
            if code in rule.by_region:
                return rule.by_region[code]
    if rule.free_over_fen is not None and goods_fen >= rule.free_over_fen:
        return 0
    return rule.flat_fen
