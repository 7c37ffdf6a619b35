"""What the books know of a person: whose order it was, and what is still owed to them.

Entries are immutable and kept by law; they name ids, never people.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.accounts import creators
from laotie.kernel.actor import Actor
from laotie.kernel.personal import Kept, Matter, Rows, Use
from laotie.kernel.use_case import needs_transaction
from laotie.ledger import models, payout_accounts, queries
from laotie.ledger.rules import PayoutState
from laotie.ledger.terms import Party

_BOOKS = Kept("the books are kept whole by law, and name ids alone")

COLUMNS: Mapping[str, Use | Kept] = {
    "LedOrder.buyer_id": _BOOKS,
    "LedPayout.requested_by": _BOOKS,
    "LedPayoutAccount.set_by": _BOOKS,
    "LedPolicy.made_by": _BOOKS,
}


def of(person_id: UUID) -> Mapping[str, Rows]:
    """Balances and payouts as a creator. At most four queries."""
    party = _party(person_id)
    if party is None:
        return {}
    found = queries.balances(party, actor=Actor.system("my data"))
    assert party.id
    payouts = models.LedPayout.objects.filter(party_kind=party.kind, party_id=party.id)
    return {
        "balances": [
            {
                "pending_fen": found.pending_fen,
                "available_fen": found.available_fen,
                "held_fen": found.held_fen,
                "receivable_fen": found.receivable_fen,
            }
        ],
        "payouts": list(
            payouts.order_by("requested_at").values("amount_fen", "state", "requested_at")
        ),
        "payout_accounts": payout_accounts.copy_of(party),
    }


def open_matters(person_id: UUID) -> Iterable[Matter]:
    """Money that is still on its way to a creator, or from one."""
    party = _party(person_id)
    if party is None:
        return
    found = queries.balances(party, actor=Actor.system("my data"))
    open_fen = found.pending_fen + found.available_fen + found.held_fen - found.receivable_fen
    if open_fen:
        yield Matter(
            "MONEY_LEFT",
            _("There is money in your account. Have it paid out, and wait until it has arrived."),
            1,
        )
    assert party.id
    running = models.LedPayout.objects.filter(
        party_kind=party.kind, party_id=party.id, state=PayoutState.REQUESTED
    ).count()
    if running:
        yield Matter(
            "PAYOUT_RUNNING", _("%(count)s payouts are on their way. Wait for them."), running
        )


@needs_transaction
def forget(person_id: UUID, now: datetime) -> None:
    """The books name nobody; the account that payouts went to loses name and number."""
    party = _party(person_id)
    if party is not None:
        payout_accounts.forget(party)


def _party(person_id: UUID) -> Party | None:
    creator_id = creators.id_of(person_id)
    return Party("creator", creator_id) if creator_id else None
