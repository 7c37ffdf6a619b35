import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from tests import builders
from tests.builders import NOW

from laotie.accounts import addresses, models
from laotie.accounts.addresses import TooManyAddresses
from laotie.kernel import crypto
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, SignInFirst, TooMany

pytestmark = pytest.mark.usefixtures("db")

GIVEN = {
    "name": "王小明",
    "phone": "13800138000",
    "region_code": "330100",
    "line": "文三路 100 号 3 幢 201 室",
}


def test_an_address_is_shown_masked_and_the_first_is_the_default() -> None:
    actor = builders.a_person()

    first = addresses.add(actor=actor, **GIVEN, now=NOW)
    second = addresses.add(actor=actor, **GIVEN, now=NOW + timedelta(seconds=1))

    assert (first.name, first.phone, first.line) == ("王**", "138****8000", "文三路 10****")
    assert first.region == {"zh": "浙江省杭州市", "en": "Hangzhou, Zhejiang"}
    assert first.is_default
    assert not second.is_default
    assert addresses.mine(actor=actor) == (first, second)


def test_the_default_moves() -> None:
    actor = builders.a_person()
    first = addresses.add(actor=actor, **GIVEN, now=NOW)
    second = addresses.add(actor=actor, **GIVEN, is_default=True, now=NOW)

    assert [card.is_default for card in addresses.mine(actor=actor)] == [True, False]
    changed = addresses.change(
        actor=actor,
        address_id=first.id,
        **{**GIVEN, "line": "北山街 1 号"},
        is_default=True,
        now=NOW,
    )
    assert changed.is_default
    assert addresses.open_own(actor=actor, address_id=first.id).line == "北山街 1 号"
    assert addresses.open_own(actor=actor, address_id=second.id).line == GIVEN["line"]
    assert models.Address.objects.filter(is_default=True).count() == 1


def test_two_first_addresses_at_once_make_one_default() -> None:
    actor = builders.a_person()
    start = threading.Barrier(4)

    def add() -> None:
        try:
            start.wait(10)
            addresses.add(actor=actor, **GIVEN, now=NOW)
        finally:
            connection.close()

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(card.is_default for card in addresses.mine(actor=actor)) == 1
    assert len(addresses.mine(actor=actor)) == 4


def test_nobody_reads_or_changes_anothers_address() -> None:
    card = builders.an_address(builders.a_person())
    other = builders.a_person()

    with pytest.raises(NotFound):
        addresses.open_own(actor=other, address_id=card.id)
    with pytest.raises(NotFound):
        addresses.change(actor=other, address_id=card.id, **GIVEN, now=NOW)
    with pytest.raises(NotFound):
        addresses.remove(actor=other, address_id=card.id, now=NOW)
    assert other.person_id
    with pytest.raises(NotFound):
        addresses.seal_for_order(other.person_id, card.id)
    with pytest.raises(SignInFirst):
        addresses.mine(actor=Actor.anonymous())


def test_a_removed_address_is_gone_and_its_text_forgotten() -> None:
    actor = builders.a_person()
    card = builders.an_address(actor)

    addresses.remove(actor=actor, address_id=card.id, now=NOW)

    assert addresses.mine(actor=actor) == ()
    with pytest.raises(NotFound):
        addresses.open_own(actor=actor, address_id=card.id)
    assert bytes(models.Address.objects.get().sealed) == b""


def test_a_person_keeps_twenty_addresses() -> None:
    actor = builders.a_person()
    for _ in range(20):
        builders.an_address(actor)
    with pytest.raises(TooManyAddresses):
        builders.an_address(actor)


@pytest.mark.parametrize(
    "bad",
    [
        {"name": ""}, {"name": "x" * 41}, {"phone": "12"}, {"region_code": "999999"},
        {"line": ""}, {"line": "x" * 121}, {"line": "a\x00b"}, {"line": "\udfff"}, {"name": None},
        {"region_code": "../../etc"}, {"line": 7},
    ],
)  # fmt: skip
def test_bad_addresses_are_refused(bad: dict[str, str]) -> None:
    actor = builders.a_person()
    with pytest.raises(Invalid):
        addresses.add(actor=actor, **{**GIVEN, **bad}, now=NOW)
    assert addresses.mine(actor=actor) == ()


def test_the_database_holds_no_plain_address() -> None:
    builders.an_address(builders.a_person())
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_json(a)::text, encode(sealed, 'escape') FROM accounts_address a")
        text = " ".join(cursor.fetchone())
    for secret in ("小明", "13800138000", "文三路 100", "201 室"):
        assert secret not in text


