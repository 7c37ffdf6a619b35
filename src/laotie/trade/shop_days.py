"""How a shop's day went beside the day before it. Each figure says what it counts."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from django.utils import timezone

from laotie.kernel import sql
from laotie.kernel.actor import Actor

_FIGURES = """
    SELECT count(*), coalesce(sum(o.total_fen), 0)::bigint, count(DISTINCT o.buyer_id),
           (SELECT count(*) FROM trade_order s
            WHERE s.shop_id = %(shop)s AND s.shipped_at >= %(start)s AND s.shipped_at < %(end)s),
           (SELECT coalesce(sum(r.amount_fen), 0)::bigint FROM trade_refund r
            JOIN trade_order p ON p.id = r.order_id
            WHERE p.shop_id = %(shop)s AND r.decided_at >= %(start)s AND r.decided_at < %(end)s
              AND r.state IN ('REFUNDING', 'REFUNDED', 'REFUND_FAILED'))
    FROM trade_order o
    WHERE o.shop_id = %(shop)s AND o.paid_at >= %(start)s AND o.paid_at < %(end)s
"""


@dataclass(frozen=True, slots=True)
class ShopDay:
    """From midnight of this place until midnight, or until now.

    paid:         orders whose payment came in. paid_fen: what their buyers paid, refunds or not.
    buyers:       different people among them.
    shipped:      orders whose last parcel went out.
    refunded_fen: what was granted back, of whatever day's orders.
    """

    paid: int
    paid_fen: int
    buyers: int
    shipped: int
    refunded_fen: int


def today_and_yesterday(*, actor: Actor, shop_id: UUID, now: datetime) -> tuple[ShopDay, ShopDay]:
    """Today until now, and yesterday until the same hour. Two queries.

    raises: SignInFirst, NotFound, NotAllowed.
    """
    actor.require_shop(shop_id, "ship")
    midnight = timezone.make_aware(datetime.combine(timezone.localtime(now).date(), time()))
    a_day = timedelta(days=1)
    return _day(shop_id, midnight, now), _day(shop_id, midnight - a_day, now - a_day)


def _day(shop_id: UUID, start: datetime, end: datetime) -> ShopDay:
    ((paid, paid_fen, buyers, shipped, refunded_fen),) = sql.rows(
        _FIGURES, {"shop": shop_id, "start": start, "end": end}
    )
    return ShopDay(paid, paid_fen, buyers, shipped, refunded_fen)
