"""A copy of all data, and leaving: what is in the way, seven days to think again, and what stays."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests import builders
from tests.builders import NOW
from tests.outside import World, stand_in
from tests.usecases.accounts.test_passkeys import holder

from laotie.accounts import addresses, inbox, leaving, my_data, people, roles, sign_in
from laotie.accounts.leaving import StillOpen
from laotie.accounts.sign_in import WrongPassword
from laotie.kernel import sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, SignInFirst, TooMany
from laotie.trade import fulfilment

PASSWORD = "long enough indeed"


@pytest.fixture
def world(db: None) -> Iterator[World]:
    with stand_in() as world:
        yield world


def finished_order(world: World, buyer: Actor) -> None:
    """An order that is over, its after-sale time too."""
    shop = builders.a_shop()
    sku_id = builders.a_stocked_sku(shop)
    builders.a_received_order(world, shop, buyer, {sku_id: 1})
    fulfilment.complete_due(now=NOW + timedelta(days=40))
    world.pump(now=NOW + timedelta(days=40))


def test_the_copy_holds_everything_in_the_open_and_is_the_persons_alone(world: World) -> None:
    phone = builders.a_phone()
    person, _key = holder(builders.a_person("=1+1", phone=phone))
    finished_order(world, person)

    asked = my_data.ask(actor=person, now=NOW)
    assert my_data.ask(actor=person, now=NOW) == asked
    with pytest.raises(NotFound):
        my_data.open_file(actor=person, export_id=asked.id, now=NOW)
    assert my_data.make_waiting(now=NOW) == 1
    assert my_data.make_waiting(now=NOW) == 0

    ready = my_data.latest(person, now=NOW)
    assert ready
    assert (ready.done, ready.total, ready.is_ready) == (asked.total, asked.total, True)
    path = my_data.open_file(actor=person, export_id=asked.id, now=NOW)
    assert path.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        mine = json.loads(archive.read("accounts.json"))
        trade = json.loads(archive.read("trade.json"))
        table = archive.read("accounts/person.csv").decode("utf-8-sig")
        whole = b"".join(archive.read(name) for name in archive.namelist())
    assert mine["person"][0]["phone"] == phone
    assert mine["addresses"][0]["line"] == "文三路 100 号 3 幢 201 室"
    assert len(trade["order_buyer_id"]) == 1
    (row,) = csv.DictReader(io.StringIO(table))
    assert row["name"] == "'=1+1", "a spreadsheet takes it for text"
    assert row["phone"] == f"'{phone}"
    assert b"session_key" not in whole
    assert "data_ready" in {line.kind for line in inbox.lines(actor=person)}

    with pytest.raises(NotFound):
        my_data.open_file(actor=builders.a_person(), export_id=asked.id, now=NOW)
    with pytest.raises(SignInFirst):
        my_data.open_file(actor=Actor.anonymous(), export_id=asked.id, now=NOW)
    week = NOW + timedelta(days=7)
    with pytest.raises(NotFound):
        my_data.open_file(actor=person, export_id=asked.id, now=week)
    assert my_data.forget_old(now=week) == 1
    assert not path.exists()


def test_three_copies_a_day_are_enough(db: None) -> None:
    person = builders.a_person()
    for _time in range(3):
        my_data.ask(actor=person, now=NOW)
        my_data.make_waiting(now=NOW)
    with pytest.raises(TooMany):
        my_data.ask(actor=person, now=NOW)


def test_nobody_leaves_with_something_open(world: World) -> None:
    buyer, shop = builders.a_person(), builders.a_shop()
    order_id = builders.a_paid_order(world, buyer, {builders.a_stocked_sku(shop): 1})

    with pytest.raises(StillOpen) as open_order:
        leaving.ask(actor=buyer, now=NOW)
    with pytest.raises(StillOpen) as owned_shop:
        leaving.ask(actor=shop.owner, now=NOW)
    with pytest.raises(StillOpen) as held_role:
        leaving.ask(actor=builders.an_operator(), now=NOW)

    assert open_order.value.facts["matters"] == ["ORDERS_OPEN"]
    assert owned_shop.value.facts["matters"] == ["SHOP_OWNED"]
    assert held_role.value.facts["matters"] == ["ROLE_HELD"]
    assert leaving.wish_of(buyer) is None
    assert builders.see(buyer, order_id).state == "PAID"


def test_after_seven_days_nobody_bears_the_name_and_the_books_are_whole(world: World) -> None:
    phone = "+8613957204186"  # No number of theirs looks like a count of ours.
    person, _key = holder(builders.a_person("王小明", phone=phone, password=PASSWORD))
    finished_order(world, person)
    my_data.ask(actor=person, now=NOW)
    my_data.make_waiting(now=NOW)
    copy = my_data.latest(person, now=NOW)
    assert copy
    path = my_data.open_file(actor=person, export_id=copy.id, now=NOW)
    start = NOW + timedelta(days=60)

    wish = leaving.ask(actor=person, now=start)
    assert leaving.ask(actor=person, now=start + timedelta(days=1)) == wish
    assert leaving.finish_due(now=wish.due_at - timedelta(seconds=1)) == 0
    leaving.keep(actor=person, now=start)
    assert leaving.finish_due(now=wish.due_at) == 0
    wish = leaving.ask(actor=person, now=start)
    assert leaving.finish_due(now=wish.due_at) == 1
    assert leaving.finish_due(now=wish.due_at) == 0

    assert roles.actor_of(person.person_id, "test").person_id is None
    assert people.card(person.require_person()).name in {"Somebody who left", "已注销用户"}
    assert addresses.copy_of(person.require_person()) == []
    assert not path.exists()
    with pytest.raises(WrongPassword):
        sign_in.with_password(phone=phone, password=PASSWORD, address="::1", now=wish.due_at)
    whole = "".join(
        row
        for (table,) in sql.rows(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename ~ '^(accounts|trade|live|delivery|pay|mfa)'"
        )
        for (row,) in sql.rows(f"SELECT t::text FROM {table} t")
    )
    for trace in ("王小明", phone, phone[-8:], "文三路", "138****8000"):
        assert trace not in whole, trace
    ((kept, sealed),) = sql.rows("SELECT state, length(address_sealed) FROM trade_order")
    assert (kept, sealed) == ("COMPLETED", 0)
    joined = people.join(phone=phone, password=None, name="新人", now=wish.due_at)
    assert joined.id != person.person_id


def test_who_opens_something_again_waits_another_day(world: World) -> None:
    buyer, shop = builders.a_person(), builders.a_shop()
    wish = leaving.ask(actor=buyer, now=NOW)
    builders.a_paid_order(world, buyer, {builders.a_stocked_sku(shop): 1})

    assert leaving.finish_due(now=wish.due_at) == 0

    again = leaving.wish_of(buyer)
    assert again
    assert again.due_at == wish.due_at + timedelta(days=1)
