from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0010_programmes'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='case', name='case_state_known'),
        migrations.RemoveConstraint(model_name='case', name='case_no_has_rule_and_reason'),
        migrations.RemoveConstraint(model_name='case', name='case_decided_by_a_person'),
        migrations.RemoveConstraint(model_name='case', name='case_consequence_fits'),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['OPEN', 'APPROVED', 'LIMITED', 'REFUSED', 'TAKEN_DOWN', 'APPEALED', 'RESTORED', 'UPHELD', 'CLOSED'])), name='case_state_known'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['OPEN', 'APPROVED', 'CLOSED']), models.Q(models.Q(('rule', ''), _negated=True), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='case_no_has_rule_and_reason'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', False), ('state__in', ['OPEN', 'CLOSED']), models.Q(('consequence', 'LIMITED'), ('origin', 'MACHINE')), _connector='OR'), name='case_decided_by_a_person'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('consequence', ''), ('state__in', ['OPEN', 'APPROVED', 'CLOSED'])), models.Q(('consequence__in', ['LIMITED', 'REFUSED', 'TAKEN_DOWN']), ('state__in', ['LIMITED', 'REFUSED', 'TAKEN_DOWN', 'APPEALED', 'RESTORED', 'UPHELD'])), _connector='OR'), name='case_consequence_fits'),
        ),
    ]
