"""Lists of orders that people come back to."""

from django.db import models
from django.db.models import Q

from laotie.kernel import ids


class SavedView(models.Model):
    """A filter on a shop's orders, under a name of one person's choosing."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person_id = models.UUIDField()
    shop_id = models.UUIDField()
    name = models.CharField(max_length=30)
    wanted = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "trade_saved_view"
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "shop_id", "name"], name="saved_view_named_once"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_name"),
        ]
