"""Two creators side by side: what was counted, what follows from it, and what does not hold.

Ratios are taken exactly and rounded half up at the end. A number that was said in 万 or 亿 is
known only to its last digit, so each ratio comes with the least and the most that it can be.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

from laotie.content.figures.numbers import Reading, Said, Share

# A share is said to half a percentage point; what is “near” may be off by five.
_SAID_TO, _NEAR_TO = Fraction(50), Fraction(500)


class Flag(StrEnum):
    """What a reader must know about one side's figures."""

    CORRECTED = "CORRECTED"  # A count could not be, and was read without its suffix.
    STILLS_SAID_LOOSELY = "STILLS_SAID_LOOSELY"  # “Near 40 %” was said of 37.2.
    STILLS_SAID_OTHERWISE = "STILLS_SAID_OTHERWISE"  # The counts give another share than was said.
    ADS_SAID_LOOSELY = "ADS_SAID_LOOSELY"
    ADS_SAID_OTHERWISE = "ADS_SAID_OTHERWISE"
    ADS_AT_LEAST = "ADS_AT_LEAST"  # Known only as “over” a share.


@dataclass(frozen=True, slots=True)
class Counted:
    """What is known of one creator. Counts that nobody told are None.

    stills_said, ads_said: shares as somebody wrote them, beside or instead of counts.
    """

    fans: Reading
    likes: Reading
    works: int | None = None
    stills: int | None = None
    ads: int | None = None
    stills_said: Share | None = None
    ads_said: Share | None = None


@dataclass(frozen=True, slots=True)
class Ratio:
    """A rounded figure, with the least and most that the exactness of its numbers allows."""

    value: Decimal
    least: Decimal
    most: Decimal

    @property
    def is_exact(self) -> bool:
        """Whether every number that it can be is written the same."""
        return self.least == self.most


@dataclass(frozen=True, slots=True)
class Derived:
    """What follows from one side's counts. Percents have one decimal, likes_per_fan two.

    ads_at_least: of “over 30 %” of 94 works, 29.
    """

    likes_per_fan: Ratio | None
    likes_per_work: Ratio | None
    stills_percent: Ratio | None
    ads_percent: Ratio | None
    ads_at_least: int | None
    flags: frozenset[Flag]


@dataclass(frozen=True, slots=True)
class Compared:
    """Both sides, and how many times the second is the first; None where the first has nothing."""

    one: Derived
    other: Derived
    fans_ratio: Ratio | None
    likes_ratio: Ratio | None
    likes_per_work_ratio: Ratio | None


def derive(counted: Counted) -> Derived:
    works = counted.works
    return Derived(
        likes_per_fan=_ratio(counted.likes, counted.fans, "0.01"),
        likes_per_work=_ratio(counted.likes, _exact(works), "1"),
        stills_percent=percent(counted.stills, works),
        ads_percent=percent(counted.ads, works),
        ads_at_least=_at_least(counted),
        flags=_flags(counted),
    )


def compare(one: Counted, other: Counted) -> Compared:
    """`other` against `one`: a ratio of 2.23 says that the other has 2.23 times as many."""
    first, second = derive(one), derive(other)
    per_work = None
    if one.works and other.works and one.likes.value:
        works = Fraction(one.works, other.works)
        per_work = _rounded(lambda a, b: b / a * works, one.likes, other.likes, "0.1")
    return Compared(
        one=first,
        other=second,
        fans_ratio=_ratio(other.fans, one.fans, "0.01"),
        likes_ratio=_ratio(other.likes, one.likes, "0.01"),
        likes_per_work_ratio=per_work,
    )


def percent(part: int | None, works: int | None) -> Ratio | None:
    """The share that some works are of all, with one decimal; None where it is not known."""
    return _ratio(_exact(part), _exact(works), "0.1", times=100)


def _ratio(above: Reading | None, below: Reading | None, unit: str, times: int = 1) -> Ratio | None:
    if above is None or below is None or below.value == 0:
        return None
    return _rounded(lambda a, b: b * times / a, below, above, unit)


def _rounded(
    of: Callable[[Fraction, Fraction], Fraction], below: Reading, above: Reading, unit: str
) -> Ratio:
    low, high = _bounds(below)
    least, most = _bounds(above)
    middle = of(Fraction(below.value), Fraction(above.value))
    return Ratio(
        _half_up(middle, unit), _half_up(of(high, least), unit), _half_up(of(low, most), unit)
    )


def _bounds(reading: Reading) -> tuple[Fraction, Fraction]:
    """What the number may have been before it was rounded to its last digit."""
    if reading.step == 1:
        return Fraction(reading.value), Fraction(reading.value)
    half = Fraction(reading.step, 2)
    return max(Fraction(1), reading.value - half), reading.value + half


def _half_up(exact: Fraction, unit: str) -> Decimal:
    # 28 digits of a quotient leave far more than is shown.
    quotient = Decimal(exact.numerator) / Decimal(exact.denominator)
    return quotient.quantize(Decimal(unit), ROUND_HALF_UP)


def _exact(count: int | None) -> Reading | None:
    return None if count is None else Reading(count, 1, str(count))


def _at_least(counted: Counted) -> int | None:
    said, works = counted.ads_said, counted.works
    if counted.ads is not None or said is None or said.how is not Said.OVER or works is None:
        return None
    return works * said.bps // 10_000 + 1


def _flags(counted: Counted) -> frozenset[Flag]:
    flags = set[Flag]()
    if counted.fans.is_corrected or counted.likes.is_corrected:
        flags.add(Flag.CORRECTED)
    for count, said, loosely, otherwise in (
        (
            counted.stills,
            counted.stills_said,
            Flag.STILLS_SAID_LOOSELY,
            Flag.STILLS_SAID_OTHERWISE,
        ),
        (counted.ads, counted.ads_said, Flag.ADS_SAID_LOOSELY, Flag.ADS_SAID_OTHERWISE),
    ):
        if count is None or said is None or not counted.works:
            continue
        off = _off(Fraction(count * 10_000, counted.works), said)
        if off > _SAID_TO:
            is_loose = said.how is Said.NEAR and off <= _NEAR_TO
            flags.add(loosely if is_loose else otherwise)
    if _at_least(counted) is not None:
        flags.add(Flag.ADS_AT_LEAST)
    return frozenset(flags)


def _off(bps: Fraction, said: Share) -> Fraction:
    """How far counts are from what was said, in basis points."""
    if said.how is Said.OVER:
        return max(Fraction(0), said.bps - bps)
    return abs(bps - said.bps)
