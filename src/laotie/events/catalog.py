"""What happens to goods and prices."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from laotie.kernel.event import Event


@dataclass(frozen=True)
class ProductPublished(Event):
    """The product is on sale."""

    name: ClassVar[str] = "catalog.product_published"
    about: ClassVar[str] = "product_id"
    product_id: UUID
    shop_id: UUID


@dataclass(frozen=True)
class ProductWithdrawn(Event):
    """The product is on sale no more. `reason` is empty when its shop took it off."""

    name: ClassVar[str] = "catalog.product_withdrawn"
    about: ClassVar[str] = "product_id"
    product_id: UUID
    shop_id: UUID
    reason: str


@dataclass(frozen=True)
class OfferOpened(Event):
    """A SKU has this price from now on, in one place or (None) everywhere."""

    name: ClassVar[str] = "catalog.offer_opened"
    about: ClassVar[str] = "offer_id"
    offer_id: UUID
    sku_id: UUID
    place_id: UUID | None
    price_fen: int


@dataclass(frozen=True)
class OfferClosed(Event):
    """The offer was ended before its time."""

    name: ClassVar[str] = "catalog.offer_closed"
    about: ClassVar[str] = "offer_id"
    offer_id: UUID
    closed_at: datetime
