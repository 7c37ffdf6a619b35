"""Giving a budget of the platform to creators takes two people."""

from django.db import migrations, models
from django.db.models import Q

_KINDS = ["fees", "platform_coupon", "link_rule", "programme"]


class Migration(migrations.Migration):
    dependencies = [("oversight", "0003_link_rules")]
    operations = [
        migrations.RemoveConstraint(model_name="proposal", name="proposal_kind"),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(condition=Q(kind__in=_KINDS), name="proposal_kind"),
        ),
    ]
