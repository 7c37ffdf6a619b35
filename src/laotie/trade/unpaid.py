"""What a buyer has ordered and not paid for yet, so that going back does not order it twice."""

from datetime import datetime
from uuid import UUID

from laotie.kernel import sql
from laotie.kernel.actor import Actor


def like(quote_id: UUID, version: int, *, actor: Actor, now: datetime) -> UUID | None:
    """The checkout that waits for the money of just what this quote is for; None if there is none.

    The same goods in the same numbers, to the same address, in the same room: whoever came back
    from the way to the bank means that one. Its price may be another, as its coupons are used.
    One query over the buyer's open checkouts. raises: SignInFirst.
    """
    rows = sql.rows(_LIKE, [now, quote_id, version, actor.require_person()])
    found: UUID | None = rows[0][0] if rows else None
    return found


_LIKE = """
SELECT c.id
  FROM trade_quote asked
  JOIN trade_checkout c ON c.buyer_id = asked.buyer_id AND c.state = 'OPEN' AND c.pay_by > %s
 WHERE asked.quote_id = %s AND asked.version = %s AND asked.buyer_id = %s
   -- An address keeps the copy that orders take, until it is changed: equal bytes are one address.
   AND NOT EXISTS (SELECT FROM trade_order o
                    WHERE o.group_id = c.id
                      AND (o.address_sealed IS DISTINCT FROM asked.address_sealed
                           OR o.room_id IS DISTINCT FROM asked.room_id))
   AND (SELECT array_agg((l.sku_id, l.quantity)::text ORDER BY l.sku_id) FROM trade_quote_line l
         WHERE l.revision_id = asked.id)
     = (SELECT array_agg((l.sku_id, l.quantity)::text ORDER BY l.sku_id)
          FROM trade_order o JOIN trade_order_line l ON l.order_id = o.id WHERE o.group_id = c.id)
 ORDER BY c.id DESC
 LIMIT 1
"""
