"""One place answers for whatever fails below it, and says 503 when trying again is right."""

import json
import threading

import django.db
import psycopg
import psycopg_pool
import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from laotie.kernel import outage
from laotie.runtime import middleware


def answer(error: Exception | None, path: str = "/cart", **headers: str) -> HttpResponse:
    def view(_: HttpRequest) -> HttpResponse:
        if error:
            raise error
        return HttpResponse("fine")

    response = middleware.Outermost(view)(RequestFactory().get(path, headers=headers))
    assert isinstance(response, HttpResponse)
    return response


@pytest.mark.parametrize(
    "error",
    [
        django.db.OperationalError("server closed the connection unexpectedly"),
        django.db.InterfaceError("connection already closed"),
        psycopg.OperationalError("connection refused"),
        psycopg_pool.PoolTimeout("couldn't get a connection after 1.00 sec"),
        psycopg.errors.DeadlockDetected(),
        psycopg.errors.AdminShutdown(),
        psycopg.errors.DiskFull(),
        psycopg.errors.QueryCanceled(),
        psycopg.errors.TransactionTimeout(),
        psycopg.errors.IdleInTransactionSessionTimeout(),
    ],
)
def test_database_that_is_away_or_busy_is_503(error: Exception) -> None:
    page, api = answer(error), answer(error, "/api/v1/orders")

    for response in (page, api):
        assert response.status_code == 503
        assert 2 <= int(response["Retry-After"]) <= 5
        assert response["Cache-Control"] == "no-store"
        assert "default-src 'none'" in response["Content-Security-Policy"]
    assert json.loads(api.content)["code"] == "BUSY"


def test_our_own_fault_is_500_and_tells_nothing() -> None:
    response = answer(ValueError("secret of 13800138000"), "/api/v1/orders")

    assert response.status_code == 500
    assert json.loads(response.content)["code"] == "FAILED"
    assert b"secret" not in response.content
    assert "Retry-After" not in response


def test_constraint_that_refuses_is_our_fault_not_an_outage() -> None:
    assert answer(django.db.IntegrityError("check")).status_code == 500


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "a b c d e f g h", "äöüäöüäöü"])
def test_request_id_is_made_unless_a_good_one_comes(given: str) -> None:
    made = answer(None, **{"X-Request-Id": given})["X-Request-Id"]

    assert made != given
    assert answer(None, **{"X-Request-Id": "abc-12345678"})["X-Request-Id"] == "abc-12345678"


def test_while_away_one_request_tries_and_the_others_are_told_at_once() -> None:
    entered, go_on = threading.Event(), threading.Event()
    tries: list[str] = []
    fails = True

    def view(request: HttpRequest) -> HttpResponse:
        tries.append(request.path)
        if request.path == "/slow":
            entered.set()
            go_on.wait(120)
        if fails:
            raise psycopg_pool.PoolTimeout("away")
        return HttpResponse("fine")

    outermost = middleware.Outermost(view)

    def ask(path: str) -> int:
        return outermost(RequestFactory().get(path)).status_code

    assert ask("/first") == 503
    trier = threading.Thread(target=ask, args=("/slow",))
    trier.start()
    assert entered.wait(120)

    assert [ask("/other") for _ in range(5)] == [503] * 5
    assert ask("/healthz") == 503  # Asked, as health checks always are.
    fails = False
    go_on.set()
    trier.join()

    assert tries == ["/first", "/slow", "/healthz"]
    assert ask("/other") == 200
    assert ask("/other") == 200


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (psycopg.OperationalError("refused"), True),
        (psycopg.errors.AdminShutdown(), True),
        (psycopg.errors.CannotConnectNow(), True),
        (psycopg.errors.DeadlockDetected(), False),
        (psycopg.errors.QueryCanceled(), False),
    ],
)
def test_only_a_missing_connection_closes_the_gate(error: Exception, *, expected: bool) -> None:
    assert outage.is_without_connection(error) is expected
