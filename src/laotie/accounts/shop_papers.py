"""The table of what a shop hands in to be let in; `models` shows it to Django."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class ShopPapers(models.Model):
    """Who is behind a shop, as it was handed in last. Buyers see name and licence."""

    shop = models.OneToOneField(
        "accounts.Shop", on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    legal_name = models.CharField(max_length=80)
    licence_no = models.CharField(max_length=30)
    licence_file = models.CharField(max_length=32)
    responsible_name = models.CharField(max_length=40)
    contact_sealed = models.BinaryField(max_length=200)
    contact_masked = models.CharField(max_length=24)
    categories = ArrayField(models.CharField(max_length=40))
    asked_for = models.CharField(max_length=200, blank=True, default="", db_default="")
    handed_in_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    handed_in_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(legal_name="") & ~Q(licence_no="") & ~Q(responsible_name=""),
                name="shop_papers_whole",
            ),
            models.CheckConstraint(
                condition=Q(licence_file__regex=r"^[0-9a-f]{32}$"), name="shop_papers_licence_form"
            ),
            models.CheckConstraint(
                condition=Q(categories__len__gt=0, categories__len__lte=10),
                name="shop_papers_categories_bounded",
            ),
        ]
