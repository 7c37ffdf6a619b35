"""The platform's coupons take two people; nobody issues or changes one alone."""

from datetime import timedelta
from typing import Any

import pytest
from tests.builders import NOW, a_coupon, a_financier, a_person, a_shop, an_operator

from laotie.accounts import roles
from laotie.kernel import ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import (
    Invalid,
    NotAllowed,
    NotFound,
    SecondStepNeeded,
    SignInFirst,
    WrongState,
)
from laotie.oversight.proposals import OwnProposal, ProposalOver
from laotie.trade import coupon_files, coupons, platform_coupons

pytestmark = pytest.mark.usefixtures("db")

DAY = timedelta(days=1)
TERMS: dict[str, Any] = {
    "name_zh": "新人立减",
    "name_en": "For newcomers",
    "off_fen": 500,
    "min_goods_fen": 1000,
    "budget_fen": 5000,
    "limit_per_buyer": 1,
    "claim_window": (NOW, NOW + 30 * DAY),
    "use_window": (NOW, NOW + 30 * DAY),
}


def proposed(actor: Actor, **changed: Any) -> Any:
    return platform_coupons.propose(actor=actor, reason="growth", now=NOW, **{**TERMS, **changed})


def issued() -> int:
    return int(sql.rows("SELECT count(*) FROM trade_coupon")[0][0])


def test_a_coupon_comes_out_as_it_was_proposed_once_another_person_confirms() -> None:
    maker, other = an_operator(), a_financier()
    proposal_id = proposed(maker, rate_bps=1500)
    assert issued() == 0

    with pytest.raises(OwnProposal):
        platform_coupons.confirm(actor=maker, proposal_id=proposal_id, now=NOW)
    unproven = roles.held_back(other, proven_s_ago=None)
    with pytest.raises((SecondStepNeeded, NotAllowed)):
        platform_coupons.confirm(actor=unproven, proposal_id=proposal_id, now=NOW)
    assert issued() == 0

    card = platform_coupons.confirm(actor=other, proposal_id=proposal_id, now=NOW)

    assert (card.shop_id, card.off_fen, card.rate_bps, card.left) == (None, 500, 1500, 10)
    assert card.claim_until == NOW + 30 * DAY
    assert coupons.claimable(None, now=NOW) == (card,)
    assert [file.card for file in coupon_files.of_platform(actor=maker)] == [card]
    with pytest.raises(WrongState):
        platform_coupons.confirm(actor=an_operator(), proposal_id=proposal_id, now=NOW)
    assert issued() == 1


def test_who_may_propose_and_with_what() -> None:
    for actor, refusal in (
        (Actor.anonymous(), SignInFirst),
        (a_person(), NotAllowed),
        (a_shop().owner, NotAllowed),
        (roles.held_back(an_operator(), proven_s_ago=None), SecondStepNeeded),
    ):
        with pytest.raises(refusal):
            proposed(actor)
    operator = an_operator()
    for bad in ({"off_fen": 1000}, {"product_ids": [ids.new()]}, {"budget_fen": 499}):
        with pytest.raises(Invalid):
            proposed(operator, **bad)
    with pytest.raises(Invalid):
        platform_coupons.propose(actor=operator, reason=" ", now=NOW, **TERMS)
    assert sql.rows("SELECT count(*) FROM oversight_proposal") == [(0,)]


def test_one_person_alone_neither_issues_nor_changes_one() -> None:
    operator = an_operator()
    with pytest.raises(NotAllowed):
        coupons.issue(actor=operator, shop_id=None, now=NOW, **TERMS)
    assert issued() == 0

    coming = a_coupon(shop=None, now=NOW + DAY)
    with pytest.raises(NotAllowed):
        coupon_files.change(actor=operator, coupon_id=coming.coupon_id, now=NOW, off_fen=900)
    assert sql.rows("SELECT off_fen FROM trade_coupon") == [(500,)]
    for stranger in (a_person(), a_shop().owner):
        with pytest.raises(NotAllowed):
            coupon_files.of_platform(actor=stranger)


def test_a_proposal_that_is_too_old_or_another_kind_issues_nothing() -> None:
    proposal_id, other = proposed(an_operator()), an_operator()
    with pytest.raises(ProposalOver):
        platform_coupons.confirm(actor=other, proposal_id=proposal_id, now=NOW + 8 * DAY)
    with pytest.raises(NotFound):
        platform_coupons.confirm(actor=other, proposal_id=ids.new(), now=NOW)
    short = proposed(an_operator(), claim_window=(NOW, NOW + DAY), use_window=(NOW, NOW + DAY))
    with pytest.raises(Invalid):
        platform_coupons.confirm(actor=other, proposal_id=short, now=NOW + 2 * DAY)
    assert issued() == 0
    assert sql.rows("SELECT DISTINCT state FROM oversight_proposal") == [("PROPOSED",)]
