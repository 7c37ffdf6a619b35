"""Coupons as those who issued them see them: terms while they can change, and what came of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.kernel import sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotAllowed, NotFound, Refusal
from laotie.kernel.use_case import use_case
from laotie.trade import coupons, models
from laotie.trade.coupons import AfterRefund, CouponCard

_CHANGEABLE = (
    "name_zh",
    "name_en",
    "off_fen",
    "min_goods_fen",
    "budget_fen",
    "limit_per_buyer",
    "claim_from",
    "claim_until",
    "use_from",
    "use_until",
    "after_refund",
    "rate_bps",
    "product_ids",
)
_FIGURES = """
    SELECT c.id, count(x.id), coalesce(sum(o.taken), 0)::bigint FROM trade_coupon c
    LEFT JOIN trade_coupon_claim x ON x.coupon_id = c.id AND x.state = 'USED'
    LEFT JOIN LATERAL (
        SELECT sum(CASE WHEN c.shop_id IS NULL THEN o.platform_coupon_fen
                        ELSE o.merchant_coupon_fen END) AS taken
        FROM trade_order o
        WHERE o.group_id = x.group_id AND o.paid_at IS NOT NULL
          AND (c.shop_id IS NULL OR o.shop_id = c.shop_id)) o ON true
    WHERE c.id = ANY(%s) GROUP BY c.id
"""


class CouponStarted(Refusal):
    code = "COUPON_STARTED"
    message = _("This coupon has started. Close it and issue another one instead.")


@dataclass(frozen=True, slots=True)
class CouponFile:
    """A coupon as the shop that issued it sees it.

    used:      in checkouts that are paid or may still be.
    taken_fen: what it took off those that were paid.
    """

    card: CouponCard
    budget_fen: int
    claimed: int
    used: int
    taken_fen: int
    claim_from: datetime
    after_refund: AfterRefund
    closed_at: datetime | None


@use_case
def change(*, actor: Actor, coupon_id: UUID, now: datetime, **terms: Any) -> CouponFile:
    """Before its claiming starts a coupon can be anything else that could be issued.

    terms:  as `coupons.issue` takes them, windows as `claim_from`, `claim_until`, `use_from` and
        `use_until`; what is not named stays.
    raises: SignInFirst, NotFound, NotAllowed, Invalid, CouponStarted.
    """
    assert terms.keys() <= set(_CHANGEABLE)
    row = models.Coupon.objects.select_for_update().filter(pk=coupon_id).first()
    if row is None:
        if not actor.is_operator:
            actor.require_person()
        raise NotFound
    if row.shop_id is not None:
        actor.require_shop(row.shop_id, "manage")
    elif not actor.is_system:
        # What two people agreed on is not for one of them to change: close it, propose another.
        actor.require_role("operator")
        raise NotAllowed(right="system")
    if row.claim_from <= now or row.claimed or row.reserved or row.closed_at is not None:
        raise CouponStarted
    before = {name: getattr(row, name) for name in _CHANGEABLE}
    for name, value in coupons.clean_terms(row.shop_id, {**before, **terms}, now=now).items():
        setattr(row, name, value)
    row.save()
    (file,) = _files([row])
    return file


def of_shop(*, actor: Actor, shop_id: UUID, most: int = 100) -> tuple[CouponFile, ...]:
    """What a shop has issued, newest first; for those who manage it. Two queries.

    raises: SignInFirst, NotFound, NotAllowed.
    """
    actor.require_shop(shop_id, "manage")
    rows = models.Coupon.objects.filter(shop_id=shop_id).order_by("-issued_at", "-id")[:most]
    return _files(list(rows))


def of_platform(*, actor: Actor, most: int = 100) -> tuple[CouponFile, ...]:
    """The platform's own, newest first; for operators and finance. Two queries.

    raises: SignInFirst, NotAllowed.
    """
    if "finance" not in actor.roles:
        actor.require_role("operator")
    rows = models.Coupon.objects.filter(shop_id=None).order_by("-issued_at", "-id")[:most]
    return _files(list(rows))


def _files(rows: list[models.Coupon]) -> tuple[CouponFile, ...]:
    figures = {
        id: (int(used), int(taken_fen))
        for id, used, taken_fen in sql.rows(_FIGURES, [[row.id for row in rows]])
    }
    return tuple(
        CouponFile(
            card=coupons.card_of(row),
            budget_fen=row.budget_fen,
            claimed=row.claimed,
            used=figures[row.id][0],
            taken_fen=figures[row.id][1],
            claim_from=row.claim_from,
            after_refund=AfterRefund(row.after_refund),
            closed_at=row.closed_at,
        )
        for row in rows
    )
