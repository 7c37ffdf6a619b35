"""By which version of the formula a post was put on a page, as the page brings it back.

The page carries a word of ours for each post, and whoever tells of a visit hands it in: a viewer
can leave it out, but say no other version than the one that ranked.
"""

from datetime import timedelta
from uuid import UUID

from laotie.content.viewing import ranking
from laotie.kernel import crypto

LONGEST = 300
_PURPOSE = "content.shown"
_LASTS = timedelta(days=1)


def mark(post_id: UUID) -> str:
    """For a post that the formula of now put where it stands."""
    held = {"i": post_id.hex, "v": ranking.VERSION}
    return crypto.sign(_PURPOSE, held, lasts=_LASTS)


def version_of(told: str, post_id: UUID) -> int | None:
    """The version that is marked for this post; None of what we did not sign, or a day ago."""
    if not told or len(told) > LONGEST:
        return None
    try:
        held = crypto.verify(_PURPOSE, told)
    except crypto.BadToken:
        return None
    return int(held["v"]) if held["i"] == post_id.hex else None
