"""Many entries in one call touch each account once."""

from django.db import migrations

from laotie.kernel import sql


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_payout_accounts")]
    operations = [
        # Within the same rights and guards; who calls `led_post` as before notices nothing.
        migrations.RunSQL(
            sql.text("ledger", "post_in_sets"), migrations.RunSQL.noop, hints={"expands": True}
        ),
    ]
