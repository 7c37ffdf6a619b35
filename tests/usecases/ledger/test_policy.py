"""Fees have versions; what was frozen under one is not touched by the next."""

from datetime import timedelta

import pytest
from tests.usecases.ledger import books

from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, SignInFirst
from laotie.ledger import policy

pytestmark = pytest.mark.usefixtures("db")
OPERATOR = Actor(ids.new(), "web", frozenset({"operator"}))
LATER = books.NOW + timedelta(days=1)


def change(actor: Actor = OPERATOR, **other: object) -> policy.FeePolicy:
    given = {"tech_bps": 300, "channel_bps": 38, "split_cap_bps": 2500, "effective_at": LATER}
    return policy.change(actor=actor, now=books.NOW, **(given | other))  # type: ignore[arg-type]


def test_an_installation_has_a_first_policy() -> None:
    first = policy.fee_policy(books.NOW)

    assert (first.tech_bps, first.channel_bps, first.split_cap_bps) == (200, 60, 3000)


def test_a_change_takes_effect_at_its_moment() -> None:
    first = policy.fee_policy(books.NOW)

    second = change()

    assert policy.fee_policy(LATER - timedelta(seconds=1)) == first
    assert policy.fee_policy(LATER) == second
    assert second.version > first.version
    assert (second.tech_bps, second.channel_bps, second.split_cap_bps) == (300, 38, 2500)


def test_plans_are_checked_with_the_platforms_own_rate() -> None:
    assert policy.check_rates([2500, 300], at=books.NOW) == 3000
    with pytest.raises(policy.SplitCapExceeded) as refused:
        policy.check_rates([2500, 301], at=books.NOW)
    assert refused.value.facts == {"share_bps": 3001, "cap_bps": 3000}


@pytest.mark.parametrize(
    "wrong",
    [
        {"tech_bps": -1},
        {"tech_bps": 10_001},
        {"channel_bps": 10_001},
        {"split_cap_bps": 10_001},
        {"effective_at": books.NOW - timedelta(seconds=1)},
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        change(**wrong)

    assert policy.fee_policy(LATER).tech_bps == 200


def test_only_operators_change_fees() -> None:
    with pytest.raises(NotAllowed):
        change(Actor(ids.new(), "web"))
    with pytest.raises(SignInFirst):
        change(Actor.anonymous())
    assert policy.fee_policy(LATER).tech_bps == 200
