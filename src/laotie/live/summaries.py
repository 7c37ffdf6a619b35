"""The report after a show: its figures, its curve by the minute, and what each product brought.

Worked out from what is kept, so it can be made again at any time and then knows of later refunds.
Every figure has a definition in `DEFINITIONS`; pages and files show it beside the figure.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.catalog import queries as catalog
from laotie.content.relations import follows
from laotie.kernel import ids, money, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import WrongState
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.ledger import earnings
from laotie.ledger.terms import Party
from laotie.live import models, rules
from laotie.live.backstage import for_host, locked, locked_for_host
from laotie.live.rules import RoomState
from laotie.trade import queries as trade
from laotie.trade import room_figures
from laotie.trade.room_figures import SoldLine

_SYSTEM = Actor.system("live")
_LONGEST = timedelta(hours=24)
_STILL_MOVING = timedelta(days=30)
_HELD = frozenset({"PAID", "PARTLY_SHIPPED", "SHIPPED", "DELIVERED"})


@dataclass(frozen=True, slots=True)
class Figures:
    """A show in numbers. Amounts are in fen."""

    seconds: int
    viewers_peak: int
    joins: int
    likes: int
    comments: int
    speakers: int
    new_followers: int
    orders: int
    buyers: int
    units: int
    paid_fen: int
    refunded_fen: int
    commission_fen: int
    commission_expected_fen: int


DEFINITIONS: dict[str, str] = {
    "seconds": _("From going live to the end, pauses included."),
    "viewers_peak": _("The most sockets that watched at one moment."),
    "joins": _("How often somebody entered, coming back counted again."),
    "likes": _("Hearts that were sent."),
    "comments": _("Comments that stand; those taken down are not counted."),
    "speakers": _("People who said something."),
    "new_followers": _("People who began to follow during the show and follow still."),
    "orders": _("Orders placed in this room that were paid, whenever they were paid."),
    "buyers": _("People who paid for an order of this room."),
    "units": _("Units in those orders, refunded ones too."),
    "paid_fen": _("What buyers paid for those orders, freight included."),
    "refunded_fen": _("What went back to buyers of those orders until this report was made."),
    "commission_fen": _("Posted to the creator so far for these orders, refunds taken off."),
    "commission_expected_fen": _("Not posted yet: goods are on their way, at the rates frozen."),
}


@dataclass(frozen=True, slots=True)
class Minute:
    """One minute of the show. products: what was explained in it."""

    minute: datetime
    viewers: int
    joins: int
    likes: int
    comments: int
    orders: int
    paid_fen: int
    products: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """One product of the show. explained_s: how long it was presented."""

    product_id: UUID
    title: dict[str, str]
    explained_s: int
    orders: int
    units: int
    refunded_units: int
    paid_fen: int
    commission_fen: int
    commission_expected_fen: int


@dataclass(frozen=True, slots=True)
class Report:
    """A show's report as it was last made."""

    room_id: UUID
    figures: Figures
    minutes: tuple[Minute, ...]
    items: tuple[ItemFigures, ...]
    made_at: datetime


@use_case
def make(*, actor: Actor, room_id: UUID, now: datetime) -> Report:
    """Work the report out again, as things stand now.

    raises: NotFound, NotAllowed, WrongState (the room is not over, or was never on air).
    """
    room = locked_for_host(actor, room_id)
    if RoomState(room.state) not in rules.OVER or room.live_at is None:
        raise WrongState(step="summary.make")
    return _make(room, now=now)


@needs_transaction
def room_ended(room_id: UUID, *, now: datetime) -> None:
    """Make the report of a room that has ended; one that was never on air has none."""
    room = locked(room_id)
    if RoomState(room.state) in rules.OVER and room.live_at is not None:
        _make(room, now=now)


def refresh(*, now: datetime) -> int:
    """Make the reports of the last 30 days again whose orders may have moved; how many."""
    due = models.Summary.objects.filter(
        room__ended_at__gt=now - _STILL_MOVING, made_at__lt=now - timedelta(hours=20)
    ).values_list("room_id", flat=True)[:200]
    for room_id in list(due):
        _refresh(room_id=room_id, now=now)
    return len(due)


