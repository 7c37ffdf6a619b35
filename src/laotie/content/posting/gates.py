"""What a post must pass before it is public: gates, asked in order, each for one reason.

A gate looks at the post as it is at that moment. It refuses with what is missing and what to do,
or says how the post may go on: freely, with less reach, or only after somebody has looked. Gates
are asked when a post is handed in and again at the moment it would become public, since a right
may have run out in between.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.accounts import hands
from laotie.content import models
from laotie.content.judgement import moderation
from laotie.content.judgement.passages import Passage
from laotie.content.kinds import Label, PostState, SourceKind
from laotie.content.licensing import licensed as rights_held
from laotie.kernel.errors import Refusal
from laotie.links import listings
from laotie.links import policy as link_policy


class TitleNeeded(Refusal):
    code = "TITLE_NEEDED"
    message = _("Give the post a title first.")


class FilesNeeded(Refusal):
    code = "FILES_NEEDED"
    message = _("Add a video or pictures first.")


class FileFailed(Refusal):
    """cause: the code of what is wrong with it."""

    code = "FILE_FAILED"
    message = _("A file of this post could not be used. Take it out and send another one.")


class LabelNeeded(Refusal):
    """label: the one that is needed."""

    code = "LABEL_NEEDED"
    message = _("A post with goods is advertising and must say so. Label it as an ad.")


class SourceGone(Refusal):
    code = "SOURCE_GONE"
    message = _("What this was made from is gone, so it cannot be published.")


class SourceClosed(Refusal):
    code = "SOURCE_CLOSED"
    message = _("The creator of that post does not let others build on it.")


Gate = Callable[[models.Post, datetime], Passage]


def complete(post: models.Post, now: datetime) -> Passage:
    """There is a title, and something to look at. raises: TitleNeeded, FilesNeeded, FileFailed."""
    del now
    if not post.title:
        raise TitleNeeded
    causes = list(
        models.PostWork.objects.filter(post=post).values_list("work__state", "work__cause")
    )
    if not causes:
        raise FilesNeeded
    for state, cause in causes:
        if state in {"FAILED", "CANCELLED"}:
            raise FileFailed(cause=cause)
    return Passage()


def in_known_hands(post: models.Post, now: datetime) -> Passage:
    """It is known who holds the account. raises: ProofNeeded."""
    del now
    hands.require_proof(post.creator_id)
    return Passage()


def labelled(post: models.Post, now: datetime) -> Passage:
    """Whatever sells says so. raises: LabelNeeded."""
    del now
    if post.label != Label.AD and models.PostProduct.objects.filter(post=post).exists():
        raise LabelNeeded(label=Label.AD.value)
    return Passage()


def linked(post: models.Post, now: datetime) -> Passage:
    """Links in its bag may stand there now, and what has any says that it is advertising.

    raises: LabelNeeded, LinkBlocked.
    """
    links = listings.of_place(post.id, at=now)
    if links and post.label != Label.AD:
        raise LabelNeeded(label=Label.AD.value)
    for link in links:
        if link.blocked is not None:
            raise link_policy.blocked(link.network, link.place.surface, link.blocked)
    return Passage()


def derived(post: models.Post, now: datetime) -> Passage:
    """What it was made from is still there and open to it. raises: SourceGone, SourceClosed."""
    del now
    if post.source_gone_at is not None:
        raise SourceGone
    if post.source_kind == SourceKind.POST:
        assert post.source_id is not None
        require_open_source(post.source_id, post.creator_id)
    return Passage()


def require_open_source(source_id: UUID, creator_id: UUID) -> None:
    """raises: SourceGone, SourceClosed."""
    source = models.Post.objects.filter(pk=source_id, state=PostState.PUBLISHED.value).first()
    if source is None:
        raise SourceGone
    if source.creator_id != creator_id and not source.may_be_derived:
        raise SourceClosed


def licensed(post: models.Post, now: datetime) -> Passage:
    """Whoever shows an event has the right to. raises: what `rights.require` does."""
    rights_held.require_right(post, now)
    return Passage()


# In this order; what costs least to look at stands first.
GATES: tuple[Gate, ...] = (
    complete,
    in_known_hands,
    labelled,
    linked,
    derived,
    licensed,
    moderation.moderated,
)


def may_publish(post: models.Post, now: datetime) -> Passage:
    """How the post may go on now, by all gates. raises: what the first gate that is shut says."""
    passages = [gate(post, now) for gate in GATES]
    return Passage(
        way=max(passage.way for passage in passages),
        rule_version=max(passage.rule_version for passage in passages),
    )
