"""Writing the journal, through the database functions that alone may do so.

Every entry has a key; the same key again changes nothing, and for another entry it is refused.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from django.db import IntegrityError
from django.utils.translation import gettext_noop as _
from psycopg.types.json import Jsonb

from laotie.kernel import sql
from laotie.kernel.errors import KeyReused, Refusal, WrongState
from laotie.kernel.use_case import needs_transaction
from laotie.ledger import chart
from laotie.ledger.rules import Purse
from laotie.ledger.terms import Party

SYSTEM = "system"

_encode = msgspec.json.Encoder().encode


class InsufficientFunds(Refusal):
    code = "INSUFFICIENT_FUNDS"
    message = _("There is not enough available for this. Choose a smaller amount.")


@dataclass(frozen=True, slots=True)
class Leg:
    """One account's change, with what it is for and the numbers that gave it (`arithmetic`)."""

    party: Party
    kind: str
    amount_fen: int
    line_no: int | None = None
    role: str = ""
    rule: str = ""
    trace: dict[str, Any] | None = None

    def as_box(self) -> dict[str, Any]:
        return {
            "party_kind": self.party.kind,
            "party_id": self.party.id,
            "kind": self.kind,
            "amount_fen": self.amount_fen,
            "line_no": self.line_no,
            "role": self.role,
            "rule": self.rule,
            "trace": self.trace,
        }


@dataclass(frozen=True, slots=True)
class Entry:
    """One transaction to be: its key, what it is, what it belongs to, its legs."""

    idem: str
    kind: str
    effective_at: datetime
    legs: Sequence[Leg] = field(default_factory=tuple)
    actor: str = SYSTEM
    order_id: UUID | None = None
    payment_id: UUID | None = None
    refund_id: UUID | None = None
    payout_id: UUID | None = None

    def as_box(self) -> dict[str, Any]:
        """Its fields as the functions of the journal read them, once they are JSON (`boxed`)."""
        return {
            "idem": self.idem,
            "kind": self.kind,
            "currency": chart.currency(),
            "actor": self.actor,
            "effective_at": self.effective_at,
            "legs": [leg.as_box() for leg in self.legs if leg.amount_fen],
            **{name: id for name in _REFS if (id := getattr(self, name)) is not None},
        }


_REFS = ("order_id", "payment_id", "refund_id", "payout_id")


def boxed(boxes: Any) -> str:
    """One entry, or a list of them, as JSON."""
    return _encode(boxes).decode()


@dataclass(frozen=True, slots=True)
class Posted:
    """is_new: whether this call wrote it."""

    txn_id: UUID
    is_new: bool


@needs_transaction
def post(
    entries: Iterable[Entry], *, meanwhile: Callable[[], None] | None = None
) -> dict[str, Posted]:
    """Write entries, each whole; by key. One statement; those without legs are left out.

    meanwhile: as `sql.hot` has it.
    raises: KeyReused, InsufficientFunds.
    """
    boxes = [box for entry in entries if (box := entry.as_box())["legs"]]
    if not boxes:
        return {}
    with _refusals():
        rows = sql.hot(
            "SELECT idem, txn_id, is_new FROM led_post(%s)",
            [Jsonb(boxes, _encode)],
            meanwhile=meanwhile,
        )
    return {idem: Posted(txn_id, is_new) for idem, txn_id, is_new in rows}


@needs_transaction
def hold(entry: Entry) -> Posted:
    """Keep what the entry would take from being spent, until `resolve`.

    raises: KeyReused, InsufficientFunds.
    """
    with _refusals():
        rows = sql.rows("SELECT txn_id, is_new FROM led_hold(%s)", [boxed(entry.as_box())])
    ((txn_id, is_new),) = rows
    return Posted(txn_id, is_new)


@needs_transaction
def resolve(hold_id: UUID, outcome: Literal["post", "void"], entry: Entry) -> bool:
    """End a hold: move its money or set it free; whether this call did.

    raises: WrongState when it was ended under another key.
    """
    with _refusals():
        rows = sql.rows("SELECT led_resolve(%s, %s, %s)", [hold_id, outcome, boxed(entry.as_box())])
    return bool(rows[0][0])


@needs_transaction
def reverse(txn_id: UUID, entry: Entry) -> bool:
    """Take a transaction back by its mirror image; whether this call did.

    raises: WrongState when it was taken back under another key, InsufficientFunds.
    """
    with _refusals():
        rows = sql.rows("SELECT led_reverse(%s, %s)", [txn_id, boxed(entry.as_box())])
    return bool(rows[0][0])


@needs_transaction
def lock(parties: Iterable[Party]) -> dict[Party, Purse]:
    """Lock parties' accounts and say what is on them; `pending_fen` is over all orders."""
    wanted = set(parties)
    if not wanted:
        return {}
    rows = sql.rows(
        "SELECT party_kind, party_id, kind, posted_fen, held_fen FROM led_lock(%s, %s)",
        [Jsonb([party.as_json() for party in sorted(wanted)]), chart.currency()],
    )
    found: dict[Party, dict[str, int]] = {party: {} for party in wanted}
    for party_kind, party_id, kind, posted_fen, held_fen in rows:
        found[Party(party_kind, party_id)][kind] = posted_fen - held_fen
    return {
        party: Purse(
            pending_fen=free[chart.PENDING],
            available_fen=free[chart.AVAILABLE],
            debt_fen=-free[chart.RECEIVABLE],
        )
        for party, free in found.items()
    }


@contextmanager
def _refusals() -> Iterator[None]:
    """What the database's guards mean to a caller."""
    try:
        yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        constraint = getattr(diagnosis, "constraint_name", None)
        if constraint == "led_txn_once":
            raise KeyReused from error
        if constraint == "led_account_floor":
            raise InsufficientFunds from error
        if constraint in {"led_txn_resolved_once", "led_txn_reversed_once"}:
            raise WrongState(step=constraint) from error
        raise
