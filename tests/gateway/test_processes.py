"""Several gateway processes behind one port, as the supervisor starts them."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from django.db import connections
from tests import builders
from tests.gateway import brokers, pages
from tests.gateway.pages import Gateway
from tests.lab.harness import until
from tests.ports import free_port
from tests.usecases.live import scenes

from laotie.kernel import clock
from laotie.live import stage
from laotie.runtime import config as configuration
from laotie.runtime import supervisor

PATIENCE_S = 60.0


@contextmanager
def two_processes(cluster: Any, data: Path, **settings: str) -> Iterator[list[psutil.Process]]:
    """`laotie gateway --number 1` and `2`; the first is asked for by the tests' own port."""
    database = connections["default"].settings_dict["NAME"]
    environment = os.environ | {
        "LAOTIE_DATABASE_URL": cluster.url("laotie_app", str(database)),
        "LAOTIE_DATA": str(data),
        "LAOTIE_GATEWAY_PROCESSES": "2",
        "LAOTIE_PUBLIC_URL": pages.ORIGIN,
        **settings,
    }
    parts = [
        part
        for part in supervisor.parts_of(configuration.load(environment))
        if part.name.startswith("gateway")
    ]
    (data / "run").mkdir()
    children = [
        subprocess.Popen([sys.executable, "-m", "laotie", *part.arguments], env=environment)
        for part in parts
    ]
    try:
        until = time.monotonic() + PATIENCE_S
        for part, child in zip(parts, children, strict=True):
            while not Path(part.alive).exists():
                assert child.poll() is None, "a gateway ended"
                assert time.monotonic() < until, "a gateway did not start"
                time.sleep(0.05)
        yield [psutil.Process(child.pid) for child in children]
    finally:
        for child in children:
            child.kill()
            child.wait()


def sockets_of(process: psutil.Process) -> int:
    """Viewers that this process serves, as the system counts them."""
    ports = {each.laddr.port for each in process.net_connections() if each.status == "LISTEN"}
    return sum(
        each.status == "ESTABLISHED" and each.laddr.port in ports
        for each in process.net_connections()
    )


def follow(page: pages.Page, seq: int) -> None:
    while page.last_seq < seq:
        page.until(lambda _: True)


def test_two_processes_on_one_port_are_one_gateway(cluster: Any, db: None, tmp_path: Path) -> None:
    scene, port = scenes.a_live_room(clock.now()), free_port()
    gateway = Gateway("", port, {})
    with (
        brokers.running() as broker,
        two_processes(
            cluster, tmp_path, LAOTIE_GATEWAY_PORT=str(port), LAOTIE_NATS_URL=broker.url
        ) as processes,
    ):
        crowd = [pages.enter(gateway, scene.room_id, builders.a_person()) for _ in range(16)]
        first = crowd[0].last_seq
        assert min(map(sockets_of, processes)) > 0
        assert sum(map(sockets_of, processes)) == 16

        for page in crowd:
            page.send(t="like", n=2)
        crowd[0].send(t="say", id="1", text="大家好")
        now = clock.now()
        stage.pin(actor=scene.host, room_id=scene.room_id, product_id=scene.product.id, now=now)
        for page in crowd:
            page.until_counts(viewers=16, likes=32)
            follow(page, first + 2)
        together = gateway.metric("laotie_gateway_connections")
        until(lambda: gateway.metric('laotie_gateway_driver_up{driver="nats"}') == 1)
        assert gateway.metric('laotie_gateway_driver_up{driver="postgres"}') == 1
        entered = gateway.metric('laotie_gateway_entered_total{by="ticket"}')

        victim = processes[0]
        thrown_out = sockets_of(victim)
        victim.kill()
        victim.wait()
        stage.unpin(actor=scene.host, room_id=scene.room_id, now=clock.now())
        reached = 0
        for page in crowd:
            try:
                follow(page, first + 3)
            except pages.ConnectionClosed:
                reached += 1
                page.socket = pages.come_back(gateway, scene.room_id, page).socket
                follow(page, first + 3)
        pages.hang_up()

    assert (together, entered) == (16, 16)
    assert reached == thrown_out
    assert [page.seqs() for page in crowd] == [[first + 1, first + 2, first + 3]] * 16
