"""Checkouts, orders and their lines."""

from django.db import models
from django.db.models import F, Q

from laotie.kernel.states import state_check
from laotie.trade.models.among import among
from laotie.trade.models.quotes import LineTerms
from laotie.trade.rules import (
    UNPAID,
    CheckoutState,
    CloseReason,
    OrderState,
)

# In the order in which the step has them that made the constraint: a set has another each time.
_UNPAID = sorted(UNPAID, reverse=True)


class Checkout(models.Model):
    """Orders that are paid together: one payment group. Its id is its quote's, if it had one."""

    id = models.UUIDField(primary_key=True)
    buyer_id = models.UUIDField()
    key = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=8)
    total_fen = models.BigIntegerField()
    placed_at = models.DateTimeField()
    pay_by = models.DateTimeField()
    payment_id = models.UUIDField(null=True)
    paid_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    close_reason = models.CharField(max_length=10, null=True)

    class Meta:
        db_table = "trade_checkout"
        constraints = [
            models.UniqueConstraint(fields=["buyer_id", "key"], name="checkout_key_once"),
            models.UniqueConstraint(fields=["payment_id"], name="checkout_payment_once"),
            state_check(CheckoutState, name="checkout_state_known"),
            models.CheckConstraint(condition=Q(total_fen__gte=1), name="checkout_total_positive"),
            models.CheckConstraint(
                condition=Q(
                    state=CheckoutState.OPEN.value, paid_at__isnull=True, closed_at__isnull=True
                )
                | Q(
                    state=CheckoutState.PAID.value,
                    paid_at__isnull=False,
                    payment_id__isnull=False,
                    closed_at__isnull=True,
                )
                | Q(
                    among("close_reason", CloseReason.CANCELLED, CloseReason.EXPIRED),
                    state=CheckoutState.CLOSED.value,
                    paid_at__isnull=True,
                    closed_at__isnull=False,
                ),
                name="checkout_state_has_its_moments",
            ),
        ]
        indexes = [
            models.Index(
                fields=["pay_by"], name="checkout_due", condition=Q(state=CheckoutState.OPEN.value)
            ),
        ]


