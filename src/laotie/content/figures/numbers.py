"""Numbers as pages write them (`3123万`, `3.1亿`, `73W`, full-width), read to the last digit.

A text becomes one exact whole number, with how exact it was said; or it is refused with a cause.
What cannot be is caught by a cap for each figure: a number above it is read again without its
suffix and marked as corrected. The text itself is always kept beside what was read.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from django.utils.translation import gettext_noop as _

from laotie.kernel.errors import Refusal

LONGEST = 40
_TEN_THOUSAND, _HUNDRED_MILLION = 10**4, 10**8
_SUFFIXES = {
    "": 1,
    "k": 10**3,
    "千": 10**3,
    "w": _TEN_THOUSAND,
    "万": _TEN_THOUSAND,
    "萬": _TEN_THOUSAND,
    "十万": 10**5,
    "百万": 10**6,
    "m": 10**6,
    "千万": 10**7,
    "亿": _HUNDRED_MILLION,
    "億": _HUNDRED_MILLION,
    "b": 10**9,
    "十亿": 10**9,
    "百亿": 10**10,
    "千亿": 10**11,
    "万亿": 10**12,
}
_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?([a-z十百千万萬亿億]{0,2})", re.ASCII)
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)%", re.ASCII)
_OVER = ("超过", "大于", "逾", "多于", "over", "above", "more than", ">")
_NEAR = ("近", "约", "接近", "大约", "near", "about", "nearly", "around", "~")


class Cause(StrEnum):
    """Why a text is no number of ours."""

    EMPTY = "EMPTY"
    NEGATIVE = "NEGATIVE"
    OPEN_ENDED = "OPEN_ENDED"  # `10万+` says no number, only that it is not less.
    FORM = "FORM"
    SUFFIX = "SUFFIX"  # A unit that we do not know.
    NOT_WHOLE = "NOT_WHOLE"  # `1.5` people.
    IMPLAUSIBLE = "IMPLAUSIBLE"  # Above what can be, with its suffix and without.


class NotANumber(Refusal):
    """cause: one of `Cause`. raw: the text."""

    code = "NOT_A_NUMBER"
    message = _("“%(raw)s” cannot be read as a number.")


class Figure(StrEnum):
    """What is counted."""

    FANS = "fans"
    LIKES = "likes"
    WORKS = "works"
    STILLS = "stills"
    ADS = "ads"


# What nothing can be above: fans by `acceptance/tail_accounts.csv`; the others stand well above
# the largest account that was ever published.
CAPS = {
    Figure.FANS: 150_000_000,
    Figure.LIKES: 20_000_000_000,
    Figure.WORKS: 200_000,
    Figure.STILLS: 200_000,
    Figure.ADS: 200_000,
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A number as it was said. step: what its last digit was worth, so 3.1亿 is exact to 10^7."""

    value: int
    step: int
    raw: str
    is_corrected: bool = False


class Said(StrEnum):
    """How a share was said."""

    EXACT = "EXACT"
    NEAR = "NEAR"
    OVER = "OVER"


@dataclass(frozen=True, slots=True)
class Share:
    """A share in basis points, as somebody said it."""

    bps: int
    how: Said
    raw: str


def read(raw: object) -> Reading:
    """The whole number that a text says. raises: NotANumber."""
    text = _plain(raw)
    kept = str(raw).strip()[:LONGEST]
    if not text:
        raise NotANumber(raw=kept, cause=Cause.EMPTY.value)
    if text[0] in "-\u2212":
        raise NotANumber(raw=kept, cause=Cause.NEGATIVE.value)
    if text[-1] in "+多余":
        raise NotANumber(raw=kept, cause=Cause.OPEN_ENDED.value)
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise NotANumber(raw=kept, cause=Cause.FORM.value)
    whole, decimals, suffix = found[1], found[2] or "", found[3]
    if suffix not in _SUFFIXES:
        raise NotANumber(raw=kept, cause=Cause.SUFFIX.value)
    worth = _SUFFIXES[suffix]
    value = Decimal(whole.replace(",", "") + decimals) * worth
    if value != value.to_integral_value():
        raise NotANumber(raw=kept, cause=Cause.NOT_WHOLE.value)
    places = max(0, len(decimals) - 1)
    return Reading(int(value), max(1, worth // 10**places), kept)


def plausible(raw: object, figure: Figure) -> Reading:
    """As `read`, held against what the figure can be; corrected if only its suffix is too much.

    raises: NotANumber.
    """
    reading = read(raw)
    cap = CAPS[figure]
    if reading.value <= cap:
        return reading
    bare = _plain(raw).rstrip("".join(_SUFFIXES))
    refused = NotANumber(raw=reading.raw, cause=Cause.IMPLAUSIBLE.value)
    if bare == _plain(raw):
        raise refused
    try:
        again = read(bare)
    except NotANumber as error:  # `1.6亿` without its suffix counts nothing.
        raise refused from error
    if again.value > cap:
        raise refused
    return Reading(again.value, again.step, reading.raw, is_corrected=True)


def read_share(raw: object) -> Share:
    """A share such as `37.2%`, `近40%` or `超过30%`. raises: NotANumber."""
    text = _plain(raw)
    kept = str(raw).strip()[:LONGEST]
    how = Said.EXACT
    for said, words in ((Said.OVER, _OVER), (Said.NEAR, _NEAR)):
        for word in sorted(words, key=len, reverse=True):
            if text.startswith(word.replace(" ", "")):
                text, how = text[len(word.replace(" ", "")) :], said
                break
        if how is not Said.EXACT:
            break
    found = _SHARE.fullmatch(text)
    if found is None:
        raise NotANumber(raw=kept, cause=(Cause.FORM if text else Cause.EMPTY).value)
    bps = (Decimal(found[1]) * 100).quantize(Decimal(1), ROUND_HALF_UP)
    if bps > 10_000:
        raise NotANumber(raw=kept, cause=Cause.IMPLAUSIBLE.value)
    return Share(int(bps), how, kept)


def _plain(raw: object) -> str:
    """Full-width digits, letters and marks made plain, blanks out, lower case.

    Raised and circled digits stay as they are: the 2 of `1²` is a footnote, not a digit of 12.
    """
    if not isinstance(raw, str) or len(raw) > LONGEST:
        return "" if not isinstance(raw, str) else "…"
    plain = (
        unicodedata.normalize("NFKC", mark) if unicodedata.east_asian_width(mark) == "F" else mark
        for mark in raw
    )
    return "".join("".join(plain).casefold().split())
