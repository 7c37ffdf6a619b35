from django.db import migrations

from laotie.kernel import sql


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [
        migrations.RunSQL(sql.text("catalog", "guard_prices"), migrations.RunSQL.noop),
    ]
