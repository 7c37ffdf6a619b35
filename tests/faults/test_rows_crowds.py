"""Rows of the failure table that need a crowd: 3, 19, 20 with thousands. See docs/architecture/faults.md.

The crowd is the benches' C program: in Python it would take more than the gateway. It notes what
each viewer was told, and whether a number is missing or was told twice. By `make faults` alone.
"""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from bench import _gateway, _sockets
from bench._sockets import Program
from bench.storm import selling
from tests.gateway import pages
from tests.gateway.pages import Gateway
from tests.ports import free_port
from tests.usecases.live import scenes

from laotie.kernel import clock, sql
from laotie.live import frames

pytestmark = [pytest.mark.faults, pytest.mark.usefixtures("db")]
THOUSANDS = 5_000
OTHERS = 999
SPREAD_S = 10.0
# A first try within 10 s, as pages do, and within 20 more for whom a busy machine has turned away.
BACK_S = 1.5 * (SPREAD_S + 2 * SPREAD_S)


@pytest.fixture(autouse=True, scope="module")
def many_files() -> None:
    """As many sockets as the machine allows, for us and whatever we start."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    assert most > 2 * THOUSANDS, f"ulimit -n is {most}"


@contextmanager
def crowd_in(gateway: Gateway, room_id: UUID, viewers: int, **wishes: object) -> Iterator[Program]:
    """Viewers who sit in the room, each with the token of an earlier visit."""
    paths = _gateway.paths_from_now(room_id, [None] * viewers)
    with _sockets.running(
        "watch", paths, port=gateway.port, origin=pages.ORIGIN, parallel=50, **wishes
    ) as crowd:
        came = crowd.told()
        assert came["open"] == viewers
        assert came["seated"] == viewers - int(str(wishes.get("stalled", 0)))
        yield crowd


def watch_on(crowd: Program) -> None:
    """Each of them has had events, and so knows how far it has come."""
    crowd.go()
    assert crowd.told()["whole"] > 0


def nobody_missed_anything(told: dict[str, Any]) -> None:
    assert told["back"] == THOUSANDS
    assert (told["missing"], told["behind"], told["twice"]) == (0, 0, 0)


def test_row_03_gateway_killed_with_its_thousands(cluster: Any) -> None:
    room_id = scenes.a_live_room(clock.now()).room_id
    database = pages.connections["default"].settings_dict["NAME"]
    url, port = cluster.url("laotie_app", str(database)), free_port()
    first, second = (Gateway(url, port, {"reuse_port": True}) for _ in "12")
    first.start()
    try:
        second.start()
        with crowd_in(
            first, room_id, THOUSANDS, seconds=2, spread_ms=round(SPREAD_S * 1000)
        ) as crowd:
            with selling(room_id):
                watch_on(crowd)
                first.kill()
                crowd.go("drop")
                told = crowd.told()
        away = [line for line in second.get("/metrics").splitlines() if "turned_away_total" in line]
    finally:
        for gateway in (first, second):
            if gateway.process is not None and gateway.process.poll() is None:
                gateway.kill()

    print(
        f"all were back {told['seconds']:.1f} s after the death, {told['failed_tries']} tries in vain",
        away,
    )
    nobody_missed_anything(told)
    assert told["seconds"] < BACK_S


def test_row_19_page_that_does_not_read_among_a_thousand(cluster: Any) -> None:
    room_id = scenes.a_live_room(clock.now()).room_id
    with (
        pages.running(cluster, patience_ticks=10, tick_ms=50) as gateway,
        crowd_in(gateway, room_id, OTHERS, seconds=10) as others,
        selling(room_id),
    ):
        others.go()
        alone = others.told()
        with crowd_in(gateway, room_id, 1, stalled=1):
            others.go()
            beside = others.told()
            write_until_closed(gateway, room_id)

    # Each of them has had every event, in both; how much later, the bench says.
    for told in (alone, beside):
        assert told["broadcasts"] == told["whole"] > 50
        assert told["closed"] == 0
    print(
        f"p99 of the last of {OTHERS}: {alone['last']['p99']:.1f} ms without it,"
        f" {beside['last']['p99']:.1f} ms with it"
    )


def write_until_closed(gateway: Gateway, room_id: UUID) -> None:
    """Enough that even the smallest buffer is full; then it is closed, and nobody else."""
    closed = 'laotie_gateway_closed_total{code="4008"}'
    pages.write_bags(room_id, 50, 60)
    pages.until_closed_as_slow(gateway)
    assert gateway.metric(closed) == 1


def test_row_20_thousands_come_back_at_once(cluster: Any) -> None:
    room_id = scenes.a_live_room(clock.now()).room_id
    with (
        pages.running(cluster) as gateway,
        crowd_in(gateway, room_id, THOUSANDS, seconds=2, spread_ms=round(SPREAD_S * 1000)) as crowd,
        selling(room_id),
    ):
        watch_on(crowd)
        openings = gateway.metric("laotie_gateway_openings_total")
        crowd.go("drop")
        told = crowd.told()

        # By the room, not by the viewer.
        assert gateway.metric("laotie_gateway_openings_total") <= openings + 20
        assert gateway.metric('laotie_gateway_entered_total{by="resume"}') >= 2 * THOUSANDS

    print(f"all were back {told['after_last_first_try_s']:.1f} s after the last first try")
    nobody_missed_anything(told)
    last = frames.position(room_id)
    assert last is not None
    assert last.seq > 50
    assert sql.rows("SELECT count(*) FROM live_spentticket") == [(0,)]
