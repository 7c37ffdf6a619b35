"""Captured money that reaches checkouts in sets: as one by one, and one's fault is its own."""

import dataclasses
from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from django.db import transaction
from tests.builders import NOW, a_person, a_placed_order, a_shop, a_stocked_sku
from tests.outside import World
from tests.statements import counted

from laotie.kernel import event_log, ids, sql
from laotie.kernel.actor import Actor
from laotie.ledger.verify import verify
from laotie.payments import intents
from laotie.runtime import wiring
from laotie.trade import checkouts, money_in, orders
from laotie.trade.checkouts import Arrived
from laotie.trade.orders import Placed

LATE = NOW + timedelta(minutes=16)


@dataclasses.dataclass(frozen=True, slots=True)
class Sale:
    buyer: Actor
    placed: Placed
    payment_id: UUID

    @property
    def money(self) -> Arrived:
        return Arrived(self.payment_id, self.placed.group_id, self.placed.total_fen, NOW)


def sales(world: World, skus: Sequence[UUID], count: int) -> list[Sale]:
    """Placed, offered to the provider, and paid there; nobody here has heard of it."""
    made = []
    for _ in range(count):
        buyer = a_person()
        placed = a_placed_order(buyer, dict.fromkeys(skus, 1))
        payment_id = orders.pay(actor=buyer, group_id=placed.group_id, now=NOW).payment_id
        world.open(payment_id, now=NOW)
        world.provider.take_money(ids.public("pay", payment_id), NOW)
        made.append(Sale(buyer, placed, payment_id))
    return made


def heard(made: Sequence[Sale]) -> None:
    """The provider is asked, and all of it is captured and told in one go."""
    cards = intents.refresh_many([sale.payment_id for sale in made], now=NOW).cards
    assert {card.state for card in cards.values()} == {"SUCCEEDED"}


def trade() -> event_log.Consumer:
    return next(consumer for consumer in wiring.consumers() if consumer.name == "trade")


def ends(made: Sequence[Sale]) -> list[tuple[object, ...]]:
    """What became of each checkout, its orders and its money."""
    return [
        sql.rows(
            "SELECT c.state, c.paid_at, c.closed_at, c.close_reason, array(SELECT DISTINCT o.state"
            " FROM trade_order o WHERE o.group_id = c.id), (SELECT sum(held_fen) FROM led_order m"
            " WHERE m.group_id = c.id), (SELECT cause FROM trade_lost_payment l"
            " WHERE l.group_id = c.id), (SELECT count(*) FROM event_log e JOIN trade_order o"
            " ON o.id::text = e.subject AND e.name = 'trade.order_paid' WHERE o.group_id = c.id)"
            " FROM trade_checkout c WHERE c.id = %s",
            [sale.placed.group_id],
        )[0]
        for sale in made
    ]


def told() -> int:
    ((count,),) = sql.rows("SELECT count(*) FROM event_log WHERE name = 'trade.order_paid'")
    assert isinstance(count, int)
    return count


def test_many_captures_of_one_round_become_paid_orders_with_held_money(world: World) -> None:
    one, other = a_stocked_sku(a_shop(), 3990), a_stocked_sku(a_shop(), 1000)
    made = sales(world, [one, other], 3)
    heard(made)

    event_log.read_on(trade())

    assert ends(made) == [("PAID", NOW, None, None, ["PAID"], 4990, None, 2)] * 3
    assert verify() == []


def test_a_set_ends_as_one_by_one_does_whatever_comes(world: World) -> None:
    """Plain, of another amount, late and revived, cancelled before, told twice."""
    sku_id = a_stocked_sku(a_shop(), 1990)

    def play(take: Callable[[list[Arrived]], None]) -> list[tuple[object, ...]]:
        late = sales(world, [sku_id], 1)
        checkouts.expire_due(now=LATE)
        made = [*late, *sales(world, [sku_id], 4)]
        unwanted = made[1].placed.orders[0].order_id
        orders.cancel(actor=made[1].buyer, order_id=unwanted, now=NOW)
        intents.refresh_many([sale.payment_id for sale in made], now=NOW)
        money = [sale.money for sale in made]
        money[2] = dataclasses.replace(money[2], amount_fen=1)
        take([*money, money[3]])
        take(money[:4])
        return ends(made)

    def one_by_one(money: list[Arrived]) -> None:
        for each in money:
            with transaction.atomic():
                checkouts.mark_paid(each, now=NOW)

    def together(money: list[Arrived]) -> None:
        with transaction.atomic():
            money_in.take(money, now=NOW)

    assert play(together) == play(one_by_one)
    assert verify() == []


def test_one_capture_that_cannot_be_held_is_parked_alone(world: World, owner_url: str) -> None:
    made = sales(world, [a_stocked_sku(a_shop(), 1990)], 5)
    poison = made[2].placed.orders[0].order_id
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(
            f"ALTER TABLE led_order ADD CONSTRAINT poison CHECK (order_id <> '{poison}') NOT VALID"
        )
    heard(made)
    try:
        event_log.read_on(trade())
        for _ in range(event_log.MAX_ATTEMPTS):
            sql.change("UPDATE event_retry SET next_at = now()")
            event_log.retry_due(trade())

        states = [end[0] for end in ends(made)]
        assert states == ["PAID", "PAID", "OPEN", "PAID", "PAID"]
        assert told() == 4
        (parked,) = event_log.parked()
        assert parked.subject == str(made[2].payment_id)
        assert "poison" in parked.cause
    finally:
        with psycopg.connect(owner_url, autocommit=True) as owner:
            owner.execute("ALTER TABLE led_order DROP CONSTRAINT poison")

    with transaction.atomic():
        assert event_log.unpark("trade", parked.event_id)
    event_log.retry_due(trade())
    assert [end[0] for end in ends(made)] == ["PAID"] * 5
    assert told() == 5
    assert verify() == []


def test_the_same_set_again_changes_nothing(world: World) -> None:
    made = sales(world, [a_stocked_sku(a_shop(), 1990)], 3)
    heard(made)
    event_log.read_on(trade())
    before = ends(made)

    sql.change("UPDATE event_position SET generation = 0, xid = '0', id = 0")
    event_log.read_on(trade())

    assert ends(made) == before
    assert sql.rows("SELECT count(*) FROM trade_lost_payment") == [(0,)]
    assert verify() == []


@pytest.mark.parametrize("name", ["trade", "trade-notices", "live.screens", "integrations"])
def test_a_batch_costs_as_many_statements_as_one_order(world: World, name: str) -> None:
    """What each hot path costs: fixed numbers, whatever the batch holds."""
    sku_id = a_stocked_sku(a_shop(), 1990)
    consumer = next(each for each in wiring.consumers() if each.name == name)

    def statements(count: int) -> int:
        heard(sales(world, [sku_id], count))
        if name != "trade":
            event_log.read_on(trade())
        with counted() as sent:
            event_log.read_on(consumer)
        return len(sent)

    statements(1)  # The first of a process asks once for what it keeps.
    assert statements(2) == statements(7)
