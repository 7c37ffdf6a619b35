"""How a page gets into a room's socket: a signed one-time ticket, then signed resume tokens.

A ticket lives 60 s and is spent in the database right after the socket is accepted. From then on
the socket hands out resume tokens, so that a reconnect needs no HTTP and no write: for half a day,
then whoever comes back is looked at anew, as a ticket is given. Signatures and their times are on
the wall clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.accounts import people
from laotie.kernel import clock, crypto, ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotAllowed, NotFound
from laotie.kernel.use_case import use_case
from laotie.live import models, rules
from laotie.live.backstage import require_in_sight
from laotie.live.rules import RoomState, Silence

LASTS = timedelta(seconds=60)
RESUME_LASTS = timedelta(minutes=10)
RESUMED_FOR = timedelta(hours=12)
_TICKET, _RESUME = "live.ticket", "live.resume"


class SentOut(NotAllowed):
    """The host sent this person out of the room."""

    code = "SENT_OUT"
    message = _("The host has closed this room to you.")


@dataclass(frozen=True, slots=True)
class Pass:
    """Who may sit on one socket of one room.

    id:       of the ticket, or for guests also who they are.
    is_host:  the host or staff who may run the room.
    """

    id: UUID
    room_id: UUID
    person_id: UUID | None
    name: str
    is_host: bool


@dataclass(frozen=True, slots=True)
class Resumed:
    """A pass that comes back, with the position that it had reached."""

    holder: Pass
    epoch: int
    seq: int


@use_case
def issue(*, actor: Actor, room_id: UUID, now: datetime) -> str:
    """A ticket to the room's socket, for anybody; guests watch, members may speak.

    raises: NotFound (no such room, or not open to this person, yet or at all), SentOut.
    """
    room = models.Room.objects.filter(pk=room_id).first()
    if room is None:
        raise NotFound
    is_host = rules.may_run(actor, creator_id=room.creator_id, shop_id=room.shop_id)
    state = RoomState(room.state)
    if state not in rules.ON_AIR and not is_host:
        raise NotFound
    require_in_sight(actor, room)
    if actor.person_id and _is_sent_out(room_id, actor.person_id, now):
        raise SentOut
    name = people.card(actor.person_id).name if actor.person_id else ""
    holder = Pass(ids.new(), room_id, actor.person_id, name, is_host)
    return crypto.sign(_TICKET, _written(holder), lasts=LASTS)


def read(ticket: str) -> Pass:
    """Whose ticket this is, by its signature alone. raises: crypto.BadToken."""
    return _read(crypto.verify(_TICKET, ticket))


@use_case
def spend(*, actor: Actor, ids_of_tickets: Sequence[UUID]) -> frozenset[UUID]:
    """Use tickets up; those that had not been used before. One statement for many sockets."""
    actor.require_role("operator")
    expires_at = clock.wall() + LASTS
    rows = sql.rows(
        "INSERT INTO live_spentticket (id, expires_at)"
        " SELECT DISTINCT unnest(%s::uuid[]), %s::timestamptz ON CONFLICT DO NOTHING RETURNING id",
        [list(ids_of_tickets), expires_at],
    )
    return frozenset(id for (id,) in rows)


def resume_token(holder: Pass, *, epoch: int, seq: int) -> str:
    """What brings this holder back to this position within ten minutes."""
    return crypto.sign(_RESUME, {**_written(holder), "e": epoch, "s": seq}, lasts=RESUME_LASTS)


def read_resume(token: str) -> Resumed:
    """raises: crypto.BadToken."""
    payload = crypto.verify(_RESUME, token)
    return Resumed(_read(payload), int(payload["e"]), int(payload["s"]))


def may_come_back(holder: Pass) -> bool:
    """Whether resume tokens of this ticket still open sockets, however new they are.

    The ticket's own id says when it was given, so that no token grows.
    """
    return clock.wall() - ids.made_at(holder.id) < RESUMED_FOR


def _is_sent_out(room_id: UUID, person_id: UUID, now: datetime) -> bool:
    silence = models.PersonSilence.objects.filter(
        room_id=room_id, person_id=person_id, kind=Silence.KICKED.value
    ).first()
    return silence is not None and (silence.until is None or silence.until > now)


def _written(holder: Pass) -> dict[str, Any]:
    return {
        "i": holder.id.hex,
        "r": holder.room_id.hex,
        "p": holder.person_id.hex if holder.person_id else None,
        "n": holder.name,
        "h": holder.is_host,
    }


def _read(payload: dict[str, Any]) -> Pass:
    return Pass(
        id=UUID(payload["i"]),
        room_id=UUID(payload["r"]),
        person_id=UUID(payload["p"]) if payload["p"] else None,
        name=payload["n"],
        is_host=payload["h"],
    )
