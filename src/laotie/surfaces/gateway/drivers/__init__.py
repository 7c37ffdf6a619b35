"""Where frames come from: what the gateway asks of whatever connects its processes.

All calls but `attach` and `detach` block and run in the gateway's bounded threads. `postgres` tails
the frames table and serves any number of processes; `nats` lets one of them read for all; `memory`
joins the sockets of one process and is what the fan-out bench and the hub's own tests run on.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable
from uuid import UUID

from laotie.live.chat import Line, Verdict
from laotie.live.frames import Frame, Position
from laotie.live.presence import Audience, Tally
from laotie.live.queries import Opening
from laotie.trade import flash


class Unreachable(Exception):
    """The driver's other side does not answer; nothing is known to have happened."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """clock_ms: how far business time is ahead of the wall clock."""

    audiences: Mapping[UUID, Audience]
    clock_ms: int


@runtime_checkable
class Broker(Protocol):
    """What a driver is besides when its frames come by something other than the database."""

    @property
    def is_linked(self) -> bool:
        """Whether that answers."""


class Driver(Protocol):
    """Any call that blocks may raise Unreachable."""

    async def attach(self, news: Callable[[], None]) -> None:
        """Belong to this loop; call `news` on it when there may be frames before the next tick."""

    async def detach(self) -> None:
        """Let go of what `attach` took."""

    def opening(self, room_id: UUID) -> Opening | None:
        """The room as a page draws it first, and its newest frames. None: no such room."""

    def tail(self, positions: Mapping[UUID, Position]) -> list[Frame]:
        """What came after these positions, oldest first per room."""

    def pulse(self, tallies: Sequence[Tally], rooms: Collection[UUID]) -> Pulse:
        """Add this process' counts; what all processes count together."""

    def spend(self, tickets: Sequence[UUID]) -> frozenset[UUID]:
        """Use tickets up; those that were still good."""

    def say(self, lines: Sequence[Line]) -> list[Verdict]:
        """Judge and store comments; a verdict for each."""

    def buy(self, wishes: Sequence[flash.Wish]) -> list[flash.Verdict]:
        """Order, in arrival order; a verdict for each, and what was accepted is on disk."""
