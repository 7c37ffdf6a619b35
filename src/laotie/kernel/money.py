"""Whole minor units (fen for CNY) and basis points; no float ever touches money."""

import re
from collections.abc import Sequence

from laotie.kernel.errors import Invalid

BPS = 10_000
MAX_FEN = 10**13  # A hundred billion yuan: above any sum here, far below 2^63.

_AMOUNT = re.compile(r"[0-9]{1,11}(?:\.[0-9]{1,3})?", re.ASCII)


def share(amount_fen: int, rate_bps: int) -> int:
    """Half-up share of a non-negative amount.

    rate_bps: 0 to 10,000 basis points; amounts below half a fen become 0.
    """
    assert amount_fen >= 0
    assert 0 <= rate_bps <= BPS
    return (2 * amount_fen * rate_bps + BPS) // (2 * BPS)


def portion(amount_fen: int, part: int, whole: int) -> int:
    """Half-up `amount x part / whole` of a non-negative amount; `0 <= part <= whole`."""
    assert amount_fen >= 0
    assert 0 <= part <= whole
    assert whole > 0
    return (2 * amount_fen * part + whole) // (2 * whole)


def spread(total_fen: int, weights: Sequence[int]) -> list[int]:
    """Divide a non-negative total by weights without losing a fen.

    Largest remainder, ties by position. With all weights zero the first gets everything.
    Use once per order (coupons, freight over lines); never for cumulative refunds.
    """
    assert total_fen >= 0
    assert weights
    assert all(weight >= 0 for weight in weights)
    whole = sum(weights)
    if whole == 0:
        return [total_fen] + [0] * (len(weights) - 1)
    parts = [total_fen * weight // whole for weight in weights]
    remainders = [total_fen * weight % whole for weight in weights]
    left = total_fen - sum(parts)
    for index in sorted(range(len(weights)), key=lambda i: (-remainders[i], i))[:left]:
        parts[index] += 1
    return parts


def parse_fen(text: str, *, exponent: int = 2, field: str = "amount") -> int:
    """Read an amount typed by a person: `39.9` and `39.90` are 3990 fen.

    raises: Invalid for signs, spaces, separators, exponents, full-width digits and more
        decimals than the currency has.
    """
    if not isinstance(text, str) or not _AMOUNT.fullmatch(text):
        raise Invalid(field=field, reason="amount")
    whole, _, decimals = text.partition(".")
    if len(decimals) > exponent:
        raise Invalid(field=field, reason="amount")
    amount_fen: int = int(whole) * 10**exponent + int(decimals.ljust(exponent, "0") or 0)
    if amount_fen > MAX_FEN:
        raise Invalid(field=field, reason="amount")
    return amount_fen


def exponent_of(currency: str) -> int:
    """How many decimals the currency has. source: ISO 4217, those that do not have two."""
    if currency in {"CLP", "ISK", "JPY", "KRW", "UGX", "VND", "XAF", "XOF", "XPF"}:
        return 0
    return 3 if currency in {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"} else 2


def as_text(amount_fen: int, *, exponent: int = 2) -> str:
    """`3990` is `39.90`; a debt keeps its sign. For records and arithmetic, not for screens."""
    sign, digits = ("-" if amount_fen < 0 else ""), str(abs(amount_fen)).rjust(exponent + 1, "0")
    return f"{sign}{digits[:-exponent]}.{digits[-exponent:]}" if exponent else f"{sign}{digits}"
