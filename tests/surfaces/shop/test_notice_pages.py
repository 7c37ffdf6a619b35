"""What a person chooses to be told, over pages as a browser asks for them."""

import base64
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction
from django.test import Client
from tests import builders
from tests.surfaces.shop.conftest import Sale, SignIn
from tests.usecases.live import scenes

from laotie.accounts import inbox, notifications, push
from laotie.accounts.inbox import NoticeKind
from laotie.kernel import clock, ids
from laotie.live import models, reminders

pytestmark = pytest.mark.usefixtures("db")


def test_what_is_ticked_is_what_goes_out(signed_in: SignIn) -> None:
    person = builders.a_person()
    client = signed_in(person)
    assert "stock_low" not in client.get("/me/notifications").content.decode()

    client.post("/me/notifications", {"on": ["order_shipped:push", "order_shipped:sms"]})

    found = notifications.show(actor=person)
    on = {(kind.kind, s.channel) for kind in found.kinds for s in kind.switches if s.is_on}
    assert {("order_shipped", "push"), ("order_shipped", "sms")} <= on
    assert {channel for _kind, channel in on} == {"push", "sms", "mail"}  # No mail is sent here.
    refused = client.post("/me/notifications", {"on": ["order_shipped:pigeon"]})
    assert refused.status_code == 422


def test_quiet_hours_are_set_and_ended(signed_in: SignIn) -> None:
    person = builders.a_person()
    client = signed_in(person)
    client.post("/me/notifications/quiet", {"begins": "22:30", "ends": "07:00"})
    assert notifications.show(actor=person).quiet == (1350, 420)
    assert 'value="22:30"' in client.get("/me/notifications").content.decode()
    same = client.post("/me/notifications/quiet", {"begins": "22:30", "ends": "22:30"})
    assert same.status_code == 422
    client.post("/me/notifications/quiet", {"begins": "", "ends": ""})
    assert notifications.show(actor=person).quiet is None


def test_a_browser_subscribes_and_leaves(signed_in: SignIn) -> None:
    person = builders.a_person()
    client = signed_in(person)
    point = (
        ec.generate_private_key(ec.SECP256R1())
        .public_key()
        .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    )
    keys = {
        "endpoint": "https://push.example/abc",
        "p256dh": base64.urlsafe_b64encode(point).decode(),
        "auth": base64.urlsafe_b64encode(b"0" * 16).decode(),
    }
    assert client.post("/me/notifications/browser", keys).json() == {"browsers": 1}
    assert client.post("/me/notifications/browser", {**keys, "auth": "x"}).status_code == 422
    gone = client.post("/me/notifications/browser", {**keys, "remove": "1"})
    assert gone.json() == {"browsers": 0}
    assert push.count(person.require_person()) == 0
    assert Client().post("/me/notifications/browser", keys).status_code == 401

    client.post("/me/notifications/browser", keys)
    other = signed_in(person)
    other.post("/me/notifications/browser", {**keys, "endpoint": "https://p.example/2"})
    assert push.count(person.require_person()) == 2
    client.post("/sign-out")
    assert push.count(person.require_person()) == 1  # The other browser goes on.
    with transaction.atomic():
        assert push.end_with([str(other.session.session_key)], now=clock.now()) == 1
    assert push.count(person.require_person()) == 0


def test_a_notice_leads_to_what_it_is_about_and_only_its_person_there(signed_in: SignIn) -> None:
    person, order = builders.a_person(), ids.public("ord", ids.new())
    with transaction.atomic():
        inbox.post(
            person.require_person(),
            NoticeKind.ORDER_SHIPPED,
            {"order": "1"},
            ref=order,
            now=clock.now(),
        )
    (line,) = inbox.lines(actor=person)
    address = f"/inbox/{ids.public('ntc', line.id)}"
    assert signed_in(person).get(address)["Location"] == f"/orders/{order}"
    assert signed_in(builders.a_person()).get(address).status_code == 404


def test_who_asked_is_reminded_before_and_at_the_start_and_only_once(
    signed_in: SignIn, sale: Sale
) -> None:
    person, now = builders.a_person(), clock.now()
    room_id = scenes.a_scheduled_room(builders.a_creator(), now)
    ref = ids.public("rom", room_id)
    client = signed_in(person)
    feed = client.get("/").content.decode()
    assert f"/live/{ref}/remind" in feed
    assert client.post(f"/live/{ref}/remind", {"remind": "yes"}).status_code == 302
    assert "You will be reminded" in client.get(f"/live/{ref}").content.decode()

    room = models.Room.objects.get(pk=room_id)
    before = room.starts_at - timedelta(minutes=11)
    reminders.tell_soon(now=before)
    assert inbox.lines(actor=person) == ()
    for _ in range(2):
        reminders.tell_soon(now=room.starts_at - timedelta(minutes=9))
        reminders.tell_started(room_id=room_id, now=room.starts_at)
    assert [line.kind for line in inbox.lines(actor=person)] == ["room_started", "room_soon"]
    client.post(f"/live/{ref}/remind", {"remind": "no"})
    assert reminders.people(room_id) == ()
    live = ids.public("rom", sale.scene.room_id)
    assert client.post(f"/live/{live}/remind", {"remind": "yes"}).status_code == 409
