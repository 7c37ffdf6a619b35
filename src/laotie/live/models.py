"""Tables of live rooms. Counts and frames are appended; a room's row changes with its state."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from laotie.kernel import ids
from laotie.kernel.states import state_check
from laotie.live import rules
from laotie.live.rules import RoomState, Silence

_ON_AIR = [state.value for state in sorted(rules.ON_AIR)]
_OPEN = [state.value for state in sorted(rules.OPEN)]


class Room(models.Model):
    """One live session of one creator, alone or for a shop."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    creator = models.ForeignKey("accounts.Creator", on_delete=models.PROTECT, related_name="+")
    shop = models.ForeignKey("accounts.Shop", on_delete=models.PROTECT, related_name="+", null=True)
    title = models.CharField(max_length=60)
    cover_url = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=16)
    starts_at = models.DateTimeField()
    live_at = models.DateTimeField(null=True)
    interrupted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)
    session = models.UUIDField(null=True)
    slow_mode_s = models.PositiveSmallIntegerField(default=0)
    scheduled_at = models.DateTimeField()

    class Meta:
        constraints = [
            state_check(RoomState, name="room_state_known"),
            models.UniqueConstraint(
                fields=["creator"], condition=Q(state__in=_OPEN), name="room_one_open_per_creator"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="room_has_title"),
            models.CheckConstraint(
                condition=~Q(state__in=_ON_AIR) | Q(live_at__isnull=False),
                name="room_on_air_has_start",
            ),
            models.CheckConstraint(
                condition=Q(state=RoomState.INTERRUPTED.value, interrupted_at__isnull=False)
                | (~Q(state=RoomState.INTERRUPTED.value) & Q(interrupted_at__isnull=True)),
                name="room_interrupted_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["ENDED", "ARCHIVED"]) | Q(ended_at__isnull=False),
                name="room_ended_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(slow_mode_s__lte=rules.MAX_SLOW_MODE_S), name="room_slow_mode_bounded"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-live_at"], name="room_feed"),
            models.Index(fields=["creator", "-id"], name="room_of_creator"),
        ]


class IngestKey(models.Model):
    """What an encoder shows. Only its keyed hash is kept."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    room = models.ForeignKey("live.Room", on_delete=models.PROTECT, related_name="+")
    hash = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["room"],
                condition=Q(revoked_at__isnull=True),
                name="ingest_key_one_per_room",
            )
        ]


class Session(models.Model):
    """One stretch of video from one publisher. `heard_at` is on the wall clock."""

    id = models.UUIDField(primary_key=True, editable=False)
    room = models.ForeignKey("live.Room", on_delete=models.PROTECT, related_name="+")
    door = models.CharField(max_length=10)
    video = models.CharField(max_length=20, blank=True)
    audio = models.CharField(max_length=20, blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)
    took_over = models.UUIDField(null=True)
    heard_at = models.DateTimeField()
    health = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["room"], condition=Q(ended_at__isnull=True), name="session_one_per_room"
            )
        ]
        indexes = [models.Index(fields=["room", "-started_at"], name="session_of_room")]


class Item(models.Model):
    """A product in a room's bag."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    room = models.ForeignKey("live.Room", on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey("catalog.Product", on_delete=models.PROTECT, related_name="+")
    no = models.PositiveSmallIntegerField()
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "product"], name="item_once_per_room"),
            models.UniqueConstraint(
                fields=["room", "no"],
                name="item_no_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(no__gte=1, no__lte=rules.MAX_ITEMS), name="item_no_bounded"
            ),
        ]


