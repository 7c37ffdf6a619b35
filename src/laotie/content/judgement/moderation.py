"""The machine's part in judging: texts of every kind, and posts before they are public.

A post is judged as it is at that moment, by its digest: what a reviewer has said of it holds until
somebody changes it. Where the machine is not sure, a case waits for a person (`cases`).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_noop as _

from laotie.content import models
from laotie.content.files import shown
from laotie.content.judgement import findings, notices, opinions, rule_sets
from laotie.content.judgement.findings import Finding, Findings, Rule, Severity
from laotie.content.judgement.passages import Passage, Way
from laotie.content.judgement.verdicts import BY_RULES, CLOSE, CaseState, Origin
from laotie.kernel.errors import Refusal
from laotie.kernel.screening import TextNotAllowed, Where
from laotie.kernel.use_case import needs_transaction
from laotie.links import listings

_LET_THROUGH = (CaseState.APPROVED.value, CaseState.RESTORED.value)


class AgainstTheRules(Refusal):
    """rule: its code. rule_version. field, start, end: where in the post."""

    code = "AGAINST_THE_RULES"
    message = _("“%(quote)s” is against the rules. Take it out, then publish again.")
    in_short = _("Something in the title or text is against the rules. Take it out.")


class CaptionsAgainstTheRules(Refusal):
    """at_ms, at: when the captions say it, in milliseconds and as `1:05`. Facts as above."""

    code = "CAPTIONS_AGAINST_THE_RULES"
    message = _("“%(quote)s” in the captions at %(at)s is against the rules. Send others.")
    in_short = _("Something in the captions is against the rules. Send others.")


class AiLabelNeeded(Refusal):
    """The words say that AI made it. facts: as of `AgainstTheRules`."""

    code = "AI_LABEL_NEEDED"
    message = _("“%(quote)s” says that AI made this. Tick the label that says so.")
    in_short = _("The words say that AI made this. Tick the label that says so.")


class RefusedBefore(Refusal):
    """case_id: of the decision, which can be appealed against."""

    code = "REFUSED_BEFORE"
    message = _("A reviewer refused this post as it is. Change it, or appeal.")


def screen_text(text: str, where: Where, now: datetime) -> Findings:
    """What the rules in force find in a text. One query."""
    return findings.in_text(text, where, rule_sets.current(now))


def screen_texts(texts: Iterable[str], where: Where, now: datetime) -> list[Findings]:
    """As `screen_text` for each, in order. One query, however many there are."""
    rules = rule_sets.current(now)
    return [findings.in_text(text, where, rules) for text in texts]


def refusals(
    texts: Sequence[tuple[str, str]], where: Where, now: datetime
) -> list[TextNotAllowed | None]:
    """What keeps others from reading each text; as `kernel.screening.refusals`, which calls this
    for the contexts below. One query.
    """
    judged = screen_texts([text for _field, text in texts], where, now)
    return [
        None if found.is_fit else _not_allowed(found, field)
        for (field, _text), found in zip(texts, judged, strict=True)
    ]


def moderated(post: models.Post, now: datetime) -> Passage:
    """What the machine and reviewers say of the post as it is. At most seven queries.

    raises: AgainstTheRules, CaptionsAgainstTheRules, AiLabelNeeded, RefusedBefore.
    """
    decided = _last_word(post.id)
    print_of_it = digest(post)
    if decided is not None and decided.digest == print_of_it:
        if decided.state in _LET_THROUGH:
            return Passage(Way.FREE, decided.rule_version)
        if decided.consequence == CaseState.LIMITED:
            return Passage(Way.LIMITED, decided.rule_version)
        raise RefusedBefore(case_id=str(decided.id))
    found = findings_of(post, now)
    if found.severity is Severity.REFUSE:
        _refuse(found)
    asked = opinions.of(post.id, print_of_it)
    if asked.is_missing and found.severity < Severity.REVIEW:
        return Passage(Way.MACHINE, found.rule_version)
    severity = max(found.severity, *(each.severity for each in asked.found), Severity.NOTE)
    if decided is not None and decided.consequence == CaseState.REFUSED:
        severity = Severity.REVIEW  # What came back once is not let through by a comma.
    if severity < Severity.LIMIT and _is_limited_by_a_person(post.id):
        severity = Severity.LIMIT  # Nor does one give back the reach that a person took.
    ways = {Severity.NOTE: Way.FREE, Severity.LIMIT: Way.LIMITED}
    return Passage(ways.get(severity, Way.PERSON), found.rule_version)


def findings_of(post: models.Post, now: datetime) -> Findings:
    """What the rules in force find in a post's words, those of its captions too. Two queries."""
    rules, said = rule_sets.current(now), captions_of(post.id)
    found = findings.in_post(
        post.title,
        post.body,
        label=post.label,
        is_ai=post.is_ai,
        rules=rules,
        captions={language: cues for language, cues in said.items() if cues is not None},
    )
    unread = [findings.unread(language, rules) for language, cues in said.items() if cues is None]
    return replace(found, found=(*found.found, *unread))


def captions_of(post_id: UUID) -> dict[str, list[findings.Cue] | None]:
    """What a post's captions say, by language; None where it was never read. One query."""
    held = models.PostWork.objects.filter(post=post_id).values_list("work", flat=True)
    words = models.CaptionWords.objects.filter(work=OuterRef("pk"))
    texts = shown.captions_of(held).annotate(cues=Subquery(words.values("cues")))
    return {
        language: None if cues is None else [(at_ms, line) for at_ms, line in cues]
        for language, cues in texts.order_by("language").values_list("language", "cues")
    }


