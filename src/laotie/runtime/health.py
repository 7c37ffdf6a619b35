"""Whether this process lives, whether it can serve, and its figures; for machines, not people."""

import hmac
import os
import time
from ipaddress import ip_address
from typing import Any

import django.db
import psycopg
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from laotie.kernel import sql
from laotie.runtime import folder, tallies
from laotie.runtime.problems import NotReady

_QUEUE_MAY_BE_LATE_S = 300.0
_has_all_tables = False


def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers; the database is not asked."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """Whether requests can be served now: 200, or 503 with what is missing."""
    missing = []
    late_s = 0.0
    try:
        if not _is_migrated():
            missing.append("migrations")
        late_s = oldest_due_job_s()
    except (django.db.Error, psycopg.Error):
        missing.append("database")
    try:
        _write_once()
    except (OSError, NotReady):
        missing.append("storage")
    body = {
        "ready": not missing,
        "missing": missing,
        # Late jobs are the worker's trouble: told here, but pages are served all the same.
        "jobs_late_s": round(late_s),
        "jobs_are_late": late_s > _QUEUE_MAY_BE_LATE_S,
    }
    response = JsonResponse(body, status=503 if missing else 200)
    if missing:
        response.headers["Retry-After"] = "2"
    return response


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus figures; for this machine itself, or with the token."""
    if not _may_read(request):
        return HttpResponse(status=404)
    own = CollectorRegistry()
    own.register(_Database())
    return HttpResponse(tallies.page() + generate_latest(own), content_type=CONTENT_TYPE_LATEST)


def oldest_due_job_s() -> float:
    """For how many seconds the oldest job that could run has waited."""
    ((late,),) = sql.rows(sql.text("runtime", "oldest_due_job"))
    return float(late)


class _Database(Collector):
    """Figures that only the database knows, read at each scrape."""

    def collect(self) -> Any:
        up = GaugeMetricFamily("laotie_database_up", "Whether the database answered.")
        try:
            rows = sql.rows(sql.text("runtime", "figures"))
            rows.append(("oldest_due_job_seconds", "all", oldest_due_job_s()))
        except (django.db.Error, psycopg.Error):
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        families: dict[str, GaugeMetricFamily] = {}
        for name, label, value in rows:
            family = families.setdefault(
                name, GaugeMetricFamily(f"laotie_{name}", _MEANINGS[name], labels=["of"])
            )
            family.add_metric([label], float(value))
        yield from families.values()


_MEANINGS = {
    "consumer_lag_rows": "Log rows that a consumer has yet to pass.",
    "consumer_oldest_seconds": "Age of the first row that a consumer has yet to pass.",
    "consumer_pace_rows": "Rows a second that a consumer passes when it has much to do.",
    "consumer_drain_seconds": "Until a consumer has passed all, if rows come as they do.",
    "events_parked": "Events that wait for a person.",
    "events_waiting": "Events that a consumer will try again.",
    "jobs": "Jobs by state.",
    "oldest_due_job_seconds": "How long the oldest job that could run has waited.",
    "oldest_writer_seconds": "Age of the oldest transaction that holds consumers back.",
    "database_bytes": "Size of the database.",
    "order_source_lag_seconds": "Since when changes of orders on a network are not known yet.",
    "order_source_failures": "Readings of a network's orders that failed since the last success.",
}


def _is_migrated() -> bool:
    """Asked until it is true; a running process does not lose tables."""
    global _has_all_tables
    if not _has_all_tables:
        executor = MigrationExecutor(connection)
        _has_all_tables = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    else:
        sql.rows("SELECT 1")
    return _has_all_tables


def _write_once() -> None:
    """raises: OSError or NotReady when the data folder cannot take anything."""
    run = settings.LAOTIE.data / "run"
    run.mkdir(parents=True, exist_ok=True)
    probe = run / f".probe.{os.getpid()}"
    probe.write_text(str(time.time()), "ascii")
    probe.unlink()
    folder.check_space(settings.LAOTIE)


def _may_read(request: HttpRequest) -> bool:
    token = settings.LAOTIE.metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(given.encode(), token.encode()):
        return True
    # Behind a proxy on this machine everybody comes from here: then only the token opens.
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
