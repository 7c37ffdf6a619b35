"""Minors' mode: a guardian's switch with a PIN. No buying, no comments, forty minutes a day, no
nights. The person's rights carry it (`Actor.is_minor`), so that use cases refuse, not only pages.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import check_password, make_password
from django.db import connection
from django.utils.translation import gettext_noop as _

from laotie.accounts import models, rules
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, Refusal, TooMany, WrongState
from laotie.kernel.use_case import use_case

_ZONE = ZoneInfo("Asia/Shanghai")
_PIN = re.compile(r"[0-9]{4,8}", re.ASCII)
# A page that is open tells so each minute; a longer silence was no use.
_LONGEST_TICK = timedelta(seconds=90)


class WrongPin(Refusal):
    code = "WRONG_PIN"
    status = 422
    message = _("This is not the PIN that switched minors' mode on.")


@dataclass(frozen=True, slots=True)
class Standing:
    """closed: `night`, `used_up`, or empty while the person may look. `left_s`: of today."""

    is_on: bool
    closed: str
    left_s: int


@use_case
def switch_on(*, actor: Actor, pin: str, now: datetime) -> None:
    """From now on the account buys and says nothing; only the PIN ends it.

    pin: 4 to 8 digits. raises: SignInFirst, Invalid, WrongState (it is on).
    """
    person = models.Person.objects.select_for_update().get(pk=actor.require_person())
    if not isinstance(pin, str) or not _PIN.fullmatch(pin):
        raise Invalid(field="pin", reason="form")
    if person.minors_pin:
        raise WrongState
    person.minors_pin = make_password(pin)
    person.save(update_fields=["minors_pin"])


def switch_off(*, actor: Actor, pin: str, now: datetime) -> None:
    """The account is a grown-up's again. raises: SignInFirst, WrongPin, TooMany, WrongState."""
    if not _try_pin(person_id=actor.require_person(), pin=pin, now=now):
        raise WrongPin


@use_case
def _try_pin(*, person_id: UUID, pin: str, now: datetime) -> bool:
    # Written down in a transaction that commits, so that wrong PINs count.
    person = models.Person.objects.select_for_update().get(pk=person_id)
    if not person.minors_pin:
        raise WrongState
    index = bytes(person.phone_index)
    tries = models.SignInTry.objects.filter(
        phone_index=index, kind="pin", tried_at__gt=now - rules.TRIES_KEPT
    )
    wait_s = rules.wait_s(
        rules.SECOND_STEPS_PER_PHONE, list(tries.values_list("tried_at", flat=True)), now
    )
    if wait_s:
        raise TooMany(retry_after_s=wait_s)
    if (
        not isinstance(pin, str)
        or not _PIN.fullmatch(pin)
        or not check_password(pin, person.minors_pin)
    ):
        models.SignInTry.objects.create(
            kind="pin", phone_index=index, address_index=b"", tried_at=now
        )
        return False
    person.minors_pin = ""
    person.save(update_fields=["minors_pin"])
    return True


def standing(actor: Actor, *, now: datetime) -> Standing:
    """Whether the person may look now, and how much of today is left. At most one query."""
    if not actor.is_minor:
        return Standing(is_on=False, closed="", left_s=0)
    row = models.MinorDay.objects.filter(person=actor.require_person(), day=_day(now)).first()
    return _standing(row.used_s if row else 0, now)


@use_case
def tick(*, actor: Actor, now: datetime) -> Standing:
    """The person is looking; the time since the last tick is counted. raises: SignInFirst."""
    person_id = actor.require_person()
    if not actor.is_minor:
        return Standing(is_on=False, closed="", left_s=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_minorday (id, person_id, day, used_s, seen_at)"
            " VALUES (gen_random_uuid(), %(person)s, %(day)s, 0, %(now)s)"
            " ON CONFLICT (person_id, day) DO UPDATE SET"
            " used_s = accounts_minorday.used_s + greatest(0, least(%(longest)s,"
            " extract(epoch FROM %(now)s - accounts_minorday.seen_at)))::integer,"
            " seen_at = greatest(accounts_minorday.seen_at, %(now)s) RETURNING used_s",
            {
                "person": person_id,
                "day": _day(now),
                "now": now,
                "longest": int(_LONGEST_TICK.total_seconds()),
            },
        )
        ((used_s,),) = cursor.fetchall()
    return _standing(used_s, now)


def among(person_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of them whose account is in minors' mode. One query."""
    rows = models.Person.objects.filter(pk__in=set(person_ids)).exclude(minors_pin="")
    return frozenset(rows.values_list("pk", flat=True))


def _standing(used_s: int, now: datetime) -> Standing:
    left_s = max(0, int(rules.MINOR_DAILY.total_seconds()) - used_s)
    hour = now.astimezone(_ZONE).hour
    if hour >= rules.MINOR_CLOSES_H or hour < rules.MINOR_OPENS_H:
        return Standing(is_on=True, closed="night", left_s=left_s)
    return Standing(is_on=True, closed="" if left_s else "used_up", left_s=left_s)


def _day(now: datetime) -> date:
    return now.astimezone(_ZONE).date()
