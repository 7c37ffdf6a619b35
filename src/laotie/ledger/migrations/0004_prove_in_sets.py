"""What the journal proves, it proves once for all that a statement writes."""

from django.db import migrations

from laotie.kernel import sql


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_post_in_sets")]
    operations = [
        # Who calls the functions as before notices nothing; no column and no right changes.
        migrations.RunSQL(
            sql.text("ledger", "prove_in_sets"), migrations.RunSQL.noop, hints={"expands": True}
        ),
    ]
