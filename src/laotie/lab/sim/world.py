"""A world in one process: the town, its model, its provider; whoever asks may die on the way.

`ask` lets the product and the model answer the same question and compares. When the process dies
at a crash point meanwhile, it is asked again, as a person does who saw an error: the model knows
whether the first time has counted.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction

from laotie.kernel import clock, event_log, ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Refusal
from laotie.kernel.event_log import Consumer
from laotie.lab.sim import money_model, trade_model
from laotie.lab.sim.deaths import Killed, Reaper
from laotie.lab.sim.outside import Outside
from laotie.lab.sim.town import LIMIT, ON_HAND, Town
from laotie.lab.sim.trade_model import TradeModel
from laotie.ledger import queries as ledger
from laotie.ledger.terms import PLATFORM
from laotie.ledger.verify import verify
from laotie.payments import intents, notices, refunds, transfers
from laotie.trade import coupons, stock

R = TypeVar("R")
_DESK = Actor.system("sim")
# What the model knows of follows at once; readers that only tell and show may lag.
_AT_ONCE = frozenset({"trade", "ledger", "payments"})
_EARLY = 0.2  # How often a reader hears its newest event first.
_EARNEST = 0.6  # How often it is a reader that moves money or goods whose position goes back.
_MOST_ROUNDS = 8
_A_WHILE = timedelta(seconds=100)


class Broken(Exception):
    """The product and the model differ, or something that must always hold does not."""


class World:
    """consumers, invariants: all of the product's, as `runtime.wiring` gathers them."""

    def __init__(
        self,
        outside: Outside,
        reaper: Reaper,
        *,
        consumers: Sequence[Consumer],
        invariants: Mapping[str, str],
    ) -> None:
        self.outside = outside
        self.reaper = reaper
        self._consumers = consumers
        self._invariants = invariants
        self.now = clock.now()
        self.chance = random.Random(0)  # noqa: S311 - a seed is the point.
        self.model = TradeModel()
        self.town = Town.built(now=self.now)
        self.model.on_hand = dict(zip(self.town.skus, ON_HAND, strict=True))
        self.model.limits[self.town.skus[0]] = LIMIT
        self.redelivered = 0
        self.catch_up()

    # -- Time --------------------------------------------------------------------------------------

    def look_at_the_clock(self) -> None:
        self.now = clock.now()

    def wait(self, span: timedelta) -> None:
        """Every clock moves: the database's, the provider's, ours."""
        with transaction.atomic():
            clock.advance(span)
        self.outside.move_clock(clock.offset())
        self.look_at_the_clock()

    # -- Asking ------------------------------------------------------------------------------------

    def ask(
        self, real: Callable[[], R], modelled: Callable[[], None], *, is_keyed: bool = False
    ) -> R | None:
        """Both act, or both refuse for the same reason; what was done, or None.

        is_keyed: asked again it answers the same, and counts once.
        raises:   Broken.
        """
        try:
            answer = self._answer(real)
        except Killed as death:
            self.reaper.bury()
            if str(death).endswith(".after_commit") and not is_keyed:
                codes = _codes_of(modelled)
                _check(not codes, f"it was done, and the model refuses it: {sorted(codes)}")
            answer = self._answer(real)
        codes = _codes_of(modelled)
        if isinstance(answer, Refusal):
            said = f"refused with {answer.code}"
            _check(answer.code in codes, f"{said}; the model says {sorted(codes) or 'yes'}")
            return None
        _check(not codes, f"it was done, and the model refuses it: {sorted(codes)}")
        return answer

    def _answer(self, real: Callable[[], R]) -> R | Refusal:
        try:
            return self.reaper.watching(real)
        except Refusal as no:
            return no

    def finish(self, work: Callable[[], R]) -> R:
        """Work that may die on the way and is begun again until it ends."""
        while True:
            try:
                return self.reaper.watching(work)
            except Killed:
                self.reaper.bury()

    # -- Readers of the log ------------------------------------------------------------------------

    def read_on(self) -> None:
        """The readers that the model knows of have read everything. raises: Broken."""
        at_once = [each for each in self._consumers if each.name in _AT_ONCE]
        if self.chance.random() < _EARLY:
            self._deliver_early(self.chance.choice(at_once))
        self._drain(at_once)

    def catch_up(self) -> None:
        """Every reader has read everything. raises: Broken."""
        self._drain(self._consumers)

    def _drain(self, consumers: Sequence[Consumer]) -> None:
        for _ in range(_MOST_ROUNDS):
            for consumer in consumers:
                self.finish(lambda consumer=consumer: _read_to_the_end(consumer))  # type: ignore[misc]
            if not self._try_again(consumers):
                return
        raise Broken(f"events do not come to rest: {_waiting()}")

    def _try_again(self, consumers: Sequence[Consumer]) -> int:
        """Failed events, without the wait; how many were tried. raises: Broken for parked ones."""
        given_up = event_log.parked()
        _check(not given_up, f"events were given up: {given_up[:3]}")
        sql.change("UPDATE event_retry SET next_at = now() WHERE state = 'WAITING'")
        return sum(
            self.finish(lambda consumer=consumer: event_log.retry_due(consumer))  # type: ignore[misc]
            for consumer in consumers
        )

    def deliver_again(self) -> str:
        """One reader's position goes back, as after a restore of it; what it was."""
        consumer, events = self.chance.choice(self._consumers), self.chance.randint(1, 40)
        if self.chance.random() < _EARNEST:
            consumer = self.chance.choice([c for c in self._consumers if c.name in _AT_ONCE])
        moved = sql.change(_BACK, [events, consumer.name])
        self.redelivered += events if moved else 0
        return f"{consumer.name} reads its last {events} events again"

    def _deliver_early(self, consumer: Consumer) -> None:
        """A reader's newest unread event comes before the ones it builds on, and later again."""
        rows = sql.rows(_NEWEST_UNREAD, [list(consumer.by_name()), consumer.name])
        if rows:
            self.redelivered += 1
            sql.change(_HAND_OVER, [consumer.name, rows[0][0]])
            self.finish(lambda: event_log.retry_due(consumer))

    # -- Money outside -----------------------------------------------------------------------------

    def offer(self, payment_id: UUID) -> None:
        """The payment stands at the provider, however often it has to be asked."""
        for _ in range(_MOST_ROUNDS):
            try:
                self.finish(lambda: intents.start(payment_id, now=self.now))
            except intents.ProviderSilent:
                continue
            return
        raise Broken("the provider never answered")

    def take_money(self, payment_id: UUID, *, is_told: bool) -> None:
        """The bank pays; we hear of it by notices, or by looking when the buyer comes back."""
        self.outside.take_money(ids.public("pay", payment_id))
        if is_told:
            self.hear(share=1.0)
        for _ in range(_MOST_ROUNDS):
            card = self.finish(lambda: intents.refresh(payment_id, now=self.now))
            if card.captured_at is not None:
                break
        else:
            raise Broken("the money was taken, and is not captured")
        self.read_on()

    def hear(self, *, share: float) -> None:
        """Notices come in and are looked into."""
        self.outside.post(self.chance, share=share, now=self.now)
        self.finish(lambda: notices.handle_due(now=self.now))

    def carry_money(self, *, fails: bool) -> None:
        """Refunds and payouts go to the provider and arrive; with `fails` one payout does not."""
        for _ in range(_MOST_ROUNDS):
            self.finish(lambda: refunds.carry_on_due(now=self.now))
            self.finish(lambda: transfers.carry_on_due(now=self.now))
            self.outside.settle(fails=fails)
            self.hear(share=0.5)
            self.read_on()
            if not sql.rows(_UNDER_WAY):
                return
            self.outside.mend()
            self.wait(_A_WHILE)
        raise Broken(f"money does not arrive: {sql.rows(_UNDER_WAY)}")

    # -- Looking -----------------------------------------------------------------------------------

    def compare(self) -> None:
        """The model's orders, stock, coupons and money are the product's. raises: Broken."""
        rows = sql.rows("SELECT id, state, refunded_fen, close_reason FROM trade_order")
        real = {id: (state, fen, reason) for id, state, fen, reason in rows}
        ours = {
            order.id: (order.state, order.refunded_fen, order.close_reason)
            for order in self.model.orders.values()
        }
        for at, id in enumerate(ours):
            _same(f"order {at}", real.pop(id, None), ours[id])
        _same("orders that nobody placed", real, {})
        for at, sku_id in enumerate(self.town.skus):
            _same(
                f"what is left of goods {at}",
                stock.available([sku_id])[sku_id],
                self.model.available(sku_id),
            )
        self._compare_wallets()
        self._compare_money()

    def check(self) -> None:
        """Everything that must always hold, holds; one statement. raises: Broken."""
        _same("broken invariants", [name for (name,) in sql.rows(self._every_invariant)], [])

    def check_all(self) -> None:
        """All readers are through, the ledger replays, and the provider's books are ours."""
        self.catch_up()
        self.compare()
        self.check()
        _same("what the ledger's replay finds", verify(), [])
        ours = sql.rows(_OUR_BOOKS)[0]
        _same("money in, back and out", tuple(map(int, ours)), self.outside.books())

    def _compare_wallets(self) -> None:
        held = {
            claim.claim_id
            for buyer in self.town.buyers
            for claim in coupons.wallet(buyer.require_person(), now=self.now)
        }
        free = {claim for claim, used_by in self.model.wallet.items() if not used_by}
        _same("coupons that can be used", len(held), len(free - self.model.burnt))
        _same("coupons that can be used, each", held, free - self.model.burnt)

    def _compare_money(self) -> None:
        rows = sql.rows(
            "SELECT kind, sum(posted_fen)::bigint FROM led_account WHERE party_kind = %s"
            " GROUP BY 1 HAVING sum(posted_fen) <> 0",
            [PLATFORM.kind],
        )
        _same("the platform's accounts", dict(rows), self.model.ledger.platform())
        for at, party in enumerate(self.town.parties):
            real = ledger.balances(party, actor=_DESK)
            seen = (real.pending_fen, real.available_fen, real.receivable_fen)
            _same(f"the money of earner {at}", seen, self.model.ledger.party(party))
            _same(f"held for earner {at}", real.held_fen, self.model.ledger.held[party])

    @cached_property
    def _every_invariant(self) -> str:
        return " UNION ALL ".join(
            f"SELECT '{name}' WHERE EXISTS ({statement})"
            for name, statement in self._invariants.items()
        )


