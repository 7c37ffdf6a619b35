"""All parts of one machine under one process: started in order, watched, restarted, stopped.

Promises: a second start on the same data folder is refused and says where the first one serves;
no process is left behind, also when this one is killed (Linux ends the parts with it, and the
next start ends what is left elsewhere); a database that survived is taken over.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import FrameType

from laotie.kernel import launcher
from laotie.runtime import config as configuration
from laotie.runtime import database, folder, logs, network, ports, processes
from laotie.runtime.config import Config
from laotie.runtime.parts import Part, Running
from laotie.runtime.postgres import Cluster
from laotie.runtime.problems import NotReady

Say = Callable[[str], None]

_TICK_S = 0.1
_PROBE_EVERY_S = 5.0
_STOP_S = 10.0
_DATABASE_LOG_BYTES = 20 << 20
_LOUD = frozenset({"warning", "error", "critical", "output"})


def parts_of(config: Config) -> list[Part]:
    """What runs on this machine besides the database, in the order of starting."""
    here = "127.0.0.1" if config.host in network.EVERYWHERE else config.host
    here = f"[{here}]" if ":" in here else here
    beat = str(config.data / "run" / "worker.beat")

    def door(name: str, port: int, ready: str, *arguments: str) -> Part:
        base = f"http://{here}:{port}"
        return Part(name, arguments or (name,), f"{base}{ready}", f"{base}/healthz")

    parts = [
        door("web", config.port, "/readyz"),
        *_gateways(config, door("gateway", config.gateway_port, "/healthz")),
        door("media", config.media_port, "/healthz"),
        Part("worker", ("worker",), beat, beat, rank=1),
    ]
    if config.lab:
        parts.insert(0, door("lab", config.lab_port, "/healthz", "lab", "provider"))
    return parts


def _gateways(config: Config, alone: Part) -> list[Part]:
    """One behind its port; or several that share it, each known to be well by a file of its own."""
    if config.gateway_processes == 1:
        return [alone]
    parts = []
    for number in range(1, config.gateway_processes + 1):
        beat = str(config.data / "run" / f"gateway-{number}.beat")
        parts.append(Part(f"gateway-{number}", ("gateway", "--number", str(number)), beat, beat))
    return parts


@contextlib.contextmanager
def serving(config: Config, *, say: Say) -> Iterator["Supervisor"]:
    """Everything started and ready; everything stopped at the end of the block.

    raises: NotReady with the last words of what would not start, when it is not ready in time.
    """
    folder.prepare(config)
    with folder.held(config), ports.held(config) as chosen, _signals() as stop:
        configuration.ready()
        supervisor = Supervisor(chosen, say=say, stop=stop)
        try:
            supervisor.start()
            yield supervisor
        finally:
            supervisor.stop()


class Stop:
    """Whether a person or the system has asked us to end, and how often."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        self.asked += 1

    def __bool__(self) -> bool:
        return self.asked > 0


