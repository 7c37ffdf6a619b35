from django.db import migrations

from laotie.kernel import sql


class Migration(migrations.Migration):
    initial = True
    dependencies = [("procrastinate", "__latest__")]
    operations = [
        migrations.RunSQL(sql.text("kernel", "create_tables"), migrations.RunSQL.noop),
    ]
