"""Short ways to open, pay and look at payments; all through public functions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from laotie.kernel import clock, ids, sql
from laotie.kernel.actor import Actor
from laotie.payments import intents, refunds, transfers
from laotie.payments.intents import PaymentCard

HOUSE = Actor.system("test")
WINDOW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Opened:
    """A payment that was opened, with what is known of it outside."""

    id: UUID
    group_id: UUID
    payer_id: UUID
    out_no: str
    now: datetime


def open_payment(amount_fen: int = 16_899, *, now: datetime | None = None) -> Opened:
    now = now or clock.now()
    group_id, payer_id = ids.new(), ids.new()
    with transaction.atomic():
        card = intents.open(
            group_id,
            payer_id=payer_id,
            amount_fen=amount_fen,
            pay_by=now + WINDOW,
            subject="梅子青茶盏",
            now=now,
        )
    return Opened(card.id, group_id, payer_id, ids.public("pay", card.id), now)


def started(amount_fen: int = 16_899) -> tuple[Opened, str]:
    """An opened payment and the address where the buyer pays it."""
    opened = open_payment(amount_fen)
    return opened, intents.start(opened.id, now=opened.now).url


def request_refund(opened: Opened, amount_fen: int, *, refund_id: UUID | None = None) -> UUID:
    refund_id = refund_id or ids.new()
    with transaction.atomic():
        refunds.request(
            refund_id,
            group_id=opened.group_id,
            amount_fen=amount_fen,
            reason="returned",
            now=clock.now(),
        )
    return refund_id


def request_payout(amount_fen: int, *, creator_id: UUID | None = None) -> UUID:
    payout_id, moment = ids.new(), clock.now()
    party = f"creator:{creator_id}" if creator_id else f"shop:{payout_id}"
    with transaction.atomic():
        transfers.request(
            payout_id, party_ref=party, amount_fen=amount_fen, asked_at=moment, now=moment
        )
    return payout_id


def card(opened: Opened) -> PaymentCard:
    return intents.refresh(opened.id, now=clock.now())


def state(opened: Opened) -> str:
    """As our own row has it, without asking anybody."""
    ((found,),) = sql.rows("SELECT state FROM pay_payment WHERE id = %s", [opened.id])
    return str(found)


def published(name: str, subject: UUID) -> int:
    ((count,),) = sql.rows(
        "SELECT count(*) FROM event_log WHERE name = %s AND subject = %s", [name, str(subject)]
    )
    return int(count)


def captures(opened: Opened) -> int:
    return published("payments.payment_captured", opened.id)


def count(table: str) -> int:
    ((found,),) = sql.rows(f"SELECT count(*) FROM {table}")
    return int(found)
