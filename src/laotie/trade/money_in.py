"""Captured money on its way to checkouts, as many at a time as have come.

Nearly all of it is plain: an open checkout, its own amount, for the first time. That is one
statement and one call of the ledger for all of them. Whatever is not is left to
`checkouts.mark_paid`, one by one.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from laotie.kernel import crash, packed, sql
from laotie.kernel.use_case import needs_transaction
from laotie.ledger import settlement
from laotie.ledger.settlement import Captured, OrderMoney
from laotie.trade import checkouts, pricing
from laotie.trade.checkouts import Arrived
from laotie.trade.rules import PAY

_BY_ORDER = itemgetter(slice(0, 9))


@needs_transaction
def take(arrived: Sequence[Arrived], *, now: datetime) -> None:
    """Each checkout's money is here, as `checkouts.mark_paid` has it; nothing for what is known.

    Four statements when all of it is plain, however much.
    """
    times = Counter(money.group_id for money in arrived)
    # Two payments for one checkout are told apart by which came first.
    single = [money for money in arrived if times[money.group_id] == 1]
    taken = _take_plain(single, now=now)
    for money in arrived:
        if money.group_id not in taken:
            checkouts.mark_paid(money, now=now)


def _take_plain(arrived: Sequence[Arrived], *, now: datetime) -> set[UUID]:
    """Ids of the checkouts that were paid."""
    rows = sql.hot(
        sql.text("trade", "take_payments"),
        [
            packed.uuids([money.group_id for money in arrived]),
            packed.uuids([money.payment_id for money in arrived]),
            packed.int8s([money.amount_fen for money in arrived]),
            packed.moments([money.captured_at for money in arrived]),
        ],
    )
    payments = [
        Captured(payment_id, tuple(_orders(group_id, of_payment)))
        for (group_id, payment_id), of_payment in groupby(rows, key=itemgetter(1, 2))
    ]
    if payments:
        settlement.capture_many(payments, now=now)
        crash.point("trade.mark_paid.after_capture")
    return {row[1] for row in rows}


def _orders(group_id: UUID, rows: Iterator[tuple[Any, ...]]) -> Iterator[OrderMoney]:
    for head, lines in groupby(rows, key=_BY_ORDER):
        was, _group, _payment, order_id, shop_id, buyer_id, tech_bps, channel_bps, version = head
        assert was in PAY.sources, "an order of an open checkout waits for its money"
        yield OrderMoney(
            order_id=order_id,
            group_id=group_id,
            shop_id=shop_id,
            buyer_id=buyer_id,
            lines=tuple(pricing.line_money(*line[9:]) for line in lines),
            tech_bps=tech_bps,
            channel_bps=channel_bps,
            rule_version=version,
        )
