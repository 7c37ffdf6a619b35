from django.db import migrations, models

# Programmes have promised to pay by what was told so far, so that all of it is believed.
_PROMISED = "UPDATE content_postfigures SET believed_ms = watch_ms WHERE watch_ms > 0"


class Migration(migrations.Migration):
    """From now on minutes that pay are those that can be true; visits of before are not judged."""

    dependencies = [("content", "0022_talk_cases")]

    operations = [
        migrations.AddField(
            model_name="visit",
            name="believed_ms",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="postfigures",
            name="believed_ms",
            field=models.PositiveBigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="taskprogress",
            name="told",
            field=models.PositiveBigIntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name="visit",
            constraint=models.CheckConstraint(
                condition=models.Q(("believed_ms__lte", models.F("watch_ms"))),
                name="visit_believed_as_told_at_most",
            ),
        ),
        migrations.AddConstraint(
            model_name="postfigures",
            constraint=models.CheckConstraint(
                condition=models.Q(("believed_ms__lte", models.F("watch_ms"))),
                name="figures_believe_what_was_told",
            ),
        ),
        migrations.RunSQL(_PROMISED, migrations.RunSQL.noop, hints={"expands": True}),
    ]
