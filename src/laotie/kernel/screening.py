"""The gate for what people write for others to read, wherever they write it.

Who judges stands above the contexts that ask; the settings name it, and it is looked up when it is
first needed.
"""

import functools
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_noop as _

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
    """rule: its code. rule_version. start, end: where in the text. field: which one, if known."""

    code = "TEXT_NOT_ALLOWED"
    status = 422
    message = _("Not kept: “%(words)s” is against the rules here. Write it without that.")


def require_fit(text: str, where: Where, *, field: str = "", now: datetime) -> str:
    """The text, if it may be read there. raises: TextNotAllowed. One query."""
    require_all_fit([(field, text)], where, now=now)
    return text


def require_all_fit(texts: Sequence[tuple[str, str]], where: Where, *, now: datetime) -> None:
    """As `require_fit`, of several at once; texts as of `refusals`. One query."""
    for refusal in refusals(texts, where, now=now):
        if refusal is not None:
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
