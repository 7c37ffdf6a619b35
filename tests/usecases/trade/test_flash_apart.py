"""Flash batches that are taken apart: who is held up, who fails, and that the others go on."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import OperationalError
from tests.builders import a_person
from tests.usecases.trade.flashes import (
    a_flash,
    buy,
    orders_placed,
    outcomes,
    settled_in,
    statements,
)

from laotie.kernel import crash, sql
from laotie.trade import flash, flash_placing, stock
from laotie.trade.flash import Outcome, Verdict, Wish
from laotie.trade.lately import Lately

pytestmark = pytest.mark.usefixtures("world")
YES, AGAIN, OTHER = Outcome.ACCEPTED, Outcome.REPLAY, Outcome.KEY_REUSED
NOT_NOW, FAILED = Outcome.NOT_NOW, Outcome.FAILED


@pytest.fixture(autouse=True)
def no_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch is taken apart to its end, and goods that were found held are known as such."""
    monkeypatch.setattr(flash, "_PARTED_S", 3_600.0)
    monkeypatch.setattr(flash, "_by_themselves", Lately[UUID](3_600.0))


def test_a_wish_that_fails_by_itself_is_refused_and_costs_the_others_little() -> None:
    tea = a_flash(on_hand=300)
    crowd, odd = [settled_in(a_person()) for _ in range(5)], settled_in(a_person())
    # What only a bug could write: masks that the order's column refuses.
    sql.change(
        "UPDATE accounts_address SET order_masked = NULL WHERE person_id = %s", [odd.person_id]
    )
    buy(tea.wish(a_person()))  # Has no address; what the goods cost is known from here on.
    wishes = [tea.wish(crowd[at % 5]) for at in range(255)]
    wishes.insert(100, tea.wish(odd))

    with statements() as halves:
        told = buy(*wishes)
    # The same key again, and the same buyer under another one.
    with statements() as apart:
        later = buy(wishes[100], *(tea.wish(buyer) for buyer in crowd), tea.wish(odd))

    assert outcomes(told) == [YES] * 100 + [FAILED] + [YES] * 155
    assert outcomes(later) == [FAILED] + [YES] * 5 + [FAILED]
    assert (orders_placed(), stock.available([tea.sku_id])) == (260, {tea.sku_id: 40})
    # Twice whole, then two halves eight times; afterwards one for the others, who are asked first.
    calls = [statement for statement in apart if "CALL" in str(statement)]
    assert (len(halves), len(calls), calls[0] is apart[0]) == (18, 3, True)

    sql.change("UPDATE accounts_address SET order_sealed = NULL")  # Copied anew, and well again.
    assert outcomes(buy(tea.wish(odd))) == [YES]
    assert not flash._alone.among([wishes[100].buyer_id])


def test_a_key_that_races_in_on_other_goods_is_no_failure_of_whoever_buys_alone(
    superuser_url: str,
) -> None:
    tea, buyer, other = a_flash(), settled_in(a_person()), settled_in(a_person())
    wish = tea.wish(buyer)
    flash._alone.note(wish.buyer_id)

    with a_rival(superuser_url, wish), statements() as seen:
        told = buy(tea.wish(other), wish)
    later = buy(tea.wish(buyer))

    assert outcomes(told + later) == [YES, OTHER, YES]
    assert orders_placed() == 2
    # The others first, then this one, which fails, and is looked at once more.
    assert len([statement for statement in seen if "CALL" in str(statement)]) == 3


@contextmanager
def a_rival(superuser_url: str, wish: Wish) -> Iterator[None]:
    """When the wish is written, its key is found unused and is used by then for something else.

    By a session that the statement itself opens, so that nothing waits for anything.
    """
    rival = (
        "INSERT INTO trade_checkout (id, buyer_id, key, digest, state, total_fen, placed_at, pay_by)"
        f" VALUES (gen_random_uuid(), '{wish.buyer_id}', '{wish.key}', 'rival', 'OPEN', 1,"
        " now(), now()) ON CONFLICT DO NOTHING"
    )
    with psycopg.connect(superuser_url, autocommit=True) as owner:
        owner.execute("CREATE EXTENSION dblink")
        owner.execute(
            "CREATE FUNCTION rival() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $body$"
            f"BEGIN PERFORM dblink_exec($url${superuser_url}$url$, $rival${rival}$rival$);"
            " RETURN NEW; END $body$"
        )
        owner.execute(
            "CREATE TRIGGER rival BEFORE INSERT ON trade_checkout FOR EACH ROW"
            f" WHEN (NEW.key = '{wish.key}' AND NEW.digest <> 'rival') EXECUTE FUNCTION rival()"
        )
        try:
            yield
        finally:
            owner.execute("DROP FUNCTION rival CASCADE")
            owner.execute("DROP EXTENSION dblink")
            owner.execute("DELETE FROM trade_checkout WHERE digest = 'rival'")


def test_what_the_server_cannot_do_now_is_no_last_word(monkeypatch: pytest.MonkeyPatch) -> None:
    tea, buyer = a_flash(), settled_in(a_person())

    def no_room(*_: object, **__: object) -> list[Verdict]:
        raise OperationalError from psycopg.errors.DiskFull()

    with monkeypatch.context() as patch:
        patch.setattr(flash_placing, "place", no_room)
        told = buy(tea.wish(buyer), tea.wish(buyer))

    assert outcomes(told) == [NOT_NOW, NOT_NOW]
    assert outcomes(buy(tea.wish(buyer))) == [YES]


