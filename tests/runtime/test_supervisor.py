"""`laotie up` with real processes: it starts, heals and ends, and leaves nothing behind."""

import contextlib
import dataclasses
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from tests.runtime.conftest import Laotie, clean_environment, processes_of

from laotie.runtime import config, logs, parts, ports, processes

# One installation on the usual ports at a time.

PATIENCE_S = 180.0


class Site:
    """One `laotie up` on one folder."""

    def __init__(self, place: Path) -> None:
        self.data = place / "data"
        self.said = place / "said.txt"
        self.settings = {"data": str(self.data), "lab": "1"}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.said.open("wb") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "laotie", "up"],
                env=clean_environment(**self.settings),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        self.wait_until(lambda: "ready\n  web" in self.said.read_text())

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process

    def wait_until(self, holds: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE_S
        while not holds():
            assert self.process.poll() is None, self.said.read_text()
            assert time.monotonic() < until, self.said.read_text()
            time.sleep(0.05)

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)

    def addresses(self) -> dict[str, str]:
        found: dict[str, str] = json.loads((self.data / "run" / "addresses.json").read_text())
        return found

    def status(self, part: str, path: str) -> int:
        """The HTTP status, or 0 when nobody answers."""
        parts = urlsplit(self.addresses()[part])
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def is_well(self) -> bool:
        doors = {"web": "/readyz", "gateway": "/healthz", "media": "/healthz", "lab": "/healthz"}
        return all(self.status(part, path) == 200 for part, path in doors.items()) and (
            time.time() - (self.data / "run" / "worker.beat").stat().st_mtime < 5
        )

    def child(self, name: str) -> psutil.Process:
        """The process of a part, as the supervisor noted it; of the database by its folder."""
        if name == "database":
            pid = (self.database / "postmaster.pid").read_text().split()[0]
            return psutil.Process(int(pid))
        children = json.loads((self.data / "run" / "children.json").read_text())
        return psutil.Process(next(pid for part, pid, _ in children if part == name))

    def has_another(self, name: str, pid: int) -> bool:
        """Whether the part has been started again since that process."""
        try:
            return self.child(name).pid != pid
        except (psutil.NoSuchProcess, FileNotFoundError, IndexError):
            return False

    def is_held_still(self) -> bool:
        """Whether every thread has stopped; the signal alone only asks for it."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/stat")
        return all(stat.read_text().rpartition(")")[2].split()[0] == "T" for stat in tasks)

    @property
    def database(self) -> Path:
        return self.data / "postgres" / "data"

    def clean_up(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        until = time.monotonic() + PATIENCE_S
        while processes_of(self.data) and time.monotonic() < until:
            time.sleep(0.05)


@pytest.fixture
def site(place: Path) -> Iterator[Site]:
    made = Site(place)
    yield made
    made.clean_up()


@contextlib.contextmanager
def listener() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_kill_9_of_the_supervisor_leaves_nothing_and_the_next_start_works(site: Site) -> None:
    site.start()

    site.end(signal.SIGKILL)

    until = time.monotonic() + PATIENCE_S
    while processes_of(site.data) and time.monotonic() < until:
        time.sleep(0.05)
    assert processes_of(site.data) == []
    site.start()
    site.wait_until(site.is_well)
    assert site.end(signal.SIGINT) == 0
    assert processes_of(site.data) == []


@pytest.fixture(scope="module")
def healed() -> Iterator[Site]:
    """One site for the faults that it must heal from; each test leaves it well."""
    place = Path(tempfile.mkdtemp(prefix="laotie-test-"))
    place.chmod(0o711)
    made = Site(place)
    try:
        made.start()
        yield made
        assert made.end() == 0
        assert processes_of(made.data) == []
    finally:
        made.clean_up()
        shutil.rmtree(place, ignore_errors=True)


def test_second_start_on_the_same_data_says_where_the_first_one_is(
    healed: Site, laotie: Laotie
) -> None:
    second = laotie("up", **healed.settings)
    doctor = laotie("doctor", **healed.settings)

    assert second.returncode == 3
    assert f"already running on {healed.data} (process {healed.process.pid})" in second.stderr
    assert healed.addresses()["web"] in second.stderr
    assert doctor.returncode == 0, doctor.stdout
    assert "PostgreSQL 18" in doctor.stdout
    healed.wait_until(healed.is_well)


def test_stops_cleanly_and_starts_again(healed: Site) -> None:
    assert healed.end() == 0
    assert processes_of(healed.data) == []
    assert not (healed.data / "run" / "addresses.json").exists()

    healed.start()

    healed.wait_until(healed.is_well)


def test_every_part_that_is_killed_comes_back(healed: Site) -> None:
    names = ("web", "gateway", "media", "worker", "lab", "database")
    killed = {name: healed.child(name) for name in names}

    for process in killed.values():
        process.kill()

    for name, process in killed.items():
        healed.wait_until(lambda name=name, pid=process.pid: healed.has_another(name, pid))  # type: ignore[misc]
    healed.wait_until(healed.is_well)
    assert [name for name, process in killed.items() if process.is_running()] == []


def test_web_worker_that_is_killed_comes_back(healed: Site) -> None:
    (worker,) = [
        child
        for child in healed.child("web").children(recursive=True)
        if "resource_tracker" not in " ".join(child.cmdline())
    ]

    worker.kill()

    healed.wait_until(lambda: not worker.is_running())
    healed.wait_until(lambda: healed.status("web", "/readyz") == 200)
    (another,) = [
        child
        for child in healed.child("web").children(recursive=True)
        if "resource_tracker" not in " ".join(child.cmdline())
    ]
    assert another.pid != worker.pid


def test_while_the_database_is_away_the_answer_is_503(healed: Site) -> None:
    killed = healed.child("database")
    # Held still, the supervisor cannot bring the database back while we look.
    healed.process.send_signal(signal.SIGSTOP)
    try:
        healed.wait_until(healed.is_held_still)
        killed.kill()
        healed.wait_until(lambda: not list(processes.postgres_in(healed.database)))
        seen = {healed.status("web", "/readyz") for _ in range(8)}
        alive = healed.status("web", "/healthz")
    finally:
        healed.process.send_signal(signal.SIGCONT)

    assert seen == {503}
    assert alive == 200
    healed.wait_until(lambda: healed.status("web", "/readyz") == 200)
    assert all(healed.status("web", "/readyz") == 200 for _ in range(16))


def test_hung_part_is_ended_and_started_again(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_SICK_PROBES", 2)
    monkeypatch.setattr(parts, "_PROBE_S", 0.3)
    with listener() as port:
        pass
    door = f"http://127.0.0.1:{port}/healthz"
    settings = clean_environment(
        data=str(place), lab="1", lab_port=str(port), secret_key="s" * 32, field_key="ab" * 32
    )
    said: list[str] = []
    part = parts.Running(
        parts.Part("lab", ("lab", "provider"), door, door),
        settings,
        logs.File(place / "lab.log", "lab", most_bytes=1_000_000, files=2),
        lambda name, event: said.append(str(event["event"])),
    )
    part.start()
    try:
        _wait_for(part.is_ready)
        first = part.identity
        assert part.child is not None
        part.child.send_signal(signal.SIGSTOP)

        part.check()
        assert not part.has_ended()
        part.check()
        _wait_for(part.revive)
        _wait_for(part.is_ready)

        assert part.identity != first
        assert "does not answer, is ended" in said
        assert "ended (SIGKILL), starts again in 0.5 s" in said
    finally:
        part.end()
    assert processes_of(place) == []


def _wait_for(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_port_that_was_asked_for_and_is_taken_is_an_error(place: Path, laotie: Laotie) -> None:
    with listener() as taken:
        ended = laotie("up", data=str(place / "data"), port=str(taken))

    assert ended.returncode == 3
    assert f"LAOTIE_PORT is {taken}" in ended.stderr
    assert f"(process {os.getpid()}) listens there already" in ended.stderr
    assert processes_of(place) == []


def test_usual_port_that_is_taken_is_replaced() -> None:
    with listener() as taken:
        found = config.load({})
        with ports.held(dataclasses.replace(found, port=taken)) as moved:
            pass

    assert moved.port != taken
    assert moved.public_url == f"http://127.0.0.1:{moved.port}"
    assert "taken" in moved.sources["port"]


def test_two_installations_that_start_at_once_get_ports_of_their_own() -> None:
    """Neither listens yet when the other looks: what is free is not what is ours."""
    found = config.load({})

    with ports.held(found) as first, ports.held(found) as second:
        numbers = [getattr(each, name) for each in (first, second) for name in found.ports()]

    assert len(set(numbers)) == len(numbers) == 2 * len(found.ports())


def test_disk_nearly_full_says_so(place: Path, laotie: Laotie) -> None:
    settings = {"data": str(place / "data"), "space_floor_mb": "1000000"}

    ended = laotie("up", **settings)
    doctor = laotie("doctor", **settings)

    assert ended.returncode == 3
    assert "MB left; Laotie starts with 1000000 MB or more" in ended.stderr
    assert "Free some space" in ended.stderr
    assert doctor.returncode == 1
    assert "nearly full" in doctor.stdout


@contextlib.contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[Path]:
    small = place / "small"
    small.mkdir()
    options = f"size={megabytes}m,mode=755"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(small)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        yield small
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


def test_disk_that_is_full_at_the_start_is_no_traceback(place: Path, laotie: Laotie) -> None:
    with small_disk(place, 20) as small:
        ended = laotie("up", data=str(small / "data"), space_floor_mb="1")

        assert ended.returncode == 3
        assert "could not be made" in ended.stderr
        assert "Check free disk space" in ended.stderr
        assert "Free some space" in ended.stderr
        assert "Traceback" not in ended.stderr
        assert processes_of(small) == []


def test_disk_that_fills_up_stops_nothing_that_runs(place: Path) -> None:
    with small_disk(place, 300) as small:
        site = Site(small)
        site.settings["space_floor_mb"] = "10"
        site.said = place / "said.txt"
        try:
            site.start()
            children = (site.data / "run" / "children.json").read_text()
            fill = small / "fill"
            with contextlib.suppress(OSError), fill.open("wb", buffering=0) as file:
                while True:
                    file.write(bytes(1 << 20))

            full = [(site.status("web", "/readyz"), site.status("web", "/healthz")) for _ in "123"]
            fill.unlink()

            assert set(full) == {(503, 200)}
            site.wait_until(site.is_well)
            assert (site.data / "run" / "children.json").read_text() == children
            assert site.end() == 0
        finally:
            site.clean_up()


def test_wrong_configuration_is_exit_code_2(place: Path, laotie: Laotie) -> None:
    ended = laotie("up", data=str(place / "data"), port="http", prot="1")

    assert ended.returncode == 2
    assert "LAOTIE_PORT ('http') is not a whole number" in ended.stderr
    assert "LAOTIE_PROT is not a setting. Did you mean LAOTIE_PORT?" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (place / "data").exists()


def test_folder_of_somebody_else_is_left_alone(place: Path, laotie: Laotie) -> None:
    (place / "thesis.txt").write_text("precious")

    ended = laotie("up", data=str(place))

    assert ended.returncode == 2
    assert "holds other things (thesis.txt)" in ended.stderr
    assert [each.name for each in place.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(("was_lab", "said"), [(True, "made by a lab"), (False, "is real")])
def test_lab_and_real_data_never_mix(
    place: Path, laotie: Laotie, *, was_lab: bool, said: str
) -> None:
    (place / "laotie.json").write_text(json.dumps({"lab": was_lab}))

    ended = laotie("up", data=str(place), lab="0" if was_lab else "1")

    assert ended.returncode == 2
    assert said in ended.stderr


def test_real_data_is_never_reset(place: Path, laotie: Laotie) -> None:
    (place / "laotie.json").write_text('{"lab": false}')
    (place / "media").mkdir()

    ended = laotie("demo", "--reset", data=str(place))

    assert ended.returncode == 2
    assert "holds no lab's data" in ended.stderr
    assert (place / "media").exists()


def test_database_of_another_version_says_what_to_do(place: Path, laotie: Laotie) -> None:
    files = place / "data" / "postgres" / "data"
    files.mkdir(parents=True)
    (place / "data" / "laotie.json").write_text('{"lab": false}')
    (files.parent / "passwords.json").write_text('{"laotie_app": "x"}')
    (files / "PG_VERSION").write_text("17\n")

    ended = laotie("up", data=str(place / "data"))

    assert ended.returncode == 3
    assert "was made by PostgreSQL 17; this Laotie runs PostgreSQL 18" in ended.stderr
    assert "pg_upgrade" in ended.stderr
    assert (files / "PG_VERSION").read_text() == "17\n"
