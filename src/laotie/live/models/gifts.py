"""What a room gives away: prizes that are drawn, and coupons for the quickest."""

from django.db import models
from django.db.models import F, Q

from laotie.kernel import ids
from laotie.kernel.states import state_check
from laotie.live import rules
from laotie.live.rules import EntryRule, GiveawayState


class Giveaway(models.Model):
    """A prize for people who are drawn by numbers nobody knows before the draw.

    commitment: SHA-256 of the seed, shown from the beginning. seed_sealed: the seed until it is
    drawn with; `seed` holds it in the open afterwards. entries: the last number that was given.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    room = models.ForeignKey("live.Room", on_delete=models.PROTECT, related_name="+")
    prize = models.CharField(max_length=80)
    coupon = models.ForeignKey(
        "trade.Coupon", on_delete=models.PROTECT, related_name="+", null=True
    )
    winners = models.PositiveSmallIntegerField()
    rule = models.CharField(max_length=8)
    word = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=10, default=GiveawayState.OPEN.value)
    commitment = models.CharField(max_length=64)
    seed_sealed = models.BinaryField(max_length=160)
    seed = models.CharField(max_length=64, blank=True)
    entries = models.PositiveIntegerField(default=0)
    told_entries = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            state_check(GiveawayState, name="giveaway_state_known"),
            state_check(EntryRule, name="giveaway_rule_known", column="rule"),
            models.UniqueConstraint(
                fields=["room"],
                condition=Q(state=GiveawayState.OPEN.value),
                name="giveaway_one_open_per_room",
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opened_at"))
                & Q(winners__gte=1, winners__lte=rules.MAX_WINNERS)
                & ~Q(prize=""),
                name="giveaway_makes_sense",
            ),
            models.CheckConstraint(
                condition=(Q(rule=EntryRule.FOLLOW.value) & Q(word=""))
                | (~Q(rule=EntryRule.FOLLOW.value) & ~Q(word="")),
                name="giveaway_word_if_asked_for",
            ),
            models.CheckConstraint(
                condition=(Q(state=GiveawayState.DRAWN.value) & ~Q(seed=""))
                | (~Q(state=GiveawayState.DRAWN.value) & Q(seed="")),
                name="giveaway_seed_shown_when_drawn",
            ),
            models.CheckConstraint(
                condition=(Q(state=GiveawayState.OPEN.value) & Q(closed_at__isnull=True))
                | (~Q(state=GiveawayState.OPEN.value) & Q(closed_at__isnull=False)),
                name="giveaway_closed_has_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["room", "-opened_at"], name="giveaway_of_room"),
            models.Index(
                fields=["closes_at"],
                condition=Q(state=GiveawayState.OPEN.value),
                name="giveaway_due",
            ),
        ]


class Entry(models.Model):
    """One person in one giveaway, with the number that was given on entering.

    place: 1 for the first who was drawn; empty for the others. claim_id: the coupon that was won.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    giveaway = models.ForeignKey("live.Giveaway", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    no = models.PositiveIntegerField()
    entered_at = models.DateTimeField()
    place = models.PositiveSmallIntegerField(null=True)
    claim_id = models.UUIDField(null=True, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["giveaway", "person"], name="entry_once"),
            models.UniqueConstraint(fields=["giveaway", "no"], name="entry_number_once"),
            models.UniqueConstraint(fields=["giveaway", "place"], name="entry_place_once"),
            models.CheckConstraint(condition=Q(no__gte=1), name="entry_counts_from_one"),
            models.CheckConstraint(
                condition=Q(claim_id__isnull=True) | Q(place__isnull=False),
                name="entry_prize_only_for_winners",
            ),
        ]


class Drop(models.Model):
    """A coupon thrown into a room: so many pieces, for so long, one for each person.

    The pieces are kept out of the coupon's budget while the drop is open.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    room = models.ForeignKey("live.Room", on_delete=models.PROTECT, related_name="+")
    coupon = models.ForeignKey("trade.Coupon", on_delete=models.PROTECT, related_name="+")
    pieces = models.PositiveIntegerField()
    claimed = models.PositiveIntegerField(default=0)
    told_claimed = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    close_reason = models.CharField(max_length=8, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["room"], condition=Q(closed_at__isnull=True), name="drop_one_open_per_room"
            ),
            models.CheckConstraint(
                condition=Q(
                    ends_at__gt=F("opened_at"), pieces__gte=1, pieces__lte=rules.MAX_PIECES
                ),
                name="drop_makes_sense",
            ),
            models.CheckConstraint(
                condition=Q(claimed__lte=F("pieces")), name="drop_within_pieces"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, close_reason="")
                | Q(closed_at__isnull=False, close_reason__in=["time", "gone", "closed"]),
                name="drop_closed_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["room", "-opened_at"], name="drop_of_room"),
            models.Index(fields=["ends_at"], condition=Q(closed_at__isnull=True), name="drop_due"),
        ]


class Catch(models.Model):
    """Who caught a piece of a drop, and the claim in their wallet."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    drop = models.ForeignKey("live.Drop", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    claim_id = models.UUIDField(unique=True)
    caught_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["drop", "person"], name="catch_once")]
