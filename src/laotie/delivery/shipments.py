"""Parcels: handed to a carrier, followed on their way, told to whoever waits for them."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext_noop as _

from laotie.accounts import addresses
from laotie.accounts.addresses import SealedAddress
from laotie.delivery import carriers, models, rules
from laotie.delivery.carriers import CarrierRefused, CarrierUnreachable, Scan, Waybill
from laotie.delivery.rules import ENDED, ParcelState
from laotie.events.delivery import ParcelDelivered, ParcelShipped
from laotie.kernel import crash, event_log, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, Refusal
from laotie.kernel.text import clean_line
from laotie.kernel.use_case import needs_transaction, use_case

__all__ = ["BY_HAND", "ParcelState", "ShipmentCard", "TrackLine", "WaybillUsed", "connected"]
__all__ += ["dispatch", "label_due", "of_order", "of_orders", "orders_with", "refresh"]
__all__ += ["refresh_due"]

log = logging.getLogger(__name__)

BY_HAND = carriers.BY_HAND
connected = carriers.connected
_UNHEARD = timedelta(minutes=2)
_MOST_AT_ONCE = 50


class WaybillUsed(Refusal):
    code = "WAYBILL_USED"
    message = _("This waybill number is on another parcel already. Check it.")


@dataclass(frozen=True, slots=True)
class TrackLine:
    """One thing that happened to a parcel; `text` is the carrier's own word."""

    state: ParcelState
    text: str
    place: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ShipmentCard:
    """A parcel with its way so far, newest first. `lines`: units by the order's line numbers."""

    shipment_id: UUID
    public_id: str
    order_id: UUID
    carrier: str
    waybill_no: str | None
    state: ParcelState
    lines: dict[int, int]
    made_at: datetime
    shipped_at: datetime | None
    delivered_at: datetime | None
    failure: str
    track: tuple[TrackLine, ...]


@needs_transaction
def dispatch(
    order_id: UUID,
    *,
    shop_id: UUID,
    lines: Mapping[int, int],
    carrier: str,
    sealed_address: SealedAddress,
    waybill_no: str | None = None,
    now: datetime,
) -> UUID:
    """A parcel is on its way to a carrier; the waybill is made by a job, or typed by hand.

    lines:      units by the order's line numbers.
    waybill_no: for carriers of `BY_HAND` only, and needed there.
    returns:    the shipment's id.
    raises:     Invalid, WaybillUsed.
    """
    assert lines
    if carrier in connected():
        if waybill_no is not None:
            raise Invalid(field="waybill_no", reason="form")
    elif carrier in BY_HAND:
        waybill_no = _clean_waybill(waybill_no)
        if models.Shipment.objects.filter(carrier=carrier, waybill_no=waybill_no).exists():
            raise WaybillUsed
    else:
        raise Invalid(field="carrier", reason="choice")

    by_hand = waybill_no is not None
    row = models.Shipment.objects.create(
        order_id=order_id,
        shop_id=shop_id,
        carrier=carrier,
        state=ParcelState.PICKED_UP if by_hand else ParcelState.CREATED,
        waybill_no=waybill_no,
        address_sealed=sealed_address.sealed,
        address_masked=sealed_address.masked,
        made_at=now,
        shipped_at=now if by_hand else None,
    )
    models.ShipmentLine.objects.bulk_create(
        models.ShipmentLine(shipment=row, line_no=line_no, quantity=quantity)
        for line_no, quantity in lines.items()
    )
    if by_hand:
        event_log.publish(ParcelShipped(row.id, order_id, now))
    return row.id


def of_order(order_id: UUID) -> tuple[ShipmentCard, ...]:
    """Parcels of an order, oldest first. Three queries; the caller has asked who may look."""
    return of_orders([order_id]).get(order_id, ())


def of_orders(order_ids: Sequence[UUID]) -> dict[UUID, tuple[ShipmentCard, ...]]:
    """Parcels of several orders. Three queries."""
    rows = list(models.Shipment.objects.filter(order_id__in=order_ids).order_by("made_at", "id"))
    shown = [row.id for row in rows]
    lines: dict[UUID, dict[int, int]] = {}
    for line in models.ShipmentLine.objects.filter(shipment__in=shown).order_by("line_no"):
        lines.setdefault(line.shipment_id, {})[line.line_no] = line.quantity
    tracks: dict[UUID, list[TrackLine]] = {}
    for event in models.TrackEvent.objects.filter(shipment__in=shown).order_by("-event_no"):
        tracks.setdefault(event.shipment_id, []).append(
            TrackLine(ParcelState(event.state), event.text, event.place, event.at)
        )
    cards: dict[UUID, tuple[ShipmentCard, ...]] = {}
    for row in rows:
        card = ShipmentCard(
            shipment_id=row.id,
            public_id=ids.public("shi", row.id),
            order_id=row.order_id,
            carrier=row.carrier,
            waybill_no=row.waybill_no,
            state=ParcelState(row.state),
            lines=lines.get(row.id, {}),
            made_at=row.made_at,
            shipped_at=row.shipped_at,
            delivered_at=row.delivered_at,
            failure=row.failure,
            track=tuple(tracks.get(row.id, ())),
        )
        cards[row.order_id] = (*cards.get(row.order_id, ()), card)
    return cards


def orders_with(waybill_no: str, *, shop_id: UUID) -> list[UUID]:
    """Orders of a shop that have a parcel under this waybill number. One query."""
    rows = models.Shipment.objects.filter(waybill_no=waybill_no.upper(), shop_id=shop_id)
    return list(rows.values_list("order_id", flat=True)[:_MOST_AT_ONCE])


