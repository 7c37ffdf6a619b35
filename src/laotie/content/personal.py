"""What content knows of a person: whom they follow, and a creator's posts and belts."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.accounts import creators
from laotie.content import kinds, models, rules
from laotie.content.conversation import talk
from laotie.content.industry import memberships
from laotie.kernel import personal
from laotie.kernel.personal import Kept, Matter, Rows, Use
from laotie.kernel.use_case import needs_transaction

COLUMNS: Mapping[str, Use | Kept] = {
    "Case.decided_by": Kept("who judged a post, kept with its case"),
    "Case.answered_by": Kept("who answered somebody else's appeal"),
    "TalkCase.writer": Use.THEIRS,
    "TalkCase.decided_by": Kept("who took a comment down, kept with its case"),
    "TalkCase.answered_by": Kept("who answered somebody else's appeal"),
    "RefusedText.person": Use.THEIRS,
    "RuleSet.made_by": Kept("who published a version of the rules"),
    "Block.other": Kept("who has blocked somebody is for those to know"),
    "Block.person": Use.GOES,
    "Comment.person": Use.THEIRS,
    "Follow.person": Use.GOES,
    "Like.person": Use.GOES,
    "Taste.person": Use.GOES,
    "Visit.person": Use.GOES,
}

# Who judged somebody's words is for operators to know, and left out of the copy.
_OF_OTHERS = {
    "Comment.person": {"ended_by"},
    "TalkCase.writer": {"decided_by", "answered_by"},
}


def of(person_id: UUID) -> Mapping[str, Rows]:
    """Follows, and posts, uploads and belts of a creator. A query per table."""
    creator_id = creators.id_of(person_id)
    posts = models.Post.objects.filter(creator=creator_id).order_by("pk")
    belts = models.BeltMembership.objects.filter(creator=creator_id).order_by("pk")
    sent = models.Upload.objects.filter(creator=creator_id).order_by("pk")
    return {
        "posts": list(posts.values()) if creator_id else [],
        "belts": list(belts.values()) if creator_id else [],
        "uploads": list(sent.values("id", "kind", "state", "name", "bytes", "begun_at"))
        if creator_id
        else [],
        **personal.collect(models, COLUMNS, person_id, without=_OF_OTHERS),
    }


def open_matters(person_id: UUID) -> Iterable[Matter]:
    """Posts that are public, or on their way to it."""
    creator_id = creators.id_of(person_id)
    if creator_id is None:
        return
    posts = models.Post.objects.filter(
        creator=creator_id, state__in=[kinds.PostState.PUBLISHED, *rules.WAITING]
    ).count()
    if posts:
        yield Matter("POSTS_PUBLIC", _("%(count)s posts are public. Take them down."), posts)


@needs_transaction
def forget(person_id: UUID, now: datetime) -> None:
    """Follows and likes go, comments and what answers them are read no more, and what files were
    called at home goes; so do words to operators; posts name their creator, who has no person any
    more, and who belongs to no belt.
    """
    personal.drop(models, COLUMNS, person_id)
    said = models.Comment.objects.filter(
        person=person_id, state__in=[state.value for state in talk.REMOVE.sources]
    )
    models.Comment.objects.filter(
        person=person_id, state__in=[state.value for state in talk.FORGET.sources]
    ).update(state=talk.FORGET.target.value)
    ids = list(said.values_list("pk", flat=True))
    said.update(state=talk.REMOVE.target.value, ended_at=now)
    models.Comment.objects.filter(
        answers__in=ids, state__in=[state.value for state in talk.ORPHAN.sources]
    ).update(state=talk.ORPHAN.target.value, ended_at=now)
    creator_id = creators.id_of(person_id)
    if creator_id is not None:
        models.Upload.objects.filter(creator=creator_id).update(name="")
        memberships.forget(creator_id, now)
