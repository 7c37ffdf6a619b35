"""Where links to other networks may stand takes two people."""

from django.db import migrations, models
from django.db.models import Q

_KINDS = ["fees", "platform_coupon", "link_rule"]


class Migration(migrations.Migration):
    dependencies = [("oversight", "0002_withdrawn_complaints")]
    operations = [
        migrations.RemoveConstraint(model_name="proposal", name="proposal_kind"),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(condition=Q(kind__in=_KINDS), name="proposal_kind"),
        ),
    ]
