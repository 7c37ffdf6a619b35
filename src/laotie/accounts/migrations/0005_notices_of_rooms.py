"""Notices of rooms that move, are called off, and of what was won in them."""

from django.db import migrations, models
from django.db.models import Q

_KINDS = """
    shop_approved shop_refused shop_suspended order_paid order_to_ship
    order_shipped order_delivered order_closed payment_ending refund_requested
    refund_granted refund_refused refund_withdrawn refund_done room_soon
    room_started room_moved room_cancelled giveaway_won seat_given
    stock_low stock_back address_changed invoice_requested invoice_issued
    invoice_refused invoice_red_due invoice_red staff_invited payout_settled
    payout_failed job_parked
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_notification_channels")]
    operations = [
        migrations.RemoveConstraint(model_name="notice", name="notice_kind_known"),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=Q(kind__in=_KINDS.split()), name="notice_kind_known"
            ),
        ),
    ]
