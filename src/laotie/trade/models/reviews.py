"""What buyers say of goods they have received."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from laotie.kernel import ids
from laotie.kernel.states import state_check
from laotie.trade.review_rules import MOST_PICTURES, ReviewState


class Review(models.Model):
    """One line of an order in its buyer's words; later words are appended once."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    order = models.ForeignKey(
        "trade.Order", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    line_no = models.IntegerField()
    shop_id = models.UUIDField()
    product_id = models.UUIDField()
    sku_id = models.UUIDField()
    buyer_id = models.UUIDField()
    spec = models.JSONField()
    stars = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=1000, blank=True)
    pictures = ArrayField(models.CharField(max_length=32), default=list)
    is_anonymous = models.BooleanField()
    written_at = models.DateTimeField()
    appended_text = models.CharField(max_length=1000, blank=True)
    appended_pictures = ArrayField(models.CharField(max_length=32), default=list)
    appended_at = models.DateTimeField(null=True)
    reply = models.CharField(max_length=500, blank=True)
    replied_by_id = models.UUIDField(null=True)
    replied_at = models.DateTimeField(null=True)
    reply_seen_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8)
    hidden_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "trade_review"
        constraints = [
            models.UniqueConstraint(fields=["order", "line_no"], name="review_once_per_line"),
            state_check(ReviewState, name="review_state_known"),
            models.CheckConstraint(
                condition=Q(stars__gte=1, stars__lte=5), name="review_stars_bounded"
            ),
            models.CheckConstraint(
                condition=Q(pictures__len__lte=MOST_PICTURES)
                & Q(appended_pictures__len__lte=MOST_PICTURES),
                name="review_pictures_bounded",
            ),
            models.CheckConstraint(
                condition=Q(appended_at__isnull=True, appended_text="")
                | (Q(appended_at__gte=F("written_at")) & ~Q(appended_text="")),
                name="review_appended_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(replied_at__isnull=True, reply="", reply_seen_at__isnull=True)
                | (Q(replied_at__gte=F("written_at")) & ~Q(reply="")),
                name="review_reply_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(state=ReviewState.SHOWN.value, hidden_reason="")
                | (Q(state=ReviewState.HIDDEN.value) & ~Q(hidden_reason="")),
                name="review_hidden_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["product_id", "-written_at", "-id"], name="review_of_product"),
            models.Index(fields=["shop_id", "-written_at", "-id"], name="review_of_shop"),
            models.Index(fields=["buyer_id", "-written_at"], name="review_of_buyer"),
        ]


class ReviewReport(models.Model):
    """Somebody thinks that a review should not be shown; an operator answers."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    review = models.ForeignKey("trade.Review", on_delete=models.PROTECT, related_name="+")
    person_id = models.UUIDField()
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by_id = models.UUIDField(null=True)

    class Meta:
        db_table = "trade_review_report"
        constraints = [
            models.UniqueConstraint(
                fields=["review", "person_id"], name="review_reported_once_each"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by_id__isnull=True)
                | Q(answered_at__isnull=False, answered_by_id__isnull=False),
                name="review_report_answered_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["at"],
                name="review_report_open",
                condition=Q(answered_at__isnull=True),
            )
        ]
