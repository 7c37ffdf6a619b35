"""The provider of a played world: the lab's own, with its books and signatures, in this process.

Its answers are lost and its notices come late, twice, out of order or never, as chance has it.
"""

import asyncio
import contextlib
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from starlette.applications import Starlette

from laotie.kernel import clock, signed_http
from laotie.lab.provider import api, outgoing, payments
from laotie.lab.provider.settings import ProviderSettings
from laotie.lab.provider.store import Store
from laotie.payments import notices
from laotie.payments.channels import lab

_NOWHERE = "127.0.0.1"
_CALLS = ("payments.create", "payments.query", "refunds.create", "refunds.query")
_CALLS += ("payouts.create", "payouts.query")
_MOST_COPIES = 3


class InProcess(httpx.BaseTransport):
    """Requests go to an application in this process, whole, and no socket is opened."""

    def __init__(self, app: Any) -> None:
        self._asgi = httpx.ASGITransport(app)
        self._loop = asyncio.new_event_loop()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._loop.run_until_complete(self._answer(request))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = await self._asgi.handle_async_request(request)
        body = await answer.aread()
        return httpx.Response(answer.status_code, headers=answer.headers, content=body)

    def close(self) -> None:
        self._loop.close()


class Outside:
    """The provider's hands and post office."""

    def __init__(self, store: Store, of: ProviderSettings) -> None:
        self._store = store
        self._of = of
        self.delivered = 0

    def move_clock(self, ahead: timedelta) -> None:
        with self._store.write():
            self._store.set_ahead_s(ahead.total_seconds())

    def take_money(self, out_no: str) -> None:
        """The buyer's bank pays, whatever we think of the payment by now."""
        with self._store.write():
            payments.capture(self._store, out_no, tell=True, even_if_closed=True)

    def settle(self, *, fails: bool) -> None:
        """What is under way arrives; with `fails` the next payout comes back instead."""
        with self._store.write():
            if fails:
                self._store.add_fault("payouts.settle", "fail", ref=None, times=1, args={})
            outgoing.settle_due(self._store)
            self._store.change("DELETE FROM fault WHERE target = 'payouts.settle'")

    def lose_an_answer(self, chance: random.Random) -> str:
        """The next call of some kind breaks, before or after it took effect; which one."""
        target, kind = chance.choice(_CALLS), chance.choice(("error_before", "error_after"))
        with self._store.write():
            self._store.add_fault(target, kind, ref=None, times=1, args={})
        return f"{target} {kind}"

    def mend(self) -> None:
        """Every call is answered again."""
        with self._store.write():
            self._store.change("DELETE FROM fault")

    def post(self, chance: random.Random, *, share: float, now: datetime) -> None:
        """Some of what we are owed to be told comes in: in any order, once or more often.

        share: how much of it comes now; the rest may come later.
        """
        owed = self._store.rows("SELECT * FROM callback WHERE state = 'OWED' ORDER BY id")
        coming = [row for row in owed if chance.random() < share]
        coming *= chance.randint(1, _MOST_COPIES)
        chance.shuffle(coming)
        for row in coming:
            self._hand_in(row["url"], row["body"], now=now)
            with self._store.write():
                self._store.change("UPDATE callback SET state = 'SENT' WHERE id = ?", [row["id"]])

    def books(self) -> tuple[int, int, int]:
        """Fen that came in, went back and went out, as the provider has it."""
        (taken,) = self._sum("SELECT sum(amount_fen) FROM payment WHERE state = 'PAID'")
        back, out = self._sum(
            "SELECT sum(amount_fen) FILTER (WHERE kind = 'refund'),"
            " sum(amount_fen) FILTER (WHERE kind = 'payout')"
            " FROM outgoing WHERE state = 'SETTLED'"
        )
        return taken, back, out

    def has_arrived(self, out_no: str) -> bool:
        """Whether this payout is on its party's account."""
        row = self._store.one(
            "SELECT state FROM outgoing WHERE kind = 'payout' AND out_no = ?", [out_no]
        )
        assert row is not None
        return str(row["state"]) == "SETTLED"

    def _sum(self, statement: str) -> list[int]:
        row = self._store.one(statement)
        assert row is not None
        return [int(value or 0) for value in row]

    def _hand_in(self, url: str, body: bytes, *, now: datetime) -> None:
        path = urlsplit(url).path
        headers = signed_http.sign(
            key_id="lab",
            secret=self._of.callback_key("payment"),
            method="POST",
            path=path,
            body=body,
            at=clock.wall(),
        )
        notices.receive("lab", headers=headers, path=path, body=body, sender=_NOWHERE, now=now)
        self.delivered += 1


@contextlib.contextmanager
def standing(folder: Path) -> Iterator[Outside]:
    """The provider keeps its books in this folder, and our port leads to it."""
    ours = settings.LAOTIE
    of = ProviderSettings(
        folder=folder,
        payment_key=ours.lab_payment_key,
        carrier_key=ours.lab_carrier_key,
        outgoing_s=0.0,
    )
    store = Store(folder)
    way = InProcess(Starlette(routes=api.routes(store, of)))
    try:
        with lab.reached_by(way):
            yield Outside(store, of)
    finally:
        way.close()
        store.close()
