"""How numbers read. `static/look/js/numbers.js` keeps the same rules; `tests/look/numbers.json`
is the table that both are held to."""

from dataclasses import dataclass

# Minor units per ISO 4217 and the mark that readers know, for currencies met so far.
CURRENCIES: dict[str, tuple[str, int]] = {
    "CNY": ("¥", 2),
    "EUR": ("€", 2),
    "HKD": ("HK$", 2),
    "JPY": ("JP¥", 0),
    "USD": ("$", 2),
}

# Unit, suffix, decimals; the smallest first. Below the smallest a number is written out.
_SCALES: dict[str, tuple[tuple[int, str, int], ...]] = {
    "zh": ((10**4, "万", 1), (10**8, "亿", 2)),
    "en": ((10**3, "k", 1), (10**6, "M", 2), (10**9, "B", 2)),
}
_WRITTEN_OUT_BELOW = 10_000


@dataclass(frozen=True, slots=True)
class MoneyText:
    """The pieces of an amount, since mark and cents are drawn smaller."""

    sign: str
    mark: str
    whole: str
    cents: str

    def __str__(self) -> str:
        return f"{self.sign}{self.mark}{self.whole}{self.cents}"


def money(amount_fen: int, *, currency: str = "CNY", drop_zero_cents: bool = False) -> MoneyText:
    """`3990` is ¥39.90; with `drop_zero_cents`, `26800` is ¥268 (for price tags, not for bills)."""
    mark, exponent = CURRENCIES.get(currency, (f"{currency} ", 2))
    whole, cents = divmod(abs(amount_fen), 10**exponent)
    shown = "" if not exponent or (drop_zero_cents and not cents) else f".{cents:0{exponent}d}"
    return MoneyText("-" if amount_fen < 0 else "", mark, f"{whole:,}", shown)


def compact(number: int, *, language: str) -> str:
    """12,846,000 is 1,284.6万 or 12.85M: half-up, no idle zeros, carried into the next unit."""
    if abs(number) < _WRITTEN_OUT_BELOW:
        return f"{number:,}"
    scales = _SCALES["zh" if language.startswith("zh") else "en"]
    text = ""
    for index, (unit, suffix, decimals) in enumerate(scales):
        steps = 10**decimals
        scaled = (2 * abs(number) * steps + unit) // (2 * unit)
        text = _trimmed(scaled, decimals) + suffix
        if index + 1 < len(scales) and scaled * unit < scales[index + 1][0] * steps:
            break
    return f"-{text}" if number < 0 else text


def _trimmed(scaled: int, decimals: int) -> str:
    whole, rest = divmod(scaled, 10**decimals)
    tail = f"{rest:0{decimals}d}".rstrip("0")
    return f"{whole:,}.{tail}" if tail else f"{whole:,}"


def masked_phone(phone: str) -> str:
    """`+8613800138000` is 138****8000; anything too short to mask is hidden whole."""
    digits = phone.removeprefix("+86").removeprefix("+")
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 8 else "****"
