"""What happens to people and shops."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from laotie.kernel.event import Event


@dataclass(frozen=True)
class PersonJoined(Event):
    """Somebody proved a phone number for the first time."""

    name: ClassVar[str] = "accounts.person_joined"
    about: ClassVar[str] = "person_id"
    person_id: UUID


@dataclass(frozen=True)
class ShopApplied(Event):
    """A merchant asks to open a shop."""

    name: ClassVar[str] = "accounts.shop_applied"
    about: ClassVar[str] = "shop_id"
    shop_id: UUID
    person_id: UUID
    applied_at: datetime


@dataclass(frozen=True)
class ShopApproved(Event):
    """The shop is open; also after a suspension."""

    name: ClassVar[str] = "accounts.shop_approved"
    about: ClassVar[str] = "shop_id"
    shop_id: UUID


@dataclass(frozen=True)
class ShopSuspended(Event):
    """The shop sells nothing from now on; its open orders go on."""

    name: ClassVar[str] = "accounts.shop_suspended"
    about: ClassVar[str] = "shop_id"
    shop_id: UUID
    reason: str


@dataclass(frozen=True)
class ShopNamed(Event):
    """The shop is called otherwise, or looks otherwise."""

    name: ClassVar[str] = "accounts.shop_named"
    about: ClassVar[str] = "shop_id"
    shop_id: UUID


@dataclass(frozen=True)
class CreatorNamed(Event):
    """Somebody is a creator, or is called otherwise."""

    name: ClassVar[str] = "accounts.creator_named"
    about: ClassVar[str] = "creator_id"
    creator_id: UUID


@dataclass(frozen=True)
class HandsChanged(Event):
    """A creator's account is in other hands: what was counted before speaks for nobody now."""

    name: ClassVar[str] = "accounts.hands_changed"
    about: ClassVar[str] = "creator_id"
    creator_id: UUID
    at: datetime
