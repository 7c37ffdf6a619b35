"""The digest of frozen terms is the one that it always was, in whatever letters."""

import dataclasses

import pytest
from tests.acceptance.orders import example, order_of

from laotie.kernel import idempotency, ids
from laotie.ledger import order_money
from laotie.ledger.terms import Party, RoleShare, RoleTerm

WORKED = order_of(example("worked_order"))


@pytest.mark.parametrize(
    "rule", ["plan 3", "7 天内最后一次", 'a "quoted" \\ / one', "\x00\x1f\x7f", ""]
)
def test_terms_have_the_digest_that_they_always_had(rule: str) -> None:
    agency = RoleShare("agency", Party("agency", ids.new()), 1_000, rule)
    role = RoleTerm("creator", Party("creator", ids.new()), 1_500, rule, (agency,))
    lines = tuple(dataclasses.replace(line, roles=(role,)) for line in WORKED.lines)
    order, payment_id = dataclasses.replace(WORKED, lines=lines), ids.new()

    told = order_money.digest(payment_id, order)

    assert told == idempotency.digest([payment_id, dataclasses.asdict(order)])
