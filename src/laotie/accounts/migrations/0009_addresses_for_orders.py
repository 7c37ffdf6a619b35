"""A copy of each address as orders keep it, so that placing one seals nothing."""

from django.db import migrations, models

from laotie.kernel import sql


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_invitations")]
    operations = [
        migrations.AddField(
            model_name="address",
            name="order_sealed",
            field=models.BinaryField(max_length=2000, null=True),
        ),
        migrations.AddField(
            model_name="address", name="order_masked", field=models.JSONField(null=True)
        ),
        migrations.RunSQL(
            sql.text("accounts", "order_addresses"), migrations.RunSQL.noop, hints={"expands": True}
        ),
    ]
