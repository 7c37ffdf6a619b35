"""What a sheet asks for: goods by their Chinese title, and variants from before codes had a shop."""

from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.fields.json import KT


class Migration(migrations.Migration):
    dependencies = [("catalog", "0004_axes_and_codes")]
    operations = [
        migrations.AddIndex(
            model_name="product",
            index=models.Index(F("shop"), KT("title__zh"), name="product_by_title"),
        ),
        migrations.AddIndex(
            model_name="sku",
            index=models.Index(
                condition=Q(shop_id__isnull=True), fields=["code"], name="sku_code_unnamed"
            ),
        ),
    ]
