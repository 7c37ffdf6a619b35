from django.db import migrations, models


class Migration(migrations.Migration):
    """Whoever promised to sell only here and leads elsewhere is told of."""

    dependencies = [("content", "0024_formula_of_visits")]

    operations = [
        migrations.RemoveConstraint(model_name="talentalert", name="talent_alert_cause_known"),
        migrations.AddConstraint(
            model_name="talentalert",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cause__in", ["QUIET", "POSTS_MISSED", "LIVES_MISSED", "LINKED_OUT"])
                ),
                name="talent_alert_cause_known",
            ),
        ),
    ]
