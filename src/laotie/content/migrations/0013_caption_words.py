from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0012_buys_of_other_hands'),
    ]

    operations = [
        migrations.CreateModel(
            name='CaptionWords',
            fields=[
                ('work', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='content.work')),
                ('cues', models.JSONField()),
            ],
        ),
    ]
