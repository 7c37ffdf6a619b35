"""What happens to posts."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from laotie.kernel.event import Event


@dataclass(frozen=True)
class PostPublished(Event):
    """The post is public: for the first time, or again after it was down."""

    name: ClassVar[str] = "content.post_published"
    about: ClassVar[str] = "post_id"
    post_id: UUID
    creator_id: UUID
    at: datetime


@dataclass(frozen=True)
class PostTakenDown(Event):
    """Nobody sees the post any more: by its creator, or by the platform."""

    name: ClassVar[str] = "content.post_taken_down"
    about: ClassVar[str] = "post_id"
    post_id: UUID
    creator_id: UUID
    by_creator: bool


@dataclass(frozen=True)
class WorkReady(Event):
    """What was uploaded, or cut from a show, has files that can be shown. kind: as of the work."""

    name: ClassVar[str] = "content.work_ready"
    about: ClassVar[str] = "work_id"
    work_id: UUID
    creator_id: UUID
    kind: str


@dataclass(frozen=True)
class WorkFailed(Event):
    """Nothing could be made of what was uploaded. cause: one of `content.files.footage.Cause`."""

    name: ClassVar[str] = "content.work_failed"
    about: ClassVar[str] = "work_id"
    work_id: UUID
    creator_id: UUID
    cause: str


@dataclass(frozen=True)
class PostVisited(Event):
    """A post stood on somebody's screen for a second or longer. person_id: None for guests.

    place: one of `ranking.Place`. is_paid: the place was bought. formula: the version of
    `ranking` that put the post there; None where it was not ranked.
    """

    name: ClassVar[str] = "content.post_visited"
    about: ClassVar[str] = "post_id"
    version: ClassVar[int] = 2
    visit_id: UUID
    post_id: UUID
    person_id: UUID | None
    place: str
    is_paid: bool
    watch_ms: int
    is_complete: bool
    at: datetime
    formula: int | None = None


@dataclass(frozen=True)
class RightsRevoked(Event):
    """A right to show something of an event ended before its time, with all that came from it."""

    name: ClassVar[str] = "content.rights_revoked"
    about: ClassVar[str] = "grant_id"
    grant_id: UUID
    at: datetime


@dataclass(frozen=True)
class RightsLapsed(Event):
    """A post came down because the right to what it shows had ended. use: of `licences`."""

    name: ClassVar[str] = "content.rights_lapsed"
    about: ClassVar[str] = "post_id"
    post_id: UUID
    creator_id: UUID
    occasion_id: UUID
    use: str
    at: datetime


@dataclass(frozen=True)
class LikesChanged(Event):
    """Somebody likes a post, or does not any more, or likes of it were found to be forged."""

    name: ClassVar[str] = "content.likes_changed"
    about: ClassVar[str] = "post_id"
    post_id: UUID
