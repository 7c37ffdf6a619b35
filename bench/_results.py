"""Measured figures in the pages on speed, from the JSON that the benches print.

A page has a place for each: everything between `<!-- bench: NAME -->` and `<!-- /bench -->` is
written anew, so that no figure is typed by hand. A bench that is not in the file keeps its place,
and in a table of many benches its rows.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench._report import number

_ROOT = Path(__file__).parent.parent
PAGES = (_ROOT / "bench" / "README.md", _ROOT / "docs" / "operate" / "sizing.md")
_PLACE = re.compile(r"(<!-- bench: ([a-z_ -]+) -->\n).*?(<!-- /bench -->)", re.DOTALL)

Result = Mapping[str, Any]


def read(file: Path) -> dict[str, Result]:
    """By bench; the last one in the file counts. Small runs are no results."""
    found = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    return {each["bench"]: each for each in found if not each["small"]}


def write(file: Path) -> list[Path]:
    """Fill the pages; which of them have changed."""
    results = read(file)
    changed = []
    for page in PAGES:
        text = page.read_text("utf-8")
        filled = fill(text, results)
        if filled != text:
            page.write_text(filled, "utf-8")
            changed.append(page.relative_to(_ROOT))
    return changed


def fill(text: str, results: Mapping[str, Result]) -> str:
    """The page with each place filled that there is a result for."""

    def filled(place: re.Match[str]) -> str:
        name = place[2].strip()
        table = _TABLES[name](results, place[0]) if name in _TABLES else _of_one(results, name)
        return f"{place[1]}\n{table}\n\n{place[3]}" if table else place[0]

    return _PLACE.sub(filled, text)


def _of_one(results: Mapping[str, Result], name: str) -> str:
    """Rows and goals of one bench, with the machine and its load."""
    result = results.get(name)
    if result is None:
        return ""
    lines = [
        "| measured | figure | floor | ratio | p50, p95, p99 ms | processor us each | memory |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in result["rows"]:
        cells = [
            row["name"],
            f"{_number(row['figure'])} {row['unit']}",
            _number(row["floor"]),
            _ratio(row),
            _latency(row["latency"]) + _beside(_latency(row["floor_latency"])),
            _processor(row["cpu_us"]) + _beside(_processor(row["floor_cpu_us"])),
            "" if row["memory_kb"] is None else f"{row['memory_kb']:,.1f} KB",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    if result["goals"]:
        lines += ["", "| goal | value | pass | goal | |", "|---|---|---|---|---|"]
        for goal in result["goals"]:
            unit = goal["unit"]
            values = [f"{_number(goal[each])}{unit}" for each in ("value", "passes", "goal")]
            lines.append(f"| {goal['what']} | {' | '.join(values)} | {goal['verdict']} |")
    if result["proofs"]:
        proofs = ", ".join(f"{proof['what']} {proof['count']}" for proof in result["proofs"])
        lines += ["", f"Proved: {proofs}."]
    lines += ["", _where(result)]
    lines += [f"- {note[0].upper()}{note[1:]}." for note in result["notes"]]
    return "\n".join(lines)


def _where(result: Result) -> str:
    machine = result["machine"]
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB,"
        f" {machine['system']}, PostgreSQL {machine['postgresql']}, Python {machine['python']};"
        f" load {machine['load_before']:.1f} before and {machine['load_after']:.1f} after;"
        f" {result['pairs']} pairs of {result['seconds']:g} s; {result['at'][:10]}"
        f"{_of_commit(machine)}."
        "\n"
    )


def _of_commit(machine: Mapping[str, Any]) -> str:
    return f", commit {machine['commit']}" if "commit" in machine else ""


def _sizes(results: Mapping[str, Result], before: str) -> str:
    """What one machine of the measured size carries, a line for each need; then each run's own."""
    rows, runs = [], []
    for bench, title in _NEEDS:
        if bench not in results:
            rows += _lines(before, f"| {bench} |")
            runs += _lines(before, f"- {bench}: ")
            continue
        result = results[bench]
        rows += [f"| {bench} | {title}: {row['name']} | {_rate(row)} |" for row in result["rows"]]
        runs.append(f"- {bench}: {_where(result).rstrip()}")
    if not rows:
        return ""
    head = ["| bench | what you need | measured on this machine |", "|---|---|---|"]
    return "\n".join([*head, *rows, "", *runs])


