"""What can be checked without running the product, side by side; prints the seconds of each stage."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
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


def run(command: list[str]) -> tuple[subprocess.CompletedProcess[str], float]:
    """How it ended, and after how many seconds."""
    started = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True)
    return done, time.monotonic() - started


def main() -> int:
    failed = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        # The longest first: it takes as long as all others.
        running = {
            name: pool.submit(run, command)
            for name, command in sorted(STAGES, key=lambda stage: stage[0] != "types")
        }
        for name, _ in STAGES:
            done, seconds = running[name].result()
            word = "FAIL" if done.returncode else "ok  "
            print(f"{word} {name:<12} {seconds:6.1f} s", flush=True)
            if done.returncode:
                failed.append(name)
                print(done.stdout + done.stderr)
    if failed:
        print(f"check: {', '.join(failed)} failed")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
