"""The real adapters against stand-ins: a push service, a mail server, a provider of messages."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from typing import Any
from urllib.parse import parse_qs, urlsplit

import http_ece
import pytest
from aiosmtpd.controller import Controller
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02
from tests import builders, receiver
from tests.builders import NOW
from tests.receiver import Receiver

from laotie.accounts import deliveries, inbox, mail, models, notifications, push
from laotie.accounts.inbox import NoticeKind
from laotie.accounts.text_messages import NotSent, aliyun
from laotie.accounts.text_messages.aliyun import AliyunChannel
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid

pytestmark = pytest.mark.usefixtures("db")


class Chrome:
    """A browser's side of web push: its keys, and opening what is sealed for it."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = b"0123456789abcdef"

    def subscribe(self, actor: Actor) -> None:
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        push.subscribe(
            actor=actor, endpoint=self.endpoint, p256dh=text(point), auth=text(self.auth), now=NOW
        )

    def open(self, body: bytes) -> Any:
        plain = http_ece.decrypt(
            body, private_key=self.key, auth_secret=self.auth, version="aes128gcm"
        )
        return json.loads(plain)


def text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def post(actor: Actor, kind: NoticeKind = NoticeKind.ORDER_SHIPPED, order: str = "7001") -> None:
    from django.db import transaction

    with transaction.atomic():
        inbox.post(actor.require_person(), kind, {"order": order}, ref=f"ord_{order}", now=NOW)


def ends() -> list[tuple[str, str, int]]:
    rows = models.NoticeDelivery.objects.order_by("channel", "id")
    return list(rows.values_list("channel", "state", "tries"))


def send(now: datetime = NOW) -> None:
    deliveries.plan_new(now=now)
    deliveries.send_due(now=now)


@pytest.fixture
def service() -> Iterator[Receiver]:
    with receiver.listening() as there, receiver.reaching_here():
        there.status = 201
        yield there


def test_a_notice_is_pushed_once_sealed_for_the_browser_and_signed(service: Receiver) -> None:
    person = builders.a_person()
    chrome = Chrome(f"{service.url}/send/abc")
    chrome.subscribe(person)
    chrome.subscribe(person)  # The page says it again at each visit.
    post(person)

    send()
    send()

    (got,) = service.got
    (line,) = inbox.lines(actor=person)
    told = chrome.open(got.body)
    assert "7001" in told["text"]
    assert set(told) == {"text", "notice"}
    assert got.headers["content-encoding"] == "aes128gcm"
    scheme, _, rest = got.headers["authorization"].partition(" ")
    assert scheme == "vapid"
    assert Vapid02.verify(got.headers["authorization"])
    assert rest.endswith(f"k={push.public_key()}")
    assert "7001" not in got.body.decode("latin-1")
    assert line.is_read is False
    assert ends() == [("push", "SENT", 1)]


def test_a_browser_that_is_gone_is_forgotten(service: Receiver) -> None:
    person = builders.a_person()
    Chrome(f"{service.url}/gone").subscribe(person)
    post(person)
    service.status = 410

    send()
    post(person, order="7002")
    send()

    assert len(service.got) == 1
    assert push.count(person.require_person()) == 0
    assert ends() == [("push", "GONE", 1)]


def test_what_was_not_taken_is_tried_again_later_and_not_for_ever(service: Receiver) -> None:
    person = builders.a_person()
    Chrome(f"{service.url}/busy").subscribe(person)
    post(person)
    service.status = 503

    send()
    send(NOW + timedelta(seconds=19))
    assert len(service.got) == 1
    now = NOW
    for _ in range(12):
        now += timedelta(hours=1)
        send(now)

    assert ends() == [("push", "FAILED", 8)]
    assert len(service.got) == 8


def test_a_refused_message_is_not_sent_again(service: Receiver) -> None:
    person = builders.a_person()
    Chrome(f"{service.url}/no").subscribe(person)
    post(person)
    service.status = 403
    send()
    send(NOW + timedelta(hours=2))
    assert ends() == [("push", "FAILED", 1)]
    assert len(service.got) == 1


def test_an_endpoint_inside_the_house_is_never_called() -> None:
    person = builders.a_person()
    with receiver.listening() as there:
        Chrome(f"{there.url}/inside").subscribe(person)
        post(person)
        send()
    assert there.got == []
    assert ends() == [("push", "FAILED", 1)]


def test_quiet_hours_hold_what_rings_until_they_end_and_old_news_expires(
    service: Receiver,
) -> None:
    person = builders.a_person()
    Chrome(f"{service.url}/night").subscribe(person)
    # 12:00 UTC is 20:00 in Shanghai.
    notifications.set_quiet(actor=person, hours=(19 * 60, 7 * 60), now=NOW)
    post(person)
    post(person, NoticeKind.PAYMENT_ENDING)

    send()
    assert service.got == []
    morning = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
    send(morning - timedelta(seconds=1))
    assert service.got == []
    send(morning)

    assert len(service.got) == 1
    assert sorted(ends()) == [("push", "EXPIRED", 0), ("push", "SENT", 1)]


def test_a_kind_that_is_switched_off_stays_in_the_inbox(service: Receiver) -> None:
    person = builders.a_person()
    Chrome(f"{service.url}/off").subscribe(person)
    notifications.switch(actor=person, kind="order_shipped", channel="push", is_on=False, now=NOW)
    post(person)
    send()
    assert service.got == []
    assert len(inbox.lines(actor=person)) == 1


