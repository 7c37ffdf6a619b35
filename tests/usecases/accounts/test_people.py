import dataclasses

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import translation
from tests import builders
from tests.builders import NOW

from laotie.accounts import creators, inbox, models, people, sessions
from laotie.accounts.creators import NameTaken
from laotie.accounts.inbox import NoticeKind
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, SignInFirst

pytestmark = pytest.mark.usefixtures("db")


def test_joining_twice_changes_nothing() -> None:
    phone = builders.a_phone()
    first = people.join(phone=phone, password=None, name="小明", now=NOW)
    again = people.join(phone=phone, password="long enough indeed", name="小红", now=NOW)
    assert again == first
    assert not models.Person.objects.get().has_usable_password()


def test_people_change_their_own_name_picture_and_language() -> None:
    actor = builders.a_person("小明")
    me = people.change(
        actor=actor, name=" 小 红\u202e ", avatar_url="/static/look/a1.svg", language="en", now=NOW
    )
    assert (me.card.name, me.card.avatar_url, me.language) == ("小 红", "/static/look/a1.svg", "en")
    for bad in ({"name": ""}, {"language": "xx"}, {"avatar_url": "https://x.example/a.png"}):
        with pytest.raises(Invalid):
            people.change(actor=actor, **bad, now=NOW)  # type: ignore[arg-type]
    with pytest.raises(SignInFirst):
        people.change(actor=Actor.anonymous(), name="x", now=NOW)
    assert people.me(actor) == me


def test_cards_come_in_one_query() -> None:
    actors = [builders.a_person(f"人{n}") for n in range(5)]
    wanted = [actor.person_id for actor in actors if actor.person_id]
    with CaptureQueriesContext(connection) as queries:
        found = people.cards(wanted)
    assert len(queries) == 1
    assert [found[id].name for id in wanted] == [f"人{n}" for n in range(5)]
    with pytest.raises(NotFound):
        people.card(models.Grant().id)


def test_a_person_becomes_a_creator_once_and_may_change_the_name() -> None:
    actor = builders.a_person()
    first = creators.become(actor=actor, name="茶姐", now=NOW)
    again = creators.become(actor=actor, name="茶大姐", now=NOW)
    assert again.id == first.id
    assert creators.card(first.id).name == "茶大姐"
    with pytest.raises(NameTaken):
        creators.become(actor=builders.a_person(), name="茶大姐", now=NOW)
    with pytest.raises(NotAllowed):
        creators.set_avatar(actor=builders.a_person(), avatar_url="", now=NOW)


def post(actor: Actor, ref: str) -> None:
    assert actor.person_id
    with transaction.atomic():
        inbox.post(
            actor.person_id,
            NoticeKind.STOCK_LOW,
            {"title_zh": "茶", "title_en": "Tea", "left": 3},
            ref=ref,
            now=NOW,
        )


def test_a_notice_is_there_once_however_often_it_is_posted() -> None:
    actor = builders.a_person()
    for _ in range(3):
        post(actor, "sku_1")
    post(actor, "sku_2")

    assert inbox.unread(actor=actor) == 2
    assert [line.ref for line in inbox.lines(actor=actor)] == ["sku_2", "sku_1"]


def test_a_notice_speaks_the_readers_language() -> None:
    actor = builders.a_person()
    post(actor, "sku_1")
    with translation.override("en"):
        assert inbox.lines(actor=actor)[0].text == "Only 3 left of Tea."
    with translation.override("zh-hans"):
        assert "茶" in inbox.lines(actor=actor)[0].text


def test_notices_are_read_by_their_owner_alone() -> None:
    mine, other = builders.a_person(), builders.a_person()
    post(mine, "sku_1")
    post(mine, "sku_2")
    (last, _) = inbox.lines(actor=mine)

    assert inbox.mark_read(actor=other, notice_id=last.id, now=NOW) == 0
    assert inbox.lines(actor=other) == ()
    assert inbox.mark_read(actor=mine, notice_id=last.id, now=NOW) == 1
    assert inbox.unread(actor=mine) == 1
    assert inbox.mark_read(actor=mine, now=NOW) == 1
    assert inbox.mark_read(actor=mine, now=NOW) == 0


