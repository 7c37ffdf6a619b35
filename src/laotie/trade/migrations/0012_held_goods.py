"""A flash batch waits for a row that somebody holds for a second, not until its session ends."""

from django.db import migrations

from laotie.kernel import sql


class Migration(migrations.Migration):
    dependencies = [("trade", "0011_flash_locks_end_first")]

    operations = [
        migrations.RunSQL(
            sql.text("trade", "buy_flash_to_disk"), migrations.RunSQL.noop, hints={"expands": True}
        ),
    ]
