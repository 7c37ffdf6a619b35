"""A product's page with variants, coupons and neighbours, as guests and a person get it over HTTP.

The product's web process against the same server with a constant answer of as many bytes; see
`bench.feed` for how to read it. `while it sells` changes the stock between visits, so that each
visitor is shown another number: nothing that was drawn before can be used.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from bench import _server, _web, _web_town
from bench._report import Options, Report
from bench._server import Server
from bench._web import Case
from bench._web_town import WebTown

_CHANGES_PER_S = 200


def run(options: Options) -> Report:
    """Requests a second and what each costs, by who asks."""
    report = Report("product", options)
    with _server.fresh() as server:
        town = _web_town.build(rooms=1)
        server.analyze()
        guest = {"Accept-Encoding": "gzip", "Cookie": _web_town.GUEST}
        person = {"Accept-Encoding": "gzip", "Cookie": town.cookie}
        cases = [
            Case("a guest's page", town.product_path, guest),
            Case("a guest's page asked again", town.product_path, guest, 304),
            Case("a person's page", town.product_path, person),
            Case("the API's answer to a guest", f"/api/v1/products/{town.product_ref}",
                 {"Accept-Encoding": "gzip"}),
        ]  # fmt: skip
        _web.compare(report, server, cases, options)
        with _selling(server, town):
            selling = [Case("a guest's page while it sells", town.product_path, guest)]
            _web.compare(report, server, selling, options)
    return report


@contextmanager
def _selling(server: Server, town: WebTown) -> Iterator[None]:
    """The stock of the product changes 200 times a second until the block ends."""
    stop = threading.Event()

    def sell() -> None:
        with psycopg.connect(server.app_url, autocommit=True) as connection:
            while not stop.is_set():
                connection.execute(
                    "UPDATE trade_stock SET reserved = (reserved + 1) %% 1000 WHERE sku_id = %s",
                    [town.sku_id],
                )
                time.sleep(1 / _CHANGES_PER_S)

    seller = threading.Thread(target=sell, name="seller")
    seller.start()
    try:
        yield
    finally:
        stop.set()
        seller.join()
