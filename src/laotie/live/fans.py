"""A creator's followers and regulars, and what their shows earned. Nobody is named in full."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from laotie.accounts import creators, people
from laotie.content.relations import follows
from laotie.kernel import sql
from laotie.kernel.actor import Actor
from laotie.ledger import earnings
from laotie.ledger.terms import Party
from laotie.live import models, rules
from laotie.live.rooms import RoomCard, card_of
from laotie.live.summaries import expected
from laotie.trade import room_figures

GROWTH_DAYS = 30
_REGULARS = 10
_EARNED_SINCE = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Day:
    """Who began to follow on this day and follows still, and how many follow at its end."""

    on: date
    began: int
    total: int


@dataclass(frozen=True, slots=True)
class Regular:
    """Somebody who keeps coming back; the name is masked."""

    name: str
    shows: int
    comments: int


@dataclass(frozen=True, slots=True)
class Fans:
    followers: int
    days: tuple[Day, ...]
    regulars: tuple[Regular, ...]


@dataclass(frozen=True, slots=True)
class Pay:
    """What some lines earned: posted, of it still waiting, and expected for goods on their way."""

    orders: int
    units: int
    settled_fen: int
    pending_fen: int
    expected_fen: int


@dataclass(frozen=True, slots=True)
class ShowPay:
    """room: None for sales outside of rooms."""

    room: RoomCard | None
    pay: Pay


@dataclass(frozen=True, slots=True)
class ItemPay:
    product_id: UUID
    title: dict[str, str]
    pay: Pay


@dataclass(frozen=True, slots=True)
class OrderPay:
    """One order that has not been paid out in full, and what it waits for.

    waits_for: receipt (until `until` at the latest, if that is known) or the after_sale window.
    """

    order_id: UUID
    fen: int
    waits_for: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Earnings:
    since: datetime
    shows: tuple[ShowPay, ...]
    items: tuple[ItemPay, ...]
    waiting: tuple[OrderPay, ...]


def of_creator(*, actor: Actor, zone: str, now: datetime) -> Fans:
    """The actor's followers with their growth over 30 days of this zone, and their regulars.

    Four queries. raises: SignInFirst, NotAllowed (no creator).
    """
    creator_id = actor.require_creator()
    today = now.astimezone(ZoneInfo(zone)).date()
    first = today - timedelta(days=GROWTH_DAYS - 1)
    began = follows.began_by_day(creator_id, zone)
    total = sum(count for day, count in began.items() if day < first)
    days = []
    for n in range(GROWTH_DAYS):
        day = first + timedelta(days=n)
        total += began.get(day, 0)
        days.append(Day(day, began.get(day, 0), total))
    return Fans(follows.followers(creator_id), tuple(days), _regulars(creator_id, now=now))


def earned(*, actor: Actor, now: datetime) -> Earnings:
    """What the actor's last 90 days earned by show and by product, from the ledger.

    Four queries, at most 20,000 lines. raises: SignInFirst, NotAllowed (no creator).
    """
    creator_id = actor.require_creator()
    since = now - _EARNED_SINCE
    lines = room_figures.lines_of_creator(creator_id, since=since)
    posted = {
        (one.order_id, one.line_no): one
        for one in earnings.of_orders(
            Party("creator", creator_id), {line.order_id for _room, line in lines}, actor=actor
        )
    }
    rooms = {
        room.id: card_of(room)
        for room in models.Room.objects.filter(pk__in={id for id, _line in lines if id is not None})
    }
    by_room: dict[UUID | None, list[room_figures.SoldLine]] = {}
    by_item: dict[UUID, list[room_figures.SoldLine]] = {}
    for room_id, line in lines:
        by_room.setdefault(room_id if room_id in rooms else None, []).append(line)
        by_item.setdefault(line.product_id, []).append(line)
    shows = [
        ShowPay(rooms.get(id) if id else None, _pay(own, posted)) for id, own in by_room.items()
    ]
    items = [ItemPay(id, own[-1].title, _pay(own, posted)) for id, own in by_item.items()]
    return Earnings(
        since=since,
        shows=tuple(sorted(shows, key=lambda one: one.room.starts_at if one.room else since))[::-1],
        items=tuple(sorted(items, key=lambda one: -(one.pay.settled_fen + one.pay.expected_fen))),
        waiting=_waiting([line for _room, line in lines], posted),
    )


def _pay(
    lines: Sequence[room_figures.SoldLine], posted: dict[tuple[UUID, int], earnings.Earned]
) -> Pay:
    own = [posted[key] for line in lines if (key := (line.order_id, line.line_no)) in posted]
    return Pay(
        orders=len({line.order_id for line in lines}),
        units=sum(line.units for line in lines),
        settled_fen=sum(one.settled_fen for one in own),
        pending_fen=sum(one.pending_fen for one in own),
        expected_fen=sum(expected(line) for line in lines),
    )


def _waiting(
    lines: Sequence[room_figures.SoldLine], posted: dict[tuple[UUID, int], earnings.Earned]
) -> tuple[OrderPay, ...]:
    found: dict[UUID, OrderPay] = {}
    for line in lines:
        one = posted.get((line.order_id, line.line_no))
        waits: tuple[int, str, datetime | None] = (expected(line), "receipt", None)
        if one is not None:
            waits = (one.pending_fen, "after_sale", line.complete_by)
        if waits[0]:
            before = found[line.order_id].fen if line.order_id in found else 0
            found[line.order_id] = OrderPay(line.order_id, before + waits[0], waits[1], waits[2])
    return tuple(found.values())[-50:][::-1]


def _regulars(creator_id: UUID, *, now: datetime) -> tuple[Regular, ...]:
    rows = sql.rows(
        "SELECT c.person_id, count(DISTINCT c.room_id) AS shows, count(*) AS comments"
        " FROM live_comment c JOIN live_room r ON r.id = c.room_id"
        " WHERE r.creator_id = %s AND c.said_at > %s AND c.removed_at IS NULL"
        " AND c.person_id <> %s"
        " GROUP BY 1 ORDER BY 2 DESC, 3 DESC, 1 LIMIT %s",
        [creator_id, now - _EARNED_SINCE, creators.card(creator_id).person_id, _REGULARS],
    )
    names = people.cards({person_id for person_id, _shows, _comments in rows})
    return tuple(
        Regular(rules.masked(names[person_id].name), int(shows), int(comments))
        for person_id, shows, comments in rows
    )
