"""Statements of a party's money: a month or a day with opening, every kind of entry, and closing.

A statement is a sum over the journal and nothing else, so that it can be made again at any time and
says the same. What is not in it has not happened.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from laotie.kernel import money, papers, sheets, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid
from laotie.kernel.sheets import Column, Writer
from laotie.ledger import chart, parties
from laotie.ledger.terms import Party

MOST_ENTRIES = 100_000
ACCOUNTS = (chart.PENDING, chart.AVAILABLE, chart.RECEIVABLE)

_OWN = (
    "account_id IN (SELECT id FROM led_account WHERE book = 'main' AND party_kind = %(kind)s"
    " AND party_id = %(id)s AND currency = %(currency)s)"
)
COLUMNS = (
    Column("at", ("时间", "When")),
    Column("kind", ("类型", "What")),
    Column("account", ("账户", "Account")),
    Column("amount", ("金额", "Amount")),
    Column("order", ("订单", "Order")),
    Column("payout", ("提现", "Payout")),
    Column("transfer", ("流水号", "Transfer")),
)


@dataclass(frozen=True, slots=True)
class Period:
    """A whole month, or one day, of this place."""

    first: date
    is_month: bool

    @property
    def after(self) -> date:
        """The first day that is not in it."""
        if not self.is_month:
            return self.first + timedelta(days=1)
        return (self.first.replace(day=28) + timedelta(days=4)).replace(day=1)

    @property
    def label(self) -> str:
        """`2026-11`, or `2026-11-22`."""
        return f"{self.first:%Y-%m}" if self.is_month else f"{self.first:%Y-%m-%d}"

    @property
    def starts_at(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.first, time()))

    @property
    def ends_at(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.after, time()))


def period(label: str) -> Period:
    """What `label` says. raises: Invalid."""
    is_month = len(label) == len("2026-11")
    try:
        first = date.fromisoformat(f"{label}-01" if is_month else label)
    except ValueError as error:
        raise Invalid(field="period", reason="form") from error
    if not 2000 <= first.year <= 2200:
        raise Invalid(field="period", reason="range")
    return Period(first, is_month=is_month)


@dataclass(frozen=True, slots=True)
class Move:
    """All entries of one kind on one account in the period."""

    kind: str
    account: str
    entries: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Statement:
    """opening_fen + every move = closing_fen, by account and in all."""

    period: Period
    opening_fen: dict[str, int]
    moves: tuple[Move, ...]
    closing_fen: dict[str, int]

    @property
    def opening_total_fen(self) -> int:
        return sum(self.opening_fen.values())

    @property
    def closing_total_fen(self) -> int:
        return sum(self.closing_fen.values())


@dataclass(frozen=True, slots=True)
class Entry:
    """One posting. `txn_id` names the transfer that it is a leg of."""

    at: datetime
    kind: str
    account: str
    amount_fen: int
    order_id: UUID | None
    payout_id: UUID | None
    txn_id: UUID


def statement(party: Party, of: Period, *, actor: Actor) -> Statement:
    """A party's money in a period. Two queries. raises: SignInFirst, NotAllowed, NotFound."""
    parties.require_money(actor, party)
    opening = dict.fromkeys(ACCOUNTS, 0)
    for account, amount_fen in sql.rows(
        f"SELECT account, sum(amount_fen)::bigint FROM led_posting WHERE {_OWN}"  # noqa: S608
        " AND effective_at < %(start)s GROUP BY account",
        _facts(party, of),
    ):
        opening[account] = amount_fen
    moves = tuple(
        Move(*row)
        for row in sql.rows(
            "SELECT kind, account, count(*), sum(amount_fen)::bigint FROM led_posting"  # noqa: S608
            f" WHERE {_OWN} AND effective_at >= %(start)s AND effective_at < %(end)s"
            " GROUP BY kind, account ORDER BY account, kind",
            _facts(party, of),
        )
    )
    closing = {
        account: fen + sum(move.amount_fen for move in moves if move.account == account)
        for account, fen in opening.items()
    }
    return Statement(of, opening, moves, closing)


