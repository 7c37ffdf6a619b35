"""What a host keeps beside the show: the script before it, the report after it."""

from django.db import models
from django.db.models import Q

from laotie.kernel import ids
from laotie.live import rules


class ScriptCard(models.Model):
    """What the host reads out: about one product of the bag, or a free card with a title."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    room = models.ForeignKey("live.Room", on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(
        "catalog.Product", on_delete=models.PROTECT, related_name="+", null=True
    )
    title = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=rules.LONGEST_SCRIPT)
    no = models.PositiveSmallIntegerField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "product"], name="script_one_per_product"),
            models.CheckConstraint(
                condition=(Q(product__isnull=True) & ~Q(title=""))
                | (Q(product__isnull=False) & Q(title="")),
                name="script_about_a_product_or_titled",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="script_says_something"),
        ]
        indexes = [models.Index(fields=["room", "no"], name="script_of_room")]


class Summary(models.Model):
    """A show's figures as they stood when they were last worked out."""

    room = models.OneToOneField(
        "live.Room", on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    figures = models.JSONField()
    minutes = models.JSONField()
    items = models.JSONField()
    made_at = models.DateTimeField()
