"""Orders that were paid before an account changed hands count for its posts no more."""

from django.db import migrations, models

_MARK = """
    WITH gone AS (
        UPDATE content_postbuy b SET counts = false
        FROM content_post p JOIN accounts_creator c ON c.id = p.creator_id
        WHERE p.id = b.post_id AND b.at < c.counts_since
        RETURNING b.post_id
    )
    UPDATE content_postfigures f SET buys = f.buys - n.gone
    FROM (SELECT post_id, count(*) AS gone FROM gone GROUP BY post_id) n
    WHERE f.post_id = n.post_id
"""


class Migration(migrations.Migration):
    dependencies = [("content", "0011_cases_closed"), ("accounts", "0012_change_of_hands")]
    operations = [
        migrations.AddField(
            model_name="postbuy",
            name="counts",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.RunSQL(_MARK, migrations.RunSQL.noop, hints={"expands": True}),
    ]
