"""Operators: the first one comes from the command line, the others are named by operators."""

from datetime import datetime

from laotie.accounts import people, phones, roles
from laotie.accounts.people import PersonCard
from laotie.accounts.rules import Role
from laotie.kernel.actor import Actor
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
