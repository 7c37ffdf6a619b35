"""Notices as the provider sends them, made here, so that each can be bent in one way."""

import json
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx
from tests.lab.harness import PAYMENT_KEY
from tests.usecases.payments.money import Opened

from laotie.kernel import clock, signed_http, sql

PATH = "/hooks/payments/lab"


def paid(opened: Opened, **changes: Any) -> dict[str, Any]:
    """What the provider says about a payment; `changes` bend it."""
    return {
        "event_id": f"evt_{uuid4().hex}",
        "type": "payment.succeeded",
        "out_no": opened.out_no,
        "merchant_no": "laotie",
        "amount_fen": 16_899,
        "currency": "CNY",
        **changes,
    }


def post(
    door: str,
    message: Any,
    *,
    key: str = PAYMENT_KEY,
    key_id: str = "lab",
    at: datetime | None = None,
    signed_path: str = PATH,
    sent: bytes | None = None,
    headers: dict[Any, Any] | None = None,
) -> httpx.Response:
    """Sign a message and send it; `sent` replaces the body after signing."""
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    signature = signed_http.sign(
        key_id=key_id,
        secret=signed_http.derive(key, "from lab"),
        method="POST",
        path=signed_path,
        body=body,
        at=at or clock.wall(),
    )
    return httpx.post(
        door + PATH,
        content=body if sent is None else sent,
        headers=signature if headers is None else headers,
        trust_env=False,
        timeout=60,  # However busy the machine is.
    )


def refusals() -> list[str]:
    """Reasons in the security log, in order."""
    return [row[0] for row in sql.rows("SELECT reason FROM pay_refused_notice ORDER BY id")]
