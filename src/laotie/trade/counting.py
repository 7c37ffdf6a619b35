"""Many counts of one shop's stock at once, in a bounded number of statements."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from laotie.catalog import offers
from laotie.events.trade import StockReturned
from laotie.kernel import event_log, ids, sql
from laotie.kernel.errors import Refusal
from laotie.kernel.use_case import needs_transaction
from laotie.trade import models, stock
from laotie.trade.rules import MovementKind


@needs_transaction
def locked(sku_ids: Iterable[UUID]) -> dict[UUID, models.Stock]:
    """The rows of goods that were counted before, locked in the order that everybody keeps.

    The caller holds the rows of the SKUs.
    """
    rows = models.Stock.objects.select_for_update().filter(pk__in=list(sku_ids))
    return {row.sku_id: row for row in rows.order_by("sku_id")}


@needs_transaction
def refusals(
    counts: Sequence[tuple[int, UUID, int | None]],
    shelves: Mapping[UUID, models.Stock],
    *,
    now: datetime,
) -> dict[int, Refusal]:
    """Which of these counts cannot be, and why: `(row, SKU, units or none)` to a no by row."""
    fewer = [
        (row_no, sku_id, units)
        for row_no, sku_id, units in counts
        if units is not None and sku_id in shelves and units < shelves[sku_id].on_hand
    ]
    if not fewer:
        return {}
    promised = offers.promises([sku_id for _row, sku_id, _units in fewer], at=now)
    judged = {
        row_no: stock.refuse_lower(shelves[sku_id], units, promised.get(sku_id))
        for row_no, sku_id, units in fewer
    }
    return {row_no: no for row_no, no in judged.items() if no is not None}


@needs_transaction
def write(
    shop_id: UUID,
    counted: Mapping[UUID, tuple[int, int]],
    shelves: Mapping[UUID, models.Stock],
    *,
    by_person_id: UUID | None,
    now: datetime,
) -> None:
    """What was counted is what there is: units before and after, by SKU. At most four statements.

    The caller holds the rows, and has asked `refusals`.
    """
    if not counted:
        return
    sql.hot_change(
        "INSERT INTO trade_stock (sku_id, shop_id, on_hand, reserved)"
        " SELECT u.id, %s, u.units, 0 FROM unnest(%s::uuid[], %s::int[]) u(id, units)"
        " ON CONFLICT (sku_id) DO UPDATE SET on_hand = excluded.on_hand",
        [shop_id, list(counted), [after for _before, after in counted.values()]],
    )
    sql.hot_change(
        "INSERT INTO trade_stock_movement (id, sku_id, kind, quantity, by_person_id, at)"
        " SELECT u.id, u.sku_id, %s::text, u.change, %s::uuid, %s::timestamptz"
        " FROM unnest(%s::uuid[], %s::uuid[], %s::int[]) u(id, sku_id, change)",
        [
            MovementKind.COUNTED.value,
            by_person_id,
            now,
            [ids.new() for _sku_id in counted],
            list(counted),
            [after - before for before, after in counted.values()],
        ],
    )
    event_log.publish(
        *(
            StockReturned(sku_id)
            for sku_id, (before, after) in counted.items()
            if sku_id in shelves and before <= shelves[sku_id].reserved < after
        )
    )
