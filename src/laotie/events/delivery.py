"""What carriers tell about parcels."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from laotie.kernel.event import Event


@dataclass(frozen=True)
class ParcelShipped(Event):
    """A carrier has the parcel."""

    name: ClassVar[str] = "delivery.parcel_shipped"
    about: ClassVar[str] = "shipment_id"
    shipment_id: UUID
    order_id: UUID
    shipped_at: datetime


@dataclass(frozen=True)
class ParcelDelivered(Event):
    """The parcel was handed over."""

    name: ClassVar[str] = "delivery.parcel_delivered"
    about: ClassVar[str] = "shipment_id"
    shipment_id: UUID
    order_id: UUID
    delivered_at: datetime
