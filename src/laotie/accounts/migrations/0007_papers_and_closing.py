"""What a shop hands in to be let in, and when it is away."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

_KINDS = """
    shop_approved shop_asked shop_refused shop_suspended order_paid order_to_ship
    order_shipped order_delivered order_closed payment_ending refund_requested
    refund_granted refund_refused refund_withdrawn refund_done room_soon
    room_started room_moved room_cancelled giveaway_won seat_given
    stock_low stock_back address_changed invoice_requested invoice_issued
    invoice_refused invoice_red_due invoice_red staff_invited payout_settled
    payout_failed job_parked locks_changed phone_changed phone_case leaving data_ready
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_people_of_their_own")]
    operations = [
        migrations.CreateModel(
            name="ShopPapers",
            fields=[
                (
                    "shop",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="accounts.shop",
                    ),
                ),
                ("legal_name", models.CharField(max_length=80)),
                ("licence_no", models.CharField(max_length=30)),
                ("licence_file", models.CharField(max_length=32)),
                ("responsible_name", models.CharField(max_length=40)),
                ("contact_sealed", models.BinaryField(max_length=200)),
                ("contact_masked", models.CharField(max_length=24)),
                (
                    "categories",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), size=None
                    ),
                ),
                (
                    "asked_for",
                    models.CharField(blank=True, db_default="", default="", max_length=200),
                ),
                (
                    "handed_in_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.person",
                    ),
                ),
                ("handed_in_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.AddConstraint(
            model_name="shoppapers",
            constraint=models.CheckConstraint(
                condition=~Q(legal_name="") & ~Q(licence_no="") & ~Q(responsible_name=""),
                name="shop_papers_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="shoppapers",
            constraint=models.CheckConstraint(
                condition=Q(licence_file__regex="^[0-9a-f]{32}$"), name="shop_papers_licence_form"
            ),
        ),
        migrations.AddConstraint(
            model_name="shoppapers",
            constraint=models.CheckConstraint(
                condition=Q(categories__len__gt=0, categories__len__lte=10),
                name="shop_papers_categories_bounded",
            ),
        ),
        migrations.AddField(
            model_name="shop", name="closed_from", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="shop", name="closed_until", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="shop",
            name="closing",
            field=models.CharField(blank=True, db_default="", default="", max_length=8),
        ),
        migrations.AddField(
            model_name="shop",
            name="closing_notice_zh",
            field=models.CharField(blank=True, db_default="", default="", max_length=120),
        ),
        migrations.AddField(
            model_name="shop",
            name="closing_notice_en",
            field=models.CharField(blank=True, db_default="", default="", max_length=120),
        ),
        migrations.RemoveConstraint(model_name="shop", name="shop_state_known"),
        migrations.AddConstraint(
            model_name="shop",
            constraint=models.CheckConstraint(
                condition=Q(state__in=["APPLIED", "ASKED", "APPROVED", "REFUSED", "SUSPENDED"]),
                name="shop_state_known",
            ),
        ),
        migrations.RemoveConstraint(model_name="shop", name="shop_decided_has_moment"),
        migrations.AddConstraint(
            model_name="shop",
            constraint=models.CheckConstraint(
                condition=Q(state__in=["APPLIED", "ASKED"]) | Q(decided_at__isnull=False),
                name="shop_decided_has_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="shop",
            constraint=models.CheckConstraint(
                condition=Q(closing="", closed_from__isnull=True, closed_until__isnull=True)
                | Q(
                    closing__in=["LATER", "NONE"],
                    closed_from__isnull=False,
                    closed_until__gt=F("closed_from"),
                ),
                name="shop_closing_whole",
            ),
        ),
        migrations.RemoveConstraint(model_name="notice", name="notice_kind_known"),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=Q(kind__in=_KINDS.split()), name="notice_kind_known"
            ),
        ),
    ]
