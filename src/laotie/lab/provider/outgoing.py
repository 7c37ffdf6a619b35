"""Money that leaves: refunds of a payment and payouts to a party, each once per client's number."""

import secrets
from typing import Any

from laotie.lab.provider import callbacks, fees, payments, wire
from laotie.lab.provider.settings import MERCHANT_NO, ProviderSettings
from laotie.lab.provider.store import Row, Store
from laotie.lab.provider.wire import Refused


def refund(store: Store, message: dict[str, Any], settings: ProviderSettings) -> tuple[Row, bool]:
    """Start giving (part of) a payment back; whether it is new.

    raises: Refused for an unknown or unpaid payment, or more than is left of it.
    """
    out_no, amount_fen = wire.out_no(message), wire.amount(message)
    payment_out_no = wire.out_no(message, "payment_out_no")
    known = _known(store, "refund", out_no, amount_fen, "payment_out_no", payment_out_no)
    if known is not None:
        return known, False
    payment = payments.by_out_no(store, payment_out_no)
    if payment["state"] != "PAID":
        raise Refused(409, "NOT_PAID", "The payment has no money to give back.")
    if refunded_fen(store, payment_out_no) + amount_fen > payment["amount_fen"]:
        raise Refused(422, "REFUND_EXCEEDS", "More than is left of the payment.")
    return _start(store, "refund", message, settings, payment_out_no=payment_out_no), True


def payout(store: Store, message: dict[str, Any], settings: ProviderSettings) -> tuple[Row, bool]:
    """Start sending money to a party; whether it is new."""
    out_no, amount_fen = wire.out_no(message), wire.amount(message)
    party_ref = wire.text(message, "party_ref", longest=64)
    known = _known(store, "payout", out_no, amount_fen, "party_ref", party_ref)
    if known is not None:
        return known, False
    return _start(store, "payout", message, settings, party_ref=party_ref), True


def by_out_no(store: Store, kind: str, out_no: str) -> Row:
    """raises: Refused."""
    row = store.one("SELECT * FROM outgoing WHERE kind = ? AND out_no = ?", [kind, out_no])
    if row is None:
        raise Refused(404, "NOT_FOUND", f"No such {kind}.")
    return row


def refunded_fen(store: Store, payment_out_no: str) -> int:
    """What was given back of a payment, or is about to be."""
    row = store.one(
        "SELECT coalesce(sum(amount_fen), 0) AS fen FROM outgoing"
        " WHERE payment_out_no = ? AND state <> 'FAILED'",
        [payment_out_no],
    )
    assert row is not None
    return int(row["fen"])


def settle_due(store: Store) -> None:
    """Ends what has been under way long enough; a scripted `fail` ends it the other way."""
    for row in store.rows(
        "SELECT kind, out_no FROM outgoing WHERE state = 'PROCESSING' AND due_at <= ?",
        [store.now()],
    ):
        fault = store.take_fault(f"{row['kind']}s.settle", row["out_no"])
        if fault is not None and fault[0] == "fail":
            reason = str(fault[1].get("reason", "ACCOUNT_CLOSED"))
            store.change(
                "UPDATE outgoing SET state = 'FAILED', failure = ? WHERE kind = ? AND out_no = ?",
                [reason, row["kind"], row["out_no"]],
            )
            _tell(store, row["kind"], row["out_no"], "failed")
        else:
            _settle(store, row["kind"], row["out_no"])


def shown(row: Row) -> dict[str, Any]:
    """A refund or payout as the client sees it."""
    return {
        "out_no": row["out_no"],
        "provider_no": row["provider_no"],
        "merchant_no": MERCHANT_NO,
        "payment_out_no": row["payment_out_no"],
        "amount_fen": row["amount_fen"],
        "currency": row["currency"],
        "state": row["state"],
        "failure": row["failure"],
        "fee_back_fen": row["fee_back_fen"],
        "settled_at": wire.iso(row["settled_at"]),
    }


def _known(
    store: Store, kind: str, out_no: str, amount_fen: int, tie: str, tied_to: str
) -> Row | None:
    known = store.one("SELECT * FROM outgoing WHERE kind = ? AND out_no = ?", [kind, out_no])
    if known is not None and (known["amount_fen"], known[tie]) != (amount_fen, tied_to):
        raise Refused(409, "OUT_NO_REUSED", "This out_no was used for something else.")
    return known


def _start(
    store: Store,
    kind: str,
    message: dict[str, Any],
    settings: ProviderSettings,
    *,
    payment_out_no: str | None = None,
    party_ref: str | None = None,
) -> Row:
    out_no = wire.out_no(message)
    now = store.now()
    store.change(
        "INSERT INTO outgoing (kind, out_no, provider_no, payment_out_no, party_ref, amount_fen,"
        " currency, note, notify_url, state, created_at, due_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'PROCESSING', ?, ?)",
        [
            kind,
            out_no,
            f"L{kind[0].upper()}{secrets.randbelow(10**18):018d}",
            payment_out_no,
            party_ref,
            wire.amount(message),
            wire.text(message, "currency", longest=3),
            wire.text(message, "note"),
            wire.url(message, "notify_url"),
            now,
            now + settings.outgoing_s,
        ],
    )
    store.count_effect(f"{kind}_created", out_no)
    return by_out_no(store, kind, out_no)


def _settle(store: Store, kind: str, out_no: str) -> None:
    fee_back_fen = 0
    if kind == "refund":
        row = by_out_no(store, kind, out_no)
        fee_back_fen = _fee_back(store, row)
    store.change(
        "UPDATE outgoing SET state = 'SETTLED', settled_at = ?, fee_back_fen = ?"
        " WHERE kind = ? AND out_no = ? AND state = 'PROCESSING'",
        [store.now(), fee_back_fen, kind, out_no],
    )
    store.count_effect(f"{kind}_settled", out_no)
    _tell(store, kind, out_no, "settled")


def _fee_back(store: Store, refund_row: Row) -> int:
    """Half-up of the fee on all that was refunded so far, less what was returned before."""
    before = store.one(
        "SELECT coalesce(sum(amount_fen), 0) AS fen, coalesce(sum(fee_back_fen), 0) AS fee"
        " FROM outgoing WHERE payment_out_no = ? AND state = 'SETTLED'",
        [refund_row["payment_out_no"]],
    )
    assert before is not None
    so_far = int(before["fen"]) + int(refund_row["amount_fen"])
    return fees.fee_fen(so_far) - int(before["fee"])


def _tell(store: Store, kind: str, out_no: str, what: str) -> None:
    row = by_out_no(store, kind, out_no)
    callbacks.owe(
        store,
        port="payment",
        kind=f"{kind}.{what}",
        subject=out_no,
        url=row["notify_url"],
        facts={
            "out_no": out_no,
            "provider_no": row["provider_no"],
            "merchant_no": MERCHANT_NO,
            "amount_fen": row["amount_fen"],
            "currency": row["currency"],
            "state": row["state"],
        },
    )
