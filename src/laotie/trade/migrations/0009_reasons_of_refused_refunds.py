"""A refused refund says why; those refused before say nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("trade", "0008_flash_purchases")]

    operations = [
        migrations.AddField(
            model_name="refund",
            name="refusal",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
    ]
