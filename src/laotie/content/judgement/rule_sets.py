"""The rules by which texts and posts are judged, in versions that never change.

Whoever was refused can be told by which version; a new one counts from the moment it is published.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from laotie.accounts import people
from laotie.content import models
from laotie.content.judgement.findings import MACHINE_RULES, Rule, RuleSet, Severity
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, WrongState
from laotie.kernel.text import clean_line
from laotie.kernel.use_case import use_case
from laotie.kernel.wording import normal

MOST_WORDS = 2000
WORD_LETTERS = 40
REASON_LETTERS = 200
# Rules that people weigh; of a word each version says it one by one.
WEIGHED = tuple(rule for rule in MACHINE_RULES if rule is not Rule.WORD)


@dataclass(frozen=True, slots=True)
class Version:
    """One version as it stands in the list: its rules, and who published it, when and why."""

    rules: RuleSet
    reason: str
    made_by: people.PersonCard | None
    made_at: datetime


# A version never changes, so a process keeps what it has read: by number, moment and author, as
# another database's version of that number is not this one.
_known: dict[tuple[int, datetime, UUID], RuleSet] = {}


def current(now: datetime) -> RuleSet:
    """The rules in force. One query."""
    newest = (
        models.RuleSet.objects.filter(made_at__lte=now)
        .order_by("-version")
        .values_list("version", "made_at", "made_by_id")
        .first()
    )
    if newest is None:
        return RuleSet()
    found = _known.get(newest)
    if found is None:
        found = _known[newest] = _rules(models.RuleSet.objects.get(pk=newest[0]))
    return found


def newest(*, actor: Actor, most: int = 20) -> tuple[Version, ...]:
    """Versions, newest first; for operators. Two queries."""
    actor.require_role("operator")
    rows = list(models.RuleSet.objects.order_by("-version")[:most])
    cards = people.cards(row.made_by_id for row in rows)
    return tuple(
        Version(_rules(row), row.reason, cards.get(row.made_by_id), row.made_at) for row in rows
    )


@use_case
def publish(
    *,
    actor: Actor,
    after_version: int,
    words: Mapping[str, Severity],
    severities: Mapping[Rule, Severity],
    reason: str,
    now: datetime,
) -> RuleSet:
    """A new version is in force.

    after_version: the one that was changed; somebody else's in between is not overwritten.
    words:         with what follows from each, at most 2,000; kept in their normal form.
    severities:    of each of `WEIGHED`.
    raises:        SignInFirst, SecondStepNeeded, NotAllowed, Invalid, WrongState (not the newest).
    """
    actor.require_role("operator")
    why = clean_line(reason, field="reason", longest=REASON_LETTERS)
    if len(words) > MOST_WORDS:
        raise Invalid(field="words", reason="too_many")
    forms: dict[str, Severity] = {}
    for word, severity in words.items():
        form = normal(clean_line(word, field="words", longest=WORD_LETTERS))
        if not form:
            raise Invalid(field="words", reason="characters")
        forms[form] = max(severity, forms.get(form, severity))
    if set(severities) != set(WEIGHED):
        raise Invalid(field="severities", reason="required")
    last = models.RuleSet.objects.order_by("-version").values_list("version", flat=True).first()
    if (last or 0) != after_version:
        raise WrongState(step="rules.publish")
    try:
        with transaction.atomic():
            row = models.RuleSet.objects.create(
                version=after_version + 1,
                words={word: severity.name for word, severity in sorted(forms.items())},
                severities={rule.value: severities[rule].name for rule in WEIGHED},
                reason=why,
                made_by_id=actor.require_person(),
                made_at=now,
            )
    except IntegrityError as error:
        raise WrongState(step="rules.publish") from error
    return _rules(row)


def _rules(row: models.RuleSet) -> RuleSet:
    return RuleSet(
        version=row.version,
        words={word: Severity[name] for word, name in row.words.items()},
        severities={Rule(rule): Severity[name] for rule, name in row.severities.items()},
    )
