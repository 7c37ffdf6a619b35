"""Payouts go to one account that its owner set; another one rests for a day, and is told of."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from tests import builders
from tests.usecases.ledger import books

from laotie.accounts import inbox, roles
from laotie.kernel import sql
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, SecondStepNeeded
from laotie.ledger import payout_accounts, payouts
from laotie.ledger.payout_accounts import PayoutAccountNeeded, PayoutAccountRests
from laotie.ledger.terms import Party

pytestmark = pytest.mark.usefixtures("db")
NOW = books.NOW
BANK = {"kind": "bank", "holder": "王小明", "number": "6222 0202 0011 2233", "bank": "工商银行"}
OTHER = {"kind": "provider", "holder": "王小明", "number": "wang@pay.example"}


def test_another_account_rests_and_everybody_with_money_is_told() -> None:
    shop = builders.a_shop()
    party, owner = Party("shop", shop.id), shop.owner
    keeper, clerk = builders.a_clerk(shop, "money"), builders.a_clerk(shop, "ship")
    books.give(party, 1000)

    def ask(key: str, *, now: object = NOW) -> payouts.Payout:
        return payouts.request(
            actor=owner, party=party, amount_fen=100, key=key, now=now,  # type: ignore[arg-type]
        )  # fmt: skip

    with pytest.raises(PayoutAccountNeeded):
        ask("before-any")
    first = payout_accounts.set_account(actor=owner, party=party, now=NOW, **BANK)
    assert (first.number_masked, first.holder_masked, first.usable_from) == (
        "**** 2233", "王**", NOW,
    )  # fmt: skip
    early = ask("to-the-first")
    later = NOW + timedelta(hours=1)
    assert payout_accounts.set_account(actor=owner, party=party, now=later, **BANK) == first
    second = payout_accounts.set_account(actor=keeper, party=party, now=later, **OTHER)
    assert second.usable_from == later + timedelta(hours=24)

    with pytest.raises(PayoutAccountRests):
        ask("too-early", now=second.usable_from - timedelta(seconds=1))
    late = ask("to-the-second", now=second.usable_from)

    going = [payout_accounts.destination(each.payout_id) for each in (early, late)]
    assert [each and each.number for each in going] == ["6222020200112233", "wang@pay.example"]
    assert "6222020200112233" not in repr(going)
    told = {
        who: sum(line.kind == "payout_account" for line in inbox.lines(actor=who_is))
        for who, who_is in (("owner", owner), ("keeper", keeper), ("clerk", clerk))
    }
    assert told == {"owner": 2, "keeper": 2, "clerk": 0}
    kept = str(
        sql.rows("SELECT holder_sealed, number_sealed, number_masked FROM led_payout_account")
    )
    assert "6222020200112233" not in kept


def test_who_may_not_and_what_is_none() -> None:
    shop = builders.a_shop()
    party = Party("shop", shop.id)
    unproven = roles.held_back(shop.owner, proven_s_ago=601)
    refused = [
        (unproven, SecondStepNeeded),
        (builders.a_clerk(shop, "manage"), NotAllowed),
        (builders.a_person(), NotFound),
        (builders.an_operator(), NotAllowed),
    ]
    for actor, refusal in refused:
        with pytest.raises(refusal):
            payout_accounts.set_account(actor=actor, party=party, now=NOW, **BANK)
    for bent in (
        {"kind": "cash"}, {"number": "1234567"}, {"number": "6222x20200112233"}, {"bank": ""},
        {"holder": " "}, {"kind": "provider", "number": "两个字符"},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            payout_accounts.set_account(actor=shop.owner, party=party, now=NOW, **{**BANK, **bent})
    assert payout_accounts.account_of(party, actor=shop.owner) is None
    assert not [line for line in inbox.lines(actor=shop.owner) if line.kind == "payout_account"]


def test_the_database_keeps_accounts_as_they_were() -> None:
    shop = builders.a_shop()
    builders.a_payout_account(shop.owner, Party("shop", shop.id))
    for change in (
        "UPDATE led_payout_account SET usable_from = set_at",
        "UPDATE led_payout_account SET number_masked = 'x'",
        "DELETE FROM led_payout_account",
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            sql.change(change)
