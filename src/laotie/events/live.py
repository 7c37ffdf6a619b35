"""What happens in live rooms."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from laotie.kernel.event import Event


@dataclass(frozen=True)
class RoomWentLive(Event):
    """The room is open to everybody for the first time. at: None in what was told before."""

    name: ClassVar[str] = "live.room_went_live"
    about: ClassVar[str] = "room_id"
    version: ClassVar[int] = 2
    room_id: UUID
    creator_id: UUID
    at: datetime | None = None


@dataclass(frozen=True)
class RoomInterrupted(Event):
    """The picture stopped; the sale goes on while the host reconnects."""

    name: ClassVar[str] = "live.room_interrupted"
    about: ClassVar[str] = "room_id"
    room_id: UUID


@dataclass(frozen=True)
class RoomResumed(Event):
    """The picture is back."""

    name: ClassVar[str] = "live.room_resumed"
    about: ClassVar[str] = "room_id"
    room_id: UUID


@dataclass(frozen=True)
class RoomEnded(Event):
    """The room is over: by its host, after five minutes without a picture, or by an operator.

    live_at: None if it never was on air; all of them are None in what was told before.
    """

    name: ClassVar[str] = "live.room_ended"
    about: ClassVar[str] = "room_id"
    version: ClassVar[int] = 2
    room_id: UUID
    creator_id: UUID | None = None
    live_at: datetime | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class ItemPinned(Event):
    """The host began to present a product."""

    name: ClassVar[str] = "live.item_pinned"
    about: ClassVar[str] = "room_id"
    room_id: UUID
    product_id: UUID
    at: datetime


@dataclass(frozen=True)
class FlashOpened(Event):
    """A price that holds in this room for a short time is open."""

    name: ClassVar[str] = "live.flash_opened"
    about: ClassVar[str] = "room_id"
    room_id: UUID
    offer_id: UUID
    ends_at: datetime


@dataclass(frozen=True)
class RoomMoved(Event):
    """An announced room starts at another time."""

    name: ClassVar[str] = "live.room_moved"
    about: ClassVar[str] = "room_id"
    room_id: UUID
    starts_at: datetime


@dataclass(frozen=True)
class RoomCancelled(Event):
    """An announced room was called off before it was on air."""

    name: ClassVar[str] = "live.room_cancelled"
    about: ClassVar[str] = "room_id"
    room_id: UUID
