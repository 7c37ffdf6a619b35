"""What `deploy/` ships is read by what will read it, and names only settings and commands there are."""

import os
import re
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from laotie.runtime import backup, cli, config, config_readers, database, postgres

DEPLOY = Path(__file__).parents[2] / "deploy"
SETTINGS = {config.variable(each.name) for each in config.settings_fields()}
UNITS = sorted(DEPLOY.glob("systemd/*"))


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    assert isinstance(found, dict)
    return found


def test_compose_runs_commands_and_sets_settings_that_there_are(compose: dict[str, Any]) -> None:
    ours = {
        name: each for name, each in compose["services"].items() if each.get("image") == "laotie"
    }

    assert set(ours) == {"migrate", "web", "gateway", "media", "worker"}
    for service in ours.values():
        assert service["command"][0] == "laotie"
        cli.parser().parse_args(service["command"][1:])
        assert set(service["environment"]) <= SETTINGS
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
    owners = {n for n, each in ours.items() if "LAOTIE_OWNER_DATABASE_URL" in each["environment"]}
    assert owners == {"migrate"}
    mounted = {
        volume.partition(":")[0]
        for each in compose["services"].values()
        for volume in each.get("volumes", ())
    }
    files = {name for name in mounted if name.startswith("./")}
    assert mounted - files <= set(compose["volumes"])
    assert all((DEPLOY / name).is_file() for name in files)


def test_example_env_holds_what_compose_asks_for() -> None:
    asked = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text()))
    given = set(re.findall(r"^(\w+)=", (DEPLOY / "example.env").read_text(), re.MULTILINE))

    assert asked == given


def test_proxy_leads_to_where_the_processes_listen(compose: dict[str, Any]) -> None:
    text = (DEPLOY / "Caddyfile").read_text()
    upstreams = dict(re.findall(r"reverse_proxy \{\$(\w+):127\.0\.0\.1:(\d+)\}", text))
    ports = {
        name: each.default
        for name in config.PORTS
        for each in config.settings_fields()
        if each.name == name
    }

    assert upstreams == {
        "WEB": str(ports["port"]),
        "GATEWAY": str(ports["gateway_port"]),
        "MEDIA": str(ports["media_port"]),
    }
    named = compose["services"]["proxy"]["environment"]
    assert {name: named[name].partition(":")[2] for name in upstreams} == upstreams
    assert text.count("{") == text.count("}")


def test_every_process_with_a_door_is_asked_at_it_whether_it_lives(compose: dict[str, Any]) -> None:
    defaults = {each.name: each.default for each in config.settings_fields()}
    ports = {"web": "port", "gateway": "gateway_port", "media": "media_port"}
    asked = {
        name: each["healthcheck"]["test"][-1]
        for name, each in compose["services"].items()
        if each["image"] == "laotie" and "healthcheck" in each
    }

    assert {name: re.findall(r"http://\S+?'", code) for name, code in asked.items()} == {
        name: [f"http://127.0.0.1:{defaults[port]}/healthz'"] for name, port in ports.items()
    }
    for code in asked.values():
        compile(code, "healthcheck", "exec")


def test_nats_starts_where_it_is_wished_for_and_nothing_waits_for_it(
    compose: dict[str, Any],
) -> None:
    services = compose["services"]
    nats, hardened = services["nats"], ("read_only", "cap_drop", "security_opt", "restart")

    assert nats["profiles"] == ["nats"]
    assert {key: nats[key] for key in hardened} == {key: services["web"][key] for key in hardened}
    assert "ports" not in nats
    assert [name for name, each in services.items() if "nats" in each.get("depends_on", ())] == []
    assert [name for name, each in services.items() if "profiles" in each] == ["nats"]
    told = services["gateway"]["environment"]["LAOTIE_NATS_URL"]
    assert told == "${NATS_URL:-}"
    (address,) = re.findall(r"^# (nats://\S+)", (DEPLOY / "example.env").read_text(), re.MULTILINE)
    assert config_readers.nats_servers(address) == "nats://nats:4222"


@pytest.mark.skipif(shutil.which("caddy") is None, reason="no caddy on this machine; CI has it")
def test_caddy_takes_the_caddyfile() -> None:
    done = subprocess.run(
        ["caddy", "adapt", "--config", str(DEPLOY / "Caddyfile"), "--adapter", "caddyfile"],
        env={**os.environ, "SITE": "shop.example"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "shop.example" in done.stdout


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_units_run_commands_and_set_settings_that_there_are(unit: Path) -> None:
    sections = re.findall(r"^\[(\w+)\]$", unit.read_text(), re.MULTILINE)
    lines = [line for line in unit.read_text().splitlines() if line and line[0] not in "#["]

    assert sections[0] == "Unit"
    assert all(re.fullmatch(r"[A-Z]\w+=.*", line) for line in lines)
    for line in lines:
        key, _, value = line.partition("=")
        if key == "Environment":
            assert {each.partition("=")[0] for each in shlex.split(value)} <= SETTINGS
        if key == "ExecStart" and "/bin/sh" not in value:
            program, *arguments = shlex.split(value)
            assert program.endswith("/laotie")
            cli.parser().parse_args(arguments)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd on this machine")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    """Judged beside a program that is there, since Laotie is not installed on this machine."""
    for unit in UNITS:
        text = unit.read_text().replace("/opt/laotie/.venv/bin/laotie", "/bin/true")
        (tmp_path / unit.name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", *[str(path) for path in sorted(tmp_path.iterdir())]],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_roles_that_the_script_makes_are_the_ones_we_serve_under() -> None:
    # Outside of pytest's own folder, which is closed to the database's account.
    place = Path(tempfile.mkdtemp(prefix="laotie-test-"))
    place.chmod(0o711)
    cluster = postgres.Cluster(place / "postgres", durable=False)
    cluster.start()
    try:
        told = database_environment(cluster.url(postgres.SUPERUSER, "postgres"))
        done = subprocess.run(
            ["sh", str(DEPLOY / "roles.sh")], env=told, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        host, port = told["PGHOST"], told["PGPORT"]
        app = f"postgresql://laotie_app:app'%20s@/laotie?host={host}&port={port}"
        owner = f"postgresql://laotie_owner:owner@/laotie?host={host}&port={port}"
        found = database.check_app(app)
        owned = database.standing(owner)
    finally:
        cluster.stop()
        shutil.rmtree(place, ignore_errors=True)

    assert (found.role, found.transaction_timeout, found.idle_timeout) == ("laotie_app", "5s", "5s")
    assert owned.role == database.OWNER


def database_environment(url: str) -> dict[str, str]:
    programs = str(postgres.installed_programs() / "bin")
    return {
        **backup.environment_of(url),
        "PATH": f"{programs}:{os.environ['PATH']}",
        "OWNER_PASSWORD": "owner",
        "APP_PASSWORD": "app' s",
        "ANALYST_PASSWORD": "analyst",
    }
