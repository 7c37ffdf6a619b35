from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("content", "0019_posts_down_by")]

    operations = [
        migrations.CreateModel(
            name="RefundedOrder",
            fields=[
                ("order", models.UUIDField(primary_key=True, serialize=False)),
                ("noted_at", models.DateTimeField()),
            ],
        ),
    ]
