"""Tables of money on its way in and out, of what providers told, and of their bills."""

from django.db import models
from django.db.models import F, Q

from laotie.kernel import ids
from laotie.kernel.states import state_check
from laotie.payments.rules import LineStatus, NoticeState, OutgoingState, PaymentState


class Payment(models.Model):
    """One attempt to be paid for a checkout. `asked_at` is the intent, `answered_at` the result."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    group_id = models.UUIDField()
    attempt = models.PositiveSmallIntegerField()
    channel = models.TextField()
    out_no = models.TextField()
    payer_id = models.UUIDField()
    amount_fen = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    subject = models.CharField(max_length=120)
    state = models.TextField(default=PaymentState.CREATED.value)
    opened_at = models.DateTimeField()
    pay_by = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    provider_no = models.TextField(default="")
    pay_url = models.TextField(default="")
    next_query_at = models.DateTimeField(null=True)
    queries = models.PositiveIntegerField(default=0)
    close_reason = models.TextField(default="")
    captured_at = models.DateTimeField(null=True)
    provider_paid_at = models.DateTimeField(null=True)
    fee_fen = models.BigIntegerField(default=0)
    refund_fen = models.BigIntegerField(default=0)
    refunded_fen = models.BigIntegerField(default=0)

    class Meta:
        db_table = "pay_payment"
        constraints = [
            state_check(PaymentState, name="pay_payment_state"),
            models.UniqueConstraint(fields=["channel", "out_no"], name="pay_payment_out_no"),
            models.UniqueConstraint(fields=["group_id", "attempt"], name="pay_payment_attempt"),
            models.UniqueConstraint(
                fields=["group_id"],
                condition=Q(state__in=["CREATED", "PENDING"]),
                name="pay_payment_one_open",
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="pay_payment_amount"),
            models.CheckConstraint(
                condition=Q(refund_fen__gte=0, refund_fen__lte=F("amount_fen")),
                name="pay_payment_refunds_within_paid",
            ),
            models.CheckConstraint(
                condition=Q(refunded_fen__gte=0, refunded_fen__lte=F("refund_fen")),
                name="pay_payment_refunded_within_refunds",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["SUCCEEDED", "PARTLY_REFUNDED", "REFUNDED"],
                    captured_at__isnull=False,
                )
                | Q(
                    state__in=["CREATED", "PENDING", "FAILED", "CLOSED"],
                    captured_at__isnull=True,
                    refund_fen=0,
                ),
                name="pay_payment_captured",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_query_at"],
                condition=Q(state__in=["CREATED", "PENDING"]),
                name="pay_payment_due",
            ),
            models.Index(fields=["provider_paid_at"], name="pay_payment_paid"),
        ]


class Outgoing(models.Model):
    """Money that leaves: written down, handed over, asked about until it ends."""

    id = models.UUIDField(primary_key=True, editable=False)
    channel = models.TextField()
    out_no = models.TextField()
    attempt = models.PositiveSmallIntegerField(default=1)
    amount_fen = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    note = models.CharField(max_length=120)
    state = models.TextField(default=OutgoingState.REQUESTED.value)
    requested_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    provider_no = models.TextField(default="")
    provider_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    failure = models.TextField(default="")

    class Meta:
        abstract = True


def _outgoing_constraints(table: str) -> list[models.BaseConstraint]:
    return [
        state_check(OutgoingState, name=f"{table}_state"),
        models.UniqueConstraint(fields=["channel", "out_no"], name=f"{table}_out_no"),
        models.CheckConstraint(condition=Q(amount_fen__gt=0), name=f"{table}_amount"),
        models.CheckConstraint(
            condition=Q(state__in=["SETTLED", "FAILED"], ended_at__isnull=False)
            | Q(state__in=["REQUESTED", "UNKNOWN", "PROCESSING"], ended_at__isnull=True),
            name=f"{table}_ended",
        ),
    ]


def _due_index(table: str) -> models.Index:
    return models.Index(
        fields=["next_at"],
        condition=Q(state__in=["REQUESTED", "UNKNOWN", "PROCESSING"]),
        name=f"{table}_due",
    )


class Refund(Outgoing):
    """Part of a payment on its way back to the buyer; its id is the caller's refund."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "pay_refund"
        constraints = _outgoing_constraints("pay_refund")
        indexes = [_due_index("pay_refund")]


