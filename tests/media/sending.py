"""A creator who sends files to a media process, by tus in the raw, and waits for what comes of it."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from uuid import UUID

import httpx
from tests.builders import NOW
from tests.media.harness import Media, eventually

from laotie.content.files import uploads, works
from laotie.content.files.footage import Kind
from laotie.content.files.uploads import Ticket
from laotie.content.files.works import WorkCard
from laotie.kernel.actor import Actor

TUS = {"Tus-Resumable": "1.0.0"}


class Sender:
    """Speaks tus to one media process as one creator."""

    def __init__(self, media: Media, actor: Actor) -> None:
        self.media = media
        self.actor = actor

    def begin(
        self, body: bytes, kind: Kind = Kind.VIDEO, *, name: str = "a.mp4", **captions: object
    ) -> Ticket:
        return uploads.begin(
            actor=self.actor, kind=kind, bytes=len(body), name=name, now=NOW, **captions
        )

    def create(self, ticket: Ticket) -> httpx.Response:
        headers = {**TUS, "Upload-Length": str(ticket.bytes)}
        return self.media.client.post(path_of(ticket), headers=headers)

    def patch(
        self, ticket: Ticket, offset: int, body: bytes | Iterator[bytes], **headers: str
    ) -> httpx.Response:
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        said = {
            **TUS,
            "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream",
            **more,
        }
        return self.media.client.patch(path_of(ticket), headers=said, content=body)

    def offset(self, ticket: Ticket) -> int:
        answer = self.media.client.head(path_of(ticket), headers=TUS)
        assert answer.status_code == 200, answer
        return int(answer.headers["Upload-Offset"])

    def send(self, body: bytes, kind: Kind = Kind.VIDEO, **said: object) -> UUID:
        """All of it at once; the id of the work that stands in the queue."""
        ticket = self.begin(body, kind, **said)  # type: ignore[arg-type]
        assert self.create(ticket).status_code == 201
        assert self.patch(ticket, 0, body).status_code == 204
        return self.work_of(ticket)

    def work_of(self, ticket: Ticket) -> UUID:
        def find() -> UUID | None:
            return uploads.card(ticket.upload_id, actor=self.actor).work_id

        found = eventually(find)
        assert found is not None
        return found

    def made(self, body: bytes, kind: Kind = Kind.VIDEO, **said: object) -> WorkCard:
        """What becomes of it: ready or failed."""
        return ended(self.send(body, kind, **said))

    def get(self, url: str, **headers: str) -> httpx.Response:
        return self.media.client.get(httpx.URL(url).path, headers=headers)


def ended(work_id: UUID) -> WorkCard:
    def look() -> WorkCard | None:
        card = works.card(work_id)
        return card if card.state in {"READY", "FAILED", "CANCELLED"} else None

    found = eventually(look)
    assert found is not None
    return found


def path_of(ticket: Ticket) -> str:
    return httpx.URL(ticket.url).path


def sha1(body: bytes) -> Mapping[str, str]:
    import base64

    return {"Upload_Checksum": "sha1 " + base64.b64encode(hashlib.sha1(body).digest()).decode()}


LONG_AGO = timedelta(minutes=10)
