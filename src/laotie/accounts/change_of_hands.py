"""The table of accounts that have changed hands."""

from django.db import models
from django.db.models import Q

from laotie.kernel import ids


class ChangeOfHands(models.Model):
    """A creator's account is in other hands since `changed_at`; closed once these were proven.

    reason: how it was noticed. evidence: what was seen of the new holder, such as which paper; no
    number and no picture of it.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    creator = models.ForeignKey("accounts.Creator", on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    told_by = models.UUIDField(null=True)
    proven_at = models.DateTimeField(null=True)
    proven_by = models.UUIDField(null=True)
    evidence = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="change_of_hands_has_reason"),
            models.CheckConstraint(
                condition=Q(proven_at__isnull=True, evidence="")
                | Q(proven_at__isnull=False) & ~Q(evidence=""),
                name="change_of_hands_proven_by_something",
            ),
            models.UniqueConstraint(
                fields=["creator"],
                condition=Q(proven_at__isnull=True),
                name="change_of_hands_one_open",
            ),
        ]
        indexes = [models.Index(fields=["creator", "-changed_at"], name="hands_of_creator")]
