"""Followers of before are counted once; what changes meanwhile is noted beside."""

from django.db import migrations

from laotie.kernel import sql


class Migration(migrations.Migration):
    dependencies = [("content", "0014_fans_kept")]
    operations = [
        migrations.RunSQL(
            [(sql.text("content", "recount_fans"), {"creator": None})],
            migrations.RunSQL.noop,
            hints={"expands": True},
        ),
    ]
