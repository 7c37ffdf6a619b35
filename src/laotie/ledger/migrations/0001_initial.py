import django.db.models.deletion
from django.db import migrations, models

from laotie.kernel import sql


class Migration(migrations.Migration):

    initial = True

    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='LedOrder',
            fields=[
                ('order_id', models.UUIDField(primary_key=True, serialize=False)),
                ('group_id', models.UUIDField()),
                ('shop_id', models.UUIDField()),
                ('buyer_id', models.UUIDField()),
                ('payment_id', models.UUIDField(db_index=True)),
                ('digest', models.TextField()),
                ('tech_bps', models.PositiveSmallIntegerField()),
                ('channel_bps', models.PositiveSmallIntegerField()),
                ('rule_version', models.PositiveIntegerField()),
                ('paid_fen', models.BigIntegerField()),
                ('subsidy_fen', models.BigIntegerField()),
                ('state', models.TextField(default='HELD')),
                ('held_fen', models.BigIntegerField()),
                ('refunded_fen', models.BigIntegerField(default=0)),
                ('subsidy_back_fen', models.BigIntegerField(default=0)),
                ('captured_at', models.DateTimeField()),
                ('split_at', models.DateTimeField(null=True)),
                ('released_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'led_order',
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['HELD', 'SPLIT', 'RELEASED'])), name='led_order_state'), models.CheckConstraint(condition=models.Q(('held_fen__gte', 0)), name='led_order_held'), models.CheckConstraint(condition=models.Q(('refunded_fen__gte', 0), ('refunded_fen__lte', models.F('paid_fen'))), name='led_order_refunded'), models.CheckConstraint(condition=models.Q(('subsidy_back_fen__gte', 0), ('subsidy_back_fen__lte', models.F('subsidy_fen'))), name='led_order_subsidy')],
            },
        ),
        migrations.CreateModel(
            name='LedPayout',
            fields=[
                ('payout_id', models.UUIDField(primary_key=True, serialize=False)),
                ('party_kind', models.TextField()),
                ('party_id', models.UUIDField()),
                ('amount_fen', models.BigIntegerField()),
                ('key', models.TextField()),
                ('digest', models.TextField()),
                ('hold_id', models.UUIDField(unique=True)),
                ('state', models.TextField(default='REQUESTED')),
                ('requested_by', models.TextField()),
                ('requested_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('reason', models.TextField(default='')),
            ],
            options={
                'db_table': 'led_payout',
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['REQUESTED', 'SETTLED', 'FAILED', 'BOUNCED'])), name='led_payout_state'), models.UniqueConstraint(fields=('party_kind', 'party_id', 'key'), name='led_payout_once'), models.CheckConstraint(condition=models.Q(('amount_fen__gt', 0)), name='led_payout_amount')],
            },
        ),
        migrations.CreateModel(
            name='LedPolicy',
            fields=[
                ('version', models.AutoField(primary_key=True, serialize=False)),
                ('tech_bps', models.PositiveSmallIntegerField()),
                ('channel_bps', models.PositiveSmallIntegerField()),
                ('split_cap_bps', models.PositiveSmallIntegerField()),
                ('effective_at', models.DateTimeField()),
                ('made_at', models.DateTimeField()),
                ('made_by', models.TextField()),
            ],
            options={
                'db_table': 'led_policy',
                'constraints': [models.CheckConstraint(condition=models.Q(('channel_bps__lte', 10000), ('split_cap_bps__lte', 10000), ('tech_bps__lte', 10000)), name='led_policy_rates')],
            },
        ),
        migrations.CreateModel(
            name='LedLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line_no', models.PositiveSmallIntegerField()),
                ('quantity', models.PositiveIntegerField()),
                ('goods_fen', models.BigIntegerField()),
                ('merchant_coupon_fen', models.BigIntegerField()),
                ('platform_coupon_fen', models.BigIntegerField()),
                ('freight_fen', models.BigIntegerField()),
                ('roles', models.JSONField()),
                ('refunded_units', models.PositiveIntegerField(default=0)),
                ('freight_refunded', models.BooleanField(default=False)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.ledorder')),
            ],
            options={
                'db_table': 'led_line',
                'constraints': [models.UniqueConstraint(fields=('order', 'line_no'), name='led_line_once'), models.CheckConstraint(condition=models.Q(('refunded_units__lte', models.F('quantity'))), name='led_line_units'), models.CheckConstraint(condition=models.Q(('freight_refunded', False), ('refunded_units', models.F('quantity')), _connector='OR'), name='led_line_freight')],
            },
        ),
        migrations.CreateModel(
            name='LedRefund',
            fields=[
                ('refund_id', models.UUIDField(primary_key=True, serialize=False)),
                ('payment_id', models.UUIDField(db_index=True)),
                ('digest', models.TextField()),
                ('to_buyer_fen', models.BigIntegerField()),
                ('figures', models.JSONField()),
                ('state', models.TextField(default='PAYABLE')),
                ('made_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
                ('order', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.ledorder')),
            ],
            options={
                'db_table': 'led_refund',
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['PAYABLE', 'SETTLED'])), name='led_refund_state'), models.CheckConstraint(condition=models.Q(('to_buyer_fen__gte', 0)), name='led_refund_amount'), models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', False), ('state', 'SETTLED')), models.Q(models.Q(('state', 'SETTLED'), _negated=True), ('settled_at__isnull', True)), _connector='OR'), name='led_refund_settled')],
            },
        ),
        *(
            migrations.RunSQL(sql.text("ledger", name), migrations.RunSQL.noop)
            for name in ("create_journal", "create_functions", "grant_rights", "seed_policy")
        ),
    ]
