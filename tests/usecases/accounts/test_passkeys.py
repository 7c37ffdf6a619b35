"""Passkeys: what a right one opens, and everything that a wrong one does not."""

from dataclasses import replace

import pytest
from tests import builders
from tests.builders import NOW
from tests.usecases.accounts.keys import Key, packed

from laotie.accounts import models, operators, passkeys, recovery, roles, second_step
from laotie.accounts.passkeys import WrongPasskey
from laotie.accounts.second_step import StepRequired
from laotie.kernel.actor import SENSITIVE, Actor
from laotie.kernel.errors import Invalid, NotFound, SecondStepNeeded, SignInFirst

pytestmark = pytest.mark.usefixtures("db")


def holder(person: Actor | None = None, name: str = "手机") -> tuple[Actor, Key]:
    """Somebody with a passkey."""
    person = person or builders.a_person()
    key = Key()
    asked = passkeys.start_adding(actor=person)
    passkeys.finish_adding(
        actor=person, ticket=asked.ticket, answer=key.make(asked.options), name=name, now=NOW
    )
    return roles.actor_of(person.person_id, "test"), key


def test_a_key_signs_in_alone_after_the_number_and_for_the_signed_in() -> None:
    phone = builders.a_phone()
    person, key = holder(builders.a_person(phone=phone))

    for asked in (
        passkeys.start_using(),
        passkeys.start_using(phone=phone),
        passkeys.start_using(actor=person),
    ):
        found = passkeys.finish_using(ticket=asked.ticket, answer=key.use(asked.options), now=NOW)
        assert found == person.person_id

    (card,) = passkeys.mine(person)
    assert (card.name, card.last_used_at) == ("手机", NOW)
    assert asked.options["allowCredentials"][0]["id"] == packed(key.id)
    assert asked.options["userVerification"] == "required"


def test_the_first_key_brings_recovery_codes_and_the_second_none() -> None:
    person = builders.a_person()
    asked = passkeys.start_adding(actor=person)
    added = passkeys.finish_adding(
        actor=person, ticket=asked.ticket, answer=Key().make(asked.options), name="一", now=NOW
    )
    assert len(set(added.recovery_codes)) == 10
    asked = passkeys.start_adding(actor=person)
    more = passkeys.finish_adding(
        actor=person, ticket=asked.ticket, answer=Key().make(asked.options), name="二", now=NOW
    )
    assert more.recovery_codes == ()
    assert recovery.left(person.require_person()) == 10


def test_an_answer_opens_once() -> None:
    _person, key = holder()
    asked = passkeys.start_using()
    answer = key.use(asked.options)
    passkeys.finish_using(ticket=asked.ticket, answer=answer, now=NOW)

    with pytest.raises(WrongPasskey):
        passkeys.finish_using(ticket=asked.ticket, answer=answer, now=NOW)
    with pytest.raises(WrongPasskey):  # The same challenge signed anew is answered already.
        passkeys.finish_using(ticket=asked.ticket, answer=key.use(asked.options), now=NOW)
    assert models.UsedChallenge.objects.count() == 2  # One for adding, one for using.


@pytest.mark.parametrize(
    ("fault", "value"),
    [
        ("origin", "https://evil.example"),
        ("origin", "http://localhost.evil.example:8000"),
        ("origin", "http://127.0.0.1:8000"),
        ("site", "evil.example"),
        ("verifies", False),
    ],
)
def test_a_key_of_another_site_or_without_its_holder_is_refused(fault: str, value: object) -> None:
    _person, key = holder()
    setattr(key, fault, value)
    asked = passkeys.start_using()

    with pytest.raises(WrongPasskey):
        passkeys.finish_using(ticket=asked.ticket, answer=key.use(asked.options), now=NOW)


def test_a_counter_that_goes_back_is_a_copy() -> None:
    person, key = holder()
    for counter, is_right in ((1, True), (6, True), (6, False), (3, False), (7, True)):
        key.counter = counter - 1  # It counts up before it answers.
        asked = passkeys.start_using(actor=person)
        answer = key.use(asked.options)
        if is_right:
            passkeys.finish_using(ticket=asked.ticket, answer=answer, now=NOW)
        else:
            with pytest.raises(WrongPasskey):
                passkeys.finish_using(ticket=asked.ticket, answer=answer, now=NOW)


