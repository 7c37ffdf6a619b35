"""What machines ask: alive, ready, figures; and what the doctor finds."""

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from tests.gateway import brokers

from laotie.runtime import doctor, health, invariants, tallies, wiring
from laotie.runtime.config import Config
from laotie.runtime.postgres import Cluster


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def writable(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Config:
    """A configuration with a folder of its own."""
    changed = dataclasses.replace(settings.LAOTIE, data=tmp_path_factory.mktemp("data"))
    monkeypatch.setattr(settings, "LAOTIE", changed)
    monkeypatch.setattr(health, "_has_all_tables", False)
    return changed


@pytest.mark.usefixtures("db", "writable")
def test_ready_when_everything_is_there(client: Client) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True, "missing": [], "jobs_late_s": 0, "jobs_are_late": False,
    }  # fmt: skip


@pytest.mark.usefixtures("db")
def test_not_ready_when_the_disk_takes_nothing(
    client: Client, writable: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = dataclasses.replace(writable, space_floor_mb=10**9)
    monkeypatch.setattr(settings, "LAOTIE", full)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer["Retry-After"] == "2"
    assert answer.json()["missing"] == ["storage"]


@pytest.mark.usefixtures("db", "writable")
def test_not_ready_while_a_migration_is_missing(client: Client, cluster: Cluster) -> None:
    url = cluster.url("laotie_owner", connection.settings_dict["NAME"])
    with psycopg.connect(url, autocommit=True) as owner:
        row = owner.execute(
            "DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations)"
            " RETURNING app, name, applied"
        ).fetchone()
        try:
            before = client.get("/readyz")
        finally:
            owner.execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)", row
            )

    assert before.status_code == 503
    assert before.json()["missing"] == ["migrations"]
    assert client.get("/readyz").status_code == 200


@pytest.mark.usefixtures("db", "writable")
def test_late_jobs_are_told_and_pages_are_served_all_the_same(client: Client) -> None:
    late_job()

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["jobs_are_late"] is True
    assert answer.json()["jobs_late_s"] >= 3600


@pytest.mark.usefixtures("db")
def test_figures_are_for_this_machine_or_the_token(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = "t" * 40
    monkeypatch.setattr(
        settings, "LAOTIE", dataclasses.replace(settings.LAOTIE, metrics_token=token)
    )
    bearer = {"Authorization": f"Bearer {token}"}

    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404
    assert client.get("/metrics", headers={"Forwarded": "for=203.0.113.9"}).status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9", headers=bearer).status_code == 200
    wrong = {"Authorization": "Bearer ünïcode"}
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9", headers=wrong).status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="nonsense").status_code == 404


@pytest.mark.usefixtures("db")
def test_without_a_token_an_empty_one_opens_nothing(client: Client) -> None:
    answer = client.get("/metrics", REMOTE_ADDR="203.0.113.9", headers={"Authorization": "Bearer "})

    assert answer.status_code == 404


@pytest.mark.usefixtures("db")
def test_figures_count_jobs_lag_and_requests(client: Client) -> None:
    late_job_for_at_once()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO event_position (consumer) VALUES ('slow')")
        cursor.execute(
            "INSERT INTO event_log (name, version, subject, body) VALUES ('x.y', 1, 's', '{}')"
        )
    client.get("/nothing/of/the/kind")

    page = client.get("/metrics").content.decode()

    assert 'laotie_jobs{of="todo"} 1.0' in page
    late = re.search(r'laotie_oldest_due_job_seconds\{of="all"\} ([0-9.]+)', page)
    assert late
    assert 3600 <= float(late[1]) < 7200
    assert 'laotie_consumer_lag_rows{of="slow"} 1.0' in page
    assert "laotie_database_up 1.0" in page
    assert 'laotie_requests_total{method="GET",route="(none)",status="404"}' in page
    assert "/nothing" not in page


def test_figures_of_several_processes_are_added_up(tmp_path: Path) -> None:
    page = "# HELP laotie_requests_total Requests.\n# TYPE laotie_requests_total counter\n"
    for pid, (ok, failed) in {"1": (3, 1), "2": (4, 0)}.items():
        (tmp_path / f"{pid}.prom").write_text(
            f'{page}laotie_requests_total{{status="200"}} {ok}\n'
            f'laotie_requests_total{{status="500"}} {failed}\n'
            f"# TYPE process_open_fds gauge\nprocess_open_fds 9\n"
        )
    (tmp_path / "3.prom").write_text("# TYPE half")

    (family,) = tallies.Sum(tmp_path).collect()

    assert {sample.labels["status"]: sample.value for sample in family.samples} == {
        "200": 7.0, "500": 1.0,
    }  # fmt: skip


@pytest.mark.usefixtures("db")
def test_alive_needs_no_database(client: Client) -> None:
    from laotie.runtime import line

    before = dict(connection.settings_dict)
    line.point_at("postgresql://laotie_app:x@127.0.0.1:1/none?connect_timeout=1")
    connection.settings_dict["OPTIONS"]["pool"]["timeout"] = 0.2
    try:
        assert client.get("/healthz").status_code == 200
        ready = client.get("/readyz")
        figures = client.get("/metrics")
    finally:
        connection.close_pool()  # type: ignore[attr-defined]
        connection.settings_dict.update(before)

    assert ready.status_code == 503
    assert "database" in ready.json()["missing"]
    assert b"laotie_database_up 0.0" in figures.content


# -- The doctor --------------------------------------------------------------------------------


@pytest.fixture
def patient(cluster: Cluster, db: None, writable: Config) -> Config:
    """A configuration of the test's own database, as a person would have given it."""
    name = connection.settings_dict["NAME"]
    sources = {**writable.sources, "database_url": "LAOTIE_DATABASE_URL"}
    return dataclasses.replace(
        writable,
        database_url=cluster.url("laotie_app", name),
        owner_database_url=cluster.url("laotie_owner", name),
        sources=sources,
    )


def bad(config: Config) -> dict[str, doctor.Finding]:
    return {finding.about: finding for finding in doctor.look(config) if not finding.is_well}


def test_healthy_installation_has_no_finding(patient: Config) -> None:
    assert bad(patient) == {}


def test_doctor_names_what_gateways_learn_by(patient: Config) -> None:
    with brokers.running() as broker:
        fed = dataclasses.replace(patient, nats_url=broker.url.replace("//", "//name:password@"))
        answering = fan_out(fed)
        broker.kill()
        away = bad(fed)["fan-out"]

    at = f"127.0.0.1:{broker.port}"
    alone = fan_out(patient)
    assert (alone.is_well, alone.seen) == (True, "by the database: each gateway asks for itself")
    assert (answering.is_well, answering.seen) == (True, f"by NATS at {at}, which answers")
    assert away.seen == f"NATS at {at} does not let us in; each gateway asks for itself"


def fan_out(config: Config) -> doctor.Finding:
    (found,) = (finding for finding in doctor.look(config) if finding.about == "fan-out")
    return found


def test_failed_jobs_and_parked_events_are_found(patient: Config) -> None:
    late_job_for_at_once()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO event_log (name, version, subject, body) VALUES ('x.y', 1, 's', '{}')"
            " RETURNING id"
        )
        (event_id,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO event_retry (consumer, event_id, state, cause, next_at)"
            " VALUES ('trade', %s, 'PARKED', 'because', now())",
            [event_id],
        )

    found = bad(patient)

    assert found["parked events"].seen == "trade: 1"
    assert "retry them" in found["parked events"].remedy
    assert "Is the worker running?" in found["jobs"].remedy