def test_another_person_on_the_same_browser_takes_it_over(service: Receiver) -> None:
    first, second = builders.a_person(), builders.a_person()
    chrome = Chrome(f"{service.url}/shared")
    chrome.subscribe(first)
    chrome.subscribe(second)
    post(first)
    post(second, order="8008")
    send()
    (got,) = service.got
    assert "8008" in chrome.open(got.body)["text"]
    assert push.count(first.require_person()) == 0


@pytest.mark.parametrize(
    "p256dh", ["", "x", "AAAA", text(b"\x04" + b"1" * 64), "é", text(b"1" * 65)]
)
def test_keys_that_are_none_are_refused(p256dh: str) -> None:
    with pytest.raises(Invalid):
        push.subscribe(
            actor=builders.a_person(),
            endpoint="https://push.example/x",
            p256dh=p256dh,
            auth=text(b"0" * 16),
            now=NOW,
        )
    assert models.PushSubscription.objects.count() == 0


class Postbox:
    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.refusal = ""

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refusal:
            return self.refusal
        self.mails.append(envelope)
        return "250 taken"


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=0)
    controller.port = _free()
    controller.start()
    url = f"smtp://127.0.0.1:{controller.port}?tls=no"
    try:
        with receiver.with_settings(mail_url=url, mail_from="shop@laotie.example"):
            yield box
    finally:
        controller.stop()


def _free() -> int:
    from tests.lab.harness import free_port

    return free_port()


def test_mail_goes_to_an_address_once_its_owner_followed_the_link(postbox: Postbox) -> None:
    person = builders.a_person()
    asked = mail.ask(
        actor=person, address="lin@mail.example", page="https://x.example/confirm/", now=NOW
    )
    assert asked == mail.MailCard("l***@mail.example", is_confirmed=False)
    post(person, NoticeKind.ORDER_PAID)
    send()
    (question,) = postbox.mails
    assert question.rcpt_tos == ["lin@mail.example"]

    link = next(word for word in _words(question) if word.startswith("https://x.example/confirm/"))
    assert mail.confirm(token=link.rpartition("/")[2], now=NOW).is_confirmed
    post(person, NoticeKind.ORDER_PAID, "9001")
    send()

    (_question, notice) = postbox.mails
    message = message_from_bytes(notice.content)
    assert "9001" in str(make_header(decode_header(str(message["Subject"]))))
    assert message["From"] == "shop@laotie.example"
    assert ends() == [("mail", "SENT", 1)]
    with pytest.raises(mail.LinkTooOld):
        mail.confirm(token=link.rpartition("/")[2][:-2] + "xx", now=NOW)


def test_a_mail_that_is_refused_for_now_is_tried_again(postbox: Postbox) -> None:
    person = builders.a_person()
    mail.ask(actor=person, address="lin@mail.example", page="https://x.example/", now=NOW)
    token = _words(postbox.mails[0])[-1].rpartition("/")[2]
    mail.confirm(token=token, now=NOW)
    postbox.refusal = "451 later"
    post(person, NoticeKind.ORDER_PAID)
    send()
    assert ends() == [("mail", "WAITING", 1)]
    postbox.refusal = ""
    send(NOW + timedelta(minutes=1))
    assert ends() == [("mail", "SENT", 2)]


def _words(envelope: Any) -> list[str]:
    payload = message_from_bytes(envelope.content).get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode().split()


# Alibaba Cloud, "Request body and signature mechanism for V3", read 2026-11: the documented call.
_DOCUMENTED = "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"


def test_the_signature_of_the_documented_call_is_the_documented_one() -> None:
    headers = aliyun.signed(
        key="YourAccessKeyId",
        secret="YourAccessKeySecret",
        host="ecs.cn-shanghai.aliyuncs.com",
        action="RunInstances",
        version="2014-05-26",
        query={
            "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
            "RegionId": "cn-shanghai",
        },
        at=datetime(2023, 10, 26, 10, 22, 32, tzinfo=UTC),
        nonce="3156853299f313e23d1673dc12e1703d",
    )
    assert headers["Authorization"].endswith(f"Signature={_DOCUMENTED}")


def test_a_text_message_is_asked_for_as_the_provider_has_it() -> None:
    with receiver.listening() as there:
        there.body = b'{"Code": "OK", "BizId": "1"}'
        url = there.url.replace("http://", "aliyun+http://KEY:SE%2FCRET@")
        channel = AliyunChannel(f"{url}/?sign=%E8%80%81%E9%93%81&code=SMS_1&notice=SMS_2")
        channel.send("+8613800138000", "text", code="123456", now=NOW)
        channel.send("+447700900123", "订单 7001 已发出。", now=NOW)
        first, second = (parse_qs(urlsplit(got.path).query) for got in there.got)

        there.body = b'{"Code": "isv.BUSINESS_LIMIT_CONTROL"}'
        with pytest.raises(NotSent) as later:
            channel.send("+8613800138000", "text", now=NOW)
        there.body = b'{"Code": "isv.MOBILE_NUMBER_ILLEGAL"}'
        with pytest.raises(NotSent) as never:
            channel.send("+8613800138000", "text", now=NOW)
        there.body = b"<html>"
        with pytest.raises(NotSent) as odd:
            channel.send("+8613800138000", "text", now=NOW)

    assert first["PhoneNumbers"] == ["13800138000"]
    assert first["SignName"] == ["老铁"]
    assert json.loads(first["TemplateParam"][0]) == {"code": "123456"}
    assert second["PhoneNumbers"] == ["447700900123"]
    assert (second["TemplateCode"], json.loads(second["TemplateParam"][0])) == (
        ["SMS_2"],
        {"text": "订单 7001 已发出。"},
    )
    assert there.got[0].headers["x-acs-action"] == "SendSms"
    assert (later.value.is_final, never.value.is_final, odd.value.is_final) == (False, True, False)