class Mark(models.Model):
    """From when to when a product was presented: business time, and wall time to cut the video."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    room = models.ForeignKey("live.Room", on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey("catalog.Product", on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    started_wall_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    stopped_wall_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["room"], condition=Q(stopped_at__isnull=True), name="mark_one_open_per_room"
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True, stopped_wall_at__isnull=True)
                | Q(stopped_at__gte=F("started_at"), stopped_wall_at__isnull=False),
                name="mark_stops_after_start",
            ),
        ]
        indexes = [models.Index(fields=["room", "started_at"], name="mark_of_room")]


class Flash(models.Model):
    """What a room shows about a flash offer; price and units themselves are the catalog's."""

    offer = models.OneToOneField(
        "catalog.Offer", on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    room = models.ForeignKey("live.Room", on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey("catalog.Product", on_delete=models.PROTECT, related_name="+")
    sku_id = models.UUIDField()
    price_fen = models.BigIntegerField()
    list_price_fen = models.BigIntegerField()
    quantity = models.PositiveIntegerField()
    told_left = models.PositiveIntegerField()
    limit_per_buyer = models.PositiveIntegerField(default=0)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    close_reason = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["room"], condition=Q(closed_at__isnull=True), name="flash_one_open_per_room"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"), quantity__gte=1, price_fen__gte=1),
                name="flash_makes_sense",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, close_reason="")
                | Q(closed_at__isnull=False, close_reason__in=["time", "closed"]),
                name="flash_closed_has_reason",
            ),
        ]
        indexes = [models.Index(fields=["room", "-starts_at"], name="flash_of_room")]


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


class FrameCounter(models.Model):
    """The last number given to a frame of a room; its row lock puts frames in order."""

    room = models.OneToOneField(
        "live.Room", on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    epoch = models.PositiveIntegerField(default=1)
    seq = models.BigIntegerField(default=0)


class Frame(models.Model):
    """One thing that all viewers of a room see, in order. Deleted when too old to be asked for."""

    pk = models.CompositePrimaryKey("room_id", "epoch", "seq")
    room = models.ForeignKey("live.Room", on_delete=models.PROTECT, related_name="+")
    epoch = models.PositiveIntegerField()
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=12)
    body = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(seq__gte=1), name="frame_counts_from_one")
        ]
        indexes = [models.Index(fields=["at"], name="frame_age")]


class Tally(models.Model):
    """What one gateway process counted in one room since its last row. Appended, then rolled up."""

    id = models.BigAutoField(primary_key=True)
    room = models.ForeignKey("live.Room", on_delete=models.PROTECT, related_name="+")
    source = models.UUIDField()
    likes = models.PositiveIntegerField()
    joins = models.PositiveIntegerField()
    viewers = models.PositiveIntegerField()
    at = models.DateTimeField()
    wall_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["room", "source", "-id"], name="tally_newest"),
            models.Index(fields=["wall_at"], name="tally_age"),
        ]


class Minute(models.Model):
    """A room's audience in one minute of business time: rolled up from tallies."""

    pk = models.CompositePrimaryKey("room_id", "minute")
    room = models.ForeignKey("live.Room", on_delete=models.PROTECT, related_name="+")
    minute = models.DateTimeField()
    likes = models.BigIntegerField()
    joins = models.PositiveIntegerField()
    viewers_peak = models.PositiveIntegerField()


class Sale(models.Model):
    """A paid order of a room, for its notice and its count; the order itself is the trade's."""

    order_id = models.UUIDField(primary_key=True, editable=False)
    room = models.ForeignKey("live.Room", on_delete=models.PROTECT, related_name="+")
    units = models.PositiveIntegerField()
    paid_fen = models.BigIntegerField()
    paid_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["room", "paid_at"], name="sale_of_room")]


class SpentTicket(models.Model):
    """A one-time ticket that was used. Kept until it could not be used anyway."""

    id = models.UUIDField(primary_key=True, editable=False)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="spent_ticket_expiry")]


class Follow(models.Model):
    """Somebody wants to know when a creator goes live."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    creator = models.ForeignKey("accounts.Creator", on_delete=models.PROTECT, related_name="+")
    followed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "creator"], name="follow_once")]
        indexes = [models.Index(fields=["creator", "person"], name="follower_of_creator")]
