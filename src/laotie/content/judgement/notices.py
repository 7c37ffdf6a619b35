"""What creators are told of their posts: public after a wait, sent back, down, limited, and how an
appeal ended. Each with the reason. `ref` leads to where they can act: the post, or the decision.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext_noop as _

from laotie.accounts import creators, inbox
from laotie.accounts.inbox import NoticeKind
from laotie.content import models
from laotie.content.judgement.verdicts import BY_RULES, FOUND_BY_RULES, CaseState
from laotie.content.licensing.occasions import OccasionCard
from laotie.kernel import ids
from laotie.kernel.errors import Refusal
from laotie.kernel.use_case import needs_transaction

_FOUND_HERE = _("The rules found “%(quote)s” by themselves.")
_OF_CASE = {
    CaseState.REFUSED: NoticeKind.POST_SENT_BACK,
    CaseState.LIMITED: NoticeKind.POST_LIMITED,
    CaseState.TAKEN_DOWN: NoticeKind.POST_TAKEN_DOWN,
}


@needs_transaction
def went_public(post: models.Post, *, now: datetime) -> None:
    """What waited for its files, its moment or somebody's look is public."""
    _tell_of_post(post, NoticeKind.POST_PUBLIC, {}, now=now)


@needs_transaction
def sent_back(post: models.Post, why: Refusal, *, now: datetime) -> None:
    """Nobody decided it: what the post needs to be public is missing by now."""
    _tell_of_post(post, NoticeKind.POST_SENT_BACK, _reason(why.text), now=now)


@needs_transaction
def came_down(post: models.Post, why: Refusal, *, now: datetime) -> None:
    """Nobody decided it: what the post needs to stay public is gone."""
    _tell_of_post(post, NoticeKind.POST_TAKEN_DOWN, _reason(why.text), now=now)


@needs_transaction
def right_ended(post: models.Post, occasion: OccasionCard, *, now: datetime) -> None:
    """Nobody decided it: the right to show this event ended, so the post is down."""
    event = {"event_zh": occasion.name["zh"], "event_en": occasion.name["en"]}
    _tell_of_post(post, NoticeKind.RIGHTS_ENDED, event, now=now)


@needs_transaction
def decided(case: models.Case, *, now: datetime) -> None:
    """A reviewer sent a post back, limited it or took it down; or the machine limited it."""
    is_by_rules = case.reason == BY_RULES
    facts = _reason(lambda: _found(case)) if is_by_rules else {"reason": case.reason}
    _tell_of_case(case, _OF_CASE[CaseState(case.consequence)], facts, now=now)


@needs_transaction
def answered(case: models.Case, *, is_public_again: bool, now: datetime) -> None:
    """The appeal was right, and brought the post back to the public or not; or the decision stays.

    case: as the answer left it.
    """
    kind = NoticeKind.APPEAL_REFUSED
    if case.state == CaseState.RESTORED:
        kind = NoticeKind.POST_RESTORED if is_public_again else NoticeKind.APPEAL_GRANTED
    _tell_of_case(case, kind, {"answer": case.answer}, now=now)


def _tell_of_post(
    post: models.Post, kind: NoticeKind, facts: Mapping[str, str], *, now: datetime
) -> None:
    # The same can happen to a post again, and is news again.
    ref = f"{ids.public('pst', post.id)}:{now:%y%m%d%H%M%S}"
    _tell(post.creator_id, kind, {"title": post.title, **facts}, ref=ref, now=now)


def _tell_of_case(
    case: models.Case, kind: NoticeKind, facts: Mapping[str, str], *, now: datetime
) -> None:
    told = {"title": case.exhibit["title"], **facts}
    _tell(case.creator_id, kind, told, ref=ids.public("cse", case.id), now=now)


def _tell(
    creator_id: UUID, kind: NoticeKind, facts: Mapping[str, str], *, ref: str, now: datetime
) -> None:
    inbox.post(creators.card(creator_id).person_id, kind, facts, ref=ref, now=now)


def _reason(text: Callable[[], str]) -> dict[str, str]:
    """The sentence in each language, with what is true now."""
    told = {}
    for name, language in (("reason_zh", "zh-hans"), ("reason_en", "en")):
        with translation.override(language):
            told[name] = text()
    return told


def _found(case: models.Case) -> str:
    """What the machine limited a post for."""
    said = (each["quote"] for each in case.findings if each["rule"] == case.rule)
    quote = next(filter(None, said), "")
    if not quote:
        return translation.gettext(FOUND_BY_RULES)
    return translation.gettext(_FOUND_HERE) % {"quote": quote}
