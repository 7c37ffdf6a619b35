"""All tests in stages; prints the seconds of each, and those that processors worked.

Arguments go to pytest as they are.

Compiled before the first stage: tests start some hundred processes of ours, and where Python keeps
no bytecode each of them would spend its first seconds on the same work.

Browser tests need the system's Chromium; without it they are skipped, and said so loudly.
"""

import os
import re
import resource
import shutil
import subprocess
import sys
import time

# Where such tests stand, and nothing else is read for them; `tests/architecture` sees to it.
BROWSER = [
    "tests/journeys",
    "tests/look",
    *(f"tests/surfaces/{name}" for name in ("desk", "shop", "studio")),
]
FAULTS = ["tests/faults"]
STAGES: list[tuple[str, list[str]]] = [
    (
        "tests",
        [
            "tests",
            "-m",
            "not browser and not faults and not soak",
            # One more than cores: each waits a good part of its time for processes that it started.
            "-n",
            "3",
            "--dist",
            "loadgroup",
        ],
    ),
    ("browser", [*BROWSER, "-m", "browser", "-n", "2", "--dist", "loadgroup"]),
    ("faults", [*FAULTS, "-m", "faults", "-n", "2", "--dist", "loadgroup"]),
]


def chromium() -> str | None:
    return (
        os.environ.get("LAOTIE_CHROMIUM")
        or shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )


def processor_seconds() -> float:
    """Of everything that was started here, and that its starter waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def compile_all() -> None:
    """Keep bytecode of ours, and let pytest keep what it makes of the tests."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.call([sys.executable, "-m", "compileall", "-q", "-j", "0", "src", "bench"])


def main() -> int:
    extra = sys.argv[1:]
    compile_all()
    if extra:
        return subprocess.call([sys.executable, "-m", "pytest", *extra])
    totals = {"passed": 0, "failed": 0, "skipped": 0, "error": 0}
    rows, failed = [], False
    for name, arguments in STAGES:
        started, worked = time.monotonic(), processor_seconds()
        done = subprocess.Popen(
            [sys.executable, "-m", "pytest", "-q", *arguments], stdout=subprocess.PIPE, text=True
        )
        assert done.stdout
        last = ""
        for line in done.stdout:
            print(line, end="", flush=True)
            last = (
                line if re.search(r"\d+ (passed|failed|skipped|deselected|error)", line) else last
            )
        code = done.wait()
        for count, word in re.findall(r"(\d+) (passed|failed|skipped|error)", last):
            totals[word] += int(count)
        # 5: nothing was collected in this stage.
        failed |= code not in {0, 5}
        rows.append(
            f"{'ok  ' if code in {0, 5} else 'FAIL'} {name:<12} {time.monotonic() - started:6.1f} s"
            f" {processor_seconds() - worked:8.1f} s of processors"
        )
    print("\n".join(rows))
    if chromium() is None:
        print("!" * 78)
        print(
            f"!! No Chromium on this machine: {totals['skipped']} tests were SKIPPED; no page was looked at."
        )
        print("!! Install it (Debian: apt install chromium) or name it in LAOTIE_CHROMIUM.")
        print("!" * 78)
    print(
        f"{totals['passed']} passed, {totals['failed'] + totals['error']} failed, {totals['skipped']} skipped"
    )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
