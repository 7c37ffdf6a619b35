"""What was counted of creators over time, ours and those of other networks."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from laotie.content.figures.numbers import CAPS, Figure, Said
from laotie.content.figures.sources import Source
from laotie.kernel import ids
from laotie.kernel.states import state_check

_SAID = ["", *(how.value for how in Said)]


class OutsideAccount(models.Model):
    """Somebody's account on another network, of which others have published figures."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    network = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    joined_on = models.DateField(null=True)
    known_since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["network", "name"], name="outside_account_once"),
            models.CheckConstraint(
                condition=~Q(network="") & ~Q(name=""), name="outside_account_named"
            ),
        ]


class CreatorSnapshot(models.Model):
    """Counts of one creator on one day; of ours, or brought in with where they come from.

    fans, likes: of ours the valid ones; all_fans, all_likes are with those that were forged.
    *_step: what the last digit of the number was worth as it was said; 1 if it was counted.
    *_said_bps, *_said_how: shares as somebody wrote them.
    texts: each figure as it stood in its source, to the letter. corrected: those that could not be
    and were read without their suffix.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    creator = models.ForeignKey(
        "accounts.Creator", on_delete=models.PROTECT, related_name="+", null=True
    )
    account = models.ForeignKey(
        "content.OutsideAccount", on_delete=models.PROTECT, related_name="+", null=True
    )
    as_of = models.DateField()
    source_kind = models.CharField(max_length=10)
    source = models.CharField(max_length=300, blank=True)
    fans = models.BigIntegerField()
    likes = models.BigIntegerField()
    all_fans = models.BigIntegerField(null=True)
    all_likes = models.BigIntegerField(null=True)
    fans_step = models.BigIntegerField(default=1)
    likes_step = models.BigIntegerField(default=1)
    works = models.IntegerField(null=True)
    stills = models.IntegerField(null=True)
    ads = models.IntegerField(null=True)
    stills_said_bps = models.IntegerField(null=True)
    stills_said_how = models.CharField(max_length=8, blank=True)
    ads_said_bps = models.IntegerField(null=True)
    ads_said_how = models.CharField(max_length=8, blank=True)
    texts = models.JSONField(default=dict)
    corrected = ArrayField(models.CharField(max_length=8), default=list)
    taken_at = models.DateTimeField()
    brought_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            state_check(Source, name="snapshot_source_known", column="source_kind"),
            models.CheckConstraint(
                condition=Q(
                    source_kind=Source.OWN.value, creator__isnull=False, account__isnull=True
                )
                | ~Q(source_kind=Source.OWN.value)
                & ~Q(source="")
                & Q(creator__isnull=True, account__isnull=False, brought_by__isnull=False),
                name="snapshot_of_ours_or_brought_in",
            ),
            models.CheckConstraint(
                condition=Q(fans__gte=0, likes__gte=0)
                & (
                    Q(creator__isnull=False)
                    | Q(fans__lte=CAPS[Figure.FANS], likes__lte=CAPS[Figure.LIKES])
                ),
                name="snapshot_is_plausible",
            ),
            models.CheckConstraint(
                condition=(Q(works__isnull=True) | Q(works__gte=0))
                & (Q(stills__isnull=True) | Q(stills__gte=0, stills__lte=F("works")))
                & (Q(ads__isnull=True) | Q(ads__gte=0, ads__lte=F("works"))),
                name="snapshot_parts_within_works",
            ),
            models.CheckConstraint(
                condition=(Q(all_fans__isnull=True) | Q(all_fans__gte=F("fans")))
                & (Q(all_likes__isnull=True) | Q(all_likes__gte=F("likes"))),
                name="snapshot_valid_within_all",
            ),
            models.CheckConstraint(
                condition=Q(stills_said_how__in=_SAID, ads_said_how__in=_SAID),
                name="snapshot_shares_said_known",
            ),
            models.CheckConstraint(
                condition=Q(fans_step__gte=1, likes_step__gte=1), name="snapshot_steps_positive"
            ),
            models.UniqueConstraint(
                fields=["creator", "as_of"],
                condition=Q(creator__isnull=False),
                name="snapshot_once_a_day",
            ),
            models.UniqueConstraint(
                fields=["account", "as_of", "source"],
                condition=Q(account__isnull=False),
                name="snapshot_once_a_source",
            ),
        ]
        indexes = [models.Index(fields=["account", "-as_of"], name="snapshot_of_account")]


class PostEntry(models.Model):
    """What a public post is found by."""

    post = models.OneToOneField(
        "content.Post", on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    words = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["words"], name="post_entry_words")]