@use_case
def _refresh(*, room_id: UUID, now: datetime) -> None:
    room_ended(room_id, now=now)


def of_room(room_id: UUID, *, actor: Actor) -> Report | None:
    """The report as it was last made; None before the show has ended. Two queries.

    raises: NotFound, NotAllowed.
    """
    for_host(actor, room_id)
    row = models.Summary.objects.filter(pk=room_id).first()
    return _report(row) if row else None


@needs_transaction
def _make(room: models.Room, *, now: datetime) -> Report:
    assert room.live_at is not None
    ended_at = min(room.ended_at or now, room.live_at + _LONGEST)
    lines = room_figures.lines_of(room.id)
    spans = _explained(room.id, room.live_at, ended_at)
    earned = _earned(room, lines)
    minutes = _minutes(room, spans, since=room.live_at, until=ended_at)
    items = _items(lines, spans, earned)
    figures = _figures(room, minutes, items, since=room.live_at, until=ended_at)
    row, _is_new = models.Summary.objects.update_or_create(
        room_id=room.id,
        defaults={
            "figures": asdict(figures),
            "minutes": json.loads(json.dumps([asdict(one) for one in minutes], default=_plain)),
            "items": json.loads(json.dumps([asdict(one) for one in items], default=_plain)),
            "made_at": now,
        },
    )
    return _report(row)


def _figures(
    room: models.Room,
    minutes: Sequence[Minute],
    items: Sequence[ItemFigures],
    *,
    since: datetime,
    until: datetime,
) -> Figures:
    sales = trade.room_sales(room.id)
    ((comments, speakers),) = sql.rows(
        "SELECT count(*), count(DISTINCT person_id) FROM live_comment"
        " WHERE room_id = %s AND removed_at IS NULL",
        [room.id],
    )
    new_followers = follows.began_between(room.creator_id, since, until)
    return Figures(
        seconds=round((until - since).total_seconds()),
        viewers_peak=max((one.viewers for one in minutes), default=0),
        joins=sum(one.joins for one in minutes),
        likes=sum(one.likes for one in minutes),
        comments=comments,
        speakers=speakers,
        new_followers=new_followers,
        orders=sales.orders_paid,
        buyers=sales.buyers,
        units=sales.units,
        paid_fen=sales.paid_fen,
        refunded_fen=sales.refunded_fen,
        commission_fen=sum(one.commission_fen for one in items),
        commission_expected_fen=sum(one.commission_expected_fen for one in items),
    )


def _minutes(
    room: models.Room, spans: Sequence["_Span"], *, since: datetime, until: datetime
) -> tuple[Minute, ...]:
    rows = sql.rows(
        sql.text("live", "curve_of_room"), {"room": room.id, "since": since, "until": until}
    )
    return tuple(
        Minute(minute, viewers, joins, likes, comments, orders, paid_fen, _in(spans, minute))
        for minute, viewers, joins, likes, comments, orders, paid_fen in rows
    )


def _in(spans: Sequence["_Span"], minute: datetime) -> tuple[UUID, ...]:
    """What was explained in this minute, in turn."""
    end = minute + timedelta(minutes=1)
    inside = (span.product_id for span in spans if span.starts_at < end and span.ends_at > minute)
    return tuple(dict.fromkeys(inside))


@dataclass(frozen=True, slots=True)
class _Span:
    product_id: UUID
    starts_at: datetime
    ends_at: datetime


def _explained(room_id: UUID, since: datetime, until: datetime) -> tuple[_Span, ...]:
    marks = models.Mark.objects.filter(room_id=room_id).order_by("started_at")
    spans = (
        _Span(mark.product_id, max(mark.started_at, since), min(mark.stopped_at or until, until))
        for mark in marks
    )
    return tuple(span for span in spans if span.ends_at > span.starts_at)


