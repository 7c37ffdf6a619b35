"""Placing in batches: each has its verdict, in the order of arrival, whatever its neighbours are."""

import pytest
from tests import statements
from tests.builders import NOW, a_key, a_person, a_placed_order, a_quote, a_shop, a_stocked_sku
from tests.usecases.trade.test_placing import an_offer, placed_orders

from laotie.kernel import ids, sql
from laotie.kernel.actor import Actor
from laotie.trade import placing, quotes, stock
from laotie.trade.placing import Attempt, Outcome

pytestmark = pytest.mark.usefixtures("world")


def test_a_batch_looks_at_offers_once_however_many_rooms_it_is_of() -> None:
    shop, buyers, rooms = a_shop(), [a_person() for _ in range(4)], [ids.new(), ids.new(), None]
    sku = a_stocked_sku(shop, 3990)
    for price_fen, room in zip((990, 980), rooms, strict=False):
        an_offer(shop.owner, sku, price_fen, room_id=room)
    quotes_made = [
        a_quote(buyer, {sku: 1}, room_id=room)
        for buyer, room in zip(buyers, [*rooms, rooms[0]], strict=True)
    ]

    def sent_for(*who: int) -> int:
        batch = [_attempt(buyers[at], quotes_made[at], a_key()) for at in who]
        with statements.counted() as sent:
            verdicts = placing.place_batch(batch, now=NOW)
        assert {verdict.outcome for verdict in verdicts} == {Outcome.ACCEPTED}
        return len(sent)

    assert [quote.total_fen for quote in quotes_made] == [990, 980, 3990, 990]
    assert sent_for(0) == sent_for(1, 2, 3)


def test_a_batch_gives_each_its_verdict_in_arrival_order() -> None:
    shop = a_shop()
    sku = a_stocked_sku(shop, on_hand=5)
    buyers = [a_person() for _ in range(4)]
    wanted = [a_quote(buyer, {sku: 2}) for buyer in buyers]
    again = a_key()

    verdicts = placing.place_batch(
        [
            _attempt(buyers[0], wanted[0], again),
            _attempt(buyers[0], wanted[0], again),
            _attempt(buyers[1], wanted[1], a_key()),
            _attempt(buyers[2], wanted[2], a_key()),
            _attempt(buyers[3], wanted[0], a_key()),
        ],
        now=NOW,
    )

    assert [verdict.outcome for verdict in verdicts] == [
        Outcome.ACCEPTED,
        Outcome.REPLAY,
        Outcome.ACCEPTED,
        Outcome.SOLD_OUT,
        Outcome.NOT_FOUND,
    ]
    assert verdicts[0].group_id == verdicts[1].group_id == wanted[0].quote_id
    assert (verdicts[3].sku_id, verdicts[3].remaining) == (sku, 1)
    assert stock.available([sku]) == {sku: 1}


def test_a_larger_wish_does_not_block_a_smaller_one_behind_it() -> None:
    shop = a_shop()
    sku = a_stocked_sku(shop, on_hand=5)
    big, small = a_person(), a_person()
    too_many, few = a_quote(big, {sku: 5}), a_quote(small, {sku: 1})
    a_placed_order(a_person(), {sku: 1})

    verdicts = placing.place_batch(
        [_attempt(big, too_many, a_key()), _attempt(small, few, a_key())], now=NOW
    )

    assert [verdict.outcome for verdict in verdicts] == [Outcome.SOLD_OUT, Outcome.ACCEPTED]


def test_a_poison_row_does_not_fail_its_neighbours() -> None:
    shop = a_shop()
    sku = a_stocked_sku(shop, on_hand=5)
    buyers = [a_person() for _ in range(3)]
    wanted = [a_quote(buyer, {sku: 1}) for buyer in buyers]
    # A line that breaks a promise of the table, as only a bug could have written it.
    sql.change(
        "UPDATE trade_quote_line SET goods_fen = 1 WHERE order_id = %s",
        [wanted[1].orders[0].order_id],
    )

    verdicts = placing.place_batch(
        [_attempt(buyer, quote, a_key()) for buyer, quote in zip(buyers, wanted, strict=True)],
        now=NOW,
    )

    assert [verdict.outcome for verdict in verdicts] == [
        Outcome.ACCEPTED,
        Outcome.FAILED,
        Outcome.ACCEPTED,
    ]
    assert (placed_orders(), stock.available([sku])) == (2, {sku: 3})


def _attempt(buyer: Actor, quote: quotes.Quote, key: str) -> Attempt:
    assert buyer.person_id
    return Attempt(buyer.person_id, quote.quote_id, quote.version, key)
