"""What all shops together sold, for operators: what was paid, less what was refunded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from laotie.accounts.roles import Role
from laotie.kernel import sql
from laotie.kernel.actor import Actor

_BY_DAY = """
    SELECT (paid_at AT TIME ZONE %(zone)s)::date,
           coalesce(sum(total_fen - refunded_fen) FILTER (WHERE room_id IS NOT NULL), 0)::bigint,
           coalesce(sum(total_fen - refunded_fen) FILTER (WHERE room_id IS NULL), 0)::bigint
    FROM trade_order WHERE paid_at >= %(since)s AND paid_at < %(until)s GROUP BY 1 ORDER BY 1
"""
_OF_PARTIES = """
    SELECT coalesce(sum(total_fen - refunded_fen), 0)::bigint FROM trade_order
    WHERE paid_at >= %(since)s AND paid_at < %(until)s
      AND (shop_id = ANY (%(shops)s::uuid[]) OR creator_id = ANY (%(creators)s::uuid[]))
"""
_BY_PARTY = """
    SELECT shop_id, coalesce(sum(total_fen - refunded_fen), 0)::bigint FROM trade_order
    WHERE paid_at >= %(since)s AND paid_at < %(until)s AND shop_id = ANY (%(shops)s::uuid[])
    GROUP BY 1
    UNION ALL
    SELECT creator_id, coalesce(sum(total_fen - refunded_fen), 0)::bigint FROM trade_order
    WHERE paid_at >= %(since)s AND paid_at < %(until)s AND creator_id = ANY (%(creators)s::uuid[])
    GROUP BY 1
"""
_GONE = """
    SELECT DISTINCT o.shop_id FROM trade_order o
    WHERE o.paid_at >= %(since)s AND o.paid_at < %(until)s AND NOT EXISTS (
        SELECT FROM trade_order n
        WHERE n.shop_id = o.shop_id AND n.paid_at >= %(until)s AND n.paid_at < %(now)s)
"""


@dataclass(frozen=True, slots=True)
class Day:
    """Orders by the day of payment: those of live rooms, and all others."""

    on: date
    rooms_fen: int
    others_fen: int

    @property
    def fen(self) -> int:
        return self.rooms_fen + self.others_fen


def by_day(*, actor: Actor, since: datetime, until: datetime, zone: str) -> tuple[Day, ...]:
    """Days with any, the oldest first, as that zone has them. One query over all orders.

    raises: SignInFirst, SecondStepNeeded, NotAllowed.
    """
    actor.require_role(Role.OPERATOR)
    rows = sql.rows(_BY_DAY, {"since": since, "until": until, "zone": zone})
    return tuple(Day(*row) for row in rows)


def of_parties(
    *,
    actor: Actor,
    shop_ids: Sequence[UUID],
    creator_ids: Sequence[UUID],
    since: datetime,
    until: datetime,
) -> int:
    """Turnover of these shops, and that these creators led to, each order once; in fen. One query.

    raises: SignInFirst, SecondStepNeeded, NotAllowed.
    """
    actor.require_role(Role.OPERATOR)
    facts = {
        "since": since,
        "until": until,
        "shops": list(shop_ids),
        "creators": list(creator_ids),
    }
    ((fen,),) = sql.rows(_OF_PARTIES, facts)
    return int(fen)


def by_party(
    *,
    actor: Actor,
    shop_ids: Sequence[UUID],
    creator_ids: Sequence[UUID],
    since: datetime,
    until: datetime,
) -> dict[UUID, int]:
    """Turnover of each of these shops, and that each of these creators led to; in fen. One query.

    Those without any are not in it. An order of a shop that a creator led to stands in both.
    raises: SignInFirst, SecondStepNeeded, NotAllowed.
    """
    actor.require_role(Role.OPERATOR)
    facts = {
        "since": since,
        "until": until,
        "shops": list(shop_ids),
        "creators": list(creator_ids),
    }
    return dict(sql.rows(_BY_PARTY, facts))


def gone_shops(
    *, actor: Actor, since: datetime, until: datetime, now: datetime
) -> tuple[UUID, ...]:
    """Shops of which something was paid from `since` to `until`, and nothing since. One query.

    raises: SignInFirst, SecondStepNeeded, NotAllowed.
    """
    actor.require_role(Role.OPERATOR)
    return tuple(id for (id,) in sql.rows(_GONE, {"since": since, "until": until, "now": now}))
