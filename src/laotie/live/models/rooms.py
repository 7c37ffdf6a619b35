"""Rooms, what feeds them, and who may come in."""

from django.db import models
from django.db.models import Q

from laotie.kernel import ids
from laotie.kernel.states import state_check
from laotie.live import rules
from laotie.live.rules import RoomState

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
    pinned_say = models.UUIDField(null=True)
    revision = models.PositiveIntegerField(default=0, db_default=0)  # Of what was announced.
    scheduled_at = models.DateTimeField()
    # The wall clock, which dates the video: nothing from before it is ever shown.
    public_wall_at = models.DateTimeField(null=True)
    rehearsing_since = models.DateTimeField(null=True)
    # The event that it shows; without the right to that it does not go on air.
    occasion = models.ForeignKey(
        "content.Occasion", on_delete=models.PROTECT, related_name="+", null=True
    )

    class Meta:
        constraints = [
            state_check(RoomState, name="room_state_known"),
            models.CheckConstraint(
                condition=Q(rehearsing_since__isnull=True) | Q(state=RoomState.SCHEDULED.value),
                name="room_rehearses_before_its_show",
            ),
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
            models.Index(
                fields=["occasion"], condition=Q(occasion__isnull=False), name="room_of_occasion"
            ),
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


class SpentTicket(models.Model):
    """A one-time ticket that was used. Kept until it could not be used anyway."""

    id = models.UUIDField(primary_key=True, editable=False)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="spent_ticket_expiry")]
