"""Tables of delivery. `order_id` is a reference that means nothing here."""

from django.db import models
from django.db.models import Q

from laotie.delivery.rules import ParcelState
from laotie.kernel import ids
from laotie.kernel.states import state_check


class FreightRule(models.Model):
    """What a shop takes for sending."""

    shop_id = models.UUIDField(primary_key=True)
    flat_fen = models.BigIntegerField()
    free_over_fen = models.BigIntegerField(null=True)
    by_region = models.JSONField(default=dict)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "delivery_freight_rule"
        constraints = [
            models.CheckConstraint(
                condition=Q(flat_fen__gte=0)
                & (Q(free_over_fen__isnull=True) | Q(free_over_fen__gte=0)),
                name="freight_not_negative",
            )
        ]


class Shipment(models.Model):
    """One parcel. Its id is the number under which the carrier knows it."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    order_id = models.UUIDField()
    shop_id = models.UUIDField()
    carrier = models.CharField(max_length=16)
    state = models.CharField(max_length=16)
    waybill_no = models.CharField(max_length=40, null=True)
    address_sealed = models.BinaryField()
    address_masked = models.JSONField()
    made_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "delivery_shipment"
        constraints = [
            state_check(ParcelState, name="shipment_state_known"),
            models.UniqueConstraint(fields=["carrier", "waybill_no"], name="shipment_waybill_once"),
            models.CheckConstraint(
                condition=Q(state=ParcelState.CREATED.value) | Q(waybill_no__isnull=False),
                name="shipment_moves_with_waybill",
            ),
            models.CheckConstraint(
                condition=~Q(state=ParcelState.DELIVERED.value)
                | Q(shipped_at__isnull=False, delivered_at__isnull=False),
                name="shipment_delivered_has_moments",
            ),
        ]
        indexes = [
            models.Index(fields=["order_id", "made_at"], name="shipment_of_order"),
            models.Index(
                fields=["heard_at"],
                name="shipment_under_way",
                condition=~Q(state__in=["DELIVERED", "RETURNED", "LOST"]),
            ),
        ]


class ShipmentLine(models.Model):
    """What is in the parcel, by the order's line numbers."""

    pk = models.CompositePrimaryKey("shipment_id", "line_no")
    shipment = models.ForeignKey(
        "delivery.Shipment", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    line_no = models.IntegerField()
    quantity = models.IntegerField()

    class Meta:
        db_table = "delivery_shipment_line"
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="shipment_line_units")
        ]


class TrackEvent(models.Model):
    """One thing that happened to a parcel, numbered by the carrier."""

    pk = models.CompositePrimaryKey("shipment_id", "event_no")
    shipment = models.ForeignKey(
        "delivery.Shipment", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    event_no = models.IntegerField()
    state = models.CharField(max_length=16)
    text = models.CharField(max_length=200)
    place = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "delivery_track_event"
        constraints = [state_check(ParcelState, name="track_event_state_known")]


class CarrierNotice(models.Model):
    """A carrier's word as it came in, after its signature held; handled once."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    carrier = models.CharField(max_length=16)
    event_id = models.CharField(max_length=80)
    shipment = models.ForeignKey(
        "delivery.Shipment", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    body = models.BinaryField()
    received_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "delivery_carrier_notice"
        constraints = [
            models.UniqueConstraint(fields=["carrier", "event_id"], name="carrier_notice_once")
        ]
