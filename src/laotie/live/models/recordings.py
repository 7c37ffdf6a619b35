"""What is left of a room's video: the recording, clips of it, how well it arrived, and stops."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from laotie.kernel import ids
from laotie.kernel.states import state_check
from laotie.live.spans import ClipState


class Recording(models.Model):
    """The video of one room as the media process last counted it.

    spans: `[wall milliseconds of the first frame, length in milliseconds]`, oldest first, of the
    public part alone. `told_at` is on the wall clock; empty until something was counted.
    """

    room = models.OneToOneField(
        "live.Room", on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    spans = models.JSONField(default=list)
    milliseconds = models.BigIntegerField(default=0)
    bytes = models.BigIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    is_hidden = models.BooleanField(default=False)
    removed_at = models.DateTimeField(null=True)
    remove_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(milliseconds__gte=0, bytes__gte=0), name="recording_counts_up"
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, remove_reason="")
                | (Q(removed_at__isnull=False) & ~Q(remove_reason="")),
                name="recording_removed_has_reason",
            ),
        ]


class Clip(models.Model):
    """One explanation of one product, cut out of the recording. Moments are on the wall clock."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    room = models.ForeignKey("live.Room", on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey("catalog.Product", on_delete=models.PROTECT, related_name="+")
    mark = models.OneToOneField("live.Mark", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, default=ClipState.WAITING.value)
    percent = models.PositiveSmallIntegerField(default=0)
    cause = models.CharField(max_length=16, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    milliseconds = models.BigIntegerField(default=0)
    bytes = models.BigIntegerField(default=0)
    is_shown = models.BooleanField(default=False)
    wished_at = models.DateTimeField()

    class Meta:
        constraints = [
            state_check(ClipState, name="clip_state_known"),
            models.CheckConstraint(condition=Q(percent__lte=100), name="clip_percent_bounded"),
            models.CheckConstraint(
                condition=Q(state=ClipState.FAILED.value) & ~Q(cause="")
                | ~Q(state=ClipState.FAILED.value) & Q(cause=""),
                name="clip_failed_has_cause",
            ),
            models.CheckConstraint(
                condition=Q(is_shown=False) | Q(state=ClipState.READY.value),
                name="clip_shown_is_ready",
            ),
            models.CheckConstraint(
                condition=~Q(state=ClipState.READY.value) | Q(milliseconds__gt=0, bytes__gt=0),
                name="clip_ready_has_length",
            ),
            models.CheckConstraint(
                condition=Q(state=ClipState.CUTTING.value, claimed_at__isnull=False)
                | (~Q(state=ClipState.CUTTING.value) & Q(claimed_at__isnull=True)),
                name="clip_cutting_is_claimed",
            ),
        ]
        indexes = [
            models.Index(fields=["room", "id"], name="clip_of_room"),
            models.Index(
                fields=["product", "-id"], condition=Q(is_shown=True), name="clip_of_product"
            ),
            models.Index(
                fields=["id"], condition=Q(state__in=["WAITING", "CUTTING"]), name="clip_to_cut"
            ),
        ]


class SignalMinute(models.Model):
    """How a room's video arrived in one minute of business time. Sums are over `samples`."""

    pk = models.CompositePrimaryKey("room_id", "minute")
    room = models.ForeignKey("live.Room", on_delete=models.PROTECT, related_name="+")
    minute = models.DateTimeField()
    samples = models.PositiveIntegerField()
    bits_per_second_sum = models.BigIntegerField()
    least_fps = models.FloatField()
    longest_key_frame_s = models.FloatField()
    silent_samples = models.PositiveIntegerField()
    warnings = ArrayField(models.CharField(max_length=16), default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(samples__gte=1, silent_samples__lte=F("samples")),
                name="signal_minute_has_samples",
            )
        ]


class Stop(models.Model):
    """Somebody pulled the brake: why, and whether the show may go on."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    room = models.ForeignKey("live.Room", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="+", null=True
    )
    reason = models.CharField(max_length=200)
    can_resume = models.BooleanField()
    stopped_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    is_over = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["room"],
                condition=Q(can_resume=True, lifted_at__isnull=True, is_over=False),
                name="stop_one_standing_per_room",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="stop_has_reason"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | Q(lifted_at__gte=F("stopped_at")),
                name="stop_lifted_after_it",
            ),
        ]
        indexes = [models.Index(fields=["room", "-stopped_at"], name="stop_of_room")]
