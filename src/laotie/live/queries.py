"""What pages and the gateway read about rooms. Frozen dataclasses; each says what it costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from laotie.accounts import creators, people
from laotie.accounts.creators import CreatorCard
from laotie.content.relations import follows
from laotie.kernel import clock, ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound
from laotie.live import bag as bags
from laotie.live import (
    drops,
    frames,
    giveaways,
    ingest,
    models,
    pinning,
    presence,
    rules,
    seats,
)
from laotie.live.backstage import for_duty, for_host, in_sight, require_in_sight
from laotie.live.bag import BagItem, ProductInRoom
from laotie.live.frames import Frame
from laotie.live.presence import Audience
from laotie.live.rooms import RoomCard, card_of
from laotie.live.rules import Duty, RoomState, Silence
from laotie.trade import queries as trade

_SAYS_IN_SNAPSHOT = 20
_FRAMES_IN_OPENING = 500
_NOBODY = Audience(0, 0)


@dataclass(frozen=True, slots=True)
class Opening:
    """A room as the gateway hands it to pages that enter, true at `seq`.

    pinned, flash, says: bodies of frames. recent: the newest frames up to `seq`.
    """

    room_id: UUID
    epoch: int
    seq: int
    state: str
    title: str
    creator_id: UUID
    host_name: str
    host_avatar: str
    sold: int
    bag: int
    audience: Audience = _NOBODY
    pinned: Mapping[str, Any] | None = None
    flash: Mapping[str, Any] | None = None
    pinned_say: Mapping[str, Any] | None = None
    giveaway: Mapping[str, Any] | None = None
    drop: Mapping[str, Any] | None = None
    says: tuple[Mapping[str, Any], ...] = ()
    kicked: frozenset[UUID] = frozenset()
    recent: tuple[Frame, ...] = ()


@dataclass(frozen=True, slots=True)
class RoomInFeed:
    """One slide. pinned: what is presented, else the first of the bag. is_near: as `feed` says."""

    room: RoomCard
    creator: CreatorCard
    stream_name: str
    audience: Audience
    pinned: ProductInRoom | None
    is_pinned: bool
    is_near: bool = False


@dataclass(frozen=True, slots=True)
class RoomPage:
    """A room for one visitor. may_enter: whether there is anything to watch for them now."""

    room: RoomCard
    creator: CreatorCard
    stream_name: str
    audience: Audience
    sold: int
    bag: int
    followers: int
    is_following: bool
    is_host: bool
    may_enter: bool


@dataclass(frozen=True, slots=True)
class Silenced:
    person_id: UUID
    name: str
    kind: Silence
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Said:
    """A comment on the host's desk. is_moderator: by somebody who holds a seat."""

    id: UUID
    person_id: UUID
    name: str
    avatar_url: str
    text: str
    said_at: datetime
    is_moderator: bool = False


@dataclass(frozen=True, slots=True)
class Signal:
    """The publish session that feeds a room, or the last one that did.

    took_over: whether it threw another publisher out.
    """

    session_id: UUID
    door: str
    is_on: bool
    width: int
    height: int
    video: str
    audio: str
    started_at: datetime
    end_reason: str
    took_over: bool
    health: Mapping[str, Any]
    heard_s_ago: int


@dataclass(frozen=True, slots=True)
class SaleLine:
    """A paid order of the room on its host's desk. title: of its first line."""

    title: dict[str, str]
    units: int
    paid_fen: int
    paid_at: datetime


@dataclass(frozen=True, slots=True)
class MinuteOfRoom:
    """One point of the curve on the host's desk."""

    minute: datetime
    viewers: int
    joins: int
    likes: int
    comments: int
    orders: int
    paid_fen: int


