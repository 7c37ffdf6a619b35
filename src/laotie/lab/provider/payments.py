"""Payments in the provider's books: opened by the client, decided by the buyer."""

import secrets
from dataclasses import dataclass
from typing import Any

from laotie.lab.provider import callbacks, fees, wire
from laotie.lab.provider.settings import MERCHANT_NO, ProviderSettings
from laotie.lab.provider.store import Row, Store
from laotie.lab.provider.wire import Refused


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the client asks to be paid."""

    out_no: str
    amount_fen: int
    currency: str
    subject: str
    notify_url: str
    return_url: str
    expires_at: float

    @classmethod
    def read(cls, message: dict[str, Any]) -> "Wanted":
        """raises: Refused."""
        return cls(
            out_no=wire.out_no(message),
            amount_fen=wire.amount(message),
            currency=wire.text(message, "currency", longest=3),
            subject=wire.text(message, "subject"),
            notify_url=wire.url(message, "notify_url"),
            return_url=wire.url(message, "return_url"),
            expires_at=wire.moment(message, "expires_at"),
        )


def create(store: Store, wanted: Wanted) -> tuple[Row, bool]:
    """Open a payment, or find it again by the client's number; whether it is new.

    raises: Refused when the number came with another amount, currency or subject.
    """
    known = store.one("SELECT * FROM payment WHERE out_no = ?", [wanted.out_no])
    if known is not None:
        same = (known["amount_fen"], known["currency"], known["subject"])
        if same != (wanted.amount_fen, wanted.currency, wanted.subject):
            raise Refused(409, "OUT_NO_REUSED", "This out_no was used for something else.")
        return known, False
    store.change(
        "INSERT INTO payment (out_no, provider_no, token, amount_fen, currency, subject,"
        " merchant_no, notify_url, return_url, expires_at, state, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'PENDING', ?)",
        [
            wanted.out_no,
            f"LP{secrets.randbelow(10**18):018d}",
            secrets.token_urlsafe(24),
            wanted.amount_fen,
            wanted.currency,
            wanted.subject,
            MERCHANT_NO,
            wanted.notify_url,
            wanted.return_url,
            wanted.expires_at,
            store.now(),
        ],
    )
    store.count_effect("payment_created", wanted.out_no)
    return by_out_no(store, wanted.out_no), True


def by_out_no(store: Store, out_no: str) -> Row:
    """raises: Refused."""
    row = store.one("SELECT * FROM payment WHERE out_no = ?", [out_no])
    if row is None:
        raise Refused(404, "NOT_FOUND", "No such payment.")
    return row


def by_token(store: Store, token: str) -> Row | None:
    return store.one("SELECT * FROM payment WHERE token = ?", [token])


def capture(store: Store, out_no: str, *, tell: bool, even_if_closed: bool = False) -> bool:
    """Take the buyer's money, once; whether this call did it.

    tell:           owe the client a callback.
    even_if_closed: as when a bank confirms after the payment was closed or ran out.
    """
    payment = by_out_no(store, out_no)
    is_open = payment["state"] == "PENDING" and payment["expires_at"] > store.now()
    if payment["state"] == "PAID" or not (is_open or even_if_closed):
        return False
    store.change(
        "UPDATE payment SET state = 'PAID', paid_at = ?, pays_at = NULL WHERE out_no = ?",
        [store.now(), out_no],
    )
    store.count_effect("payment_captured", out_no)
    if tell:
        _tell(store, out_no, "payment.succeeded")
    return True


def decline(store: Store, out_no: str) -> bool:
    """The buyer's bank said no; whether this call ended the payment."""
    failed = store.change(
        "UPDATE payment SET state = 'FAILED', pays_at = NULL"
        " WHERE out_no = ? AND state = 'PENDING'",
        [out_no],
    )
    if failed:
        _tell(store, out_no, "payment.failed")
    return failed == 1


def pay_later(store: Store, out_no: str, settings: ProviderSettings) -> bool:
    """Capture by itself after a while, as a bank transfer does."""
    return (
        store.change(
            "UPDATE payment SET pays_at = ? WHERE out_no = ? AND state = 'PENDING'",
            [store.now() + settings.later_s, out_no],
        )
        == 1
    )


def close(store: Store, out_no: str) -> Row:
    """Nobody can pay this any more.

    raises: Refused when it was paid before.
    """
    payment = by_out_no(store, out_no)
    if payment["state"] == "PAID":
        raise Refused(409, "ALREADY_PAID", "The buyer has paid.")
    if store.change(
        "UPDATE payment SET state = 'CLOSED', pays_at = NULL"
        " WHERE out_no = ? AND state = 'PENDING'",
        [out_no],
    ):
        store.count_effect("payment_closed", out_no)
    return by_out_no(store, out_no)


def capture_due(store: Store) -> None:
    """Captures what was promised for later."""
    for row in store.rows(
        "SELECT out_no FROM payment WHERE pays_at <= ? AND state = 'PENDING'", [store.now()]
    ):
        capture(store, row["out_no"], tell=True, even_if_closed=True)


def shown(payment: Row, settings: ProviderSettings) -> dict[str, Any]:
    """A payment as the client sees it."""
    is_paid = payment["state"] == "PAID"
    return {
        "out_no": payment["out_no"],
        "provider_no": payment["provider_no"],
        "merchant_no": payment["merchant_no"],
        "amount_fen": payment["amount_fen"],
        "currency": payment["currency"],
        "state": payment["state"],
        "fee_fen": fees.fee_fen(payment["amount_fen"]) if is_paid else 0,
        "paid_at": wire.iso(payment["paid_at"]),
        "pay_url": f"{settings.origin}/pay/{payment['token']}",
    }


def _tell(store: Store, out_no: str, kind: str) -> None:
    payment = by_out_no(store, out_no)
    callbacks.owe(
        store,
        port="payment",
        kind=kind,
        subject=out_no,
        url=payment["notify_url"],
        facts={
            "out_no": out_no,
            "provider_no": payment["provider_no"],
            "merchant_no": payment["merchant_no"],
            "amount_fen": payment["amount_fen"],
            "currency": payment["currency"],
            "state": payment["state"],
        },
    )