def sealed(buyer: Actor) -> addresses.SealedAddress:
    assert buyer.person_id
    return addresses.seal_for_order(buyer.person_id, builders.an_address(buyer).id)


def test_an_address_from_before_has_one_copy_for_all_orders() -> None:
    buyer = builders.a_person()
    card = builders.an_address(buyer)
    models.Address.objects.update(order_sealed=None, order_masked=None)
    assert buyer.person_id

    first, second = (addresses.seal_for_order(buyer.person_id, card.id) for _ in range(2))

    assert first == second
    row = models.Address.objects.get()
    assert (bytes(row.order_sealed), row.order_masked) == (first.sealed, first.masked)
    plain = addresses.reveal(actor=buyer, sealed=first.sealed, reason="看", ref="ord_1", now=NOW)
    assert plain == addresses.open_own(actor=buyer, address_id=card.id)


def test_an_order_keeps_its_own_copy() -> None:
    buyer = builders.a_person()
    copy = sealed(buyer)
    addresses.remove(actor=buyer, address_id=addresses.mine(actor=buyer)[0].id, now=NOW)

    plain = addresses.reveal(actor=buyer, sealed=copy.sealed, reason="看", ref="ord_1", now=NOW)

    assert (plain.name, plain.phone, plain.line) == ("王小明", "+8613800138000", GIVEN["line"])
    assert copy.region_code == "330100"
    assert copy.masked == {
        "name": "王**", "phone": "138****8000", "line": "文三路 10****", "region": "330100"
    }  # fmt: skip
    assert "王" not in repr(plain)


def test_who_reveals_an_address_is_written_down() -> None:
    shop = builders.a_shop()
    clerk = builders.a_clerk(shop, "ship")
    copy = sealed(builders.a_person())

    addresses.reveal(
        actor=clerk, sealed=copy.sealed, reason="打印面单", ref="ord_1", shop_id=shop.id, now=NOW
    )

    row = models.Reveal.objects.get()
    assert (row.revealed_by_id, row.ref, row.reason) == (clerk.person_id, "ord_1", "打印面单")
    assert row.shop_id == shop.id
    for statement in ("UPDATE accounts_reveal SET reason = 'x'", "DELETE FROM accounts_reveal"):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            connection.cursor().execute(statement)


def test_only_those_who_ship_reveal_an_address_and_only_with_a_reason() -> None:
    shop = builders.a_shop()
    copy = sealed(builders.a_person())
    tries = [
        (builders.a_clerk(shop, "refund"), shop.id, NotAllowed),
        (builders.a_shop("别家").owner, shop.id, NotFound),
        (builders.a_person(), None, NotFound),
        (Actor.anonymous(), shop.id, SignInFirst),
    ]
    for actor, shop_id, refusal in tries:
        with pytest.raises(refusal):
            addresses.reveal(
                actor=actor, sealed=copy.sealed, reason="看", ref="o", shop_id=shop_id, now=NOW
            )
    for reason in ("", "  ", "\u200b", "x" * 201):
        with pytest.raises(Invalid):
            addresses.reveal(
                actor=shop.owner,
                sealed=copy.sealed,
                reason=reason,
                ref="o",
                shop_id=shop.id,
                now=NOW,
            )
    assert models.Reveal.objects.count() == 0


def test_a_seal_of_the_book_is_no_seal_of_an_order() -> None:
    buyer = builders.a_person()
    builders.an_address(buyer)
    book = bytes(models.Address.objects.get().sealed)
    for bad in (book, b"", b"\x01" + b"x" * 60, sealed(buyer).sealed[:-1] + b"\x00"):
        with pytest.raises(crypto.BadToken):
            addresses.reveal(actor=buyer, sealed=bad, reason="看", ref="o", now=NOW)


def test_addresses_are_revealed_so_often_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    from laotie.accounts import rules

    monkeypatch.setattr(rules, "REVEALS_PER_PERSON", rules.Limit(2, timedelta(hours=1)))
    shop = builders.a_shop()
    copy = sealed(builders.a_person())

    def reveal(hours: int) -> None:
        addresses.reveal(
            actor=shop.owner,
            sealed=copy.sealed,
            reason="发货",
            ref="o",
            shop_id=shop.id,
            now=NOW + timedelta(hours=hours),
        )

    reveal(0)
    reveal(0)
    with pytest.raises(TooMany):
        reveal(0)
    reveal(1)
    assert models.Reveal.objects.count() == 3