def _read_to_the_end(consumer: Consumer) -> None:
    while event_log.read_on(consumer):
        pass


def _codes_of(modelled: Callable[[], None]) -> frozenset[str]:
    """Why the model refuses; nothing when it does not."""
    try:
        modelled()
    except trade_model.Refused as no:
        return no.codes
    except money_model.Refused:
        return frozenset({"INSUFFICIENT_FUNDS", "IN_DEBT"})
    return frozenset()


def refuse_if(condition: bool, code: str) -> None:
    """For questions that leave no trace in the model. raises: trade_model.Refused."""
    if condition:
        raise trade_model.Refused(code)


def _check(holds: bool, what: str) -> None:
    if not holds:
        raise Broken(what)


def _same(what: str, real: Any, modelled: Any) -> None:
    if real != modelled:
        raise Broken(f"{what}: really {real}, in the model {modelled}")


def _waiting() -> list[tuple[Any, ...]]:
    return sql.rows("SELECT consumer, event_id, cause FROM event_retry WHERE state = 'WAITING'")


_BACK = """
UPDATE event_position p
   SET (generation, xid, id) = (b.generation, b.xid, b.id)
  FROM (SELECT e.generation, e.xid, e.id FROM event_log e ORDER BY e.generation DESC, e.xid DESC,
               e.id DESC OFFSET %s LIMIT 1) b
 WHERE p.consumer = %s AND (b.generation, b.xid, b.id) < (p.generation, p.xid, p.id)
"""
_NEWEST_UNREAD = """
SELECT e.id FROM event_log e JOIN event_position p
    ON (e.generation, e.xid, e.id) > (p.generation, p.xid, p.id)
 WHERE e.name = ANY(%s) AND p.consumer = %s ORDER BY e.id DESC LIMIT 1
"""
_HAND_OVER = """
INSERT INTO event_retry (consumer, event_id, attempts, cause, next_at)
VALUES (%s, %s, 1, 'early', now()) ON CONFLICT (consumer, event_id) DO NOTHING
"""
_UNDER_WAY = """
SELECT out_no, state FROM pay_refund WHERE state IN ('REQUESTED', 'UNKNOWN', 'PROCESSING')
 UNION ALL
SELECT out_no, state FROM pay_transfer WHERE state IN ('REQUESTED', 'UNKNOWN', 'PROCESSING')
"""
_OUR_BOOKS = """
SELECT (SELECT coalesce(sum(amount_fen), 0) FROM pay_payment WHERE captured_at IS NOT NULL),
       (SELECT coalesce(sum(amount_fen), 0) FROM pay_refund WHERE state = 'SETTLED'),
       (SELECT coalesce(sum(amount_fen), 0) FROM pay_transfer WHERE state = 'SETTLED')
"""
