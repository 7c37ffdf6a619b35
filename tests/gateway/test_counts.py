"""How often a room's count is told: at once what is new, and what is not before it is forgotten."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from laotie.live import presence
from laotie.live.presence import Audience, Tally
from laotie.surfaces.gateway import hub, room
from laotie.surfaces.gateway.options import Options
from laotie.surfaces.gateway.room import Room


@pytest.fixture
def seated() -> Room[Any]:
    """A room with one viewer, who has been counted at second 100."""
    found: Room[Any] = Room(uuid4(), Options())
    viewer: Any = object()
    found.members[viewer] = None
    assert found.tally(100.0) == Tally(found.id, 0, 0, 1)
    return found


@pytest.mark.parametrize("pulse_s", [1.0, 5.0])
def test_a_count_that_stays_is_told_again_by_the_clock(seated: Room[Any], pulse_s: float) -> None:
    pulses = [100.0 + pulse_s * n for n in range(1, int(30 / pulse_s) + 1)]

    told = [now for now in pulses if seated.tally(now) is not None]

    assert told == [110.0, 120.0, 130.0]


def test_no_pressure_lets_viewers_be_forgotten() -> None:
    pulse_s = Options().pulse_ms / 1000
    rarest = timedelta(seconds=room._REPEATED_S + hub._PULSES_PER_SHED * pulse_s)

    assert rarest < presence._FRESH


def test_counts_that_did_not_arrive_go_out_with_the_next_pulse(seated: Room[Any]) -> None:
    seated.like(uuid4(), 7, 100.5)
    lost = seated.tally(101.0)
    assert lost == Tally(seated.id, 7, 0, 1)
    seated.untally(lost)

    assert seated.tally(102.0) == lost

    still = seated.tally(112.0)
    assert still == Tally(seated.id, 0, 0, 1)
    seated.untally(still)
    assert [seated.tally(113.0), seated.tally(114.0)] == [still, None]


@pytest.mark.parametrize(
    ("viewers_in_all", "buys", "says"),
    [
        (1, (20_000, 20_000), (500, 500)),
        (4, (5_000, 5_000), (125, 125)),
        (100, (200, 200), (5, 10)),
        (10_000, (3, 30), (1, 10)),
        (0, (20_000, 20_000), (500, 500)),
    ],
)
def test_a_process_takes_its_viewers_part_of_what_a_room_may(
    seated: Room[Any], viewers_in_all: int, buys: tuple[float, float], says: tuple[float, float]
) -> None:
    seated.heard(Audience(likes=0, viewers=2))

    seated.heard(Audience(likes=0, viewers=viewers_in_all))

    assert (seated.buys.rate, seated.buys.size) == buys
    assert (seated._says.rate, seated._says.size) == says


def test_who_comes_in_between_two_counts_brings_their_part_along(seated: Room[Any]) -> None:
    seated.send_snapshot = lambda member: None  # type: ignore[method-assign]
    seated.heard(Audience(likes=0, viewers=10_000))
    assert seated.buys.rate == 3

    for _ in range(3_332):
        seated.sit(object(), reached=None)

    # With 9,999 elsewhere they are a quarter, before anybody has counted them.
    assert (seated.buys.rate, seated.buys.size) == (5_000, 5_000)
    assert seated._says.rate == 125
    seated.tally(101.0)
    seated.heard(Audience(likes=0, viewers=9_999 + 3_333))
    assert seated.buys.rate == 5_000
