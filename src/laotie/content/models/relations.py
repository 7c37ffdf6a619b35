"""Who keeps up with whom."""

from django.db import models

from laotie.kernel import ids


class Follow(models.Model):
    """Somebody wants to see what a creator publishes, and to know when they go live.

    The table keeps the name that it was born with, so that a move of code moves no rows.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    creator = models.ForeignKey("accounts.Creator", on_delete=models.PROTECT, related_name="+")
    followed_at = models.DateTimeField()

    class Meta:
        db_table = "live_follow"
        constraints = [models.UniqueConstraint(fields=["person", "creator"], name="follow_once")]
        indexes = [models.Index(fields=["creator", "person"], name="follower_of_creator")]
