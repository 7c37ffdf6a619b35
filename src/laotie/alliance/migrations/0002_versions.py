from django.db import migrations

from laotie.kernel import sql


class Migration(migrations.Migration):
    dependencies = [("alliance", "0001_initial")]
    operations = [
        migrations.RunSQL(sql.text("alliance", "keep_versions"), migrations.RunSQL.noop),
    ]
