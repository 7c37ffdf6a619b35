"""Reading what networks tell, exactly: yuan to fen, local time to UTC, or a finding that says why.

Both networks of China count in yuan and tell time by the clock of Shanghai.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from laotie.links.order_sources import Flaw

ZONE = ZoneInfo("Asia/Shanghai")
_FORM = "%Y-%m-%d %H:%M:%S"
_LONGEST_AMOUNT = 20
_LONGEST_TEXT = 120
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


def flaw(row: Mapping[str, Any], names: tuple[str, str], found: Flawed) -> Flaw:
    """What is wrong with an order's line. names: of its order's number and its own."""
    order_no, line_no = (number(row, name)[:64] for name in names)
    return Flaw(order_no, line_no, found.reason, found.text)
