"""A durable database server of the benches' own: real fsync, our schema, one fresh copy per bench.

    with _server.fresh() as server:
        ...                          # Django speaks to it as the app role.

The server and a migrated template are made once for all benches of one process. Its settings are
those that the product gives its embedded server.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from bench import _machine

if TYPE_CHECKING:
    from laotie.runtime.postgres import Cluster

_TEMPLATE, _COPY = "bench_template", "bench"
# A name that resolves to nothing: only `fresh` connects anywhere.
_NOWHERE = "postgresql://laotie_app:bench@127.0.0.1:1/none"


@dataclass(frozen=True, slots=True)
class Server:
    """One copy of the installation's database, empty but for what migrations put there."""

    cluster: "Cluster"
    database: str

    @property
    def app_url(self) -> str:
        return self.cluster.url("laotie_app", self.database)

    @property
    def owner_url(self) -> str:
        return self.cluster.url("laotie_owner", self.database)

    @property
    def superuser_url(self) -> str:
        return self.cluster.url("postgres", self.database)

    def processor_s(self) -> float:
        """Seconds that the server has used, with all its processes, ended ones too."""
        identity = self.cluster.identity()
        assert identity
        return _machine.processor_s([identity.pid], has_children=True)

    def settle(self) -> None:
        """Write back what earlier runs left, so that this one does not pay for it."""
        with psycopg.connect(self.superuser_url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")

    def analyze(self) -> None:
        """Statistics as autovacuum would have them after a while."""
        with psycopg.connect(self.superuser_url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")

    def environment(self) -> dict[str, str]:
        """For a process of the product before this database."""
        return {**os.environ, "LAOTIE_DATABASE_URL": self.app_url}


_borrowed: "tuple[Cluster, str] | None" = None
_folder: Path | None = None


@contextmanager
def house() -> Iterator[None]:
    """Django is set up, and one server serves all benches inside the block that want one."""
    global _borrowed, _folder
    if _borrowed is not None or _folder is not None:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="laotie-bench-", ignore_cleanup_errors=True) as name:
        _folder = Path(name)
        _folder.chmod(0o711)  # The account of the database passes it.
        set_up_django(_folder)
        try:
            yield
        finally:
            _folder = None
            if _borrowed is not None:
                _borrowed[0].stop()
                _borrowed = None


@contextmanager
def lent(cluster: "Cluster", template: str) -> Iterator[None]:
    """Let the benches inside the block use a server that is there, with a migrated template."""
    global _borrowed
    assert _borrowed is None
    _borrowed = (cluster, template)
    try:
        yield
    finally:
        _borrowed = None


@contextmanager
def fresh() -> Iterator[Server]:
    """A copy of the empty installation, and Django connected to it as the app role.

    Afterwards Django speaks to whatever it spoke to before.
    """
    from django.db import connections

    from laotie.runtime import database as databases
    from laotie.runtime import line

    with house():
        cluster, template = _borrowed or _started()
        before = dict(connections["default"].settings_dict)
        databases.drop(cluster, _COPY)
        databases.clone(cluster, template, _COPY)
        server = Server(cluster, _COPY)
        try:
            line.point_at(server.app_url)
            yield server
        finally:
            line.use(before)
            databases.drop(cluster, _COPY)


def set_up_django(folder: Path) -> None:
    """Settings for a lab that lives in this folder; Django is ready then."""
    fixed = {
        "DJANGO_SETTINGS_MODULE": "laotie.runtime.settings",
        "LAOTIE_LAB": "1",
        "LAOTIE_FIELD_KEY": "11" * 32,
        "LAOTIE_SECRET_KEY": "22" * 32,
        "LAOTIE_PUSH_KEY": "33" * 32,
        "LAOTIE_DATA": str(folder),
        "LAOTIE_DATABASE_URL": _NOWHERE,
    }
    os.environ.update(fixed)  # Whatever installation the shell was made for, it is not this one.
    import django

    django.setup()


def wait_for(condition: Callable[[], object], what: str, *, patience_s: float = 60.0) -> None:
    """Look until the condition is true. raises: RuntimeError when it is not in time."""
    until = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > until:
            raise RuntimeError(f"{what}: not within {patience_s:.0f} s")
        time.sleep(0.05)


def require(*programs: str) -> None:
    """Leave, saying what to install, unless these programs are on the path."""
    missing = [name for name in programs if not shutil.which(name)]
    if missing:
        sys.exit(f"This bench needs {', '.join(missing)} on the path.")


def _started() -> "tuple[Cluster, str]":
    """The house's server with a migrated template."""
    global _borrowed
    from django.core.management import call_command

    from laotie.runtime import database as databases
    from laotie.runtime import line

    assert _folder
    cluster = databases.embedded(_folder)
    cluster.start()
    _borrowed = (cluster, _TEMPLATE)
    databases.provide(cluster, _TEMPLATE)
    line.point_at_as_owner(cluster.url("laotie_owner", _TEMPLATE))
    call_command("migrate", verbosity=0, interactive=False)
    line.point_at(_NOWHERE)
    return _borrowed
