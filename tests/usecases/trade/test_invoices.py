"""Invoices: asked for once, written once, red when money goes back."""

from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from tests import builders
from tests.builders import NOW
from tests.outside import World

from laotie.accounts import inbox
from laotie.kernel import ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from laotie.trade import invoices, refunds, rules
from laotie.trade.invoices import InvoiceCard, InvoiceKind, InvoiceOpen, InvoiceState, NoInvoiceYet

CREDIT_CODE = "91350100M000100Y43"
PDF = b"%PDF-1.7\n1 0 obj\n%%EOF"


def ask(buyer: Actor, order_id: UUID, **changed: Any) -> InvoiceCard:
    wish = {"kind": InvoiceKind.COMPANY, "title": "龙泉某某有限公司", "tax_no": CREDIT_CODE}
    return invoices.request(actor=buyer, order_id=order_id, now=NOW, **{**wish, **changed})


def kinds_of(actor: Actor) -> list[str]:
    return [line.kind for line in inbox.lines(actor=actor) if line.kind.startswith("invoice")]


def give_back(actor: Actor, order_id: UUID, n: int, world: World) -> None:
    refunds.give(
        actor=actor, order_id=order_id, units={1: n}, reason="坏了", key=builders.a_key(), now=NOW
    )
    world.money_goes_back(now=NOW)


def test_an_invoice_is_asked_for_written_and_read(world: World) -> None:
    shop, buyer = builders.a_shop(), builders.a_person()
    sku_id = builders.a_stocked_sku(shop, 3990)
    order_id = builders.a_received_order(world, shop, buyer, {sku_id: 2})
    clerk = builders.a_clerk(shop, "money")

    asked = ask(buyer, order_id, tax_no=" 91350100m000100y43 ")
    with pytest.raises(InvoiceOpen):
        ask(buyer, order_id)
    done = invoices.issue(
        actor=clerk, invoice_id=asked.invoice_id, number="2611 0001", pdf=PDF, now=NOW
    )

    assert (asked.state, asked.amount_fen, asked.tax_no) == ("REQUESTED", 7980, CREDIT_CODE)
    assert (done.state, done.number, done.has_file) == ("ISSUED", "26110001", True)
    assert kinds_of(clerk) == ["invoice_requested"]
    assert kinds_of(buyer) == ["invoice_issued"]
    number = builders.see(buyer, order_id).number
    for who in (buyer, clerk):
        file = invoices.pdf_of(actor=who, invoice_id=asked.invoice_id)
        assert (file.name, file.body) == (f"{number}-26110001.pdf", PDF)
        assert invoices.of_order(actor=who, order_id=order_id) == (done,)
    for who, refusal in (
        (builders.a_person(), NotFound),
        (builders.a_clerk(shop, "ship"), NotAllowed),
        (builders.a_shop().owner, NotFound),
    ):
        with pytest.raises(refusal):
            invoices.pdf_of(actor=who, invoice_id=asked.invoice_id)
        with pytest.raises(refusal):
            invoices.of_order(actor=who, order_id=order_id)
        with pytest.raises(refusal):
            invoices.issue(actor=who, invoice_id=asked.invoice_id, number="1", now=NOW)
    with pytest.raises(WrongState):
        invoices.issue(actor=clerk, invoice_id=asked.invoice_id, number="26110002", now=NOW)
    with pytest.raises(WrongState):
        invoices.refuse(actor=clerk, invoice_id=asked.invoice_id, reason="x", now=NOW)


def test_a_refund_makes_an_invoice_owe_a_red_one_and_the_rest_can_be_invoiced(
    world: World,
) -> None:
    shop, buyer = builders.a_shop(), builders.a_person()
    sku_id = builders.a_stocked_sku(shop, 3990)
    order_id = builders.a_received_order(world, shop, buyer, {sku_id: 3})
    first = ask(buyer, order_id, kind=InvoiceKind.PERSONAL, title="王小明", tax_no="")
    give_back(shop.owner, order_id, 1, world)
    # The refund came before the invoice, so the invoice is over the rest and owes nothing.
    issued = invoices.issue(actor=shop.owner, invoice_id=first.invoice_id, number="A1", now=NOW)
    world.pump(now=NOW)
    assert (issued.state, issued.amount_fen) == ("ISSUED", 7980)

    give_back(shop.owner, order_id, 1, world)
    assert invoices.card(first.invoice_id).state == InvoiceState.RED_DUE
    with pytest.raises(InvoiceOpen):
        ask(buyer, order_id)
    red = invoices.turn_red(actor=shop.owner, invoice_id=first.invoice_id, red_number="R1", now=NOW)
    again = ask(buyer, order_id)
    give_back(shop.owner, order_id, 1, world)

    assert (red.state, red.red_number) == ("RED", "R1")
    assert again.amount_fen == 3990
    assert invoices.card(again.invoice_id).state == InvoiceState.CLOSED  # Nothing is left.
    with pytest.raises(NoInvoiceYet):
        ask(buyer, order_id)
    assert sorted(kinds_of(shop.owner)) == ["invoice_red_due", *["invoice_requested"] * 2]
    assert sorted(kinds_of(buyer)) == ["invoice_issued", "invoice_red"]


