from django.db import migrations

from laotie.kernel import sql


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [
        migrations.RunSQL(
            sql.text("kernel", "create_runs"), migrations.RunSQL.noop, hints={"expands": True}
        ),
    ]
