"""Callbacks owed to the client: signed, repeated until answered, and bent when the lab says so."""

import asyncio
import json
import logging
import secrets
from typing import Any
from urllib.parse import urlsplit

import httpx

from laotie.kernel import clock, signed_http
from laotie.lab.provider import wire
from laotie.lab.provider.settings import CALLBACK_WAITS_S, ProviderSettings
from laotie.lab.provider.store import Row, Store

log = logging.getLogger(__name__)

_ANSWER_WITHIN_S = 5.0
_AT_ONCE = 16
_IDLE_S = 0.25


def owe(
    store: Store, *, port: str, kind: str, subject: str, url: str, facts: dict[str, Any]
) -> None:
    """Promise a callback in the same transaction as what it tells.

    A scripted fault for `callback` is taken here: `duplicate` (n copies at once), `late` (s),
    `lost`, `reordered` (held until n are held, then sent last first), and for the first attempt
    `forged`, `stale`, `wrong_amount`, `wrong_merchant`, `wrong_currency`, `unknown_type`.
    """
    event_id = f"evt_{secrets.token_hex(12)}"
    body = {"event_id": event_id, "type": kind, **facts, "at": wire.iso(store.now())}
    fault = store.take_fault("callback", subject)
    name, args = fault or ("", {})
    next_wall = clock.wall().timestamp() + (float(args.get("s", 5)) if name == "late" else 0.0)
    state = {"lost": "LOST", "reordered": "HELD"}.get(name, "OWED")
    store.change(
        "INSERT INTO callback (event_id, port, subject, url, body, state, next_wall, fault)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            event_id,
            port,
            subject,
            url,
            json.dumps(body).encode(),
            state,
            next_wall,
            json.dumps({"kind": name, **args}) if name else None,
        ],
    )
    if state == "HELD":
        _release_held(store, enough=int(args.get("n", 2)))


def send_again(store: Store, subject: str) -> int:
    """Owe every callback of a subject once more, lost ones too; how many."""
    return store.change(
        "UPDATE callback SET state = 'OWED', attempts = 0, next_wall = 0, fault = NULL"
        " WHERE subject = ?",
        [subject],
    )


def _release_held(store: Store, *, enough: int) -> None:
    held = store.rows("SELECT id FROM callback WHERE state = 'HELD' ORDER BY id DESC")
    if len(held) < enough:
        return
    start = clock.wall().timestamp()
    for place, row in enumerate(held):
        store.change(
            "UPDATE callback SET state = 'OWED', next_wall = ? WHERE id = ?",
            [start + place * 0.3, row["id"]],
        )


class Sender:
    """Sends what is owed. An attempt is written down before it is made, so none is forgotten."""

    def __init__(self, store: Store, settings: ProviderSettings) -> None:
        self._store = store
        self._settings = settings
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._running: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        with self._store.write():  # A restart owes at once whatever was under way.
            self._store.change("UPDATE callback SET next_wall = 0 WHERE state = 'OWED'")
        async with httpx.AsyncClient(timeout=_ANSWER_WITHIN_S, trust_env=False) as client:
            while True:
                self.start_due(client)
                await asyncio.sleep(_IDLE_S)

    def start_due(self, client: httpx.AsyncClient) -> None:
        due = self._store.rows(
            "SELECT * FROM callback WHERE state = 'OWED' AND next_wall <= ?"
            " ORDER BY next_wall, id LIMIT 100",
            [clock.wall().timestamp()],
        )
        for row in due:
            with self._store.write():
                self._note_attempt(row)
            task = asyncio.create_task(self._send(client, row))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    def _note_attempt(self, row: Row) -> None:
        attempts = row["attempts"]
        if attempts < len(CALLBACK_WAITS_S):
            wait_s = CALLBACK_WAITS_S[attempts] / self._settings.hurry
            self._store.change(
                "UPDATE callback SET attempts = attempts + 1, next_wall = ? WHERE id = ?",
                [clock.wall().timestamp() + wait_s, row["id"]],
            )
        else:
            self._store.change(
                "UPDATE callback SET attempts = attempts + 1, state = 'GIVEN_UP' WHERE id = ?",
                [row["id"]],
            )
        self._store.count_effect("callback_sent", row["subject"])

    async def _send(self, client: httpx.AsyncClient, row: Row) -> None:
        fault = json.loads(row["fault"]) if row["fault"] else {}
        is_bent = row["attempts"] < int(fault.get("attempts", 1))
        kind = fault.get("kind", "") if is_bent else ""
        copies = int(fault.get("n", 2)) if kind == "duplicate" else 1
        async with self._slots:
            codes = await asyncio.gather(*[self._post(client, row, kind) for _ in range(copies)])
        answered = all(200 <= code < 300 for code in codes)
        with self._store.write():
            self._store.change(
                "UPDATE callback SET last_code = ?, state = CASE WHEN ? THEN 'SENT' ELSE state END"
                " WHERE id = ?",
                [codes[-1], answered, row["id"]],
            )

    async def _post(self, client: httpx.AsyncClient, row: Row, bent: str) -> int:
        """The status of the answer; 0 when there was none."""
        url, body = row["url"], _bend(row["body"], bent)
        at = clock.wall()
        if bent == "stale":
            at = at.fromtimestamp(at.timestamp() - 86_400, at.tzinfo)
        secret = b"not the key" if bent == "forged" else self._settings.callback_key(row["port"])
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        headers = signed_http.sign(
            key_id="lab", secret=secret, method="POST", path=path, body=body, at=at
        )
        try:
            answer = await client.post(
                url, content=body, headers={**headers, "content-type": "application/json"}
            )
        except httpx.HTTPError as error:
            log.info("callback_unanswered", extra={"cause": type(error).__name__})
            return 0
        return answer.status_code


def _bend(body: bytes, bent: str) -> bytes:
    changes: dict[str, Any] = {
        "wrong_merchant": {"merchant_no": "somebody-else"},
        "wrong_currency": {"currency": "USD"},
        "unknown_type": {"type": "moon.full"},
    }
    message = json.loads(body)
    if bent == "wrong_amount":
        message["amount_fen"] = message["amount_fen"] + 1
    elif bent in changes:
        message.update(changes[bent])
    else:
        return body
    return json.dumps(message).encode()
