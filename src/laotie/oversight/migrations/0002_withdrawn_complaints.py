"""Whoever complained may take it back: nobody decides then, and no answer is owed."""

from django.db import migrations, models
from django.db.models import Q

_STATES = ["OPEN", "UPHELD", "DISMISSED", "WITHDRAWN"]


class Migration(migrations.Migration):
    dependencies = [("oversight", "0001_initial")]
    operations = [
        migrations.RemoveConstraint(model_name="complaint", name="complaint_state"),
        migrations.RemoveConstraint(model_name="complaint", name="complaint_ends_with_a_reason"),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=Q(state__in=_STATES), name="complaint_state"
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=Q(state="OPEN", decided_at__isnull=True)
                | Q(state="WITHDRAWN", decided_at__isnull=False)
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(answer="")),
                name="complaint_ends_with_a_reason",
            ),
        ),
    ]
