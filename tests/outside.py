"""The world outside, in memory: a payment provider and a carrier that do as a test tells them.

They stand where the ports stand; everything of ours is real. `pump` lets every consumer read on,
with a moment of the test's choosing.
"""

import contextlib
import dataclasses
import functools
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timezone
from typing import Any
from unittest import mock
from uuid import UUID

from django.db import transaction

from laotie.accounts.addresses import PlainAddress
from laotie.delivery import carriers
from laotie.delivery.carriers import CarrierUnreachable, NoticeHead, Scan, Waybill
from laotie.delivery.rules import ROAD, ParcelState
from laotie.kernel import event_log, ids, sql
from laotie.kernel.event_log import Consumer, NotYet
from laotie.payments import channels, intents, refunds
from laotie.payments.channels import (
    Bill,
    NoticeFacts,
    NotKnown,
    OutgoingAnswer,
    PaymentAnswer,
    PaymentOrder,
    PayoutOrder,
    RefundOrder,
    Standing,
    Unanswered,
)
from laotie.runtime import wiring


class Provider:
    """A payment provider. `refund_standing` is what becomes of refunds that are asked for."""

    name = "lab"
    merchant_no = "laotie"
    bill_zone: timezone = UTC

    def __init__(self) -> None:
        self.payments: dict[str, PaymentAnswer] = {}
        self.outgoing: dict[str, OutgoingAnswer] = {}
        self.refund_standing = Standing.SETTLED
        self.is_silent = False

    def create(self, order: PaymentOrder) -> PaymentAnswer:
        self._speak()
        answer = PaymentAnswer(
            order.out_no,
            f"P{len(self.payments)}",
            self.merchant_no,
            Standing.PENDING,
            order.amount_fen,
            order.currency,
            0,
            None,
            f"https://pay.test/{order.out_no}",
        )
        return self.payments.setdefault(order.out_no, answer)

    def query(self, out_no: str) -> PaymentAnswer:
        self._speak()
        if out_no not in self.payments:
            raise NotKnown
        return self.payments[out_no]

    def close(self, out_no: str) -> PaymentAnswer:
        if self.query(out_no).standing == Standing.PENDING:
            self._stand(out_no, Standing.CLOSED)
        return self.payments[out_no]

    def take_money(self, out_no: str, at: datetime) -> None:
        """The buyer pays, whatever we think of it by now."""
        self._stand(out_no, Standing.PAID, at)

    def decline(self, out_no: str) -> None:
        """The buyer's bank says no."""
        self._stand(out_no, Standing.FAILED)

    def refund(self, order: RefundOrder) -> OutgoingAnswer:
        return self._send(order.out_no, order.amount_fen, order.currency, self.refund_standing)

    def query_refund(self, out_no: str) -> OutgoingAnswer:
        return self._sent(out_no)

    def payout(self, order: PayoutOrder) -> OutgoingAnswer:
        return self._send(order.out_no, order.amount_fen, order.currency, Standing.SETTLED)

    def query_payout(self, out_no: str) -> OutgoingAnswer:
        return self._sent(out_no)

    def bill(self, day: date) -> bytes:
        raise channels.NoBill

    def read_bill(self, body: bytes) -> Bill:
        raise channels.BadBill

    def read_notice(
        self, *, headers: Mapping[str, str], path: str, body: bytes, at: datetime
    ) -> NoticeFacts:
        raise channels.BadNotice("unsigned")

    def _send(
        self, out_no: str, amount_fen: int, currency: str, standing: Standing
    ) -> OutgoingAnswer:
        self._speak()
        failure = "ACCOUNT_CLOSED" if standing is Standing.FAILED else ""
        answer = OutgoingAnswer(
            out_no, f"R{len(self.outgoing)}", standing, amount_fen, currency, None, failure
        )
        return self.outgoing.setdefault(out_no, answer)

    def _sent(self, out_no: str) -> OutgoingAnswer:
        self._speak()
        if out_no not in self.outgoing:
            raise NotKnown
        return self.outgoing[out_no]

    def _stand(self, out_no: str, standing: Standing, at: datetime | None = None) -> None:
        self.payments[out_no] = dataclasses.replace(
            self.payments[out_no], standing=standing, paid_at=at
        )

    def _speak(self) -> None:
        if self.is_silent:
            raise Unanswered("silent")


