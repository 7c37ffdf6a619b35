"""`verify` names the first broken link of the books, in a sentence."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from tests.acceptance.orders import example, order_of
from tests.usecases.ledger import books

from laotie.ledger import jobs
from laotie.ledger.terms import OrderMoney
from laotie.ledger.verify import Finding, verify

pytestmark = pytest.mark.usefixtures("db")
Tamper = Callable[[str, str], list[Finding]]


@pytest.fixture
def tamper(superuser_url: str) -> Iterator[Tamper]:
    """Break one thing as only a superuser can, look, and put it right again."""
    with psycopg.connect(superuser_url, autocommit=True) as mighty:
        mighty.execute("SET session_replication_role = replica")

        def look(broken: str, repaired: str) -> list[Finding]:
            mighty.execute(broken)
            found = verify()
            mighty.execute(repaired)
            assert verify() == []
            return found

        yield look


@pytest.fixture
def order() -> OrderMoney:
    """One that was split and refunded in part, beside one that is held."""
    books.capture(order_of(example("worked_order")))
    order = order_of(example("worked_order"))
    books.capture(order)
    books.receive(order)
    books.refund(order, {2: 1})
    return order


@pytest.mark.parametrize(
    ("broken", "repaired", "check"),
    [
        (
            "UPDATE led_order SET paid_fen = paid_fen + 1",
            "UPDATE led_order SET paid_fen = paid_fen - 1",
            "ledger.captured_orders_are_kept",
        ),
        (
            "UPDATE led_order SET held_fen = held_fen + 1 WHERE state = 'HELD'",
            "UPDATE led_order SET held_fen = held_fen - 1 WHERE state = 'HELD'",
            "ledger.escrow_is_accounted_for",
        ),
        (
            "UPDATE led_order SET refunded_fen = refunded_fen + 1 WHERE state = 'SPLIT'",
            "UPDATE led_order SET refunded_fen = refunded_fen - 1 WHERE state = 'SPLIT'",
            "ledger.refunds_are_accounted_for",
        ),
        (
            "UPDATE led_refund SET state = 'SETTLED', settled_at = made_at",
            "UPDATE led_refund SET state = 'PAYABLE', settled_at = NULL",
            "ledger.refunds_are_accounted_for",
        ),
        (
            "UPDATE led_order SET state = 'RELEASED' WHERE state = 'SPLIT'",
            "UPDATE led_order SET state = 'SPLIT' WHERE state = 'RELEASED'",
            "ledger.released_orders_leave_nothing_pending",
        ),
        (
            "UPDATE led_order SET tech_bps = 300",
            "UPDATE led_order SET tech_bps = 200",
            "ledger.shares_are_as_frozen",
        ),
        (
            "UPDATE led_line SET refunded_units = 2 WHERE refunded_units = 1",
            "UPDATE led_line SET refunded_units = 1 WHERE refunded_units = 2",
            "ledger.shares_are_as_frozen",
        ),
    ],
)
def test_a_broken_link_is_found(
    tamper: Tamper, order: OrderMoney, broken: str, repaired: str, check: str
) -> None:
    findings = tamper(broken, repaired)

    assert {finding.check for finding in findings} == {check}


def test_the_sentence_says_what_is_wrong(tamper: Tamper, order: OrderMoney) -> None:
    findings = tamper("UPDATE led_order SET tech_bps = 300", "UPDATE led_order SET tech_bps = 200")

    assert [finding.sentence for finding in findings] == [
        f"order {order.order_id}: tech of line 1 is 255 by the frozen terms, and 170 was posted",
        f"order {order.order_id}: tech of line 2 is 129 by the frozen terms, and 86 was posted",
        f"order {order.order_id}: merchant is 10380 by the frozen terms, and 10508 was posted",
    ]
    assert {finding.subject for finding in findings} == {str(order.order_id)}


def test_the_nightly_replay_reports_what_it_finds(
    tamper: Tamper, order: OrderMoney, caplog: pytest.LogCaptureFixture, superuser_url: str
) -> None:
    jobs.verify_nightly(books.NOW)
    assert caplog.records == []

    with psycopg.connect(superuser_url, autocommit=True) as mighty:
        mighty.execute("SET session_replication_role = replica")
        mighty.execute("UPDATE led_account SET posted_fen = posted_fen + 1 WHERE kind = 'pending'")
        jobs.verify_nightly(books.NOW)
        mighty.execute("UPDATE led_account SET posted_fen = posted_fen - 1 WHERE kind = 'pending'")

    assert {record.message for record in caplog.records} == {"ledger_broken"}
    assert len(caplog.records) == 4
