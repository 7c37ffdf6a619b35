"""The port's real other side: the live context, called in threads with a connection that works."""

from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import ParamSpec, TypeVar
from uuid import UUID

from django.db import close_old_connections

from laotie.kernel import clock
from laotie.live import ingest
from laotie.surfaces.media.health import Health
from laotie.surfaces.media.port import Allowed, Picture, Refused, Standing

P = ParamSpec("P")
T = TypeVar("T")


def _as_a_request(call: Callable[P, T]) -> Callable[P, T]:
    """A connection that the database has dropped is not used, and none is kept between calls."""

    @wraps(call)
    def called(*args: P.args, **kwargs: P.kwargs) -> T:
        close_old_connections()
        try:
            return call(*args, **kwargs)
        finally:
            close_old_connections()

    return called


class LiveContext:
    """Implements `port.LivePort`."""

    @_as_a_request
    def authorise(self, stream_name: str, secret: str, ip: str, session: UUID) -> Allowed | Refused:
        return _answer(ingest.authorise(name=stream_name, secret=secret, now=clock.now()))

    @_as_a_request
    def authorise_ticket(
        self, stream_name: str, ticket: str, ip: str, session: UUID
    ) -> Allowed | Refused:
        return _answer(ingest.authorise_ticket(name=stream_name, ticket=ticket))

    @_as_a_request
    def standing(self, stream_name: str) -> Standing | None:
        known = ingest.standing(stream_name)
        if known is None:
            return None
        return Standing(known.is_public, known.is_over, known.may_publish)

    @_as_a_request
    def started(self, room_id: UUID, session: UUID, picture: Picture) -> None:
        ingest.started(room_id=room_id, session=session, picture=asdict(picture), now=clock.now())

    @_as_a_request
    def ended(self, room_id: UUID, session: UUID, reason: str) -> None:
        ingest.ended(room_id=room_id, session=session, reason=reason, now=clock.now())

    @_as_a_request
    def health(self, room_id: UUID, session: UUID, health: Health) -> bool:
        return ingest.health(room_id=room_id, session=session, figures=health.as_dict())


def _answer(verdict: ingest.Verdict) -> Allowed | Refused:
    if verdict.room_id is None:
        return Refused(verdict.reason)
    return Allowed(verdict.room_id)
