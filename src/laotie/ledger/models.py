"""The frozen money of orders, refunds, payouts and fee policy.

Accounts and the journal are SQL alone (`sql/create_journal.sql`): only functions write them.
"""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from laotie.kernel.states import state_check
from laotie.ledger import rules


class LedOrder(models.Model):
    """One order's money: frozen terms, and how much of it went where."""

    order_id = models.UUIDField(primary_key=True)
    group_id = models.UUIDField()
    shop_id = models.UUIDField()
    buyer_id = models.UUIDField()
    payment_id = models.UUIDField(db_index=True)
    digest = models.TextField()
    tech_bps = models.PositiveSmallIntegerField()
    channel_bps = models.PositiveSmallIntegerField()
    rule_version = models.PositiveIntegerField()
    paid_fen = models.BigIntegerField()
    subsidy_fen = models.BigIntegerField()
    state = models.TextField(default=rules.MoneyState.HELD.value)
    held_fen = models.BigIntegerField()
    refunded_fen = models.BigIntegerField(default=0)
    subsidy_back_fen = models.BigIntegerField(default=0)
    captured_at = models.DateTimeField()
    split_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "led_order"
        constraints = [
            state_check(rules.MoneyState, name="led_order_state"),
            # The last guard against settling twice, or refunding what was just settled.
            models.CheckConstraint(condition=Q(held_fen__gte=0), name="led_order_held"),
            models.CheckConstraint(
                condition=Q(refunded_fen__gte=0, refunded_fen__lte=F("paid_fen")),
                name="led_order_refunded",
            ),
            models.CheckConstraint(
                condition=Q(subsidy_back_fen__gte=0, subsidy_back_fen__lte=F("subsidy_fen")),
                name="led_order_subsidy",
            ),
        ]


class LedLine(models.Model):
    """One line's frozen amounts and split tree, and how many of its units went back."""

    order = models.ForeignKey(LedOrder, on_delete=models.PROTECT, related_name="+")
    line_no = models.PositiveSmallIntegerField()
    quantity = models.PositiveIntegerField()
    goods_fen = models.BigIntegerField()
    merchant_coupon_fen = models.BigIntegerField()
    platform_coupon_fen = models.BigIntegerField()
    freight_fen = models.BigIntegerField()
    roles = models.JSONField()
    refunded_units = models.PositiveIntegerField(default=0)
    freight_refunded = models.BooleanField(default=False)

    class Meta:
        db_table = "led_line"
        constraints = [
            models.UniqueConstraint(fields=["order", "line_no"], name="led_line_once"),
            models.CheckConstraint(
                condition=Q(refunded_units__lte=F("quantity")), name="led_line_units"
            ),
            models.CheckConstraint(
                condition=Q(freight_refunded=False) | Q(refunded_units=F("quantity")),
                name="led_line_freight",
            ),
        ]


class LedRefund(models.Model):
    """Money on its way back to a buyer, and who gave it; without an order if it found none."""

    refund_id = models.UUIDField(primary_key=True)
    order = models.ForeignKey(LedOrder, null=True, on_delete=models.PROTECT, related_name="+")
    payment_id = models.UUIDField(db_index=True)
    digest = models.TextField()
    to_buyer_fen = models.BigIntegerField()
    figures = models.JSONField()
    state = models.TextField(default=rules.RefundState.PAYABLE.value)
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "led_refund"
        constraints = [
            state_check(rules.RefundState, name="led_refund_state"),
            models.CheckConstraint(condition=Q(to_buyer_fen__gte=0), name="led_refund_amount"),
            models.CheckConstraint(
                condition=Q(state="SETTLED", settled_at__isnull=False)
                | (~Q(state="SETTLED") & Q(settled_at__isnull=True)),
                name="led_refund_settled",
            ),
        ]


class LedPayoutAccount(models.Model):
    """Where a party's payouts went from a moment on: its newest version counts. Name and number
    are sealed, and empty once a creator has left."""

    account_id = models.UUIDField(primary_key=True)
    party_kind = models.TextField()
    party_id = models.UUIDField()
    version = models.PositiveIntegerField()
    kind = models.TextField()
    bank = models.TextField(default="")
    holder_sealed = models.BinaryField()
    holder_masked = models.TextField()
    number_sealed = models.BinaryField()
    number_masked = models.TextField()
    set_by = models.TextField()
    set_at = models.DateTimeField()
    usable_from = models.DateTimeField()

    class Meta:
        db_table = "led_payout_account"
        constraints = [
            models.UniqueConstraint(
                fields=["party_kind", "party_id", "version"], name="led_payout_account_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="bank") & ~Q(bank="") | Q(kind="provider", bank=""),
                name="led_payout_account_kind",
            ),
            models.CheckConstraint(
                condition=~Q(party_kind="platform") & Q(version__gte=1) & ~Q(number_masked=""),
                name="led_payout_account_whole",
            ),
            # The last guard against money led away: another account rests for a day.
            models.CheckConstraint(
                condition=Q(version=1, usable_from__gte=F("set_at"))
                | Q(version__gt=1, usable_from__gte=F("set_at") + timedelta(hours=24)),
                name="led_payout_account_rests",
            ),
        ]


class LedPayout(models.Model):
    """A party's wish to have its money; the hold keeps the amount from being spent twice."""

    payout_id = models.UUIDField(primary_key=True)
    party_kind = models.TextField()
    party_id = models.UUIDField()
    amount_fen = models.BigIntegerField()
    key = models.TextField()
    digest = models.TextField()
    hold_id = models.UUIDField(unique=True)
    state = models.TextField(default=rules.PayoutState.REQUESTED.value)
    requested_by = models.TextField()
    requested_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.TextField(default="")
    account = models.ForeignKey(
        LedPayoutAccount, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "led_payout"
        constraints = [
            state_check(rules.PayoutState, name="led_payout_state"),
            models.UniqueConstraint(
                fields=["party_kind", "party_id", "key"], name="led_payout_once"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="led_payout_amount"),
        ]


class LedPolicy(models.Model):
    """One version of the fees; none is ever changed, a later one takes its place."""

    version = models.AutoField(primary_key=True)
    tech_bps = models.PositiveSmallIntegerField()
    channel_bps = models.PositiveSmallIntegerField()
    split_cap_bps = models.PositiveSmallIntegerField()
    effective_at = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.TextField()

    class Meta:
        db_table = "led_policy"
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    tech_bps__lte=10_000, channel_bps__lte=10_000, split_cap_bps__lte=10_000
                ),
                name="led_policy_rates",
            ),
        ]
