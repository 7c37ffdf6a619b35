from django.db import migrations

from laotie.kernel import sql


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_runs")]
    operations = [
        migrations.RunSQL(
            sql.text("kernel", "create_audit"), migrations.RunSQL.noop, hints={"expands": True}
        ),
    ]
