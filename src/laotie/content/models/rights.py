"""Events of which somebody holds the rights, who may show them, and the posts that do."""

from django.db import models
from django.db.models import F, Q

from laotie.content.licensing.licences import LONGEST_CLIP_S, LONGEST_DELAY_S, PartyKind, Use
from laotie.kernel import ids
from laotie.kernel.states import state_check


class Occasion(models.Model):
    """An event such as the games of a summer, a match or a concert. holder: who owns it."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    holder = models.CharField(max_length=60)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(name_zh="") & ~Q(name_en="") & ~Q(holder=""), name="occasion_has_names"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="occasion_ends_after_it_starts"
            ),
            models.UniqueConstraint(fields=["name_zh", "starts_at"], name="occasion_once"),
        ]
        indexes = [models.Index(fields=["-ends_at", "-id"], name="occasion_newest")]


class RightsGrant(models.Model):
    """One use of an event for one holder. parent: what it is a sub-licence of.

    territory: two letters of a country, or WORLD. contract: where it is written down.
    Nothing of it changes but that it may be revoked.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    occasion = models.ForeignKey("content.Occasion", on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)
    holder_kind = models.CharField(max_length=8)
    creator = models.ForeignKey(
        "accounts.Creator", on_delete=models.PROTECT, related_name="+", null=True
    )
    shop = models.ForeignKey("accounts.Shop", on_delete=models.PROTECT, related_name="+", null=True)
    use = models.CharField(max_length=12)
    territory = models.CharField(max_length=5)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_exclusive = models.BooleanField(default=False)
    may_sublicense = models.BooleanField(default=False)
    delay_s = models.PositiveIntegerField(default=0)
    longest_clip_s = models.PositiveIntegerField(null=True)
    contract = models.CharField(max_length=80, blank=True)
    given_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            state_check(Use, name="grant_use_known", column="use"),
            state_check(PartyKind, name="grant_holder_known", column="holder_kind"),
            models.CheckConstraint(
                condition=Q(holder_kind="PLATFORM", creator__isnull=True, shop__isnull=True)
                | Q(holder_kind="CREATOR", creator__isnull=False, shop__isnull=True)
                | Q(holder_kind="SHOP", creator__isnull=True, shop__isnull=False),
                name="grant_holder_is_named",
            ),
            models.CheckConstraint(
                condition=Q(territory__regex=r"^([A-Z]{2}|WORLD)$"), name="grant_territory_form"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="grant_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(delay_s__lte=LONGEST_DELAY_S), name="grant_delay_bounded"
            ),
            models.CheckConstraint(
                condition=Q(longest_clip_s__isnull=True)
                | Q(longest_clip_s__gte=1, longest_clip_s__lte=LONGEST_CLIP_S),
                name="grant_clip_bounded",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, reason="")
                | Q(revoked_at__isnull=False) & ~Q(reason=""),
                name="grant_revoked_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["occasion", "use", "territory"], name="grant_of_occasion"),
            models.Index(fields=["occasion", "creator", "use"], name="grant_of_a_creator"),
            models.Index(
                fields=["creator", "-id"], condition=Q(creator__isnull=False), name="grant_held"
            ),
            models.Index(
                fields=["shop", "-id"], condition=Q(shop__isnull=False), name="grant_held_by_shop"
            ),
            models.Index(
                fields=["parent"], condition=Q(parent__isnull=False), name="grant_made_from"
            ),
            models.Index(
                fields=["ends_at"], condition=Q(revoked_at__isnull=True), name="grant_ending"
            ),
        ]


class PostOccasion(models.Model):
    """Which event a post shows, and as what. event_time: the moment of it that is seen.

    is_fixed: it comes from what the post was made from, so its creator cannot say otherwise.
    grant, look_again_at: by which right it is public, and when that must be asked again.
    """

    post = models.OneToOneField(
        "content.Post", on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    occasion = models.ForeignKey("content.Occasion", on_delete=models.PROTECT, related_name="+")
    use = models.CharField(max_length=12)
    event_time = models.DateTimeField()
    is_fixed = models.BooleanField(default=False)
    grant = models.ForeignKey(
        "content.RightsGrant", on_delete=models.PROTECT, related_name="+", null=True
    )
    look_again_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(use__in=["VOD", "SHORT_VIDEO", "DERIVATIVE"]), name="showing_use_known"
            ),
            models.CheckConstraint(
                condition=Q(grant__isnull=True, look_again_at__isnull=True)
                | Q(grant__isnull=False, look_again_at__isnull=False),
                name="showing_right_has_end",
            ),
        ]
        indexes = [
            models.Index(fields=["occasion", "-event_time"], name="showing_of_occasion"),
            models.Index(
                fields=["look_again_at"],
                condition=Q(look_again_at__isnull=False),
                name="showing_to_ask_again",
            ),
            models.Index(
                fields=["grant"], condition=Q(grant__isnull=False), name="showing_by_grant"
            ),
        ]
