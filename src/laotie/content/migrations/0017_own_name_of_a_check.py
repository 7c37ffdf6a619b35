from django.db import migrations, models


class Migration(migrations.Migration):
    """Comments in rooms have a constraint of the same name, and Django wants one for each."""

    dependencies = [("content", "0016_cover_cause")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE content_comment"
                    " RENAME CONSTRAINT comment_says_something TO post_comment_says_something",
                    hints={"expands": True},
                )
            ],
            state_operations=[
                migrations.RemoveConstraint("comment", "comment_says_something"),
                migrations.AddConstraint(
                    "comment",
                    models.CheckConstraint(
                        condition=~models.Q(text=""), name="post_comment_says_something"
                    ),
                ),
            ],
        )
    ]