def digest(post: models.Post) -> str:
    """Tells one content of a post from every other: words, labels, files with their covers and
    captions, goods and links. Four queries.
    """
    files = _files(post.id)
    texts = shown.captions_of([file_id for file_id, *_cover in files])
    sold = models.PostProduct.objects.filter(post=post).order_by("position")
    content = [
        exhibit(post),
        files,
        list(texts.order_by("language", "id").values_list("language", "id")),
        list(sold.values_list("product_id", flat=True)),
        listings.urls_in(post.id),
    ]
    printed = json.dumps(content, sort_keys=True, default=str)
    return hashlib.sha256(printed.encode()).hexdigest()


def exhibit(post: models.Post) -> Mapping[str, Any]:
    """A post's words and labels, as the record keeps them."""
    return {
        "title": post.title,
        "body": post.body,
        "language": post.language,
        "label": post.label,
        "is_ai": post.is_ai,
    }


@needs_transaction
def note_limited(post: models.Post, now: datetime) -> None:
    """The machine let the post through with less reach; its creator is told why, and can appeal."""
    print_of_it = digest(post)
    last = _last_word(post.id)
    if last is not None and last.digest == print_of_it:
        return  # That is what was said before.
    found = evidence(post, print_of_it, now)
    worst = max(found, key=lambda each: each.severity, default=None)
    if worst is None or worst.severity is not Severity.LIMIT:
        return  # Another gate wanted it so.
    case = _case(
        post,
        print_of_it,
        found,
        now,
        state=CaseState.LIMITED.value,
        consequence=CaseState.LIMITED.value,
        rule=worst.rule.value,
        reason=BY_RULES,
        decided_at=now,
    )
    notices.decided(case, now=now)


@needs_transaction
def open_case(post: models.Post, now: datetime) -> None:
    """The post waits for a reviewer, with what the machine has found. Once per post."""
    print_of_it = digest(post)
    found = evidence(post, print_of_it, now)
    waiting = models.Case.objects.filter(post_id=post.id, state=CaseState.OPEN.value)
    fresh = {
        "digest": print_of_it,
        "exhibit": exhibit(post),
        "findings": [each.as_row() for each in found],
        "rule_version": rule_sets.current(now).version,
        "opened_at": now,
    }
    if not waiting.update(**fresh):
        _case(post, print_of_it, found, now)


@needs_transaction
def close_case(post_id: UUID, *, now: datetime) -> None:
    """The post is deleted, so nobody need look at it any more."""
    for case in models.Case.objects.filter(post_id=post_id, state=CaseState.OPEN.value):
        CLOSE.take(models.Case.objects, case.id, decided_at=now)


def evidence(post: models.Post, print_of_it: str, now: datetime) -> tuple[Finding, ...]:
    """All that the rules and the programs found in the post as it is."""
    return (*findings_of(post, now).found, *opinions.of(post.id, print_of_it).found)


@needs_transaction
def _case(
    post: models.Post,
    print_of_it: str,
    found: Iterable[Finding],
    now: datetime,
    **decision: Any,
) -> models.Case:
    return models.Case.objects.create(
        post_id=post.id,
        creator_id=post.creator_id,
        origin=Origin.MACHINE.value,
        digest=print_of_it,
        exhibit=exhibit(post),
        findings=[each.as_row() for each in found],
        rule_version=rule_sets.current(now).version,
        opened_at=now,
        **decision,
    )


def _last_word(post_id: UUID) -> models.Case | None:
    """The newest decision about a post."""
    cases = models.Case.objects.filter(post_id=post_id).exclude(state=CaseState.OPEN.value)
    return cases.order_by("-id").first()


def _is_limited_by_a_person(post_id: UUID) -> bool:
    """Whether the last that a person said of a post, whatever it held then, was less reach."""
    cases = models.Case.objects.filter(post_id=post_id).exclude(state=CaseState.OPEN.value)
    said = cases.filter(Q(decided_by__isnull=False) | Q(answered_by__isnull=False))
    last = said.order_by("-id").values_list("consequence", "state").first()
    return last is not None and last[0] == CaseState.LIMITED and last[1] != CaseState.RESTORED


def _files(post_id: UUID) -> list[tuple[UUID, UUID | None, int | None]]:
    """Each file, and as its cover a still or a moment; one that is yet to be drawn counts."""
    held = models.PostWork.objects.filter(post=post_id).order_by("position")
    moment = Coalesce("work__cover_wanted_ms", "work__cover_ms")
    return list(held.values_list("work_id", "work__cover_still", moment))


def _not_allowed(found: Findings, field: str) -> TextNotAllowed:
    worst = found.gravest
    assert worst
    return TextNotAllowed(
        words=worst.quote,
        rule=worst.rule.value,
        rule_version=worst.rule_version,
        start=worst.start,
        end=worst.end,
        field=field,
    )


def _refuse(found: Findings) -> None:
    worst = found.gravest
    assert worst
    kind: type[Refusal] = AgainstTheRules
    place: dict[str, Any] = {"field": worst.field, "start": worst.start, "end": worst.end}
    if worst.at_ms is not None:
        kind = CaptionsAgainstTheRules
        place |= {"at_ms": worst.at_ms, "at": worst.at}
    if worst.rule is Rule.AI_LABEL:
        kind = AiLabelNeeded
    raise kind(quote=worst.quote, rule=worst.rule.value, rule_version=worst.rule_version, **place)
