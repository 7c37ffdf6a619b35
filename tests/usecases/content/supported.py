"""Programmes and agreements for tests, made through the doors, and the reader that counts."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from tests import builders
from tests.builders import NOW

from laotie.content import handlers
from laotie.content.support import programmes, progress, talent
from laotie.content.support.programmes import ProgrammeCard, Task
from laotie.content.support.support_kinds import TaskKind
from laotie.events.live import RoomEnded, RoomWentLive
from laotie.kernel import event_log, ids, sql
from laotie.kernel.actor import Actor

POSTS_3 = Task(TaskKind.POSTS, 3, 200_00)


def a_draft(*, now: datetime = NOW, **terms: Any) -> ProgrammeCard:
    """Waits for a second person; thirty days from now on, three posts for 200.00."""
    wanted: dict[str, Any] = {
        "name_zh": "知识星火",
        "name_en": "Sparks of knowledge",
        "goal": "让科普有人看",
        "field": "POPULAR_SCIENCE",
        "starts_at": now,
        "ends_at": now + timedelta(days=30),
        "tasks": [POSTS_3],
        "budget_fen": 1000_00,
        "reason": "growth",
        **terms,
    }
    return programmes.draft(actor=builders.an_operator(), **wanted, now=now)


def proposal_of(card: ProgrammeCard) -> UUID:
    ((found,),) = sql.rows(
        "SELECT id FROM oversight_proposal WHERE facts ->> 'programme' = %s", [card.public_id]
    )
    assert isinstance(found, UUID)
    return found


def a_programme(*, now: datetime = NOW, **terms: Any) -> ProgrammeCard:
    """Open, with its budget set aside."""
    card = a_draft(now=now, **terms)
    return programmes.confirm(actor=builders.a_financier(), proposal_id=proposal_of(card), now=now)


def enrolled(card: ProgrammeCard, *names: str, now: datetime = NOW) -> list[Actor]:
    """New creators who take part."""
    found = [builders.a_creator(name) for name in names]
    for creator in found:
        progress.enrol(actor=creator, programme_id=card.id, now=now)
    return found


def held(creator: Actor, *, at: datetime, minutes: int = 60) -> UUID:
    """A show that was on air, as the log tells of it."""
    room_id, creator_id = ids.new(), creator.require_creator()
    with transaction.atomic():
        event_log.publish(
            RoomWentLive(room_id=room_id, creator_id=creator_id, at=at),
            RoomEnded(
                room_id=room_id,
                creator_id=creator_id,
                live_at=at,
                at=at + timedelta(minutes=minutes),
            ),
        )
    return room_id


def count() -> None:
    """The reader of programmes comes to the end of the log."""
    while event_log.read_on(handlers.PROGRAMMES):
        pass


def signed(
    creator: Actor, starts_on: date, ends_on: date, *, now: datetime = NOW, **terms: Any
) -> UUID:
    """Two posts a week and a show a month, quiet after seven days; the agreement's id."""
    wanted: dict[str, Any] = {
        "field": "MUSIC",
        "is_exclusive": True,
        "posts_a_week": 2,
        "lives_a_month": 1,
        **terms,
    }
    made = talent.sign(
        actor=builders.an_operator(),
        creator_id=creator.require_creator(),
        starts_on=starts_on,
        ends_on=ends_on,
        **wanted,
        now=now,
    )
    return made.id
