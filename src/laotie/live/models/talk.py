"""What is said, and who may not."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from laotie.kernel import ids
from laotie.kernel.states import state_check
from laotie.live import rules
from laotie.live.rules import Silence


class Comment(models.Model):
    """What somebody said. Taken down ones stay, unseen, as the law asks."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    room = models.ForeignKey("live.Room", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=120)
    ref = models.CharField(max_length=36)
    seq = models.BigIntegerField()
    said_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "person", "ref"], name="comment_once"),
            models.CheckConstraint(condition=~Q(text=""), name="comment_says_something"),
        ]
        indexes = [
            models.Index(fields=["room", "-said_at", "-id"], name="comment_newest"),
            models.Index(fields=["room", "person", "-said_at"], name="comment_of_person"),
        ]


class PersonSilence(models.Model):
    """Somebody may not speak in, or not enter, a room. `until` empty: for as long as it lasts."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    room = models.ForeignKey("live.Room", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8)
    until = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="+", null=True
    )
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "person"], name="silence_once"),
            state_check(Silence, name="silence_known", column="kind"),
        ]


class BlockList(models.Model):
    """Words that a creator's rooms do not let through, in normal form. No creator: everywhere."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    creator = models.OneToOneField(
        "accounts.Creator", on_delete=models.PROTECT, related_name="+", null=True
    )
    words = ArrayField(models.CharField(max_length=40), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["creator"],
                condition=Q(creator__isnull=True),
                nulls_distinct=False,
                name="block_list_one_for_all",
            ),
            models.CheckConstraint(
                condition=Q(words__len__lte=rules.MAX_BLOCK_WORDS), name="block_list_bounded"
            ),
        ]