def test_a_notice_without_its_facts_is_our_mistake_and_shows_at_once() -> None:
    actor = builders.a_person()
    assert actor.person_id
    with pytest.raises(KeyError), transaction.atomic():
        inbox.post(actor.person_id, NoticeKind.STOCK_LOW, {"left": 3}, ref="x", now=NOW)
    with pytest.raises(ValueError, match="unheard_of"), transaction.atomic():
        inbox.post(actor.person_id, "unheard_of", {}, ref="x", now=NOW)


def a_request(**headers: str):  # type: ignore[no-untyped-def]
    from django.contrib.auth.middleware import AuthenticationMiddleware
    from django.contrib.sessions.middleware import SessionMiddleware

    request = RequestFactory().get("/", headers=headers)
    SessionMiddleware(lambda _: None).process_request(request)  # type: ignore[arg-type, return-value]
    AuthenticationMiddleware(lambda _: None).process_request(request)  # type: ignore[arg-type, return-value]
    return request


def test_a_session_gives_a_token_that_apps_sign_with() -> None:
    person = builders.a_person()
    assert person.person_id
    request = a_request()
    assert sessions.actor(request, via="api").person_id is None

    token = sessions.open_session(request, person.person_id)

    assert sessions.actor(request, via="api").person_id == person.person_id
    by_token = a_request(**{"X-Session-Token": token})
    assert sessions.actor(by_token, via="api").person_id == person.person_id

    sessions.close_session(by_token)
    with pytest.raises(SignInFirst):
        sessions.actor(a_request(**{"X-Session-Token": token}), via="api")


@pytest.mark.parametrize("token", ["", "x", "../..", "%00", "a" * 5000, "' OR 1=1"])
def test_a_token_that_fits_nothing_is_refused(token: str) -> None:
    with pytest.raises(SignInFirst):
        sessions.actor(a_request(**{"X-Session-Token": token}), via="api")


def test_a_session_ends_when_the_account_is_closed_or_the_password_changes() -> None:
    from laotie.accounts import sign_in

    first, second = builders.a_person(), builders.a_person()
    tokens = [
        sessions.open_session(a_request(), actor.person_id)
        for actor in (first, second)
        if actor.person_id
    ]
    models.Person.objects.filter(pk=first.person_id).update(is_active=False)
    sign_in.set_password(actor=second, password="a long new one", current=None, now=NOW)

    for token in tokens:
        with pytest.raises(SignInFirst):
            sessions.actor(a_request(**{"X-Session-Token": token}), via="api")


@pytest.mark.parametrize(
    ("forwarded", "remote", "address"),
    [
        ("", "203.0.113.7", "203.0.113.7"),
        ("198.51.100.1", "203.0.113.7", "203.0.113.7"),
        ("198.51.100.1", "10.0.0.5", "198.51.100.1"),
        ("1.1.1.1, 198.51.100.1", "10.0.0.5", "198.51.100.1"),
        ("198.51.100.1, 10.0.0.9", "10.0.0.5", "198.51.100.1"),
        ("nonsense", "10.0.0.5", "nonsense"),
        ("", "10.0.0.5", "10.0.0.5"),
        ("198.51.100.1", "::1", "198.51.100.1"),
        ("198.51.100.1", "::ffff:10.0.0.5", "198.51.100.1"),
        ("198.51.100.1", "::ffff:203.0.113.7", "::ffff:203.0.113.7"),
    ],
)
def test_a_proxy_of_ours_is_believed_and_nobody_else(
    forwarded: str, remote: str, address: str
) -> None:
    behind = dataclasses.replace(settings.LAOTIE, trusted_proxies=("10.0.0.0/8", "::1/128"))
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=remote)
    with override_settings(LAOTIE=behind):
        assert sessions.visitor_address(request) == address


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("127.0.0.1", sessions.LOOPBACK),
        ("::ffff:127.0.0.1", sessions.LOOPBACK),
        ("nonsense", "unknown"),
    ],
)
def test_who_shares_an_address_is_one_place(address: str, place: str) -> None:
    assert sessions.place_of(address) == place