def opening(room_id: UUID) -> Opening | None:
    """Everything that a page draws first, at one position. None: no such room.

    25 queries while a product is pinned and a flash offer open, however much lies in the bag. Read
    in one snapshot of the database, so that nothing is in it that comes again as a frame.
    """
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        room = models.Room.objects.filter(pk=room_id).first()
        position = frames.position(room_id)
        if room is None or position is None:
            return None
        host = creators.card(room.creator_id)
        now = clock.now()
        pinned, flash = bags.bodies(room_id, now=now)
        return Opening(
            room_id=room_id,
            epoch=position.epoch,
            seq=position.seq,
            state=room.state,
            title=room.title,
            creator_id=room.creator_id,
            host_name=host.name,
            host_avatar=host.avatar_url,
            sold=bags.units_sold(room_id),
            bag=models.Item.objects.filter(room_id=room_id).count(),
            audience=presence.audiences([room_id]).get(room_id, _NOBODY),
            pinned=pinned,
            flash=flash,
            pinned_say=pinning.body(room_id),
            giveaway=giveaways.body(room_id, now=now),
            drop=drops.body(room_id, now=now),
            says=tuple(_says(room_id, host)),
            kicked=frozenset(
                models.PersonSilence.objects.filter(
                    room_id=room_id, kind=Silence.KICKED.value
                ).values_list("person_id", flat=True)
            ),
            recent=tuple(_recent(room_id, position)),
        )


def feed(
    *,
    actor: Actor,
    now: datetime,
    limit: int = 20,
    followed_by: UUID | None = None,
    after: UUID | None = None,
    near: UUID | None = None,
) -> tuple[RoomInFeed, ...]:
    """Rooms on air in the viewer's sight, newest first. Seven queries, of at most 50 rooms.

    followed_by: only rooms of creators whom this person follows. after: the last room that was
    given; it may have ended since. A room that is not known begins anew. near: those of creators
    whom this person follows stand before the newest, as many again; two queries more.
    """
    most = min(limit, 50)
    on_air = in_sight(actor).filter(state__in=[state.value for state in rules.ON_AIR])
    if followed_by is not None:
        on_air = on_air.filter(creator_id__in=follows.of_person(followed_by))
    last = models.Room.objects.filter(pk=after, live_at__isnull=False).first() if after else None
    if last is not None:
        on_air = on_air.filter(
            Q(live_at__lt=last.live_at) | Q(live_at=last.live_at, id__lt=last.id)
        )
    newest = on_air.order_by("-live_at", "-id")
    first = newest.filter(creator_id__in=follows.of_person(near))[:most] if near else ()
    near_ids = {room.id for room in first}
    rooms = [*first, *(room for room in newest[:most] if room.id not in near_ids)]
    room_ids = [room.id for room in rooms]
    hosts = creators.cards({room.creator_id for room in rooms})
    audiences = presence.audiences(room_ids)
    shown = bags.shown_first(room_ids, now=now)
    return tuple(
        RoomInFeed(
            room=card_of(room),
            creator=hosts[room.creator_id],
            stream_name=ingest.stream_name(room.id),
            audience=audiences.get(room.id, _NOBODY),
            pinned=shown[room.id].product if room.id in shown else None,
            is_pinned=room.id in shown and shown[room.id].is_pinned,
            is_near=room.id in near_ids,
        )
        for room in rooms
    )


def announced(
    *, actor: Actor, limit: int = 20, followed_by: UUID | None = None
) -> tuple[tuple[RoomCard, CreatorCard], ...]:
    """Rooms to come, soonest first. Four queries. actor, followed_by: as in `feed`."""
    to_come = in_sight(actor).filter(state=RoomState.SCHEDULED.value)
    if followed_by is not None:
        to_come = to_come.filter(creator_id__in=follows.of_person(followed_by))
    rooms = list(to_come.order_by("starts_at")[:limit])
    hosts = creators.cards({room.creator_id for room in rooms})
    return tuple((card_of(room), hosts[room.creator_id]) for room in rooms)


