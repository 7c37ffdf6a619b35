from django.db import migrations

from laotie.kernel import sql


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_audit")]
    operations = [
        migrations.RunSQL(
            sql.text("kernel", "create_holds"), migrations.RunSQL.noop, hints={"expands": True}
        ),
    ]
