"""The files of a post for those who may look at them while nobody else is given them: whoever
made them, and whoever judges them.
"""

from dataclasses import replace
from datetime import timedelta

from laotie.content import rules
from laotie.content.files.footage import JUDGES_PURPOSE
from laotie.content.files.works import WorkCard
from laotie.content.kinds import PostState
from laotie.kernel import crypto

_LASTS = timedelta(hours=2)
_FOLDERS = "/media/works/"


def for_judges(work: WorkCard) -> WorkCard:
    """The same work at addresses that hold for two hours, also while its files are withheld."""
    return replace(
        work,
        url=_open(work.url),
        cover_urls={width: _open(url) for width, url in work.cover_urls.items()},
        sprite_url=_open(work.sprite_url),
        captions=tuple((language, _open(url)) for language, url in work.captions),
    )


def for_owner(work: WorkCard, post: PostState | None) -> WorkCard:
    """A work for its creator, by the state of the post that shows it; None for a work in no post.

    As `for_judges` until the post is public, and at everybody's addresses from then on. What was
    taken down is closed to its creator too.
    """
    if post is PostState.PUBLISHED or post in rules.CLOSED:
        return work
    return for_judges(work)


def _open(url: str) -> str:
    if not url:
        return ""
    origin, _, rest = url.partition(_FOLDERS)
    token = crypto.sign(JUDGES_PURPOSE, {"file": rest.partition("/")[0]}, lasts=_LASTS)
    return f"{origin}/media/judged/{token}/{rest}"
