"""One batch of flash wishes as one statement: what it is asked with, and what its letters say.

Terms that nobody asked for lately are priced first, and wishes whose terms or address turn out to
be old are asked once more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from laotie.accounts import addresses
from laotie.kernel import crash, ids, packed, sql
from laotie.trade import policy
from laotie.trade.flash_terms import Kind, Outcome, Terms, TermsKept


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


_STALE, _NO_COPY = "V", "F"
_kept = TermsKept()


def place(wishes: Sequence[Wish], *, now: datetime) -> Iterator[tuple[int, Verdict]]:
    """What becomes of each, by its place, as soon as it stands; whatever is raised later.

    One statement; a second one for wishes whose terms or address had to be looked at first, which
    thereby come after the others.
    """
    again: dict[int, _Again] = {}
    for at, answer in enumerate(_asked(wishes, now=now)):
        if isinstance(answer, Verdict):
            yield at, answer
        else:
            again[at] = answer
    if not again:
        return
    _kept.forget(each.terms.kind for each in again.values() if each.letter == _STALE)
    closed = _copied([wishes[at].buyer_id for at in again if again[at].letter == _NO_COPY], now=now)
    fresh = _asked([wishes[at] for at in again], now=now)
    for at, answer in zip(again, fresh, strict=True):
        if isinstance(answer, _Again):
            answer = _in_the_end(answer, is_closed=wishes[at].buyer_id in closed)
        yield at, answer


@dataclass(frozen=True, slots=True)
class _Again:
    """No answer yet: the terms no longer hold, or the address has no copy for orders."""

    letter: str
    terms: Terms


def _copied(buyer_ids: Sequence[UUID], *, now: datetime) -> frozenset[UUID]:
    """Whose address cannot be opened; of the others it is there, or somebody holds it."""
    if not buyer_ids:
        return frozenset()
    return addresses.copy_defaults_for_orders(person_ids=buyer_ids, now=now)


def _in_the_end(again: _Again, *, is_closed: bool) -> Verdict:
    """What changed twice is told as changed; an address that cannot be opened, as none."""
    if again.letter == _STALE:
        return Verdict(Outcome.PRICE_CHANGED, price_fen=again.terms.price_fen)
    return Verdict(Outcome.ADDRESS_NEEDED if is_closed else Outcome.NOT_NOW)


_BUY = """
CALL trade_buy_flash_to_disk(%b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %s,
                             NULL, NULL, NULL, NULL, NULL, NULL)
"""


def _asked(wishes: Sequence[Wish], *, now: datetime) -> list[Verdict | _Again]:
    """One statement, and the pricing of kinds that nobody has wished for lately."""
    kinds, kind_at = _kinds(wishes)
    known = _kept.of(kinds, now=now)
    terms = [known[kind] for kind in kinds]
    sku_ids = sorted({each.kind.sku_id for each in terms if each.is_stocked})
    offer_ids = sorted({each.kind.offer_id for each in terms if each.is_counted})
    group_ids, order_ids = ids.many(len(wishes)), ids.many(len(wishes))
    pay_by = now + policy.current().pay
    crash.point("trade.flash.buy_batch.before_commit")
    (row,) = sql.alone(
        _BUY,
        [
            packed.uuids([wish.buyer_id for wish in wishes]),
            packed.texts([wish.key for wish in wishes]),
            packed.int4s(kind_at),
            packed.uuids(group_ids),
            packed.uuids(order_ids),
            packed.int4s(_earlier(wishes)),
            packed.texts([each.text for each in terms]),
            packed.int4s(_places([each.kind.sku_id for each in terms], sku_ids)),
            packed.int4s(_places([each.kind.offer_id for each in terms], offer_ids)),
            packed.uuids(sku_ids),
            packed.uuids(offer_ids),
            now,
            pay_by,
            policy.day_in_numbers(now),
        ],
    )
    crash.point("trade.flash.buy_batch.after_commit")
    letters, totals, kept_groups, kept_orders, kept_pay_by, remaining = row
    told: list[Verdict | _Again] = []
    for at, letter in enumerate(letters):
        each = terms[kind_at[at] - 1]
        if letter == Outcome.ACCEPTED:
            made = (group_ids[at], order_ids[at], totals[at], pay_by)
            told.append(Verdict(Outcome.ACCEPTED, *made, price_fen=each.price_fen))
        elif letter == Outcome.REPLAY:
            kept = (kept_groups[at], kept_orders[at], totals[at], kept_pay_by[at])
            told.append(Verdict(Outcome.REPLAY, *kept, price_fen=each.price_fen))
        elif letter in {_STALE, _NO_COPY}:
            told.append(_Again(letter, each))
        else:
            left = remaining[at] if remaining else None
            told.append(Verdict(Outcome(letter), remaining=left, price_fen=each.price_fen))
    return told


def _kinds(wishes: Sequence[Wish]) -> tuple[list[Kind], list[int]]:
    """The kinds wished for, and for each wish the place (from 1) of its kind."""
    places: dict[tuple[int | UUID | None, ...], int] = {}
    kinds: list[Kind] = []
    at: list[int] = []
    for wish in wishes:
        # Numbers, which are compared at a fraction of the price of ids.
        own = (
            wish.offer_id.int,
            wish.sku_id.int,
            wish.room_id.int,
            wish.quantity,
            wish.price_fen,
            wish.creator_id,
        )
        place = places.get(own)
        if place is None:
            place = places[own] = len(places) + 1
            kinds.append(
                Kind(
                    wish.room_id,
                    wish.creator_id,
                    wish.offer_id,
                    wish.sku_id,
                    wish.quantity,
                    wish.price_fen,
                )
            )
        at.append(place)
    return kinds, at


def _places(own: Sequence[UUID], among: Sequence[UUID]) -> list[int]:
    """The place (from 1) of each among some, or 0."""
    found = {each: at for at, each in enumerate(among, start=1)}
    return [found.get(each, 0) for each in own]


def _earlier(wishes: Sequence[Wish]) -> list[int]:
    """For each wish the place (from 1) of the same buyer's wish before it, or 0.

    Empty where nobody wishes twice, which is usual.
    """
    buyers = [wish.buyer_id.int for wish in wishes]
    if len(set(buyers)) == len(buyers):
        return []
    last: dict[int, int] = {}
    earlier: list[int] = []
    for at, buyer in enumerate(buyers, start=1):
        earlier.append(last.get(buyer, 0))
        last[buyer] = at
    return earlier
