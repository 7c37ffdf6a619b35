"""That a fast run was also a right one: asked of every answer that was given, and of the tables."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import psycopg
from bench._report import Report
from bench._server import Server

ORDERED = "A"  # Now, or before: a replay names the same order.
SOLD_OUT = "R"
REFUSED = "-"  # For another reason of the business.
FAILED = "E"  # For none, or never answered.


@dataclass(frozen=True, slots=True)
class Answer:
    """What one buyer was told about one key.

    order_id: for ORDERED, the order that stands for the key.
    """

    buyer_id: UUID
    key: str
    word: str
    order_id: UUID | None = None


class Early:
    """Looks, over a connection of its own, whether an order that was just acknowledged is there."""

    def __init__(self, server: Server) -> None:
        self._connection = psycopg.connect(server.app_url, autocommit=True)
        self.looked = 0
        self.missing = 0

    def look(self, order_ids: Sequence[UUID]) -> None:
        (found,) = self._connection.execute(
            "SELECT count(*) FROM trade_order WHERE id = ANY (%s)", [list(order_ids)]
        ).fetchall()[0]
        self.looked += len(order_ids)
        self.missing += len(order_ids) - found

    def close(self) -> None:
        self._connection.close()


class Prover:
    """Holds the answers of run after run against the tables; `finish` puts it into the report.

    Keys are never shared by two runs, so the answers of one can be let go when they are taken.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._answers = self._orders = self._replays = 0
        self._lost = self._changed = self._twins = self._looked = self._early = self._failed = 0

    def take(self, answers: Iterable[Answer], early: Sequence[Early]) -> None:
        """All that buyers were told in one run, after it."""
        orders: dict[tuple[UUID, str], set[UUID]] = {}
        refused: set[tuple[UUID, str]] = set()
        for answer in answers:
            self._answers += 1
            place = (answer.buyer_id, answer.key)
            if answer.word == ORDERED:
                assert answer.order_id
                known = orders.setdefault(place, set())
                self._replays += bool(known)
                known.add(answer.order_id)
            elif answer.word == SOLD_OUT:
                refused.add(place)
            self._failed += answer.word == FAILED
        self._orders += len(orders)
        self._lost += _lost(self._server, orders)
        self._changed += sum(len(ids) > 1 for ids in orders.values())
        self._twins += len(refused & orders.keys())
        self._looked += sum(each.looked for each in early)
        self._early += sum(each.missing for each in early)

    def finish(self, report: Report, what: str) -> None:
        """Note what must never happen and how often it did. what: which runs these were."""
        oversold, untold = _books(self._server)
        report.proof("units oversold", oversold)
        report.proof("orders that are not counted or not told once", untold)
        report.proof("acknowledged orders lost", self._lost)
        report.proof("acknowledgements before the order could be read", self._early)
        report.proof("replays with another answer", self._changed)
        report.proof('twins of an accepted order told "sold out"', self._twins)
        report.proof("wishes that failed or were not answered", self._failed)
        report.note(
            f"proved over {self._answers:,} answers of {what}: {self._orders:,} orders and"
            f" {self._replays:,} replays; {self._looked:,} orders were looked for as they were"
            " acknowledged"
        )


def _books(server: Server) -> tuple[int, int]:
    """Units beyond what there was, and orders without their line, count or event."""
    with psycopg.connect(server.app_url) as connection:
        (oversold, miscounted), *_ = connection.execute(_OVERSOLD).fetchall()
        (untold,), *_ = connection.execute(_UNTOLD).fetchall()
    return int(oversold), int(miscounted) + int(untold)


_OVERSOLD = """
WITH taken AS (SELECT sku_id, sum(quantity - released_quantity) AS units
                 FROM trade_order_line GROUP BY 1),
     offered AS (SELECT offer_id, sum(quantity - released_quantity) AS units
                   FROM trade_order_line WHERE offer_id IS NOT NULL GROUP BY 1)
SELECT coalesce((SELECT sum(greatest(t.units - s.on_hand, 0))
                   FROM taken t JOIN trade_stock s ON s.sku_id = t.sku_id), 0)
     + coalesce((SELECT sum(greatest(o.units - f.quantity, 0))
                   FROM offered o JOIN trade_offer_stock f ON f.offer_id = o.offer_id), 0),
       (SELECT count(*) FROM trade_stock s LEFT JOIN taken t ON t.sku_id = s.sku_id
         WHERE s.reserved <> coalesce(t.units, 0))
     + (SELECT count(*) FROM trade_offer_stock f LEFT JOIN offered o ON o.offer_id = f.offer_id
         WHERE f.sold <> coalesce(o.units, 0))
"""
_UNTOLD = """
SELECT count(*) FROM trade_order o
  FULL JOIN (SELECT subject::uuid AS id, count(*) AS times FROM event_log
              WHERE name = 'trade.order_placed' GROUP BY 1) e ON e.id = o.id
  LEFT JOIN (SELECT order_id, count(*) AS lines FROM trade_order_line GROUP BY 1) l
    ON l.order_id = o.id
 WHERE o.id IS NULL OR e.times IS DISTINCT FROM 1 OR l.lines IS DISTINCT FROM 1
"""


def _lost(server: Server, orders: dict[tuple[UUID, str], set[UUID]]) -> int:
    """Acknowledged orders that are not in the tables under their buyer and key."""
    with psycopg.connect(server.app_url) as connection:
        connection.execute(
            "CREATE TEMPORARY TABLE told (buyer_id uuid, key text, order_id uuid) ON COMMIT DROP"
        )
        with connection.cursor().copy("COPY told FROM STDIN") as copy:
            for (buyer_id, key), order_ids in orders.items():
                for order_id in order_ids:
                    copy.write_row((buyer_id, key, order_id))
        connection.execute("ANALYZE told")
        (lost,) = connection.execute(
            "SELECT count(*) FROM told t WHERE NOT EXISTS (SELECT FROM trade_order o"
            " JOIN trade_checkout c ON c.id = o.group_id"
            " WHERE o.id = t.order_id AND c.buyer_id = t.buyer_id AND c.key = t.key)"
        ).fetchall()[0]
    return int(lost)
