"""What goods cost now, for every statement that has to know it."""

from django.db import migrations

from laotie.kernel import sql


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_papers_and_closing"),
        ("catalog", "0005_goods_by_code_and_title"),
    ]
    operations = [
        migrations.RunSQL(
            sql.text("catalog", "offers_now"),
            "DROP FUNCTION catalog_offers_now",
            hints={"expands": True},
        ),
    ]
