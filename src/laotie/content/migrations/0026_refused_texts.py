import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import laotie.kernel.ids


class Migration(migrations.Migration):
    """What was refused before anybody read it is on record, without its words."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("content", "0025_talents_linked_out"),
    ]

    operations = [
        migrations.CreateModel(
            name="RefusedText",
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
                ("place", models.CharField(max_length=8)),
                ("rule", models.CharField(max_length=16)),
                ("rule_version", models.PositiveIntegerField()),
                ("digest", models.BinaryField(max_length=32)),
                ("refused_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["refused_at"], name="refused_text_age")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "place__in",
                                [
                                    "NAME",
                                    "BIO",
                                    "TITLE",
                                    "PRODUCT",
                                    "REVIEW",
                                    "POST",
                                    "COMMENT",
                                    "CHAT",
                                ],
                            )
                        ),
                        name="refused_text_place_known",
                    ),
                ],
            },
        ),
    ]
