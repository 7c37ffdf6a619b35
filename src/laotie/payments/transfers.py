"""Transfers: payouts on their way to a merchant's or creator's own account."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from laotie.accounts import hands
from laotie.events.payments import PayoutFailed, PayoutSettled
from laotie.kernel import event_log, ids
from laotie.kernel.use_case import needs_transaction
from laotie.ledger import payout_accounts
from laotie.payments import channels, outgoing
from laotie.payments.channels import Channel, ChannelRefused, OutgoingAnswer, PayoutOrder
from laotie.payments.models import Transfer
from laotie.payments.rules import OutgoingState


@dataclass(frozen=True, slots=True)
class TransferCard:
    id: UUID
    amount_fen: int
    state: OutgoingState
    failure: str


@needs_transaction
def request(
    payout_id: UUID, *, party_ref: str, amount_fen: int, asked_at: datetime, now: datetime
) -> TransferCard:
    """Write down that a party is to be paid; the provider is called soon, by a job.

    The same payout again changes nothing. A failed one stays failed: the party's amount is free
    again in the ledger, and a new payout is asked for.
    party_ref: `<kind>:<id>`. asked_at: when whoever held the party's money asked for it.
    """
    assert amount_fen > 0
    known = Transfer.objects.filter(pk=payout_id).first()
    if known is not None:
        assert (known.amount_fen, known.party_ref) == (amount_fen, party_ref)
        return _card(known)
    transfer = Transfer.objects.create(
        id=payout_id,
        party_ref=party_ref,
        channel=channels.default_name(),
        out_no=ids.public("pot", payout_id),
        amount_fen=amount_fen,
        currency=settings.LAOTIE.currency,
        note="payout",
        requested_at=asked_at,
        next_at=now,
    )
    return _card(transfer)


def carry_on(payout_id: UUID, *, now: datetime) -> OutgoingState:
    """One step of one transfer. Outside of transactions. raises: Unanswered."""
    return outgoing.carry_on(ROAD, payout_id, now=now)


def carry_on_due(*, now: datetime) -> int:
    """One step of every transfer whose time has come. Outside of transactions."""
    return outgoing.carry_on_due(ROAD, now=now)


def _send(channel: Channel, transfer: Any) -> OutgoingAnswer:
    if _asked_by_former_hands(transfer):
        raise ChannelRefused("HANDS_CHANGED")
    return channel.payout(
        PayoutOrder(
            out_no=transfer.out_no,
            party_ref=transfer.party_ref,
            amount_fen=transfer.amount_fen,
            currency=transfer.currency,
            note=transfer.note,
            to=payout_accounts.destination(transfer.pk),
        )
    )


def _asked_by_former_hands(transfer: Any) -> bool:
    """Whether the creator's account has changed hands since the money was asked for."""
    kind, _, id = transfer.party_ref.partition(":")
    changed_at = hands.changed_at(UUID(id)) if kind == "creator" else None
    return changed_at is not None and transfer.requested_at <= changed_at


def _ask(channel: Channel, transfer: Any) -> OutgoingAnswer:
    return channel.query_payout(transfer.out_no)


@needs_transaction
def _settled(transfer: Any, now: datetime) -> None:
    event_log.publish(PayoutSettled(transfer.pk, now))


@needs_transaction
def _failed(transfer: Any, reason: str) -> None:
    event_log.publish(PayoutFailed(transfer.pk, reason))


def _card(transfer: Transfer) -> TransferCard:
    return TransferCard(
        id=transfer.pk,
        amount_fen=transfer.amount_fen,
        state=OutgoingState(transfer.state),
        failure=transfer.failure,
    )


ROAD = outgoing.Road(
    name="transfer", model=Transfer, send=_send, ask=_ask, settled=_settled, failed=_failed
)
