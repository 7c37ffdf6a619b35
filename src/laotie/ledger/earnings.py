"""What orders earned a party, and where that money is: for reports and pages of earnings."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from laotie.kernel import sql
from laotie.kernel.actor import Actor
from laotie.ledger import chart, parties
from laotie.ledger.terms import Party


@dataclass(frozen=True, slots=True)
class Earned:
    """A party's part in one line of an order, refunds taken off.

    settled_fen: posted to the party so far. pending_fen: of it, still waiting for the order to
    complete; of the whole order, told with its first line.
    """

    order_id: UUID
    line_no: int
    settled_fen: int
    pending_fen: int


def of_orders(party: Party, order_ids: Iterable[UUID], *, actor: Actor) -> tuple[Earned, ...]:
    """The postings of these orders for a party, by line. One query.

    Moves between the party's own accounts, as at completion, cancel each other out.
    raises: SignInFirst, NotAllowed, NotFound.
    """
    parties.require_money(actor, party)
    rows = sql.rows(
        "WITH own AS (SELECT p.order_id, coalesce(p.line_no, 0) AS line_no, p.account, p.amount_fen"
        " FROM led_posting p WHERE p.order_id = ANY (%s) AND p.account_id IN ("
        " SELECT id FROM led_account WHERE book = 'main' AND party_kind = %s AND party_id = %s"
        " AND currency = %s)),"
        " lines AS (SELECT order_id, line_no, sum(amount_fen) AS settled FROM own GROUP BY 1, 2),"
        " waiting AS (SELECT order_id, sum(amount_fen) AS pending FROM own WHERE account = %s"
        " GROUP BY 1)"
        " SELECT l.order_id, l.line_no, l.settled, CASE WHEN row_number() OVER ("
        " PARTITION BY l.order_id ORDER BY l.line_no) = 1 THEN coalesce(w.pending, 0) ELSE 0 END"
        " FROM lines l LEFT JOIN waiting w USING (order_id) ORDER BY 1, 2",
        [list(order_ids), party.kind, party.id, chart.currency(), chart.PENDING],
    )
    return tuple(
        Earned(order, line, int(settled), int(wait)) for order, line, settled, wait in rows
    )