class Transfer(Outgoing):
    """A payout on its way to a party; its id is the ledger's payout."""

    party_ref = models.TextField()

    class Meta:
        db_table = "pay_transfer"
        constraints = _outgoing_constraints("pay_transfer")
        indexes = [_due_index("pay_transfer")]


class Notice(models.Model):
    """What a provider sent, byte for byte, once its signature and facts held."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    channel = models.TextField()
    event_id = models.TextField()
    kind = models.TextField()
    out_no = models.TextField()
    body = models.BinaryField()
    headers = models.JSONField()
    received_at = models.DateTimeField()
    state = models.TextField(default=NoticeState.RECEIVED.value)
    tries = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    cause = models.TextField(default="")

    class Meta:
        db_table = "pay_notice"
        constraints = [
            state_check(NoticeState, name="pay_notice_state"),
            models.UniqueConstraint(fields=["channel", "event_id"], name="pay_notice_once"),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="RECEIVED"), name="pay_notice_due"),
            models.Index(fields=["out_no"], name="pay_notice_out_no"),
        ]


class RefusedNotice(models.Model):
    """The security log of the door for notices: why one was refused, and what it looked like."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    channel = models.TextField()
    reason = models.TextField()
    key_id = models.CharField(max_length=80)
    sender = models.CharField(max_length=60)
    body_sha256 = models.CharField(max_length=64)
    body_start = models.CharField(max_length=500)
    refused_at = models.DateTimeField()

    class Meta:
        db_table = "pay_refused_notice"
        indexes = [models.Index(fields=["-refused_at"], name="pay_refused_notice_at")]


class BillFile(models.Model):
    """A provider's bill of one of its days, as it came."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    channel = models.TextField()
    day = models.DateField()
    sha256 = models.CharField(max_length=64)
    body = models.BinaryField()
    is_final = models.BooleanField()
    fetched_at = models.DateTimeField()

    class Meta:
        db_table = "pay_bill_file"
        constraints = [
            models.UniqueConstraint(fields=["channel", "day", "sha256"], name="pay_bill_file_once")
        ]


class BillLine(models.Model):
    """One movement on a bill. `line_key` is the provider's own number for it."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    file = models.ForeignKey(BillFile, on_delete=models.PROTECT, related_name="+")
    channel = models.TextField()
    day = models.DateField()
    line_key = models.TextField()
    kind = models.TextField()
    out_no = models.TextField()
    amount_fen = models.BigIntegerField()
    fee_fen = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    moved_at = models.DateTimeField()

    class Meta:
        db_table = "pay_bill_line"
        constraints = [
            models.UniqueConstraint(fields=["channel", "line_key"], name="pay_bill_line_once")
        ]
        indexes = [
            models.Index(fields=["channel", "day"], name="pay_bill_line_day"),
            models.Index(fields=["channel", "kind", "out_no"], name="pay_bill_line_out_no"),
        ]


class ReconItem(models.Model):
    """What became of a line, or of a movement of ours that no final bill shows."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    channel = models.TextField()
    day = models.DateField()
    line = models.OneToOneField(BillLine, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.TextField()
    out_no = models.TextField()
    status = models.TextField()
    cause = models.TextField(default="")
    first_seen_at = models.DateTimeField()
    judged_at = models.DateTimeField()

    class Meta:
        db_table = "pay_recon_item"
        constraints = [
            state_check(LineStatus, name="pay_recon_item_status", column="status"),
            models.UniqueConstraint(
                fields=["channel", "kind", "out_no"],
                condition=Q(line__isnull=True),
                name="pay_recon_item_missing_once",
            ),
            models.CheckConstraint(
                condition=Q(status="MISSING_THERE", line__isnull=True)
                | (~Q(status="MISSING_THERE") & Q(line__isnull=False)),
                name="pay_recon_item_line",
            ),
        ]
        indexes = [models.Index(fields=["channel", "day"], name="pay_recon_item_day")]
