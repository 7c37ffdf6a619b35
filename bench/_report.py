"""What a bench says at its end: figures beside their floors, goals, proofs and notes.

One shape for all, as text for people and as JSON for `python -m bench --write-results`.
"""

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from bench import _machine


@dataclass(frozen=True, slots=True)
class Options:
    """How much work a run may be.

    seconds:  of one measurement.
    pairs:    raw and product runs, interleaved; the median of at least 5 counts.
    is_small: only to see that everything works: a smoke run of seconds, whose figures mean nothing.
    """

    seconds: float = 4.0
    pairs: int = 5
    is_small: bool = False


SMALL = Options(seconds=0.5, pairs=1, is_small=True)


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds of `count` operations."""

    p50: float
    p95: float
    p99: float
    worst: float
    count: int

    @classmethod
    def of(cls, milliseconds: Iterable[float]) -> "Latency | None":
        """None when there is nothing to tell."""
        ordered = sorted(milliseconds)
        if not ordered:
            return None

        def at(share: float) -> float:
            return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

        return cls(at(0.5), at(0.95), at(0.99), ordered[-1], len(ordered))

    @classmethod
    def median(cls, runs: Iterable["Latency | None"]) -> "Latency | None":
        """Of several runs: the median of each percentile, and the worst of all."""
        told = [run for run in runs if run is not None]
        if not told:
            return None
        return cls(
            statistics.median(run.p50 for run in told),
            statistics.median(run.p95 for run in told),
            statistics.median(run.p99 for run in told),
            max(run.worst for run in told),
            sum(run.count for run in told),
        )

    def __str__(self) -> str:
        return f"p50 {self.p50:.1f}, p95 {self.p95:.1f}, p99 {self.p99:.1f} ms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing that was measured.

    figure, floor: ours and the raw limit's, in `unit`.
    ratio:         the median of the pairs' ratios, figure by floor; `ratios` has them all.
    cpu_us:        processor time of each part per unit, in microseconds.
    memory_kb:     of the part that serves, for each unit of what the row's name says.
    busy:          how many cores the whole machine kept busy meanwhile.
    """

    name: str
    unit: str
    figure: float
    floor: float | None = None
    ratio: float | None = None
    ratios: tuple[float, ...] = ()
    latency: Latency | None = None
    floor_latency: Latency | None = None
    cpu_us: Mapping[str, float] = field(default_factory=dict)
    floor_cpu_us: Mapping[str, float] = field(default_factory=dict)
    memory_kb: float | None = None
    busy: float | None = None

    def lines(self) -> list[str]:
        first = f"  {self.name}: {number(self.figure)} {self.unit}"
        if self.floor is not None:
            first += f", floor {number(self.floor)}"
        if self.ratio is not None:
            first += f", ratio {self.ratio:.2f}"
        if len(self.ratios) > 1:
            first += f" ({min(self.ratios):.2f} to {max(self.ratios):.2f})"
        told = [first]
        if self.latency is not None:
            told.append(f"      latency {self.latency}")
        if self.floor_latency is not None:
            told.append(f"      floor's {self.floor_latency}")
        if self.cpu_us:
            told.append(f"      processor {_processor(self.cpu_us)}")
        if self.floor_cpu_us:
            told.append(f"      floor's   {_processor(self.floor_cpu_us)}")
        if self.memory_kb is not None:
            told.append(f"      memory {self.memory_kb:,.1f} KB")
        return told


@dataclass(frozen=True, slots=True)
class Goal:
    """A value beside what it must reach (`passes`) and what it should (`goal`).

    More is better when the goal lies above the pass, else less is.
    """

    what: str
    value: float
    passes: float
    goal: float
    unit: str = ""

    @property
    def verdict(self) -> str:
        """`goal`, `pass` or `missed`."""
        sign = 1 if self.goal >= self.passes else -1
        if sign * self.value >= sign * self.goal:
            return "goal"
        return "pass" if sign * self.value >= sign * self.passes else "missed"


@dataclass(frozen=True, slots=True)
class Proof:
    """How often something happened that must never happen."""

    what: str
    count: int


class Report:
    """Filled by one bench, from top to bottom."""

    def __init__(self, name: str, options: Options) -> None:
        self.name = name
        self.options = options
        self.rows: list[Row] = []
        self.goals: list[Goal] = []
        self.proofs: list[Proof] = []
        self.notes: list[str] = []
        self._at = datetime.now(UTC)
        self._load_before = _machine.load()

    @property
    def holds(self) -> bool:
        """Whether nothing happened that must never happen."""
        return not any(proof.count for proof in self.proofs)

    def row(self, row: Row) -> Row:
        self.rows.append(row)
        return row

    def goal(self, what: str, value: float, *, passes: float, goal: float, unit: str = "") -> None:
        self.goals.append(Goal(what, value, passes, goal, unit))

    def proof(self, what: str, count: int) -> None:
        """Note a count that must be 0; the same words twice are added up."""
        for at, known in enumerate(self.proofs):
            if known.what == what:
                self.proofs[at] = Proof(what, known.count + count)
                return
        self.proofs.append(Proof(what, count))

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def as_json(self) -> dict[str, Any]:
        return {
            "bench": self.name,
            "at": self._at.isoformat(timespec="seconds"),
            "seconds": self.options.seconds,
            "pairs": self.options.pairs,
            "small": self.options.is_small,
            "holds": self.holds,
            "machine": {
                **_machine.description(),
                "load_before": self._load_before,
                "load_after": _machine.load(),
            },
            "rows": [asdict(row) for row in self.rows],
            "goals": [{**asdict(goal), "verdict": goal.verdict} for goal in self.goals],
            "proofs": [asdict(proof) for proof in self.proofs],
            "notes": list(self.notes),
        }

    def as_text(self) -> str:
        machine = _machine.description()
        lines = [f"== {self.name}"]
        lines.append(
            f"  {machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB,"
            f" {machine['system']}, PostgreSQL {machine['postgresql']};"
            f" load {self._load_before:.1f} before, {_machine.load():.1f} after;"
            f" {self.options.pairs} pair(s) of {self.options.seconds:g} s"
        )
        if self.options.is_small:
            lines.append("  A small run: that it works, not how fast.")
        for row in self.rows:
            lines += row.lines()
        for goal in self.goals:
            lines.append(
                f"  {goal.verdict.upper():<6} {goal.what}: {number(goal.value)}{goal.unit}"
                f" (pass {number(goal.passes)}{goal.unit}, goal {number(goal.goal)}{goal.unit})"
            )
        for proof in self.proofs:
            lines.append(f"  {'BROKEN' if proof.count else 'PROVED'} {proof.what}: {proof.count}")
        lines += [f"  note: {note}" for note in self.notes]
        return "\n".join(lines)


def number(value: float) -> str:
    """As people read it: three digits, or whole above a hundred."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _processor(us: Mapping[str, float]) -> str:
    return ", ".join(f"{who} {number(each)} us" for who, each in us.items())
