"""Ids: uuidv7 inside, short typed text outside (`ord_…`): a wrong kind is noticed at once."""

import os
from datetime import UTC, datetime
from uuid import UUID

import uuid_utils

from laotie.kernel.errors import NotFound

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base 32, no look-alikes.
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
_PAIRS = [one + two for one in _ALPHABET for two in _ALPHABET]
_LENGTH = 26
_MOST_AT_ONCE = 8192
_NOISE_BYTES = 6
_LOW_60 = (1 << 60) - 1

_KINDS = (
    "per shp crt adr prd sku pic ofr cpn clm pln qte ord grp pay rfd shi rom pot txn evt ses ntc"
    " gaw drp"
    " app tok whe whd"
    " run inv viw ivt clp cat rvw pac"
    " pst upl wrk cmt oac cse tcs"
    " lnk lrl clk xor"
    " occ grt"
    " prg tal blt bms"
)
KINDS = frozenset(_KINDS.split())


def new() -> UUID:
    """A time-ordered id; it is no secret."""
    return UUID(int=uuid_utils.uuid7().int)


def many(count: int) -> list[UUID]:
    """So many of them of one moment, in rising order, at a third of the price of one by one.

    count: up to 8,192.
    """
    assert count <= _MOST_AT_ONCE
    first = uuid_utils.uuid7().int
    # The moment, version and variant stay; of the random part 48 bits are random for each, behind
    # 14 that count up from a random start.
    fixed, start = first >> 62 << 62, (first >> 48) % _MOST_AT_ONCE
    noise = os.urandom(_NOISE_BYTES * count)
    return [
        UUID(
            int=fixed
            | (start + at) << 8 * _NOISE_BYTES
            | int.from_bytes(noise[_NOISE_BYTES * at : _NOISE_BYTES * (at + 1)])
        )
        for at in range(count)
    ]


def made_at(id: UUID) -> datetime:
    """When this id was made, to the millisecond, by the wall clock of the machine that made it."""
    return datetime.fromtimestamp((id.int >> 80) / 1000, UTC)


def public(kind: str, id: UUID) -> str:
    """`ord_` and 26 letters; sorts as the id does."""
    assert kind in KINDS, kind
    number, pairs = id.int, _PAIRS
    # Written out, and on two halves, of 68 and 60 bits: short numbers cost less, and each answer
    # to an order needs two.
    high, low = number >> 60, number & _LOW_60
    return (
        f"{kind}_{pairs[high >> 60]}{pairs[high >> 50 & 1023]}{pairs[high >> 40 & 1023]}"
        f"{pairs[high >> 30 & 1023]}{pairs[high >> 20 & 1023]}{pairs[high >> 10 & 1023]}"
        f"{pairs[high & 1023]}{pairs[low >> 50]}{pairs[low >> 40 & 1023]}{pairs[low >> 30 & 1023]}"
        f"{pairs[low >> 20 & 1023]}{pairs[low >> 10 & 1023]}{pairs[low & 1023]}"
    )


def parse(kind: str, text: str) -> UUID:
    """The id behind a public id of that kind.

    raises: NotFound for another kind, a wrong length or letter, or a number above 128 bits.
    """
    assert kind in KINDS, kind
    prefix, _, letters = text.partition("_") if isinstance(text, str) else ("", "", "")
    if prefix != kind or len(letters) != _LENGTH:
        raise NotFound(kind=kind)
    number = 0
    for letter in letters:
        value = _VALUES.get(letter)
        if value is None:
            raise NotFound(kind=kind)
        number = number << 5 | value
    if number >> 128:
        raise NotFound(kind=kind)
    return UUID(int=number)