def label_due(*, now: datetime) -> int:
    """Ask carriers for the waybills that parcels still lack, outside of any transaction; how many.

    A parcel that was asked for before is looked up first, so a crash in between makes no second
    waybill. One that the carrier refused waits for a person.
    """
    waiting = models.Shipment.objects.filter(
        carrier__in=connected(), waybill_no__isnull=True, failure=""
    )
    rows = list(waiting.order_by("made_at")[:_MOST_AT_ONCE])
    done = 0
    for row in rows:
        try:
            waybill = _find_or_create(row, now=now)
        except CarrierRefused as error:
            models.Shipment.objects.filter(pk=row.pk).update(failure=str(error)[:200])
        except CarrierUnreachable as error:
            log.warning("carrier_unreachable", extra={"carrier": row.carrier, "cause": str(error)})
            break
        else:
            crash.point("delivery.label_due.before_result")
            _record(shipment_id=row.id, waybill=waybill, now=now)
            done += 1
    return done


def refresh(shipment_id: UUID, *, now: datetime) -> None:
    """What the carrier knows of a parcel is known here, outside of any transaction.

    raises: CarrierUnreachable, CarrierRefused.
    """
    row = models.Shipment.objects.get(pk=shipment_id)
    waybill = carriers.named(row.carrier).find(row.id)
    if waybill is not None:
        _record(shipment_id=row.id, waybill=waybill, now=now)


def refresh_due(*, now: datetime) -> int:
    """Ask for parcels under way that were not heard of for two minutes; how many were asked for."""
    rows = models.Shipment.objects.filter(
        ~Q(state__in=[state.value for state in ENDED]),
        Q(heard_at__isnull=True) | Q(heard_at__lte=now - _UNHEARD),
        carrier__in=connected(),
        waybill_no__isnull=False,
    ).order_by(F("heard_at").asc(nulls_first=True))
    asked = 0
    for shipment_id in list(rows.values_list("pk", flat=True)[:_MOST_AT_ONCE]):
        try:
            refresh(shipment_id, now=now)
        except CarrierUnreachable:
            break
        except CarrierRefused as error:
            log.warning("carrier_refused", extra={"cause": str(error)})
            models.Shipment.objects.filter(pk=shipment_id).update(heard_at=now)
        asked += 1
    return asked


@needs_transaction
def forget_addresses(order_ids: Iterable[UUID]) -> None:
    """Parcels of these orders, which are over, tell no more where they went."""
    rows = models.Shipment.objects.filter(order_id__in=list(order_ids))
    rows.update(address_sealed=b"", address_masked={})


def _find_or_create(row: models.Shipment, *, now: datetime) -> Waybill:
    carrier = carriers.named(row.carrier)
    if row.asked_at is not None:
        known = carrier.find(row.id)
        if known is not None:
            return known
    models.Shipment.objects.filter(pk=row.pk).update(asked_at=now)
    public_id = ids.public("shi", row.id)
    recipient = addresses.reveal(
        actor=Actor.system("delivery"),
        sealed=bytes(row.address_sealed),
        reason="waybill",
        ref=public_id,
        shop_id=row.shop_id,
        now=now,
    )
    return carrier.create(row.id, recipient, public_id)


@use_case
def _record(*, shipment_id: UUID, waybill: Waybill, now: datetime) -> None:
    """Take over a track. The same again changes nothing; what is new is told once."""
    row = models.Shipment.objects.select_for_update().get(pk=shipment_id)
    if row.waybill_no is not None and row.waybill_no != waybill.waybill_no:
        log.error("waybill_changed", extra={"shipment_id": str(shipment_id)})
        return
    row.waybill_no = waybill.waybill_no
    row.heard_at = now
    _keep(row, waybill.track)
    scans = list(models.TrackEvent.objects.filter(shipment=row).order_by("event_no"))
    states = [ParcelState(scan.state) for scan in scans]
    row.state = rules.state_after([ParcelState.LABELLED, *states])  # A waybill is a label.
    if row.shipped_at is None and rules.was_picked_up(states):
        row.shipped_at = _moment(scans, now)
        event_log.publish(ParcelShipped(row.id, row.order_id, row.shipped_at))
    if row.delivered_at is None and row.state == ParcelState.DELIVERED:
        row.delivered_at = next(s.at for s in scans if s.state == ParcelState.DELIVERED)
        event_log.publish(ParcelDelivered(row.id, row.order_id, row.delivered_at))
    row.save()


def _keep(row: models.Shipment, track: Sequence[Scan]) -> None:
    models.TrackEvent.objects.bulk_create(
        [
            models.TrackEvent(
                shipment=row,
                event_no=scan.event_no,
                state=scan.state,
                text=scan.text,
                place=scan.place,
                at=scan.at,
            )
            for scan in track
        ],
        ignore_conflicts=True,
    )


def _moment(scans: Sequence[models.TrackEvent], now: datetime) -> datetime:
    moments = [scan.at for scan in scans if rules.was_picked_up([ParcelState(scan.state)])]
    return min(moments, default=now)


def _clean_waybill(waybill_no: str | None) -> str:
    cleaned = clean_line(waybill_no, field="waybill_no", longest=40)
    if not cleaned.isascii() or not cleaned.replace("-", "").isalnum():
        raise Invalid(field="waybill_no", reason="characters")
    return cleaned.upper()
