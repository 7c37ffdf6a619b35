from django.db import migrations, models


class Migration(migrations.Migration):
    """A way out that an app handed to a browser belongs to the first that took it."""

    dependencies = [("links", "0005_halvings")]

    operations = [
        migrations.AddField(
            model_name="click",
            name="went_by",
            field=models.BinaryField(max_length=32, null=True),
        ),
    ]
