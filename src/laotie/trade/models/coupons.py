"""Coupons and who holds them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from laotie.kernel import ids
from laotie.kernel.states import state_check
from laotie.trade.rules import (
    AfterRefund,
    ClaimState,
    CouponKind,
)


class Coupon(models.Model):
    """Money off, paid by a shop or by the platform, in its own numbers and windows.

    off_fen: what it takes off; of a percentage, the most that it takes off.
    product_ids: for these goods only; null is for all.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    shop_id = models.UUIDField(null=True)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40)
    kind = models.CharField(
        max_length=8, default=CouponKind.AMOUNT.value, db_default=CouponKind.AMOUNT.value
    )
    rate_bps = models.IntegerField(null=True)
    product_ids = ArrayField(models.UUIDField(), null=True)
    off_fen = models.BigIntegerField()
    min_goods_fen = models.BigIntegerField()
    budget_fen = models.BigIntegerField()
    claimed = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0, db_default=0)
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
                condition=Q(
                    kind=CouponKind.AMOUNT.value,
                    rate_bps__isnull=True,
                    off_fen__gte=1,
                    min_goods_fen__gt=F("off_fen"),
                )
                | Q(
                    kind=CouponKind.PERCENT.value,
                    rate_bps__isnull=False,
                    rate_bps__gte=1,
                    rate_bps__lte=9999,
                    off_fen__gte=1,
                    min_goods_fen__gte=1,
                ),
                name="coupon_leaves_something_to_pay",
            ),
            models.CheckConstraint(
                condition=Q(claimed__gte=0)
                & Q(reserved__gte=0)
                & Q(budget_fen__gte=(F("claimed") + F("reserved")) * F("off_fen")),
                name="coupon_within_budget",
            ),
            models.CheckConstraint(
                condition=Q(limit_per_buyer__gte=1), name="coupon_limit_positive"
            ),
            models.CheckConstraint(
                condition=Q(claim_until__gt=F("claim_from")) & Q(use_until__gt=F("use_from")),
                name="coupon_windows_open",
            ),
            state_check(CouponKind, name="coupon_kind_known", column="kind"),
            models.CheckConstraint(
                condition=Q(product_ids__isnull=True) | Q(product_ids__len__gte=1),
                name="coupon_names_products_or_all",
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