class Supervisor:
    """Holds the parts of one data folder. Use `serving`."""

    def __init__(self, config: Config, *, say: Say, stop: Stop) -> None:
        self.config = config
        self._say = say
        self._stop = stop
        self._run = config.data / "run"
        self._log = config.data / "log"
        self._cluster: Cluster | None = None
        self._running: list[Running] = []
        self._database_wait_s = 0.5
        self._database_next_at = 0.0
        self._probe_at = 0.0
        self._probed = 0
        self._is_stopping = False

    def _log_file(self, name: str) -> logs.File:
        return logs.File(
            self._log / f"{name}.log",
            name,
            most_bytes=self.config.log_file_mb << 20,
            files=self.config.log_files,
        )

    # -- Start ---------------------------------------------------------------------------------

    def start(self) -> None:
        """raises: NotReady; what had started is stopped by the caller."""
        self._heal()
        began = time.monotonic()
        if self.config.is_embedded:
            self._start_database()
        database.check_version(self._url())
        self._say("bringing the tables up to date")
        self.run_once("migrate")
        database.check_app(self._url())
        # Counts of a run before are not ours.
        shutil.rmtree(self._run / "gateway-metrics", ignore_errors=True)
        for part in parts_of(self.config):
            self._add(part)
        self._wait_until_ready(began)
        numbers = {name: getattr(self.config, name) for name in self.config.ports()}
        folder.write_json(self._run / "ports.json", numbers)
        folder.write_json(self._run / "addresses.json", self.addresses())

    def addresses(self) -> dict[str, str]:
        """Where each part is reached."""
        config = self.config
        found = {
            "web": config.public_url,
            "gateway": config.gateway_url,
            "media": config.media_url,
            "rtmp": config.rtmp_url,
        }
        return {**found, "lab": config.lab_url} if config.lab else found

    def run_once(self, *arguments: str) -> None:
        """Run one `laotie` command to its end.

        raises: NotReady with its last words when it fails.
        """
        name = arguments[0]
        done = subprocess.run(
            launcher.command([sys.executable, "-m", "laotie", *arguments]),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self.environment(),
            text=True,
            errors="replace",
            check=False,
        )
        log = self._log_file(name)
        for line in done.stdout.splitlines():
            log.write(line)
        log.close()
        if done.returncode:
            raise NotReady(
                f"`laotie {name}` failed:\n{_indented(done.stdout.splitlines()[-12:])}",
                f"Everything it said is in {self._log / f'{name}.log'}.",
            )

    def spawn(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start one `laotie` command that speaks to the person in front of us; it dies with us."""
        form = "json" if self.config.log_format == "json" else "human"
        return subprocess.Popen(
            launcher.command([sys.executable, "-m", "laotie", *arguments]),
            stdin=subprocess.DEVNULL,
            env={**self.environment(), "LAOTIE_LOG_FORMAT": form},
        )

    def end(self, child: subprocess.Popen[bytes]) -> int:
        """Stop what `spawn` started, if it still runs; its exit code, 0 when we stopped it."""
        if child.poll() is not None:
            return child.returncode
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(_STOP_S)
        child.kill()
        child.wait()
        return 0

    def environment(self) -> dict[str, str]:
        """What the parts are told: our own environment with the ports that were chosen."""
        told = {"data": str(self.config.data), "log_format": "json"}
        told |= {"lab": "1" if self.config.lab else "0"}
        told |= {name: str(getattr(self.config, name)) for name in self.config.ports()}
        named = {configuration.variable(name): value for name, value in told.items()}
        return {**os.environ, **named, "PYTHONUNBUFFERED": "1"}

    def _url(self) -> str:
        if self._cluster is not None:
            return self._cluster.url(database.APP, database.NAME)
        return self.config.database_url

    def _heal(self) -> None:
        """End the parts of a supervisor that was killed; the database is taken over instead."""
        try:
            left = json.loads((self._run / "children.json").read_text("utf-8"))
        except (OSError, ValueError):
            return
        for name, pid, born in left:
            identity = processes.Identity(pid, born)
            if identity.is_alive():
                self._say(f"ending {name}, left over from a run that was killed")
                processes.end(identity, patience_s=3.0)

    def _start_database(self) -> None:
        self._keep_database_log_short()
        began = time.monotonic()
        cluster = database.embedded(self.config.data, say=self._say)
        self._cluster = cluster
        how = cluster.start(give_up=lambda: bool(self._stop))
        database.provide(cluster, database.NAME)
        if how == "adopted":
            self._say("database taken over from the run before")
        else:
            self._say(f"database ready ({time.monotonic() - began:.1f} s)")

    def _keep_database_log_short(self) -> None:
        logs.keep_short(self._log / "database.log", most_bytes=_DATABASE_LOG_BYTES)

    def _add(self, part: Part) -> None:
        log = self._log_file(part.name)
        running = Running(part, self.environment(), log, self._hear)
        self._running.append(running)
        running.start()
        self._note_children()

    def _wait_until_ready(self, began: float) -> None:
        waiting = list(self._running)
        until = began + self.config.start_timeout_s
        while waiting:
            if self._stop:
                raise NotReady("Stopped while starting.")
            for running in list(waiting):
                if running.has_ended():
                    raise NotReady(
                        f"{running.part.name} ended while starting:\n{_tail(running)}",
                        f"More is in {self._log / f'{running.part.name}.log'}.",
                    )
                if running.is_ready():
                    waiting.remove(running)
                    self._say(f"{running.part.name} ready ({time.monotonic() - began:.1f} s)")
            if waiting and time.monotonic() > until:
                slow = waiting[0]
                raise NotReady(
                    f"{slow.part.name} was not ready within {self.config.start_timeout_s} s:\n"
                    f"{_tail(slow)}",
                    "On a slow machine raise LAOTIE_START_TIMEOUT_S. See also: `laotie doctor`.",
                )
            time.sleep(_TICK_S)

    # -- Watch ---------------------------------------------------------------------------------

    def watch(self, until: subprocess.Popen[bytes] | None = None) -> None:
        """Keep everything running until asked to stop, or until `until` has ended."""
        while not self._stop and (until is None or until.poll() is None):
            self._watch_database()
            for running in self._running:
                if running.revive():
                    self._note_children()
            self._probe_one()
            time.sleep(_TICK_S)

    def _watch_database(self) -> None:
        cluster = self._cluster
        if cluster is None or cluster.is_alive():
            self._keep_database_log_short()
            return
        now = time.monotonic()
        if now < self._database_next_at:
            return
        self._hear("database", {"event": "ended, starts again", "level": "error"})
        try:
            cluster.start(give_up=lambda: bool(self._stop))
        except NotReady as problem:
            self._hear("database", {"event": problem.what, "level": "error"})
            self._database_wait_s = min(self._database_wait_s * 2, 30.0)
            self._database_next_at = time.monotonic() + self._database_wait_s
        else:
            self._database_wait_s = 0.5
            self._hear("database", {"event": "answers again", "level": "warning"})

    def _probe_one(self) -> None:
        """Ask one part after the other, so that a hung one costs the others nothing."""
        now = time.monotonic()
        if now < self._probe_at or not self._running:
            return
        self._probe_at = now + _PROBE_EVERY_S / len(self._running)
        self._probed = (self._probed + 1) % len(self._running)
        self._running[self._probed].check()

    # -- Stop ----------------------------------------------------------------------------------

    def stop(self) -> None:
        """End everything: doors, then the worker, then the database; bounded, then by force."""
        if self._is_stopping:
            return
        self._is_stopping = True
        asked = self._stop.asked
        for rank in sorted({running.part.rank for running in self._running}):
            ranked = [running for running in self._running if running.part.rank == rank]
            for running in ranked:
                running.ask_to_stop()
            until = time.monotonic() + _STOP_S
            # A second Ctrl-C means: now.
            while time.monotonic() < until and self._stop.asked <= asked + 1:
                if all(running.has_ended() for running in ranked):
                    break
                time.sleep(0.02)
            for running in ranked:
                running.end()
        if self._cluster is not None:
            self._cluster.stop()
        for name in ("children.json", "addresses.json", "ports.json"):
            (self._run / name).unlink(missing_ok=True)

    # -- Small parts ---------------------------------------------------------------------------

    def _note_children(self) -> None:
        """Write down who runs, for the next start to heal from; a full disk stops nothing."""
        alive = [
            (running.part.name, running.identity.pid, running.identity.born)
            for running in self._running
            if running.identity is not None
        ]
        with contextlib.suppress(OSError):
            folder.write_json(self._run / "children.json", alive)

    def _hear(self, part: str, event: Mapping[str, object]) -> None:
        """Show a person what matters; everything is in the log files."""
        if event.get("level") in _LOUD and not self._is_stopping:
            trace = str(event.get("exception", "")).strip().rpartition("\n")[2]
            told = {"part": part, **event, **({"cause": trace} if trace else {})}
            told.pop("exception", None)
            self._say(logs.as_line(told))


@contextlib.contextmanager
def _signals() -> Iterator[Stop]:
    stop = Stop()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, stop) for number in numbers]
    try:
        yield stop
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


@contextlib.contextmanager
def with_database(config: Config, *, say: Say) -> Iterator[None]:
    """The database there for the time of one command; started for it when nobody runs it.

    raises: NotReady.
    """
    if not config.is_embedded or folder.running(config):
        yield
        return
    folder.prepare(config)
    with folder.held(config):
        cluster = database.embedded(config.data, say=say)
        try:
            cluster.start()
            database.provide(cluster, database.NAME)
            yield
        finally:
            cluster.stop()


def _tail(running: Running) -> str:
    return _indented(running.log.last_lines or ["(it said nothing)"])


def _indented(lines: Sequence[str]) -> str:
    return "\n".join(f"    {line}" for line in lines)
