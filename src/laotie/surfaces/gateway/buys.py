"""The buy lane: wishes of all sockets of this process, in batches to the set-based purchase.

It has threads and connections of its own, so a wish never waits behind comments, frames or
openings. A batch leaves as soon as one of two slots is free: at once when many wait; when few do,
after a moment of gathering, or when the batch under way is back. What is answered is on disk. What
could not be handed over before its deadline is answered BUSY and is not ordered; what is under way
is never asked twice. Only the database remembers keys: a no that was kept here could outlive the
yes of another gateway.
"""

import asyncio
import contextlib
import functools
import logging
import random
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from laotie.kernel import clock, ids
from laotie.kernel.errors import NotFound
from laotie.live.tickets import Pass
from laotie.surfaces.gateway import protocol, refusals, wire
from laotie.surfaces.gateway.drivers import Unreachable
from laotie.surfaces.gateway.limits import Buckets
from laotie.surfaces.gateway.metrics import Metrics
from laotie.surfaces.gateway.options import Options
from laotie.surfaces.gateway.room import Room
from laotie.trade.flash import BATCH, Outcome, Verdict, Wish

log = logging.getLogger(__name__)

_ACCEPTED = frozenset({Outcome.ACCEPTED, Outcome.REPLAY})
# From here on a batch is worth its trip, and waiting for more would only cost time.
_ENOUGH = 32
# While a batch is under way, fewer wait for its slot, since the next one would wait for its rows;
# but not behind one that is held up.
_PATIENCE_S = 0.01
_RETRY_MS = 1_000
_Place = tuple[str, str]


class Buyer(Protocol):
    """The socket that a wish came by. person: the public id of whoever holds it."""

    holder: Pass
    person: str
    language: str
    write: Callable[[bytes], None]

    def tell_no(self, refused: protocol.Refused) -> None: ...
    def refuse(
        self, name: str, *, code: str = "", re: str = "", retry_after_ms: int = 0
    ) -> None: ...


class Asked:
    """One wish under way. waiting: the sockets that asked for it, with one key."""

    __slots__ = ("at", "place", "waiting", "wish")

    def __init__(self, place: _Place, wish: Wish, connection: Buyer, at: float) -> None:
        self.place = place
        self.wish = wish
        self.waiting = [connection]
        self.at = at


