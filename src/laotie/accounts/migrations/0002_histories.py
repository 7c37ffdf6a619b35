from django.db import migrations

from laotie.kernel import sql


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [
        migrations.RunSQL(sql.text("accounts", "keep_histories"), migrations.RunSQL.noop),
    ]