def test_a_wish_is_taken_back_or_refused_with_a_reason(world: World) -> None:
    shop, buyer = builders.a_shop(), builders.a_person()
    sku_id = builders.a_stocked_sku(shop)
    order_id = builders.a_received_order(world, shop, buyer, {sku_id: 1})
    first = ask(buyer, order_id)
    with pytest.raises(NotFound):
        invoices.withdraw(actor=builders.a_person(), invoice_id=first.invoice_id, now=NOW)

    assert invoices.withdraw(actor=buyer, invoice_id=first.invoice_id, now=NOW).state == "CLOSED"
    second = ask(buyer, order_id)
    with pytest.raises(Invalid):
        invoices.refuse(actor=shop.owner, invoice_id=second.invoice_id, reason=" ", now=NOW)
    invoices.refuse(actor=shop.owner, invoice_id=second.invoice_id, reason="税号不符", now=NOW)
    third = ask(buyer, order_id)

    (line,) = [each for each in inbox.lines(actor=buyer) if each.kind == "invoice_refused"]
    assert "税号不符" in line.text
    assert invoices.waiting(shop.id) == 1
    shown = invoices.of_shop(actor=shop.owner, shop_id=shop.id)
    assert {each.invoice_id for each in shown} == {
        first.invoice_id, second.invoice_id, third.invoice_id,
    }  # fmt: skip
    with pytest.raises(IntegrityError, match="invoice_one_at_a_time"), transaction.atomic():
        sql.change("UPDATE trade_invoice SET state = 'REQUESTED', ended_at = NULL")


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        ({"tax_no": "91350100M000100Y44"}, Invalid),
        ({"tax_no": "91350100M000100Y4"}, Invalid),
        ({"tax_no": ""}, Invalid),
        ({"title": " "}, Invalid),
        ({"title": "x" * 101}, Invalid),
    ],
)
def test_a_bent_wish_is_refused(world: World, wish: dict[str, str], refusal: Any) -> None:
    shop, buyer = builders.a_shop(), builders.a_person()
    sku_id = builders.a_stocked_sku(shop)
    order_id = builders.a_received_order(world, shop, buyer, {sku_id: 1})

    with pytest.raises(refusal):
        ask(buyer, order_id, **wish)

    assert invoices.of_order(actor=buyer, order_id=order_id) == ()


def test_there_is_no_invoice_before_receipt_nor_for_strangers(world: World) -> None:
    shop, buyer = builders.a_shop(), builders.a_person()
    sku_id = builders.a_stocked_sku(shop)
    order_id = builders.a_shipped_order(world, shop, buyer, {sku_id: 1})

    with pytest.raises(NoInvoiceYet):
        ask(buyer, order_id)
    for who in (builders.a_person(), shop.owner):
        with pytest.raises(NotFound):
            ask(who, order_id)
    with pytest.raises(NotFound):
        invoices.issue(actor=shop.owner, invoice_id=ids.new(), number="1", now=NOW)


@pytest.mark.parametrize("pdf", [b"", b"<html>", b"%PDF-" + b"x" * (2 << 20)])
def test_only_a_small_pdf_is_an_invoice(world: World, pdf: bytes) -> None:
    shop, buyer = builders.a_shop(), builders.a_person()
    sku_id = builders.a_stocked_sku(shop)
    order_id = builders.a_received_order(world, shop, buyer, {sku_id: 1})
    asked = ask(buyer, order_id)

    for number, body in (("26110001", pdf), ("号", PDF), ("", PDF), ("1" * 21, PDF)):
        with pytest.raises(Invalid):
            invoices.issue(
                actor=shop.owner, invoice_id=asked.invoice_id, number=number, pdf=body, now=NOW
            )

    assert invoices.card(asked.invoice_id).state == InvoiceState.REQUESTED


def test_a_credit_code_has_a_right_check_letter() -> None:
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = CREDIT_CODE[:-1]

    assert [each for each in letters if rules.is_credit_code(body + each)] == ["3"]
    for at in range(len(body)):
        for letter in letters:
            changed = f"{body[:at]}{letter}{body[at + 1 :]}3"
            assert rules.is_credit_code(changed) == (letter == body[at])
    assert not rules.is_credit_code(body + "O")
