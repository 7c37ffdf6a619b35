"""A real web process with more visitors than threads: who looks is sent away, who buys is not."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from tests import conftest as house
from tests import web_process

from laotie.runtime.postgres import Cluster

LOOKERS = 16
MOST_LOOKS = 20_000
ENGLISH = {"Accept-Language": "en"}


@pytest.mark.usefixtures("db")
def test_browsing_makes_way_for_carts(cluster: Cluster, tmp_path: Path) -> None:
    url = cluster.url("laotie_app", house.DATABASE)
    sent_away = threading.Event()
    told: list[httpx.Response] = []
    carts: list[int] = []

    with web_process.serving(url, tmp_path, WEB_PROCESSES="1", WEB_THREADS="2") as web:

        def look() -> None:
            with httpx.Client(trust_env=False, timeout=60) as visitor:
                for _ in range(MOST_LOOKS // LOOKERS):
                    if sent_away.is_set():
                        return
                    answer = visitor.get(f"{web.origin}/search?q=tea", headers=ENGLISH)
                    if answer.status_code != 200:
                        told.append(answer)
                        sent_away.set()

        with ThreadPoolExecutor(LOOKERS) as lookers:
            looking = [lookers.submit(look) for _ in range(LOOKERS)]
            with httpx.Client(trust_env=False, timeout=60) as buyer:
                while not all(each.done() for each in looking):
                    carts.append(buyer.get(f"{web.origin}/cart").status_code)

    for each in looking:
        each.result()
    assert {(answer.status_code, answer.headers["Retry-After"]) for answer in told} == {(503, "2")}
    assert "Very busy right now. Nothing was done." in told[0].text
    assert set(carts) == {200}
