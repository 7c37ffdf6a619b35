"""Goods on the shelf, and how many units of an offer are sold."""

from django.db import models
from django.db.models import F, Q

from laotie.kernel import ids
from laotie.kernel.states import state_check
from laotie.trade.rules import (
    MovementKind,
)


class Stock(models.Model):
    """Goods of one SKU: what lies on the shelf, and how much of it is promised."""

    sku_id = models.UUIDField(primary_key=True)
    shop_id = models.UUIDField(db_index=True)
    on_hand = models.IntegerField()
    reserved = models.IntegerField(default=0)
    limit_per_buyer = models.IntegerField(null=True)
    # At so many left or fewer the shop is told; none: the usual number.
    low_at = models.IntegerField(null=True)

    class Meta:
        db_table = "trade_stock"
        constraints = [
            models.CheckConstraint(
                condition=Q(reserved__gte=0) & Q(reserved__lte=F("on_hand")),
                name="stock_never_oversold",
            ),
            models.CheckConstraint(
                condition=Q(limit_per_buyer__isnull=True) | Q(limit_per_buyer__gte=1),
                name="stock_limit_positive",
            ),
            models.CheckConstraint(
                condition=Q(low_at__isnull=True) | Q(low_at__gte=0),
                name="stock_low_at_not_negative",
            ),
        ]


class StockMovement(models.Model):
    """Why goods on hand changed; the sum of all is what is on hand."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    sku_id = models.UUIDField()
    kind = models.CharField(max_length=10)
    quantity = models.IntegerField()
    order_id = models.UUIDField(null=True)
    by_person_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=100, blank=True, default="", db_default="")
    at = models.DateTimeField()

    class Meta:
        db_table = "trade_stock_movement"
        indexes = [models.Index(fields=["sku_id", "at"], name="stock_movement_of_sku")]
        constraints = [
            state_check(MovementKind, name="stock_movement_kind_known", column="kind"),
            models.CheckConstraint(condition=~Q(quantity=0), name="stock_movement_moves"),
        ]


class OfferStock(models.Model):
    """How many units of an offer may be sold, in all and per buyer, as the offer promised."""

    offer_id = models.UUIDField(primary_key=True)
    sku_id = models.UUIDField()
    quantity = models.IntegerField(null=True)
    limit_per_buyer = models.IntegerField(null=True)
    sold = models.IntegerField(default=0)

    class Meta:
        db_table = "trade_offer_stock"
        constraints = [
            models.CheckConstraint(
                condition=Q(sold__gte=0) & (Q(quantity__isnull=True) | Q(sold__lte=F("quantity"))),
                name="offer_stock_never_oversold",
            )
        ]
