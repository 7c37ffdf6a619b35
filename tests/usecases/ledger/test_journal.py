"""The journal posts a key once, keeps every account above its floor, and ends each hold once."""

import pytest
from django.db import IntegrityError, transaction
from tests.acceptance.orders import example, order_of
from tests.statements import counted
from tests.usecases.ledger import books
from tests.usecases.ledger.books import a_shop, entry, gift, post

from laotie.kernel import ids, sql
from laotie.kernel.errors import KeyReused, WrongState
from laotie.ledger import chart, journal, settlement
from laotie.ledger.journal import InsufficientFunds, Leg
from laotie.ledger.terms import PLATFORM, Party
from laotie.ledger.verify import verify

pytestmark = pytest.mark.usefixtures("db")
WORKED = example("worked_order")


def test_the_chart_is_the_databases() -> None:
    kinds = dict(sql.rows("SELECT kind, of_platform FROM led_kind"))

    assert {kind for kind, of_platform in kinds.items() if of_platform} == chart.PLATFORM_KINDS
    assert {kind for kind, of_platform in kinds.items() if not of_platform} == chart.PARTY_KINDS


def test_a_key_posts_once_and_refuses_anything_else() -> None:
    shop = a_shop()
    first = post(gift("key", shop, 5))["key"]

    again = post(gift("key", shop, 5))["key"]

    assert first.is_new
    assert again == journal.Posted(first.txn_id, is_new=False)
    with pytest.raises(KeyReused):
        post(gift("key", shop, 6), gift("other", shop, 1))
    assert books.balances(shop) == (0, 5, 0)
    assert books.transactions() == 1


def test_no_account_falls_under_its_floor() -> None:
    shop = a_shop()
    post(gift("in", shop, 5))

    with pytest.raises(InsufficientFunds):
        post(gift("out", shop, -6))
    post(gift("all", shop, -5))

    assert books.balances(shop) == (0, 0, 0)


def test_nobody_is_owed_through_a_receivable() -> None:
    with pytest.raises(IntegrityError, match="led_account_ceiling"):
        post(entry("up", Leg(a_shop(), chart.RECEIVABLE, 1), Leg(PLATFORM, chart.CLAIMS, -1)))


@pytest.mark.parametrize(
    "leg",
    [
        Leg(PLATFORM, chart.AVAILABLE, 1),
        Leg(Party("shop", ids.new()), chart.ESCROW, 1),
        Leg(PLATFORM, "pocket", 1),
    ],
)
def test_only_accounts_of_the_chart_exist(leg: Leg) -> None:
    with pytest.raises(IntegrityError):
        post(entry("odd", leg, Leg(PLATFORM, chart.ROUNDING, -1)))


def test_held_money_cannot_be_spent_and_a_hold_ends_once() -> None:
    shop = a_shop()
    post(gift("in", shop, 10))
    legs = (Leg(shop, chart.AVAILABLE, -7), Leg(PLATFORM, chart.PSP_CLEARING, 7))

    with transaction.atomic():
        held = journal.hold(entry("hold", *legs))
    assert books.on("available", shop) == 10
    with pytest.raises(InsufficientFunds):
        post(gift("spend", shop, -4))
    with pytest.raises(InsufficientFunds), transaction.atomic():
        journal.hold(entry("hold-2", *legs))

    with transaction.atomic():
        assert journal.resolve(held.txn_id, "post", entry("end"))
        assert not journal.resolve(held.txn_id, "post", entry("end"))
    for outcome, idem in (("void", "other"), ("post", "other")):
        with pytest.raises(WrongState), transaction.atomic():
            journal.resolve(held.txn_id, outcome, entry(idem))  # type: ignore[arg-type]
    with pytest.raises(KeyReused), transaction.atomic():
        journal.resolve(held.txn_id, "void", entry("end"))

    assert books.on("available", shop) == 3
    assert books.on("psp_clearing") == 7
    assert verify() == []


def test_a_voided_hold_is_free_again() -> None:
    shop = a_shop()
    post(gift("in", shop, 10))
    with transaction.atomic():
        held = journal.hold(
            entry("hold", Leg(shop, chart.AVAILABLE, -7), Leg(PLATFORM, chart.PSP_CLEARING, 7))
        )

    with transaction.atomic():
        journal.resolve(held.txn_id, "void", entry("end"))

    post(gift("spend", shop, -10))
    assert books.balances(shop) == (0, 0, 0)
    assert books.on("psp_clearing") == 0
    assert verify() == []


def test_reversing_a_reversal_restores_balances() -> None:
    shop = a_shop()
    first = post(gift("in", shop, 10))["in"]
    before = books.everything()

    with transaction.atomic():
        assert journal.reverse(first.txn_id, entry("back"))
        assert not journal.reverse(first.txn_id, entry("back"))
    assert books.everything() == {}
    ((back,),) = sql.rows("SELECT id FROM led_txn WHERE idem = 'back'")
    with transaction.atomic():
        journal.reverse(back, entry("forth"))

    assert books.everything() == before
    with pytest.raises(WrongState), transaction.atomic():
        journal.reverse(first.txn_id, entry("back again"))
    assert verify() == []


def test_a_rolled_back_savepoint_takes_its_postings_along() -> None:
    shop = a_shop()

    with transaction.atomic():
        with transaction.atomic():
            journal.post([gift("kept", shop, 1)])
        with pytest.raises(RuntimeError), transaction.atomic():
            journal.post([gift("lost", shop, 2)])
            raise RuntimeError
        journal.post([gift("last", shop, 4)])

    assert books.balances(shop) == (0, 5, 0)
    assert verify() == []


def test_platform_accounts_are_shards_and_a_call_touches_one_of_each() -> None:
    shop = a_shop()
    post(*(gift(f"set{number}", shop, 1) for number in range(50)))
    touched = sql.rows("SELECT shard, version FROM led_account WHERE kind = 'rounding'")
    assert [version for _, version in touched] == [1]

    with transaction.atomic():
        for number in range(150):
            journal.post([gift(f"g{number}", shop, 1)])

    rows = sql.rows("SELECT shard FROM led_account WHERE kind = 'rounding' ORDER BY shard")
    assert [shard for (shard,) in rows] == list(range(16))
    assert books.on("rounding") == -200


def test_capturing_two_hundred_orders_takes_three_statements() -> None:
    payments = [settlement.Captured(ids.new(), (order_of(WORKED),)) for _ in range(200)]

    with counted() as first, transaction.atomic():
        settlement.capture_many(payments, now=books.NOW)
    with counted() as again, transaction.atomic():
        settlement.capture_many(payments, now=books.NOW)

    assert len(first) == 3 + 2  # BEGIN and COMMIT.
    assert len(again) == 2 + 2
    assert books.on("escrow") == 200 * WORKED["expected"]["inflow"]
    assert verify() == []
