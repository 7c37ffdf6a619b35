"""Minors' mode, consents, another number, a lost phone: what a person settles for themselves."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from tests import builders
from tests.builders import NOW
from tests.usecases.accounts.test_passkeys import holder

from laotie.accounts import (
    consent,
    inbox,
    lost_phone,
    minors,
    people,
    phone_change,
    phones,
    recovery,
    roles,
    second_step,
    sign_in,
)
from laotie.accounts.consent import TextsChanged
from laotie.accounts.minors import WrongPin
from laotie.accounts.phone_change import PhoneTaken
from laotie.accounts.sign_in import WrongCode, WrongPassword, WrongRecoveryCode
from laotie.accounts.text_messages.lab import outbox
from laotie.kernel.actor import SENSITIVE, Actor
from laotie.kernel.errors import Invalid, MinorsMode, NotAllowed, NotFound, TooMany, WrongState
from laotie.trade import orders, quotes
from laotie.trade.quotes import Wish

pytestmark = pytest.mark.usefixtures("db")

HERE = "203.0.113.9"
PASSWORD = "long enough indeed"


def again(actor: Actor) -> Actor:
    return roles.actor_of(actor.person_id, "test")


def code_to(phone: str) -> str:
    (message,) = outbox().latest(1, to=phones.read(phone).e164)
    return re.findall(r"\b[0-9]{6}\b", message.text)[0]


# --- Minors' mode --------------------------------------------------------------------------------


def test_in_minors_mode_nothing_is_bought_by_any_door() -> None:
    person, sku_id = builders.a_person(), builders.a_stocked_sku(builders.a_shop())
    quote = builders.a_quote(person, {sku_id: 1})
    minors.switch_on(actor=person, pin="2468", now=NOW)
    child = again(person)
    assert child.is_minor

    with pytest.raises(MinorsMode):
        quotes.make(actor=child, lines=[Wish(sku_id, 1)], now=NOW)
    with pytest.raises(MinorsMode):
        builders.place(child, quote)
    with pytest.raises(MinorsMode):
        orders.pay(actor=child, group_id=quote.quote_id, now=NOW)
    assert minors.among([person.require_person()]) == {person.person_id}

    with pytest.raises(WrongState):
        minors.switch_on(actor=child, pin="1111", now=NOW)
    with pytest.raises(WrongPin):
        minors.switch_off(actor=child, pin="1111", now=NOW)
    minors.switch_off(actor=child, pin="2468", now=NOW)
    assert builders.place(again(person), quote).orders


def test_a_pin_is_digits_and_cannot_be_guessed() -> None:
    person = builders.a_person()
    for bad in ("", "12", "abcd", "１２３４", "123456789"):
        with pytest.raises(Invalid):
            minors.switch_on(actor=person, pin=bad, now=NOW)
    minors.switch_on(actor=person, pin="2468", now=NOW)
    for guess in range(5):
        with pytest.raises(WrongPin):
            minors.switch_off(actor=again(person), pin=f"000{guess}", now=NOW)
    with pytest.raises(TooMany):
        minors.switch_off(actor=again(person), pin="2468", now=NOW)


def test_forty_minutes_a_day_and_no_nights() -> None:
    person = builders.a_person()
    minors.switch_on(actor=person, pin="2468", now=NOW)
    child = again(person)
    noon = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai.
    for minute in range(40):
        found = minors.tick(actor=child, now=noon + timedelta(minutes=minute))
    assert (found.closed, found.left_s) == ("", 60)
    assert minors.tick(actor=child, now=noon + timedelta(minutes=40)).closed == "used_up"
    later = minors.standing(child, now=noon + timedelta(days=1))
    assert (later.closed, later.left_s) == ("", 2400)
    for hour, closed in ((13, ""), (14, "night"), (21, "night"), (22, "")):
        at = datetime(2026, 11, 23, hour, 0, tzinfo=UTC)
        assert minors.standing(child, now=at).closed == closed, hour
    # A page that was closed for an hour used a minute and a half at most.
    minors.tick(actor=child, now=noon + timedelta(days=2))
    found = minors.tick(actor=child, now=noon + timedelta(days=2, hours=1))
    assert found.left_s == 2400 - 90


# --- Consents ------------------------------------------------------------------------------------


def test_a_consent_is_asked_once_per_version_and_never_changed(owner_url: str) -> None:
    person = builders.a_person()
    person_id = person.require_person()
    assert consent.missing(person_id) == ("terms", "privacy")
    with pytest.raises(TextsChanged):
        consent.accept(actor=person, accepted={"terms": "1999-01-01"}, language="en", now=NOW)
    with pytest.raises(NotFound):
        consent.accept(actor=person, accepted={"novel": "1"}, language="en", now=NOW)

    for _twice in range(2):
        consent.accept(actor=person, accepted=consent.versions(), language="en", now=NOW)

    assert consent.missing(person_id) == ()
    assert [(line.document, line.language) for line in consent.log(person)] == [
        ("privacy", "en"),
        ("terms", "en"),
    ]
    with psycopg.connect(owner_url) as connection:
        with pytest.raises(psycopg.errors.RestrictViolation):
            connection.execute("UPDATE accounts_consent SET version = 'x'")


def test_an_operator_puts_texts_of_their_own_and_everybody_is_asked_again() -> None:
    person = builders.a_person()
    consent.accept(actor=person, accepted=consent.versions(), language="en", now=NOW)
    folder = Path(settings.LAOTIE.data) / "texts"
    folder.mkdir(parents=True, exist_ok=True)
    theirs = folder / "terms.en.txt"
    theirs.write_text("Our terms\nversion: 2\n\nFirst.\n\n## Second\n\nMore\nof it.\n", "utf-8")
    try:
        assert consent.missing(person.require_person()) == ("terms",)
        text = consent.text("terms", "en")
        assert (text.title, text.version, text.is_default) == ("Our terms", "2", False)
        assert [(each.heading, each.paragraphs) for each in text.sections] == [
            ("", ("First.",)),
            ("Second", ("More of it.",)),
        ]
    finally:
        theirs.unlink()
    for document in consent.versions():
        found = {language: consent.text(document, language) for language in ("zh-hans", "en")}
        assert found["en"].version == found["zh-hans"].version
        assert len(found["en"].sections) == len(found["zh-hans"].sections)


# --- Another number ------------------------------------------------------------------------------


def test_a_number_changes_with_a_code_from_each_phone() -> None:
    old, new = builders.a_phone(), builders.a_phone()
    person = builders.a_person(phone=old, password=PASSWORD)
    session = replace(person, withheld=frozenset({SENSITIVE}))
    started = phone_change.start(actor=session, phone=new, address=HERE, now=NOW)
    assert started.needs_old
    codes = {"code": code_to(new), "old_code": code_to(old)}

    for wrong in ({"old_code": ""}, {"code": "000000"}, {"old_code": codes["code"]}):
        with pytest.raises(WrongCode):
            phone_change.finish(actor=session, phone=new, **{**codes, **wrong}, now=NOW)
    with pytest.raises(WrongCode):  # Made for changing the number, it opens no door.
        sign_in.with_code(phone=old, code=codes["old_code"], now=NOW)
    # The right old code went with the wrong new one: it is used, and asked for anew.
    later = NOW + timedelta(minutes=2)
    phone_change.start(actor=session, phone=new, address=HERE, now=later)
    codes = {"code": code_to(new), "old_code": code_to(old)}
    phone_change.finish(actor=session, phone=new, **codes, now=later)

    found = sign_in.with_password(phone=new, password=PASSWORD, address=HERE, now=later)
    assert found.person_id == person.person_id
    with pytest.raises(WrongPassword):
        sign_in.with_password(phone=old, password=PASSWORD, address=HERE, now=later)
    assert inbox.lines(actor=person)[0].kind == "phone_changed"
    (told,) = outbox().latest(1, to=phones.read(old).e164)
    assert old[-4:] not in told.text


def test_a_taken_number_is_told_to_its_holder_alone() -> None:
    taken = builders.a_phone()
    builders.a_person(phone=taken)
    person = builders.a_person()
    phone_change.start(actor=person, phone=taken, address=HERE, now=NOW)
    with pytest.raises(WrongCode):
        phone_change.finish(actor=person, phone=taken, code="000000", now=NOW)
    with pytest.raises(PhoneTaken):
        phone_change.finish(actor=person, phone=taken, code=code_to(taken), now=NOW)
    assert people.me(person).phone_masked[-4:] != taken[-4:]


def test_recovery_codes_open_once_and_tries_are_counted() -> None:
    phone = builders.a_phone()
    person = builders.a_person(phone=phone)
    holder(person)
    codes = recovery.renew(actor=again(person), now=NOW)
    open_with = {"phone": phone, "address": HERE}
    found = sign_in.with_recovery_code(code=codes[3], now=NOW, **open_with)
    assert found == person.person_id
    for bad in (codes[3], "aaaaa-bbbbb", "", "１２３４５", "123456"):
        with pytest.raises(WrongRecoveryCode):
            sign_in.with_recovery_code(code=bad, now=NOW, **open_with)
    with pytest.raises(TooMany):
        sign_in.with_recovery_code(code=codes[4], now=NOW, **open_with)
    assert recovery.left(person.require_person()) == 9


def test_right_passwords_are_no_tries() -> None:
    phone = builders.a_phone()
    builders.a_person(phone=phone, password=PASSWORD)
    for _time in range(12):
        sign_in.with_password(phone=phone, password=PASSWORD, address=HERE, now=NOW)
    for _time in range(5):
        with pytest.raises(WrongPassword):
            sign_in.with_password(phone=phone, password="not this one", address=HERE, now=NOW)
    with pytest.raises(TooMany):
        sign_in.with_password(phone=phone, password=PASSWORD, address=HERE, now=NOW)


# --- A lost phone --------------------------------------------------------------------------------


def a_case(old: str) -> str:
    """A story told with a proven new number, which is returned."""
    new = builders.a_phone()
    lost_phone.send_code(new_phone=new, address=HERE, now=NOW)
    lost_phone.ask(phone=old, new_phone=new, code=code_to(new), story="我的店叫清窑", now=NOW)
    return new


def test_a_case_waits_for_an_operator_and_three_days_and_takes_the_locks_away() -> None:
    old = builders.a_phone()
    person, _key = holder(builders.a_person(phone=old, password=PASSWORD))
    operator = builders.an_operator()
    new = a_case(old)
    (case,) = lost_phone.waiting(actor=operator)
    assert (case.story, case.state) == ("我的店叫清窑", "ASKED")
    with pytest.raises(NotAllowed):
        lost_phone.waiting(actor=person)
    assert lost_phone.mine(person) == replace(case, story="")

    assert lost_phone.finish_due(now=NOW + timedelta(days=30)) == 0
    lost_phone.approve(actor=operator, case_id=case.id, reason="知道店名", now=NOW)
    assert lost_phone.finish_due(now=NOW + timedelta(hours=71)) == 0
    assert lost_phone.finish_due(now=NOW + timedelta(hours=72)) == 1
    assert lost_phone.finish_due(now=NOW + timedelta(hours=73)) == 0

    locks = second_step.locks(person.require_person())
    assert (locks.has_app, locks.passkeys, locks.recovery_left) == (False, 1, 0)
    assert people.me(person).phone_masked[-4:] == new[-4:]
    assert not people.me(person).has_password
    texts = [message.text for message in outbox().latest(2, to=phones.read(old).e164)]
    assert len(texts) == 2, "the old number hears of it when it is asked and when it is believed"


def test_the_owner_says_no_and_strangers_learn_nothing() -> None:
    old = builders.a_phone()
    person = builders.a_person(phone=old)
    a_case(old)
    a_case(builders.a_phone())
    assert len(lost_phone.waiting(actor=builders.an_operator())) == 1

    lost_phone.contradict(actor=person, now=NOW)

    assert lost_phone.mine(person) is None
    with pytest.raises(NotFound):
        lost_phone.contradict(actor=person, now=NOW)
    a_case(guarded := builders.a_phone())
    builders.an_operator(phone=guarded)
    a_case(guarded)
    assert lost_phone.waiting(actor=builders.an_operator()) == ()
    with pytest.raises(WrongCode):
        lost_phone.ask(phone=old, new_phone=builders.a_phone(), code="000000", story="x", now=NOW)
