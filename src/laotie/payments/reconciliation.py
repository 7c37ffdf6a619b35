"""The daily match: provider's bill, our movements and the ledger's clearing must tell the same.

A bill is kept byte for byte; the same bill again is nothing new. Every line ends in exactly one
status, and only a matched line posts anything (its fee). Unknown lines wait for a person.
"""

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Count

from laotie.kernel import sql
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.ledger import channel_fees
from laotie.ledger import queries as ledger
from laotie.payments import channels, intents, outgoing, refunds, rules, transfers
from laotie.payments.channels import BadBill, Bill, BilledMove, Channel, NoBill, Unanswered
from laotie.payments.models import BillFile, BillLine, Payment, ReconItem, Refund, Transfer
from laotie.payments.rules import LineStatus, OurSide

log = logging.getLogger(__name__)

_SETTLED_KINDS = {"payment": {"capture", "return"}, "refund": {"refund_settled"}}
_OPEN_STATUSES = (LineStatus.TIMING, LineStatus.MISSING_HERE, LineStatus.AMOUNT_DIFF)


@dataclass(frozen=True, slots=True)
class FetchedBill:
    """is_new: whether these bytes were never seen before."""

    day: date
    sha256: str
    lines: int
    is_final: bool
    is_new: bool


@dataclass(frozen=True, slots=True)
class DayMatch:
    """A day's lines by status, and ours that are missing there."""

    day: date
    by_status: dict[LineStatus, int]

    @property
    def lines(self) -> int:
        return sum(self.by_status.values())

    @property
    def is_clean(self) -> bool:
        """Whether there are lines, and all of them match."""
        return self.lines > 0 and self.lines == self.by_status.get(LineStatus.MATCHED, 0)


def fetch_bill(day: date, *, now: datetime, channel_name: str | None = None) -> FetchedBill:
    """Fetch the provider's bill of one of its days and keep it. Outside of transactions.

    A bill that is cut off, of another merchant or wrongly summed is refused whole.
    raises: NoBill, BadBill, Unanswered.
    """
    channel = channels.by_name(channel_name or channels.default_name())
    body = channel.bill(day)
    bill = channel.read_bill(body)
    _check_day(channel, bill, day)
    return _keep(channel=channel, day=day, body=body, bill=bill, now=now)


def match(day: date, *, now: datetime, channel_name: str | None = None) -> DayMatch:
    """Judge every line of a day that is not matched yet. Outside of transactions; repeatable.

    What the bill shows as moved and ours does not is asked about first.
    """
    name = channel_name or channels.default_name()
    channel = channels.by_name(name)
    _ask_about_late(name, day, now=now)
    _judge_lines(name=name, day=day, now=now)
    _judge_ours(channel=channel, day=day, now=now)
    return day_match(day, channel_name=name)


def day_match(day: date, *, channel_name: str | None = None) -> DayMatch:
    """How a day stands. One query."""
    name = channel_name or channels.default_name()
    found = ReconItem.objects.filter(channel=name, day=day).values_list("status")
    counted = dict(found.annotate(n=Count("id")))
    return DayMatch(day, {LineStatus(status): n for status, n in counted.items()})


def catch_up(*, now: datetime) -> list[DayMatch]:
    """Fetch and match every day that has movements and no matched final bill yet."""
    name = channels.default_name()
    channel = channels.by_name(name)
    done = []
    for day in _open_days(channel, now=now):
        try:
            fetch_bill(day, now=now, channel_name=name)
        except NoBill:
            continue
        except BadBill as error:
            log.exception("bill_refused", extra={"day": str(day), "cause": str(error)})
            continue
        except Unanswered as silence:
            log.warning("bill_unanswered", extra={"cause": str(silence)})
            break
        done.append(match(day, now=now, channel_name=name))
    return done


def day_of(moment: datetime, *, channel_name: str | None = None) -> date:
    """The provider's day of a moment."""
    channel = channels.by_name(channel_name or channels.default_name())
    return moment.astimezone(channel.bill_zone).date()


def _check_day(channel: Channel, bill: Bill, day: date) -> None:
    for move in bill.moves:
        if move.moved_at.astimezone(channel.bill_zone).date() != day:
            raise BadBill(f"a line of another day: {move.line_key}")


@use_case
def _keep(*, channel: Channel, day: date, body: bytes, bill: Bill, now: datetime) -> FetchedBill:
    sha256 = hashlib.sha256(body).hexdigest()
    file, is_new = BillFile.objects.get_or_create(
        channel=channel.name,
        day=day,
        sha256=sha256,
        defaults={"body": body, "is_final": bill.is_final, "fetched_at": now},
    )
    if is_new:
        BillLine.objects.bulk_create(
            [_line_of(channel, file, day, move) for move in bill.moves], ignore_conflicts=True
        )
        _refuse_restated(channel, bill)
    return FetchedBill(day, sha256, len(bill.moves), file.is_final, is_new)