def periods(party: Party, *, actor: Actor, now: datetime) -> tuple[Period, ...]:
    """The months since this party's first entry, newest first. One query.

    raises: SignInFirst, NotAllowed, NotFound.
    """
    parties.require_money(actor, party)
    rows = sql.rows(
        f"SELECT min(effective_at) FROM led_posting WHERE {_OWN}",  # noqa: S608
        _facts(party, Period(date(2000, 1, 1), is_month=True)),
    )
    if rows[0][0] is None:
        return ()
    first = timezone.localtime(rows[0][0]).date().replace(day=1)
    month = Period(timezone.localtime(now).date().replace(day=1), is_month=True)
    found: list[Period] = []
    while month.first >= first and len(found) < 120:
        found.append(month)
        month = Period((month.first - timedelta(days=1)).replace(day=1), is_month=True)
    return tuple(found)


def days(party: Party, of: Period, *, actor: Actor) -> tuple[tuple[Period, int, int], ...]:
    """(day, entries, change in all) for the days of a month on which something moved. One query."""
    parties.require_money(actor, party)
    rows = sql.rows(
        "SELECT (effective_at AT TIME ZONE %(zone)s)::date, count(*), sum(amount_fen)::bigint"  # noqa: S608
        f" FROM led_posting WHERE {_OWN} AND effective_at >= %(start)s AND effective_at < %(end)s"
        " GROUP BY 1 ORDER BY 1 DESC",
        {**_facts(party, of), "zone": timezone.get_default_timezone_name()},
    )
    return tuple((Period(day, is_month=False), entries, fen) for day, entries, fen in rows)


def entries(party: Party, of: Period, *, actor: Actor) -> Iterator[Entry]:
    """Every posting of the period, oldest first; at most 100,000. One query."""
    parties.require_money(actor, party)
    rows = sql.rows(
        "SELECT effective_at, kind, account, amount_fen, order_id, payout_id, txn_id"  # noqa: S608
        f" FROM led_posting WHERE {_OWN} AND effective_at >= %(start)s AND effective_at < %(end)s"
        f" ORDER BY txn_id, n LIMIT {MOST_ENTRIES}",
        _facts(party, of),
    )
    return (Entry(*row) for row in rows)


def write_sheet(
    path: Path, party: Party, of: Period, *, actor: Actor, form: str, language: str
) -> None:
    """Every posting of the period as CSV or XLSX, amounts exact."""
    exponent = money.exponent_of(chart.currency())
    with Writer(path, form, sheets.header(COLUMNS, language=language)) as writer:
        for each in entries(party, of, actor=actor):
            writer.row(
                [
                    f"{timezone.localtime(each.at):%Y-%m-%d %H:%M:%S}",
                    each.kind,
                    each.account,
                    money.as_text(each.amount_fen, exponent=exponent),
                    str(each.order_id or ""),
                    str(each.payout_id or ""),
                    str(each.txn_id),
                ]
            )


def pdf(
    party: Party, of: Period, *, actor: Actor, name: str, language: str, said: dict[str, str]
) -> bytes:
    """The statement on paper. said: what kinds and accounts are called in the reader's words."""
    found = statement(party, of, actor=actor)
    exponent = money.exponent_of(chart.currency())

    def text(fen: int) -> str:
        return money.as_text(fen, exponent=exponent)

    return papers.render(
        "ledger",
        "statement",
        {
            "language": "zh" if language.startswith("zh") else "en",
            "title": _("Statement"),
            "name": name,
            "period": of.label,
            "currency": chart.currency(),
            "head": [_("What"), _("Account"), _("Entries"), _("Amount")],
            "opening": [_("Opening"), text(found.opening_total_fen)],
            "closing": [_("Closing"), text(found.closing_total_fen)],
            "moves": [
                [
                    said.get(move.kind, move.kind),
                    said.get(move.account, move.account),
                    str(move.entries),
                    text(move.amount_fen),
                ]
                for move in found.moves
            ],
            "footer": _("Opening and every line above add up to the closing, to the last cent."),
        },
    )


def _facts(party: Party, of: Period) -> dict[str, object]:
    return {
        "kind": party.kind,
        "id": party.id,
        "currency": chart.currency(),
        "start": of.starts_at,
        "end": of.ends_at,
    }
