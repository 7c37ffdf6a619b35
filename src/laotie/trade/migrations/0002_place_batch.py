from django.db import migrations

from laotie.kernel import sql

# Room on each page, so that an update of a hot row stays on it and touches no index.
_TABLES = """
CREATE SEQUENCE trade_order_number CACHE 32;
ALTER TABLE trade_stock SET (fillfactor = 20);
ALTER TABLE trade_offer_stock SET (fillfactor = 20);
"""


class Migration(migrations.Migration):
    dependencies = [("trade", "0001_initial"), ("kernel", "0001_initial")]
    operations = [
        migrations.RunSQL(_TABLES, "DROP SEQUENCE trade_order_number"),
        migrations.RunSQL(
            sql.text("trade", "place_batch"),
            "DROP FUNCTION trade_place_batch",
        ),
    ]
