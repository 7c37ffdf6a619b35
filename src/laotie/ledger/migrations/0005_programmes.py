"""Budgets for creators are set aside, paid out and given back through the journal."""

from django.db import migrations

from laotie.kernel import sql


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_prove_in_sets")]
    operations = [
        # One more kind of account and of party; what is there keeps its meaning.
        migrations.RunSQL(
            sql.text("ledger", "open_programmes"), migrations.RunSQL.noop, hints={"expands": True}
        ),
    ]
