"""Batches of flash wishes on PostgreSQL against a page of Python: the same answers, in order."""

import itertools
import os
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.builders import NOW, ShopOfOne, a_person, a_shop, a_stocked_sku
from tests.outside import stand_in
from tests.usecases.trade.flashes import PRICE_FEN, Flash, a_flash, buy, settled_in

from laotie.accounts import addresses
from laotie.kernel import sql
from laotie.kernel.actor import Actor
from laotie.trade import stock
from laotie.trade.flash import Outcome

SOAK = os.environ.get("LAOTIE_SOAK") == "1"
BUYERS = 3  # The last one has no address.
OLD = 1  # Whose address may have no copy for orders when a batch comes.
_lives = itertools.count(1)


@dataclass(frozen=True)
class Tap:
    """buyer, goods: which of them. key: a few, so that they meet again."""

    buyer: int
    goods: int
    units: int
    key: int
    price_fen: int


@dataclass
class Shelf:
    """left: on the shelf. offer_left: of the offer's number. Limits are per buyer."""

    left: int
    offer_left: int | None
    limit: int | None
    offer_limit: int | None
    bought: dict[int, int] = field(default_factory=dict)


@dataclass
class Model:
    """What was promised, said in the plainest way."""

    shelves: list[Shelf]
    kept: dict[tuple[int, int], Tap] = field(default_factory=dict)

    def tap(self, tap: Tap) -> tuple[Outcome, int | None]:
        """The outcome, and how many could be had where that was the reason."""
        kept = self.kept.get((tap.buyer, tap.key))
        if kept is not None:
            return (Outcome.REPLAY if kept == tap else Outcome.KEY_REUSED), None
        if tap.price_fen != PRICE_FEN:
            return Outcome.PRICE_CHANGED, None
        if tap.buyer == BUYERS - 1:
            return Outcome.ADDRESS_NEEDED, None
        shelf = self.shelves[tap.goods]
        for left in (shelf.left, shelf.offer_left):
            if left is not None and left < tap.units:
                return Outcome.SOLD_OUT, left
        had = shelf.bought.get(tap.buyer, 0)
        limits = [limit for limit in (shelf.limit, shelf.offer_limit) if limit is not None]
        if limits and had + tap.units > min(limits):
            return Outcome.LIMIT, max(0, min(limits) - had)
        shelf.left -= tap.units
        if shelf.offer_left is not None:
            shelf.offer_left -= tap.units
        shelf.bought[tap.buyer] = had + tap.units
        self.kept[tap.buyer, tap.key] = tap
        return Outcome.ACCEPTED, None

    def batch(self, taps: list[Tap], *, is_bare: bool) -> list[tuple[Outcome, int | None]]:
        """In arrival order, save that who waits for the copy of their address comes last."""
        last = [
            is_bare
            and tap.buyer == OLD
            and tap.price_fen == PRICE_FEN
            and (tap.buyer, tap.key) not in self.kept
            for tap in taps
        ]
        told = {at: self.tap(taps[at]) for at in sorted(range(len(taps)), key=last.__getitem__)}
        return [told[at] for at in range(len(taps))]


taps = st.builds(
    Tap,
    buyer=st.integers(0, BUYERS - 1),
    goods=st.integers(0, 1),
    units=st.integers(1, 3),
    key=st.integers(0, 9),
    price_fen=st.sampled_from([PRICE_FEN] * 5 + [PRICE_FEN + 1]),
)
some_limit = st.one_of(st.none(), st.integers(1, 5))
shelves = st.builds(
    Shelf,
    left=st.integers(0, 9),
    offer_left=st.one_of(st.none(), st.integers(1, 9)),
    limit=some_limit,
    offer_limit=some_limit,
    bought=st.builds(dict),
).filter(lambda shelf: (shelf.offer_limit or 0) <= (shelf.offer_left or 9))
batches = st.lists(st.lists(taps, min_size=1, max_size=12), min_size=1, max_size=4)


def a_shelf(shop: ShopOfOne, shelf: Shelf) -> Flash:
    sku = a_stocked_sku(shop, 3990, on_hand=shelf.left, limit=shelf.limit)
    return a_flash(shop=shop, sku_id=sku, quantity=shelf.offer_left, limit=shelf.offer_limit)


@pytest.mark.usefixtures("db")
def test_batches_are_answered_as_the_model_answers() -> None:
    with stand_in():
        shop = a_shop()
        crowd = [settled_in(a_person()) for _ in range(BUYERS - 1)] + [a_person()]
        seen: set[Outcome] = set()

        @settings(
            max_examples=300 if SOAK else 15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate, Phase.shrink],
            derandomize=not SOAK,
            print_blob=True,
        )
        @given(st.lists(shelves, min_size=2, max_size=2), batches)
        def live(kinds: list[Shelf], days: list[list[Tap]]) -> None:
            seen.update(compare(shop, crowd, kinds, days))

        live()
    # Else the model would have been asked too little.
    assert seen == {
        Outcome.ACCEPTED,
        Outcome.REPLAY,
        Outcome.KEY_REUSED,
        Outcome.SOLD_OUT,
        Outcome.LIMIT,
        Outcome.PRICE_CHANGED,
        Outcome.ADDRESS_NEEDED,
    }


def address_of(buyer: Actor, *, is_bare: bool) -> None:
    """Without its copy for orders, as a release leaves it that knows of none; or with it."""
    assert buyer.person_id
    if is_bare:
        sql.change(
            "UPDATE accounts_address SET order_sealed = NULL, order_masked = NULL"
            " WHERE person_id = %s",
            [buyer.person_id],
        )
    else:
        addresses.copy_defaults_for_orders(person_ids=[buyer.person_id], now=NOW)


def compare(
    shop: ShopOfOne, crowd: list[Actor], kinds: list[Shelf], days: list[list[Tap]]
) -> set[Outcome]:
    """One life of two shelves, batch by batch; which outcomes it came by."""
    seen: set[Outcome] = set()
    life = next(_lives)
    goods = [a_shelf(shop, shelf) for shelf in kinds]
    model = Model(kinds)
    order_of: dict[tuple[int, int], UUID | None] = {}
    for day in days:
        is_bare = len(day) % 2 == 0  # Some of them, and the same ones when a life is played again.
        address_of(crowd[OLD], is_bare=is_bare)
        wishes = [
            goods[tap.goods].wish(
                crowd[tap.buyer], tap.units, key=f"life-{life}-{tap.key}", price_fen=tap.price_fen
            )
            for tap in day
        ]
        told = buy(*wishes)

        expected = model.batch(day, is_bare=is_bare)
        assert [(each.outcome, each.remaining) for each in told] == expected
        seen.update(each.outcome for each in told)
        for tap, verdict in zip(day, told, strict=True):
            if verdict.outcome is Outcome.ACCEPTED:
                order_of[tap.buyer, tap.key] = verdict.order_id
            elif verdict.outcome is Outcome.REPLAY:
                assert verdict.order_id == order_of[tap.buyer, tap.key]
    left = stock.available([each.sku_id for each in goods])
    assert [left[each.sku_id] for each in goods] == [shelf.left for shelf in model.shelves]
    return seen
