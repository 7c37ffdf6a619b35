"""What is on whose account, and what lies at the provider. Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from laotie.kernel import pages, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound
from laotie.ledger import chart, models, parties
from laotie.ledger.terms import Party


@dataclass(frozen=True, slots=True)
class OrderBalance:
    """state: HELD, SPLIT or RELEASED."""

    order_id: UUID
    state: str
    paid_fen: int
    refunded_fen: int
    held_fen: int


@dataclass(frozen=True, slots=True)
class Balances:
    """receivable_fen is zero or minus: what the party owes. held_fen is part of available."""

    pending_fen: int
    available_fen: int
    held_fen: int
    receivable_fen: int

    @property
    def withdrawable_fen(self) -> int:
        return 0 if self.receivable_fen else self.available_fen - self.held_fen


@dataclass(frozen=True, slots=True)
class StatementRow:
    at: datetime
    kind: str
    account: str
    amount_fen: int
    role: str
    order_id: UUID | None
    payout_id: UUID | None


@dataclass(frozen=True, slots=True)
class Statement:
    """next_after: give it back as `after` for the next page; None at the end."""

    rows: tuple[StatementRow, ...]
    next_after: str | None


@dataclass(frozen=True, slots=True)
class PayoutCard:
    """account_masked: where it went; empty for one from before accounts were kept."""

    payout_id: UUID
    party: Party
    amount_fen: int
    state: str
    requested_at: datetime
    ended_at: datetime | None
    reason: str
    account_masked: str


@dataclass(frozen=True, slots=True)
class ClearingEntry:
    """Money that the provider took in (plus) or let go (minus) for us."""

    txn_id: UUID
    kind: str
    amount_fen: int
    at: datetime
    payment_id: UUID | None
    refund_id: UUID | None
    payout_id: UUID | None


def order_money(order_ids: Iterable[UUID]) -> dict[UUID, OrderBalance]:
    """Where the money of orders is; those never captured are missing. One query."""
    rows = models.LedOrder.objects.filter(pk__in=list(order_ids))
    return {
        row.order_id: OrderBalance(
            row.order_id, row.state, row.paid_fen, row.refunded_fen, row.held_fen
        )
        for row in rows
    }


def balances(party: Party, *, actor: Actor) -> Balances:
    """A party's money. One query. raises: SignInFirst, NotAllowed, NotFound."""
    parties.require_money(actor, party)
    rows = sql.rows(
        "SELECT kind, posted_fen, held_fen FROM led_account WHERE book = 'main'"
        " AND party_kind = %s AND party_id = %s AND currency = %s",
        [party.kind, party.id, chart.currency()],
    )
    found = {kind: (posted_fen, held_fen) for kind, posted_fen, held_fen in rows}
    available_fen, held_fen = found.get(chart.AVAILABLE, (0, 0))
    return Balances(
        pending_fen=found.get(chart.PENDING, (0, 0))[0],
        available_fen=available_fen,
        held_fen=held_fen,
        receivable_fen=found.get(chart.RECEIVABLE, (0, 0))[0],
    )


def statement(party: Party, *, actor: Actor, after: str | None = None, size: int = 50) -> Statement:
    """Every change of a party's accounts, newest first. One query, at most `size` rows.

    raises: SignInFirst, NotAllowed, NotFound, Invalid (a mark that is none of ours).
    """
    parties.require_money(actor, party)
    assert 1 <= size <= 500
    mark = _read_mark(after)
    rows = sql.rows(
        "SELECT effective_at, kind, account, amount_fen, role, order_id, payout_id, txn_id, n"
        " FROM led_posting WHERE account_id IN (SELECT id FROM led_account WHERE book = 'main'"
        " AND party_kind = %s AND party_id = %s AND currency = %s)"
        " AND (%s::uuid IS NULL OR (txn_id, n) < (%s::uuid, %s::smallint))"
        " ORDER BY txn_id DESC, n DESC LIMIT %s",
        [party.kind, party.id, chart.currency(), mark[0], *mark, size + 1],
    )
    shown = rows[:size]
    return Statement(
        rows=tuple(StatementRow(*row[:7]) for row in shown),
        next_after=f"{shown[-1][7]}.{shown[-1][8]}" if len(rows) > size else None,
    )


