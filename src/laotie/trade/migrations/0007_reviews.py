
import django.contrib.postgres.fields
import django.db.models.deletion
import laotie.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('trade', '0006_stock_reasons_and_kept_offers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.UUIDField(default=laotie.kernel.ids.new, editable=False, primary_key=True, serialize=False)),
                ('line_no', models.IntegerField()),
                ('shop_id', models.UUIDField()),
                ('product_id', models.UUIDField()),
                ('sku_id', models.UUIDField()),
                ('buyer_id', models.UUIDField()),
                ('spec', models.JSONField()),
                ('stars', models.PositiveSmallIntegerField()),
                ('text', models.CharField(blank=True, max_length=1000)),
                ('pictures', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), default=list, size=None)),
                ('is_anonymous', models.BooleanField()),
                ('written_at', models.DateTimeField()),
                ('appended_text', models.CharField(blank=True, max_length=1000)),
                ('appended_pictures', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), default=list, size=None)),
                ('appended_at', models.DateTimeField(null=True)),
                ('reply', models.CharField(blank=True, max_length=500)),
                ('replied_by_id', models.UUIDField(null=True)),
                ('replied_at', models.DateTimeField(null=True)),
                ('reply_seen_at', models.DateTimeField(null=True)),
                ('state', models.CharField(max_length=8)),
                ('hidden_reason', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'db_table': 'trade_review',
            },
        ),
        migrations.CreateModel(
            name='ReviewReport',
            fields=[
                ('id', models.UUIDField(default=laotie.kernel.ids.new, editable=False, primary_key=True, serialize=False)),
                ('person_id', models.UUIDField()),
                ('reason', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by_id', models.UUIDField(null=True)),
            ],
            options={
                'db_table': 'trade_review_report',
            },
        ),
        migrations.RemoveConstraint(
            model_name='order',
            name='order_paid_has_moment',
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('state__in', ['PENDING_PAYMENT', 'CLOSED_UNPAID'])), ('paid_at__isnull', True), ('refunded_fen', 0)), models.Q(models.Q(('state__in', ['PENDING_PAYMENT', 'CLOSED_UNPAID']), _negated=True), ('paid_at__isnull', False)), _connector='OR'), name='order_paid_has_moment'),
        ),
        migrations.AddField(
            model_name='review',
            name='order',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trade.order'),
        ),
        migrations.AddField(
            model_name='reviewreport',
            name='review',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trade.review'),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(fields=['product_id', '-written_at', '-id'], name='review_of_product'),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(fields=['shop_id', '-written_at', '-id'], name='review_of_shop'),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(fields=['buyer_id', '-written_at'], name='review_of_buyer'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.UniqueConstraint(fields=('order', 'line_no'), name='review_once_per_line'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['SHOWN', 'HIDDEN'])), name='review_state_known'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('stars__gte', 1), ('stars__lte', 5)), name='review_stars_bounded'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('pictures__len__lte', 6), ('appended_pictures__len__lte', 6)), name='review_pictures_bounded'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('appended_at__isnull', True), ('appended_text', '')), models.Q(('appended_at__gte', models.F('written_at')), models.Q(('appended_text', ''), _negated=True)), _connector='OR'), name='review_appended_has_moment'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('replied_at__isnull', True), ('reply', ''), ('reply_seen_at__isnull', True)), models.Q(('replied_at__gte', models.F('written_at')), models.Q(('reply', ''), _negated=True)), _connector='OR'), name='review_reply_has_moment'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('hidden_reason', ''), ('state', 'SHOWN')), models.Q(('state', 'HIDDEN'), models.Q(('hidden_reason', ''), _negated=True)), _connector='OR'), name='review_hidden_has_reason'),
        ),
        migrations.AddIndex(
            model_name='reviewreport',
            index=models.Index(condition=models.Q(('answered_at__isnull', True)), fields=['at'], name='review_report_open'),
        ),
        migrations.AddConstraint(
            model_name='reviewreport',
            constraint=models.UniqueConstraint(fields=('review', 'person_id'), name='review_reported_once_each'),
        ),
        migrations.AddConstraint(
            model_name='reviewreport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('answered_by_id__isnull', True)), models.Q(('answered_at__isnull', False), ('answered_by_id__isnull', False)), _connector='OR'), name='review_report_answered_by_somebody'),
        ),
    ]
