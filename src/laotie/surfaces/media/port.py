"""What the media process asks and tells the live context: one narrow, synchronous protocol.

The calls are made in threads, so an implementation may use the database as any request does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from laotie.surfaces.media.health import Health
from laotie.surfaces.media.playlist import Stretch

PREVIEW_PURPOSE = "media.preview"  # Tokens in `/media/p/<token>/<room>/...`: {"room": stream name}.


@dataclass(frozen=True, slots=True)
class Allowed:
    """Come in. room_id: what the other calls name the room by."""

    room_id: UUID


@dataclass(frozen=True, slots=True)
class Refused:
    """Stay out. reason: one sentence for the person at the encoder; it tells nothing secret."""

    reason: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a room stands. May anybody watch, is it over for good, may its host send.

    public_from: what was received before is its hosts' alone. is_kept: False when its video is to
    go. is_held: nothing of it may be removed, however little space is left.
    """

    is_public: bool
    is_over: bool
    may_publish: bool
    public_from: datetime | None = None
    is_kept: bool = True
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """A clip to be made of a room's public video, between two moments of the wall clock."""

    clip_id: UUID
    stream_name: str
    starts_at: datetime
    stops_at: datetime


@dataclass(frozen=True, slots=True)
class Picture:
    """What is being sent. door: `rtmp` or `browser`; width and height are 0 when unknown."""

    door: str
    video: str
    audio: str
    width: int
    height: int


class LivePort(Protocol):
    """The live context as the media process sees it. A call that raises is asked again later."""

    def authorise(self, stream_name: str, secret: str, ip: str, session: UUID) -> Allowed | Refused:
        """May the holder of this secret publish to this room now? Secrets are compared as bytes."""

    def authorise_ticket(
        self, stream_name: str, ticket: str, ip: str, session: UUID
    ) -> Allowed | Refused:
        """The same for a browser, which shows a signed ticket instead of the key."""

    def standings(self, stream_names: Sequence[str]) -> Mapping[str, Standing]:
        """Where these rooms stand; what is no room is not in it."""

    def started(self, room_id: UUID, session: UUID, picture: Picture) -> None:
        """Video of this session can be watched now. Told once per session, maybe repeated."""

    def ended(self, room_id: UUID, session: UUID, reason: str) -> None:
        """The session is over, for whatever reason; told only after `started`, maybe repeated."""

    def health(self, room_id: UUID, session: UUID, health: Health) -> bool:
        """How the stream is doing, every few seconds; may get lost.

        False: the session counts as over, so its publisher must come in anew.
        """

    def recorded(self, room_id: UUID, stretches: Sequence[Stretch], bytes: int) -> None:
        """All public video that is kept of the room, oldest first; replaces what was told before.

        bytes: what the room takes on disk, its hosts' part included.
        """

    def claim_clip(self) -> Cut | None:
        """A clip to cut, now this process's for two minutes after each word of progress."""

    def clip_progressed(self, clip_id: UUID, percent: int) -> bool:
        """False: it is not wanted any more."""

    def clip_done(self, clip_id: UUID, milliseconds: int, bytes: int) -> bool:
        """The file is in its place. False: it is not wanted any more."""

    def clip_failed(self, clip_id: UUID, cause: str) -> None:
        """cause: NO_VIDEO, FFMPEG, DISK or TOO_SHORT."""

    def clips_given_out(self, names: Sequence[str]) -> Mapping[str, bool]:
        """Which of these clips' files everybody may have; names are their public ids."""

    def unwanted_clips(self, clip_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Those of them whose files may go."""
