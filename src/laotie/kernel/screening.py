"""The gate for what people write for others to read, wherever they write it.

Who judges stands above the contexts that ask; the settings name it, and it is looked up when it is
first needed. So is who keeps what was refused: not the words, but who wrote some, where, and by
which rule they were refused.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_noop as _

from laotie.kernel import crypto
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Refusal


class Where(StrEnum):
    """Where a text is to be read."""

    NAME = "NAME"  # Of a person, a creator or a shop.
    BIO = "BIO"  # What one says of oneself, or a shop of being away.
    TITLE = "TITLE"  # Of a room, what is given away in it, or a coupon.
    PRODUCT = "PRODUCT"  # What a shop says of its goods and their variants.
    REVIEW = "REVIEW"  # What buyers say of goods, and shops answer.
    POST = "POST"  # Title and text of a post.
    COMMENT = "COMMENT"
    CHAT = "CHAT"  # In a live room.


class TextNotAllowed(Refusal):
    """rule: its code. rule_version. start, end: where in the text. field: which one, if known.

    where, digest: of the text that was refused whole; the digest tells it from others, and says
    nothing of it to whoever has no key.
    """

    code = "TEXT_NOT_ALLOWED"
    status = 422
    message = _("Not kept: “%(words)s” is against the rules here. Write it without that.")
    where: Where | None = None
    digest = b""

    def after_undoing(self, given: Mapping[str, Any]) -> None:
        if self.where is None:
            return
        actor = given.get("actor")
        _keeper()(
            where=self.where,
            rule=self.facts["rule"],
            rule_version=self.facts["rule_version"],
            person_id=actor.person_id if isinstance(actor, Actor) else None,
            digest=self.digest,
            now=given["now"],
        )


def require_fit(text: str, where: Where, *, field: str = "", now: datetime) -> str:
    """The text, if it may be read there. raises: TextNotAllowed. One query."""
    require_all_fit([(field, text)], where, now=now)
    return text


def require_all_fit(texts: Sequence[tuple[str, str]], where: Where, *, now: datetime) -> None:
    """As `require_fit`, of several at once; texts as of `refusals`. One query."""
    for (_field, text), refusal in zip(texts, refusals(texts, where, now=now), strict=True):
        if refusal is not None:
            refusal.where = where
            refusal.digest = crypto.blind_index(text, context="refused text")
            raise refusal


def refusals(
    texts: Sequence[tuple[str, str]], where: Where, *, now: datetime
) -> list[TextNotAllowed | None]:
    """Of each text, why it may not be read there, or None. One query, however many there are.

    texts: pairs of the field's name, which may be empty, and what stands in it.
    """
    return _judge()(texts, where, now)


_Judge = Callable[
    [Sequence[tuple[str, str]], Where, datetime],
    list[TextNotAllowed | None],
]


@functools.cache
def _judge() -> _Judge:
    judge: _Judge = import_string(settings.TEXT_JUDGE)
    return judge


class _Keep(Protocol):
    def __call__(
        self,
        *,
        where: Where,
        rule: str,
        rule_version: int,
        person_id: UUID | None,
        digest: bytes,
        now: datetime,
    ) -> None: ...


@functools.cache
def _keeper() -> _Keep:
    keeper: _Keep = import_string(settings.TEXT_KEEPER)
    return keeper
