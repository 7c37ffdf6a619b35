"""A party takes its money out: held at once, gone when the transfer arrived, free if it failed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.accounts import hands
from laotie.events.ledger import PayoutRequested
from laotie.kernel import event_log, idempotency, ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, KeyReused, Refusal, WrongState
from laotie.kernel.event_log import NotYet
from laotie.kernel.money import MAX_FEN
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.ledger import chart, journal, models, parties, payout_accounts, rules
from laotie.ledger.journal import Entry, InsufficientFunds, Leg
from laotie.ledger.terms import PLATFORM, Party

__all__ = ["InDebt", "InsufficientFunds", "Payout", "failed", "request", "settled"]


class InDebt(Refusal):
    code = "IN_DEBT"
    message = _("Refunds are still owed to the platform; they come out of the next sales first.")


@dataclass(frozen=True, slots=True)
class Payout:
    payout_id: UUID
    party: Party
    amount_fen: int
    state: str


@use_case
def request(*, actor: Actor, party: Party, amount_fen: int, key: str, now: datetime) -> Payout:
    """Hold an amount of what is available and ask for its transfer; the same key answers the same.

    It goes to the account that is the party's now, whatever is set later.
    raises: NotAllowed, NotFound, SecondStepNeeded, Invalid, InDebt, InsufficientFunds, KeyReused,
        PayoutAccountNeeded, PayoutAccountRests, ProofNeeded, CoolingDown.
    """
    parties.require_money(actor, party)
    actor.require_recent_step()
    key = idempotency.clean_key(key)
    if isinstance(amount_fen, bool) or not 0 < amount_fen <= MAX_FEN or party.id is None:
        raise Invalid(field="amount", reason="amount")

    # Two requests of one party wait for each other here, so the key is looked up but once.
    purse = journal.lock([party])[party]
    asked = idempotency.digest([amount_fen])
    known = models.LedPayout.objects.filter(
        party_kind=party.kind, party_id=party.id, key=key
    ).first()
    if known is not None:
        if known.digest != asked:
            raise KeyReused
        return _card(known)
    known_since = hands.require_cooled(party.id, now=now) if party.kind == "creator" else None
    if purse.debt_fen:
        raise InDebt(owed_fen=purse.debt_fen)
    if purse.available_fen < amount_fen:
        raise InsufficientFunds(available_fen=purse.available_fen)
    account_id = payout_accounts.usable(party, since=known_since, now=now)

    payout_id, by = ids.new(), str(actor.person_id or actor.via)
    hold = journal.hold(
        Entry(
            idem=f"payout:{payout_id}",
            kind="payout",
            effective_at=now,
            actor=by,
            payout_id=payout_id,
            legs=(
                Leg(party, chart.AVAILABLE, -amount_fen),
                Leg(PLATFORM, chart.PSP_CLEARING, amount_fen),
            ),
        )
    )
    row = models.LedPayout.objects.create(
        payout_id=payout_id,
        party_kind=party.kind,
        party_id=party.id,
        amount_fen=amount_fen,
        key=key,
        digest=asked,
        hold_id=hold.txn_id,
        requested_by=by,
        requested_at=now,
        account_id=account_id,
    )
    event_log.publish(PayoutRequested(payout_id=payout_id, amount_fen=amount_fen))
    return _card(row)


@needs_transaction
def settled(payout_id: UUID, *, now: datetime) -> None:
    """The transfer arrived; once. raises: NotYet, WrongState after it was reported as failed."""
    row = _lock(payout_id)
    if row.state == rules.PayoutState.SETTLED:
        return
    if row.state != rules.PayoutState.REQUESTED:
        raise WrongState(step="ledger.payout_settled")
    journal.resolve(row.hold_id, "post", _answer("settled", payout_id, now))
    _end(payout_id, rules.PayoutState.SETTLED, now)


@needs_transaction
def failed(payout_id: UUID, *, reason: str, now: datetime) -> None:
    """The transfer did not go, or came back after it had arrived: free to take again; once.

    raises: NotYet.
    """
    row = _lock(payout_id)
    if row.state == rules.PayoutState.REQUESTED:
        journal.resolve(row.hold_id, "void", _answer("failed", payout_id, now))
        _end(payout_id, rules.PayoutState.FAILED, now, reason)
    elif row.state == rules.PayoutState.SETTLED:
        ((txn_id,),) = sql.rows("SELECT id FROM led_txn WHERE pending_id = %s", [row.hold_id])
        journal.reverse(txn_id, _answer("bounced", payout_id, now))
        _end(payout_id, rules.PayoutState.BOUNCED, now, reason)


def _lock(payout_id: UUID) -> models.LedPayout:
    row = models.LedPayout.objects.select_for_update().filter(pk=payout_id).first()
    if row is None:
        raise NotYet(f"payout {payout_id}")
    return row


def _answer(outcome: str, payout_id: UUID, now: datetime) -> Entry:
    return Entry(idem=f"payout-{outcome}:{payout_id}", kind=f"payout_{outcome}", effective_at=now)


def _end(payout_id: UUID, state: rules.PayoutState, now: datetime, reason: str = "") -> None:
    models.LedPayout.objects.filter(pk=payout_id).update(
        state=state.value, ended_at=now, reason=reason[:200]
    )


def _card(row: models.LedPayout) -> Payout:
    party = Party(row.party_kind, row.party_id)  # type: ignore[arg-type]
    return Payout(row.payout_id, party, row.amount_fen, row.state)
