"""The gate for what people write for others to read, wherever they write it.

Who judges stands above the contexts that ask; the settings name it, and it is looked up when it is
first needed.
"""

import functools
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_noop as _

from laotie.kernel.errors import Refusal


class Where(StrEnum):
    """Where a text is to be read."""

    NAME = "NAME"  # Of a person, a creator or a shop.
    BIO = "BIO"  # What one says of oneself.
    TITLE = "TITLE"  # Of a room.
    POST = "POST"  # Title and text of a post.
    COMMENT = "COMMENT"
    CHAT = "CHAT"  # In a live room.


class TextNotAllowed(Refusal):
    """rule: its code. rule_version. start, end: where in the text. field: which one, if known."""

    code = "TEXT_NOT_ALLOWED"
    status = 422
    message = _("Not kept: “%(words)s” is against the rules here. Write it without that.")


def require_fit(text: str, where: Where, *, field: str = "", now: datetime) -> str:
    """The text, if it may be read there. raises: TextNotAllowed. At most one query."""
    _judge()(text, where, field=field, now=now)
    return text


@functools.cache
def _judge() -> Callable[..., object]:
    judge: Callable[..., object] = import_string(settings.TEXT_JUDGE)
    return judge
