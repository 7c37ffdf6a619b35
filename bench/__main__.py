"""Run the benches named on the command line, or all: `python -m bench [name ...]`."""

import importlib
import sys
from pathlib import Path

ALL = sorted(
    file.stem for file in Path(__file__).parent.glob("*.py") if not file.stem.startswith("_")
)


def main() -> int:
    names = sys.argv[1:] or ALL
    unknown = [name for name in names if name not in ALL]
    if unknown:
        print(f"No such bench: {', '.join(unknown)}. There are: {', '.join(ALL)}.")
        return 2
    for name in names:
        print(f"== {name}")
        sys.argv = [name]
        importlib.import_module(f"bench.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