def _line_of(channel: Channel, file: BillFile, day: date, move: BilledMove) -> BillLine:
    return BillLine(
        file=file,
        channel=channel.name,
        day=day,
        line_key=move.line_key,
        kind=move.subject,
        out_no=move.out_no,
        amount_fen=move.amount_fen,
        fee_fen=move.fee_fen,
        currency=move.currency,
        moved_at=move.moved_at,
    )


@needs_transaction
def _refuse_restated(channel: Channel, bill: Bill) -> None:
    """A line that was seen with other figures before makes the whole later bill unbelievable."""
    keys = [move.line_key for move in bill.moves]
    kept = {
        line.line_key: (line.kind, line.out_no, line.amount_fen, line.fee_fen, line.currency)
        for line in BillLine.objects.filter(channel=channel.name, line_key__in=keys)
    }
    for move in bill.moves:
        told = (move.subject, move.out_no, move.amount_fen, move.fee_fen, move.currency)
        if kept[move.line_key] != told:
            raise BadBill(f"a line was restated: {move.line_key}")


def _ask_about_late(name: str, day: date, *, now: datetime) -> None:
    """Ask about movements that the bill shows as done and we have as under way."""
    lines = _lines_to_judge(name, day)
    numbers = {kind: [line.out_no for line in lines if line.kind == kind] for kind in _MODELS}
    payments = Payment.objects.filter(channel=name, out_no__in=numbers["payment"]).exclude(
        state__in=[state.value for state in rules.HAS_MONEY]
    )
    try:
        for payment_id in payments.values_list("id", flat=True):
            intents.refresh(payment_id, now=now)
        for kind, road in (("refund", refunds.ROAD), ("payout", transfers.ROAD)):
            under_way = road.model.objects.filter(
                channel=name,
                out_no__in=numbers[kind],
                state__in=[state.value for state in rules.UNDER_WAY],
            )
            for id in under_way.values_list("id", flat=True):
                outgoing.ask_now(road, id, now=now)
    except Unanswered as silence:
        log.warning("bill_unanswered", extra={"cause": str(silence)})


_MODELS: dict[str, type[Payment] | type[Refund] | type[Transfer]] = {
    "payment": Payment,
    "refund": Refund,
    "payout": Transfer,
}


def _lines_to_judge(name: str, day: date) -> list[BillLine]:
    done = ReconItem.objects.filter(channel=name, day=day, line__isnull=False).exclude(
        status__in=[status.value for status in _OPEN_STATUSES]
    )
    lines = BillLine.objects.filter(channel=name, day=day)
    return list(lines.exclude(pk__in=done.values("line_id")).order_by("moved_at", "line_key"))