def _earned(room: models.Room, lines: Sequence[SoldLine]) -> dict[tuple[UUID, int], int]:
    party = Party("creator", room.creator_id)
    orders = {line.order_id for line in lines}
    found = earnings.of_orders(party, orders, actor=_SYSTEM)
    return {(one.order_id, one.line_no): one.settled_fen for one in found}


def _items(
    lines: Sequence[SoldLine],
    spans: Sequence[_Span],
    earned: dict[tuple[UUID, int], int],
) -> tuple[ItemFigures, ...]:
    titles = {line.product_id: line.title for line in lines}
    explained: dict[UUID, float] = {}
    for span in spans:
        seconds = (span.ends_at - span.starts_at).total_seconds()
        explained[span.product_id] = explained.get(span.product_id, 0.0) + seconds
    missing = [product_id for product_id in explained if product_id not in titles]
    titles |= _titles(missing)
    found = []
    for product_id in [*dict.fromkeys([*explained, *titles])]:
        own = [line for line in lines if line.product_id == product_id]
        found.append(
            ItemFigures(
                product_id=product_id,
                title=titles.get(product_id, {"zh": "", "en": ""}),
                explained_s=round(explained.get(product_id, 0.0)),
                orders=len({line.order_id for line in own}),
                units=sum(line.units for line in own),
                refunded_units=sum(line.refunded_units for line in own),
                paid_fen=sum(line.paid_fen for line in own),
                commission_fen=sum(earned.get((line.order_id, line.line_no), 0) for line in own),
                commission_expected_fen=sum(expected(line) for line in own),
            )
        )
    return tuple(sorted(found, key=lambda item: (-item.paid_fen, -item.explained_s)))


def expected(line: SoldLine) -> int:
    """What a line that is on its way will bring its creator, at the frozen rate: fen."""
    if line.creator_id is None or line.state not in _HELD:
        return 0
    left = line.base_fen * (line.units - line.refunded_units) // line.units
    return money.share(left, line.creator_bps)


def _titles(product_ids: Iterable[UUID]) -> dict[UUID, dict[str, str]]:
    return {id: card.title for id, card in catalog.product_cards(product_ids).items()}


def csv_rows(report: Report) -> Iterable[Sequence[str | int]]:
    """The report as the rows of a file: figures, then products, then minutes. Amounts in fen."""
    yield ("figure", "value", "definition")
    for name, value in asdict(report.figures).items():
        yield (name, value, DEFINITIONS[name])
    yield ()
    yield ("product", "title_zh", "title_en", *_ITEM_COLUMNS)
    for item in report.items:
        yield (
            ids.public("prd", item.product_id), item.title.get("zh", ""), item.title.get("en", ""),
            *(getattr(item, column) for column in _ITEM_COLUMNS),
        )  # fmt: skip
    yield ()
    yield ("minute", *_MINUTE_COLUMNS, "explained")
    for one in report.minutes:
        yield (
            one.minute.isoformat(),
            *(getattr(one, column) for column in _MINUTE_COLUMNS),
            " ".join(ids.public("prd", id) for id in one.products),
        )


_ITEM_COLUMNS = (
    "explained_s", "orders", "units", "refunded_units", "paid_fen", "commission_fen",
    "commission_expected_fen",
)  # fmt: skip
_MINUTE_COLUMNS = ("viewers", "joins", "likes", "comments", "orders", "paid_fen")


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _report(row: models.Summary) -> Report:
    known = {field.name for field in fields(Figures)}
    return Report(
        room_id=row.room_id,
        figures=Figures(**{name: row.figures.get(name, 0) for name in known}),
        minutes=tuple(
            Minute(
                **{
                    **one,
                    "minute": datetime.fromisoformat(one["minute"]),
                    "products": tuple(map(UUID, one["products"])),
                }
            )
            for one in row.minutes
        ),
        items=tuple(
            ItemFigures(**{**one, "product_id": UUID(one["product_id"])}) for one in row.items
        ),
        made_at=row.made_at,
    )