def on_air_with(
    shop_id: UUID, *, actor: Actor, limit: int = 3
) -> tuple[tuple[RoomCard, CreatorCard], ...]:
    """As `feed`, of rooms that have goods of this shop in their bag. Three queries."""
    bags_of = models.Item.objects.filter(product__shop_id=shop_id).values("room_id")
    on_air = in_sight(actor).filter(state__in=[state.value for state in rules.ON_AIR])
    rooms = list(on_air.filter(id__in=bags_of).order_by("-live_at", "-id")[:limit])
    hosts = creators.cards({room.creator_id for room in rooms})
    return tuple((card_of(room), hosts[room.creator_id]) for room in rooms)


def room_page(room_id: UUID, *, actor: Actor) -> RoomPage:
    """A room as its page needs it before the socket is open. Eight queries.

    raises: NotFound, also for a room that is not public yet, to all but its hosts.
    """
    room = models.Room.objects.filter(pk=room_id).first()
    if room is None:
        raise NotFound
    is_host = rules.may_run(actor, creator_id=room.creator_id, shop_id=room.shop_id)
    state = RoomState(room.state)
    if state is RoomState.PREVIEW and not (is_host or actor.is_operator):
        raise NotFound
    require_in_sight(actor, room)
    return RoomPage(
        room=card_of(room),
        creator=creators.card(room.creator_id),
        stream_name=ingest.stream_name(room_id),
        audience=presence.audiences([room_id]).get(room_id, _NOBODY),
        sold=bags.units_sold(room_id),
        bag=models.Item.objects.filter(room_id=room_id).count(),
        followers=follows.followers(room.creator_id),
        is_following=follows.is_following(actor.person_id, room.creator_id),
        is_host=is_host,
        may_enter=state in rules.ON_AIR or (is_host and state in rules.OPEN),
    )


def bag(room_id: UUID, *, now: datetime) -> tuple[BagItem, ...]:
    """The bag with the prices that hold in this room now. Eight queries, at most 100 items."""
    return bags.items(room_id, now=now)


def shops_of_bag(room_id: UUID) -> tuple[UUID, ...]:
    """Whose goods are in a room's bag, in the order in which they lie there. One query."""
    rows = models.Item.objects.filter(room_id=room_id).order_by("no")
    return tuple(dict.fromkeys(rows.values_list("product__shop_id", flat=True)))


def rooms_for_operator(*, limit: int = 100) -> tuple[tuple[RoomCard, CreatorCard, Audience], ...]:
    """Rooms that an operator may have to act on: open or suspended ones. Three queries."""
    states = [state.value for state in (*sorted(rules.OPEN), RoomState.SUSPENDED)]
    rooms = list(models.Room.objects.filter(state__in=states).order_by("-live_at")[:limit])
    hosts = creators.cards({room.creator_id for room in rooms})
    audiences = presence.audiences([room.id for room in rooms])
    return tuple(
        (card_of(room), hosts[room.creator_id], audiences.get(room.id, _NOBODY)) for room in rooms
    )


def room_for_host(room_id: UUID, *, actor: Actor) -> RoomCard:
    """One query. raises: SignInFirst, NotFound, NotAllowed."""
    return card_of(for_host(actor, room_id))


def room_for_duty(room_id: UUID, *, actor: Actor) -> tuple[RoomCard, frozenset[Duty]]:
    """The room for those who run it or hold a seat in it, and what they may do. Two queries.

    raises: SignInFirst, NotFound, NotAllowed.
    """
    room = for_duty(actor, room_id)
    if rules.may_run(actor, creator_id=room.creator_id, shop_id=room.shop_id):
        return card_of(room), frozenset(Duty)
    return card_of(room), seats.duties_of(actor.person_id, room.creator_id)


