"""Fees have versions; what was frozen under one is not touched by the next."""

from datetime import timedelta
from uuid import UUID

import pytest
from tests import builders
from tests.outside import stand_in
from tests.usecases.ledger import books

from laotie.kernel import sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, SignInFirst, WrongState
from laotie.ledger import policy
from laotie.oversight import proposals

pytestmark = pytest.mark.usefixtures("db")
LATER = books.NOW + timedelta(days=1)


def propose(actor: Actor, **other: object) -> UUID:
    given = {"tech_bps": 300, "channel_bps": 38, "split_cap_bps": 2500, "effective_at": LATER}
    return policy.propose(actor=actor, reason="costs", now=books.NOW, **(given | other))  # type: ignore[arg-type]


def change() -> policy.FeePolicy:
    """Two people do it: one alone cannot."""
    wanted = propose(builders.an_operator())
    return policy.confirm(actor=builders.an_operator(), proposal_id=wanted, now=books.NOW)


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
        propose(builders.an_operator(), **wrong)

    assert policy.fee_policy(LATER).tech_bps == 200


def test_only_operators_propose_fees() -> None:
    with pytest.raises(NotAllowed):
        propose(builders.a_person())
    with pytest.raises(SignInFirst):
        propose(Actor.anonymous())
    assert policy.fee_policy(LATER).tech_bps == 200


def test_nobody_confirms_their_own_fees_and_nobody_twice() -> None:
    maker, other = builders.an_operator(), builders.an_operator()
    wanted = propose(maker)

    with pytest.raises(proposals.OwnProposal):
        policy.confirm(actor=maker, proposal_id=wanted, now=books.NOW)
    assert policy.fee_policy(LATER).tech_bps == 200

    policy.confirm(actor=other, proposal_id=wanted, now=books.NOW)
    with pytest.raises(WrongState):
        policy.confirm(actor=builders.an_operator(), proposal_id=wanted, now=books.NOW)
    assert len(policy.versions(actor=other)) == 2


def test_fees_whose_moment_has_passed_are_not_confirmed() -> None:
    wanted = propose(builders.an_operator())

    with pytest.raises(Invalid):
        policy.confirm(
            actor=builders.an_operator(), proposal_id=wanted, now=LATER + timedelta(seconds=1)
        )
    with pytest.raises(proposals.ProposalOver):
        policy.confirm(
            actor=builders.an_operator(), proposal_id=wanted, now=books.NOW + timedelta(days=7)
        )
    assert policy.fee_policy(LATER + timedelta(days=9)).tech_bps == 200


def test_a_rehearsal_reckons_the_orders_that_were_paid() -> None:
    """The worked sale: 45.90 paid, its goods 39.90."""
    with stand_in() as world:
        shop = builders.a_shop()
        sku_id = builders.a_stocked_sku(shop, 3990)
        builders.a_paid_order(world, builders.a_person(), {sku_id: 1})
    paid = sql.rows("SELECT paid_fen, captured_at FROM led_order")
    ((paid_fen, moment),) = paid

    found = policy.rehearse(actor=builders.an_operator(), tech_bps=500, channel_bps=100, now=moment)

    assert (found.orders, found.paid_fen) == (1, paid_fen)
    assert (found.tech_fen, found.new_tech_fen) == (80, 200)
    assert found.channel_fen == (paid_fen * 60 + 5000) // 10_000
    assert found.new_channel_fen == (paid_fen * 100 + 5000) // 10_000
