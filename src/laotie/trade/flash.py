"""Flash purchases: one tap in a room is one order, placed many at a time.

No quote stands behind such an order: its terms are those of the running offer, its address is the
buyer's default one. That stock is never sold twice and that one key makes one order is kept by
`sql/buy_flash.sql`, which is one statement and one transaction for a batch.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError, OperationalError

from laotie.accounts import addresses
from laotie.kernel import crash, sql
from laotie.trade import policy
from laotie.trade.flash_terms import Kind, Terms, TermsKept

log = logging.getLogger(__name__)

BATCH = 256


class Outcome(StrEnum):
    """What became of one wish; letters as in `sql/buy_flash.sql`."""

    ACCEPTED = "A"
    REPLAY = "D"
    KEY_REUSED = "X"
    SOLD_OUT = "R"
    LIMIT = "L"
    OFFER_OVER = "O"
    PRICE_CHANGED = "P"
    ADDRESS_NEEDED = "H"
    NOT_FOR_SALE = "N"
    NOT_ALLOWED = "U"
    FAILED = "E"  # The statement itself failed for this one; nothing was written.


@dataclass(frozen=True, slots=True)
class Wish:
    """One tap: so many units at a running offer, under a key of the buyer's own.

    quantity:   1 to `quotes.MOST_UNITS`. key: as `idempotency.clean_key` lets it pass.
    price_fen:  what the buyer was shown for one unit; None takes the price as it is.
    creator_id: who runs the room, and may earn.
    """

    buyer_id: UUID
    room_id: UUID
    offer_id: UUID
    sku_id: UUID
    quantity: int
    key: str
    price_fen: int | None
    creator_id: UUID | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided on one wish.

    group_id, order_id, total_fen, pay_by: of the order, when it was accepted now or before.
    remaining: how many units could still be had, where that was the reason of a no.
    price_fen: what one unit costs now, if it can be bought.
    """

    outcome: Outcome
    group_id: UUID | None = None
    order_id: UUID | None = None
    total_fen: int | None = None
    pay_by: datetime | None = None
    remaining: int | None = None
    price_fen: int | None = None


def buy_batch(wishes: Sequence[Wish], *, now: datetime) -> list[Verdict]:
    """Place flash purchases in arrival order; when this returns, what was accepted is on disk.

    An accepted key answers REPLAY for ever; it is scoped by buyer and shared with the checkouts of
    the web. A batch that fails is tried once more, then wish by wish, so that one bad wish does
    not fail others. To be called outside of transactions.
    raises: OperationalError when the database is not there; nothing was acknowledged then.
    """
    verdicts: list[Verdict] = []
    for start in range(0, len(wishes), BATCH):
        verdicts += _try_twice(wishes[start : start + BATCH], now)
    return verdicts


def _try_twice(wishes: Sequence[Wish], now: datetime) -> list[Verdict]:
    try:
        return _buy(wishes, now=now)
    except DatabaseError as error:
        # A key that raced in on other goods, a deadlock: a second look finds it done.
        log.warning("flash_batch_failed", extra={"size": len(wishes), "cause": repr(error)})
        if isinstance(error, OperationalError) and sql.is_away():
            raise
    try:
        return _buy(wishes, now=now)
    except OperationalError:
        sql.is_away()
        raise
    except DatabaseError as error:
        log.warning("flash_batch_parted", extra={"size": len(wishes), "cause": repr(error)})
        return [_try_alone(wish, now) for wish in wishes]


def _try_alone(wish: Wish, now: datetime) -> Verdict:
    try:
        return _buy([wish], now=now)[0]
    except OperationalError:
        sql.is_away()
        raise
    except DatabaseError:
        log.exception("flash_wish_failed", extra={"offer_id": str(wish.offer_id)})
        return Verdict(Outcome.FAILED)


_STALE, _NO_COPY = "V", "F"
_kept = TermsKept()


