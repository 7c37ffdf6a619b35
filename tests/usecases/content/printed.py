"""Figures of two creators as an article printed them, and an operator who brings them in."""

from datetime import date
from typing import Any

from tests.builders import NOW

from laotie.content.figures import snapshots
from laotie.content.figures.snapshots import Printed
from laotie.kernel.actor import Actor

ONE = Printed(
    network="快手",
    name="创作者甲",
    fans="3123万",
    likes="5874万",
    works="94",
    stills="35",
    stills_share="近40%",
    ads_share="超过30%",
    joined_on=date(2020, 5, 1),
)
OTHER = Printed(
    network="抖音",
    name="创作者乙",
    fans="6953万",
    likes="3.1亿",
    works="51",
    joined_on=date(2021, 1, 1),
)


def bring(printed: Printed, operator: Actor, **changes: Any) -> snapshots.SnapshotCard:
    """The figures are here, as of the day that the article speaks of."""
    told = {
        "as_of": date(2022, 2, 28),
        "source_kind": "MEDIA",
        "source": "https://news.example/article",
        **changes,
    }
    return snapshots.bring_in(actor=operator, printed=printed, now=NOW, **told)
