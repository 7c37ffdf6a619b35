"""Words that a creator's rooms do not let through, found however they are dressed up.

Comments and words are compared in one normal form: NFKC (full-width and styled letters become
plain), case folded, look-alike letters of other scripts replaced, and everything that is neither
letter nor digit left out, so that `加.V.信`, `ＶＸ` and `ｖ х` are found.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_noop as _

from laotie.kernel import text
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, Refusal
from laotie.kernel.use_case import use_case
from laotie.kernel.wording import has_any, normal
from laotie.live import models, rules
from laotie.live.backstage import for_duty, note
from laotie.live.rules import Deed, Duty

__all__ = ["has_any", "normal"]

LONGEST_WORD = 40


class TooManyWords(Refusal):
    code = "TOO_MANY_WORDS"
    message = _("The list is full: %(most)s words. Remove some first.")


@use_case
def forbid(
    *, actor: Actor, word: str, room_id: UUID | None = None, now: datetime | None = None
) -> tuple[str, ...]:
    """Add a word to the list of the actor's rooms; an operator without a creator's rooms adds it
    for everybody. The list as it now is.

    room_id: in the name of that room's creator, by who sits there; with `now`, for the log.
    raises:  SignInFirst, NotFound, NotAllowed, Invalid, TooManyWords.
    """
    form = normal(text.clean_line(word, field="word", longest=LONGEST_WORD))
    if not form:
        raise Invalid(field="word", reason="characters")
    block_list = _locked_list(actor, room_id)
    if form not in block_list.words:
        if len(block_list.words) >= rules.MAX_BLOCK_WORDS:
            raise TooManyWords(most=rules.MAX_BLOCK_WORDS)
        block_list.words = sorted([*block_list.words, form])
        block_list.save(update_fields=["words"])
        _keep(actor, block_list, Deed.FORBADE, form, room_id=room_id, now=now)
    return tuple(block_list.words)


@use_case
def allow(
    *, actor: Actor, word: str, room_id: UUID | None = None, now: datetime | None = None
) -> tuple[str, ...]:
    """Take a word off the list; the list as it now is. As `forbid` otherwise."""
    form = normal(word[: 4 * LONGEST_WORD])
    block_list = _locked_list(actor, room_id)
    if form in block_list.words:
        block_list.words = [known for known in block_list.words if known != form]
        block_list.save(update_fields=["words"])
        _keep(actor, block_list, Deed.ALLOWED, form, room_id=room_id, now=now)
    return tuple(block_list.words)


def of_room(room_id: UUID, *, actor: Actor) -> tuple[str, ...]:
    """The list of a room's creator, for who may change it. raises: NotFound, NotAllowed."""
    creator_id = _owner(actor, room_id)
    found = models.BlockList.objects.filter(_list_of(creator_id)).first()
    return tuple(found.words) if found else ()


def of_actor(actor: Actor) -> tuple[str, ...]:
    """The list that the actor may change. raises: SignInFirst, NotAllowed."""
    found = models.BlockList.objects.filter(_list_of(_owner(actor))).first()
    return tuple(found.words) if found else ()


def of_creators(creator_ids: set[UUID]) -> dict[UUID, tuple[str, ...]]:
    """The words that hold in each creator's rooms, the platform's among them. One query."""
    wanted = Q(creator__in=creator_ids) | Q(creator__isnull=True)
    rows = models.BlockList.objects.filter(wanted).values_list("creator_id", "words")
    known: dict[UUID | None, list[str]] = dict(rows)
    everywhere = known.get(None, [])
    return {
        creator_id: tuple(sorted({*everywhere, *known.get(creator_id, [])}))
        for creator_id in creator_ids
    }


def everywhere() -> tuple[str, ...]:
    """The platform's words, which hold wherever people write. One query."""
    found = models.BlockList.objects.filter(creator__isnull=True).values_list("words", flat=True)
    return tuple(found[0]) if found else ()


def _locked_list(actor: Actor, room_id: UUID | None) -> models.BlockList:
    owner = _owner(actor, room_id)
    lists = models.BlockList.objects
    lists.bulk_create([models.BlockList(creator_id=owner)], ignore_conflicts=True)
    return lists.select_for_update().get(_list_of(owner))


def _keep(
    actor: Actor,
    block_list: models.BlockList,
    deed: Deed,
    word: str,
    *,
    room_id: UUID | None,
    now: datetime | None,
) -> None:
    if room_id is not None:
        assert now is not None, "the log says when"
        assert block_list.creator_id is not None
        note(actor, block_list.creator_id, deed, room_id=room_id, detail=word, now=now)


def _list_of(owner: UUID | None) -> Q:
    return Q(creator__isnull=True) if owner is None else Q(creator=owner)


def _owner(actor: Actor, room_id: UUID | None = None) -> UUID | None:
    if room_id is not None:
        creator_id: UUID = for_duty(actor, room_id, Duty.WORDS).creator_id
        return creator_id
    if actor.creator_id is None and actor.is_operator:
        return None
    return actor.require_creator()
