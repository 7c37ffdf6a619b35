"""Lines name the post that they were found in."""

from django.db import migrations, models

from laotie.kernel import sql


class Migration(migrations.Migration):
    dependencies = [("trade", "0009_reasons_of_refused_refunds")]

    operations = [
        migrations.AddField("cartline", "post_id", models.UUIDField(null=True)),
        migrations.AddField("quoteline", "post_id", models.UUIDField(null=True)),
        migrations.AddField("orderline", "post_id", models.UUIDField(null=True)),
        migrations.AddConstraint(
            "cartline",
            models.CheckConstraint(
                condition=models.Q(post_id__isnull=True) | models.Q(creator_id__isnull=False),
                name="cart_line_post_has_its_creator",
            ),
        ),
        # It copies the lines of quotes. The arguments are the same, so both releases can call it.
        migrations.RunSQL(
            sql.text("trade", "place_batch"), migrations.RunSQL.noop, hints={"expands": True}
        ),
    ]
