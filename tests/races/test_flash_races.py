"""Two gateways on one shelf: each unit is sold once, and no twin of a yes is told no.

Each race has a twin in which its guard is off, so that it is known to see what it looks for.
"""

import random
from collections import Counter
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
from tests import conftest as house
from tests import racing
from tests.builders import a_person, a_shop, a_stocked_sku
from tests.outside import World
from tests.racing import faults, together
from tests.usecases.trade import flashes
from tests.usecases.trade.flashes import Flash, a_flash, settled_in

from laotie.kernel import sql
from laotie.kernel.actor import Actor
from laotie.trade import stock
from laotie.trade.flash import Outcome, Verdict, Wish

UNITS, PEOPLE, SIZE = 25, 30, 16
Told = list[tuple[Wish, Verdict]]


def buy(*wishes: Wish) -> list[Verdict]:
    """Whoever races waits for the other's row as long as that takes, not for a second."""
    sql.rows("SELECT set_config('lock_timeout', '1h', false)")
    try:
        return flashes.buy(*wishes)
    finally:
        sql.rows("SELECT set_config('lock_timeout', '0', false)")


def a_rush() -> tuple[list[Flash], list[Wish]]:
    """Two kinds of goods, one of them with an offer of fewer units; more is wished for than is."""
    dice = random.Random(11)
    shop = a_shop()
    plenty = a_flash(shop=shop, sku_id=a_stocked_sku(shop, 3990, on_hand=UNITS))
    few = a_flash(shop=shop, sku_id=a_stocked_sku(shop, 3990, on_hand=UNITS), quantity=UNITS - 5)
    crowd = [settled_in(a_person()) for _ in range(PEOPLE)]
    goods = [plenty, few]
    return goods, [
        dice.choice(goods).wish(buyer, dice.randint(1, 3)) for buyer in crowd for _ in range(2)
    ]


def two_gateways(one: list[Wish], other: list[Wish]) -> list[Any]:
    """What each was told, in batches of some."""

    def batches(own: list[Wish]) -> Told:
        told: Told = []
        for start in range(0, len(own), SIZE):
            batch = own[start : start + SIZE]
            told += zip(batch, buy(*batch), strict=True)
        return told

    return together([partial(batches, one), partial(batches, other)])


def twice_in_disorder(wishes: list[Wish], seed: int) -> list[Wish]:
    own = wishes * 2
    random.Random(seed).shuffle(own)
    return own


def lied_to(ends: list[Any]) -> list[Counter[Outcome]]:
    """Keys of which more than one was accepted, or one was and a twin was told something else."""
    told: dict[str, Counter[Outcome]] = {}
    for wish, verdict in (pair for end in ends for pair in end):
        told.setdefault(wish.key, Counter())[verdict.outcome] += 1
    return [
        outcomes
        for outcomes in told.values()
        if outcomes[Outcome.ACCEPTED] > 1
        or (outcomes[Outcome.ACCEPTED] and outcomes.keys() - {Outcome.ACCEPTED, Outcome.REPLAY})
    ]


def sold() -> dict[UUID, int]:
    return dict(sql.rows("SELECT sku_id, sum(quantity) FROM trade_order_line GROUP BY 1"))


def test_each_unit_is_sold_once_and_no_twin_hears_another_story(world: World) -> None:
    goods, wishes = a_rush()

    ends = two_gateways(twice_in_disorder(wishes, 1), twice_in_disorder(wishes, 2))

    assert faults(ends) == []
    assert lied_to(ends) == []
    plenty, few = goods
    left = stock.available([plenty.sku_id, few.sku_id])
    assert {sku: left[sku] + units for sku, units in sold().items()} == dict.fromkeys(left, UNITS)
    assert stock.offer_left([few.offer_id]) == {few.offer_id: UNITS - 5 - sold()[few.sku_id]}
    # What was left at the end fitted nobody: then all of it comes again, and nothing moves.
    again = dict(zip((wish.key for wish in wishes), buy(*wishes), strict=True))
    kept = dict(sql.rows("SELECT key, id FROM trade_checkout"))
    assert {
        key: verdict.group_id for key, verdict in again.items() if verdict.outcome is Outcome.REPLAY
    } == kept
    assert {verdict.outcome for key, verdict in again.items() if key not in kept} <= {
        Outcome.SOLD_OUT
    }


