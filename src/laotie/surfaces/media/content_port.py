"""What the media process asks and tells content: uploads that come in, works to be made of them.

The calls are made in threads, as those of `port`; whatever they raise means: ask again later.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from laotie.content.files.footage import Cause, Made, Order, WorkState

TICKET_PURPOSE = "media.upload"  # {"u": upload id as hex, "b": bytes, "x": when its time is up}


class ContentPort(Protocol):
    """Content as the media process sees it."""

    def upload_is_open(self, upload_id: UUID) -> bool:
        """May bytes of this upload come?"""

    def upload_received(self, upload_id: UUID, offset: int) -> bool:
        """So many bytes lie here. False: nobody wants it any more."""

    def upload_complete(self, upload_id: UUID) -> bool:
        """All of them do; told until it was heard. False: the file may go."""

    def upload_terminated(self, upload_id: UUID) -> None:
        """Its holder gave it up here."""

    def unwanted_uploads(self, upload_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Those whose bytes may go; what was too late is over by this."""

    def claim_work(self) -> Order | None:
        """A work to make, now this process's for two minutes after each word of progress."""

    def work_progressed(self, work_id: UUID, state: WorkState, percent: int) -> bool:
        """False: it is not wanted any more."""

    def work_ready(self, work_id: UUID, made: Made) -> bool:
        """The files are in their place. False: it is not wanted any more."""

    def work_failed(self, work_id: UUID, cause: Cause) -> None:
        """Nothing can be made of it."""

    def work_let_go(self, work_id: UUID) -> None:
        """It did not work out this time; it may be claimed again, three times in all."""

    def work_put_off(self, work_id: UUID) -> None:
        """It was not the work's fault: that try does not count, and the next is minutes away."""

    def work_covered(self, work_id: UUID, at_ms: int, cover_no: int) -> bool:
        """A cover is drawn. False: another one is wanted by now."""

    def work_uncovered(self, work_id: UUID, at_ms: int, cause: Cause) -> bool:
        """No cover can be drawn of that moment. False: another one is wanted by now."""

    def given_out(self, files: Sequence[str]) -> Mapping[str, bool]:
        """Which of these folders' files anybody may have; unknown ones are not in it."""

    def removed_works(self) -> Sequence[str]:
        """Folders whose files are to go."""

    def swept_works(self, files: Sequence[str]) -> None:
        """They have gone."""
