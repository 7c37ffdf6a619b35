"""Quotes as they were shown, and what a line promises."""

from django.db import models
from django.db.models import Q

from laotie.kernel import ids


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
    revision = models.ForeignKey("trade.Quote", on_delete=models.PROTECT, related_name="+")
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
    """What a line promises: goods, price, its part of coupons and freight, who earns on it.

    post_id: the post that it was found in, whether or not its creator earns.
    """

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
    post_id = models.UUIDField(null=True)
    creator_id = models.UUIDField(null=True)
    creator_bps = models.IntegerField(default=0)
    plan_id = models.UUIDField(null=True)
    plan_version = models.IntegerField(null=True)
    creator_rule = models.CharField(max_length=120, default="")
    title = models.JSONField()
    spec = models.JSONField()
    picture_url = models.CharField(max_length=200)

    class Meta:
        abstract = True


class QuoteLine(LineTerms):
    pk = models.CompositePrimaryKey("revision_id", "order_id", "line_no")
    revision = models.ForeignKey("trade.Quote", on_delete=models.PROTECT, related_name="+")
    order_id = models.UUIDField()
    price_version = models.IntegerField()
    list_price_fen = models.BigIntegerField()

    class Meta:
        db_table = "trade_quote_line"


class QuoteCoupon(models.Model):
    """A coupon that a quote counts on."""

    pk = models.CompositePrimaryKey("revision_id", "claim_id")
    revision = models.ForeignKey("trade.Quote", on_delete=models.PROTECT, related_name="+")
    claim_id = models.UUIDField()

    class Meta:
        db_table = "trade_quote_coupon"
