"""The port's real other side: the live context, called in threads with a connection that works."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from functools import wraps
from typing import ParamSpec, TypeVar
from uuid import UUID

from django.db import close_old_connections

from laotie.kernel import clock
from laotie.live import clips, ingest, replays
from laotie.live.spans import Span
from laotie.surfaces.media.health import Health
from laotie.surfaces.media.playlist import Stretch
from laotie.surfaces.media.port import Allowed, Cut, Picture, Refused, Standing

P = ParamSpec("P")
T = TypeVar("T")


def as_a_request(call: Callable[P, T]) -> Callable[P, T]:
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

    @as_a_request
    def authorise(self, stream_name: str, secret: str, ip: str, session: UUID) -> Allowed | Refused:
        return _answer(ingest.authorise(name=stream_name, secret=secret, now=clock.now()))

    @as_a_request
    def authorise_ticket(
        self, stream_name: str, ticket: str, ip: str, session: UUID
    ) -> Allowed | Refused:
        return _answer(ingest.authorise_ticket(name=stream_name, ticket=ticket))

    @as_a_request
    def standings(self, stream_names: Sequence[str]) -> Mapping[str, Standing]:
        known = ingest.standings(stream_names)
        return {name: Standing(**asdict(standing)) for name, standing in known.items()}

    @as_a_request
    def started(self, room_id: UUID, session: UUID, picture: Picture) -> None:
        ingest.started(room_id=room_id, session=session, picture=asdict(picture), now=clock.now())

    @as_a_request
    def ended(self, room_id: UUID, session: UUID, reason: str) -> None:
        ingest.ended(room_id=room_id, session=session, reason=reason, now=clock.now())

    @as_a_request
    def health(self, room_id: UUID, session: UUID, health: Health) -> bool:
        return ingest.health(
            room_id=room_id, session=session, figures=health.as_dict(), now=clock.now()
        )

    @as_a_request
    def recorded(self, room_id: UUID, stretches: Sequence[Stretch], bytes: int) -> None:
        replays.recorded(
            room_id=room_id,
            stretches=[Span(each.at, timedelta(seconds=each.seconds)) for each in stretches],
            bytes=bytes,
        )

    @as_a_request
    def claim_clip(self) -> Cut | None:
        cut = clips.claim()
        return Cut(cut.clip_id, cut.stream_name, cut.starts_at, cut.stops_at) if cut else None

    @as_a_request
    def clip_progressed(self, clip_id: UUID, percent: int) -> bool:
        return clips.progressed(clip_id=clip_id, percent=percent)

    @as_a_request
    def clip_done(self, clip_id: UUID, milliseconds: int, bytes: int) -> bool:
        return clips.done(clip_id=clip_id, milliseconds=milliseconds, bytes=bytes)

    @as_a_request
    def clip_failed(self, clip_id: UUID, cause: str) -> None:
        clips.failed(clip_id=clip_id, cause=cause)

    @as_a_request
    def clips_given_out(self, names: Sequence[str]) -> Mapping[str, bool]:
        return clips.given_out(names)

    @as_a_request
    def unwanted_clips(self, clip_ids: Sequence[UUID]) -> frozenset[UUID]:
        return clips.unwanted(clip_ids)


def _answer(verdict: ingest.Verdict) -> Allowed | Refused:
    if verdict.room_id is None:
        return Refused(verdict.reason)
    return Allowed(verdict.room_id)
