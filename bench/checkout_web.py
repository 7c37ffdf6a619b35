"""From the cart to PAID over HTTP: the everyday purchase, through the whole set.

Each buyer puts two things aside, asks what they cost, orders, opens the payment, presses "pay" at
the lab's provider, and looks at the order until it says PAID: the provider has called back then and
the notice has been taken. One process of sixteen buyers, each with the next purchase as soon as the
last is paid. `order placed` is the answer to the order alone. At the end every order that was said
to be paid is paid in the database, once, and the ledger and all invariants hold.

The floor is the same buyers with the same requests before the same web server, around an
application that knows the answers of one real purchase by heart: nothing is asked, reckoned or
kept, and the money is there at once. So a ratio near 1 cannot be; it says what a purchase costs
above being talked about.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import uuid
from collections.abc import Callable, Mapping
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from bench import _machine, _pairs, _server, _web, _whole
from bench._pairs import Measure
from bench._report import Latency, Options, Report

_BUYERS = 16
_PAID_WITHIN_S = 60.0
_LOOKS_EVERY_S = 0.05


def run(options: Options) -> Report:
    """Paid orders a second, and how long one takes."""
    report = Report("checkout-web", options)
    with _server.house(), tempfile.TemporaryDirectory(prefix="laotie-checkout-") as name:
        base = Path(name)
        base.chmod(0o711)  # The account of the database passes it.
        from laotie.runtime import line

        with _whole.started(base / "data") as whole:
            line.point_at(whole.database_url())
            wish = {"port": whole.port, "seconds": options.seconds, **_populate(options)}
            # Templates and statements are warm then, and the answers of one purchase known.
            _, first = _buy(wish | {"seconds": 0.5}, whole.processor_s)
            placed = []

            def ours() -> Measure:
                measure, told = _buy(wish, whole.processor_s)
                placed.append(Latency.of(told["placed_ms"]))
                report.proof("said to be paid and is not, once", _not_paid(told["orders"]))
                return measure

            with _web.recorded(os.environ, first["said"]) as raw:
                by_heart = wish | {"port": raw.port, "bank_port": raw.port}
                pairs = _pairs.interleave(
                    lambda: _buy(by_heart, raw.processor_s)[0], ours, options=options
                )
            row = _pairs.tell(report, "cart to paid", "orders/s", pairs)
            ordering = Latency.median(placed)
            report.note(f"order placed, of that: {ordering}")
            report.note(f"{row.cpu_us['all parts'] / 1000:.1f} ms of processor for each purchase")
            report.proof("findings of the ledger and the invariants", _findings())
    return report


def _populate(options: Options) -> dict[str, Any]:
    """A shop with goods enough, and signed-in buyers with an address."""
    from tests import builders
    from tests.surfaces.apps import app_of

    from laotie.kernel import clock, ids
    from laotie.trade import stock

    now, shop = clock.now(), builders.a_shop()
    skus = []
    for n in range(20):
        product = builders.a_product(shop, 3990, title=f"茶{n}")
        sku_id = product.skus[0].id
        stock.set_stock(actor=shop.owner, sku_id=sku_id, on_hand=100_000, now=now)
        skus.append(ids.public("sku", sku_id))
    buyers = []
    for _ in range(4 if options.is_small else _BUYERS):
        buyer = builders.a_person()
        address = builders.an_address(buyer)
        buyers.append({"token": app_of(buyer).token, "address": ids.public("adr", address.id)})
    return {"skus": skus, "buyers": buyers}


def _buy(
    wish: Mapping[str, Any], processor_s: Callable[[], float]
) -> tuple[Measure, dict[str, Any]]:
    with _machine.metered({"all parts": processor_s}) as spent:
        done = subprocess.run(
            [sys.executable, "-m", "bench.checkout_web"],
            input=json.dumps(wish), capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"the buyers failed: {done.stderr[-1500:]}")
    told: dict[str, Any] = json.loads(done.stdout)
    measure = Measure(
        units=len(told["orders"]),
        seconds=told["seconds"],
        cpu_s=spent.cpu_s,
        latency=Latency.of(told["paid_ms"]),
        generator_s=told["processor_s"],
        busy=spent.busy,
    )
    return measure, told


def _not_paid(orders: list[str]) -> int:
    """How many of these are not paid in the database by exactly one payment."""
    from laotie.kernel import ids, sql

    rows = sql.rows(
        "SELECT count(*) FROM trade_order o WHERE o.id = ANY (%s) AND o.paid_at IS NOT NULL"
        " AND 1 = (SELECT count(*) FROM pay_payment p"
        "          WHERE p.group_id = o.group_id AND p.state = 'SUCCEEDED')",
        [[ids.parse("ord", each) for each in orders]],
    )
    return len(orders) - int(rows[0][0])


def _findings() -> int:
    """Asked when the events' readers have caught up."""
    from laotie.ledger import verify
    from laotie.runtime import invariants

    until = time.monotonic() + _PAID_WITHIN_S
    while (found := len(verify.verify()) + len(invariants.broken())) and time.monotonic() < until:
        time.sleep(1)
    return found


