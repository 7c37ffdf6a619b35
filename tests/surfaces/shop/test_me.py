"""Signing in, and what belongs to a person: addresses, coupons, inbox, name, password."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from tests import builders
from tests.surfaces.shop.conftest import SignIn

from laotie.accounts import addresses, consent, inbox, people
from laotie.accounts.inbox import NoticeKind
from laotie.accounts.text_messages.lab import outbox
from laotie.kernel import clock
from laotie.kernel.actor import Actor
from laotie.trade import coupons

GOOD = {"name": "王小明", "phone": "13800138000", "region_code": "330100", "line": "文三路 100 号"}


def test_a_new_number_signs_in_by_its_code_and_goes_where_it_wanted(
    db: None, signed_in: SignIn
) -> None:
    client = signed_in()

    asked = client.post("/sign-in/code", {"phone": "138 0013 8000", "next": "/orders"})
    entered = client.post(
        "/sign-in/with-code",
        {"phone": "138 0013 8000", "code": code_for("+8613800138000"), "next": "/orders"},
    )

    assert "138****8000" in asked.text
    assert entered.headers["Location"] == "/consent?next=%2Forders"
    assert "138****8000" in client.get("/me").text


def test_a_newcomer_accepts_the_texts_and_is_asked_again_when_they_change(
    db: None, signed_in: SignIn
) -> None:
    client = signed_in()
    client.post("/sign-in/code", {"phone": "13800138000"})
    code = code_for("+8613800138000")
    client.post("/sign-in/with-code", {"phone": "13800138000", "code": code, "next": "/orders"})

    page = client.get("/consent?next=/orders").text
    shown = dict(re.findall(r'name="(terms|privacy)" value="([^"]+)"', page))
    stale = client.post("/consent", {**shown, "terms": "1999-01-01", "next": "/orders"})
    accepted = client.post("/consent", {**shown, "next": "/orders"})

    assert shown == consent.versions()
    assert stale.status_code == 409
    assert accepted.headers["Location"] == "/orders"
    assert client.get("/orders").status_code == 200
    theirs = Path(settings.LAOTIE.data) / "texts" / "privacy.zh-hans.txt"
    theirs.parent.mkdir(parents=True, exist_ok=True)
    theirs.write_text("隐私\nversion: 2\n\n新的。\n", "utf-8")
    try:
        assert client.get("/orders").headers["Location"] == "/consent?next=%2Forders"
        assert client.get("/texts/terms").status_code == 200
    finally:
        theirs.unlink()
    assert client.get("/orders").status_code == 200


def test_a_wrong_code_is_said_in_place(db: None, signed_in: SignIn) -> None:
    client = signed_in()
    client.post("/sign-in/code", {"phone": "13800138000"})
    wrong = "111111" if code_for("+8613800138000") == "000000" else "000000"

    answer = client.post("/sign-in/with-code", {"phone": "13800138000", "code": wrong})

    assert answer.status_code == 422
    assert "This code does not fit" in answer.text
    assert client.get("/me").status_code == 302


def test_signing_in_by_password_and_out_again(db: None, signed_in: SignIn) -> None:
    person = builders.a_person("林同学", password="correct horse 9", phone="+8613800138001")
    accept_texts(person)
    client = signed_in()

    wrong = client.post("/sign-in/with-password", {"phone": "13800138001", "password": "no"})
    right = client.post(
        "/sign-in/with-password", {"phone": "13800138001", "password": "correct horse 9"}
    )
    inside = client.get("/me").text
    client.post("/sign-out")

    assert wrong.status_code == 422
    assert "Number and password do not fit" in wrong.text
    assert right.headers["Location"] == "/"
    assert "林同学" in inside
    assert client.get("/me").headers["Location"] == "/sign-in?next=%2Fme"


@pytest.mark.parametrize(
    "address", ["https://evil.test/", "//evil.test", "javascript:alert(1)", "/\\evil.test"]
)
def test_signing_in_never_leads_to_another_site(db: None, signed_in: SignIn, address: str) -> None:
    accept_texts(builders.a_person(password="correct horse 9", phone="+8613800138001"))

    answer = signed_in().post(
        "/sign-in/with-password",
        {"phone": "13800138001", "password": "correct horse 9", "next": address},
    )

    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("phone", ["", "12", "１３８", "13800138000\x00", "a" * 41])
def test_a_number_that_is_none_is_said_at_the_field(
    db: None, signed_in: SignIn, phone: str
) -> None:
    answer = signed_in().post("/sign-in/code", {"phone": phone})

    assert answer.status_code == 422
    assert 'id="id_phone_error"' in answer.text


def test_addresses_are_added_changed_and_removed(buyer: Actor, signed_in: SignIn) -> None:
    client = signed_in(buyer)

    client.post("/me/addresses/new", GOOD)
    (card,) = addresses.mine(actor=buyer)
    form = client.get(f"/me/addresses/{card.public_id}").text
    client.post(f"/me/addresses/{card.public_id}", {**GOOD, "name": "李雷"})
    book = client.get("/me/addresses").text
    client.post(f"/me/addresses/{card.public_id}/remove")

    assert 'value="文三路 100 号"' in form
    assert "李*" in book
    assert "文三路 100 号" not in book
    assert addresses.mine(actor=buyer) == ()


def test_a_bad_address_is_shown_again_with_its_fault(buyer: Actor, signed_in: SignIn) -> None:
    answer = signed_in(buyer).post("/me/addresses/new", {**GOOD, "phone": "12"})

    assert answer.status_code == 422
    assert 'value="王小明"' in answer.text
    assert 'id="id_phone_error"' in answer.text
    assert addresses.mine(actor=buyer) == ()


def test_the_address_of_somebody_else_is_not_there(buyer: Actor, signed_in: SignIn) -> None:
    theirs = builders.an_address(builders.a_person())
    client = signed_in(buyer)

    assert client.get(f"/me/addresses/{theirs.public_id}").status_code == 404
    assert client.post(f"/me/addresses/{theirs.public_id}", GOOD).status_code == 404
    assert client.post(f"/me/addresses/{theirs.public_id}/remove").status_code == 404


def test_a_coupon_is_claimed_once_and_shown(buyer: Actor, signed_in: SignIn) -> None:
    coupon = builders.a_coupon(shop=None, off_fen=500, now=clock.now())
    client = signed_in(buyer)
    (claim,) = re.findall(r'action="(/coupons/[^"]+/claim)"', client.get("/me/coupons").text)

    answer = client.post(claim, headers={"HX-Request-Type": "partial"})
    again = client.post(claim, headers={"HX-Request-Type": "partial"})

    assert "Yours" in answer.text
    assert again.status_code == 409
    assert "HX-Trigger" in again.headers
    (held,) = coupons.wallet(buyer.person_id, now=clock.now())  # type: ignore[arg-type]
    assert held.coupon.coupon_id == coupon.coupon_id


def test_the_inbox_counts_and_forgets_what_is_new(buyer: Actor, signed_in: SignIn) -> None:
    post(buyer, "ord_00000000000000000000000001")
    client = signed_in(buyer)

    before = client.get("/inbox").text
    client.post("/inbox/read")
    after = client.get("/inbox").text

    assert 'class="count num">1<' in before
    assert 'href="/orders/ord_00000000000000000000000001"' in before
    assert 'class="count num"' not in after


def test_a_name_and_a_password_can_be_set(buyer: Actor, signed_in: SignIn) -> None:
    client = signed_in(buyer)

    client.post("/me/name", {"name": "新名字"})
    weak = client.post("/me/password", {"password": "12345678"})
    client.post("/me/password", {"password": "correct horse 9"})

    assert people.me(buyer).card.name == "新名字"
    assert weak.status_code == 422
    assert people.me(buyer).has_password
    assert client.get("/me").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/me",
        "/me/name",
        "/me/password",
        "/me/addresses",
        "/me/addresses/new",
        "/me/coupons",
        "/inbox",
        "/orders",
    ],
)
def test_what_is_mine_asks_for_sign_in_first(db: None, signed_in: SignIn, path: str) -> None:
    assert signed_in().get(path).headers["Location"].startswith("/sign-in?next=")


@pytest.fixture
def buyer(db: None) -> Actor:
    return builders.a_person("林同学")


def post(person: Actor, ref: str) -> None:
    with transaction.atomic():
        inbox.post(
            person.require_person(),
            NoticeKind.ORDER_SHIPPED,
            {"order": "2026112200017"},
            ref=ref,
            now=clock.now(),
        )


def accept_texts(person: Actor) -> None:
    consent.accept(actor=person, accepted=consent.versions(), language="en", now=clock.now())


def code_for(e164: str) -> str:
    """The code in the newest message to a phone."""
    (message,) = outbox().latest(1, to=e164)
    (code,) = re.findall(r"\b\d{6}\b", message.text)
    return code
