"""Tables of trade. Orders carry ids of people, shops, goods and rooms, and keys to none of them."""

from django.db import models
from django.db.models import F, Q

from laotie.kernel import ids
from laotie.kernel.states import state_check
from laotie.trade.rules import (
    UNPAID,
    AfterRefund,
    CheckoutState,
    ClaimState,
    CloseReason,
    MovementKind,
    OrderState,
    RefundCause,
    RefundState,
)


def _among(column: str, *states: str) -> Q:
    return Q(**{f"{column}__in": [str(state) for state in states]})


class Stock(models.Model):
    """Goods of one SKU: what lies on the shelf, and how much of it is promised."""

    sku_id = models.UUIDField(primary_key=True)
    shop_id = models.UUIDField(db_index=True)
    on_hand = models.IntegerField()
    reserved = models.IntegerField(default=0)
    limit_per_buyer = models.IntegerField(null=True)

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
        ]


class StockMovement(models.Model):
    """Why goods on hand changed; the sum of all is what is on hand."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    sku_id = models.UUIDField()
    kind = models.CharField(max_length=10)
    quantity = models.IntegerField()
    order_id = models.UUIDField(null=True)
    by_person_id = models.UUIDField(null=True)
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


class Coupon(models.Model):
    """Money off, paid by a shop or by the platform, in its own numbers and windows."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    shop_id = models.UUIDField(null=True)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40)
    off_fen = models.BigIntegerField()
    min_goods_fen = models.BigIntegerField()
    budget_fen = models.BigIntegerField()
    claimed = models.IntegerField(default=0)
    limit_per_buyer = models.IntegerField()
    claim_from = models.DateTimeField()
    claim_until = models.DateTimeField()
    use_from = models.DateTimeField()
    use_until = models.DateTimeField()
    after_refund = models.CharField(max_length=8)
    closed_at = models.DateTimeField(null=True)
    issued_by_id = models.UUIDField(null=True)
    issued_at = models.DateTimeField()

    class Meta:
        db_table = "trade_coupon"
        indexes = [models.Index(fields=["shop_id", "claim_until"], name="coupon_of_shop")]
        constraints = [
            models.CheckConstraint(
                condition=Q(off_fen__gte=1) & Q(min_goods_fen__gt=F("off_fen")),
                name="coupon_leaves_something_to_pay",
            ),
            models.CheckConstraint(
                condition=Q(claimed__gte=0) & Q(budget_fen__gte=F("claimed") * F("off_fen")),
                name="coupon_within_budget",
            ),
            models.CheckConstraint(
                condition=Q(limit_per_buyer__gte=1), name="coupon_limit_positive"
            ),
            models.CheckConstraint(
                condition=Q(claim_until__gt=F("claim_from")) & Q(use_until__gt=F("use_from")),
                name="coupon_windows_open",
            ),
            state_check(AfterRefund, name="coupon_after_refund_known", column="after_refund"),
        ]


class CouponClaim(models.Model):
    """One coupon in somebody's wallet; `nth` keeps two clicks from passing the limit."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    coupon = models.ForeignKey("trade.Coupon", on_delete=models.PROTECT, related_name="+")
    person_id = models.UUIDField()
    nth = models.IntegerField()
    state = models.CharField(max_length=8, default=ClaimState.CLAIMED.value)
    group_id = models.UUIDField(null=True)
    claimed_at = models.DateTimeField()

    class Meta:
        db_table = "trade_coupon_claim"
        indexes = [
            models.Index(fields=["person_id", "-claimed_at"], name="coupon_claim_wallet"),
            models.Index(
                fields=["group_id"],
                name="coupon_claim_used_by",
                condition=Q(group_id__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["coupon", "person_id", "nth"], name="coupon_claim_once"
            ),
            state_check(ClaimState, name="coupon_claim_state_known"),
            models.CheckConstraint(
                condition=Q(state=ClaimState.CLAIMED.value, group_id__isnull=True)
                | (~Q(state=ClaimState.CLAIMED.value) & Q(group_id__isnull=False)),
                name="coupon_claim_names_its_checkout",
            ),
        ]


class Quote(models.Model):
    """Prices as they were shown, one row per version; never changed. `quote_id` is the basket's."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    quote_id = models.UUIDField()
    version = models.IntegerField()
    buyer_id = models.UUIDField()
    room_id = models.UUIDField(null=True)
    creator_id = models.UUIDField(null=True)
    address_id = models.UUIDField(null=True)
    address_sealed = models.BinaryField(null=True)
    address_masked = models.JSONField(null=True)
    region_code = models.CharField(max_length=12, null=True)
    total_fen = models.BigIntegerField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "trade_quote"
        constraints = [
            models.UniqueConstraint(fields=["quote_id", "version"], name="quote_version_once"),
            models.CheckConstraint(condition=Q(total_fen__gte=1), name="quote_total_positive"),
        ]
        indexes = [models.Index(fields=["expires_at"], name="quote_age")]


class QuoteOrder(models.Model):
    """One shop's part of a quote, with the id its order will have."""

    order_id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    revision = models.ForeignKey("trade.Quote", on_delete=models.CASCADE, related_name="+")
    shop_id = models.UUIDField()
    goods_fen = models.BigIntegerField()
    merchant_coupon_fen = models.BigIntegerField()
    platform_coupon_fen = models.BigIntegerField()
    freight_fen = models.BigIntegerField()
    total_fen = models.BigIntegerField()
    tech_bps = models.IntegerField()
    channel_bps = models.IntegerField()
    rule_version = models.IntegerField()

    class Meta:
        db_table = "trade_quote_order"


