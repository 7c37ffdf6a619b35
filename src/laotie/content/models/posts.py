"""What creators publish, and what is sold by it."""

from django.db import models
from django.db.models import F, Q

from laotie.content.kinds import (
    MOST_PRODUCTS,
    MOST_STILLS,
    DownBy,
    Field,
    Label,
    PostKind,
    PostState,
    Reach,
    SourceKind,
)
from laotie.kernel import ids
from laotie.kernel.states import state_check

_IN_FEEDS = Q(state=PostState.PUBLISHED.value, reach=Reach.FULL.value)


class Post(models.Model):
    """A short video or a row of stills with words, in one language.

    body: plain text. region: a code of `accounts.regions`, or empty.
    source: what a derived work was made from; source_gone_at: it may not be shown any more.
    may_be_derived: other creators may build on it.
    cause: a code or words that say why it came back to its creator or was taken down.
    down_by: what took it down last; says nothing of a post that is not down.
    rule_version: by which rules it was let through.
    published_at: when it first went public; stays when it is taken down.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    creator = models.ForeignKey("accounts.Creator", on_delete=models.PROTECT, related_name="+")
    shop = models.ForeignKey("accounts.Shop", on_delete=models.PROTECT, related_name="+", null=True)
    kind = models.CharField(max_length=8)
    state = models.CharField(max_length=16, default=PostState.DRAFT.value)
    title = models.CharField(max_length=60, blank=True)
    body = models.TextField(blank=True)
    language = models.CharField(max_length=8)
    label = models.CharField(max_length=8, default=Label.ORGANIC.value)
    is_ai = models.BooleanField(default=False)
    field = models.CharField(max_length=16, default=Field.OTHER.value)
    region = models.CharField(max_length=6, blank=True)
    source_kind = models.CharField(max_length=8, blank=True)
    source_id = models.UUIDField(null=True)
    source_gone_at = models.DateTimeField(null=True)
    may_be_derived = models.BooleanField(default=False, db_default=False)
    reach = models.CharField(max_length=8, default=Reach.FULL.value)
    cause = models.CharField(max_length=200, blank=True)
    down_by = models.CharField(max_length=8, blank=True, default="", db_default="")
    rule_version = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    scheduled_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    taken_down_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            state_check(PostState, name="post_state_known"),
            state_check(PostKind, name="post_kind_known", column="kind"),
            state_check(Label, name="post_label_known", column="label"),
            state_check(Field, name="post_field_known", column="field"),
            state_check(Reach, name="post_reach_known", column="reach"),
            state_check(DownBy, name="post_down_by_known", column="down_by"),
            state_check(SourceKind, name="post_source_known", column="source_kind"),
            models.CheckConstraint(
                condition=Q(source_kind="", source_id__isnull=True)
                | (~Q(source_kind="") & Q(source_id__isnull=False)),
                name="post_source_is_named",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=False)
                | ~Q(
                    state__in=[
                        PostState.PUBLISHED.value,
                        PostState.WITHDRAWN.value,
                        PostState.TAKEN_DOWN.value,
                        PostState.APPEALED.value,
                        PostState.UPHELD.value,
                    ]
                ),
                name="post_public_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(state=PostState.DRAFT.value) | ~Q(title=""),
                name="post_shown_has_title",
            ),
            models.CheckConstraint(
                condition=~Q(state=PostState.SCHEDULED.value) | Q(scheduled_at__isnull=False),
                name="post_scheduled_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        PostState.TAKEN_DOWN.value,
                        PostState.APPEALED.value,
                        PostState.UPHELD.value,
                    ],
                    taken_down_at__isnull=False,
                )
                & ~Q(cause="")
                | ~Q(
                    state__in=[
                        PostState.TAKEN_DOWN.value,
                        PostState.APPEALED.value,
                        PostState.UPHELD.value,
                    ]
                ),
                name="post_down_has_cause",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(published_at__gte=F("made_at")),
                name="post_public_after_made",
            ),
        ]
        indexes = [
            models.Index(fields=["creator", "-id"], name="post_of_creator"),
            models.Index(
                fields=["creator", "-published_at", "-id"],
                condition=Q(state=PostState.PUBLISHED.value),
                name="post_public_of_creator",
            ),
            models.Index(
                fields=["-published_at", "-id"], condition=_IN_FEEDS, name="post_public_newest"
            ),
            models.Index(
                fields=["field", "-published_at", "-id"],
                condition=_IN_FEEDS,
                name="post_public_of_field",
            ),
            models.Index(
                fields=["region", "-published_at", "-id"],
                condition=_IN_FEEDS & ~Q(region=""),
                name="post_public_of_region",
            ),
            models.Index(
                fields=["creator", "taken_down_at"],
                condition=Q(state__in=["TAKEN_DOWN", "APPEALED", "UPHELD"]),
                name="post_down_of_creator",
            ),
            models.Index(
                fields=["source_kind", "source_id"],
                condition=Q(source_id__isnull=False),
                name="post_made_from",
            ),
            models.Index(
                fields=["scheduled_at"],
                condition=Q(state=PostState.SCHEDULED.value),
                name="post_due",
            ),
            models.Index(
                fields=["id"],
                condition=Q(state=PostState.TRANSCODING.value),
                name="post_waits_for_files",
            ),
        ]


class PostProduct(models.Model):
    """A product that a post sells, in the order in which its bag shows them."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    post = models.ForeignKey("content.Post", on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey("catalog.Product", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "product"], name="post_product_once"),
            models.UniqueConstraint(fields=["post", "position"], name="post_product_in_order"),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=MOST_PRODUCTS),
                name="post_product_bounded",
            ),
        ]
        indexes = [models.Index(fields=["product", "-id"], name="post_of_product")]


class PostWork(models.Model):
    """A file of ours that a post shows, in order. A file belongs to one post."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    post = models.ForeignKey("content.Post", on_delete=models.PROTECT, related_name="+")
    work = models.OneToOneField("content.Work", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "position"], name="post_work_in_order"),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=MOST_STILLS), name="post_work_bounded"
            ),
        ]