def signal(room_id: UUID, *, actor: Actor) -> Signal | None:
    """What arrives from the encoder, for the host. Two queries. raises: NotFound, NotAllowed."""
    for_host(actor, room_id)
    sessions = models.Session.objects.filter(room_id=room_id)
    session = sessions.order_by("-started_at", "-heard_at").first()
    if session is None:
        return None
    return Signal(
        session_id=session.id,
        door=session.door,
        is_on=session.ended_at is None,
        width=session.width,
        height=session.height,
        video=session.video,
        audio=session.audio,
        started_at=session.started_at,
        end_reason=session.end_reason,
        took_over=session.took_over is not None,
        health=session.health,
        heard_s_ago=max(0, round((clock.wall() - session.heard_at).total_seconds())),
    )


def comments(room_id: UUID, *, actor: Actor, limit: int = 50) -> tuple[Said, ...]:
    """The newest comments for those who keep order, newest first. Four queries."""
    room = for_duty(actor, room_id)
    sitting = seats.of_creators([room.creator_id])[room.creator_id]
    rows = list(
        models.Comment.objects.filter(room_id=room_id, removed_at__isnull=True).order_by(
            "-said_at", "-id"
        )[:limit]
    )
    names = people.cards({row.person_id for row in rows})
    return tuple(
        Said(
            row.id,
            row.person_id,
            names[row.person_id].name,
            names[row.person_id].avatar_url,
            row.text,
            row.said_at,
            row.person_id in sitting,
        )
        for row in rows
    )


def sales(room_id: UUID, *, actor: Actor, limit: int = 20) -> tuple[SaleLine, ...]:
    """The newest paid orders of the room, newest first. Four queries. raises: NotAllowed."""
    for_host(actor, room_id)
    rows = list(models.Sale.objects.filter(room_id=room_id).order_by("-paid_at")[:limit])
    orders = trade.order_cards([row.order_id for row in rows], actor=Actor.system("live"))
    return tuple(
        SaleLine(orders[row.order_id].lines[0].title, row.units, row.paid_fen, row.paid_at)
        for row in rows
    )


def silenced(room_id: UUID, *, actor: Actor, now: datetime) -> tuple[Silenced, ...]:
    """Who is muted or sent out now. Three queries. raises: NotFound, NotAllowed."""
    for_duty(actor, room_id)
    rows = [
        row
        for row in models.PersonSilence.objects.filter(room_id=room_id).order_by("-decided_at")
        if row.until is None or row.until > now
    ]
    names = people.cards({row.person_id for row in rows})
    return tuple(
        Silenced(row.person_id, names[row.person_id].name, Silence(row.kind), row.until)
        for row in rows
    )


def curve(room_id: UUID, *, actor: Actor, now: datetime) -> tuple[MinuteOfRoom, ...]:
    """The last hour, minute by minute, oldest first; quiet minutes too. Two queries."""
    for_host(actor, room_id)
    rows = sql.rows(
        sql.text("live", "curve_of_room"),
        {"room": room_id, "since": now - timedelta(minutes=59), "until": now},
    )
    return tuple(MinuteOfRoom(*row) for row in rows)


def _says(room_id: UUID, host: CreatorCard) -> list[dict[str, Any]]:
    rows = list(
        models.Comment.objects.filter(room_id=room_id, removed_at__isnull=True).order_by(
            "-said_at", "-id"
        )[:_SAYS_IN_SNAPSHOT]
    )
    names = people.cards({row.person_id for row in rows})
    sitting = seats.of_creators([host.id])[host.id]
    return [
        {
            "id": str(row.id),
            "person": ids.public("per", row.person_id),
            "name": names[row.person_id].name,
            "avatar": names[row.person_id].avatar_url,
            "text": row.text,
            "host": row.person_id == host.person_id,
            "mod": row.person_id in sitting,
            "seq": row.seq,
        }
        for row in reversed(rows)
    ]


def _recent(room_id: UUID, position: frames.Position) -> list[Frame]:
    after = frames.Position(position.epoch, max(0, position.seq - _FRAMES_IN_OPENING))
    return frames.tail({room_id: after}, limit=_FRAMES_IN_OPENING)
