import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import laotie.kernel.ids


class Migration(migrations.Migration):
    """Follows are content's from here on: the same table, known by another part of the code."""

    dependencies = [
        ("content", "0001_initial"),
        ("live", "0004_reminders"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Follow",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=laotie.kernel.ids.new,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("followed_at", models.DateTimeField()),
                        (
                            "creator",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.creator",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "live_follow",
                        "indexes": [
                            models.Index(fields=["creator", "person"], name="follower_of_creator")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("person", "creator"), name="follow_once"
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
