"""The provider's word and the end of a sale, through the front door and at the same moment.

As in `test_http_sale`: what each guard prevents is shown next to it.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

import httpx
import psycopg
import pytest
from tests import racing
from tests.builders import (
    ShopOfOne,
    a_key,
    a_person,
    a_quote,
    a_shipped_order,
    a_shop,
    a_stocked_sku,
    see,
)
from tests.lab.harness import LabProcess, pointed_at, until
from tests.outside import World
from tests.races.front_door import endings, placing, rows, take_guard
from tests.surfaces.apps import app_of
from tests.usecases.payments import mail
from tests.web_process import Web, Wish

from laotie.kernel import clock, event_log, ids, sql
from laotie.kernel.actor import Actor
from laotie.ledger import queries as ledger
from laotie.ledger.verify import verify
from laotie.runtime import wiring
from laotie.trade import checkouts, fulfilment, refunds, stock

MEETING = 77
WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted"


# -- The provider tells ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bought:
    """A placed order that its buyer paid at the provider, who has told nobody yet."""

    buyer: Actor
    token: str
    sku: UUID
    order_id: UUID
    group: str
    out_no: str
    total_fen: int

    @property
    def refresh(self) -> Wish:
        return Wish(self.token, f"/checkouts/{self.group}/payment/refresh")

    def notice(self, **changes: object) -> dict[str, object]:
        said = mail.paid(self, amount_fen=self.total_fen)  # type: ignore[arg-type]
        return {**said, **changes}


def a_silent_payment(web: Web, lab: LabProcess, *, units: int = 2) -> Bought:
    sku, buyer = a_stocked_sku(a_shop(), on_hand=5), a_person()
    quote = a_quote(buyer, {sku: units}, now=clock.now())
    wish = placing(buyer, quote, a_key())
    placed = web.ask(wish).json()
    link = web.ask(Wish(wish.token, f"/checkouts/{placed['group_id']}/pay")).json()
    assert lab.choose(link["url"], "silent").status_code == 303
    order_id = ids.parse("ord", placed["orders"][0]["order_id"])
    return Bought(
        buyer,
        wish.token,
        sku,
        order_id,
        placed["group_id"],
        link["payment_id"],
        placed["total_fen"],
    )


@pytest.fixture
def lab(lab_process: LabProcess, web: Web) -> Iterator[LabProcess]:
    """The provider, known to this process as well, in the mood to tell nothing."""
    lab_process.calm()
    with pointed_at(lab_process.url, web.origin):
        yield lab_process
        lab_process.calm()


def read_all() -> None:
    """Every consumer has read to the end of the log."""
    while sum(event_log.read_on(each) + event_log.retry_due(each) for each in wiring.consumers()):
        pass


def captures() -> int:
    ((count,),) = sql.rows(
        "SELECT count(*) FROM event_log WHERE name = 'payments.payment_captured'"
    )
    return int(count)


@pytest.mark.usefixtures("db")
def test_five_callbacks_at_once_are_one_capture_and_five_acknowledgements(
    web: Web, lab: LabProcess
) -> None:
    bought = a_silent_payment(web, lab)
    message = bought.notice()

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: mail.post(web.origin, message), range(5)))
    asked = web.together([bought.refresh] * 5)
    read_all()

    assert [answer.status_code for answer in answers] == [200] * 5
    assert {answer.json()["state"] for answer in asked} == {"SUCCEEDED"}
    assert (rows("pay_notice"), captures()) == (1, 1)
    assert see(bought.buyer, bought.order_id).state == "PAID"
    held = ledger.order_money([bought.order_id])[bought.order_id]
    assert (held.paid_fen, held.held_fen) == (bought.total_fen, bought.total_fen)
    assert lab.effects(bought.out_no)["payment_captured"] == 1


def test_without_the_unique_event_copies_are_kept_or_fail(
    guards: str, unguarded_web: Web, lab_process: LabProcess
) -> None:
    with psycopg.connect(guards) as owner:
        names = [
            name
            for (name,) in owner.execute(
                "SELECT conname FROM pg_constraint"
                " WHERE conrelid = 'pay_notice'::regclass AND contype = 'u'"
            )
        ]
    take_guard(
        guards,
        *[f"ALTER TABLE pay_notice DROP CONSTRAINT {name}" for name in names],
        # Every copy waits after its insert, until some of them have met there.
        "CREATE FUNCTION meet() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" PERFORM pg_advisory_xact_lock_shared({MEETING}); RETURN NULL; END $$",
        "CREATE TRIGGER meet AFTER INSERT ON pay_notice FOR EACH ROW EXECUTE FUNCTION meet()",
    )
    bought = a_silent_payment(unguarded_web, lab_process)
    message = bought.notice()

    with psycopg.connect(guards, autocommit=True) as gate, ThreadPoolExecutor(5) as pool:
        gate.execute("SELECT pg_advisory_lock(%s)", [MEETING])
        sent = [pool.submit(mail.post, unguarded_web.origin, message) for _ in range(5)]
        until(lambda: gate.execute(WAITING, [MEETING]).fetchone() >= (2,))
        gate.execute("SELECT pg_advisory_unlock(%s)", [MEETING])
        answers = [each.result() for each in sent]
    late = mail.post(unguarded_web.origin, message)

    assert names
    # With the guard each copy is acknowledged.
    assert [answer.status_code for answer in [*answers, late]] != [200] * 6


BENT = {
    "forged": {"key": "55" * 32},
    "stale": {"at": -timedelta(minutes=6)},
    "a fen more": {"amount_fen": 1},
    "a fen less": {"amount_fen": -1},
    "another currency": {"currency": "USD"},
    "another merchant": {"merchant_no": "somebody"},
}


@pytest.mark.usefixtures("db")
def test_callbacks_that_prove_nothing_are_refused_and_change_nothing(
    web: Web, lab: LabProcess
) -> None:
    bought = a_silent_payment(web, lab)

    def send(bent: dict[str, object]) -> httpx.Response:
        change, how = dict(bent), {}
        if "key" in change:
            how["key"] = change.pop("key")
        if "at" in change:
            how["at"] = clock.wall() + change.pop("at")
        if "amount_fen" in change:
            change["amount_fen"] = bought.total_fen + change["amount_fen"]
        return mail.post(web.origin, bought.notice(**change), **how)

    with ThreadPoolExecutor(len(BENT)) as pool:
        answers = list(pool.map(send, BENT.values()))
    read_all()

    assert [answer.status_code for answer in answers] == [400] * len(BENT)
    assert {answer.json()["code"] for answer in answers} == {"NOTICE_REFUSED"}
    assert (rows("pay_notice"), captures()) == (0, 0)
    assert see(bought.buyer, bought.order_id).state == "PENDING_PAYMENT"
    assert sorted(mail.refusals()) == [
        "forged", "stale", "wrong_amount", "wrong_amount", "wrong_currency", "wrong_merchant",
    ]  # fmt: skip


@pytest.mark.usefixtures("db")
def test_money_and_the_end_of_the_window_agree(web: Web, lab: LabProcess) -> None:
    for _ in range(3):
        bought = a_silent_payment(web, lab)
        over = clock.now() + timedelta(minutes=16)

        ends = racing.together(
            [
                partial(mail.post, web.origin, bought.notice()),
                partial(web.together, [bought.refresh] * 3),
                partial(checkouts.expire_due, now=over),
                read_all,
            ]
        )
        read_all()

        assert racing.faults(ends) == []
        assert {answer.json()["state"] for answer in ends[1]} == {"SUCCEEDED"}
        # Whoever came first: late money finds the goods still there and revives the order.
        assert see(bought.buyer, bought.order_id).state == "PAID"
        assert stock.available([bought.sku]) == {bought.sku: 3}
        assert ledger.order_money([bought.order_id])[bought.order_id].held_fen == bought.total_fen
    assert (captures(), rows("trade_lost_payment")) == (3, 0)


@pytest.mark.usefixtures("db")
def test_money_and_a_cancellation_agree(web: Web, lab: LabProcess) -> None:
    for _ in range(3):
        bought = a_silent_payment(web, lab)
        cancel = Wish(bought.token, f"/orders/{ids.public('ord', bought.order_id)}/cancel")

        ends = racing.together(
            [partial(web.together, [bought.refresh, cancel, bought.refresh, cancel]), read_all]
        )
        read_all()

        assert racing.faults(ends) == []
        assert {answer.status_code for answer in ends[0]} == {200}
        page = see(bought.buyer, bought.order_id)
        ((lost,),) = sql.rows(
            "SELECT count(*) FROM trade_lost_payment WHERE group_id = %s",
            [ids.parse("grp", bought.group)],
        )
        # Paid first: the cancellation refunds it. Cancelled first: the money goes straight back.
        assert (page.state, page.refunded_fen, lost) in {
            ("PAID", bought.total_fen, 0),
            ("CLOSED_UNPAID", 0, 1),
        }
        assert stock.available([bought.sku]) == {bought.sku: 5}
    assert captures() == 3
    assert verify() == []


# -- Settlement --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shipped:
    shop: ShopOfOne
    buyer: Actor
    order_id: UUID

    def wish(self, who: Actor, verb: str, body: object = None, key: str = "") -> Wish:
        return Wish(
            app_of(who).token, f"/orders/{ids.public('ord', self.order_id)}/{verb}", body, key
        )


def a_parcel_on_its_way(world: World) -> Shipped:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop, 3990)
    return Shipped(shop, buyer, a_shipped_order(world, shop, buyer, {sku: 2}, now=clock.now()))


def settled() -> int:
    ((count,),) = sql.rows("SELECT count(*) FROM event_log WHERE name = 'ledger.order_settled'")
    return int(count)


def test_eight_confirmations_and_the_timer_settle_once(web: Web, world: World) -> None:
    shipped = a_parcel_on_its_way(world)
    later = clock.now() + timedelta(days=11)

    ends = racing.together(
        [
            partial(web.together, [shipped.wish(shipped.buyer, "confirm")] * 8),
            partial(fulfilment.receive_due, now=later),
        ]
    )

    assert racing.faults(ends) == []
    assert endings(ends[0]) == {(200, ""): 8}
    assert {answer.json()["state"] for answer in ends[0]} == {"RECEIVED"}
    assert settled() == 1
    money = ledger.order_money([shipped.order_id])[shipped.order_id]
    assert (money.paid_fen, money.refunded_fen, money.held_fen) == (7980, 0, 0)
    assert verify() == []


def test_a_granted_refund_and_a_confirmation_end_in_one_state(web: Web, world: World) -> None:
    for turn in range(1, 4):
        shipped = a_parcel_on_its_way(world)
        refund = refunds.request(
            actor=shipped.buyer,
            order_id=shipped.order_id,
            units={1: 1},
            reason="broken",
            key=a_key(),
            now=clock.now(),
        )
        merchant = app_of(shipped.shop.owner).token
        grant = Wish(merchant, f"/refunds/{refund.public_id}/grant")
        confirm = shipped.wish(shipped.buyer, "confirm")

        answers = web.together([grant, confirm] * 3)
        world.money_goes_back(now=clock.now())

        assert endings(answers) == {(200, ""): 6}
        page = see(shipped.buyer, shipped.order_id)
        assert (page.state, page.refunded_fen) == ("RECEIVED", 3990)
        money = ledger.order_money([shipped.order_id])[shipped.order_id]
        assert (money.paid_fen, money.refunded_fen, money.held_fen) == (7980, 3990, 0)
        assert settled() == turn
    assert verify() == []
