"""Operators: the first one comes from the command line, the others are named by operators."""

from datetime import datetime

from allauth.mfa.models import Authenticator

from laotie.accounts import models, people, phones, roles, second_step
from laotie.accounts.people import PersonCard
from laotie.accounts.rules import GUARDED_ROLES, Role
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound
from laotie.kernel.use_case import use_case


@use_case
def create(
    *, actor: Actor, phone: str, password: str | None, name: str, now: datetime
) -> PersonCard:
    """A person with this number exists and is an operator. For operators and the command line.

    A person known before keeps their password.
    raises: SignInFirst, NotAllowed, Invalid, WeakPassword.
    """
    actor.require_role(Role.OPERATOR)
    number = phones.read(phone)
    checked = None if password is None else people.clean_password(password)
    person, _is_new = people.enrol(number, name=name, password=checked, now=now)
    roles.make_operator(person.id, by=actor, reason=f"named from {actor.via}", now=now)
    return people.as_card(person)


@use_case
def unlock(*, actor: Actor, phone: str, now: datetime) -> PersonCard:
    """An operator who has lost phone and keys sets up a new second step at the next sign-in.

    App, passkeys and recovery codes are gone, and all sessions end. The command line alone may.
    raises: Invalid, NotFound (nobody with a guarded role has this number).
    """
    assert actor.is_system
    person = models.Person.objects.filter(phone_index=phones.read(phone).index).first()
    guarded = models.PersonRole.objects.filter(person=person, role__in=GUARDED_ROLES)
    if person is None or not guarded.exists():
        raise NotFound
    Authenticator.objects.filter(user_id=person.pk).delete()
    second_step.end_sessions(person.pk, but_for=None)
    second_step.tell(person.pk, now=now)
    return people.as_card(person)
