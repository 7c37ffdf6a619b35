"""Pieces of a coupon that are promised to people who are not known yet."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("trade", "0003_carts_and_second_tries")]
    operations = [
        migrations.AddField(
            model_name="coupon",
            name="reserved",
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.RemoveConstraint(model_name="coupon", name="coupon_within_budget"),
        migrations.AddConstraint(
            model_name="coupon",
            constraint=models.CheckConstraint(
                condition=Q(claimed__gte=0)
                & Q(reserved__gte=0)
                & Q(budget_fen__gte=(F("claimed") + F("reserved")) * F("off_fen")),
                name="coupon_within_budget",
            ),
        ),
    ]
