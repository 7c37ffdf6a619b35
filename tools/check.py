"""What can be checked without running the product; prints the seconds of each stage."""

import subprocess
import sys
import time
from pathlib import Path

BIN = Path(sys.executable).parent
STAGES: list[tuple[str, list[str]]] = [
    ("format", [f"{BIN}/ruff", "format", "--check", "."]),
    ("lint", [f"{BIN}/ruff", "check", "."]),
    ("imports", [f"{BIN}/lint-imports"]),
    ("types", [f"{BIN}/mypy"]),
    ("templates", [f"{BIN}/djlint", "src", "--lint", "--quiet"]),
    ("materials", [sys.executable, "tools/sbom.py", "--check"]),
    ("catalogues", [sys.executable, "tools/messages.py", "--check"]),
]


def main() -> int:
    failed = []
    for name, command in STAGES:
        started = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True)
        seconds = time.monotonic() - started
        print(
            f"{'ok  ' if done.returncode == 0 else 'FAIL'} {name:<12} {seconds:6.1f} s", flush=True
        )
        if done.returncode:
            failed.append(name)
            print(done.stdout + done.stderr)
    if failed:
        print(f"check: {', '.join(failed)} failed")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
