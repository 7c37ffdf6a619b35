from django.db import migrations

from laotie.kernel import sql


class Migration(migrations.Migration):
    dependencies = [("kernel", "0004_holds"), ("procrastinate", "__latest__")]
    operations = [
        migrations.RunSQL(
            sql.text("kernel", "create_job_failures"),
            migrations.RunSQL.noop,
            hints={"expands": True},
        ),
    ]
