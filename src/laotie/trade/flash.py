"""Flash purchases: one tap in a room is one order, placed many at a time.

No quote stands behind such an order: its terms are those of the running offer, its address is the
buyer's default one. That stock is never sold twice and that one key makes one order is kept by
`sql/buy_flash.sql`, which is one statement and one transaction for a batch; that nobody hears of
it before it is on disk, by `sql/buy_flash_to_disk.sql`, which calls it. Here is what keeps the
wishes of a batch from paying for each other: for goods whose row somebody holds, and for a wish
that cannot be placed at all.
"""

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, OperationalError
from psycopg.errors import LockNotAvailable, ReadOnlySqlTransaction, UniqueViolation

from laotie.kernel import sql
from laotie.kernel.outage import is_outage
from laotie.trade import flash_placing
from laotie.trade.flash_placing import Verdict, Wish
from laotie.trade.flash_terms import Outcome
from laotie.trade.lately import Lately

__all__ = ["BATCH", "Outcome", "Verdict", "Wish", "buy_batch"]

log = logging.getLogger(__name__)

BATCH = 256
# A batch that failed is taken apart for so long; who was not reached is to ask again.
_PARTED_S = 2.0
# Goods that were found held are not asked for at all for the first time, and then by themselves
# for the second, with a wait that is short beside the one of `sql/buy_flash_to_disk.sql`. Long
# enough for the batches of other processes, or many buyers would pass for one who holds the row.
_LEFT_ALONE_S, _BY_THEMSELVES_S = 0.5, 5.0
_SHORT_WAIT = "250ms"
# Whose wish failed alone is placed alone for so long, under whichever key.
_ALONE_S = 600.0

_left_alone = Lately[UUID](_LEFT_ALONE_S)
_by_themselves = Lately[UUID](_BY_THEMSELVES_S)
_alone = Lately[UUID](_ALONE_S)
_NOT_NOW = Verdict(Outcome.NOT_NOW)


def buy_batch(wishes: Sequence[Wish], *, now: datetime) -> list[Verdict]:
    """Place flash purchases in arrival order; when this returns, what was accepted is on disk.

    Within a batch, who has to be looked at twice or placed apart comes after the others.
    An accepted key answers REPLAY for ever; it is scoped by buyer and shared with the checkouts of
    the web. Wishes for goods whose row somebody holds, or of a buyer whose address somebody holds,
    are NOT_NOW; the others of the batch go on.
    A batch that fails otherwise is tried once more, then in halves for some seconds, so that one
    bad wish does not fail others. The one that fails by itself is FAILED, which is the last word,
    and what its buyer wishes for is placed apart from others for some minutes. To be called
    outside of transactions.
    raises: OperationalError when the database is not there; nothing was acknowledged then.
    """
    verdicts: list[Verdict] = []
    for start in range(0, len(wishes), BATCH):
        batch = _Batch(wishes[start : start + BATCH], now)
        batch.place()
        verdicts += batch.told
    return verdicts


