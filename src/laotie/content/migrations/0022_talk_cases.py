import django.db.models.deletion
import laotie.kernel.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0021_belts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TalkCase',
            fields=[
                ('id', models.UUIDField(default=laotie.kernel.ids.new, editable=False, primary_key=True, serialize=False)),
                ('comment_id', models.UUIDField()),
                ('post_id', models.UUIDField()),
                ('text', models.CharField(max_length=500)),
                ('state', models.CharField(max_length=10)),
                ('rule', models.CharField(max_length=16)),
                ('rule_version', models.PositiveIntegerField()),
                ('reason', models.CharField(max_length=200)),
                ('decided_at', models.DateTimeField()),
                ('appeal', models.CharField(blank=True, max_length=500)),
                ('appealed_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answer', models.CharField(blank=True, max_length=200)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('writer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['comment_id', '-id'], name='talk_case_of_comment'), models.Index(fields=['writer', '-id'], name='talk_case_of_writer'), models.Index(condition=models.Q(('state', 'APPEALED')), fields=['appealed_at', 'id'], name='talk_case_appealed')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['TAKEN_DOWN', 'APPEALED', 'RESTORED', 'UPHELD'])), name='talk_case_state_known'), models.CheckConstraint(condition=models.Q(('rule__in', ['WORD', 'CONTACT_PHONE', 'CONTACT_NAME', 'CONTACT_LINK', 'CONTACT_CODE', 'AD_LABEL', 'AI_LABEL', 'MODEL', 'FALSE_CLAIM', 'FORBIDDEN_GOODS', 'ABUSE', 'STOLEN', 'MINORS', 'OTHER'])), name='talk_case_rule_known'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='talk_case_has_reason'), models.CheckConstraint(condition=models.Q(('decided_by', models.F('writer')), _negated=True), name='talk_case_decided_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('appeal', ''), ('appealed_at__isnull', True)), models.Q(models.Q(('appeal', ''), _negated=True), ('appealed_at__isnull', False)), _connector='OR'), name='talk_case_appeal_has_moment'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), ('appealed_at__isnull', False), ('state__in', ['RESTORED', 'UPHELD']), models.Q(('answer', ''), _negated=True), models.Q(('answered_by', models.F('decided_by')), _negated=True)), models.Q(models.Q(('state__in', ['RESTORED', 'UPHELD']), _negated=True), ('answered_at__isnull', True), ('answered_by__isnull', True)), _connector='OR'), name='talk_case_answered_by_another'), models.UniqueConstraint(condition=models.Q(('state__in', ['TAKEN_DOWN', 'APPEALED'])), fields=('comment_id',), name='talk_case_once_open')],
            },
        ),
    ]
