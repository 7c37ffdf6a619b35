"""Which account a party's payouts go to."""

import datetime
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

from laotie.kernel import sql


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='LedPayoutAccount',
            fields=[
                ('account_id', models.UUIDField(primary_key=True, serialize=False)),
                ('party_kind', models.TextField()),
                ('party_id', models.UUIDField()),
                ('version', models.PositiveIntegerField()),
                ('kind', models.TextField()),
                ('bank', models.TextField(default='')),
                ('holder_sealed', models.BinaryField()),
                ('holder_masked', models.TextField()),
                ('number_sealed', models.BinaryField()),
                ('number_masked', models.TextField()),
                ('set_by', models.TextField()),
                ('set_at', models.DateTimeField()),
                ('usable_from', models.DateTimeField()),
            ],
            options={
                'db_table': 'led_payout_account',
                'constraints': [models.UniqueConstraint(fields=('party_kind', 'party_id', 'version'), name='led_payout_account_once'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'bank'), models.Q(('bank', ''), _negated=True)), models.Q(('bank', ''), ('kind', 'provider')), _connector='OR'), name='led_payout_account_kind'), models.CheckConstraint(condition=models.Q(models.Q(('party_kind', 'platform'), _negated=True), ('version__gte', 1), models.Q(('number_masked', ''), _negated=True)), name='led_payout_account_whole'), models.CheckConstraint(condition=models.Q(models.Q(('usable_from__gte', models.F('set_at')), ('version', 1)), models.Q(('usable_from__gte', django.db.models.expressions.CombinedExpression(models.F('set_at'), '+', models.Value(datetime.timedelta(days=1)))), ('version__gt', 1)), _connector='OR'), name='led_payout_account_rests')],
            },
        ),
        migrations.AddField(
            model_name='ledpayout',
            name='account',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.ledpayoutaccount'),
        ),
        migrations.RunSQL(
            sql.text("ledger", "keep_payout_accounts"),
            migrations.RunSQL.noop,
            hints={"expands": True},
        ),
    ]
