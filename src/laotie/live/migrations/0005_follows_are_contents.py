from django.db import migrations


class Migration(migrations.Migration):
    """Rooms know followers by asking `content`; the table stays as it is."""

    dependencies = [
        ("live", "0004_reminders"),
        ("content", "0002_follows"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel(name="Follow")],
        ),
    ]