def test_goods_that_somebody_holds_are_not_waited_for_by_others(
    superuser_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flash, "_left_alone", Lately[UUID](3_600.0))
    held, free, busy = a_flash(), a_flash(), a_flash(quantity=9)
    buyers = [settled_in(a_person()) for _ in range(3)]
    crowd = [each.wish(buyer) for buyer in buyers for each in (held, free, busy)]
    buy(*(each.wish(a_person()) for each in (held, free, busy)))  # Priced from here on.
    with psycopg.connect(superuser_url) as other:
        lock = "SELECT FROM trade_stock WHERE sku_id = %s FOR UPDATE"
        other.execute(lock, [held.sku_id])

        told = buy(*crowd)
        with statements() as second:
            soon = buy(*(each.wish(buyers[0]) for each in (held, free)))
        count = orders_placed()
        other.rollback()
    monkeypatch.setattr(flash, "_left_alone", Lately[UUID](0.0))  # As after half a second.
    again = buy(*crowd)

    assert outcomes(told) == [NOT_NOW, YES, YES] * 3
    # Those who ask meanwhile do not wait for it at all.
    assert outcomes(soon) == [NOT_NOW, YES]
    assert (len(second), count) == (1, 7)
    assert outcomes(again) == [YES, AGAIN, AGAIN] * 3
    assert sql.rows("SELECT current_setting('lock_timeout')") == [("0",)]


def test_an_address_that_somebody_holds_keeps_nobody_else_waiting(superuser_url: str) -> None:
    tea = a_flash()
    crowd = [settled_in(a_person()) for _ in range(4)]
    _, held, damaged, old = crowd
    sql.change(
        "UPDATE accounts_address SET order_sealed = NULL, order_masked = NULL"
        " WHERE person_id = ANY (%s)",
        [[held.person_id, old.person_id]],
    )
    sql.change(
        "UPDATE accounts_address SET sealed = sealed || '\\x00' WHERE person_id = %s",
        [damaged.person_id],
    )
    wishes = [tea.wish(buyer) for buyer in crowd]
    with psycopg.connect(superuser_url) as other:
        lock = "SELECT FROM accounts_address WHERE person_id = %s FOR UPDATE"
        other.execute(lock, [held.person_id])

        with statements() as seen:
            told = buy(*wishes)
        count = orders_placed()
        other.rollback()
    again = buy(*wishes)

    assert outcomes(told) == [YES, NOT_NOW, Outcome.ADDRESS_NEEDED, YES]
    assert count == 2
    assert len([statement for statement in seen if "CALL" in str(statement)]) == 2
    assert outcomes(again) == [AGAIN, YES, Outcome.ADDRESS_NEEDED, AGAIN]


def test_who_was_answered_stays_so_though_the_goods_are_held_for_the_second_look(
    superuser_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flash, "_left_alone", Lately[UUID](0.0))
    tea, one, old = a_flash(), settled_in(a_person()), settled_in(a_person())
    sql.change(
        "UPDATE accounts_address SET order_sealed = NULL, order_masked = NULL WHERE person_id = %s",
        [old.person_id],
    )
    wishes = [tea.wish(one), tea.wish(old)]
    with psycopg.connect(superuser_url) as other:

        def hold(point: str) -> None:
            if point == "accounts.addresses.copy_defaults_for_orders.after_commit":
                lock = "SELECT FROM trade_stock WHERE sku_id = %s FOR UPDATE"
                other.execute(lock, [tea.sku_id])

        with crash.watched(hold):
            told = buy(*wishes)
        count = orders_placed()
        other.rollback()
    again = buy(*wishes)

    assert (outcomes(told), count) == ([YES, NOT_NOW], 1)
    assert outcomes(again) == [AGAIN, YES]


def test_who_was_answered_stays_so_though_the_server_turns_read_only(
    superuser_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tea, old = a_flash(), settled_in(a_person())
    sql.change(
        "UPDATE accounts_address SET order_sealed = NULL, order_masked = NULL WHERE person_id = %s",
        [old.person_id],
    )
    wishes = [tea.wish(settled_in(a_person())), tea.wish(old)]
    ask = sql.rows

    def asked(statement: str, params: Any = ()) -> list[tuple[Any, ...]]:
        if statement is flash._HELD:
            ask("SELECT set_config('default_transaction_read_only', 'on', false)")
        return ask(statement, params)

    with psycopg.connect(superuser_url) as other:

        def hold(point: str) -> None:
            if point == "accounts.addresses.copy_defaults_for_orders.after_commit":
                lock = "SELECT FROM trade_stock WHERE sku_id = %s FOR UPDATE"
                other.execute(lock, [tea.sku_id])

        try:
            with crash.watched(hold), monkeypatch.context() as patch:
                patch.setattr(sql, "rows", asked)
                told = buy(*wishes)
        finally:
            ask("SELECT set_config('default_transaction_read_only', 'off', false)")
    again = buy(*wishes)

    assert outcomes(told) == [YES, NOT_NOW]
    assert sql.rows("SELECT current_setting('lock_timeout')") == [("0",)]
    assert outcomes(again) == [AGAIN, YES]
