from django.db import migrations

from laotie.kernel import sql


class Migration(migrations.Migration):
    dependencies = [("kernel", "0005_job_failures")]
    operations = [
        migrations.RunSQL(
            sql.text("kernel", "pace_readers"), migrations.RunSQL.noop, hints={"expands": True}
        ),
    ]