def test_another_persons_key_or_ticket_opens_nothing() -> None:
    person, key = holder()
    other, other_key = holder()
    asked = passkeys.start_using(actor=person)
    with pytest.raises(WrongPasskey):
        passkeys.finish_using(ticket=asked.ticket, answer=other_key.use(asked.options), now=NOW)
    asked = passkeys.start_using()
    key.handle = other.require_person().bytes
    with pytest.raises(WrongPasskey):
        passkeys.finish_using(ticket=asked.ticket, answer=key.use(asked.options), now=NOW)
    asked = passkeys.start_using()
    with pytest.raises(WrongPasskey):
        passkeys.confirm(
            actor=person, ticket=asked.ticket, answer=other_key.use(asked.options), now=NOW
        )
    adding = passkeys.start_adding(actor=person)
    with pytest.raises(WrongPasskey):
        passkeys.finish_adding(
            actor=other, ticket=adding.ticket, answer=Key().make(adding.options), name="x", now=NOW
        )
    for nonsense in ("", "{", "[]", "null", '{"id": 1}', "x" * 30_000, "[" * 5000):
        with pytest.raises(WrongPasskey):
            passkeys.finish_using(ticket=asked.ticket, answer=nonsense, now=NOW)


def test_the_question_tells_nothing_of_a_number() -> None:
    unknown, known = builders.a_phone(), builders.a_phone()
    builders.a_person(phone=known)

    one, two, again = (passkeys.start_using(phone=phone) for phone in (unknown, known, unknown))

    assert [len(each.options["allowCredentials"]) for each in (one, two, again)] == [1, 1, 1]
    assert one.options["allowCredentials"] == again.options["allowCredentials"]
    with pytest.raises(Invalid):
        passkeys.start_using(phone="12")


def test_keys_are_renamed_and_removed_by_their_holder_alone() -> None:
    person, key = holder()
    stranger, _key = holder()
    (card,) = passkeys.mine(person)
    with pytest.raises(NotFound):
        passkeys.rename(actor=stranger, passkey_id=card.id, name="x", now=NOW)
    with pytest.raises(NotFound):
        passkeys.remove(actor=stranger, passkey_id=card.id, now=NOW)
    assert passkeys.rename(actor=person, passkey_id=card.id, name="新名", now=NOW).name == "新名"
    with pytest.raises(SecondStepNeeded):
        passkeys.remove(
            actor=replace(person, withheld=frozenset({SENSITIVE})), passkey_id=card.id, now=NOW
        )

    passkeys.remove(actor=person, passkey_id=card.id, now=NOW)

    asked = passkeys.start_using()
    with pytest.raises(WrongPasskey):
        passkeys.finish_using(ticket=asked.ticket, answer=key.use(asked.options), now=NOW)
    with pytest.raises(SignInFirst):
        passkeys.start_adding(actor=Actor.anonymous())


def test_a_stolen_session_adds_no_key_and_an_operator_keeps_one() -> None:
    operator, _key = holder(builders.an_operator())
    stolen = roles.held_back(operator, proven_s_ago=3600)
    assert "operator" in stolen.roles
    for try_it in (passkeys.start_adding, second_step.enrol, recovery_renewed):
        with pytest.raises(SecondStepNeeded):
            try_it(actor=stolen)
    unproven = roles.held_back(operator, proven_s_ago=None)
    assert "operator" not in unproven.roles
    with pytest.raises(SecondStepNeeded):
        unproven.require_role("operator")

    (card,) = passkeys.mine(operator)
    with pytest.raises(StepRequired):
        passkeys.remove(actor=operator, passkey_id=card.id, now=NOW)
    assert len(passkeys.mine(operator)) == 1


def recovery_renewed(*, actor: Actor) -> None:
    recovery.renew(actor=actor, now=NOW)


def test_the_command_line_unlocks_an_operator_and_nobody_else() -> None:
    phone, other = builders.a_phone(), builders.a_phone()
    operator, _key = holder(builders.an_operator(phone=phone))
    holder(builders.a_person(phone=other))
    line = Actor.system("command line")
    for nobody in (other, builders.a_phone()):
        with pytest.raises(NotFound):
            operators.unlock(actor=line, phone=nobody, now=NOW)

    operators.unlock(actor=line, phone=phone, now=NOW)

    assert passkeys.mine(operator) == ()
    assert roles.actor_of(operator.person_id, "test").step == "enrol"
