from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0017_notices_of_links_out'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='notice',
            name='notice_kind_known',
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['shop_approved', 'shop_asked', 'shop_refused', 'shop_suspended', 'order_paid', 'order_to_ship', 'order_shipped', 'order_delivered', 'order_closed', 'payment_ending', 'refund_requested', 'refund_granted', 'refund_refused', 'refund_withdrawn', 'refund_done', 'room_soon', 'room_started', 'room_moved', 'room_cancelled', 'giveaway_won', 'seat_given', 'stock_low', 'stock_back', 'address_changed', 'invoice_requested', 'invoice_issued', 'invoice_refused', 'invoice_red_due', 'invoice_red', 'staff_invited', 'payout_settled', 'payout_failed', 'payout_account', 'post_public', 'post_sent_back', 'post_limited', 'post_taken_down', 'post_restored', 'appeal_granted', 'appeal_refused', 'comment_down', 'comment_restored', 'comment_stays_down', 'rights_ended', 'links_stop', 'links_stay', 'reward_paid', 'talent_quiet', 'posts_missed', 'lives_missed', 'linked_out', 'belt_joined', 'belt_refused', 'belt_ended', 'job_parked', 'locks_changed', 'phone_changed', 'phone_case', 'leaving', 'data_ready'])), name='notice_kind_known'),
        ),
    ]