class BuyLane:
    """Belongs to one loop. `call` blocks in a thread of the lane; it may raise Unreachable."""

    def __init__(
        self,
        call: Callable[[Sequence[Wish]], Sequence[Verdict]],
        options: Options,
        metrics: Metrics,
    ) -> None:
        self._call = call
        self._options = options
        self._metrics = metrics
        self._threads = ThreadPoolExecutor(options.buy_slots, "gateway-buys")
        self._free = options.buy_slots
        self._queue: deque[Asked] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop
        self._under_way: dict[_Place, Asked] = {}
        self._people = Buckets(per_10_s=options.buys_per_10_s)
        self._is_stopped = False

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def stop(self) -> None:
        """No batch leaves any more; those under way come to their end unheard, and are replays."""
        self._is_stopped = True
        self._queue.clear()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def age_s(self, now: float) -> float:
        """How long the first in the queue has waited."""
        return now - self._queue[0].at if self._queue else 0.0

    def submit(self, connection: Buyer, room: Room[Any], message: protocol.Buy, now: float) -> None:
        """Take one wish, or say at once why not; the answer comes over the same socket."""
        holder, key = connection.holder, message.id
        assert holder.person_id is not None
        if not self._people.take(connection.person, now):
            connection.refuse("TOO_MANY", re=key, retry_after_ms=_RETRY_MS)
            return
        try:
            offer_id, sku_id = _id_of("ofr", message.offer), _id_of("sku", message.sku)
        except NotFound:
            connection.refuse("NOT_FOR_SALE", re=key)
            return
        wish = Wish(
            holder.person_id,
            room.id,
            offer_id,
            sku_id,
            message.n,
            key,
            message.fen,
            room.creator_id,
        )
        place = (connection.person, key)
        asked = self._under_way.get(place)
        if asked is not None:
            self._wait_too(connection, asked, wish)
        else:
            self._enqueue(connection, place, wish, now)

    def upkeep(self, now: float) -> None:
        """A few times a second: what is too old is given up, also while no slot comes free."""
        while self._queue and self._is_late(self._queue[0], now):
            self._give_up(self._queue.popleft())
        self._people.sweep(now)
        self._metrics.buy_queue.set(len(self._queue))
        self._metrics.buy_queue_age_s.set(self.age_s(now))

    # --- In --------------------------------------------------------------------------------------

    def _wait_too(self, connection: Buyer, asked: Asked, wish: Wish) -> None:
        """The same key again while the first is under way: one wish, one answer for both."""
        if asked.wish != wish:
            connection.refuse("KEY_REUSED", re=wish.key)
        elif connection not in asked.waiting:
            asked.waiting.append(connection)

    def _enqueue(self, connection: Buyer, place: _Place, wish: Wish, now: float) -> None:
        if len(self._queue) >= self._options.buy_queue:
            self._metrics.shed.labels("buy").inc()
            connection.refuse("BUY_BUSY", code="BUSY", re=wish.key, retry_after_ms=_later())
            return
        asked = self._under_way[place] = Asked(place, wish, connection, now)
        self._queue.append(asked)
        if self._free:
            self._gather()

    def _gather(self) -> None:
        if len(self._queue) >= _ENOUGH:
            self._leave()
        elif self._timer is None:
            wait_s = _PATIENCE_S if self._is_busy() else self._options.buy_gather_ms / 1000
            self._timer = self._loop.call_later(wait_s, self._leave)

    def _is_busy(self) -> bool:
        return self._free < self._options.buy_slots

    # --- Through ---------------------------------------------------------------------------------

    def _leave(self) -> None:
        """Hand over as many batches as there are free slots."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        now = time.monotonic()
        while self._queue and self._free and not self._is_stopped:
            batch: list[Asked] = []
            while self._queue and len(batch) < BATCH:
                asked = self._queue.popleft()
                if self._is_late(asked, now):
                    self._give_up(asked)
                else:
                    batch.append(asked)
            if batch:
                self._free -= 1
                self._metrics.buys_under_way.inc(len(batch))
                self._threads.submit(self._run, batch)

    def _run(self, batch: list[Asked]) -> None:
        """In a thread of the lane."""
        verdicts: Sequence[Verdict] | None = None
        try:
            verdicts = self._call([asked.wish for asked in batch])
        except Unreachable:
            pass  # Told to all of them; the tick tells the room.
        except Exception:  # A fault of ours: these hear that nothing is certain, the next go on.
            log.exception("buys_failed")
        # The loop may have ended meanwhile: what is on disk is answered as a replay elsewhere.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._back, batch, verdicts)

    def _back(self, batch: list[Asked], verdicts: Sequence[Verdict] | None) -> None:
        self._free += 1
        self._metrics.buys_under_way.dec(len(batch))
        # First the next batch: the database works while answers are written.
        if self._queue and self._is_busy():
            self._gather()
        elif self._queue:
            self._leave()
        self._metrics.buy_batch.observe(len(batch))
        if verdicts is None or len(verdicts) != len(batch):
            for asked in batch:
                self._tell_unknown(asked)
            self._metrics.bought.labels("unknown").inc(len(batch))
            return
        now = time.monotonic()
        for asked, verdict in zip(batch, verdicts, strict=True):
            try:
                self._answer(asked, verdict)
            except Exception:  # One answer that cannot be written must not cost the others theirs.
                log.exception("answer_failed")
                self._tell_unknown(asked)
        for outcome, number in Counter(verdict.outcome for verdict in verdicts).items():
            self._metrics.bought.labels(outcome.name.lower()).inc(number)
        self._metrics.buy_s.observe(now - batch[0].at)

    # --- Out -------------------------------------------------------------------------------------

    def _answer(self, asked: Asked, verdict: Verdict) -> None:
        if verdict.outcome in _ACCEPTED:
            told = wire.text_frame(protocol.write(_ordered(asked.wish.key, verdict)))
            self._tell_each(asked, lambda connection: connection.write(told))
        elif verdict.outcome is Outcome.NOT_NOW:
            self._tell(asked, "BUY_BUSY")
        else:
            key = asked.wish.key
            self._tell_each(
                asked,
                lambda to: to.tell_no(refusals.of_a_buy(verdict, to.language, re=key)),
            )

    def _is_late(self, asked: Asked, now: float) -> bool:
        return (now - asked.at) * 1000 > self._options.buy_deadline_ms

    def _give_up(self, asked: Asked) -> None:
        """It waited too long and was not handed over: certainly not ordered."""
        self._metrics.shed.labels("buy").inc()
        self._tell(asked, "BUY_BUSY")

    def _tell_unknown(self, asked: Asked) -> None:
        self._tell(asked, "BUY_UNKNOWN")

    def _tell(self, asked: Asked, name: str) -> None:
        self._tell_each(
            asked,
            lambda to: to.refuse(name, code="BUSY", re=asked.wish.key, retry_after_ms=_later()),
        )

    def _tell_each(self, asked: Asked, tell: Callable[[Buyer], None]) -> None:
        """The key may be asked again from now on; what one socket does not take, the others do."""
        self._under_way.pop(asked.place, None)
        for connection in asked.waiting:
            try:
                tell(connection)
            except Exception:  # It went away in the middle of its answer.
                log.exception("answer_failed")


@functools.lru_cache(maxsize=4_096)
def _id_of(kind: str, text: str) -> UUID:
    """raises: NotFound. A sale has few offers, and each is named thousands of times."""
    return ids.parse(kind, text)


def _ordered(key: str, verdict: Verdict) -> protocol.Ordered:
    order_id, group_id, pay_by = verdict.order_id, verdict.group_id, verdict.pay_by
    assert order_id is not None
    assert group_id is not None
    assert pay_by is not None
    assert verdict.total_fen is not None
    return protocol.Ordered(
        re=key,
        order=ids.public("ord", order_id),
        group=ids.public("grp", group_id),
        total_fen=verdict.total_fen,
        pay_by=_millis(pay_by),
        replay=verdict.outcome is Outcome.REPLAY,
    )


@functools.lru_cache(maxsize=256)
def _millis(moment: datetime) -> int:
    """A batch has one moment until which it is to be paid."""
    return clock.millis(moment)


def _later() -> int:
    """When to try again, never the same for all."""
    return _RETRY_MS + int(random.random() * 2 * _RETRY_MS)  # noqa: S311 - jitter, no secret.
