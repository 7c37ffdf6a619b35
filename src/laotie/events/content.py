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
