"""What programs think of posts, as it is written down: which was asked, and what it answered."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.content import models
from laotie.content.judgement import findings, judging
from laotie.content.judgement.findings import Finding, Rule, Severity
from laotie.content.judgement.judging import Remark
from laotie.content.judgement.verdicts import OpinionState
from laotie.kernel import clock
from laotie.kernel.use_case import use_case

MOST_TRIES = 2
NOT_BACK = _("It did not come back.")
# A question that was not answered for so long was asked by a process that is gone. Wall clock.
_ASKED_LASTS = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Opinions:
    """What all programs found in one content of a post. is_missing: one has not answered yet."""

    found: tuple[Finding, ...] = ()
    is_missing: bool = False


@functools.cache
def programs() -> tuple[str, ...]:
    """Names of the plugins that are installed with this process."""
    return tuple(judging.offered())


def of(post_id: UUID, digest: str) -> Opinions:
    """What they said of the post as it was. One query; none without plugins."""
    names = programs()
    if not names:
        return Opinions()
    rows = models.Opinion.objects.filter(post_id=post_id, digest=digest, model__in=names)
    ended = [row for row in rows.order_by("model") if row.state != OpinionState.ASKED]
    found = [findings.of_row(each) for row in ended for each in row.findings]
    return Opinions(tuple(found), is_missing=len(ended) < len(names))


@use_case
def begin(*, post_id: UUID, digest: str, program: str, now: datetime) -> bool:
    """Whether the program is to be asked now: nobody else is asking it, and it has not answered."""
    wall = clock.wall()
    models.Opinion.objects.bulk_create(
        [
            models.Opinion(
                post_id=post_id,
                digest=digest,
                model=program,
                tries=0,
                asked_wall_at=wall - _ASKED_LASTS,
            )
        ],
        ignore_conflicts=True,
    )
    asked = models.Opinion.objects.select_for_update().get(
        post_id=post_id, digest=digest, model=program
    )
    if asked.state != OpinionState.ASKED or asked.asked_wall_at > wall - _ASKED_LASTS:
        return False
    if asked.tries >= MOST_TRIES:  # Whoever asked was killed each time.
        _fail(asked, NOT_BACK, now)
        return False
    asked.tries, asked.asked_wall_at = asked.tries + 1, wall
    asked.save(update_fields=["tries", "asked_wall_at"])
    return True


@use_case
def answered(
    *, post_id: UUID, digest: str, program: str, remarks: Sequence[Remark], now: datetime
) -> None:
    """What the program found is written down. A second answer changes nothing."""
    found = [
        Finding(
            Rule.MODEL,
            Severity[remark.severity],
            0,
            remark.quote[: findings.LONGEST_QUOTE],
            source=program,
        ).as_row()
        for remark in remarks
    ]
    models.Opinion.objects.filter(
        post_id=post_id, digest=digest, model=program, state=OpinionState.ASKED.value
    ).update(state=OpinionState.GIVEN.value, findings=found, ended_at=now)


@use_case
def silent(*, post_id: UUID, digest: str, program: str, cause: str, now: datetime) -> None:
    """The program gave no answer; it is asked once more, then a person has to look."""
    asked = models.Opinion.objects.select_for_update().get(
        post_id=post_id, digest=digest, model=program
    )
    if asked.state != OpinionState.ASKED:
        return
    if asked.tries < MOST_TRIES:
        asked.asked_wall_at = clock.wall() - _ASKED_LASTS
        asked.save(update_fields=["asked_wall_at"])
    else:
        _fail(asked, cause, now)


def _fail(asked: models.Opinion, cause: str, now: datetime) -> None:
    asked.state, asked.cause, asked.ended_at = OpinionState.FAILED.value, cause[:200], now
    row = Finding(
        Rule.MODEL, Severity.REVIEW, 0, cause[: findings.LONGEST_QUOTE], source=asked.model
    )
    asked.findings = [row.as_row()]
    asked.save(update_fields=["state", "cause", "ended_at", "findings"])