@pytest.fixture
def idle_writer(patient: Config) -> Iterator[psycopg.Connection]:
    with psycopg.connect(patient.owner_database_url, application_name="forgotten") as writer:
        writer.execute("SELECT pg_current_xact_id()")
        yield writer
        writer.rollback()


def test_who_holds_everybody_back_is_named(
    patient: Config, idle_writer: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "_WRITER_S", 0.0)

    found = bad(patient)["held back"]

    assert "laotie_owner (forgotten, idle in transaction)" in found.seen
    assert f"pg_terminate_backend({idle_writer.info.backend_pid})" in found.remedy


def test_clock_that_is_off_is_found(patient: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_CLOCKS_MAY_DIFFER_S", -10.0)

    assert "time server" in bad(patient)["clock"].remedy


def test_keys_that_others_can_read_are_found(patient: Config) -> None:
    keys = patient.data / "secrets"
    keys.mkdir()
    (keys / "field_key").write_text("x")
    (keys / "field_key").chmod(0o644)

    assert bad(patient)["data folder"].remedy == f"chmod 600 {keys / 'field_key'}"


def test_serving_as_owner_is_found(patient: Config) -> None:
    wrong = dataclasses.replace(patient, database_url=patient.owner_database_url)

    assert "laotie_owner, which owns" in bad(wrong)["database"].seen


def test_port_that_is_taken_is_found(patient: Config) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        sources = {**patient.sources, "port": "LAOTIE_PORT"}
        found = bad(dataclasses.replace(patient, port=port, sources=sources))

    assert f"{port} (LAOTIE_PORT) is taken by" in found["port"].seen


# -- Wiring ------------------------------------------------------------------------------------


def test_every_consumer_hears_events_that_exist_and_has_a_name_of_its_own() -> None:
    consumers = wiring.consumers()

    assert len({consumer.name for consumer in consumers}) == len(consumers) > 0
    assert all(consumer.by_name() for consumer in consumers)


@pytest.mark.usefixtures("db")
def test_every_invariant_is_a_statement_that_finds_nothing_in_an_empty_house() -> None:
    assert invariants.broken() == []
    assert len(wiring.invariants()) > 5


@pytest.mark.usefixtures("db")
def test_broken_invariant_is_counted_with_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    statements = {
        "house.no_rows": "SELECT n, 'x' FROM generate_series(1, 7) AS n",
        "a.b": "SELECT 1",
    }
    monkeypatch.setattr(wiring, "invariants", lambda: statements)

    (found,) = invariants.broken("house.")

    assert (found.rows, found.examples) == (7, ("1, x", "2, x", "3, x", "4, x", "5, x"))


def late_job() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, scheduled_at)"
            " VALUES ('upkeep', 'nobody.knows', 'todo', now() - interval '1 hour')"
        )


def late_job_for_at_once() -> None:
    """Nobody said when it is due: from when it was asked for, an hour ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status)"
            " VALUES ('upkeep', 'nobody.knows', 'todo') RETURNING id"
        )
        cursor.execute(
            "UPDATE procrastinate_events SET at = now() - interval '1 hour' WHERE job_id = %s",
            cursor.fetchone(),
        )