def _buy(wishes: Sequence[Wish], *, now: datetime) -> list[Verdict]:
    """One statement; a second one for wishes whose terms or address had to be looked at first."""
    terms, told = _place(wishes, now=now)
    again = [at for at, (letter, _) in enumerate(told) if letter in {_STALE, _NO_COPY}]
    if again:
        letters = {letter for letter, _ in told}
        if _STALE in letters:
            _kept.forget(terms[at].kind for at in again)
        if _NO_COPY in letters:
            buyers = [wishes[at].buyer_id for at in again]
            addresses.copy_defaults_for_orders(person_ids=buyers, now=now)
        fresh_terms, fresh = _place([wishes[at] for at in again], now=now)
        for at, new_terms, one in zip(again, fresh_terms, fresh, strict=True):
            terms[at], told[at] = new_terms, one
    return [
        Verdict(_outcome(letter), *facts, each.price_fen)
        for each, (letter, facts) in zip(terms, told, strict=True)
    ]


def _outcome(letter: str) -> Outcome:
    """What changed twice while it was being placed is told as a changed price: look again."""
    return Outcome.PRICE_CHANGED if letter in {_STALE, _NO_COPY} else Outcome(letter)


_BUY = """
SELECT verdict::text[], group_id, order_id, total_fen, pay_by, remaining
  FROM trade_buy_flash(%s::uuid[], %s::text[], %s::int[], %s::int[], %s::jsonb, %s::int[],
                       %s::int[], %s::uuid[], %s::uuid[], %s, %s, %s)
"""
Facts = tuple[UUID | None, UUID | None, int | None, datetime | None, int | None]


def _place(wishes: Sequence[Wish], *, now: datetime) -> tuple[list[Terms], list[tuple[str, Facts]]]:
    """The terms of each wish, and its letter with what belongs to it."""
    kinds = [
        Kind(
            wish.room_id,
            wish.creator_id,
            wish.offer_id,
            wish.sku_id,
            wish.quantity,
            wish.price_fen,
        )
        for wish in wishes
    ]
    known = _kept.of(dict.fromkeys(kinds), now=now)
    places = {kind: at for at, kind in enumerate(known, start=1)}
    for_sale = [terms for terms in known.values() if terms.standing is None]
    sku_ids = sorted({terms.kind.sku_id for terms in for_sale})
    offer_ids = sorted({terms.kind.offer_id for terms in for_sale if terms.is_counted})
    sku_places = {sku_id: at for at, sku_id in enumerate(sku_ids, start=1)}
    offer_places = {offer_id: at for at, offer_id in enumerate(offer_ids, start=1)}
    pay_by = now + policy.current().pay
    crash.point("trade.flash.buy_batch.before_commit")
    ((letters, group_ids, order_ids, totals, kept_pay_by, remaining),) = sql.alone(
        _BUY,
        [
            [wish.buyer_id for wish in wishes],
            [wish.key for wish in wishes],
            [places[kind] for kind in kinds],
            _earlier(wishes),
            f"[{','.join(terms.text for terms in known.values())}]",
            [sku_places.get(terms.kind.sku_id) for terms in known.values()],
            [offer_places.get(terms.kind.offer_id) for terms in known.values()],
            sku_ids,
            offer_ids,
            now,
            pay_by,
            f"{now.astimezone(ZoneInfo(settings.TIME_ZONE)):%y%m%d}",
        ],
    )
    crash.point("trade.flash.buy_batch.after_commit")
    told: list[tuple[str, Facts]] = []
    for at, letter in enumerate(letters):
        if letter == Outcome.ACCEPTED:
            told.append((letter, (group_ids[at], order_ids[at], totals[at], pay_by, None)))
        elif letter == Outcome.REPLAY:
            told.append((letter, (group_ids[at], order_ids[at], totals[at], kept_pay_by[at], None)))
        else:
            told.append((letter, (None, None, None, None, remaining[at])))
    return [known[kind] for kind in kinds], told


def _earlier(wishes: Sequence[Wish]) -> list[int]:
    """For each wish the place (from 1) of the same buyer's wish before it, or 0."""
    last: dict[UUID, int] = {}
    earlier: list[int] = []
    for at, wish in enumerate(wishes, start=1):
        earlier.append(last.get(wish.buyer_id, 0))
        last[wish.buyer_id] = at
    return earlier
