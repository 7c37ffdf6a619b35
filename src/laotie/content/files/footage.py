"""What may be uploaded and how far it is: kinds, states, limits and causes, as pure facts.

An upload is bytes on their way in. A work is what is made of them: files of ours, drawn or encoded
anew, that may be shown. Originals are never served and go when the work is ready or given up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.kernel.states import step

LASTS = timedelta(hours=24)  # An upload that is not whole by then goes.
OPEN_AT_ONCE = 12
BEGUN_A_DAY = 300
KEPT_BYTES = 50 << 30  # Of one creator: files of works, and what is still to come.
NAME_LETTERS = 120
LONGEST_MS = 600_000
SHORTEST_MS = 500
SPRITE_COLUMNS = SPRITE_ROWS = 5
PICTURE_WIDTHS = (320, 640, 1080)
# Of tokens in `/media/judged/<token>/...`, which open one work's files: {"file": its folder}.
JUDGES_PURPOSE = "works.judge"


class Kind(StrEnum):
    """What somebody sends."""

    VIDEO = "VIDEO"
    STILL = "STILL"
    CAPTIONS = "CAPTIONS"


MOST_BYTES: Mapping[Kind, int] = {
    Kind.VIDEO: 1 << 30,
    Kind.STILL: 20 << 20,
    Kind.CAPTIONS: 256 << 10,
}


class UploadState(StrEnum):
    """Whether bytes may still come."""

    OPEN = "OPEN"
    COMPLETE = "COMPLETE"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


class WorkState(StrEnum):
    """Where the making of a work stands."""

    QUEUED = "QUEUED"
    PROBING = "PROBING"  # Looked at by a child that may do little and not for long.
    TRANSCODING = "TRANSCODING"
    READY = "READY"
    FAILED = "FAILED"  # `cause` says why.
    CANCELLED = "CANCELLED"


class Origin(StrEnum):
    """Where a work's bytes came from."""

    UPLOAD = "UPLOAD"
    CLIP = "CLIP"  # Cut from a live room.


class Cause(StrEnum):
    """Why nothing can be made of a file."""

    FORMAT = "FORMAT"
    UNREADABLE = "UNREADABLE"
    NO_VIDEO = "NO_VIDEO"
    CODEC = "CODEC"
    STREAMS = "STREAMS"
    PIXELS = "PIXELS"
    RATE = "RATE"
    TOO_LONG = "TOO_LONG"
    TOO_SHORT = "TOO_SHORT"
    TRUNCATED = "TRUNCATED"
    CAPTIONS = "CAPTIONS"
    STUCK = "STUCK"
    ENCODER = "ENCODER"
    DISK = "DISK"
    GONE = "GONE"


MEANINGS: Mapping[Cause, str] = {
    Cause.FORMAT: _(
        "This kind of file cannot be used. Send MP4, MOV, MKV or WebM for a video, JPEG, PNG or"
        " WebP for a picture, WebVTT for captions."
    ),
    Cause.UNREADABLE: _("The file is damaged and cannot be read."),
    Cause.NO_VIDEO: _("There is no video in the file."),
    Cause.CODEC: _("The video or its sound is in a form that cannot be used. Export it as H.264."),
    Cause.STREAMS: _("The file has too many tracks."),
    Cause.PIXELS: _("The picture is too large or too small."),
    Cause.RATE: _("The video has too many pictures a second. At most 120 can be used."),
    Cause.TOO_LONG: _("The video is longer than ten minutes."),
    Cause.TOO_SHORT: _("The video is shorter than half a second."),
    Cause.TRUNCATED: _("The end of the file is missing. Send the whole file again."),
    Cause.CAPTIONS: _("The captions cannot be read. Send WebVTT in UTF-8."),
    Cause.STUCK: _("The work on this file came to a stop three times. Try another export of it."),
    Cause.ENCODER: _("This file could not be converted. Try another export of it."),
    Cause.DISK: _("There was no space left for this file. Try again later."),
    Cause.GONE: _("The file that this was to be made from is gone."),
}

# Why a cover that was wanted could not be drawn; the one that was drawn before is shown.
_NO_PICTURE = _(
    "No picture could be drawn of that moment. The cover drawn before is shown; try another."
)
COVER_MEANINGS: Mapping[Cause, str] = {
    Cause.STUCK: _(
        "Drawing the cover came to a stop three times. The one before is shown; try again."
    ),
    Cause.ENCODER: _NO_PICTURE,
    Cause.UNREADABLE: _NO_PICTURE,
    Cause.PIXELS: _NO_PICTURE,
    Cause.DISK: _(
        "There was no space left for the cover. The one before is shown; try again later."
    ),
}


@dataclass(frozen=True, slots=True)
class Made:
    """What the media process made. Milliseconds, pixels of the upright picture, bytes on disk.

    cues: of captions, when each begins, and what it says on one line.
    """

    duration_ms: int
    width: int
    height: int
    bytes: int
    has_sound: bool
    cover_ms: int
    cues: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """What the media process is asked to make.

    file:     the folder's name. origin, source_id: where the bytes lie.
    cover_ms: when set, the video is there and only a cover of this moment is wanted; `cover_no`
        is the number that it gets.
    """

    work_id: UUID
    kind: Kind
    file: str
    origin: Origin
    source_id: UUID
    cover_ms: int | None
    cover_no: int


_AT_WORK = frozenset({WorkState.PROBING, WorkState.TRANSCODING})
UNDER_WAY = frozenset({WorkState.QUEUED}) | _AT_WORK

FILL = step("upload.fill", {UploadState.OPEN}, UploadState.COMPLETE)
GIVE_UP = step("upload.cancel", {UploadState.OPEN}, UploadState.CANCELLED)
EXPIRE = step("upload.expire", {UploadState.OPEN}, UploadState.EXPIRED)
LOOK_AT = step("work.probe", UNDER_WAY, WorkState.PROBING)
TRANSCODE = step("work.transcode", _AT_WORK, WorkState.TRANSCODING)
FINISH = step("work.finish", _AT_WORK, WorkState.READY)
FAIL = step("work.fail", UNDER_WAY, WorkState.FAILED)
CANCEL = step("work.cancel", UNDER_WAY, WorkState.CANCELLED)
