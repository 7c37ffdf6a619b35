"""Attribution: who earns what on an order's lines, fixed at the moment it is placed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from laotie.alliance import rules
from laotie.kernel import ids, sql


@dataclass(frozen=True, slots=True)
class Terms:
    """What one line owes to a creator. `rule` is what postings name as their reason."""

    creator_id: UUID
    rate_bps: int
    plan_id: UUID
    plan_version: int
    rule: str


def freeze(
    lines: Sequence[tuple[UUID, UUID]],
    *,
    creator_id: UUID | None,
    buyer_id: UUID | None = None,
    at: datetime,
) -> tuple[Terms | None, ...]:
    """The terms of each line; later changes of plans do not touch them. One query.

    lines:      (product, shop) of each line.
    creator_id: whose room the order comes from; None for an order from nowhere.
    buyer_id:   a creator who buys from themselves earns nothing.
    returns:    in the order of `lines`; None where nobody earns.
    """
    if creator_id is None or not lines:
        return (None,) * len(lines)
    rows = sql.rows(
        sql.text("alliance", "freeze_terms"),
        {
            "creator_id": creator_id,
            "products": list({product_id for product_id, _shop_id in lines}),
            "at": at,
            "buyer_id": buyer_id,
        },
    )
    terms = {
        (product_id, shop_id): Terms(
            creator_id=creator_id,
            rate_bps=rate_bps,
            plan_id=plan_id,
            plan_version=version,
            rule=rules.rule_text(ids.public("pln", plan_id), version, rate_bps),
        )
        for product_id, shop_id, plan_id, version, rate_bps in rows
    }
    return tuple(terms.get(line) for line in lines)