def _read_mark(after: str | None) -> tuple[UUID | None, int | None]:
    if after is None:
        return None, None
    id, _, n = after.partition(".")
    try:
        mark = UUID(id), int(n)
    except ValueError as error:
        raise Invalid(field="after", reason="form") from error
    if not 0 <= mark[1] < 2**15:
        raise Invalid(field="after", reason="form")
    return mark


def payouts_of(party: Party, *, actor: Actor, size: int = 50) -> tuple[PayoutCard, ...]:
    """A party's payouts, newest first. One query. raises: SignInFirst, NotAllowed, NotFound."""
    return payouts_page(party, actor=actor, most=size).rows


def payouts_page(
    party: Party, *, actor: Actor, after: str | None = None, most: int = 50
) -> pages.Page[PayoutCard]:
    """A party's payouts, newest first, page by page. One query.

    raises: as `payouts_of`, Invalid (`after`).
    """
    parties.require_money(actor, party)
    if party.id is None:
        return pages.Page((), None)
    rows = models.LedPayout.objects.select_related("account").filter(
        party_kind=party.kind, party_id=party.id
    )
    found = pages.latest_ids_first(rows, after=after, most=most)
    return found.of(map(_payout_card, found.rows))


def payout(payout_id: UUID) -> PayoutCard:
    """One payout, for whoever carries it. raises: NotFound."""
    row = models.LedPayout.objects.select_related("account").filter(pk=payout_id).first()
    if row is None:
        raise NotFound
    return _payout_card(row)


def _payout_card(row: models.LedPayout) -> PayoutCard:
    party = Party(row.party_kind, row.party_id)  # type: ignore[arg-type]
    to = row.account
    return PayoutCard(
        row.payout_id, party, row.amount_fen, row.state, row.requested_at, row.ended_at, row.reason,
        account_masked=f"{to.bank} {to.number_masked}".strip() if to else "",
    )  # fmt: skip


def clearing_entries(payment_ids: Sequence[UUID]) -> tuple[ClearingEntry, ...]:
    """What the journal says of these payments at the provider, oldest first. One query."""
    return _clearing("payment_id = ANY (%s)", [list(payment_ids)])


def clearing_of_payouts(payout_ids: Sequence[UUID]) -> tuple[ClearingEntry, ...]:
    """What the journal says of these payouts at the provider, oldest first. One query."""
    return _clearing("payout_id = ANY (%s)", [list(payout_ids)])


def clearing_between(start: datetime, end: datetime) -> tuple[ClearingEntry, ...]:
    """What the journal says that went through the provider from `start` to before `end`."""
    return _clearing("effective_at >= %s AND effective_at < %s", [start, end])


def clearing_balance() -> int:
    """What must lie at the provider for us now. One query over the account's shards."""
    rows = sql.rows(
        "SELECT coalesce(-sum(posted_fen), 0)::bigint FROM led_account WHERE book = 'main'"
        " AND party_kind = 'platform' AND kind = %s AND currency = %s",
        [chart.PSP_CLEARING, chart.currency()],
    )
    return int(rows[0][0])


def _clearing(condition: str, params: list[Any]) -> tuple[ClearingEntry, ...]:
    rows = sql.rows(
        "SELECT txn_id, kind, -sum(amount_fen)::bigint, effective_at, payment_id, refund_id,"  # noqa: S608
        " payout_id"
        f" FROM led_posting WHERE account = 'psp_clearing' AND {condition}"
        " GROUP BY txn_id, kind, effective_at, payment_id, refund_id, payout_id"
        " ORDER BY effective_at, txn_id",
        params,
    )
    return tuple(ClearingEntry(*row) for row in rows)


def platform_balances(*, actor: Actor) -> tuple[tuple[str, int], ...]:
    """What the platform's own accounts hold together, and what parties are owed, by kind.

    Credit-normal: plus is owed by the house, minus to it. All of them sum to zero. One query.
    raises: SignInFirst, SecondStepNeeded, NotAllowed.
    """
    if "finance" not in actor.roles:
        actor.require_role("operator")
    rows = sql.rows(
        "SELECT kind, sum(posted_fen) FROM led_account WHERE book = 'main' AND currency = %s"
        " GROUP BY kind ORDER BY kind",
        [chart.currency()],
    )
    return tuple((kind, int(posted_fen)) for kind, posted_fen in rows)
