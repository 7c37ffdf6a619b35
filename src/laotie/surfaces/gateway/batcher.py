"""Many small wishes, few calls: gathers for a moment, then asks the driver once for all.

Bounded at both ends: wishes beyond the queue are turned away at once, and only a few calls are
under way at a time, so that load is shed at the door and not in the database.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

W = TypeVar("W")
A = TypeVar("A")
log = logging.getLogger(__name__)


class Batcher(Generic[W, A]):
    """call: takes wishes, returns an answer for each. A batch that fails for a reason other than
    an outage is asked again one by one, so that one bad wish does not fail its neighbours. The loop
    gets a turn every so many answers: what each of them sets off is done before the next."""

    def __init__(
        self,
        call: Callable[[Sequence[W]], Awaitable[Sequence[A]]],
        *,
        outage: type[Exception],
        gather_s: float,
        largest: int,
        longest_queue: int,
        answers_per_turn: int,
        slots: int = 2,
    ) -> None:
        self._call = call
        self._outage = outage
        self._gather_s = gather_s
        self._largest = largest
        self._longest_queue = longest_queue
        self._answers_per_turn = answers_per_turn
        self._free = slots
        self._queue: deque[tuple[W, Callable[[A | None], None]]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._running: set[asyncio.Task[None]] = set()

    def submit(self, wish: W, done: Callable[[A | None], None]) -> bool:
        """Ask for one answer; `done(None)` when there is none. False: the queue is full."""
        if len(self._queue) >= self._longest_queue:
            return False
        self._queue.append((wish, done))
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._gather_s, self._flush)
        return True

    def _flush(self) -> None:
        self._timer = None
        while self._queue and self._free:
            size = min(self._largest, len(self._queue))
            batch = [self._queue.popleft() for _ in range(size)]
            self._free -= 1
            task = asyncio.get_running_loop().create_task(self._run(batch))
            self._running.add(task)
            task.add_done_callback(self._finished)

    def _finished(self, task: "asyncio.Task[None]") -> None:
        self._running.discard(task)
        self._free += 1
        if self._queue and self._timer is None:
            self._flush()

    async def _run(self, batch: list[tuple[W, Callable[[A | None], None]]]) -> None:
        try:
            answers = await self._call([wish for wish, _ in batch])
        except self._outage:
            await self._answer(batch, [None] * len(batch))
        except Exception:  # One bad wish: the others are asked again without it.
            log.exception("batch_failed")
            if len(batch) == 1:
                await self._answer(batch, [None])
                return
            for one in batch:
                await self._run([one])
        else:
            await self._answer(batch, answers)

    async def _answer(
        self, batch: Sequence[tuple[W, Callable[[A | None], None]]], answers: Sequence[A | None]
    ) -> None:
        for at, ((_, done), answer) in enumerate(zip(batch, answers, strict=True)):
            if at and at % self._answers_per_turn == 0:
                await asyncio.sleep(0)
            try:
                done(answer)
            except Exception:  # A socket that went away in the middle of its answer.
                log.exception("answer_failed")
