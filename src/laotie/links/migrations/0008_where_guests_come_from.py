from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Guests of one address share a limit, which a new session does not renew."""

    dependencies = [("links", "0007_judged_titles")]

    operations = [
        migrations.AddField(
            model_name="click",
            name="came_from",
            field=models.BinaryField(max_length=32, null=True),
        ),
        migrations.AddIndex(
            model_name="click",
            index=models.Index(
                fields=["came_from"], condition=Q(came_from__isnull=False), name="click_of_guests"
            ),
        ),
    ]
