import django.db.models.deletion
import laotie.kernel.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0010_one_application_waits'),
        ('content', '0007_relations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Opinion',
            fields=[
                ('id', models.UUIDField(default=laotie.kernel.ids.new, editable=False, primary_key=True, serialize=False)),
                ('post_id', models.UUIDField()),
                ('digest', models.CharField(max_length=64)),
                ('model', models.CharField(max_length=60)),
                ('state', models.CharField(default='ASKED', max_length=6)),
                ('tries', models.PositiveSmallIntegerField(default=1)),
                ('cause', models.CharField(blank=True, max_length=200)),
                ('findings', models.JSONField(default=list)),
                ('asked_wall_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['ASKED', 'GIVEN', 'FAILED'])), name='opinion_state_known'), models.UniqueConstraint(fields=('post_id', 'digest', 'model'), name='opinion_once'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state', 'ASKED')), models.Q(models.Q(('state', 'ASKED'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='opinion_ended_has_moment'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'FAILED'), models.Q(('cause', ''), _negated=True)), models.Q(models.Q(('state', 'FAILED'), _negated=True), ('cause', '')), _connector='OR'), name='opinion_failed_has_cause')],
            },
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.UUIDField(default=laotie.kernel.ids.new, editable=False, primary_key=True, serialize=False)),
                ('post_id', models.UUIDField()),
                ('state', models.CharField(default='OPEN', max_length=10)),
                ('origin', models.CharField(max_length=8)),
                ('digest', models.CharField(max_length=64)),
                ('rule_version', models.PositiveIntegerField()),
                ('rule', models.CharField(blank=True, max_length=16)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('exhibit', models.JSONField()),
                ('findings', models.JSONField()),
                ('opened_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('consequence', models.CharField(blank=True, max_length=10)),
                ('appeal', models.CharField(blank=True, max_length=500)),
                ('appealed_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answer', models.CharField(blank=True, max_length=200)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('creator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.creator')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['post_id', '-id'], name='case_of_post'), models.Index(fields=['creator', '-id'], name='case_of_creator'), models.Index(condition=models.Q(('state', 'OPEN')), fields=['opened_at'], name='case_waits'), models.Index(condition=models.Q(('state', 'APPEALED')), fields=['appealed_at'], name='case_appealed'), models.Index(condition=models.Q(('consequence', 'TAKEN_DOWN')), fields=['decided_at'], name='case_took_down')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['OPEN', 'APPROVED', 'LIMITED', 'REFUSED', 'TAKEN_DOWN', 'APPEALED', 'RESTORED', 'UPHELD'])), name='case_state_known'), models.CheckConstraint(condition=models.Q(('origin__in', ['MACHINE', 'OPERATOR'])), name='case_origin_known'), models.CheckConstraint(condition=models.Q(('rule', ''), ('rule__in', ['WORD', 'CONTACT_PHONE', 'CONTACT_NAME', 'CONTACT_LINK', 'CONTACT_CODE', 'AD_LABEL', 'AI_LABEL', 'MODEL', 'FALSE_CLAIM', 'FORBIDDEN_GOODS', 'ABUSE', 'STOLEN', 'MINORS', 'OTHER']), _connector='OR'), name='case_rule_known'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('state', 'OPEN')), models.Q(models.Q(('state', 'OPEN'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='case_decided_has_moment'), models.CheckConstraint(condition=models.Q(('state__in', ['OPEN', 'APPROVED']), models.Q(models.Q(('rule', ''), _negated=True), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='case_no_has_rule_and_reason'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', False), ('state', 'OPEN'), models.Q(('consequence', 'LIMITED'), ('origin', 'MACHINE')), _connector='OR'), name='case_decided_by_a_person'), models.CheckConstraint(condition=models.Q(models.Q(('consequence', ''), ('state__in', ['OPEN', 'APPROVED'])), models.Q(('consequence__in', ['LIMITED', 'REFUSED', 'TAKEN_DOWN']), ('state__in', ['LIMITED', 'REFUSED', 'TAKEN_DOWN', 'APPEALED', 'RESTORED', 'UPHELD'])), _connector='OR'), name='case_consequence_fits'), models.CheckConstraint(condition=models.Q(('answered_by__isnull', True), ('decided_by__isnull', True), models.Q(('answered_by', models.F('decided_by')), _negated=True), _connector='OR'), name='case_answered_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), ('appealed_at__isnull', False), ('state__in', ['RESTORED', 'UPHELD']), models.Q(('answer', ''), _negated=True)), models.Q(models.Q(('state__in', ['RESTORED', 'UPHELD']), _negated=True), ('answered_at__isnull', True)), _connector='OR'), name='case_answered_has_answer'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'APPEALED'), _negated=True), ('appealed_at__isnull', False), _connector='OR'), name='case_appealed_has_moment'), models.UniqueConstraint(condition=models.Q(('state', 'OPEN')), fields=('post_id',), name='case_open_once')],
            },
        ),
        migrations.CreateModel(
            name='RuleSet',
            fields=[
                ('version', models.PositiveIntegerField(primary_key=True, serialize=False)),
                ('words', models.JSONField()),
                ('severities', models.JSONField()),
                ('reason', models.CharField(max_length=200)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='rule_set_from_one')],
            },
        ),
    ]
