import re
import threading
from datetime import timedelta

import pytest
from django.db import connection
from tests import builders
from tests.builders import NOW

from laotie.accounts import models, people, phones, roles, sign_in
from laotie.accounts.people import WeakPassword
from laotie.accounts.sign_in import SignedIn, WrongCode, WrongPassword
from laotie.accounts.text_messages.lab import outbox
from laotie.kernel.errors import Invalid, SignInFirst, TooMany

pytestmark = pytest.mark.usefixtures("db")

HERE = "203.0.113.7"
PASSWORD = "long enough indeed"


def ask(phone: str, *, after_s: int = 0, address: str = HERE) -> str:
    """The code that a phone gets."""
    now = NOW + timedelta(seconds=after_s)
    sign_in.request_code(phone=phone, address=address, now=now)
    (message,) = outbox().latest(1, to=phones.read(phone).e164)
    assert message.sent_at == now
    return re.findall(r"[0-9]{6}", message.text)[0]


def give(phone: str, code: str, *, after_s: int = 1) -> SignedIn:
    return sign_in.with_code(phone=phone, code=code, now=NOW + timedelta(seconds=after_s))


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_a_new_number_joins_by_its_first_code() -> None:
    phone = builders.a_phone()

    signed_in = give(phone, ask(phone))

    assert signed_in.is_new
    assert signed_in.second_step is None
    me = people.me(roles.actor_of(signed_in.person_id, "test"))
    assert me.phone_masked == f"139****{phone[-4:]}"
    assert not me.has_password


def test_a_known_number_comes_back_as_the_same_person() -> None:
    phone = builders.a_phone()
    person = builders.a_person(phone=phone)

    signed_in = give(phone, ask(phone))

    assert signed_in == SignedIn(person.person_id, is_new=False, second_step=None)
    assert models.Person.objects.count() == 1


def test_known_and_unknown_numbers_get_the_same_answer() -> None:
    known, unknown = builders.a_phone(), builders.a_phone()
    builders.a_person(phone=known)

    answers = [
        sign_in.request_code(phone=phone, address=HERE, now=NOW) for phone in (known, unknown)
    ]

    assert len({(answer.expires_at, answer.again_in_s) for answer in answers}) == 1
    for phone in (known, unknown):
        with pytest.raises(WrongCode):
            give(phone, "000000x")
        with pytest.raises(WrongPassword):
            sign_in.with_password(phone=phone, password="x" * 12, address=HERE, now=NOW)


def test_nothing_that_is_stored_shows_the_number_or_the_code() -> None:
    phone = builders.a_phone()
    code = ask(phone)
    give(phone, code)

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_json(p)::text FROM accounts_person p")
        person = cursor.fetchone()[0]
        cursor.execute("SELECT to_json(c)::text FROM accounts_signincode c")
        kept_code = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(body::text, '') FROM event_log")
        events = cursor.fetchone()[0]

    for text in (person, kept_code, events):
        assert phone[3:] not in text
        assert phone[3:].encode().hex() not in text
        assert code not in text


def test_a_code_opens_once() -> None:
    phone = builders.a_phone()
    code = ask(phone)
    give(phone, code)

    with pytest.raises(WrongCode):
        give(phone, code)


def test_a_code_ends_after_five_minutes() -> None:
    phone = builders.a_phone()
    code = ask(phone)

    with pytest.raises(WrongCode):
        give(phone, code, after_s=300)
    assert models.Person.objects.count() == 0


def test_a_newer_code_ends_the_older_one() -> None:
    phone = builders.a_phone()
    first = ask(phone)
    second = ask(phone, after_s=60)

    with pytest.raises(WrongCode):
        give(phone, first if first != second else wrong(first), after_s=61)
    assert give(phone, second, after_s=61).is_new


def test_a_code_of_one_number_does_not_open_another() -> None:
    mine, other = builders.a_phone(), builders.a_phone()
    code = ask(mine)
    ask(other)

    with pytest.raises(WrongCode):
        give(other, code)


def test_five_wrong_guesses_end_a_code() -> None:
    phone = builders.a_phone()
    code = ask(phone)
    for _ in range(5):
        with pytest.raises(WrongCode):
            give(phone, wrong(code))

    with pytest.raises(WrongCode):
        give(phone, code)


def test_guesses_that_come_at_once_are_counted_one_by_one() -> None:
    phone = builders.a_phone()
    code = ask(phone)
    guesses = [f"{(int(code) + n) % 10**6:06d}" for n in range(1, 13)]
    start = threading.Barrier(len(guesses))

    def guess(wanted: str) -> None:
        try:
            start.wait(10)
            with pytest.raises(WrongCode):
                give(phone, wanted)
        finally:
            connection.close()

    threads = [threading.Thread(target=guess, args=[wanted]) for wanted in guesses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert models.SignInCode.objects.get().guesses_left == 0
    with pytest.raises(WrongCode):
        give(phone, code)


def test_one_code_given_twice_at_once_opens_one_door() -> None:
    phone = builders.a_phone()
    code = ask(phone)
    start = threading.Barrier(8)
    opened: list[SignedIn] = []

    def enter() -> None:
        try:
            start.wait(10)
            opened.append(give(phone, code))
        except WrongCode:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=enter) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(opened) == 1
    assert models.Person.objects.count() == 1


