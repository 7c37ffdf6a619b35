"""An appeal against a decision, as a page takes it: `look/appeal.html` and what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.http import HttpRequest

from laotie.content.review.cases import APPEAL_LETTERS
from laotie.kernel import clock
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal
from laotie.look.answers import actor


class _Appeal(Protocol):
    def __call__(self, *, actor: Actor, case_id: UUID, text: str, now: datetime) -> object: ...


@dataclass(frozen=True, slots=True)
class Tried:
    """An appeal that was made, or was not for a reason. refusal: None where it was made."""

    case_id: UUID | None = None
    text: str = ""
    refusal: Refusal | None = None

    @property
    def status(self) -> int:
        return self.refusal.status if self.refusal else 200

    def facts(self) -> Mapping[str, Any]:
        """What `look/appeal.html` reads beside the case."""
        return {
            "refused": self.case_id,
            "refusal": self.refusal.text() if self.refusal else "",
            "text": self.text,
            "longest": APPEAL_LETTERS,
        }


NOT_TRIED = Tried()


def read(request: HttpRequest, case_id: UUID, appeal: _Appeal) -> Tried:
    """Appeal with the words of the form. raises: NotFound."""
    text = request.POST.get("text", "")
    try:
        appeal(actor=actor(request), case_id=case_id, text=text, now=clock.now())
    except NotFound:
        raise
    except Refusal as refusal:
        return Tried(case_id, text, refusal)
    return Tried(case_id, text)
