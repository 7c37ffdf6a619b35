"""Products with axes, and codes that name one SKU of a shop."""

import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.models import Q, Value

# A code that a shop used twice before stays, and names nothing until one of the two is changed.
_NAME_SHOPS = """
UPDATE catalog_sku s SET shop_id = p.shop_id FROM catalog_product p
 WHERE p.id = s.product_id AND (s.code = '' OR NOT EXISTS (
    SELECT FROM catalog_sku t JOIN catalog_product q ON q.id = t.product_id
     WHERE q.shop_id = p.shop_id AND t.code = s.code AND t.id <> s.id))
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_finding")]
    operations = [
        migrations.AddField(
            model_name="product",
            name="axes",
            field=models.JSONField(db_default=Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name="sku",
            name="choice",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveSmallIntegerField(),
                db_default=Value(
                    [],
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), size=None
                    ),
                ),
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="sku",
            name="picture",
            field=models.CharField(blank=True, db_default="", default="", max_length=32),
        ),
        migrations.AddField(
            model_name="sku", name="shop_id", field=models.UUIDField(null=True)
        ),
        migrations.RunSQL(_NAME_SHOPS, migrations.RunSQL.noop, hints={"expands": True}),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=Q(axes__3__isnull=True), name="product_axes_bounded"
            ),
        ),
        migrations.AddConstraint(
            model_name="sku",
            constraint=models.UniqueConstraint(
                condition=~Q(code="") & Q(shop_id__isnull=False),
                fields=("shop_id", "code"),
                name="sku_code_once_in_shop",
            ),
        ),
        migrations.AddConstraint(
            model_name="sku",
            constraint=models.UniqueConstraint(
                condition=Q(choice__len__gt=0), fields=("product", "choice"), name="sku_choice_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="sku",
            constraint=models.CheckConstraint(
                condition=Q(choice__len__lte=3), name="sku_choice_bounded"
            ),
        ),
    ]
