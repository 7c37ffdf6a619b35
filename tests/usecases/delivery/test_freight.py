"""Freight rules: set by those who may, within bounds."""

from typing import Any

import pytest
from tests.builders import NOW, a_clerk, a_shop

from laotie.delivery import freight
from laotie.delivery.freight import FreightRule
from laotie.kernel.errors import Invalid, NotAllowed, NotFound

pytestmark = pytest.mark.usefixtures("db")


def test_a_shop_without_a_rule_sends_for_nothing() -> None:
    shop = a_shop()

    assert freight.quote(shop.id, goods_fen=1, region_code="330100") == 0
    assert freight.rule_of(shop.id) == FreightRule()


def test_the_newest_rule_counts_for_its_shop_alone() -> None:
    shop, other = a_shop(), a_shop()
    freight.set_rule(actor=shop.owner, shop_id=shop.id, flat_fen=900, now=NOW)

    freight.set_rule(actor=shop.owner, shop_id=shop.id, flat_fen=600, free_over_fen=0, now=NOW)

    goods = {shop.id: 0, other.id: 0}
    assert freight.quotes(goods, region_code=None) == {shop.id: 0, other.id: 0}
    assert freight.rule_of(shop.id) == FreightRule(600, 0, {})


@pytest.mark.parametrize(
    "bad",
    [
        {"flat_fen": -1},
        {"flat_fen": 1_000_001},
        {"flat_fen": True},
        {"flat_fen": "6"},
        {"flat_fen": 0, "free_over_fen": -1},
        {"flat_fen": 0, "by_region": {"999999": 5}},
        {"flat_fen": 0, "by_region": {"330000": -5}},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(bad: dict[str, Any]) -> None:
    shop = a_shop()

    with pytest.raises(Invalid):
        freight.set_rule(actor=shop.owner, shop_id=shop.id, now=NOW, **bad)

    assert freight.rule_of(shop.id) == FreightRule()


def test_only_managers_set_it() -> None:
    shop, rival = a_shop(), a_shop()

    with pytest.raises(NotAllowed):
        freight.set_rule(actor=a_clerk(shop, "ship"), shop_id=shop.id, flat_fen=0, now=NOW)
    with pytest.raises(NotFound):
        freight.set_rule(actor=rival.owner, shop_id=shop.id, flat_fen=0, now=NOW)
