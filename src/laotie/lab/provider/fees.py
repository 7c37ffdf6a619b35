"""What the provider charges, by its own arithmetic: the platform's must come to the same."""

from decimal import ROUND_HALF_UP, Decimal

FEE_RATE = Decimal("0.006")
_DECIMALS = {"JPY": 0, "KRW": 0}


def fee_fen(amount_fen: int) -> int:
    """Half-up fee on a non-negative amount."""
    return int((amount_fen * FEE_RATE).quantize(Decimal(1), ROUND_HALF_UP))


def amount_text(amount_fen: int, currency: str) -> tuple[str, str]:
    """`1289900` CNY is `12,899` and `.00`, for a page."""
    decimals = _DECIMALS.get(currency, 2)
    if not decimals:
        return f"{amount_fen:,}", ""
    whole, cents = divmod(amount_fen, 10**decimals)
    return f"{whole:,}", f".{cents:0{decimals}d}"
