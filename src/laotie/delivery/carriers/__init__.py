"""Ways to the carriers outside, behind one form."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.conf import settings

from laotie.accounts.addresses import PlainAddress
from laotie.delivery.rules import ParcelState


class CarrierUnreachable(Exception):
    """Nobody knows whether it was done: ask again before sending again."""


class CarrierRefused(Exception):
    """The carrier said no; sending the same again will not help."""


class NoticeForged(Exception):
    """Not from the carrier, too old, or not in its form. `reason` is for the log alone."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Scan:
    """One thing that happened to a parcel, as the carrier numbers it."""

    event_no: int
    state: ParcelState
    text: str
    place: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Waybill:
    waybill_no: str
    track: tuple[Scan, ...]


@dataclass(frozen=True, slots=True)
class NoticeHead:
    """What a notice is about; the news itself is asked for."""

    event_id: str
    out_no: UUID


class Carrier(Protocol):
    """A carrier with a machine that answers."""

    def find(self, out_no: UUID) -> Waybill | None:
        """The waybill made under our number. raises: CarrierUnreachable, CarrierRefused."""

    def create(self, out_no: UUID, recipient: PlainAddress, parcel: str) -> Waybill:
        """A waybill under our number; the same again is the same waybill.

        raises: CarrierUnreachable, CarrierRefused.
        """

    def read_notice(
        self, *, headers: Mapping[str, str], path: str, body: bytes, wall: datetime
    ) -> NoticeHead:
        """raises: NoticeForged."""


# Carriers without a port here: the merchant types the waybill number from the carrier's own label.
BY_HAND = ("sf", "jd", "ems", "yto", "zto", "sto", "yunda", "jt", "other")


def connected() -> tuple[str, ...]:
    """Names of the carriers that this installation can call."""
    return ("lab",) if settings.LAOTIE.lab else ()


def named(name: str) -> Carrier:
    """The carrier behind a name of `connected()`."""
    from laotie.delivery.carriers.lab import LabCarrier

    assert name in connected(), name
    return LabCarrier.from_settings()
