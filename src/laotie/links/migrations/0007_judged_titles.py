from django.db import migrations, models


class Migration(migrations.Migration):
    """A title that was read before titles had to pass the gate for words is told from the others."""

    dependencies = [("links", "0006_who_went")]

    operations = [
        migrations.AddField(
            model_name="preview",
            name="judged_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="preview",
            index=models.Index(
                condition=models.Q(("judged_at__isnull", True), ("state", "READY")),
                fields=["listing"],
                name="preview_unjudged",
            ),
        ),
    ]
