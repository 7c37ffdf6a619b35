"""Why stock was adjusted, when a shop is told that it is low, and offers that keep their goods."""

from django.db import migrations, models
from django.db.models import Q

from laotie.kernel import sql


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0004_axes_and_codes"),
        ("trade", "0005_invoices_views_and_percentages"),
    ]
    operations = [
        migrations.RemoveConstraint(model_name="stockmovement", name="stock_movement_kind_known"),
        migrations.AddField(
            model_name="stock", name="low_at", field=models.IntegerField(null=True)
        ),
        migrations.AddField(
            model_name="stockmovement",
            name="reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=100),
        ),
        migrations.AddConstraint(
            model_name="stock",
            constraint=models.CheckConstraint(
                condition=Q(low_at__isnull=True) | Q(low_at__gte=0),
                name="stock_low_at_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="stockmovement",
            constraint=models.CheckConstraint(
                condition=Q(kind__in=["counted", "adjusted", "shipped"]),
                name="stock_movement_kind_known",
            ),
        ),
        migrations.RunSQL(sql.text("trade", "guard_stock"), migrations.RunSQL.noop, hints={"expands": True}),
    ]
