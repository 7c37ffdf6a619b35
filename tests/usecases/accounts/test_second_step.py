import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from tests import builders
from tests.builders import NOW

from laotie.accounts import second_step, sign_in
from laotie.accounts.second_step import WrongSecondStep
from laotie.kernel import clock
from laotie.kernel.actor import Actor
from laotie.kernel.errors import SignInFirst, TooMany, WrongState

pytestmark = pytest.mark.usefixtures("db")

PASSWORD = "long enough indeed"


def digits(secret: str, *, steps: int = 0) -> str:
    """Of this half minute. They are taken for one half minute longer, and so are the next ones,
    which open once more after these; the last ones may have run out when they arrive."""
    step = int(clock.wall().timestamp()) // 30 + steps
    return str(format_hotp_value(hotp_value(secret, step)))


def switched_on(phone: str) -> tuple[Actor, str]:
    actor = builders.a_person(phone=phone, password=PASSWORD)
    enrolment = second_step.enrol(actor=actor)
    second_step.switch_on(
        actor=actor, ticket=enrolment.ticket, digits=digits(enrolment.secret), now=NOW
    )
    return actor, enrolment.secret


def test_with_a_second_step_a_password_is_not_enough() -> None:
    phone = builders.a_phone()
    actor, secret = switched_on(phone)

    found = sign_in.with_password(phone=phone, password=PASSWORD, address="::1", now=NOW)

    assert found.second_step
    again = digits(secret, steps=1)
    passed = second_step.finish(ticket=found.second_step, digits=again, now=NOW)
    assert passed == actor.person_id


def test_digits_open_once() -> None:
    _actor, secret = switched_on(phone := builders.a_phone())
    found = sign_in.with_password(phone=phone, password=PASSWORD, address="::1", now=NOW)
    assert found.second_step
    used = digits(secret, steps=1)
    second_step.finish(ticket=found.second_step, digits=used, now=NOW)

    with pytest.raises(WrongSecondStep):
        second_step.finish(ticket=found.second_step, digits=used, now=NOW)


def test_wrong_digits_are_counted() -> None:
    _actor, secret = switched_on(phone := builders.a_phone())
    found = sign_in.with_password(phone=phone, password=PASSWORD, address="::1", now=NOW)
    assert found.second_step
    for bad in ("", "abcdef", "１２３４５６", digits(secret, steps=5), "\ud8001234 5"[:6]):
        with pytest.raises(WrongSecondStep):
            second_step.finish(ticket=found.second_step, digits=bad, now=NOW)
    with pytest.raises(TooMany):
        second_step.finish(ticket=found.second_step, digits=digits(secret, steps=1), now=NOW)


def test_tickets_are_for_one_person_and_one_use() -> None:
    actor, secret = switched_on(builders.a_phone())
    other = second_step.enrol(actor=builders.a_person())
    for ticket in ("", "x", other.ticket, "a.b.c"):
        with pytest.raises(WrongSecondStep):
            second_step.finish(ticket=ticket, digits=digits(secret), now=NOW)
    with pytest.raises(WrongSecondStep):
        second_step.switch_on(
            actor=actor, ticket=other.ticket, digits=digits(other.secret), now=NOW
        )
    with pytest.raises(SignInFirst):
        second_step.enrol(actor=Actor.anonymous())


def test_it_is_switched_on_once_and_off_with_digits() -> None:
    actor, secret = switched_on(builders.a_phone())
    assert actor.person_id
    again = second_step.enrol(actor=actor)
    with pytest.raises(WrongState):
        second_step.switch_on(
            actor=actor, ticket=again.ticket, digits=digits(again.secret), now=NOW
        )
    with pytest.raises(WrongSecondStep):
        second_step.switch_off(actor=actor, digits="000000", now=NOW)
    assert second_step.is_on(actor.person_id)

    second_step.switch_off(actor=actor, digits=digits(secret, steps=1), now=NOW)
    assert not second_step.is_on(actor.person_id)


def test_the_secret_is_kept_sealed() -> None:
    _actor, secret = switched_on(builders.a_phone())
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in kept
    assert second_step.SealingAdapter().decrypt(kept) == secret
