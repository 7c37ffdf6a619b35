from django.db import migrations, models


class Migration(migrations.Migration):
    """Of older cases it is not known; what they took down goes back to its creator alone."""

    dependencies = [("content", "0017_own_name_of_a_check")]

    operations = [
        migrations.AddField(
            model_name="case", name="was_public", field=models.BooleanField(null=True)
        ),
    ]