def test_without_the_lock_more_is_sold_than_there_is(unguarded: str) -> None:
    _, wishes = a_rush()

    def read_add_write(text: str) -> str:
        text = text.replace("FOR NO KEY UPDATE", "")
        text = text.replace("    -- Greedy", f"{racing.MEET}    -- Greedy", 1)
        for counted, total, seen in (("reserved", "on_hand", "s"), ("sold", "quantity", "o")):
            text = text.replace(
                f"SET {counted} = {counted} + u.units\n",
                f"SET {counted} = {total} - u.seen + u.units\n",
            )
            text = text.replace(
                f"{seen}_used) u(id, units)", f"{seen}_used, {seen}_left) u(id, units, seen)"
            )
        # An offer without a number has none left to reckon from.
        return text.replace("quantity - u.seen", "coalesce(quantity, 0) - coalesce(u.seen, 0)")

    racing.replace_placing(unguarded, read_add_write, name="buy_flash")

    two_gateways(wishes[::2], wishes[1::2])

    assert max(sold().values()) > UNITS
    assert "trade.reserved_is_what_orders_wait_for" in str(house.broken_invariants())


def one_tap_that_arrives(times: int) -> list[Any]:
    """The last unit, at several gateways at once."""
    tea, buyer = a_flash(on_hand=1), settled_in(a_person())
    buy(tea.wish(a_person()))  # Has no address; what the goods cost is known from here on.
    wish = tea.wish(buyer)
    return together([lambda: [(wish, *buy(wish))]] * times)


def test_one_tap_that_arrives_six_times_is_one_order(world: World) -> None:
    ends = one_tap_that_arrives(6)

    assert faults(ends) == []
    assert lied_to(ends) == []
    assert sql.rows("SELECT count(*) FROM trade_order") == [(1,)]


def test_keys_looked_for_before_the_lock_are_missed(unguarded: str) -> None:
    def known_before(text: str) -> str:
        text = text.replace("BEGIN\n", f"""    known uuid[];
BEGIN
    SELECT array_agg(c.id) INTO known FROM trade_checkout c WHERE c.key = ANY (p_key);
    {racing.MEET}
""", 1)  # fmt: skip
        return text.replace("c.key = p.key OFFSET", "c.key = p.key AND c.id = ANY (known) OFFSET")

    racing.replace_placing(unguarded, known_before, name="buy_flash")

    assert lied_to(one_tap_that_arrives(6))


def keys_for_two_things(count: int) -> Counter[Outcome]:
    """Nothing is shared but the buyer's keys, so no lock of goods makes one wait for the other.

    The two ask in opposite order, as if to deadlock.
    """
    buyer: Actor = settled_in(a_person())
    tea, cup = a_flash(), a_flash()
    first = [tea.wish(buyer) for _ in range(count)]
    second = [cup.wish(buyer, key=wish.key) for wish in reversed(first)]
    ends = together([partial(buy, *first), partial(buy, *second)])
    assert faults(ends) == []
    return Counter(verdict.outcome for end in ends for verdict in end)


def test_one_key_for_two_things_at_once_is_one_order(world: World) -> None:
    for _ in range(3):
        assert keys_for_two_things(8) == {Outcome.ACCEPTED: 8, Outcome.KEY_REUSED: 8}


def test_without_the_unique_key_it_would_be_two(unguarded: str) -> None:
    def slowly(text: str) -> str:
        return text.replace("    -- Greedy", f"{racing.MEET}    -- Greedy", 1)

    racing.replace_placing(unguarded, slowly, name="buy_flash")
    with psycopg.connect(unguarded, autocommit=True) as connection:
        connection.execute("ALTER TABLE trade_checkout DROP CONSTRAINT checkout_key_once")

    assert keys_for_two_things(1) == {Outcome.ACCEPTED: 2}


def test_limits_hold_between_gateways(world: World) -> None:
    tea, buyer = a_flash(limit=2), settled_in(a_person())

    ends = together([partial(buy, *(tea.wish(buyer) for _ in range(4))) for _ in range(3)])

    assert faults(ends) == []
    told = Counter(verdict.outcome for end in ends for verdict in end)
    assert told == {Outcome.ACCEPTED: 2, Outcome.LIMIT: 10}
