"""The provider's daily bill: every line that moved money on one of its days, fees included.

CSV as the large networks send it: a back-tick before each number, a summary row at the end.
"""

import csv
import io
from datetime import UTC, date, datetime, time, timedelta, timezone

from laotie.lab.provider import fees, wire
from laotie.lab.provider.settings import MERCHANT_NO
from laotie.lab.provider.store import Row, Store

BILL_ZONE = timezone(timedelta(hours=8))
COLUMNS = (
    "kind", "merchant_no", "provider_no", "out_no", "amount_fen", "fee_fen", "currency", "at",
)  # fmt: skip


def csv_of(store: Store, day: date) -> str | None:
    """The bill of a day in UTC+8; None for a day that has not begun.

    A day that is not over has a bill too, marked `partial` in its summary row.
    Scripted faults for `bills.line`: `drop`, `amount` (one fen more), `twice`, `unknown`.
    """
    start = datetime.combine(day, time(), BILL_ZONE).astimezone(UTC).timestamp()
    now = store.now()
    if start > now:
        return None
    lines: list[tuple[str, ...]] = []
    for row in _moves(store, start, start + 86_400):
        lines.extend(_bent(store, _line(row)))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(lines)
    total_fen = sum(int(line[4].lstrip("`")) for line in lines)
    fees_fen = sum(int(line[5].lstrip("`")) for line in lines)
    whole = "final" if start + 86_400 <= now else "partial"
    writer.writerow(["#summary", whole, len(lines), f"`{total_fen}", f"`{fees_fen}"])
    return out.getvalue()


def _moves(store: Store, start: float, end: float) -> list[Row]:
    return store.rows(
        "SELECT * FROM ("
        "  SELECT 'payment' AS kind, provider_no, out_no, amount_fen, NULL AS fee_back_fen,"
        "         currency, paid_at AS at FROM payment WHERE state = 'PAID'"
        "  UNION ALL"
        "  SELECT kind, provider_no, out_no, -amount_fen, fee_back_fen, currency, settled_at"
        "    FROM outgoing WHERE state = 'SETTLED'"
        ") WHERE at >= ? AND at < ? ORDER BY at, provider_no",
        [start, end],
    )


def _line(row: Row) -> tuple[str, ...]:
    is_payment = row["kind"] == "payment"
    fee_fen = fees.fee_fen(row["amount_fen"]) if is_payment else -row["fee_back_fen"]
    return (
        row["kind"],
        MERCHANT_NO,
        f"`{row['provider_no']}",
        f"`{row['out_no']}",
        f"`{row['amount_fen']}",
        f"`{fee_fen}",
        row["currency"],
        wire.iso(row["at"]) or "",
    )


def _bent(store: Store, line: tuple[str, ...]) -> list[tuple[str, ...]]:
    with store.write():
        fault = store.take_fault("bills.line", line[3].lstrip("`"))
    name = fault[0] if fault else ""
    if name == "drop":
        return []
    if name == "amount":
        return [(*line[:4], f"`{int(line[4].lstrip('`')) + 1}", *line[5:])]
    if name == "twice":
        return [line, (*line[:2], f"{line[2]}X", *line[3:])]
    if name == "unknown":
        return [line, (*line[:2], f"{line[2]}U", "`nobody-knows-this", *line[4:])]
    return [line]
