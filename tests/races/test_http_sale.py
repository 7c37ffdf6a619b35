"""The same races through the front door: the real web process, real sockets, many clients at once.

What each guard prevents is shown next to it, in a database of the test's own in which that guard
is taken away. Pairs below the API (row locks, the ledger) have their twins in `test_trade_races`,
`test_ledger_races` and `tests/usecases/payments/test_notices.py`.
"""

from uuid import UUID

import httpx
import pytest
from tests import conftest as house
from tests import racing
from tests.builders import (
    a_key,
    a_person,
    a_quote,
    a_shop,
    a_stocked_sku,
)
from tests.races.front_door import endings, placing, rows, take_guard
from tests.web_process import Web

from laotie.kernel import clock, ids, sql
from laotie.kernel.actor import Actor
from laotie.trade import stock
from laotie.trade.quotes import Quote

# -- Many buyers, few goods --------------------------------------------------------------------


def a_rush(web: Web, buyers: int, units: int) -> tuple[UUID, list[httpx.Response]]:
    """So many buyers for so many units; the SKU, and what each was answered."""
    sku, now = a_stocked_sku(a_shop(), on_hand=units), clock.now()
    crowd = [a_person() for _ in range(buyers)]
    wishes = [placing(buyer, a_quote(buyer, {sku: 1}, now=now), a_key()) for buyer in crowd]
    return sku, web.together(wishes)


@pytest.mark.usefixtures("db")
def test_a_hundred_buyers_for_ten_units_get_ten_orders_and_ninety_clear_refusals(web: Web) -> None:
    sku, answers = a_rush(web, 100, 10)

    assert endings(answers) == {(201, ""): 10, (409, "SOLD_OUT"): 90}
    for no in (answer.json() for answer in answers if answer.is_error):
        assert no["message"]
        assert no["facts"] == {"sku_id": ids.public("sku", sku), "remaining": 0}
    assert stock.available([sku]) == {sku: 0}
    assert sql.rows("SELECT on_hand, reserved FROM trade_stock") == [(10, 10)]
    assert sql.rows("SELECT count(*), count(DISTINCT buyer_id) FROM trade_order") == [(10, 10)]
    told = {answer.json()["orders"][0]["order_id"] for answer in answers if answer.is_success}
    kept = {ids.public("ord", id) for (id,) in sql.rows("SELECT id FROM trade_order")}
    assert told == kept


def test_with_read_add_write_instead_of_the_lock_more_is_sold_than_there_is(
    guards: str, unguarded_web: Web
) -> None:
    racing.replace_placing(guards, racing.read_add_write)

    _, answers = a_rush(unguarded_web, 40, 10)

    assert endings(answers)[201, ""] > 10
    assert rows("trade_order") > 10
    assert "trade.reserved_is_what_orders_wait_for" in str(house.broken_invariants())


# -- One click that arrives several times ------------------------------------------------------


def the_last_unit() -> tuple[Actor, Quote]:
    sku, buyer = a_stocked_sku(a_shop(), on_hand=1), a_person()
    return buyer, a_quote(buyer, {sku: 1}, now=clock.now())


@pytest.mark.usefixtures("db")
def test_one_click_that_arrives_twenty_times_is_one_order_and_one_answer(web: Web) -> None:
    wish = placing(*the_last_unit(), a_key())

    answers = web.together([wish] * 20, insists=True)

    assert endings(answers) == {(201, ""): 20}
    assert all(answer.json() == answers[0].json() for answer in [*answers, web.ask(wish)])
    assert rows("trade_order") == 1


@pytest.mark.usefixtures("db")
def test_a_click_that_comes_while_its_twin_is_under_way_is_told_to_come_back(web: Web) -> None:
    wish = placing(*the_last_unit(), a_key())

    answers = web.together([wish] * 20)

    assert endings(answers).keys() <= {(201, ""), (503, "BUSY")}
    assert all("Retry-After" in answer.headers for answer in answers if answer.is_error)
    assert rows("trade_order") == 1


def test_with_no_memory_of_keys_a_second_click_is_told_that_all_is_sold(
    guards: str, unguarded_web: Web
) -> None:
    racing.replace_placing(guards, racing.replays_before_the_lock)
    take_guard(
        guards,
        "CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN NEW.scope := NEW.scope || random(); RETURN NEW; END $$",
        "CREATE TRIGGER forget BEFORE INSERT ON remembered_answer FOR EACH ROW EXECUTE FUNCTION forget()",
        "GRANT EXECUTE ON FUNCTION forget TO laotie_app",
    )

    answers = unguarded_web.together([placing(*the_last_unit(), a_key())] * 8, insists=True)

    assert endings(answers)[409, "SOLD_OUT"] > 0


@pytest.mark.usefixtures("db")
def test_a_key_that_comes_with_another_wish_is_refused(web: Web) -> None:
    shop, buyer, key = a_shop(), a_person(), a_key()
    first, second = (
        placing(buyer, a_quote(buyer, {a_stocked_sku(shop): 1}, now=clock.now()), key)
        for _ in range(2)
    )

    answers = web.together([first, second] * 6, insists=True)

    assert endings(answers) == {(201, ""): 6, (409, "KEY_REUSED"): 6}
    (accepted,) = {answer.json()["group_id"] for answer in answers if answer.is_success}
    assert accepted in {
        first.body["quote_id"].replace("qte", "grp"),
        second.body["quote_id"].replace("qte", "grp"),
    }
    assert all(answer.json()["message"] for answer in answers if answer.is_error)
    assert rows("trade_order") == 1
