"""The content port's real other side, called in threads with a connection that works."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from laotie.content.files import making, uploads
from laotie.content.files.footage import Cause, Made, Order, WorkState
from laotie.kernel import clock
from laotie.surfaces.media.live_port import as_a_request


class Content:
    """Implements `content_port.ContentPort`."""

    @as_a_request
    def upload_is_open(self, upload_id: UUID) -> bool:
        return uploads.is_open(upload_id)

    @as_a_request
    def upload_received(self, upload_id: UUID, offset: int) -> bool:
        return uploads.received(upload_id=upload_id, offset=offset)

    @as_a_request
    def upload_complete(self, upload_id: UUID) -> bool:
        return uploads.complete(upload_id=upload_id, now=clock.now())

    @as_a_request
    def upload_terminated(self, upload_id: UUID) -> None:
        uploads.terminate(upload_id=upload_id, now=clock.now())

    @as_a_request
    def unwanted_uploads(self, upload_ids: Sequence[UUID]) -> frozenset[UUID]:
        uploads.expire(clock.now())
        return uploads.unwanted(upload_ids)

    @as_a_request
    def claim_work(self) -> Order | None:
        return making.claim_next()

    @as_a_request
    def work_progressed(self, work_id: UUID, state: WorkState, percent: int) -> bool:
        return making.progress(work_id=work_id, state=state, percent=percent)

    @as_a_request
    def work_ready(self, work_id: UUID, made: Made) -> bool:
        return making.ready(work_id=work_id, made=made, now=clock.now())

    @as_a_request
    def work_failed(self, work_id: UUID, cause: Cause) -> None:
        making.fail(work_id=work_id, cause=cause)

    @as_a_request
    def work_let_go(self, work_id: UUID) -> None:
        making.let_go(work_id=work_id)

    @as_a_request
    def work_put_off(self, work_id: UUID) -> None:
        making.put_off(work_id=work_id)

    @as_a_request
    def work_covered(self, work_id: UUID, at_ms: int, cover_no: int) -> bool:
        return making.covered(work_id=work_id, at_ms=at_ms, cover_no=cover_no)

    @as_a_request
    def work_uncovered(self, work_id: UUID, at_ms: int, cause: Cause) -> bool:
        return making.uncovered(work_id=work_id, at_ms=at_ms, cause=cause)

    @as_a_request
    def given_out(self, files: Sequence[str]) -> Mapping[str, bool]:
        return making.given_out(files)

    @as_a_request
    def removed_works(self) -> Sequence[str]:
        return making.removed()

    @as_a_request
    def swept_works(self, files: Sequence[str]) -> None:
        making.swept(files)
