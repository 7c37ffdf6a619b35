from datetime import UTC, datetime, timedelta

import pytest

from laotie.kernel import clock, idempotency
from laotie.kernel.errors import Busy, Invalid, KeyReused
from laotie.kernel.idempotency import Answer

pytestmark = pytest.mark.usefixtures("db")

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_the_first_answer_stays_for_its_time() -> None:
    idempotency.record("p1 POST /x", "k" * 8, "d1", Answer(409, {"code": "SOLD_OUT"}), now=NOW)
    idempotency.record("p1 POST /x", "k" * 8, "d1", Answer(200, {}), now=NOW)

    recalled = idempotency.recall("p1 POST /x", "k" * 8, "d1", now=NOW + timedelta(hours=71))
    assert recalled == Answer(409, {"code": "SOLD_OUT"})
    assert idempotency.recall("p2 POST /x", "k" * 8, "d1", now=NOW) is None
    assert idempotency.recall("p1 POST /x", "k" * 8, "d1", now=NOW + timedelta(hours=73)) is None


def test_a_key_with_another_request_is_refused() -> None:
    idempotency.record("s", "k" * 8, "d1", Answer(200, 1), now=NOW)
    with pytest.raises(KeyReused):
        idempotency.recall("s", "k" * 8, "d2", now=NOW)


def test_equal_requests_have_equal_digests() -> None:
    assert idempotency.digest({"a": 1, "b": [2]}) == idempotency.digest({"b": [2], "a": 1})
    assert idempotency.digest({"a": 1}) != idempotency.digest({"a": "1"})


@pytest.mark.parametrize(
    "key", ["", "short", "k" * 81, "key with space", "钥匙钥匙钥匙钥匙", 7, None]
)
def test_a_key_that_is_none_is_refused(key: object) -> None:
    with pytest.raises(Invalid):
        idempotency.clean_key(key)


def test_the_business_clock_moves_only_forward_and_for_all() -> None:
    from django.db import transaction

    before = clock.now()
    with transaction.atomic():
        clock.advance(timedelta(days=8))

    assert timedelta(days=8) <= clock.now() - before < timedelta(days=8, minutes=1)
    assert clock.offset() == timedelta(days=8)
    with pytest.raises(AssertionError), transaction.atomic():
        clock.advance(timedelta(days=-1))


def test_a_claimed_key_is_worked_on_by_one() -> None:
    assert idempotency.claim("s", "k" * 8, "d1", now=NOW) is None
    with pytest.raises(Busy):
        idempotency.claim("s", "k" * 8, "d1", now=NOW)
    with pytest.raises(KeyReused):
        idempotency.claim("s", "k" * 8, "d2", now=NOW)

    idempotency.record("s", "k" * 8, "d1", Answer(201, {"id": 1}), now=NOW)
    assert idempotency.claim("s", "k" * 8, "d1", now=NOW) == Answer(201, {"id": 1})


def test_a_claim_is_given_back_or_runs_out() -> None:
    assert idempotency.claim("s", "k" * 8, "d1", now=NOW) is None
    idempotency.release("s", "k" * 8)
    assert idempotency.claim("s", "k" * 8, "d2", now=NOW) is None
    assert idempotency.claim("s", "k" * 8, "d3", now=NOW + timedelta(seconds=61)) is None

    idempotency.record("s", "k" * 8, "d3", Answer(200, 1), now=NOW + timedelta(seconds=61))
    idempotency.release("s", "k" * 8)
    assert idempotency.recall("s", "k" * 8, "d3", now=NOW) == Answer(200, 1)