@use_case
def _judge_lines(*, name: str, day: date, now: datetime) -> None:
    """Give every open line of a day its one status; post the fees of those that match."""
    sql.rows("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"reconcile {name}"])
    lines = _lines_to_judge(name, day)
    first = _first_lines(name, lines)
    ours = _our_sides(name, lines)
    for line in lines:
        side = ours.get((line.kind, line.out_no))
        status = rules.judge(
            line.amount_fen, None if side is None else side.side, is_first=line.pk in first
        )
        ReconItem.objects.update_or_create(
            line=line,
            defaults={"status": status.value, "judged_at": now},
            create_defaults={
                "status": status.value,
                "judged_at": now,
                "channel": name,
                "day": day,
                "kind": line.kind,
                "out_no": line.out_no,
                "first_seen_at": now,
            },
        )
        if status is LineStatus.MATCHED and side is not None and side.payment_id is not None:
            channel_fees.billed(
                bill_line=f"{name}/{line.line_key}",
                payment_id=side.payment_id,
                refund_id=side.refund_id,
                fee_fen=line.fee_fen,
                now=now,
            )


@use_case
def _judge_ours(*, channel: Channel, day: date, now: datetime) -> None:
    """Name what we moved on a day and the final bill does not show; forget what has turned up."""
    has_line = (
        "EXISTS (SELECT FROM pay_bill_line l WHERE l.channel = i.channel AND l.kind = i.kind"
        " AND l.out_no = i.out_no)"
    )
    sql.change(
        f"DELETE FROM pay_recon_item i WHERE i.line_id IS NULL AND i.channel = %s AND {has_line}",  # noqa: S608
        [channel.name],
    )
    if not BillFile.objects.filter(channel=channel.name, day=day, is_final=True).exists():
        return
    start = datetime.combine(day, time(), channel.bill_zone).astimezone(UTC)
    for kind, out_no in _moved_between(channel.name, start, start + timedelta(days=1)):
        if BillLine.objects.filter(channel=channel.name, kind=kind, out_no=out_no).exists():
            continue
        ReconItem.objects.get_or_create(
            channel=channel.name,
            kind=kind,
            out_no=out_no,
            line=None,
            defaults={
                "day": day,
                "status": LineStatus.MISSING_THERE.value,
                "first_seen_at": now,
                "judged_at": now,
            },
        )


def _moved_between(name: str, start: datetime, end: datetime) -> list[tuple[str, str]]:
    """Numbers of ours that the provider confirmed as moved in a span of its own clock."""
    rows = sql.rows(
        "SELECT 'payment', out_no FROM pay_payment"
        " WHERE channel = %(name)s AND provider_paid_at >= %(start)s AND provider_paid_at < %(end)s"
        " UNION ALL SELECT 'refund', out_no FROM pay_refund"
        " WHERE channel = %(name)s AND provider_at >= %(start)s AND provider_at < %(end)s"
        " UNION ALL SELECT 'payout', out_no FROM pay_transfer"
        " WHERE channel = %(name)s AND provider_at >= %(start)s AND provider_at < %(end)s",
        {"name": name, "start": start, "end": end},
    )
    return [(str(kind), str(out_no)) for kind, out_no in rows]


def _open_days(channel: Channel, *, now: datetime) -> list[date]:
    """The provider's days with movements of ours, of the last forty, without a clean final bill."""
    moved = sql.rows(
        "SELECT DISTINCT (at AT TIME ZONE %s::interval)::date FROM ("
        " SELECT provider_paid_at AS at FROM pay_payment WHERE channel = %s"
        " UNION ALL SELECT provider_at FROM pay_refund WHERE channel = %s"
        " UNION ALL SELECT provider_at FROM pay_transfer WHERE channel = %s"
        ") moves WHERE at > %s ORDER BY 1",
        [
            channel.bill_zone.utcoffset(None),
            channel.name,
            channel.name,
            channel.name,
            now - timedelta(days=40),
        ],
    )
    final = set(
        BillFile.objects.filter(channel=channel.name, is_final=True).values_list("day", flat=True)
    )
    open_items = set(
        ReconItem.objects.filter(
            channel=channel.name, status__in=[status.value for status in _OPEN_STATUSES]
        ).values_list("day", flat=True)
    )
    days: Iterable[date] = (row[0] for row in moved)
    return [day for day in days if day not in final or day in open_items]


def _first_lines(name: str, lines: list[BillLine]) -> set[UUID]:
    """Of the lines with one number, the provider's earliest; the others repeat it."""
    rows = sql.rows(
        "SELECT DISTINCT ON (kind, out_no) id FROM pay_bill_line"
        " WHERE channel = %s AND out_no = ANY (%s) ORDER BY kind, out_no, moved_at, line_key",
        [name, [line.out_no for line in lines]],
    )
    return {row[0] for row in rows}


@dataclass(frozen=True, slots=True)
class _Ours:
    side: OurSide
    payment_id: UUID | None
    refund_id: UUID | None


def _our_sides(name: str, lines: list[BillLine]) -> dict[tuple[str, str], _Ours]:
    """Our movement behind each line, with what the ledger booked for it. Six queries."""
    numbers = [line.out_no for line in lines]
    payments = list(Payment.objects.filter(channel=name, out_no__in=numbers))
    back = list(Refund.objects.filter(channel=name, out_no__in=numbers))
    payouts = list(Transfer.objects.filter(channel=name, out_no__in=numbers))
    booked = _booked_fen(payments, back, payouts)
    found: dict[tuple[str, str], _Ours] = {}
    for payment in payments:
        has_money = payment.captured_at is not None
        side = OurSide(payment.amount_fen, has_money, booked.get(payment.id))
        found["payment", payment.out_no] = _Ours(side, payment.id, None)
    for refund in back:
        is_settled = refund.state == rules.SETTLED.value
        side = OurSide(-refund.amount_fen, is_settled, booked.get(refund.pk))
        found["refund", refund.out_no] = _Ours(side, refund.payment_id, refund.pk)
    for transfer in payouts:
        is_settled = transfer.state == rules.SETTLED.value
        side = OurSide(-transfer.amount_fen, is_settled, booked.get(transfer.pk))
        found["payout", transfer.out_no] = _Ours(side, None, None)
    return found


def _booked_fen(
    payments: list[Payment], back: list[Refund], payouts: list[Transfer]
) -> dict[UUID, int]:
    """What the ledger moved through clearing for each, money in above zero."""
    of_payments = [*(payment.id for payment in payments), *(row.payment_id for row in back)]
    booked: dict[UUID, int] = {}
    for entry in ledger.clearing_entries(of_payments):
        if entry.kind in _SETTLED_KINDS["payment"] and entry.payment_id is not None:
            booked[entry.payment_id] = booked.get(entry.payment_id, 0) + entry.amount_fen
        elif entry.kind in _SETTLED_KINDS["refund"] and entry.refund_id is not None:
            booked[entry.refund_id] = booked.get(entry.refund_id, 0) + entry.amount_fen
    for entry in ledger.clearing_of_payouts([row.pk for row in payouts]):
        if entry.payout_id is not None:
            booked[entry.payout_id] = booked.get(entry.payout_id, 0) + entry.amount_fen
    return booked
