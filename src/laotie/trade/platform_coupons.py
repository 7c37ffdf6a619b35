"""Coupons that the platform pays for: one person proposes the terms, another confirms them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid
from laotie.kernel.use_case import use_case
from laotie.oversight import proposals
from laotie.oversight.proposals import ProposalKind
from laotie.trade import coupons
from laotie.trade.coupons import AfterRefund, CouponCard

_MOMENTS = ("claim_from", "claim_until", "use_from", "use_until")


@use_case
def propose(
    *,
    actor: Actor,
    name_zh: str,
    name_en: str,
    off_fen: int,
    min_goods_fen: int,
    budget_fen: int,
    limit_per_buyer: int,
    claim_window: tuple[datetime, datetime],
    use_window: tuple[datetime, datetime],
    after_refund: AfterRefund = AfterRefund.RETURN,
    rate_bps: int | None = None,
    product_ids: Sequence[UUID] | None = None,
    reason: str,
    now: datetime,
) -> UUID:
    """Another person may confirm this coupon for all goods; the id of the proposal.

    Terms are as in `coupons.issue`; for chosen products it cannot be.
    raises: SignInFirst, SecondStepNeeded, NotAllowed, Invalid (terms, no reason).
    """
    if "finance" not in actor.roles:
        actor.require_role("operator")
    if product_ids is not None:
        raise Invalid(field="product_ids", reason="choice")
    terms: dict[str, Any] = {
        "name_zh": name_zh,
        "name_en": name_en,
        "off_fen": off_fen,
        "min_goods_fen": min_goods_fen,
        "budget_fen": budget_fen,
        "limit_per_buyer": limit_per_buyer,
        "claim_from": claim_window[0],
        "claim_until": claim_window[1],
        "use_from": use_window[0],
        "use_until": use_window[1],
        "after_refund": after_refund,
        "rate_bps": rate_bps,
        "product_ids": None,
    }
    cleaned = coupons.clean_terms(None, terms, now=now)
    facts = {
        name: value.isoformat() if name in _MOMENTS else value
        for name, value in cleaned.items()
        if name in terms and value is not None
    }
    return proposals.make(ProposalKind.PLATFORM_COUPON, facts, actor=actor, reason=reason, now=now)


@use_case
def confirm(*, actor: Actor, proposal_id: UUID, now: datetime) -> CouponCard:
    """People may claim the proposed coupon, exactly as it was proposed.

    raises: as `proposals.take`; Invalid when its window is over meanwhile.
    """
    facts = proposals.take(proposal_id, ProposalKind.PLATFORM_COUPON, actor=actor, now=now)
    moments = {name: datetime.fromisoformat(facts[name]) for name in _MOMENTS}
    terms = {"rate_bps": None, "product_ids": None, **facts, **moments}
    terms["after_refund"] = AfterRefund(facts["after_refund"])
    cleaned = coupons.clean_terms(None, terms, now=now)
    return coupons.put_out(None, cleaned, by=actor, now=now)
