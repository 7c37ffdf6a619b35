"""Parcels go forward, and freight follows the nearest rule."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laotie.delivery import rules
from laotie.delivery.rules import ROAD, FreightRule, ParcelState

P = ParcelState


@pytest.mark.parametrize(
    ("track", "state"),
    [
        ([], P.CREATED),
        ([P.LABELLED, P.PICKED_UP, P.IN_TRANSIT], P.IN_TRANSIT),
        ([P.IN_TRANSIT, P.PICKED_UP], P.IN_TRANSIT),
        ([P.IN_TRANSIT, P.EXCEPTION], P.EXCEPTION),
        ([P.IN_TRANSIT, P.EXCEPTION, P.OUT_FOR_DELIVERY], P.OUT_FOR_DELIVERY),
        ([P.DELIVERED, P.EXCEPTION], P.DELIVERED),
        ([P.DELIVERED, P.RETURNING], P.RETURNING),
        ([P.DELIVERED, P.RETURNING, P.RETURNED], P.RETURNED),
        ([P.IN_TRANSIT, P.LOST], P.LOST),
    ],
)
def test_a_parcel_is_where_its_track_says(track: list[ParcelState], state: ParcelState) -> None:
    assert rules.state_after(track) is state


@given(st.lists(st.sampled_from(ROAD), max_size=8))
def test_on_the_road_it_only_goes_forward(track: list[ParcelState]) -> None:
    places = [ROAD.index(rules.state_after(track[:end])) for end in range(len(track) + 1)]

    assert all(here <= there for here, there in itertools.pairwise(places))


@pytest.mark.parametrize(
    ("goods_fen", "region", "fen"),
    [
        (999, None, 600),
        (1000, None, 0),
        (999, "330100", 600),
        (999, "650000", 2000),
        (5000, "650100", 2000),
        (999, "650200", 2500),
    ],
)
def test_freight_follows_city_then_province_then_the_flat_price(
    goods_fen: int, region: str | None, fen: int
) -> None:
    rule = FreightRule(600, 1000, {"650000": 2000, "650200": 2500})

    assert rules.freight_fen(rule, goods_fen=goods_fen, region_code=region) == fen