def test_codes_are_sent_once_a_minute_and_five_times_an_hour() -> None:
    phone = builders.a_phone()
    ask(phone)
    with pytest.raises(TooMany) as refused:
        ask(phone, after_s=30)
    assert refused.value.facts == {"retry_after_s": 31}

    for minute in range(1, 5):
        ask(phone, after_s=60 * minute)
    with pytest.raises(TooMany) as refused:
        ask(phone, after_s=300)
    assert refused.value.facts == {"retry_after_s": 3301}
    assert len(outbox().latest(10, to=phone)) == 5


def test_codes_asked_for_at_once_are_sent_once() -> None:
    phone = builders.a_phone()
    start = threading.Barrier(6)

    def request() -> None:
        try:
            start.wait(10)
            sign_in.request_code(phone=phone, address=HERE, now=NOW)
        except TooMany:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=request) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(outbox().latest(10, to=phone)) == 1


def test_one_address_cannot_send_codes_to_the_whole_town() -> None:
    for _ in range(60):
        sign_in.request_code(phone=builders.a_phone(), address=HERE, now=NOW)
    with pytest.raises(TooMany):
        sign_in.request_code(phone=builders.a_phone(), address=HERE, now=NOW)

    sign_in.request_code(phone=builders.a_phone(), address="203.0.113.8", now=NOW)


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "１２３４５６", "1" * 5000, "\x00"]
)
def test_what_is_no_code_is_a_wrong_code(code: str) -> None:
    phone = builders.a_phone()
    ask(phone)
    with pytest.raises(WrongCode):
        give(phone, code)


def test_a_password_opens_and_its_mistakes_do_not() -> None:
    phone = builders.a_phone()
    person = builders.a_person(phone=phone, password=PASSWORD)

    found = sign_in.with_password(phone=phone, password=PASSWORD, address=HERE, now=NOW)
    assert found.person_id == person.person_id

    for password in (PASSWORD.upper(), PASSWORD + " ", "", "x" * 1_000_000, "\ud800" * 9):
        with pytest.raises((WrongPassword, TooMany)):
            sign_in.with_password(phone=phone, password=password, address=HERE, now=NOW)


def test_passwords_are_tried_five_times_in_five_minutes() -> None:
    phone = builders.a_phone()
    builders.a_person(phone=phone, password=PASSWORD)
    for _ in range(5):
        with pytest.raises(WrongPassword):
            sign_in.with_password(phone=phone, password="not this one", address=HERE, now=NOW)

    with pytest.raises(TooMany):
        sign_in.with_password(phone=phone, password=PASSWORD, address=HERE, now=NOW)

    later = NOW + timedelta(minutes=5)
    assert sign_in.with_password(phone=phone, password=PASSWORD, address=HERE, now=later)


@pytest.mark.parametrize(
    "password", ["short", "12345678901", "password123", 12345678, None, "a\ud800bcdefgh"]
)
def test_weak_passwords_are_refused(password: str) -> None:
    actor = builders.a_person()
    with pytest.raises((WeakPassword, Invalid)):
        sign_in.set_password(actor=actor, password=password, current=None, now=NOW)
    assert not people.me(actor).has_password


def test_changing_a_password_needs_the_current_one() -> None:
    actor = builders.a_person(password=PASSWORD)
    for current in (None, "", "another one here", "\ud800" * 9):
        with pytest.raises(WrongPassword):
            sign_in.set_password(actor=actor, password="a new long one", current=current, now=NOW)

    sign_in.set_password(actor=actor, password="a new long one", current=PASSWORD, now=NOW)
    with pytest.raises(WrongPassword):  # The fifth guess: the right one was none.
        sign_in.set_password(actor=actor, password="yet another", current="guess", now=NOW)
    with pytest.raises(TooMany):
        sign_in.set_password(actor=actor, password="yet another", current="guess", now=NOW)


def test_a_closed_account_does_not_open() -> None:
    phone = builders.a_phone()
    person = builders.a_person(phone=phone, password=PASSWORD)
    models.Person.objects.filter(pk=person.person_id).update(is_active=False)

    with pytest.raises(WrongCode):
        give(phone, ask(phone))
    with pytest.raises(WrongPassword):
        sign_in.with_password(phone=phone, password=PASSWORD, address=HERE, now=NOW)
    assert roles.actor_of(person.person_id, "test").person_id is None
    with pytest.raises(SignInFirst):
        people.me(roles.actor_of(person.person_id, "test"))