class Order(models.Model):
    """What one shop owes one buyer. `total_fen` is what the buyer pays for it."""

    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=20, unique=True)
    # Neither this nor a line's order is a key in the database: all three are written together, by
    # functions that alone may (`sql/place_batch.sql`, `sql/buy_flash.sql`), and never deleted.
    group = models.ForeignKey(
        "trade.Checkout",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    shop_id = models.UUIDField()
    buyer_id = models.UUIDField()
    room_id = models.UUIDField(null=True)
    creator_id = models.UUIDField(null=True)
    state = models.CharField(max_length=16)
    goods_fen = models.BigIntegerField()
    merchant_coupon_fen = models.BigIntegerField()
    platform_coupon_fen = models.BigIntegerField()
    freight_fen = models.BigIntegerField()
    total_fen = models.BigIntegerField()
    refunded_fen = models.BigIntegerField(default=0, db_default=0)
    tech_bps = models.IntegerField()
    channel_bps = models.IntegerField()
    rule_version = models.IntegerField()
    region_code = models.CharField(max_length=12)
    address_sealed = models.BinaryField()
    address_masked = models.JSONField()
    placed_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    receive_by = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    complete_by = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    close_reason = models.CharField(max_length=10, null=True)

    class Meta:
        db_table = "trade_order"
        constraints = [
            state_check(OrderState, name="order_state_known"),
            models.CheckConstraint(
                condition=Q(
                    total_fen=F("goods_fen")
                    - F("merchant_coupon_fen")
                    - F("platform_coupon_fen")
                    + F("freight_fen")
                )
                & Q(
                    goods_fen__gte=0,
                    merchant_coupon_fen__gte=0,
                    platform_coupon_fen__gte=0,
                    freight_fen__gte=0,
                    total_fen__gte=0,
                ),
                name="order_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(refunded_fen__gte=0) & Q(refunded_fen__lte=F("total_fen")),
                name="order_refunds_within_payment",
            ),
            models.CheckConstraint(
                condition=Q(among("state", *_UNPAID), paid_at__isnull=True, refunded_fen=0)
                | (~among("state", *_UNPAID) & Q(paid_at__isnull=False)),
                name="order_paid_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(
                    among("state", OrderState.CLOSED_UNPAID, OrderState.CLOSED_REFUNDED),
                    closed_at__isnull=False,
                    close_reason__isnull=False,
                )
                | (
                    ~among("state", OrderState.CLOSED_UNPAID, OrderState.CLOSED_REFUNDED)
                    & Q(closed_at__isnull=True, close_reason__isnull=True)
                ),
                name="order_closed_has_reason",
            ),
            models.CheckConstraint(
                condition=~among("state", OrderState.SHIPPED, OrderState.DELIVERED)
                | Q(shipped_at__isnull=False, receive_by__isnull=False),
                name="order_shipped_has_deadline",
            ),
            models.CheckConstraint(
                condition=~Q(state=OrderState.RECEIVED.value)
                | Q(received_at__isnull=False, complete_by__isnull=False),
                name="order_received_has_deadline",
            ),
            models.CheckConstraint(
                condition=~Q(state=OrderState.COMPLETED.value) | Q(completed_at__isnull=False),
                name="order_completed_has_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["group"], name="order_of_checkout"),
            models.Index(fields=["buyer_id", "-placed_at", "-id"], name="order_of_buyer"),
            models.Index(fields=["shop_id", "-placed_at", "-id"], name="order_of_shop"),
            models.Index(
                fields=["shop_id", "paid_at", "id"],
                name="order_to_ship",
                condition=among("state", OrderState.PAID, OrderState.PARTLY_SHIPPED),
            ),
            models.Index(
                fields=["room_id"], name="order_of_room", condition=Q(room_id__isnull=False)
            ),
            models.Index(
                fields=["receive_by"],
                name="order_receive_due",
                condition=among("state", OrderState.SHIPPED, OrderState.DELIVERED),
            ),
            models.Index(
                fields=["complete_by"],
                name="order_complete_due",
                condition=Q(state=OrderState.RECEIVED.value),
            ),
        ]


class OrderLine(LineTerms):
    """A line of an order and where its units went.

    quantity = shipped + released (given back to the shelf) + still to ship.
    """

    pk = models.CompositePrimaryKey("order_id", "line_no")
    order = models.ForeignKey(
        "trade.Order",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    buyer_id = models.UUIDField()
    shipped_quantity = models.IntegerField(default=0, db_default=0)
    released_quantity = models.IntegerField(default=0, db_default=0)
    refunded_quantity = models.IntegerField(default=0, db_default=0)
    freight_refunded = models.BooleanField(default=False, db_default=False)

    class Meta:
        db_table = "trade_order_line"
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=F("shipped_quantity") + F("released_quantity"))
                & Q(quantity__gte=1, shipped_quantity__gte=0, released_quantity__gte=0),
                name="order_line_units_add_up",
            ),
            models.CheckConstraint(
                condition=Q(refunded_quantity__gte=0, refunded_quantity__lte=F("quantity")),
                name="order_line_refunded_once",
            ),
            models.CheckConstraint(
                condition=Q(goods_fen=F("unit_price_fen") * F("quantity"), unit_price_fen__gte=1)
                & Q(
                    merchant_coupon_fen__gte=0,
                    platform_coupon_fen__gte=0,
                    freight_fen__gte=0,
                    goods_fen__gte=F("merchant_coupon_fen") + F("platform_coupon_fen"),
                ),
                name="order_line_price_adds_up",
            ),
        ]
        # What a buyer has of a SKU or of an offer, without reading the table.
        indexes = [
            models.Index(
                fields=["buyer_id", "sku_id"],
                name="order_line_of_buyer",
                include=["offer_id", "quantity", "released_quantity"],
            )
        ]
