"""Sessions, proofs, consents, lost phones, exports, deletion and minors' mode."""

import django.db.models.deletion
import laotie.kernel.ids
from django.conf import settings
from django.db import migrations, models

from laotie.kernel import sql


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_notices_of_rooms'),
    ]

    operations = [
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.UUIDField(default=laotie.kernel.ids.new, editable=False, primary_key=True, serialize=False)),
                ('document', models.CharField(max_length=10)),
                ('version', models.CharField(max_length=40)),
                ('text_digest', models.BinaryField(max_length=32)),
                ('language', models.CharField(max_length=10)),
                ('via', models.CharField(max_length=40)),
                ('accepted_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='DataExport',
            fields=[
                ('id', models.UUIDField(default=laotie.kernel.ids.new, editable=False, primary_key=True, serialize=False)),
                ('done', models.PositiveSmallIntegerField(default=0)),
                ('total', models.PositiveSmallIntegerField()),
                ('asked_at', models.DateTimeField()),
                ('ready_at', models.DateTimeField(null=True)),
                ('bytes', models.BigIntegerField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Leaving',
            fields=[
                ('id', models.UUIDField(default=laotie.kernel.ids.new, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(max_length=10)),
                ('asked_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='MinorDay',
            fields=[
                ('id', models.UUIDField(default=laotie.kernel.ids.new, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('used_s', models.PositiveIntegerField(default=0)),
                ('seen_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='PersonSession',
            fields=[
                ('id', models.UUIDField(default=laotie.kernel.ids.new, editable=False, primary_key=True, serialize=False)),
                ('session_key', models.CharField(max_length=40, unique=True)),
                ('is_app', models.BooleanField()),
                ('browser', models.CharField(blank=True, max_length=24)),
                ('system', models.CharField(blank=True, max_length=24)),
                ('opened_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='PhoneCase',
            fields=[
                ('id', models.UUIDField(default=laotie.kernel.ids.new, editable=False, primary_key=True, serialize=False)),
                ('phone_index', models.BinaryField(max_length=32)),
                ('phone_sealed', models.BinaryField(max_length=120)),
                ('phone_masked', models.CharField(max_length=24)),
                ('story_sealed', models.BinaryField(max_length=2200)),
                ('state', models.CharField(max_length=10)),
                ('asked_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('due_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='UsedChallenge',
            fields=[
                ('digest', models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                ('used_at', models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='notice',
            name='notice_kind_known',
        ),
        migrations.RemoveConstraint(
            model_name='personrole',
            name='person_role_known',
        ),
        migrations.RemoveConstraint(
            model_name='signintry',
            name='sign_in_try_kind',
        ),
        migrations.AddField(
            model_name='person',
            name='left_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='person',
            name='minors_pin',
            field=models.CharField(blank=True, db_default='', default='', max_length=128),
        ),
        migrations.AddField(
            model_name='signincode',
            name='purpose',
            field=models.CharField(db_default='sign_in', default='sign_in', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['shop_approved', 'shop_refused', 'shop_suspended', 'order_paid', 'order_to_ship', 'order_shipped', 'order_delivered', 'order_closed', 'payment_ending', 'refund_requested', 'refund_granted', 'refund_refused', 'refund_withdrawn', 'refund_done', 'room_soon', 'room_started', 'room_moved', 'room_cancelled', 'giveaway_won', 'seat_given', 'stock_low', 'stock_back', 'address_changed', 'invoice_requested', 'invoice_issued', 'invoice_refused', 'invoice_red_due', 'invoice_red', 'staff_invited', 'payout_settled', 'payout_failed', 'job_parked', 'locks_changed', 'phone_changed', 'phone_case', 'leaving', 'data_ready'])), name='notice_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='personrole',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['operator', 'finance'])), name='person_role_known'),
        ),
        migrations.AddConstraint(
            model_name='signintry',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['code', 'password', 'second', 'recovery', 'pin'])), name='sign_in_try_kind'),
        ),
        migrations.AddField(
            model_name='consent',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='dataexport',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='leaving',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='minorday',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='personsession',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='phonecase',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='phonecase',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='usedchallenge',
            index=models.Index(fields=['used_at'], name='used_challenge_age'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.UniqueConstraint(fields=('person', 'document', 'version'), name='consent_once_per_version'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(('document__in', ['terms', 'privacy'])), name='consent_document_known'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(('version', ''), _negated=True), name='consent_has_version'),
        ),
        migrations.AddIndex(
            model_name='dataexport',
            index=models.Index(fields=['person', '-asked_at'], name='data_export_of_person'),
        ),
        migrations.AddConstraint(
            model_name='dataexport',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True), ('ready_at__isnull', True)), fields=('person',), name='data_export_one_in_work'),
        ),
        migrations.AddConstraint(
            model_name='dataexport',
            constraint=models.CheckConstraint(condition=models.Q(('done__lte', models.F('total'))), name='data_export_done_of_total'),
        ),
        migrations.AddConstraint(
            model_name='dataexport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('bytes__isnull', True), ('ready_at__isnull', True)), models.Q(('bytes__isnull', False), ('ready_at__isnull', False)), _connector='OR'), name='data_export_ready_has_size'),
        ),
        migrations.AddIndex(
            model_name='leaving',
            index=models.Index(condition=models.Q(('state', 'WAITING')), fields=['due_at'], name='leaving_due'),
        ),
        migrations.AddConstraint(
            model_name='leaving',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['WAITING', 'KEPT', 'DONE'])), name='leaving_state_known'),
        ),
        migrations.AddConstraint(
            model_name='leaving',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'WAITING')), fields=('person',), name='leaving_one_open'),
        ),
        migrations.AddConstraint(
            model_name='leaving',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state', 'WAITING')), models.Q(models.Q(('state', 'WAITING'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='leaving_ended_has_moment'),
        ),
        migrations.AddConstraint(
            model_name='minorday',
            constraint=models.UniqueConstraint(fields=('person', 'day'), name='minor_day_once'),
        ),
        migrations.AddIndex(
            model_name='personsession',
            index=models.Index(fields=['person', '-seen_at'], name='session_of_person'),
        ),
        migrations.AddConstraint(
            model_name='personsession',
            constraint=models.CheckConstraint(condition=models.Q(('seen_at__gte', models.F('opened_at'))), name='session_seen_after_opened'),
        ),
        migrations.AddIndex(
            model_name='phonecase',
            index=models.Index(fields=['state', 'asked_at'], name='phone_case_by_state'),
        ),
        migrations.AddConstraint(
            model_name='phonecase',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['ASKED', 'WAITING', 'DONE', 'REFUSED', 'DENIED'])), name='phone_case_state_known'),
        ),
        migrations.AddConstraint(
            model_name='phonecase',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['ASKED', 'WAITING'])), fields=('person',), name='phone_case_one_open'),
        ),
        migrations.AddConstraint(
            model_name='phonecase',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'WAITING'), _negated=True), ('due_at__isnull', False), _connector='OR'), name='phone_case_waits_for_a_moment'),
        ),
        migrations.AddConstraint(
            model_name='phonecase',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state__in', ['ASKED', 'WAITING'])), models.Q(models.Q(('state__in', ['ASKED', 'WAITING']), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='phone_case_ended_has_moment'),
        ),
        migrations.RunSQL(
            sql.text("accounts", "keep_consents"),
            migrations.RunSQL.noop,
            hints={"expands": True},
        ),
    ]