class _Batch:
    """Wishes that are placed together if they can be. told: one each; NOT_NOW until it is known."""

    def __init__(self, wishes: Sequence[Wish], now: datetime) -> None:
        self.told = [_NOT_NOW] * len(wishes)
        self._wishes = wishes
        self._now = now
        self._until: float | None = None

    def place(self) -> None:
        """Goods that were held lately, and buyers whose wish failed, come after the others."""
        held = _by_themselves.among(wish.sku_id for wish in self._wishes)
        alone = _alone.among(wish.buyer_id for wish in self._wishes)
        if not held and not alone:
            self._together(range(len(self._wishes)))
            return
        left_alone = _left_alone.among(held)
        others, of_held, of_alone = list[int](), list[int](), list[list[int]]()
        for at, wish in enumerate(self._wishes):
            if wish.sku_id in left_alone:
                continue
            if wish.buyer_id in alone:
                of_alone.append([at])
            elif wish.sku_id in held:
                of_held.append(at)
            else:
                others.append(at)
        self._together(others)
        if of_held or of_alone:
            with _short_waits():
                self._apart([*self._by_goods(of_held), *of_alone])

    def _together(self, places: Sequence[int]) -> None:
        error = self._try(places)
        if error is not None and not _is_held(error):
            # A key that raced in on other goods, a deadlock, goods that went while they were
            # priced: a second look finds it done.
            log.warning("flash_batch_failed", extra={"size": len(places), "cause": repr(error)})
            error = self._try(places)
        if error is None:
            return
        log.warning("flash_batch_parted", extra={"size": len(places)}, exc_info=error)
        if _is_held(error):
            with _short_waits():
                self._apart(self._around_held(places))
        else:
            self._part(places, error)

    def _apart(self, parts: Iterable[Sequence[int]]) -> None:
        """Each by itself, in this order, while there is time."""
        if self._until is None:
            self._until = time.monotonic() + _PARTED_S
        for part in parts:
            if time.monotonic() >= self._until:
                return
            error = self._try(part)
            if error is not None:
                self._part(part, error)
                continue
            for at in part:
                _by_themselves.forget(self._wishes[at].sku_id)
            if len(part) == 1:
                _alone.forget(self._wishes[part[0]].buyer_id)

    def _part(self, places: Sequence[int], error: Exception) -> None:
        """These failed together: it is known for which goods, or for whom alone, or found out."""
        goods = {self._wishes[at].sku_id for at in places}
        if _is_held(error) and len(goods) == 1:
            for sku_id in goods:
                _left_alone.note(sku_id)
                _by_themselves.note(sku_id)
        elif _is_held(error):
            self._apart(self._around_held(places))
        elif len(places) == 1:
            self._fails_alone(places[0], error)
        else:
            middle = len(places) // 2
            self._apart([places[:middle], places[middle:]])

    def _around_held(self, places: Sequence[int]) -> list[list[int]]:
        """Whose goods are free go at once; then the others: theirs may just be sought after."""
        held = _held_among([self._wishes[at] for at in places])
        free, others = list[int](), list[int]()
        for at in places:
            wish = self._wishes[at]
            (others if wish.sku_id in held or wish.offer_id in held else free).append(at)
        return [free, *self._by_goods(others)]

    def _by_goods(self, places: Iterable[int]) -> list[list[int]]:
        own: dict[UUID, list[int]] = {}
        for at in places:
            own.setdefault(self._wishes[at].sku_id, []).append(at)
        return list(own.values())

    def _fails_alone(self, at: int, error: Exception) -> None:
        if isinstance(error.__cause__, UniqueViolation):
            # Its key raced in on other goods: a second look finds what was made there.
            again = self._try([at])
            if again is None:
                return
            error = again
        if _is_of_the_database(error):
            log.warning("flash_wish_put_off", extra={"cause": repr(error)})
            return
        log.error(
            "flash_wish_failed",
            extra={"offer_id": str(self._wishes[at].offer_id)},
            exc_info=error,
        )
        self.told[at] = Verdict(Outcome.FAILED)
        _alone.note(self._wishes[at].buyer_id)

    def _try(self, places: Sequence[int]) -> Exception | None:
        """One statement for those of whom nothing is known yet; what it failed with.

        raises: what it failed with, if nobody is there.
        """
        # Who was answered stays so, though another of the same statement had to be looked at again.
        left = [at for at in places if self.told[at].outcome is Outcome.NOT_NOW]
        if not left:
            return None
        asked = [self._wishes[at] for at in left]
        try:
            for at, verdict in flash_placing.place(asked, now=self._now):
                self.told[left[at]] = verdict
        except Exception as error:
            if sql.give_up_broken():
                raise
            return error
        return None


def _is_of_the_database(error: Exception) -> bool:
    """Whether it failed for what the server can do now, a lock, a full disk, and not for itself."""
    return is_outage(error) or isinstance(error.__cause__, ReadOnlySqlTransaction)


def _is_held(error: Exception) -> bool:
    return isinstance(error, OperationalError) and isinstance(error.__cause__, LockNotAvailable)


_HELD = """
WITH goods AS MATERIALIZED (
    SELECT sku_id FROM trade_stock WHERE sku_id = ANY (%(skus)s)
       FOR NO KEY UPDATE SKIP LOCKED),
offers AS MATERIALIZED (
    SELECT offer_id FROM trade_offer_stock WHERE offer_id = ANY (%(offers)s)
       FOR NO KEY UPDATE SKIP LOCKED)
SELECT sku_id FROM trade_stock
 WHERE sku_id = ANY (%(skus)s) AND sku_id NOT IN (SELECT sku_id FROM goods)
UNION ALL
SELECT offer_id FROM trade_offer_stock
 WHERE offer_id = ANY (%(offers)s) AND offer_id NOT IN (SELECT offer_id FROM offers)
"""


def _held_among(wishes: Sequence[Wish]) -> frozenset[UUID]:
    """Goods and offers whose row somebody holds at this moment. One statement.

    All of them, if the server cannot say, as when it has turned read-only: each is asked by itself.
    raises: what it failed with, if nobody is there.
    """
    skus, offers = {wish.sku_id for wish in wishes}, {wish.offer_id for wish in wishes}
    try:
        rows = sql.rows(_HELD, {"skus": [*skus], "offers": [*offers]})
    except DatabaseError as error:
        if sql.give_up_broken():
            raise
        log.warning("flash_held_not_known", extra={"cause": repr(error)})
        return frozenset(skus | offers)
    return frozenset(id for (id,) in rows)


@contextmanager
def _short_waits() -> Iterator[None]:
    """Inside, this connection waits for a lock no longer than others can wait for the batch."""
    ((before, _),) = sql.rows(
        "SELECT current_setting('lock_timeout'), set_config('lock_timeout', %s, false)",
        [_SHORT_WAIT],
    )
    try:
        yield
    finally:
        # A connection that is gone took with it what it was told.
        if not sql.give_up_broken():
            sql.rows("SELECT set_config('lock_timeout', %s, false)", [before])
