"""Who is asked to work for a shop, and notices of payout accounts."""

import django.contrib.postgres.fields
import django.db.models.deletion
import laotie.kernel.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_papers_and_closing'),
    ]

    operations = [
        migrations.CreateModel(
            name='StaffInvitation',
            fields=[
                ('id', models.UUIDField(default=laotie.kernel.ids.new, editable=False, primary_key=True, serialize=False)),
                ('rights', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), size=None)),
                ('state', models.CharField(max_length=10)),
                ('invited_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='notice',
            name='notice_kind_known',
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['shop_approved', 'shop_asked', 'shop_refused', 'shop_suspended', 'order_paid', 'order_to_ship', 'order_shipped', 'order_delivered', 'order_closed', 'payment_ending', 'refund_requested', 'refund_granted', 'refund_refused', 'refund_withdrawn', 'refund_done', 'room_soon', 'room_started', 'room_moved', 'room_cancelled', 'giveaway_won', 'seat_given', 'stock_low', 'stock_back', 'address_changed', 'invoice_requested', 'invoice_issued', 'invoice_refused', 'invoice_red_due', 'invoice_red', 'staff_invited', 'payout_settled', 'payout_failed', 'payout_account', 'job_parked', 'locks_changed', 'phone_changed', 'phone_case', 'leaving', 'data_ready'])), name='notice_kind_known'),
        ),
        migrations.AddField(
            model_name='staffinvitation',
            name='invited_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='staffinvitation',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='staffinvitation',
            name='shop',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.shop'),
        ),
        migrations.AddIndex(
            model_name='staffinvitation',
            index=models.Index(fields=['person', '-invited_at'], name='invitation_of_person'),
        ),
        migrations.AddConstraint(
            model_name='staffinvitation',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['OPEN', 'ACCEPTED', 'DECLINED', 'WITHDRAWN'])), name='invitation_state_known'),
        ),
        migrations.AddConstraint(
            model_name='staffinvitation',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'OPEN')), fields=('shop', 'person'), name='invitation_one_open'),
        ),
        migrations.AddConstraint(
            model_name='staffinvitation',
            constraint=models.CheckConstraint(condition=models.Q(('rights__contained_by', ['manage', 'ship', 'refund', 'money', 'stage']), ('rights__len__gt', 0)), name='invitation_rights_known'),
        ),
        migrations.AddConstraint(
            model_name='staffinvitation',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('invited_at'))), name='invitation_ends_after_it_began'),
        ),
        migrations.AddConstraint(
            model_name='staffinvitation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('state', 'OPEN')), models.Q(models.Q(('state', 'OPEN'), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='invitation_answered_has_moment'),
        ),
    ]
