"""When rooms are told: at the next tick's time, or as soon as there is news and it may be."""

import asyncio
import contextlib
import time

_COALESCE_S = 0.001


class Tempo:
    """Rooms are never told more often than once in `tick_ms`. Runs on one loop."""

    def __init__(self, *, tick_ms: int) -> None:
        self._period = tick_ms / 1000
        self._news = asyncio.Event()
        self._began = 0.0
        self._told_at = 0.0

    def hear(self) -> None:
        """There is something to tell."""
        self._news.set()

    def begin(self) -> None:
        """A tick begins; what is heard from here on is for the next one."""
        self._began = time.monotonic()
        self._news.clear()

    def told(self) -> None:
        """This tick has told a room something."""
        self._told_at = self._began

    async def until_next(self) -> None:
        now = time.monotonic()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(_COALESCE_S, self._began + self._period - now)):
                await self._news.wait()
        now = time.monotonic()
        await asyncio.sleep(max(_COALESCE_S, self._told_at + self._period - now))