class Courier:
    """A carrier. Waybills are made once per number; `created` counts the calls."""

    def __init__(self) -> None:
        self.waybills: dict[UUID, Waybill] = {}
        self.recipients: dict[UUID, PlainAddress] = {}
        self.created = 0
        self.is_silent = False
        self.loses_answers = False

    def find(self, out_no: UUID) -> Waybill | None:
        self._speak()
        return self.waybills.get(out_no)

    def create(self, out_no: UUID, recipient: PlainAddress, parcel: str) -> Waybill:
        self._speak()
        self.created += 1
        self.recipients[out_no] = recipient
        self.waybills.setdefault(out_no, Waybill(f"T{len(self.waybills):08d}", ()))
        if self.loses_answers:
            raise CarrierUnreachable("the answer was lost")
        return self.waybills[out_no]

    def read_notice(
        self, *, headers: Mapping[str, str], path: str, body: bytes, wall: datetime
    ) -> NoticeHead:
        event_id, _, out_no = body.decode().partition(" ")
        return NoticeHead(event_id, UUID(out_no))

    def scan(self, out_no: UUID, *states: ParcelState, at: datetime) -> None:
        """The parcel was seen in these states, one after another."""
        waybill = self.waybills[out_no]
        known = len(waybill.track)
        more = (
            Scan(known + n, state, state.value.lower(), "杭州", at)
            for n, state in enumerate(states, start=1)
        )
        self.waybills[out_no] = dataclasses.replace(waybill, track=(*waybill.track, *more))

    def _speak(self) -> None:
        if self.is_silent:
            raise CarrierUnreachable("silent")


class World:
    """Both of them, and the news that our own consumers still have to hear."""

    def __init__(self) -> None:
        self.provider = Provider()
        self.courier = Courier()
        self._heard: dict[str, int] = {}
        self._early: list[tuple[str, int]] = []

    def pay(self, payment_id: UUID, *, now: datetime) -> None:
        """The buyer follows the link and pays; we are told, and it takes effect."""
        self.open(payment_id, now=now)
        self.money_comes(payment_id, now=now)

    def open(self, payment_id: UUID, *, now: datetime) -> None:
        intents.start(payment_id, now=now)

    def money_comes(self, payment_id: UUID, *, now: datetime) -> None:
        self.provider.take_money(ids.public("pay", payment_id), now)
        intents.refresh(payment_id, now=now)
        self.pump(now=now)

    def money_goes_back(self, *, now: datetime) -> None:
        """Refunds that were asked for are carried, and what follows takes effect."""
        refunds.carry_on_due(now=now)
        self.pump(now=now)

    def pump(self, *, now: datetime, twice: bool = False) -> None:
        """Every consumer reads on to the end. `twice` delivers each event again at once."""
        while self._pump_once(now=now, twice=twice):
            pass
        assert not self._early, f"came too early and stayed so: {self._early}"

    def _pump_once(self, *, now: datetime, twice: bool) -> bool:
        has_moved = False
        early, self._early = self._early, []
        log: list[tuple[Any, ...]] | None = None
        for consumer in _readers():
            known = consumer.by_name()
            after = self._heard.get(consumer.name, 0)
            again = [id for name, id in early if name == consumer.name]
            if log is None:
                log = sql.rows("SELECT id, name, body FROM event_log ORDER BY id")
            rows = [row for row in log if row[1] in known and (row[0] > after or row[0] in again)]
            for id, name, body in rows:
                log = None  # Whoever hears it may say something.
                event, handler = known[name]
                try:
                    for _ in range(2 if twice else 1):
                        with event_log.handling(id), transaction.atomic(durable=True):
                            handler(event.read(json.loads(body)), now)
                    has_moved = True
                except NotYet:
                    self._early.append((consumer.name, id))
                self._heard[consumer.name] = max(self._heard.get(consumer.name, 0), id)
        return has_moved


@functools.cache
def _readers() -> list[Consumer]:
    """All of them, looked for once: tests pump some thousand times."""
    return wiring.consumers()


@contextlib.contextmanager
def stand_in() -> Iterator[World]:
    """A world outside for one test; our ports lead to it."""
    world = World()
    with (
        mock.patch.object(channels, "by_name", return_value=world.provider),
        mock.patch.object(channels, "default_name", return_value="lab"),
        mock.patch.object(carriers, "named", return_value=world.courier),
    ):
        yield world


ALL_THE_WAY = ROAD[1:]
