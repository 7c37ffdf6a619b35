"""How often a window was halved is counted apart from the failures in a row."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("links", "0004_order_sources")]
    operations = [
        migrations.AddField(
            model_name="orderreading",
            name="halvings",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
    ]
