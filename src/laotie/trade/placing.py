"""Placing checkouts, many at a time: one statement decides, one verdict comes back for each.

The promise that stock is never sold twice is kept here, in `sql/place_batch.sql`.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import DatabaseError, OperationalError

from laotie.catalog import offers
from laotie.kernel import idempotency, sql
from laotie.kernel.use_case import use_case
from laotie.trade import policy

log = logging.getLogger(__name__)

BATCH = 256


class Outcome(StrEnum):
    """What became of one checkout; letters as in `sql/place_batch.sql`."""

    ACCEPTED = "A"
    REPLAY = "D"
    KEY_REUSED = "X"
    SOLD_OUT = "R"
    LIMIT = "L"
    PRICE_CHANGED = "P"
    QUOTE_GONE = "Q"
    COUPON_GONE = "C"
    NO_ADDRESS = "H"
    NOT_FOUND = "N"
    FAILED = "E"  # The statement itself failed for this one; nothing was written.


@dataclass(frozen=True, slots=True)
class Attempt:
    """One buyer's wish to place one version of a quote, under a key of their own."""

    buyer_id: UUID
    quote_id: UUID
    version: int
    key: str

    @property
    def digest(self) -> str:
        return idempotency.digest([str(self.quote_id), self.version])


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided on one attempt.

    group_id:  of the checkout, when it was accepted now or before.
    sku_id:    which goods were the reason of a no.
    remaining: how many of them could still be had.
    """

    outcome: Outcome
    group_id: UUID | None = None
    sku_id: UUID | None = None
    remaining: int | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """What one SKU costs in one room (None: outside of rooms); no offer is the list price."""

    room_id: UUID | None
    sku_id: UUID
    offer_id: UUID | None
    version: int
    fen: int


def place_batch(attempts: Sequence[Attempt], *, now: datetime) -> list[Verdict]:
    """Place checkouts in arrival order; when this returns, what was accepted is on disk.

    Each is all or nothing, also over several shops. An accepted key answers REPLAY for ever. A
    statement that fails is tried again row by row, so that one bad row does not fail others.
    raises: OperationalError when the database is not there; nothing was acknowledged then.
    """
    verdicts: dict[int, Verdict] = {}
    for turn in _turns(attempts):
        told = _try_together([attempts[at] for at in turn], now)
        verdicts.update(zip(turn, told, strict=True))
    return [verdicts[at] for at in range(len(attempts))]


def _turns(attempts: Sequence[Attempt]) -> list[list[int]]:
    """Positions in statements of at most `BATCH`, each buyer once in a statement.

    So keys, limits and coupons of one buyer need no reckoning inside a statement: the next
    statement sees what this one wrote.
    """
    turns: list[list[int]] = []
    turn_of: dict[UUID, int] = {}
    for at, attempt in enumerate(attempts):
        turn = turn_of.get(attempt.buyer_id, -1) + 1
        while turn < len(turns) and len(turns[turn]) >= BATCH:
            turn += 1
        if turn == len(turns):
            turns.append([])
        turns[turn].append(at)
        turn_of[attempt.buyer_id] = turn
    return turns


def _try_together(attempts: Sequence[Attempt], now: datetime) -> list[Verdict]:
    try:
        return _place(attempts, now=now)
    except OperationalError:
        raise
    except DatabaseError as error:
        # A key that raced in on other goods, or a row that breaks a promise: find out which.
        log.warning("batch_failed", extra={"size": len(attempts), "cause": repr(error)})
        return [_try_alone(attempt, now) for attempt in attempts]


def _try_alone(attempt: Attempt, now: datetime) -> Verdict:
    try:
        return _place([attempt], now=now)[0]
    except OperationalError:
        raise
    except DatabaseError:
        log.exception("placing_failed", extra={"quote_id": str(attempt.quote_id)})
        return Verdict(Outcome.FAILED)


@use_case
def _place(attempts: Sequence[Attempt], *, now: datetime) -> list[Verdict]:
    """Three statements for any number of attempts: their quotes, the offers now, the placing."""
    found = {
        (quote_id, version): (revision, room_id, sku_ids)
        for quote_id, version, revision, room_id, sku_ids in sql.hot(
            _FIND_QUOTES,
            [[each.quote_id for each in attempts], [each.version for each in attempts]],
        )
    }
    known = [each for each in attempts if (each.quote_id, each.version) in found]
    if not known:
        return [Verdict(Outcome.NOT_FOUND)] * len(attempts)
    skus_by_room: dict[UUID | None, set[UUID]] = {}
    for _, room_id, sku_ids in found.values():
        skus_by_room.setdefault(room_id, set()).update(sku_ids)
    prices = [
        Price(room_id, offer.sku_id, offer.offer_id, offer.version, offer.price_fen)
        for room_id, in_room in offers.current_in_places(skus_by_room, at=now).items()
        for offer in in_room.values()
    ]
    verdicts = _call(known, [found[each.quote_id, each.version][0] for each in known], prices, now)
    by_buyer = dict(zip((each.buyer_id for each in known), verdicts, strict=True))
    return [
        by_buyer[each.buyer_id]
        if (each.quote_id, each.version) in found
        else Verdict(Outcome.NOT_FOUND)
        for each in attempts
    ]


_FIND_QUOTES = """
SELECT q.quote_id, q.version, q.id, q.room_id,
       ARRAY(SELECT l.sku_id FROM trade_quote_line l WHERE l.revision_id = q.id)
  FROM unnest(%s::uuid[], %s::int[]) a(quote_id, version)
  JOIN trade_quote q ON q.quote_id = a.quote_id AND q.version = a.version
"""
_PLACE = """
SELECT verdict::text[], group_id, line_sku, remaining
  FROM trade_place_batch(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::uuid[], %s::uuid[],
                         %s::uuid[], %s::int[], %s::bigint[], %s, %s, %s)
"""


def _call(
    attempts: Sequence[Attempt], revisions: Sequence[UUID], prices: Sequence[Price], now: datetime
) -> list[Verdict]:
    ((letters, group_ids, sku_ids, remaining),) = sql.hot(
        _PLACE,
        [
            list(revisions),
            [each.buyer_id for each in attempts],
            [each.key for each in attempts],
            [each.digest for each in attempts],
            [price.room_id for price in prices],
            [price.sku_id for price in prices],
            [price.offer_id for price in prices],
            [price.version for price in prices],
            [price.fen for price in prices],
            now,
            now + policy.current().pay,
            policy.day_in_numbers(now),
        ],
    )
    kept = {Outcome.ACCEPTED, Outcome.REPLAY}
    return [
        Verdict(
            outcome,
            group_ids[at] if outcome in kept else None,
            sku_ids[at] if sku_ids else None,
            remaining[at] if remaining else None,
        )
        for at, outcome in enumerate(map(Outcome, letters))
    ]
