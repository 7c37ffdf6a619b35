"""The provider of a played world: the lab's own, with its books and signatures, in this process.

Its answers are lost and its notices come late, twice, out of order or never, as chance has it.
"""

import asyncio
import contextlib
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from starlette.applications import Starlette

from laotie.kernel import clock, signed_http
from laotie.lab.provider import api, outgoing, payments
from laotie.lab.provider.settings import ProviderSettings
from laotie.lab.provider.store import Row, Store
from laotie.payments import notices
from laotie.payments.channels import lab

R = TypeVar("R")
_NOWHERE = "127.0.0.1"
_CALLS = tuple(
    f"{what}.{call}" for what in ("payments", "refunds", "payouts") for call in ("create", "query")
)
_MOST_COPIES = 3
_SENT = "UPDATE callback SET state = 'SENT' WHERE id = ?"


class Within(httpx.BaseTransport):
    """The provider's own thread: requests of any thread go to its application there.

    No socket is opened. Its books are opened and touched in that thread alone.
    """

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.app: Any = None

    def do(self, work: Callable[[], R]) -> R:
        """Let the provider do something; what came of it."""

        async def doing() -> R:
            return work()

        return asyncio.run_coroutine_threadsafe(doing(), self._loop).result()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return asyncio.run_coroutine_threadsafe(self._answer(request), self._loop).result()

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = await httpx.ASGITransport(self.app).handle_async_request(request)
        body = await answer.aread()
        return httpx.Response(answer.status_code, headers=answer.headers, content=body)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Outside:
    """The provider's hands and post office."""

    def __init__(self, way: Within, store: Store, of: ProviderSettings) -> None:
        self._way = way
        self._store = store
        self._of = of
        self.delivered = 0

    def move_clock(self, ahead: timedelta) -> None:
        self._write(lambda: self._store.set_ahead_s(ahead.total_seconds()))

    def take_money(self, out_no: str) -> None:
        """The buyer's bank pays, whatever we think of the payment by now."""
        self._write(lambda: payments.capture(self._store, out_no, tell=True, even_if_closed=True))

    def settle(self, *, fails: bool) -> None:
        """What is under way arrives; with `fails` the next payout comes back instead."""

        def settling() -> None:
            if fails:
                self._store.add_fault("payouts.settle", "fail", ref=None, times=1, args={})
            outgoing.settle_due(self._store)
            self._store.change("DELETE FROM fault WHERE target = 'payouts.settle'")

        self._write(settling)

    def lose_an_answer(self, chance: random.Random) -> str:
        """The next call of some kind breaks, before or after it took effect; which one."""
        target, kind = chance.choice(_CALLS), chance.choice(("error_before", "error_after"))
        self._write(lambda: self._store.add_fault(target, kind, ref=None, times=1, args={}))
        return f"{target} {kind}"

    def mend(self) -> None:
        """Every call is answered again."""
        self._write(lambda: self._store.change("DELETE FROM fault"))

    def post(self, chance: random.Random, *, share: float, now: datetime) -> None:
        """Some of what we are owed to be told comes in: in any order, once or more often.

        share: how much of it comes now; the rest may come later.
        """
        owed = self._rows("SELECT * FROM callback WHERE state = 'OWED' ORDER BY id")
        coming = [row for row in owed if chance.random() < share]
        coming *= chance.randint(1, _MOST_COPIES)
        chance.shuffle(coming)
        for row in coming:
            self._hand_in(row["url"], row["body"], now=now)
            self._write(partial(self._store.change, _SENT, [row["id"]]))

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
        (row,) = self._rows(
            "SELECT state FROM outgoing WHERE kind = 'payout' AND out_no = ?", [out_no]
        )
        return str(row["state"]) == "SETTLED"

    def _sum(self, statement: str) -> list[int]:
        (row,) = self._rows(statement)
        return [int(value or 0) for value in row]

    def _rows(self, statement: str, params: Sequence[Any] = ()) -> list[Row]:
        return self._way.do(lambda: self._store.rows(statement, params))

    def _write(self, change: Callable[[], object]) -> None:
        def writing() -> None:
            with self._store.write():
                change()

        self._way.do(writing)

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
    way = Within()
    store = way.do(lambda: Store(folder))
    way.app = Starlette(routes=api.routes(store, of))
    try:
        with lab.reached_by(way):
            yield Outside(way, store, of)
    finally:
        way.do(store.close)
        way.close()
