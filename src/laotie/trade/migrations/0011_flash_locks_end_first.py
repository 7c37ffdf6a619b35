"""The locks of a flash batch end before the disk has answered; nobody is told of it before."""

from django.db import migrations

from laotie.kernel import sql


class Migration(migrations.Migration):
    dependencies = [("trade", "0010_found_in_posts")]

    operations = [
        migrations.RunSQL(
            sql.text("trade", "buy_flash_to_disk"),
            "DROP PROCEDURE trade_buy_flash_to_disk",
            hints={"expands": True},
        ),
    ]
