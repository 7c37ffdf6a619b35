"""Calls to the live context from the event loop: in threads, answers remembered, news in order."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Generic, ParamSpec, TypeVar
from uuid import UUID

import structlog

from laotie.surfaces.media import metrics
from laotie.surfaces.media.health import Health
from laotie.surfaces.media.playlist import Stretch
from laotie.surfaces.media.port import LivePort, Picture, Standing

log = structlog.get_logger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

_THREADS = 4
_ANSWER_S = 8.0
_FRESH_S = 1.0
_STALE_S = 600.0
_REMEMBERED = 2_000
_TRIES = 40
_LONGEST_PAUSE_S = 15.0
_LAST_NEWS_S = 3.0


class NoAnswer(Exception):
    """The live context could not be asked; nothing is known, and asking again may help."""


class Asking:
    """Runs the port's calls in threads; whatever goes wrong there comes out as `NoAnswer`."""

    def __init__(self, port: LivePort) -> None:
        self.port = port
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="live-port")

    async def ask(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """raises: NoAnswer when the call raised, or took longer than 8 s."""
        loop = asyncio.get_running_loop()
        asked = loop.run_in_executor(self._threads, partial(call, *args, **kwargs))
        try:
            return await asyncio.wait_for(asked, _ANSWER_S)
        except TimeoutError as error:
            raise NoAnswer("no answer in time") from error
        except Exception as error:  # The database may be away.
            name = getattr(call, "__name__", "call")
            log.warning("media.port_failed", call=name, error=type(error).__name__)
            raise NoAnswer(type(error).__name__) from error

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


@dataclass(slots=True)
class _Known(Generic[T]):
    answer: T | None
    at: float


class Answers(Generic[T]):
    """What was answered to one question about many names, at most a second old; older for as long
    as nobody can be asked.
    """

    def __init__(
        self, asking: Asking, question: Callable[[Sequence[str]], Mapping[str, T]]
    ) -> None:
        self._asking = asking
        self._question = question
        self._known: dict[str, _Known[T]] = {}
        self._asked: dict[str, asyncio.Task[T | None]] = {}

    async def of(self, name: str) -> T | None:
        """None: there is nothing of this name.

        raises: NoAnswer when it was not known in the last ten minutes and cannot be asked.
        """
        known, now = self._known.get(name), time.monotonic()
        if known is not None and now - known.at < _FRESH_S:
            return known.answer
        try:
            return await self._ask_once(name)
        except NoAnswer:
            if known is not None and now - known.at < _STALE_S:
                return known.answer
            raise

    async def _ask_once(self, name: str) -> T | None:
        """However many wait for the answer, the question is asked once."""
        asked = self._asked.get(name)
        if asked is None:
            asked = asyncio.create_task(self._ask(name))
            self._asked[name] = asked
            asked.add_done_callback(lambda _: self._asked.pop(name, None))
        return await asyncio.shield(asked)

    async def _ask(self, name: str) -> T | None:
        return (await self.newest([name])).get(name)

    async def newest(self, names: Collection[str]) -> Mapping[str, T]:
        """The answers of this moment, by one question. raises: NoAnswer."""
        asked = list(names)
        found = await self._asking.ask(self._question, asked)
        for name in asked:
            self._known.pop(name, None)
            self._known[name] = _Known(found.get(name), time.monotonic())
        while len(self._known) > _REMEMBERED:
            del self._known[next(iter(self._known))]
        return found


class Standings(Answers[Standing]):
    """Where rooms stand."""

    def __init__(self, asking: Asking) -> None:
        super().__init__(asking, asking.port.standings)


class News:
    """Tells the live context what happened, in order, again and again until it heard.

    Health is told once, and only when everything before has been heard.
    """

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._waiting: deque[partial[None]] = deque()
        self._woken = asyncio.Event()
        self._told_all = asyncio.Event()
        self._told_all.set()
        self._health: dict[UUID, asyncio.Task[None]] = {}
        self._telling = asyncio.create_task(self._tell())

    def started(self, room_id: UUID, session: UUID, picture: Picture) -> None:
        self._put(partial(self._asking.port.started, room_id, session, picture))

    def ended(self, room_id: UUID, session: UUID, reason: str) -> None:
        self._put(partial(self._asking.port.ended, room_id, session, reason))

    def recorded(self, room_id: UUID, stretches: Sequence[Stretch], bytes: int) -> None:
        self._put(partial(self._asking.port.recorded, room_id, stretches, bytes))

    def health(
        self, room_id: UUID, session: UUID, health: Health, forgotten: Callable[[], None]
    ) -> None:
        """forgotten: called when the session counts as over on the other side."""
        if session not in self._health and not self._waiting:
            telling = asyncio.create_task(self._tell_health(room_id, session, health, forgotten))
            self._health[session] = telling
            telling.add_done_callback(lambda _: self._health.pop(session, None))

    async def close(self) -> None:
        """What is still waiting gets one more try of a few seconds."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._told_all.wait(), _LAST_NEWS_S)
        self._telling.cancel()
        await asyncio.wait([self._telling])

    def _put(self, call: "partial[None]") -> None:
        self._waiting.append(call)
        metrics.UNDELIVERED.set(len(self._waiting))
        self._told_all.clear()
        self._woken.set()

    async def _tell(self) -> None:
        while True:
            while self._waiting:
                await self._tell_first(self._waiting[0])
                self._waiting.popleft()
                metrics.UNDELIVERED.set(len(self._waiting))
            self._told_all.set()
            self._woken.clear()
            await self._woken.wait()

    async def _tell_first(self, call: "partial[None]") -> None:
        for attempt in range(_TRIES):
            try:
                await self._asking.ask(call.func, *call.args)
            except NoAnswer:
                await asyncio.sleep(min(_LONGEST_PAUSE_S, 0.25 * 2**attempt))
            else:
                return
        log.error("media.event_given_up", tries=_TRIES)

    async def _tell_health(
        self, room_id: UUID, session: UUID, health: Health, forgotten: Callable[[], None]
    ) -> None:
        with contextlib.suppress(NoAnswer):
            if not await self._asking.ask(self._asking.port.health, room_id, session, health):
                forgotten()
