"""Bytes on their way in, and what is made of them."""

from django.db import models
from django.db.models import F, Q

from laotie.content.files.footage import Cause, Kind, Origin, UploadState, WorkState
from laotie.kernel import ids
from laotie.kernel.states import state_check


class Upload(models.Model):
    """A file that a creator began to send. Its bytes lie with the media process.

    name: what the file is called at home; shown to its creator and used for nothing else.
    offset: bytes that had arrived when the media process last told; the file itself knows better.
    for_work, language: the video that captions are for.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    creator = models.ForeignKey("accounts.Creator", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8)
    state = models.CharField(max_length=9, default=UploadState.OPEN.value)
    name = models.CharField(max_length=120, blank=True)
    bytes = models.BigIntegerField()
    offset = models.BigIntegerField(default=0)
    for_work = models.ForeignKey(
        "content.Work", on_delete=models.PROTECT, related_name="+", null=True
    )
    language = models.CharField(max_length=8, blank=True)
    begun_at = models.DateTimeField()
    expires_wall_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            state_check(UploadState, name="upload_state_known"),
            state_check(Kind, name="upload_kind_known", column="kind"),
            models.CheckConstraint(
                condition=Q(bytes__gte=1, offset__gte=0, offset__lte=F("bytes")),
                name="upload_offset_within",
            ),
            models.CheckConstraint(
                condition=Q(state=UploadState.OPEN.value, ended_at__isnull=True)
                | (~Q(state=UploadState.OPEN.value) & Q(ended_at__isnull=False)),
                name="upload_ended_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state=UploadState.COMPLETE.value) | Q(offset=F("bytes")),
                name="upload_complete_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.CAPTIONS.value, for_work__isnull=False) & ~Q(language="")
                | ~Q(kind=Kind.CAPTIONS.value) & Q(for_work__isnull=True, language=""),
                name="upload_captions_name_video",
            ),
        ]
        indexes = [
            models.Index(fields=["creator", "-begun_at"], name="upload_of_creator"),
            models.Index(
                fields=["expires_wall_at"],
                condition=Q(state=UploadState.OPEN.value),
                name="upload_to_expire",
            ),
        ]


class Work(models.Model):
    """A video, a still or captions as files of ours.

    file: names its folder; nobody guesses it. `source_id` is the upload's or the clip's id.
    claimed_at: on the wall clock. covers: how many covers were drawn; the last one is shown.
    cover_wanted_ms: the moment of the video of which a cover is to be drawn.
    cover_cause: why the last one that was wanted was given up; empty once another one is wanted.
    bytes: on the disk; of what was sent until it is ready.
    is_withheld: its files are not given out, even where a public post shows them; what no public
    post shows is not given out anyway. removed_at: its files are to go; `bytes` is 0 when they have
    gone.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    creator = models.ForeignKey("accounts.Creator", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8)
    state = models.CharField(max_length=11, default=WorkState.QUEUED.value)
    origin = models.CharField(max_length=6)
    source_id = models.UUIDField()
    for_work = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)
    language = models.CharField(max_length=8, blank=True)
    file = models.CharField(max_length=32, unique=True)
    percent = models.PositiveSmallIntegerField(default=0)
    cause = models.CharField(max_length=16, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    duration_ms = models.IntegerField(default=0)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    bytes = models.BigIntegerField(default=0)
    has_sound = models.BooleanField(default=False)
    covers = models.PositiveIntegerField(default=0)
    cover_ms = models.IntegerField(default=0)
    cover_wanted_ms = models.IntegerField(null=True)
    cover_cause = models.CharField(max_length=16, blank=True, default="", db_default="")
    cover_still = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)
    is_withheld = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            state_check(WorkState, name="work_state_known"),
            state_check(Kind, name="work_kind_known", column="kind"),
            state_check(Origin, name="work_origin_known", column="origin"),
            models.CheckConstraint(
                condition=Q(cause__in=["", *(cause.value for cause in Cause)]),
                name="work_cause_known",
            ),
            models.CheckConstraint(
                condition=Q(cover_cause__in=["", *(cause.value for cause in Cause)]),
                name="work_cover_cause_known",
            ),
            models.CheckConstraint(
                condition=Q(state=WorkState.FAILED.value) & ~Q(cause="")
                | ~Q(state=WorkState.FAILED.value) & Q(cause=""),
                name="work_failed_has_cause",
            ),
            models.CheckConstraint(condition=Q(percent__lte=100), name="work_percent_bounded"),
            models.CheckConstraint(condition=Q(tries__lte=3), name="work_tried_thrice"),
            models.CheckConstraint(
                condition=~Q(state=WorkState.READY.value)
                | Q(ready_at__isnull=False)
                & (Q(bytes__gt=0) | Q(removed_at__isnull=False))
                & (
                    Q(kind=Kind.CAPTIONS.value)
                    | Q(kind=Kind.STILL.value, width__gt=0, height__gt=0)
                    | Q(width__gt=0, height__gt=0, duration_ms__gt=0, covers__gt=0)
                ),
                name="work_ready_has_facts",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[WorkState.PROBING.value, WorkState.TRANSCODING.value])
                & Q(claimed_at__isnull=False)
                | Q(state=WorkState.READY.value, cover_wanted_ms__isnull=False)
                | Q(claimed_at__isnull=True)
                & ~Q(state__in=[WorkState.PROBING.value, WorkState.TRANSCODING.value]),
                name="work_claimed_is_under_way",
            ),
            models.CheckConstraint(
                condition=Q(cover_wanted_ms__isnull=True)
                | Q(
                    kind=Kind.VIDEO.value,
                    state=WorkState.READY.value,
                    cover_wanted_ms__gte=0,
                    cover_wanted_ms__lte=F("duration_ms"),
                ),
                name="work_cover_is_of_a_video",
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.CAPTIONS.value, for_work__isnull=False) & ~Q(language="")
                | ~Q(kind=Kind.CAPTIONS.value) & Q(for_work__isnull=True, language=""),
                name="work_captions_name_video",
            ),
            models.UniqueConstraint(
                fields=["source_id"],
                condition=Q(origin=Origin.UPLOAD.value),
                name="work_one_per_upload",
            ),
            models.UniqueConstraint(
                fields=["for_work", "language"],
                condition=Q(state=WorkState.READY.value, removed_at__isnull=True),
                name="work_captions_once_a_language",
            ),
        ]
        indexes = [
            models.Index(fields=["creator", "-id"], name="work_of_creator"),
            models.Index(
                fields=["id"],
                condition=Q(state__in=["QUEUED", "PROBING", "TRANSCODING"])
                | Q(cover_wanted_ms__isnull=False),
                name="work_to_make",
            ),
            models.Index(
                fields=["id"],
                condition=Q(removed_at__isnull=False, bytes__gt=0),
                name="work_to_sweep",
            ),
            models.Index(
                fields=["for_work"],
                condition=Q(for_work__isnull=False),
                name="work_captions_of",
            ),
        ]


class CaptionWords(models.Model):
    """What captions say, so that it can be judged with their post; it goes with them.

    cues: [[milliseconds of the video, words], ...] in their order.
    """

    work = models.OneToOneField(
        "content.Work", on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    cues = models.JSONField()
