"""Leaving: a person asks to be deleted, has seven days to think again, and is then forgotten.

Trade, money and live records stay, as the law asks; what goes is who it was. Nobody leaves with
something open: each context says what (`personal.py`), and what to do about it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.utils.translation import gettext_noop as _

from laotie.accounts import inbox, models, my_data, rules
from laotie.accounts.rules import LeavingState, NoticeKind
from laotie.kernel import ids, personal
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal
from laotie.kernel.personal import Matter
from laotie.kernel.use_case import use_case

log = structlog.get_logger(__name__)


class StillOpen(Refusal):
    """Something has to be brought to an end first; `matters` names what, `advice` what to do."""

    code = "STILL_OPEN"
    message = _("Something of yours is still open: %(advice)s")


@dataclass(frozen=True, slots=True)
class Farewell:
    """The wish stands; on `due_at` the person is forgotten."""

    asked_at: datetime
    due_at: datetime


def matters(actor: Actor) -> tuple[Matter, ...]:
    """What stands in the way; empty when nothing does. A query or two per context."""
    return _matters(actor.require_person())


def wish_of(actor: Actor) -> Farewell | None:
    """One's own wish, while it stands. One query."""
    row = models.Leaving.objects.filter(
        person=actor.require_person(), state=LeavingState.WAITING
    ).first()
    return Farewell(row.asked_at, row.due_at) if row else None


@use_case
def ask(*, actor: Actor, now: datetime) -> Farewell:
    """In seven days the person will be forgotten; asked again, the first wish stands.

    raises: SignInFirst, StillOpen, SecondStepNeeded (for who has a second step).
    """
    person_id = actor.require_person()
    if actor.step == "confirm":
        actor.require_recent_step()
    models.Person.objects.select_for_update().get(pk=person_id)
    known = models.Leaving.objects.filter(person=person_id, state=LeavingState.WAITING).first()
    if known is not None:
        return Farewell(known.asked_at, known.due_at)
    _nothing_open(person_id)
    row = models.Leaving.objects.create(
        person_id=person_id,
        state=LeavingState.WAITING,
        asked_at=now,
        due_at=now + rules.LEAVING_WAITS,
    )
    inbox.post(
        person_id,
        NoticeKind.LEAVING,
        {"day": f"{row.due_at:%Y-%m-%d}"},
        ref=ids.public("ntc", row.id),
        now=now,
    )
    return Farewell(row.asked_at, row.due_at)


@use_case
def keep(*, actor: Actor, now: datetime) -> None:
    """The person stays after all. raises: SignInFirst, NotFound."""
    row = models.Leaving.objects.filter(
        person=actor.require_person(), state=LeavingState.WAITING
    ).first()
    if row is None:
        raise NotFound
    rules.LEAVING_KEEP.take(models.Leaving.objects, row.pk, ended_at=now)


def finish_due(*, now: datetime) -> int:
    """Forget everybody whose days are over; how many. Who has something open again waits a day."""
    due = models.Leaving.objects.filter(state=LeavingState.WAITING, due_at__lte=now)
    gone = 0
    for leaving_id in list(due.order_by("due_at").values_list("pk", flat=True)[:20]):
        try:
            gone += _finish(leaving_id=leaving_id, now=now)
        except StillOpen as refusal:
            log.info("leaving_waits", leaving=str(leaving_id), why=refusal.facts["matters"])
            models.Leaving.objects.filter(pk=leaving_id, state=LeavingState.WAITING).update(
                due_at=now + timedelta(days=1)
            )
    return gone


@use_case
def _finish(*, leaving_id: UUID, now: datetime) -> bool:
    row = models.Leaving.objects.select_for_update().get(pk=leaving_id)
    if row.state != LeavingState.WAITING or row.due_at > now:
        return False
    models.Person.objects.select_for_update().get(pk=row.person_id)
    _nothing_open(row.person_id)
    my_data.drop_files(row.person_id)
    # Those above first: they may still ask who it was.
    for name in reversed(settings.CONTEXTS):
        keeper = personal.keepers().get(name)
        if keeper is not None:
            keeper.forget(row.person_id, now)
    rules.LEAVING_DONE.take(models.Leaving.objects, row.pk, ended_at=now)
    return True


def _nothing_open(person_id: UUID) -> None:
    found = _matters(person_id)
    if found:
        raise StillOpen(
            matters=[matter.code for matter in found],
            advice=" ".join(matter.text() for matter in found),
        )


def _matters(person_id: UUID) -> tuple[Matter, ...]:
    return tuple(
        matter
        for keeper in personal.keepers().values()
        for matter in keeper.open_matters(person_id)
    )
