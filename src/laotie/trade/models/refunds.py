"""Money on its way back."""

from django.db import models
from django.db.models import Q

from laotie.kernel import ids
from laotie.kernel.states import state_check
from laotie.trade.rules import (
    MOST_PICTURES,
    MOST_TRIES,
    RefundCause,
    RefundState,
)


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
    # Why the shop said no; empty on those refused before it was asked for.
    refusal = models.CharField(max_length=200, blank=True, default="", db_default="")
    failure = models.CharField(max_length=200, blank=True)
    tries = models.IntegerField(default=1, db_default=1)

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
                condition=Q(tries__gte=1, tries__lte=MOST_TRIES), name="refund_tries"
            ),
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


class RefundPicture(models.Model):
    """What the buyer shows of it; `file` names a stored picture of theirs."""

    pk = models.CompositePrimaryKey("refund_id", "position")
    refund = models.ForeignKey(
        "trade.Refund", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    position = models.IntegerField()
    file = models.CharField(max_length=32)

    class Meta:
        db_table = "trade_refund_picture"
        constraints = [
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=MOST_PICTURES),
                name="refund_picture_position",
            )
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
