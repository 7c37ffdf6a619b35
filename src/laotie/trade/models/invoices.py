"""Invoices that buyers ask for."""

from django.db import models
from django.db.models import Q

from laotie.kernel import ids
from laotie.kernel.states import state_check
from laotie.trade.models.among import among
from laotie.trade.rules import InvoiceKind, InvoiceState


class Invoice(models.Model):
    """What a buyer wants written on an invoice of an order, and what the shop made of it."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    order = models.ForeignKey("trade.Order", on_delete=models.PROTECT, related_name="+")
    shop_id = models.UUIDField()
    state = models.CharField(max_length=12)
    kind = models.CharField(max_length=8)
    title = models.CharField(max_length=100)
    tax_no = models.CharField(max_length=20, blank=True)
    amount_fen = models.BigIntegerField()
    number = models.CharField(max_length=20, blank=True)
    red_number = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    decided_by_id = models.UUIDField(null=True)

    class Meta:
        db_table = "trade_invoice"
        constraints = [
            state_check(InvoiceState, name="invoice_state_known"),
            state_check(InvoiceKind, name="invoice_kind_known", column="kind"),
            models.UniqueConstraint(
                fields=["order"],
                condition=among(
                    "state", InvoiceState.REQUESTED, InvoiceState.ISSUED, InvoiceState.RED_DUE
                ),
                name="invoice_one_at_a_time",
            ),
            models.CheckConstraint(condition=Q(amount_fen__gte=1), name="invoice_amount_positive"),
            models.CheckConstraint(
                condition=~Q(kind=InvoiceKind.COMPANY.value) | ~Q(tax_no=""),
                name="invoice_of_company_has_tax_number",
            ),
            models.CheckConstraint(
                condition=Q(
                    among("state", InvoiceState.ISSUED, InvoiceState.RED_DUE, InvoiceState.RED),
                    ~Q(number=""),
                    issued_at__isnull=False,
                )
                | (
                    ~among("state", InvoiceState.ISSUED, InvoiceState.RED_DUE, InvoiceState.RED)
                    & Q(number="", issued_at__isnull=True)
                ),
                name="invoice_issued_has_number",
            ),
            models.CheckConstraint(
                condition=Q(state=InvoiceState.RED.value) & ~Q(red_number="")
                | (~Q(state=InvoiceState.RED.value) & Q(red_number="")),
                name="invoice_red_has_number",
            ),
            models.CheckConstraint(
                condition=~Q(state=InvoiceState.REFUSED.value) | ~Q(reason=""),
                name="invoice_refused_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(
                    among(
                        "state", InvoiceState.REQUESTED, InvoiceState.ISSUED, InvoiceState.RED_DUE
                    ),
                    ended_at__isnull=True,
                )
                | (
                    ~among(
                        "state", InvoiceState.REQUESTED, InvoiceState.ISSUED, InvoiceState.RED_DUE
                    )
                    & Q(ended_at__isnull=False)
                ),
                name="invoice_ended_has_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["order", "asked_at"], name="invoice_of_order"),
            models.Index(fields=["shop_id", "state", "asked_at"], name="invoice_of_shop"),
        ]


class InvoiceFile(models.Model):
    """The PDF of an invoice: kept in the database, so that backups and rights cover it."""

    invoice = models.OneToOneField(
        "trade.Invoice", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    body = models.BinaryField()
    digest = models.CharField(max_length=64)
    kept_at = models.DateTimeField()

    class Meta:
        db_table = "trade_invoice_file"
