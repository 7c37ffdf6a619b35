"""Reading what networks tell, exactly: yuan to fen, local time to UTC, or a finding that says why.

Both networks of China count in yuan and tell time by the clock of Shanghai.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from laotie.links.external_orders import Line
from laotie.links.order_sources import Flaw

ZONE = ZoneInfo("Asia/Shanghai")
_FORM = "%Y-%m-%d %H:%M:%S"
_LONGEST_AMOUNT = 20
_LONGEST_TEXT = 120
_LONGEST_COUNT = 9
# What stands where there is nothing to tell.
_NOTHING = frozenset({"", "--", "null", "None"})


class Flawed(Exception):
    """A field that cannot be read. `reason`: a word for it; `text`: the field as it was told."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(reason, text)
        self.reason = reason
        self.text = text


def fen(row: Mapping[str, Any], name: str) -> int:
    """An amount in yuan as whole fen, 0 or more.

    raises: Flawed for what is missing, below zero, finer than a fen, or no plain decimal number.
    """
    value = row.get(name)
    shown = f"{name}={value!r}"[:_LONGEST_TEXT]
    if isinstance(value, bool | float) or not isinstance(value, str | int | Decimal):
        raise Flawed("amount", shown)
    text = str(value).strip()
    # Without an exponent, and in ASCII digits: `Decimal` would take "1e9" and "１" as well.
    if len(text) > _LONGEST_AMOUNT or not set(text) <= set("0123456789.-"):
        raise Flawed("amount", shown)
    try:
        exact = Decimal(text) * 100
    except InvalidOperation as error:
        raise Flawed("amount", shown) from error
    if exact != exact.to_integral_value():
        raise Flawed("finer_than_fen", shown)
    if exact < 0:
        raise Flawed("below_zero", shown)
    return int(exact)


def moment(row: Mapping[str, Any], name: str) -> datetime | None:
    """A time of day in Shanghai as UTC; None where nothing is told. raises: Flawed."""
    value = row.get(name)
    if value is None or (isinstance(value, str) and value.strip() in _NOTHING):
        return None
    try:
        return datetime.strptime(value, _FORM).replace(tzinfo=ZONE).astimezone(UTC)
    except (TypeError, ValueError) as error:
        raise Flawed("time", f"{name}={value!r}"[:_LONGEST_TEXT]) from error


def local(at: datetime) -> str:
    """A moment as the networks want it."""
    return at.astimezone(ZONE).strftime(_FORM)


def number(row: Mapping[str, Any], name: str) -> str:
    """A number of theirs as text; empty for none. They come as JSON numbers and as text."""
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = str(value).strip()
    return "" if text in _NOTHING or text == "0" else text


def count(row: Mapping[str, Any], name: str) -> int:
    """How many pieces; 0 where nothing is told. raises: Flawed."""
    value = row.get(name)
    if value is None or (isinstance(value, str) and value.strip() in _NOTHING):
        return 0
    text = "" if isinstance(value, bool) else str(value)
    if not isinstance(value, str | int) or not _is_number(text) or len(text) > _LONGEST_COUNT:
        raise Flawed("amount", f"{name}={value!r}"[:_LONGEST_TEXT])
    return int(text)


def lines(
    rows: Sequence[Mapping[str, Any]],
    read: Callable[[Mapping[str, Any]], Line | None],
    *,
    names: tuple[str, str],
) -> tuple[tuple[Line, ...], tuple[Flaw, ...]]:
    """Each row as `read` reads it, and what is wrong with those that it cannot read.

    names: the fields of the order's number and the line's. Whatever one row has in it, the others
    are read.
    """
    found, flaws = [], []
    for row in rows:
        try:
            line = read(row)
        except Flawed as wrong:
            flaws.append(_flaw(row, names, wrong))
        except (TypeError, ValueError, KeyError, OverflowError) as error:
            # A field of another kind than the reference says: of this order, not of the answer.
            flaws.append(_flaw(row, names, Flawed("form", type(error).__name__)))
        else:
            found += [line] if line else []
    return tuple(found), tuple(flaws)


def _flaw(row: Mapping[str, Any], names: tuple[str, str], found: Flawed) -> Flaw:
    order_no, line_no = (number(row, name)[:64] for name in names)
    return Flaw(order_no, line_no, found.reason, found.text)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
