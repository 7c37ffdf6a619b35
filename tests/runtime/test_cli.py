"""The command line: help everywhere, exit codes that mean something, one's own database."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.runtime.conftest import Laotie, clean_environment, run_laotie

from laotie.runtime import cli, commands, config, folder
from laotie.runtime.postgres import Cluster

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = [
    "demo", "up", "web", "gateway", "media", "worker", "migrate", "doctor", "verify", "config",
    "bench", "openapi", "operator create", "operator unlock", "lab provider", "lab pay", "lab ship",
    "lab stream", "lab digits", "lab alliances", "network click-field",
    "lab advance",
]  # fmt: skip


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([*command.split(), "--help"])

    assert ended.value.code == 0
    assert len(capsys.readouterr().out.splitlines()) >= 5


@pytest.mark.parametrize("command", ["fly", "lab advance 5", "lab advance 5w", "lab advance -1h"])
def test_what_cannot_be_meant_is_exit_code_2(command: str) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(command.split())

    assert ended.value.code == 2


@pytest.mark.parametrize(
    "what", ["provider", "pay ord_1", "ship ord_1", "stream rom_1", "advance 1h"]
)
def test_lab_is_closed_outside_of_a_lab(place: Path, laotie: Laotie, what: str) -> None:
    ended = laotie("lab", *what.split(), data=str(place / "data"))

    assert ended.returncode == 2
    assert "The lab is off" in ended.stderr


def test_config_is_json_for_machines(place: Path, laotie: Laotie) -> None:
    ended = laotie("config", "--json", data=str(place / "data"), field_key="ab" * 32)

    rows = {row["name"]: row for row in json.loads(ended.stdout)}
    assert ended.returncode == 0
    assert rows["LAOTIE_DATA"] == {
        "name": "LAOTIE_DATA", "value": str(place / "data"), "source": "LAOTIE_DATA",
    }  # fmt: skip
    assert rows["LAOTIE_FIELD_KEY"]["value"] == "(hidden)"
    assert "ab" * 32 not in ended.stdout


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Address of a server that was set up as docs/operate/database.md says; `{}` is the login."""
    page = (ROOT / "docs" / "operate" / "database.md").read_text("utf-8")
    statements = page.partition("```sql\n")[2].partition("```")[0]
    place = Path(tempfile.mkdtemp(prefix="laotie-test-"))
    place.chmod(0o711)
    cluster = Cluster(place / "postgres", durable=False, on_parent_death=signal.SIGQUIT)
    try:
        cluster.start()
        url = cluster.url("postgres", "postgres")
        with psycopg.connect(url, autocommit=True) as superuser:
            for statement in statements.split(";\n"):
                superuser.execute(statement)
        host, port = cluster.address()
        login = "postgres:" + cluster.passwords()["postgres"]
        yield f"{login} postgresql://{{}}@/laotie?host={host}&port={port}"
    finally:
        cluster.stop()
        shutil.rmtree(place, ignore_errors=True)


def own(server: str, place: Path, role: str = "laotie_app") -> dict[str, str]:
    superuser, _, url = server.partition(" ")
    logins = {
        "postgres": superuser,
        "laotie_app": "laotie_app:change-me-app",
        "laotie_owner": "laotie_owner:change-me-owner",
    }
    return {
        "data": str(place / "data"),
        "database_url": url.format(logins[role]),
        "owner_database_url": url.format(logins["laotie_owner"]),
    }


@pytest.fixture(scope="module")
def migrated(server: str) -> str:
    """The same server, after the first `laotie migrate`."""
    with tempfile.TemporaryDirectory() as place:
        first = run_laotie("migrate", **own(server, Path(place)))
    assert first.returncode == 0, first.stderr
    assert "kernel.0001_initial" in first.stdout
    return server


def test_a_server_of_ones_own_is_migrated_once_and_verified(
    place: Path, laotie: Laotie, migrated: str
) -> None:
    settings = own(migrated, place)

    second = laotie("migrate", **settings)
    verified = laotie("verify", "--json", **settings)

    assert second.stdout == "The tables are up to date.\n"
    assert verified.returncode == 0, verified.stderr
    assert json.loads(verified.stdout) == {"holds": True, "findings": []}
    assert not (place / "data" / "postgres").exists()