def _lines(text: str, begin: str) -> list[str]:
    """Those of a table that stays."""
    return [line for line in text.splitlines() if line.startswith(begin)]


def _rate(row: Result) -> str:
    told = f"{_number(row['figure'])} {row['unit']}"
    if row["latency"] and "p99" not in row["unit"]:
        told += f", p99 {_number(row['latency']['p99'])} ms"
    if row["memory_kb"] is not None:
        told += f", {row['memory_kb']:,.1f} KB each"
    return told


_NEEDS = (
    ("orders-hot", "orders"),
    ("orders-wide", "orders"),
    ("orders-open", "orders offered at a steady rate"),
    ("checkout-web", "checkouts over HTTP"),
    ("captures", "payments as the provider tells of them"),
    ("settle", "payments"),
    ("fanout", "viewers"),
    ("storm", "everybody coming back"),
    ("ingest", "rooms on air"),
    ("feed", "pages"),
    ("product", "pages"),
    ("coldstart", "start"),
)


@dataclass(frozen=True, slots=True)
class Need:
    """Something that a machine is wanted for, and the bench whose rows say what it costs.

    parts:      whose processor time counts.
    alone:      those of them that cannot be in two places: one process, or one row of a table.
    per_second: how many of the bench's units one of the things named takes in a second.
    best:       of rows that differ in size, which one tells how much was reached;
    among:      only of those with this in their names.
    """

    bench: str
    what: str
    parts: tuple[str, ...]
    alone: tuple[str, ...] = ()
    per_second: float = 1.0
    best: Callable[[Iterable[float]], float] = max
    among: str = ""

    def us(self, result: Result, parts: tuple[str, ...]) -> float:
        """What a unit takes of these parts, in the row that is the dearest in all of them."""
        rows = [row["cpu_us"] for row in self._rows(result)]
        dearest = max(rows, key=lambda row: self._sum(row, self.parts), default={})
        return self._sum(dearest, parts) if dearest else 0.0

    def carried(self, result: Result, cores: int) -> float:
        """By so many cores of which a share is used, that do nothing else."""
        most = cores * _SHARE * 1e6 / self.us(result, self.parts)
        alone = self.us(result, self.alone)
        most = min(most, _SHARE * 1e6 / alone) if alone else most
        return most / self.per_second

    def reached(self, result: Result) -> float | None:
        """As measured, on all cores and with the load's generators on them too."""
        rates = [
            row["figure"]
            for row in self._rows(result)
            if row["unit"].endswith("/s") and self.among in row["name"]
        ]
        return self.best(rates) / self.per_second if rates else None

    def _rows(self, result: Result) -> list[Mapping[str, Any]]:
        return [row for row in result["rows"] if set(self.parts) <= row["cpu_us"].keys()]

    @staticmethod
    def _sum(row: Mapping[str, float], parts: tuple[str, ...]) -> float:
        return sum(row[part] for part in parts)


_SHARE = 0.6  # Of each core; the rest is for what comes in bursts.
_MACHINES = (2, 4, 8)
_CORES = (
    Need(
        "fanout", "viewers of rooms that change five times a second", ("sender",),
        per_second=5.0, among=", 5 Hz",
    ),
    Need(
        "orders-hot", "orders a second of one product, over sockets",
        ("gateway", "database"), alone=("database",),
    ),
    Need("orders-wide", "orders a second of many products, over sockets", ("gateway", "database")),
    Need("checkout-web", "purchases a second over HTTP, from the cart to paid", ("all parts",)),
    Need(
        "captures", "payments a second, from the provider's notice until all is told",
        ("web", "worker", "database"), alone=("worker",),
    ),
    Need(
        "settle", "payments a second that take effect",
        ("database", "reader"), alone=("reader",), best=min,
    ),
    Need(
        "feed", "pages a second of the feed, as the dearest visitor",
        ("web", "database"), best=min,
    ),
    Need(
        "product", "pages a second of a product, as the dearest visitor",
        ("web", "database"), best=min,
    ),
    Need("ingest", "rooms on air from an encoder", ("media",)),
)  # fmt: skip


