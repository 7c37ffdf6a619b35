"""Of one person at most one application for a shop waits; where more did, the first goes on."""

from django.db import migrations, models

_LATER_ONES = """
UPDATE accounts_shop later
   SET state = 'REFUSED', decided_at = now(),
       reason = '您的另一份开店申请已在等待审核。 Another application of yours was waiting.'
 WHERE later.state IN ('APPLIED', 'ASKED')
   AND EXISTS (SELECT FROM accounts_shop earlier
                WHERE earlier.applied_by_id = later.applied_by_id
                  AND earlier.state IN ('APPLIED', 'ASKED')
                  AND (earlier.applied_at, earlier.id) < (later.applied_at, later.id))
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_addresses_for_orders"), ("kernel", "0001_initial")]

    operations = [
        migrations.RunSQL(_LATER_ONES, migrations.RunSQL.noop, hints={"expands": True}),
        migrations.AddConstraint(
            model_name="shop",
            constraint=models.UniqueConstraint(
                fields=("applied_by",),
                condition=models.Q(("state__in", ["APPLIED", "ASKED"])),
                name="shop_one_application_waits",
            ),
        ),
    ]