def test_the_field_for_our_click_is_named_at_the_command_line(
    place: Path, laotie: Laotie, migrated: str
) -> None:
    settings = own(migrated, place)

    named = laotie("network", "click-field", "jd", "unionId", **settings)
    refused = laotie("network", "click-field", "jd", "a&b", **settings)

    assert (named.returncode, named.stderr) == (0, "")
    assert named.stdout == "Links to jd carry our click in unionId.\n"
    assert refused.returncode == 1
    assert "[INVALID_INPUT]" in refused.stderr
    with psycopg.connect(settings["database_url"]) as connection:
        kept = connection.execute(
            "SELECT code, click_parameter FROM links_network WHERE click_parameter <> ''"
        ).fetchall()
    assert kept == [("jd", "unionId")]


@pytest.mark.parametrize("role", ["postgres", "laotie_owner"])
@pytest.mark.parametrize("command", ["web", "worker", "gateway", "media", "verify"])
def test_serving_as_superuser_or_owner_is_refused(
    place: Path, laotie: Laotie, migrated: str, command: str, role: str
) -> None:
    ended = laotie(command, **own(migrated, place, role))

    assert ended.returncode == 3
    assert f"connects as {role}" in ended.stderr


def test_database_that_is_away_is_exit_code_3_without_its_password(
    place: Path, laotie: Laotie
) -> None:
    url = "postgresql://laotie_app:hunter2hunter2@127.0.0.1:1/laotie"

    for command in ("web", "worker", "migrate", "verify"):
        ended = laotie(command, data=str(place / "data"), database_url=url, owner_database_url=url)

        assert ended.returncode == 3, command
        assert "does not answer" in ended.stderr
        assert "hunter2" not in ended.stdout + ended.stderr
        assert "Traceback" not in ended.stderr


def test_operator_is_made_once_and_the_same_again(place: Path, laotie: Laotie, server: str) -> None:
    settings = own(server, place)
    laotie("migrate", **settings)
    command = [
        sys.executable, "-m", "laotie", "operator", "create", "--phone", "13800138000",
        "--name", "Ops", "--password-stdin",
    ]  # fmt: skip
    ended = subprocess.run(
        command, env=clean_environment(**settings), input="a long enough pass phrase\n",
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    weak = subprocess.run(
        command, env=clean_environment(**settings), input="1\n",
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert ended.returncode == 0, ended.stderr
    assert "Ops is an operator" in ended.stdout
    assert weak.returncode == 1
    assert "Traceback" not in weak.stderr


def test_nothing_was_started_yet_says_what_to_do(place: Path, laotie: Laotie) -> None:
    ended = laotie("verify", data=str(place / "data"))

    assert ended.returncode == 3
    assert "Start Laotie once" in ended.stderr


def test_python_without_venv_is_told_what_to_install(place: Path) -> None:
    """The Makefile's first step, with a Python that lacks the module, as Debian's does."""
    python = place / "python"
    python.write_text('#!/bin/sh\ncase "$*" in *"import venv"*) exit 1;; *) exit 0;; esac\n')
    python.chmod(0o755)

    ended = subprocess.run(
        ["make", "-f", str(ROOT / "Makefile"), "-C", str(place), "VENV=.absent", f"PYTHON={python}",
         ".absent/bin/python"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert ended.returncode != 0
    assert "apt install python3-venv" in ended.stdout


def test_a_command_beside_what_runs_speaks_to_the_ports_chosen_there(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("LAOTIE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LAOTIE_DATA", str(place / "data"))
    monkeypatch.setenv("LAOTIE_LAB", "1")
    monkeypatch.setenv("LAOTIE_LAB_PORT", "9003")
    found = config.load()
    folder.prepare(found)
    with folder.held(found):
        folder.write_json(found.data / "run" / "ports.json", {"rtmp_port": 2935, "lab_port": 2003})
        commands._join_what_runs()
        joined = config.load()
    monkeypatch.delenv("LAOTIE_RTMP_PORT")

    assert joined.rtmp_url == "rtmp://127.0.0.1:2935/live"
    assert joined.lab_port == 9003  # What a person named stays named.
    commands._join_what_runs()
    assert config.load().rtmp_port == 1935  # Nothing runs any more.
