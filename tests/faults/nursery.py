"""Children that die at a named point: one warm process forks one for each death.

What a child does is one of `ACTS`; the test does the same afterwards, as a person who saw an error
asks again. Arguments are texts and numbers, as they travel to the child as JSON.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).parent.parent.parent
KILLED = 137
Wish = Mapping[str, Any]
Acts = dict[str, Callable[..., Any]]


class Nursery:
    """A process that has loaded everything and opened nothing."""

    def __init__(self, database_url: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            cwd=ROOT,
            env={**os.environ, "LAOTIE_DATABASE_URL": database_url, "LAOTIE_LAB": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def exit_code(self, point: str, act: str, wish: Wish) -> int:
        """How a child ended that was to die the first time it comes by this point."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([f"{point}:1", act, dict(wish)]) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate(timeout=20)


def main() -> None:
    """Read a line, fork a child, tell how it ended; until there are no more lines."""
    import django

    django.setup()
    acts = load()
    for line in sys.stdin:
        point, act, wish = json.loads(line)
        pid = os.fork()
        if pid == 0:
            os.dup2(2, 1)  # What it has to say is not for whoever reads our answers.
            os.environ["LAOTIE_CRASH_AT"] = point
            code = 1
            try:
                acts[act](**wish)
                code = 0
            finally:
                os._exit(code)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def load() -> Acts:
    """What can be done, by name. Needs Django set up."""
    return {**_of_buyers(), **_of_shops(), **_of_money(), **_of_workers()}


def _by_name(*acts: Callable[..., Any]) -> Acts:
    return {act.__name__: act for act in acts}


def _who(person: str) -> Any:
    from laotie.accounts import roles

    return roles.actor_of(UUID(person), "test")


def _of_buyers() -> Acts:
    """Orders, payments, taps and wishes for money back."""
    from tests.builders import NOW
    from tests.surfaces.apps import App

    from laotie.trade import flash, orders, refunds

    def post(token: str, path: str, body: Any, key: str) -> Any:
        answer = App(token).post(path, body, key=key)
        return answer.status, answer.body

    def place(buyer: str, quote: str, version: int, key: str) -> Any:
        return orders.place(
            actor=_who(buyer), quote_id=UUID(quote), version=version, key=key, now=NOW
        )

    def pay(buyer: str, group: str) -> Any:
        return orders.pay(actor=_who(buyer), group_id=UUID(group), now=NOW)

    def buy(wish: Mapping[str, Any]) -> Any:
        uuids = {name: UUID(value) for name, value in wish.items() if name.endswith("_id")}
        (verdict,) = flash.buy_batch([flash.Wish(**{**wish, **uuids})], now=NOW)
        return verdict

    def confirm(buyer: str, order: str) -> Any:
        return orders.confirm(actor=_who(buyer), order_id=UUID(order), now=NOW)

    def cancel(buyer: str, order: str) -> Any:
        return orders.cancel(actor=_who(buyer), order_id=UUID(order), now=NOW)

    def refund(buyer: str, order: str, key: str) -> Any:
        return refunds.request(
            actor=_who(buyer), order_id=UUID(order), units={1: 1}, reason="broken", key=key, now=NOW
        )

    return _by_name(post, place, pay, buy, confirm, cancel, refund)


def _of_shops() -> Acts:
    """Parcels, refunds granted and money asked for."""
    from tests.builders import NOW

    from laotie.ledger import payouts
    from laotie.ledger.terms import Party
    from laotie.trade import orders, refunds

    def ship(owner: str, order: str) -> Any:
        return orders.ship(actor=_who(owner), order_id=UUID(order), carrier="lab", now=NOW)

    def grant(owner: str, refund: str) -> Any:
        return refunds.grant(actor=_who(owner), refund_id=UUID(refund), now=NOW)

    def pay_out(owner: str, shop: str, amount_fen: int, key: str) -> Any:
        party = Party("shop", UUID(shop))
        return payouts.request(
            actor=_who(owner), party=party, amount_fen=amount_fen, key=key, now=NOW
        )

    return _by_name(ship, grant, pay_out)


def _of_money() -> Acts:
    """What goes to the provider and the carrier and comes from them."""
    from tests.builders import NOW
    from tests.lab.harness import pointed_at
    from tests.outside import stand_in

    from laotie.delivery import shipments
    from laotie.kernel import clock
    from laotie.payments import channels, intents
    from laotie.payments import refunds as paid_refunds
    from laotie.payments.models import Payment

    def take_money(payment: str) -> Any:
        row = Payment.objects.get(pk=payment)
        offered = channels.PaymentOrder(
            row.out_no, row.amount_fen, row.currency, row.subject, row.pay_by, ""
        )
        with stand_in() as world:
            world.provider.create(offered)
            world.provider.take_money(row.out_no, NOW)
            return intents.refresh(row.id, now=NOW)

    def give_money_back(lab_url: str, public_url: str, refund: str) -> Any:
        with pointed_at(lab_url, public_url):
            return paid_refunds.carry_on(UUID(refund), now=clock.now())

    def label(lab_url: str, public_url: str) -> Any:
        with pointed_at(lab_url, public_url):
            return shipments.label_due(now=clock.now())

    return _by_name(take_money, give_money_back, label)


def _of_workers() -> Acts:
    """Jobs, readers and what falls due."""
    from tests import receiver
    from tests.builders import NOW

    from laotie.accounts import deliveries as notice_deliveries
    from laotie.integrations import deliveries as event_deliveries
    from laotie.kernel import event_log, running
    from laotie.runtime import wiring
    from laotie.trade import checkouts, fulfilment

    consumers = {consumer.name: consumer for consumer in wiring.consumers()}
    an_hour, ten_days = timedelta(hours=1), timedelta(days=10)

    def send_notices(hours: int) -> Any:
        with receiver.reaching_here():
            return notice_deliveries.send_due(now=NOW + hours * an_hour)

    def send_events(hours: int) -> Any:
        with receiver.reaching_here():
            return event_deliveries.send_due(now=NOW + hours * an_hour)

    def advance(run: str) -> Any:
        wiring.register_jobs()
        return running.advance(run)

    def read_on(consumer: str) -> Any:
        return event_log.read_on(consumers[consumer])

    def expire() -> Any:
        return checkouts.expire_due(now=NOW + an_hour)

    def receive() -> Any:
        return fulfilment.receive_due(now=NOW + ten_days)

    def complete() -> Any:
        return fulfilment.complete_due(now=NOW + ten_days)

    return _by_name(send_notices, send_events, advance, read_on, expire, receive, complete)


if __name__ == "__main__":
    main()
