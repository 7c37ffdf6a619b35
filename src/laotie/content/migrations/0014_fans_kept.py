"""How many follow a creator is kept, by what each follow leaves from now on."""

import django.db.models.deletion
from django.db import migrations, models

from laotie.kernel import sql

_CREATOR = "accounts.creator"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_change_of_hands"),
        ("content", "0013_caption_words"),
    ]
    operations = [
        migrations.CreateModel(
            name="FanChange",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=_CREATOR
                    ),
                ),
                ("at", models.DateTimeField()),
                ("fans", models.SmallIntegerField()),
                ("followers", models.SmallIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["creator"], name="fan_change_of_creator")]
            },
        ),
        migrations.CreateModel(
            name="FanCount",
            fields=[
                (
                    "creator",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=_CREATOR,
                    ),
                ),
                ("since", models.DateTimeField(null=True)),
                ("fans", models.BigIntegerField()),
                ("followers", models.BigIntegerField()),
            ],
        ),
        migrations.RunSQL(
            sql.text("content", "note_fans"), migrations.RunSQL.noop, hints={"expands": True}
        ),
    ]
