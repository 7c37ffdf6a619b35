"""The frames table as the bus: each process polls it once per tick for all of its rooms."""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import ParamSpec, TypeVar
from uuid import UUID

from django.db import (
    Error,
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    connections,
)

from laotie.kernel import clock
from laotie.kernel.actor import Actor
from laotie.kernel.outage import is_outage
from laotie.live import chat, frames, presence, queries, tickets
from laotie.live.chat import Line, Verdict
from laotie.live.frames import Frame, Position
from laotie.live.presence import Tally
from laotie.live.queries import Opening
from laotie.surfaces.gateway.drivers import Pulse, Unreachable
from laotie.trade import flash

P = ParamSpec("P")
R = TypeVar("R")


def keep_own_connections() -> None:
    """Let each of the few threads keep a connection of its own, looked at before each use.

    A pool would wait and back off after an outage; a thread of ours asks again at once. For the
    whole process, before its first query.
    """
    ours = connections["default"].settings_dict
    ours["ENGINE"] = "laotie.surfaces.gateway.own_connections"
    ours["OPTIONS"] = {name: value for name, value in ours["OPTIONS"].items() if name != "pool"}
    ours["CONN_MAX_AGE"] = None
    ours["CONN_HEALTH_CHECKS"] = True
    del connections["default"]  # This thread's was made by the engine before.


class Postgres:
    """Safe to call from several threads; connections are checked before each use."""

    def __init__(self) -> None:
        self._source = uuid.uuid4()
        self._actor = Actor.system("gateway")

    async def attach(self, news: Callable[[], None]) -> None:
        """Nothing is told by itself: the hub asks once per tick."""

    async def detach(self) -> None:
        """Connections end with their threads."""

    def opening(self, room_id: UUID) -> Opening | None:
        return _reached(queries.opening, room_id)

    def tail(self, positions: Mapping[UUID, Position]) -> list[Frame]:
        return _reached(frames.tail, positions)

    def pulse(self, tallies: Sequence[Tally], rooms: Collection[UUID]) -> Pulse:
        return _reached(self._pulse, tallies, rooms)

    def spend(self, ids: Sequence[UUID]) -> frozenset[UUID]:
        return _reached(self._spend, ids)

    def say(self, lines: Sequence[Line]) -> list[Verdict]:
        return _reached(self._say, lines)

    def buy(self, wishes: Sequence[flash.Wish]) -> list[flash.Verdict]:
        try:
            return flash.buy_batch(wishes, now=_now_at_once())
        except Error as error:
            if not is_outage(error):
                raise
            connection.close()
            raise Unreachable from error

    def _pulse(self, tallies: Sequence[Tally], rooms: Collection[UUID]) -> Pulse:
        if tallies:
            presence.count(actor=self._actor, source=self._source, tallies=tallies, now=clock.now())
        ahead_ms = round(clock.offset().total_seconds() * 1000)
        return Pulse(presence.audiences(rooms), ahead_ms)

    def _spend(self, ids: Sequence[UUID]) -> frozenset[UUID]:
        return tickets.spend(actor=self._actor, ids_of_tickets=ids)

    def _say(self, lines: Sequence[Line]) -> list[Verdict]:
        return chat.say(actor=self._actor, lines=lines, now=clock.now())


def _reached(call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run one call on a connection that was looked at; tell an outage from a bug."""
    close_old_connections()
    try:
        return call(*args, **kwargs)
    except Error as error:
        if not is_outage(error):
            raise
        connection.close()
        raise Unreachable from error


def _now_at_once() -> datetime:
    """The business clock. That it answers shows that this thread's connection is there.

    A question of its own about that would be a third of a batch's trips.
    """
    try:
        return clock.now_at_once()
    except (OperationalError, InterfaceError):
        connection.close()
        return clock.now_at_once()
