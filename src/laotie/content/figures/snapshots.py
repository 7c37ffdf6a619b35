"""Counts of creators over time: ours, counted once a day, and those of accounts elsewhere.

What is published and compared are valid counts (`genuine`); raw ones are kept beside them. Figures
from outside are read from the text that others printed, and keep that text and its source.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_noop as _

from laotie.accounts import creators
from laotie.content import models
from laotie.content.figures import comparing, numbers
from laotie.content.figures.comparing import Compared, Counted, Ratio
from laotie.content.figures.numbers import Figure, NotANumber, Reading, Said, Share
from laotie.content.figures.sources import Source
from laotie.kernel import ids, sql, text
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.kernel.use_case import use_case

_DAYS_SHOWN = 90
_COUNTS = (Figure.WORKS, Figure.STILLS, Figure.ADS)


class NothingCounted(Refusal):
    """name: of whom there is no figure yet."""

    code = "NOTHING_COUNTED"
    message = _("There are no figures of %(name)s yet. Ours are counted once a day.")


class FigureUnreadable(Refusal):
    """field: which figure. raw: its text. cause: one of `numbers.Cause`."""

    code = "FIGURE_UNREADABLE"
    status = 422
    message = _("“%(raw)s” cannot be read as a number.")


class BroughtBefore(Refusal):
    code = "BROUGHT_BEFORE"
    message = _("Figures of this account, day and source are here already.")


@dataclass(frozen=True, slots=True)
class Printed:
    """Figures of an account elsewhere, as they stand in a source, to the letter.

    Counts of works and shares may be missing. stills_share, ads_share: such as `近40%`.
    """

    network: str
    name: str
    fans: str
    likes: str
    works: str = ""
    stills: str = ""
    ads: str = ""
    stills_share: str = ""
    ads_share: str = ""
    joined_on: date | None = None


@dataclass(frozen=True, slots=True)
class SnapshotCard:
    """One day's counts of one creator, with where they come from.

    ref: public id of a creator or of an account elsewhere. all_fans, all_likes: with forged ones;
    None where nobody told. corrected: figures that could not be as they were printed.
    """

    ref: str
    name: str
    network: str
    joined_on: date | None
    as_of: date
    source: Source
    source_text: str
    counted: Counted
    all_fans: int | None
    all_likes: int | None
    texts: Mapping[str, str]
    corrected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """One of a creator's days. stills, ads: of the works; None where nobody told."""

    as_of: date
    fans: int
    likes: int
    works: int | None
    stills: int | None
    ads: int | None

    @property
    def stills_percent(self) -> Ratio | None:
        return comparing.percent(self.stills, self.works)

    @property
    def ads_percent(self) -> Ratio | None:
        return comparing.percent(self.ads, self.works)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two creators as of their latest figures, what follows from them, and the days before.

    one_days, other_days: as of `days`.
    """

    one: SnapshotCard
    other: SnapshotCard
    found: Compared
    one_days: tuple[Day, ...]
    other_days: tuple[Day, ...]


@use_case
def take(*, now: datetime) -> int:
    """Every creator with posts or followers has today's counts; how many were taken now.

    Asked again on the same day, it takes those alone that are new.
    """
    return sql.change(
        sql.text("content", "take_snapshots"),
        {"today": _today(now), "now": now, "source": Source.OWN.value},
    )


@use_case
def bring_in(
    *,
    actor: Actor,
    printed: Printed,
    as_of: date,
    source_kind: str,
    source: str,
    now: datetime,
) -> SnapshotCard:
    """An account elsewhere has these figures, with who printed them. For operators.

    source: where it stands, such as an address; 1 to 300 characters.
    raises: NotAllowed, Invalid, FigureUnreadable, BroughtBefore.
    """
    actor.require_role("operator")
    if source_kind not in set(Source) - {Source.OWN}:
        raise Invalid(field="source_kind", reason="choice")
    if as_of > _today(now):
        raise Invalid(field="as_of", reason="range")
    counted, texts, corrected = _read(printed)
    account, _is_new = models.OutsideAccount.objects.get_or_create(
        network=text.clean_line(printed.network, field="network", longest=40),
        name=text.clean_line(printed.name, field="name", longest=80),
        defaults={"joined_on": printed.joined_on, "known_since": now},
    )
    where = text.clean_line(source, field="source", longest=300)
    rows = models.CreatorSnapshot.objects.filter(account=account, as_of=as_of, source=where)
    if rows.exists():
        raise BroughtBefore
    row = models.CreatorSnapshot.objects.create(
        account=account,
        as_of=as_of,
        source_kind=source_kind,
        source=where,
        fans=counted.fans.value,
        likes=counted.likes.value,
        fans_step=counted.fans.step,
        likes_step=counted.likes.step,
        works=counted.works,
        stills=counted.stills,
        ads=counted.ads,
        **_said("stills", counted.stills_said),
        **_said("ads", counted.ads_said),
        texts=texts,
        corrected=sorted(corrected),
        taken_at=now,
        brought_by=actor.person_id,
    )
    return _card(row, account=account)


def accounts(words: str = "", *, most: int = 50) -> tuple[tuple[str, str], ...]:
    """Public id and name of accounts elsewhere of which there are figures. One query."""
    rows = models.OutsideAccount.objects.filter(
        Q(name__icontains=words) | Q(network__icontains=words)
    ).order_by("network", "name")
    return tuple((ids.public("oac", row.pk), f"{row.name} · {row.network}") for row in rows[:most])


def latest(ref: str) -> SnapshotCard:
    """The newest figures of a creator of ours, or of an account elsewhere. Two queries.

    raises: NotFound, NothingCounted.
    """
    rows = models.CreatorSnapshot.objects.order_by("-as_of", "-taken_at")
    if ref.startswith("oac_"):
        account = models.OutsideAccount.objects.filter(pk=ids.parse("oac", ref)).first()
        if account is None:
            raise NotFound
        row = rows.filter(account=account).first()
        if row is None:
            raise NothingCounted(name=account.name)
        return _card(row, account=account)
    creator = creators.card(ids.parse("crt", ref))
    own = rows.filter(creator=creator.id)
    if creator.counts_since is not None:
        own = own.filter(as_of__gt=_today(creator.counts_since))
    row = own.first()
    if row is None:
        raise NothingCounted(name=creator.name)
    return _card(row, name=creator.name)


def days(ref: str, *, most: int = _DAYS_SHOWN) -> tuple[Day, ...]:
    """A creator's days, newest first; at most 90. Two queries; one of an account elsewhere.

    raises: NotFound.
    """
    rows = models.CreatorSnapshot.objects.order_by("-as_of", "-taken_at")
    if ref.startswith("oac_"):
        rows = rows.filter(account=ids.parse("oac", ref))
    else:
        creator = creators.card(ids.parse("crt", ref))
        rows = rows.filter(creator=creator.id)
        if creator.counts_since is not None:
            rows = rows.filter(as_of__gt=_today(creator.counts_since))
    return tuple(
        Day(row.as_of, row.fans, row.likes, row.works, row.stills, row.ads) for row in rows[:most]
    )


def compare(one: str, other: str) -> Comparison:
    """Two creators by their newest figures, and day by day. Eight queries, or two fewer for each
    account elsewhere.

    one, other: public ids of creators, or of accounts elsewhere.
    raises: NotFound, NothingCounted.
    """
    first, second = latest(one), latest(other)
    return Comparison(
        first,
        second,
        comparing.compare(first.counted, second.counted),
        one_days=days(one),
        other_days=days(other),
    )


def _read(printed: Printed) -> tuple[Counted, dict[str, str], list[str]]:
    """What the texts say, the texts, and which were corrected. raises: FigureUnreadable."""
    texts: dict[str, str] = {}
    corrected: list[str] = []

    def read(figure: Figure) -> Reading | None:
        raw = getattr(printed, figure.value)
        if not raw.strip() and figure in _COUNTS:
            return None
        try:
            reading = numbers.plausible(raw, figure)
        except NotANumber as error:
            raise FigureUnreadable(field=figure.value, **error.facts) from error
        texts[figure.value] = reading.raw
        if reading.is_corrected:
            corrected.append(figure.value)
        return reading

    def share(name: str) -> Share | None:
        raw = getattr(printed, name)
        if not raw.strip():
            return None
        try:
            said = numbers.read_share(raw)
        except NotANumber as error:
            raise FigureUnreadable(field=name, **error.facts) from error
        texts[name] = said.raw
        return said

    fans, likes = read(Figure.FANS), read(Figure.LIKES)
    assert fans is not None
    assert likes is not None
    works, stills, ads = (read(figure) for figure in _COUNTS)
    for figure, part in (("stills", stills), ("ads", ads)):
        if part is not None and (works is None or part.value > works.value):
            raise Invalid(field=figure, reason="range")
    counted = Counted(
        fans=fans,
        likes=likes,
        works=works.value if works else None,
        stills=stills.value if stills else None,
        ads=ads.value if ads else None,
        stills_said=share("stills_share"),
        ads_said=share("ads_share"),
    )
    return counted, texts, corrected


def _said(name: str, share: Share | None) -> dict[str, int | str | None]:
    return {
        f"{name}_said_bps": share.bps if share else None,
        f"{name}_said_how": share.how.value if share else "",
    }


def _share(row: models.CreatorSnapshot, name: str) -> Share | None:
    bps, how = getattr(row, f"{name}_said_bps"), getattr(row, f"{name}_said_how")
    return None if bps is None else Share(bps, Said(how), row.texts.get(f"{name}_share", ""))


def _card(
    row: models.CreatorSnapshot, *, name: str = "", account: models.OutsideAccount | None = None
) -> SnapshotCard:
    texts, corrected = row.texts, tuple(row.corrected)
    if account is not None:
        ref = ids.public("oac", account.pk)
    else:
        assert row.creator_id is not None
        ref = ids.public("crt", row.creator_id)
    return SnapshotCard(
        ref=ref,
        name=account.name if account else name,
        network=account.network if account else "",
        joined_on=account.joined_on if account else None,
        as_of=row.as_of,
        source=Source(row.source_kind),
        source_text=row.source,
        counted=Counted(
            fans=Reading(row.fans, row.fans_step, texts.get("fans", ""), "fans" in corrected),
            likes=Reading(row.likes, row.likes_step, texts.get("likes", ""), "likes" in corrected),
            works=row.works,
            stills=row.stills,
            ads=row.ads,
            stills_said=_share(row, "stills"),
            ads_said=_share(row, "ads"),
        ),
        all_fans=row.all_fans,
        all_likes=row.all_likes,
        texts=texts,
        corrected=corrected,
    )


def _today(now: datetime) -> date:
    return now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
