"""Run benches: `python -m bench [NAME ...]`; also as `laotie bench` in a checkout.

    python -m bench orders-hot --seconds 6 --pairs 5
    python -m bench --json >> results.jsonl         # all of them, one JSON object a line
    python -m bench --write-results results.jsonl   # fills the tables of the pages on speed

Exit code 1 when something happened that must never happen (oversold, lost, ...) or a bench failed;
a goal that is missed is told, not punished: the machine may have been busy.
"""

import importlib
import json
import sys
import traceback
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from bench import _results, _server
from bench._report import SMALL, Options, Report

from laotie.runtime.cli import add_bench_options

ALL = sorted(
    file.stem for file in Path(__file__).parent.glob("*.py") if not file.stem.startswith("_")
)


def main(arguments: Sequence[str] | None = None) -> int:
    wishes = _parser().parse_args(arguments)
    if wishes.write_results is not None:
        for page in _results.write(wishes.write_results):
            print(f"written: {page}")
        return 0
    names = [name.replace("-", "_") for name in wishes.names] or ALL
    unknown = [name for name in names if name not in ALL]
    if unknown:
        print(f"No such bench: {', '.join(unknown)}. There are: {', '.join(map(_shown, ALL))}.")
        return 2
    options = _options(wishes)
    is_well = True
    with _server.house():
        for name in names:
            print(f"running {_shown(name)}", file=sys.stderr, flush=True)
            try:
                report: Report = importlib.import_module(f"bench.{name}").run(options)
            except Exception:  # noqa: BLE001 - the other benches still run.
                traceback.print_exc()
                is_well = False
                continue
            print(json.dumps(report.as_json()) if wishes.json else report.as_text(), flush=True)
            is_well &= report.holds
    return int(not is_well)


def _parser() -> ArgumentParser:
    usual = Options()
    parser = ArgumentParser(
        prog="bench",
        description=(__doc__ or "").partition("\n")[0],
        epilog=f"There are {', '.join(map(_shown, ALL))}. Usual are {usual.pairs} pairs of"
        f" {usual.seconds:g} s.",
    )
    add_bench_options(parser)
    parser.add_argument("--write-results", type=Path, metavar="FILE", help="fill the pages from it")
    return parser


def _options(wishes: Namespace) -> Options:
    usual = SMALL if wishes.small else Options()
    return Options(
        seconds=wishes.seconds or usual.seconds,
        pairs=wishes.pairs or usual.pairs,
        is_small=wishes.small,
    )


def _shown(name: str) -> str:
    return name.replace("_", "-")


if __name__ == "__main__":
    sys.exit(main())