class LineTerms(models.Model):
    """What a line promises: goods, price, its part of coupons and freight, who earns on it."""

    line_no = models.IntegerField()
    sku_id = models.UUIDField()
    product_id = models.UUIDField()
    offer_id = models.UUIDField(null=True)
    quantity = models.IntegerField()
    unit_price_fen = models.BigIntegerField()
    goods_fen = models.BigIntegerField()
    merchant_coupon_fen = models.BigIntegerField()
    platform_coupon_fen = models.BigIntegerField()
    freight_fen = models.BigIntegerField()
    creator_id = models.UUIDField(null=True)
    creator_bps = models.IntegerField(default=0)
    plan_id = models.UUIDField(null=True)
    plan_version = models.IntegerField(null=True)
    title = models.JSONField()
    spec = models.JSONField()
    picture_url = models.CharField(max_length=200)

    class Meta:
        abstract = True


class QuoteLine(LineTerms):
    pk = models.CompositePrimaryKey("revision_id", "order_id", "line_no")
    revision = models.ForeignKey("trade.Quote", on_delete=models.CASCADE, related_name="+")
    order_id = models.UUIDField()
    price_version = models.IntegerField()
    list_price_fen = models.BigIntegerField()

    class Meta:
        db_table = "trade_quote_line"


class QuoteCoupon(models.Model):
    """A coupon that a quote counts on."""

    pk = models.CompositePrimaryKey("revision_id", "claim_id")
    revision = models.ForeignKey("trade.Quote", on_delete=models.CASCADE, related_name="+")
    claim_id = models.UUIDField()

    class Meta:
        db_table = "trade_quote_coupon"


class Checkout(models.Model):
    """Orders that are paid together: one payment group. Its id is its quote's."""

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
                    _among("close_reason", CloseReason.CANCELLED, CloseReason.EXPIRED),
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
    group = models.ForeignKey("trade.Checkout", on_delete=models.PROTECT, related_name="+")
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
                condition=Q(_among("state", *UNPAID), paid_at__isnull=True, refunded_fen=0)
                | (~_among("state", *UNPAID) & Q(paid_at__isnull=False)),
                name="order_paid_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(
                    _among("state", OrderState.CLOSED_UNPAID, OrderState.CLOSED_REFUNDED),
                    closed_at__isnull=False,
                    close_reason__isnull=False,
                )
                | (
                    ~_among("state", OrderState.CLOSED_UNPAID, OrderState.CLOSED_REFUNDED)
                    & Q(closed_at__isnull=True, close_reason__isnull=True)
                ),
                name="order_closed_has_reason",
            ),
            models.CheckConstraint(
                condition=~_among("state", OrderState.SHIPPED, OrderState.DELIVERED)
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
                condition=_among("state", OrderState.PAID, OrderState.PARTLY_SHIPPED),
            ),
            models.Index(
                fields=["room_id"], name="order_of_room", condition=Q(room_id__isnull=False)
            ),
            models.Index(
                fields=["receive_by"],
                name="order_receive_due",
                condition=_among("state", OrderState.SHIPPED, OrderState.DELIVERED),
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
        "trade.Order", on_delete=models.PROTECT, related_name="+", db_index=False
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


class Refund(models.Model):
    """Money of some units going back to the buyer, once per cause and key."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    order = models.ForeignKey("trade.Order", on_delete=models.PROTECT, related_name="+")
    asked_by_id = models.UUIDField(null=True)
    key = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=16)
    cause = models.CharField(max_length=8)
    reason = models.CharField(max_length=200)
    amount_fen = models.BigIntegerField()
    decide_by = models.DateTimeField(null=True)
    asked_at = models.DateTimeField()
    decided_by_id = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    refunded_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "trade_refund"
        constraints = [
            models.UniqueConstraint(
                fields=["order", "asked_by_id", "key"],
                name="refund_key_once",
                nulls_distinct=False,
            ),
            state_check(RefundState, name="refund_state_known"),
            state_check(RefundCause, name="refund_cause_known", column="cause"),
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="refund_not_negative"),
            models.CheckConstraint(
                condition=Q(state=RefundState.REQUESTED.value, decided_at__isnull=True)
                | (~Q(state=RefundState.REQUESTED.value) & Q(decided_at__isnull=False)),
                name="refund_decided_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(state=RefundState.REFUNDED.value, refunded_at__isnull=False)
                | (~Q(state=RefundState.REFUNDED.value) & Q(refunded_at__isnull=True)),
                name="refund_done_has_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["order", "asked_at"], name="refund_of_order"),
            models.Index(
                fields=["decide_by"],
                name="refund_decide_due",
                condition=Q(state=RefundState.REQUESTED.value),
            ),
        ]


class RefundLine(models.Model):
    """Units of a line that a refund is about."""

    pk = models.CompositePrimaryKey("refund_id", "line_no")
    refund = models.ForeignKey(
        "trade.Refund", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    line_no = models.IntegerField()
    quantity = models.IntegerField()

    class Meta:
        db_table = "trade_refund_line"
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="refund_line_units")
        ]


class LostPayment(models.Model):
    """Money that came and found no order: sent back at once, under the refund's id."""

    refund_id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    payment_id = models.UUIDField(unique=True)
    group_id = models.UUIDField(db_index=True)
    amount_fen = models.BigIntegerField()
    cause = models.CharField(max_length=20)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "trade_lost_payment"
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gte=1), name="lost_payment_positive")
        ]
