"""The bag, what is presented, and flash offers."""

from django.db import models
from django.db.models import F, Q

from laotie.kernel import ids
from laotie.live import rules


class Item(models.Model):
    """A product in a room's bag."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    room = models.ForeignKey("live.Room", on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey("catalog.Product", on_delete=models.PROTECT, related_name="+")
    no = models.PositiveSmallIntegerField()
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "product"], name="item_once_per_room"),
            models.UniqueConstraint(
                fields=["room", "no"],
                name="item_no_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(no__gte=1, no__lte=rules.MAX_ITEMS), name="item_no_bounded"
            ),
        ]


class Mark(models.Model):
    """From when to when a product was presented: business time, and wall time to cut the video."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    room = models.ForeignKey("live.Room", on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey("catalog.Product", on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    started_wall_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    stopped_wall_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["room"], condition=Q(stopped_at__isnull=True), name="mark_one_open_per_room"
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True, stopped_wall_at__isnull=True)
                | Q(stopped_at__gte=F("started_at"), stopped_wall_at__isnull=False),
                name="mark_stops_after_start",
            ),
        ]
        indexes = [models.Index(fields=["room", "started_at"], name="mark_of_room")]


class Flash(models.Model):
    """What a room shows about a flash offer; price and units themselves are the catalog's."""

    offer = models.OneToOneField(
        "catalog.Offer", on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    room = models.ForeignKey("live.Room", on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey("catalog.Product", on_delete=models.PROTECT, related_name="+")
    sku_id = models.UUIDField()
    price_fen = models.BigIntegerField()
    list_price_fen = models.BigIntegerField()
    quantity = models.PositiveIntegerField()
    told_left = models.PositiveIntegerField()
    limit_per_buyer = models.PositiveIntegerField(default=0)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    close_reason = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["room"], condition=Q(closed_at__isnull=True), name="flash_one_open_per_room"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"), quantity__gte=1, price_fen__gte=1),
                name="flash_makes_sense",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, close_reason="")
                | Q(closed_at__isnull=False, close_reason__in=["time", "closed"]),
                name="flash_closed_has_reason",
            ),
        ]
        indexes = [models.Index(fields=["room", "-starts_at"], name="flash_of_room")]
