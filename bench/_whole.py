"""The whole set as `laotie up` starts it: database, lab provider, web, gateway, media, worker.

with _whole.started(folder) as whole:
    whole.seconds, whole.memory(), whole.database_url()
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from bench import _machine
from bench._server import wait_for
from tests.ports import free_port

_PATIENCE_S = 600.0
# Other than the settings of the bench's own Django: these say where the bench itself lives.
_NOT_ITS_OWN = ("LAOTIE_DATABASE_URL", "LAOTIE_DATA")
# A checkout has them for its tools, an installation has not; who finds them loads them, which would
# be 3 MB of every process.
_OF_A_CHECKOUT = ("rich", "pygments", "greenlet")


@dataclass(frozen=True, slots=True)
class Whole:
    """seconds: from the command until every part was ready. cpu_s: what all had used by then."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes]"
    seconds: float
    cpu_s: float

    def members(self) -> list[psutil.Process]:
        """The supervisor and everything below it, the database's processes too."""
        top = psutil.Process(self.process.pid)
        return [top, *top.children(recursive=True)]

    def memory(self) -> dict[str, float]:
        """Kilobytes by part; pages that several share are counted in parts (PSS)."""
        found: dict[str, float] = {}
        for member in self.members():
            name = _part_of(member)
            found[name] = found.get(name, 0.0) + _machine.resident_kb([member.pid])
        return found

    def processor_s(self) -> float:
        return _machine.processor_s([member.pid for member in self.members()])

    def database_url(self) -> str:
        """The app role's."""
        from laotie.runtime import database

        return database.embedded(self.folder).url(database.APP, database.NAME)


@contextmanager
def started(folder: Path) -> Iterator[Whole]:
    """Until the block ends; a folder that has been started before is started again."""
    ports = {name: free_port() for name in ("port", "gateway_port", "media_port")}
    ports |= {name: free_port() for name in ("rtmp_port", "lab_port")}
    environment = {name: text for name, text in os.environ.items() if name not in _NOT_ITS_OWN}
    environment |= {"LAOTIE_DATA": str(folder), "LAOTIE_LAB": "1", "LAOTIE_LOG_FORMAT": "json"}
    environment |= {"PYTHONPATH": _without_tools(folder.parent / "hidden")}
    # A busy machine is measured too, and says so by its load.
    environment["LAOTIE_START_TIMEOUT_S"] = str(int(_PATIENCE_S))
    environment |= {f"LAOTIE_{name.upper()}": str(port) for name, port in ports.items()}
    began = time.monotonic()
    with (folder.parent / f"{folder.name}.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "laotie", "up"],
            env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        wait_for(lambda: _is_ready(process, folder), "the whole set", patience_s=_PATIENCE_S)
        seconds = time.monotonic() - began
        whole = Whole(folder, ports["port"], process, seconds, 0.0)
        used = sum(sum(member.cpu_times()[:4]) for member in whole.members())
        yield Whole(folder, ports["port"], process, seconds, used)
    finally:
        process.terminate()
        process.wait(60)


def _without_tools(folder: Path) -> str:
    """The search path of a Python that has only what an installation has."""
    folder.mkdir(exist_ok=True)
    hide = f"import sys\nsys.modules.update(dict.fromkeys({_OF_A_CHECKOUT!r}))\n"
    (folder / "sitecustomize.py").write_text(hide, "utf-8")
    return os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])


def _is_ready(process: "subprocess.Popen[bytes]", folder: Path) -> bool:
    if process.poll() is not None:
        said = (folder.parent / f"{folder.name}.log").read_text("utf-8", "replace")
        raise RuntimeError(f"laotie up ended with {process.returncode}: {said[-1500:]}")
    # Written when every part has said that it is ready, and removed at the stop.
    return (folder / "run" / "addresses.json").exists()


def _part_of(member: psutil.Process) -> str:
    words = member.cmdline()
    if (words and words[0].startswith("postgres")) or "postgres" in member.name():
        return "database"
    at = words.index("laotie") + 1 if "laotie" in words else 0
    known = {"up": "supervisor"}
    return known.get(words[at], words[at]) if at else "web"
