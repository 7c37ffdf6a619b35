from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0015_fans_counted'),
    ]

    operations = [
        migrations.AddField(
            model_name='work',
            name='cover_cause',
            field=models.CharField(blank=True, db_default='', default='', max_length=16),
        ),
        migrations.AddConstraint(
            model_name='work',
            constraint=models.CheckConstraint(condition=models.Q(('cover_cause__in', ['', 'FORMAT', 'UNREADABLE', 'NO_VIDEO', 'CODEC', 'STREAMS', 'PIXELS', 'RATE', 'TOO_LONG', 'TOO_SHORT', 'TRUNCATED', 'CAPTIONS', 'STUCK', 'ENCODER', 'DISK', 'GONE'])), name='work_cover_cause_known'),
        ),
    ]
