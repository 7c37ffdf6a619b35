from django.db import migrations, models


class Migration(migrations.Migration):
    """Visits remember which version of the formula led to them; those of before do not know."""

    dependencies = [("content", "0023_watch_time_believed")]

    operations = [
        migrations.AddField(
            model_name="visit",
            name="formula",
            field=models.PositiveSmallIntegerField(null=True),
        ),
    ]
