"""Files for posts: tickets to the media process, and what becomes of what was sent."""

from collections.abc import Mapping
from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Status

from laotie.content.files import uploads, works
from laotie.content.files.footage import Kind, UploadState, WorkState
from laotie.content.posting import holdings
from laotie.content.posting.holdings import Holding
from laotie.kernel import clock
from laotie.kernel.errors import Invalid
from laotie.surfaces.api import door, paging
from laotie.surfaces.api.shapes import Done, In, Out, PostId, UploadId, WorkId

router = Router(tags=["uploading"])


class UploadIn(In):
    """kind: VIDEO, STILL or CAPTIONS. bytes: exactly as many as will come.

    for_work, language: of captions, the video and `zh-hans` or `en`.
    """

    kind: str
    bytes: int
    name: str = ""
    for_work: WorkId | None = None
    language: str = ""


class UploadTicketOut(Out):
    """url: takes the bytes by tus 1.0; both where an upload is created and its own address."""

    upload_id: UploadId
    url: str
    bytes: int
    expires_at: datetime


class UploadOut(Out):
    id: UploadId
    kind: Kind
    state: UploadState
    name: str
    bytes: int
    offset: int
    begun_at: datetime
    work_id: WorkId | None


class WorkOut(Out):
    """percent: of the encoding. cause, explanation: why it failed.

    Addresses stand once READY. Until a public post shows the work they open it for two hours to
    whoever holds them; ask again for new ones.

    is_cover_coming: another cover is being drawn. cover_cause, cover_explanation: why the one that
    was wanted last was given up; the one before stays.
    """

    id: WorkId
    kind: Kind
    state: WorkState
    percent: int
    cause: str
    explanation: str
    duration_ms: int
    width: int
    height: int
    has_sound: bool
    url: str
    cover_urls: Mapping[int, str]
    is_cover_coming: bool
    cover_cause: str
    cover_explanation: str
    sprite_url: str
    captions: list[tuple[str, str]]


class OwnWorkOut(WorkOut):
    """bytes: that it takes. name: of the file as it was sent; empty for a clip of a show.

    language: of captions. post_id: the post that shows it, has it as a cover or as captions.
    can_go: whether it can be deleted now.
    """

    bytes: int
    name: str
    language: str
    made_at: datetime
    post_id: PostId | None
    is_cover: bool
    can_go: bool


class SpaceOut(Out):
    """Bytes: of files and of open uploads, and how many there may be."""

    used: int
    most: int


class CoverIn(In):
    """A moment of the video, or a still of one's own."""

    at_ms: int | None = None
    still_id: WorkId | None = None


@router.post("/uploads", response={201: UploadTicketOut}, summary="Begin to send a file")
def begin(request: HttpRequest, payload: UploadIn) -> object:
    """The bytes go to `url` by tus 1.0 within a day; a cut upload goes on where it stopped."""
    ticket = uploads.begin(
        actor=door.actor(request),
        kind=_kind(payload.kind),
        bytes=payload.bytes,
        name=payload.name,
        for_work=payload.for_work,
        language=payload.language,
        now=clock.now(),
    )
    return Status(201, ticket)


@router.get("/uploads", response=list[UploadOut], summary="Files still on their way")
def open_uploads(request: HttpRequest) -> object:
    return list(uploads.mine(actor=door.actor(request)))


@router.get("/uploads/{upload_id}", response=UploadOut, summary="Where an upload stands")
def one_upload(request: HttpRequest, upload_id: UploadId) -> object:
    return uploads.card(upload_id, actor=door.actor(request))


@router.post(
    "/uploads/{upload_id}/ticket", response=UploadTicketOut, summary="A ticket to go on with"
)
def resume(request: HttpRequest, upload_id: UploadId) -> object:
    return uploads.resume(actor=door.actor(request), upload_id=upload_id)


@router.delete("/uploads/{upload_id}", response=Done, summary="Give an upload up")
def cancel_upload(request: HttpRequest, upload_id: UploadId) -> object:
    uploads.cancel(actor=door.actor(request), upload_id=upload_id, now=clock.now())
    return Done()


@router.get("/works/{work_id}", response=WorkOut, summary="What is made of an upload")
def one_work(request: HttpRequest, work_id: WorkId) -> object:
    return holdings.own(work_id, actor=door.actor(request))


@router.get("/works", response=list[OwnWorkOut], summary="Files of one's own and who needs them")
def own_works(request: HttpRequest) -> object:
    """Newest first: videos, stills and captions, also those that failed."""
    found = holdings.page(actor=door.actor(request), **paging.asked(request))
    return found.of(_own_work(each) for each in found.rows)


@router.get("/me/space", response=SpaceOut, summary="How much room one's files take")
def own_space(request: HttpRequest) -> object:
    return holdings.space(actor=door.actor(request))


@router.delete("/works/{work_id}", response=Done, summary="Delete a work and its files")
def discard_work(request: HttpRequest, work_id: WorkId) -> object:
    """Frees its space; a post that shows it comes first."""
    works.discard(actor=door.actor(request), work_id=work_id, now=clock.now())
    return Done()


@router.delete("/works/{work_id}/captions", response=Done, summary="Take captions off a video")
def drop_captions(request: HttpRequest, work_id: WorkId, language: str = "") -> object:
    """language: `zh-hans` or `en`. Refused while a post with the video is public or on its way."""
    works.drop_captions(
        actor=door.actor(request), work_id=work_id, language=language, now=clock.now()
    )
    return Done()


@router.post("/works/{work_id}/cancel", response=Done, summary="Stop the making of a work")
def cancel_work(request: HttpRequest, work_id: WorkId) -> object:
    works.cancel(actor=door.actor(request), work_id=work_id, now=clock.now())
    return Done()


@router.put("/works/{work_id}/cover", response=WorkOut, summary="Choose a video's cover")
def choose_cover(request: HttpRequest, work_id: WorkId, payload: CoverIn) -> object:
    """The picture of a moment, drawn within seconds, or a still of one's own at once."""
    actor, now = door.actor(request), clock.now()
    if payload.still_id is not None:
        works.choose_still(actor=actor, work_id=work_id, still_id=payload.still_id, now=now)
    else:
        works.choose_cover(actor=actor, work_id=work_id, at_ms=payload.at_ms or 0, now=now)
    return holdings.own(work_id, actor=actor)


def _own_work(held: Holding) -> dict[str, object]:
    of_work = {name: getattr(held.work, name) for name in (*WorkOut.model_fields, "bytes")}
    rest = [name for name in OwnWorkOut.model_fields if name not in of_work]
    return of_work | {name: getattr(held, name) for name in rest}


def _kind(said: str) -> Kind:
    try:
        return Kind(said)
    except ValueError as error:
        raise Invalid(field="kind", reason="choice") from error