def _cores(results: Mapping[str, Result], before: str) -> str:
    """What a core would carry by the processor time that was measured, of the dearest row."""
    lines = []
    for need in _CORES:
        if need.bench not in results:
            lines += _lines(before, f"| {need.bench} |")
        elif us := need.us(results[need.bench], need.parts):
            carried = _SHARE * 1e6 / (us * need.per_second)
            lines.append(
                f"| {need.bench} | {need.what} | {_number(_rounded(carried))} | {_number(us)} us |"
            )
    if not lines:
        return ""
    head = ["| bench | one core, 60 % of it used | carries | of a unit |", "|---|---|---|---|"]
    return "\n".join([*head, *lines])


def _machines(results: Mapping[str, Result], before: str) -> str:
    """What machines of some sizes would carry, beside what the measured one did."""
    lines = []
    for need in _CORES:
        result = results.get(need.bench)
        if result is None:
            lines += _lines(before, f"| {need.bench} |")
        elif need.us(result, need.parts):
            reached = need.reached(result)
            measured = "" if reached is None else _number(_rounded(reached))
            cells = [_number(_rounded(need.carried(result, cores))) for cores in _MACHINES]
            measured += f" on {result['machine']['cores']} cores" if measured else ""
            lines.append(f"| {need.bench} | {need.what} | {measured} | {' | '.join(cells)} |")
    lines += _at_once(results) or _lines(before, "| at once |")
    if not lines:
        return ""
    sizes = " | ".join(f"{cores} cores, reckoned" for cores in _MACHINES)
    head = [f"| bench | what | measured | {sizes} |", f"|---|---|---|{'---|' * len(_MACHINES)}"]
    return "\n".join([*head, *lines])


def _at_once(results: Mapping[str, Result]) -> list[str]:
    """An audience that buys: the processor dealt out by halves."""
    names = {need.bench: need for need in _CORES}
    halves = [names["fanout"], names["checkout-web"]]
    if not all(need.bench in results for need in halves):
        return []
    cells = [
        " and ".join(
            _number(_rounded(need.carried(results[need.bench], cores) / 2)) for need in halves
        )
        for cores in _MACHINES
    ]
    what = "viewers, and their purchases a second over HTTP, half of the processor each"
    return [f"| at once | {what} |  | {' | '.join(cells)} |"]


def _rounded(value: float) -> float:
    """To two digits: it is an estimate."""
    return float(f"{value:.1e}")


# Made from what was measured and from the table before.
_TABLES: dict[str, Callable[[Mapping[str, Result], str], str]] = {
    "sizing": _sizes,
    "cores": _cores,
    "machines": _machines,
}


def _number(value: float | None) -> str:
    return "" if value is None else number(value)


def _ratio(row: Result) -> str:
    if row["ratio"] is None:
        return ""
    if len(row["ratios"]) < 2:
        return f"{row['ratio']:.2f}"
    return f"{row['ratio']:.2f} ({min(row['ratios']):.2f} to {max(row['ratios']):.2f})"


def _latency(latency: Result | None) -> str:
    if latency is None:
        return ""
    return ", ".join(_number(latency[each]) for each in ("p50", "p95", "p99"))


def _processor(us: Mapping[str, float]) -> str:
    return ", ".join(f"{who} {number(each)}" for who, each in us.items())


def _beside(floor: str) -> str:
    return f" (floor {floor})" if floor else ""
