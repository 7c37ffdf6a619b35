"""The ledger on PostgreSQL against the model, after every step of random lives of orders."""

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.rules.ledger.orders_at_random import orders
from tests.usecases.ledger import books

from laotie.kernel import ids, sql
from laotie.kernel.errors import Refusal
from laotie.lab.sim.money_model import LedgerModel, Refused
from laotie.ledger import payouts
from laotie.ledger.terms import OrderMoney, Party
from laotie.ledger.verify import verify

SOAK = os.environ.get("LAOTIE_SOAK") == "1"
Paid = tuple[UUID, int]
Wish = tuple[UUID, Party, int]


class LedgerMachine(RuleBasedStateMachine):
    """Few parties and many orders, so that debts, payouts and releases meet."""

    captured: Bundle[OrderMoney] = Bundle("captured")
    payable: Bundle[Paid] = Bundle("payable")
    wishes: Bundle[Wish] = Bundle("wishes")

    def __init__(self) -> None:
        super().__init__()
        self.model = LedgerModel()
        # Random above, zeros below: parties keep their order from run to run.
        self.town = UUID(int=ids.new().int >> 32 << 32)
        self.before = books.everything()
        self.parties: set[Party] = set()

    def at_home(self, order: OrderMoney) -> OrderMoney:
        """The same order with parties and an id of this run's own."""
        return _moved(order, self.town)

    @rule(target=captured, order=orders())
    def capture(self, order: OrderMoney) -> OrderMoney:
        order = self.at_home(order)
        books.capture(order, payment_id=order.group_id)
        self.model.capture(order)
        self.parties.add(books.shop_of(order))
        for line in order.lines:
            for term in line.roles:
                self.parties |= {term.party, *(child.party for child in term.children)}
        return order

    @rule(order=captured)
    def capture_again(self, order: OrderMoney) -> None:
        books.capture(order, payment_id=order.group_id)

    @rule(order=captured)
    def receive(self, order: OrderMoney) -> None:
        books.receive(order)
        self.model.receive(order.order_id)

    @rule(order=captured)
    def complete(self, order: OrderMoney) -> None:
        _both(
            lambda: books.complete(order),
            lambda: self.model.complete(order.order_id),
        )

    @rule(
        target=payable,
        order=captured,
        units=st.dictionaries(st.integers(1, 3), st.integers(0, 5), max_size=3),
        freight=st.frozensets(st.integers(1, 3), max_size=2),
    )
    def refund(self, order: OrderMoney, units: dict[int, int], freight: frozenset[int]) -> object:
        refund_id = ids.new()
        pair = _both(
            lambda: books.refund(order, units, freight, refund_id=refund_id),
            lambda: self.model.refund(order.order_id, units, freight),
        )
        if pair is None:
            return multiple()
        figures, expected = pair
        assert (figures.to_buyer_fen, figures.subsidy_fen) == expected
        again = books.refund(order, units, freight, refund_id=refund_id)
        assert again == figures
        return (refund_id, figures.to_buyer_fen) if figures.to_buyer_fen else multiple()

    @rule(paid=consumes(payable), twice=st.booleans())
    def refund_settled(self, paid: Paid, twice: bool) -> None:
        for _ in range(1 + twice):
            books.refund_settled(*paid)
        self.model.refund_settled(paid[1])

    @precondition(lambda self: self.parties)
    @rule(target=wishes, data=st.data())
    def request_payout(self, data: st.DataObject) -> object:
        party = data.draw(st.sampled_from(sorted(self.parties)))
        available_fen = self.model.party(party)[1]
        amount_fen = data.draw(st.integers(1, max(1, available_fen + 1)))
        pair = _both(
            lambda: books.take_out(party, amount_fen, key=str(ids.new())),
            lambda: self.model.request_payout(party, amount_fen),
        )
        return multiple() if pair is None else (pair[0].payout_id, party, amount_fen)

    @rule(wish=consumes(wishes), arrived=st.booleans())
    def payout_ended(self, wish: Wish, arrived: bool) -> None:
        payout_id, party, amount_fen = wish
        with transaction.atomic():
            if arrived:
                payouts.settled(payout_id, now=books.NOW)
            else:
                payouts.failed(payout_id, reason="test", now=books.NOW)
        self.model.payout_ended(party, amount_fen, arrived=arrived)

    @invariant()
    def balances_agree(self) -> None:
        assert self.model.total() == 0
        now, before = books.everything(), self.before
        platform = {
            kind: now.get(kind, 0) - before.get(kind, 0)
            for kind in now.keys() | before.keys()
            if "." not in kind
        }
        assert {kind: fen for kind, fen in platform.items() if fen} == self.model.platform()
        rows = sql.rows(
            "SELECT party_kind, party_id, kind, posted_fen FROM led_account"
            " WHERE party_id = ANY (%s)",
            [[party.id for party in self.parties]],
        )
        found = {(Party(kind, id), account): fen for kind, id, account, fen in rows}
        for party in self.parties:
            accounts = ("pending", "available", "receivable")
            assert tuple(found.get((party, kind), 0) for kind in accounts) == self.model.party(
                party
            )

    def teardown(self) -> None:
        assert verify() == []


def _both(real: Callable[[], Any], modelled: Callable[[], Any]) -> tuple[Any, Any] | None:
    """Let both act; when one refuses the other must as well."""
    refused = None
    try:
        found = real()
    except Refusal as refusal:
        refused = refusal
    try:
        expected = modelled()
    except Refused:
        assert refused is not None, "the model refuses, the ledger did not"
        return None
    assert refused is None, f"the ledger refuses what the model does: {refused}"
    return found, expected


def _moved(order: OrderMoney, town: UUID) -> OrderMoney:
    def move(id: UUID) -> UUID:
        return UUID(int=town.int ^ id.int)

    def home(party: Party) -> Party:
        return Party(party.kind, None if party.id is None else move(party.id))

    lines = tuple(
        replace(
            line,
            roles=tuple(
                replace(
                    term,
                    party=home(term.party),
                    children=tuple(replace(c, party=home(c.party)) for c in term.children),
                )
                for term in line.roles
            ),
        )
        for line in order.lines
    )
    return replace(
        order,
        order_id=ids.new(),
        group_id=ids.new(),
        shop_id=move(order.shop_id),
        lines=lines,
    )


@pytest.mark.usefixtures("db")
def test_the_ledger_is_its_model() -> None:
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=300 if SOAK else 25,
            stateful_step_count=50 if SOAK else 25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink],
        ),
    )