# -- The buyers, in a process of their own -------------------------------------------------------


class _Buyer:
    """One person with one open connection to the shop."""

    def __init__(self, port: int, who: Mapping[str, str], bank_port: int | None) -> None:
        self._shop = HTTPConnection("127.0.0.1", port, timeout=_PAID_WITHIN_S)
        self._who = who
        self._bank_port = bank_port
        self.said: dict[str, tuple[int, str]] = {}
        self.orders: list[str] = []
        self.placed_ms: list[float] = []
        self.paid_ms: list[float] = []

    def buy(self, skus: list[str]) -> None:
        self.said.clear()
        began = time.perf_counter()
        for sku in skus:
            self._ask("POST", "/cart/lines", {"sku_id": sku})
        quote = self._ask("POST", "/cart/quote", {"address_id": self._who["address"]})
        asked = time.perf_counter()
        wish = {"quote_id": quote["quote_id"], "version": quote["version"]}
        placed = self._ask("POST", "/orders", wish)
        self.placed_ms.append((time.perf_counter() - asked) * 1000)
        link = self._ask("POST", f"/checkouts/{placed['group_id']}/pay", {"return_path": ""})
        self._press_pay(link["url"])
        order = placed["orders"][0]["order_id"]
        while self._ask("GET", f"/orders/{order}")["state"] != "PAID":
            if time.perf_counter() - began > _PAID_WITHIN_S:
                raise RuntimeError(f"{order} was not paid within {_PAID_WITHIN_S:.0f} s")
            time.sleep(_LOOKS_EVERY_S)
        self.paid_ms.append((time.perf_counter() - began) * 1000)
        self.orders.append(order)

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"X-Session-Token": self._who["token"], "Idempotency-Key": uuid.uuid4().hex}
        headers |= {"Content-Type": "application/json"} if body is not None else {}
        text = None if body is None else json.dumps(body)
        self._shop.request(method, f"/api/v1{path}", text, headers)
        answer = self._shop.getresponse()
        said = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {said[:300]!r}")
        self.said[f"{method} /api/v1{path}"] = (answer.status, said.decode())
        return json.loads(said)

    def _press_pay(self, url: str) -> None:
        parts = urllib.parse.urlsplit(url)
        port = self._bank_port or parts.port
        bank = HTTPConnection(parts.hostname or "", port, timeout=_PAID_WITHIN_S)
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        bank.request("POST", f"{parts.path}?{parts.query}", "choice=pay", form)
        answer = bank.getresponse()
        answer.read()
        bank.close()
        self.said[f"POST {parts.path}"] = (answer.status, "")
        if answer.status != 303:
            raise RuntimeError(f"the provider's page answered {answer.status}")


def _all_buy(wish: Mapping[str, Any]) -> dict[str, Any]:
    buyers = [_Buyer(wish["port"], who, wish.get("bank_port")) for who in wish["buyers"]]
    troubles: list[BaseException] = []
    began, used = time.perf_counter(), time.process_time()

    def go_shopping(buyer: _Buyer, number: int) -> None:
        try:
            while not troubles and time.perf_counter() - began < wish["seconds"]:
                turn = number + len(buyer.orders)
                buyer.buy([wish["skus"][turn % len(wish["skus"])] for turn in (turn, turn + 7)])
        except Exception as trouble:  # noqa: BLE001 - told by the main thread, which ends the run.
            troubles.append(trouble)

    threads = [
        threading.Thread(target=go_shopping, args=(buyer, number))
        for number, buyer in enumerate(buyers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]
    return {
        "orders": [order for buyer in buyers for order in buyer.orders],
        "said": buyers[0].said,
        "placed_ms": [each for buyer in buyers for each in buyer.placed_ms],
        "paid_ms": [each for buyer in buyers for each in buyer.paid_ms],
        "seconds": time.perf_counter() - began,
        "processor_s": time.process_time() - used,
    }


if __name__ == "__main__":
    print(json.dumps(_all_buy(json.loads(sys.stdin.read()))))
