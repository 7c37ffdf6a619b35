"""Raw and product runs, one after the other in the same minute, several times over.

Only the ratio within a pair is fair on a machine that others use too; the median of the pairs is
what counts. Who goes first changes with every pair, so that warming up favours nobody.
"""

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bench import _machine
from bench._report import Latency, Options, Report, Row

_FULL = 0.92  # Of a core, or of all cores: above it there is nothing left to take.


@dataclass(frozen=True, slots=True)
class Measure:
    """One run of one side.

    units:     orders, deliveries, requests: what was done in `seconds`.
    cpu_s:     processor seconds of each part: "database", "gateway", ...
    generator_s: processor seconds of the process that made the load, if it is not a part.
    busy:      cores that the whole machine kept busy meanwhile.
    """

    units: float
    seconds: float
    cpu_s: Mapping[str, float] = field(default_factory=dict)
    latency: Latency | None = None
    memory_kb: float | None = None
    generator_s: float = 0.0
    busy: float = 0.0

    @property
    def per_second(self) -> float:
        return self.units / self.seconds

    def us(self, part: str) -> float:
        """Microseconds of a part for each unit."""
        return self.cpu_s.get(part, 0.0) * 1e6 / max(1.0, self.units)


@dataclass(frozen=True, slots=True)
class Pair:
    """The raw limit and ours, of the same minute."""

    raw: Measure
    ours: Measure


def interleave(
    raw: Callable[[], Measure], ours: Callable[[], Measure], *, options: Options
) -> list[Pair]:
    """Run both sides `options.pairs` times."""
    pairs = []
    for number in range(options.pairs):
        if number % 2:
            second = ours()
            pairs.append(Pair(raw(), second))
        else:
            first = raw()
            pairs.append(Pair(first, ours()))
    return pairs


def median(pairs: list[Pair], told: Callable[[Pair], float]) -> float:
    return statistics.median(told(pair) for pair in pairs)


def cpu_ratio(pairs: list[Pair], part: str) -> float:
    """How many times the raw side's processor time one unit costs this part of ours."""
    return median(pairs, lambda pair: pair.ours.us(part) / pair.raw.us(part))


def p50(run: Measure) -> float:
    """For `tell`: the usual operation's milliseconds; endless when none was done."""
    return run.latency.p50 if run.latency else float("inf")


def p99(run: Measure) -> float:
    """The same of the slowest in a hundred."""
    return run.latency.p99 if run.latency else float("inf")


def tell(
    report: Report,
    name: str,
    unit: str,
    pairs: list[Pair],
    *,
    value: Callable[[Measure], float] = lambda run: run.per_second,
) -> Row:
    """Add the pairs to the report as one row, with a note on what was the bottleneck.

    value: what is compared; units a second unless told otherwise.
    """
    ratios = tuple(value(pair.ours) / value(pair.raw) for pair in pairs)
    row = Row(
        name=name,
        unit=unit,
        figure=statistics.median(value(pair.ours) for pair in pairs),
        floor=statistics.median(value(pair.raw) for pair in pairs),
        ratio=statistics.median(ratios),
        ratios=ratios,
        latency=Latency.median(pair.ours.latency for pair in pairs),
        floor_latency=Latency.median(pair.raw.latency for pair in pairs),
        cpu_us=_us([pair.ours for pair in pairs]),
        floor_cpu_us=_us([pair.raw for pair in pairs]),
        memory_kb=_memory([pair.ours for pair in pairs]),
        busy=statistics.median(pair.ours.busy for pair in pairs),
    )
    tell_bottleneck(report, name, [pair.ours for pair in pairs])
    tell_bottleneck(report, f"floor of {name}", [pair.raw for pair in pairs])
    return report.row(row)


def tell_alone(
    report: Report,
    name: str,
    unit: str,
    runs: list[Measure],
    *,
    value: Callable[[Measure], float] = lambda run: run.per_second,
) -> Row:
    """Add runs that have no floor."""
    row = Row(
        name=name,
        unit=unit,
        figure=statistics.median(value(run) for run in runs),
        latency=Latency.median(run.latency for run in runs),
        cpu_us=_us(runs),
        memory_kb=_memory(runs),
        busy=statistics.median(run.busy for run in runs),
    )
    tell_bottleneck(report, name, runs)
    return report.row(row)


def tell_bottleneck(report: Report, name: str, runs: list[Measure]) -> None:
    """Say so when the load generator, or the machine as a whole, set the figure."""
    generator = statistics.median(run.generator_s / run.seconds for run in runs)
    busy = statistics.median(run.busy for run in runs)
    if generator > _FULL:
        report.note(
            f"{name}: the load generator was the bottleneck ({generator:.2f} of its one core)"
        )
    elif busy > _FULL * _machine.CORES:
        parts = sum(sum(run.cpu_s.values()) / run.seconds for run in runs) / len(runs)
        others = max(0.0, busy - parts - generator)
        report.note(
            f"{name}: all {_machine.CORES} cores were busy; the load generator took"
            f" {generator:.2f} of them, and what is not ours {others:.2f}"
        )


def _us(runs: list[Measure]) -> dict[str, float]:
    names = dict.fromkeys(name for run in runs for name in run.cpu_s)
    told = {name: statistics.median(run.us(name) for run in runs) for name in names}
    if any(run.generator_s for run in runs):
        told["generator"] = statistics.median(
            run.generator_s * 1e6 / max(1.0, run.units) for run in runs
        )
    return told


def _memory(runs: list[Measure]) -> float | None:
    known = [run.memory_kb for run in runs if run.memory_kb is not None]
    return statistics.median(known) if known else None
