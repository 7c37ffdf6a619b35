"""What viewers do with posts: facts, the counts made of them, and what they tell of tastes."""

from django.db import models
from django.db.models import Q

from laotie.content.viewing.ranking import Place
from laotie.kernel.states import state_check

LEAST_WATCH_MS = 1_000
MOST_WATCH_MS = 3_600_000


class Visit(models.Model):
    """A post stood on somebody's screen for a second or longer.

    id: chosen by the viewer's page, so that a visit that is told twice counts once. person: empty
    for guests. place: where they met it. is_paid: its place was bought, not earned.
    watch_ms: as the page tells. believed_ms: of that, what can be true (`watch_time`);
    none where nobody judged it yet. formula: the version of `ranking` that put the post there;
    none where time alone did, or on a page of its own.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    post = models.ForeignKey("content.Post", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="+", null=True
    )
    place = models.CharField(max_length=12)
    is_paid = models.BooleanField()
    watch_ms = models.PositiveIntegerField()
    believed_ms = models.PositiveIntegerField(null=True)
    is_complete = models.BooleanField()
    at = models.DateTimeField()
    formula = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            state_check(Place, name="visit_place_known", column="place"),
            models.CheckConstraint(
                condition=Q(watch_ms__gte=LEAST_WATCH_MS, watch_ms__lte=MOST_WATCH_MS),
                name="visit_lasts_a_second",
            ),
            models.CheckConstraint(
                condition=Q(believed_ms__lte=models.F("watch_ms")),
                name="visit_believed_as_told_at_most",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "-at"],
                condition=Q(person__isnull=False),
                name="visit_of_person",
            ),
            models.Index(fields=["at"], name="visit_age"),
        ]


class PostFigures(models.Model):
    """Counts of one post, added up from visits and orders in sets; never by a single view.

    visits, watch_ms and completions are those that rank: of people who are signed in, once a day
    each, where the place was not bought. Guests and repeats are `other_visits`: what costs nothing
    to make up cannot raise a post in anybody's feed, nor can what is bought.
    believed_ms: of watch_ms, what can be true; what pays by minutes pays by it.
    likes: those that are taken to be true; all_likes are with the forged ones (`genuine`).
    heat: points that do not depend on who looks (`ranking`), with age told as half-lives since
    1970, so that an order of it stays true as time goes by.
    """

    post = models.OneToOneField(
        "content.Post", on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    visits = models.PositiveBigIntegerField(default=0, db_default=0)
    watch_ms = models.PositiveBigIntegerField(default=0, db_default=0)
    believed_ms = models.PositiveBigIntegerField(default=0, db_default=0)
    completions = models.PositiveBigIntegerField(default=0, db_default=0)
    other_visits = models.PositiveBigIntegerField(default=0, db_default=0)
    paid_visits = models.PositiveBigIntegerField(default=0, db_default=0)
    paid_watch_ms = models.PositiveBigIntegerField(default=0, db_default=0)
    likes = models.PositiveBigIntegerField(default=0, db_default=0)
    all_likes = models.PositiveBigIntegerField(default=0, db_default=0)
    buys = models.PositiveBigIntegerField(default=0, db_default=0)
    heat = models.FloatField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(completions__lte=models.F("visits")), name="figures_end_what_began"
            ),
            models.CheckConstraint(
                condition=Q(believed_ms__lte=models.F("watch_ms")),
                name="figures_believe_what_was_told",
            ),
        ]
        indexes = [models.Index(fields=["-heat"], name="figures_by_heat")]


class PostBuy(models.Model):
    """A paid order with goods that its buyer found in a post.

    counts: False when it was paid before the creator's account changed hands (`accounts.hands`),
        and when all of its money went back.
    """

    id = models.BigAutoField(primary_key=True)
    post = models.ForeignKey("content.Post", on_delete=models.PROTECT, related_name="+")
    order = models.UUIDField()
    at = models.DateTimeField()
    counts = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "post"], name="post_buy_once")]
        indexes = [models.Index(fields=["post"], name="buys_of_post")]


class RefundedOrder(models.Model):
    """An order of which all money went back: it ranks nothing, whenever it is told of as paid."""

    order = models.UUIDField(primary_key=True)
    noted_at = models.DateTimeField()


class Taste(models.Model):
    """How much of a creator's posts somebody watched to the end of late; halves with time."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    creator = models.ForeignKey("accounts.Creator", on_delete=models.PROTECT, related_name="+")
    weight = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "creator"], name="taste_once"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="taste_is_positive"),
        ]
        indexes = [
            models.Index(fields=["person", "-at"], name="taste_of_person"),
            models.Index(fields=["at"], name="taste_age"),
        ]


class Kin(models.Model):
    """People who watch `creator` also watch `other`; strength from 0 to 1. Made anew hourly."""

    id = models.BigAutoField(primary_key=True)
    creator = models.ForeignKey("accounts.Creator", on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey("accounts.Creator", on_delete=models.PROTECT, related_name="+")
    strength = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["creator", "other"], name="kin_once"),
            models.CheckConstraint(
                condition=Q(strength__gt=0, strength__lte=1), name="kin_is_a_share"
            ),
            models.CheckConstraint(condition=~Q(creator=models.F("other")), name="kin_is_another"),
        ]
