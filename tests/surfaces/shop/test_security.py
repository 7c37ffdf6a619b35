"""How one signs in, what asks for a second step, and where one is signed in."""

import re

import pytest
from django.test import Client
from tests import builders
from tests.surfaces.shop.test_me import code_for
from tests.usecases.accounts.test_second_step import digits

from laotie.accounts import consent, roles, second_step
from laotie.kernel import clock
from laotie.kernel.actor import Actor

pytestmark = pytest.mark.usefixtures("db")

PASSWORD = "long enough indeed"


def enter(phone: str, *, agent: str = "") -> Client:
    """A browser signed in through the door, by password."""
    client = Client(headers={"accept-language": "en", "user-agent": agent})
    client.post("/sign-in/with-password", {"phone": phone, "password": PASSWORD})
    return client


def a_member(name: str = "林同学") -> tuple[Actor, str]:
    phone = builders.a_phone()
    person = builders.a_person(name, password=PASSWORD, phone=phone)
    consent.accept(actor=person, accepted=consent.versions(), language="en", now=clock.now())
    return person, phone


def enrolled(person: Actor) -> str:
    """The secret in the person's app."""
    enrolment = second_step.enrol(actor=person)
    first = digits(enrolment.secret)
    second_step.switch_on(actor=person, ticket=enrolment.ticket, digits=first, now=clock.now())
    return enrolment.secret


def test_an_operator_without_a_second_step_is_led_to_one_and_then_passes() -> None:
    phone = builders.a_phone()
    operator = builders.an_operator(phone=phone, password=PASSWORD)
    consent.accept(actor=operator, accepted=consent.versions(), language="en", now=clock.now())
    client = enter(phone)

    sent = client.get("/desk/")
    assert (sent.status_code, sent["Location"]) == (302, "/me/security/app?next=%2Fdesk%2F")
    assert client.post("/desk/health/books").status_code == 302
    page = client.get(sent["Location"]).text
    assert "<svg" in page
    ticket = re.search(r'name="ticket" value="([^"]{20,})"', page)
    secret = re.search(r'data-text="([A-Z2-7]{32})"', page)
    assert ticket
    assert secret
    given = {"ticket": ticket[1], "digits": digits(secret[1]), "next": "/desk/"}
    wrong = client.post("/me/security/app", {**given, "digits": "000000"})
    codes = client.post("/me/security/app", given).text

    assert wrong.status_code == 422
    assert secret[1] in wrong.text, "the app keeps the secret that it was shown"
    assert len(re.findall(r"<li>[2-9a-z]{5}-[2-9a-z]{5}</li>", codes)) == 10
    assert 'href="/desk/"' in codes
    assert client.get("/desk/").status_code == 200


def test_a_password_alone_gives_no_role_even_with_a_second_step_elsewhere() -> None:
    phone = builders.a_phone()
    operator = builders.an_operator(phone=phone, password=PASSWORD)
    secret = enrolled(operator)
    door = Client(headers={"accept-language": "en"})
    step = door.post("/sign-in/with-password", {"phone": phone, "password": PASSWORD}).text
    ticket = re.search(r'name="ticket" value="([^"]{20,})"', step)
    assert ticket

    assert door.get("/desk/").status_code == 302
    answer = door.post("/sign-in/second", {"ticket": ticket[1], "digits": digits(secret, steps=1)})

    assert answer["Location"].startswith("/consent?next=")
    assert door.get("/desk/").status_code == 200


def test_what_hurts_is_asked_again_in_place_and_then_done() -> None:
    shop = builders.a_shop()
    secret = enrolled(shop.owner)
    client = Client(headers={"accept-language": "en"})
    from laotie.accounts.models import Person

    client.force_login(
        Person.objects.get(pk=shop.owner_id),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    asked = client.post("/me/security/codes", {"note": "kept <b>"})
    wrong = client.post("/me/security/codes", {"note": "kept", "step_digits": "000000"})
    done = client.post(
        "/me/security/codes", {"note": "kept", "step_digits": digits(secret, steps=1)}
    )
    again = client.post("/me/security/codes")

    assert asked.status_code == 403
    assert 'name="note" value="kept &lt;b&gt;"' in asked.text
    assert 'action="/me/security/codes"' in asked.text
    assert wrong.status_code == 403
    assert "do not fit" in wrong.text
    assert done.status_code == 200
    assert len(re.findall(r"<li>[2-9a-z]{5}-[2-9a-z]{5}</li>", done.text)) == 10
    assert again.status_code == 200, "a proof counts for a few minutes"


def test_sessions_are_listed_and_ended() -> None:
    person, phone = a_member()
    here = enter(phone, agent="Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36")
    there = enter(phone, agent="Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Safari/604.1")
    third = enter(phone)

    page = here.get("/me/security").text
    assert "Chrome · Android" in page
    assert "Safari · iPhone" in page
    assert page.count("this one") == 1
    ends = re.findall(r'action="(/me/security/sessions/[0-9a-f-]{36}/end)"', page)
    assert len(ends) == 2
    other, _other_phone = a_member("别人")
    stranger = Client()
    assert stranger.post(ends[0]).status_code == 302
    assert enter(_other_phone).post(ends[0]).status_code == 404
    assert other != person

    for end in ends[:1]:
        here.post(end)
    assert sorted(client.get("/me").status_code for client in (there, third)) == [200, 302]
    here.post("/me/security/sessions/end")
    assert [client.get("/me").status_code for client in (here, there, third)] == [200, 302, 302]


def test_a_new_password_ends_the_other_sessions() -> None:
    _person, phone = a_member()
    here, there = enter(phone), enter(phone)

    here.post("/me/password", {"current": PASSWORD, "password": "another long one"})

    assert here.get("/me/security").text.count("own-row") == 1
    assert there.get("/me").status_code == 302


def test_a_lost_phone_is_replaced_by_a_recovery_code() -> None:
    person, phone = a_member()
    enrolment = second_step.enrol(actor=person)
    first = digits(enrolment.secret)
    codes = second_step.switch_on(
        actor=person, ticket=enrolment.ticket, digits=first, now=clock.now()
    )
    client, new = Client(headers={"accept-language": "en"}), builders.a_phone()

    wrong = client.post("/sign-in/recovery", {"phone": phone, "code": "aaaaa-bbbbb"})
    opened = client.post("/sign-in/recovery", {"phone": phone, "code": codes[0].upper()})
    client.post("/me/phone", {"phone": new})
    changed = client.post("/me/phone", {"phone": new, "code": code_for(new)})
    again = Client().post("/sign-in/recovery", {"phone": new, "code": codes[0]})

    assert wrong.status_code == 422
    assert (opened.status_code, opened["Location"]) == (302, "/me/phone")
    assert (changed.status_code, changed["Location"]) == (302, "/me/security")
    assert again.status_code == 422, "a code opens once"
    assert new[-4:] in client.get("/me").text
    assert roles.actor_of(person.person_id, "test").person_id == person.person_id
