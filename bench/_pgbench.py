"""The raw limit of the database: `pgbench` from the wheel, with a file of SQL per transaction.

Statements are prepared, one connection per client, on the same server and the same minute as the
product's run. Latency is of each transaction; with a rate, from the moment it was due.
"""

import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from bench import _machine
from bench._pairs import Measure
from bench._report import Latency
from bench._server import Server


def run(
    server: Server,
    statements: str,
    *,
    clients: int,
    seconds: float = 0.0,
    transactions: int = 0,
    units: int = 1,
    per_second: float | None = None,
    variables: Mapping[str, int] | None = None,
) -> Measure:
    """Run one transaction script as the owner, as fast as it goes, or so many a second.

    statements: as pgbench reads them; several statements want BEGIN and COMMIT.
    transactions: of each client, instead of a time.
    units:      what one transaction counts for: 256 when it writes a batch of 256.
    per_second: transactions to offer, spread at random as pgbench does (`--rate`).
    variables:  what `:name` stands for.
    """
    with tempfile.TemporaryDirectory(prefix="laotie-pgbench-") as name:
        folder = Path(name)
        script = folder / "script.sql"
        script.write_text(statements, "utf-8")
        command = [
            str(_program()), "--no-vacuum", "--protocol", "prepared",
            "--file", str(script), "--client", str(clients), "--jobs", "1",
            *(
                ("--transactions", str(transactions))
                if transactions
                else ("--time", str(max(1, round(seconds))))
            ),
            "--log", "--log-prefix", str(folder / "log"),
        ]  # fmt: skip
        for variable, value in (variables or {}).items():
            command += ["--define", f"{variable}={value}"]
        if per_second is not None:
            command += ["--rate", str(per_second)]
        command.append(server.owner_url)
        with _machine.metered({"database": server.processor_s}) as spent:
            before = _machine.children_s()
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            generator_s = _machine.children_s() - before
            time.sleep(0.05)  # Its connections end a moment after it.
        assert done.returncode == 0, done.stderr[-2_000:]
        milliseconds = _milliseconds(folder)
    return Measure(
        units=len(milliseconds) * units,
        # Without the time it takes to start and to connect.
        seconds=_seconds(done.stdout, len(milliseconds)) or spent.seconds,
        cpu_s=spent.cpu_s,
        latency=Latency.of(milliseconds),
        generator_s=generator_s,
        busy=spent.busy,
    )


def _program() -> Path:
    from laotie.runtime.postgres import installed_programs

    return installed_programs() / "bin" / "pgbench"


def _seconds(told: str, transactions: int) -> float:
    """From `tps = 123.4 (without initial connection time)`."""
    for line in told.splitlines():
        if line.startswith("tps = "):
            per_second = float(line.split()[2])
            return transactions / per_second if per_second else 0.0
    return 0.0


def _milliseconds(folder: Path) -> list[float]:
    """Of each transaction; pgbench writes microseconds, since the due time when there is a rate."""
    return [
        int(line.split()[2]) / 1e3
        for file in folder.glob("log.*")
        for line in file.read_text("ascii").splitlines()
        if line.split()[2].isdigit()
    ]
