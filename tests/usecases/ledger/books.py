"""Short ways to do and to look at things in the ledger; all through its public functions."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction
from tests import builders

from laotie.kernel import ids, sql
from laotie.kernel.actor import Actor
from laotie.ledger import chart, journal, payout_accounts, payouts, queries, refunds, settlement
from laotie.ledger.journal import Entry, Leg
from laotie.ledger.terms import PLATFORM, LineMoney, OrderMoney, Party, RoleTerm

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUSE = Actor.system("test")


def entry(idem: str, *legs: Leg) -> Entry:
    return Entry(idem=idem, kind="test", effective_at=NOW, legs=legs)


def gift(idem: str, party: Party, amount_fen: int) -> Entry:
    """From the platform's rounding to a party, or back."""
    return entry(
        idem,
        Leg(PLATFORM, chart.ROUNDING, -amount_fen),
        Leg(party, chart.AVAILABLE, amount_fen),
    )


def post(*entries: Entry) -> dict[str, journal.Posted]:
    with transaction.atomic():
        return journal.post(entries)


def a_shop() -> Party:
    return Party("shop", ids.new())


def capture(order: OrderMoney, *, payment_id: UUID | None = None) -> UUID:
    payment_id = payment_id or ids.new()
    with transaction.atomic():
        settlement.capture([order], payment_id=payment_id, now=NOW)
    return payment_id


def receive(order: OrderMoney) -> None:
    with transaction.atomic():
        settlement.receive(order.order_id, now=NOW)


def complete(order: OrderMoney) -> None:
    with transaction.atomic():
        settlement.complete(order.order_id, now=NOW)


def refund(
    order: OrderMoney,
    units: Mapping[int, int],
    freight_lines: frozenset[int] = frozenset(),
    *,
    refund_id: UUID | None = None,
) -> refunds.RefundFigures:
    with transaction.atomic():
        return refunds.refund(
            order.order_id,
            refund_id=refund_id or ids.new(),
            units=units,
            freight_lines=freight_lines,
            now=NOW,
        )


def refund_settled(refund_id: UUID, amount_fen: int) -> None:
    with transaction.atomic():
        refunds.settled(refund_id, amount_fen=amount_fen, now=NOW)


def shop_of(order: OrderMoney) -> Party:
    return Party("shop", order.shop_id)


def balances(party: Party) -> tuple[int, int, int]:
    """Pending, available, receivable."""
    found = queries.balances(party, actor=HOUSE)
    return found.pending_fen, found.available_fen, found.receivable_fen


def on(kind: str, party: Party = PLATFORM) -> int:
    """An account's balance over its shards."""
    ((amount_fen,),) = sql.rows(
        "SELECT coalesce(sum(posted_fen), 0)::bigint FROM led_account"
        " WHERE kind = %s AND party_kind = %s AND (%s::uuid IS NULL OR party_id = %s)",
        [kind, party.kind, party.id, party.id],
    )
    return int(amount_fen)


def everything() -> dict[str, int]:
    """Every account that is not empty, as `kind` or `party.kind`."""
    rows = sql.rows(
        "SELECT party_kind, kind, sum(posted_fen)::bigint FROM led_account"
        " GROUP BY 1, 2 HAVING sum(posted_fen) <> 0"
    )
    return {
        kind if party == "platform" else f"{party}.{kind}": amount_fen
        for party, kind, amount_fen in rows
    }


def transactions() -> int:
    ((count,),) = sql.rows("SELECT count(*) FROM led_txn")
    return int(count)


def give(party: Party, amount_fen: int) -> None:
    """Let a party have exactly this available, by a sale of its own."""
    is_shop = party.kind == "shop"
    role = party.kind if party.kind in {"creator", "leader", "provider"} else "creator"
    terms = () if is_shop else (RoleTerm(role, party, 10_000, "test"),)
    order = OrderMoney(
        ids.new(),
        ids.new(),
        party.id if is_shop and party.id else ids.new(),
        ids.new(),
        (LineMoney(1, 1, amount_fen, roles=terms),),
        tech_bps=0,
        channel_bps=0,
        rule_version=1,
    )
    capture(order)
    receive(order)
    complete(order)


def take_out(party: Party, amount_fen: int, key: str = "payout-key") -> payouts.Payout:
    if payout_accounts.account_of(party, actor=HOUSE) is None:
        builders.a_payout_account(HOUSE, party)
    return payouts.request(actor=HOUSE, party=party, amount_fen=amount_fen, key=key, now=NOW)
