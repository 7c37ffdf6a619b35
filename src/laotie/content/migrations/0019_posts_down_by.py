from django.db import migrations, models

# What people decided has a case, or has been appealed against; the rest came down by itself.
_WHAT_TOOK_IT_DOWN = """
    UPDATE content_post p SET down_by = CASE
        WHEN p.state <> 'TAKEN_DOWN' OR EXISTS (
            SELECT FROM content_case c WHERE c.post_id = p.id
                AND c.state = 'TAKEN_DOWN' AND c.consequence = 'TAKEN_DOWN') THEN 'OPERATOR'
        WHEN p.cause = 'RIGHTS_EXPIRED' THEN 'RIGHTS'
        WHEN p.cause = 'SOURCE_GONE' THEN 'SOURCE'
        ELSE 'OPERATOR' END
    WHERE p.state IN ('TAKEN_DOWN', 'APPEALED', 'UPHELD')
"""


class Migration(migrations.Migration):
    dependencies = [("content", "0018_cases_of_public_posts")]

    operations = [
        migrations.AddField(
            model_name="post",
            name="down_by",
            field=models.CharField(blank=True, db_default="", default="", max_length=8),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(("down_by__in", ["", "OPERATOR", "RIGHTS", "SOURCE"])),
                name="post_down_by_known",
            ),
        ),
        migrations.RunSQL(_WHAT_TOOK_IT_DOWN, migrations.RunSQL.noop, hints={"expands": True}),
    ]
