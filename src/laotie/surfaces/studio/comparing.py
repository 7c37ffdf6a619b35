"""Two creators side by side: ours, or accounts elsewhere of which others have published figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from laotie.accounts import creators
from laotie.content.figures import snapshots
from laotie.content.figures.comparing import Flag, Ratio
from laotie.content.figures.snapshots import Comparison, Day
from laotie.kernel import ids
from laotie.kernel.errors import NotFound, Refusal
from laotie.look.answers import actor
from laotie.look.figure_sources import SOURCES
from laotie.surfaces.studio import web

FLAGS = {
    Flag.CORRECTED: _("A number could not be as it was printed, and was read without its suffix."),
    Flag.STILLS_SAID_LOOSELY: _("The share of pictures was said more loosely than the counts are."),
    Flag.STILLS_SAID_OTHERWISE: _("The share of pictures that was said is not that of the counts."),
    Flag.ADS_SAID_LOOSELY: _("The share of advertising was said more loosely than the counts are."),
    Flag.ADS_SAID_OTHERWISE: _("The share of advertising that was said is not that of the counts."),
    Flag.ADS_AT_LEAST: _("Advertising is known as “over” a share alone: it is the least count."),
}


TITLES = {
    "fans": _("Fans"),
    "likes": _("Likes"),
    "works": _("Works"),
    "stills": _("Works that are pictures"),
    "ads": _("Works that advertise"),
    "likes_per_fan": _("Likes per fan"),
    "likes_per_work": _("Likes per work"),
    "stills_percent": _("Share of pictures, %"),
    "ads_percent": _("Share of advertising, %"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of both: words as they are shown, bars in percent of the longer one."""

    name: str
    one: str
    other: str
    one_wide: int
    other_wide: int
    ratio: str = ""

    @property
    def title(self) -> str:
        return str(TITLES[self.name])


@require_GET
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """What is known of both, what follows, and where it comes from. At most sixteen queries."""
    own = actor(request).creator_id
    asked = [request.GET.get(name, "").strip() for name in ("one", "other")]
    if not asked[0] and own is not None:
        asked[0] = ids.public("crt", own)
    facts: dict[str, Any] = {"asked": asked, "accounts": snapshots.accounts(), "refusal": ""}
    status = 200
    if all(asked):
        try:
            found = snapshots.compare(*(_ref(each) for each in asked))
        except Refusal as refusal:
            facts["refusal"], status = refusal.text(), refusal.status
        else:
            facts |= {
                "found": found,
                "lines": lines_of(found),
                "sides": [
                    (side, SOURCES[side.source], [FLAGS[flag] for flag in sorted(derived.flags)])
                    for side, derived in (
                        (found.one, found.found.one),
                        (found.other, found.found.other),
                    )
                ],
                "over_time": [
                    (found.one, days_of(found.one_days)),
                    (found.other, days_of(found.other_days)),
                ],
            }
    return web.show(request, "studio/compare.html", facts, status=status)


def lines_of(found: Comparison) -> list[Line]:
    """The rows of the table, which are the bars of the chart too."""
    one, other, derived = found.one.counted, found.other.counted, found.found
    shares = ("stills_percent", "ads_percent")
    return [
        _line("fans", one.fans.value, other.fans.value, derived.fans_ratio),
        _line("likes", one.likes.value, other.likes.value, derived.likes_ratio),
        _line("works", one.works, other.works),
        _line("stills", one.stills, other.stills),
        _line("ads", one.ads, other.ads),
        _line("likes_per_fan", derived.one.likes_per_fan, derived.other.likes_per_fan),
        _line(
            "likes_per_work",
            derived.one.likes_per_work,
            derived.other.likes_per_work,
            derived.likes_per_work_ratio,
        ),
        *(
            _line(f"{name}", getattr(derived.one, name), getattr(derived.other, name))
            for name in shares
        ),
    ]


def days_of(days: Sequence[Day]) -> list[tuple[date, list[str]]]:
    """One side's days with the words of each column; empty where nobody told."""
    return [
        (
            day.as_of,
            [
                _words(figure)
                for figure in (
                    day.fans,
                    day.likes,
                    day.works,
                    day.stills_percent,
                    day.ads_percent,
                )
            ],
        )
        for day in days
    ]


def _line(
    name: str,
    one: int | Ratio | None,
    other: int | Ratio | None,
    ratio: Ratio | None = None,
) -> Line:
    values = [_value(one), _value(other)]
    most = max([value for value in values if value is not None], default=Decimal(0))
    one_wide, other_wide = (int(100 * value / most) if value and most else 0 for value in values)
    times = _words(ratio, unit="×")
    return Line(name, _words(one), _words(other), one_wide, other_wide, times)


def _value(figure: int | Ratio | None) -> Decimal | None:
    if figure is None:
        return None
    return figure.value if isinstance(figure, Ratio) else Decimal(figure)


def _words(figure: int | Ratio | None, *, unit: str = "") -> str:
    """A number in full; of a ratio also what it can be, where its numbers were not exact."""
    if figure is None:
        return ""
    if not isinstance(figure, Ratio):
        return f"{figure:,}{unit}"
    told = f"{figure.value:,}{unit}"
    return told if figure.is_exact else f"{told} ({figure.least:,} – {figure.most:,})"


def _ref(asked: str) -> str:
    """A public id as it is; any other text is a creator's name. raises: NotFound."""
    if asked.startswith(("crt_", "oac_")):
        return asked
    try:
        return creators.named(asked).public_id
    except NotFound:
        matching = snapshots.accounts(asked, most=1)
        if not matching:
            raise
        return matching[0][0]
