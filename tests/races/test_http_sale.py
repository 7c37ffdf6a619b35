"""The same races through the front door: the real web process, real sockets, many clients at once.

What each guard prevents is shown next to it, in a database of the test's own in which that guard
is taken away. Pairs below the API (row locks, the ledger) have their twins in `test_trade_races`,
`test_ledger_races` and `tests/usecases/payments/test_notices.py`.
"""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

import httpx
import psycopg
import pytest
from tests import conftest as house
from tests import racing, web_process
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
from tests.emptying import Emptier
from tests.lab.harness import LabProcess, pointed_at, until
from tests.outside import World
from tests.surfaces.apps import app_of
from tests.usecases.payments import mail
from tests.web_process import Web, Wish

from laotie.kernel import clock, event_log, ids, sql
from laotie.kernel.actor import Actor
from laotie.ledger import queries as ledger
from laotie.ledger.verify import verify
from laotie.runtime import database as databases
from laotie.runtime import line, wiring
from laotie.runtime.postgres import Cluster
from laotie.trade import checkouts, fulfilment, refunds, stock
from laotie.trade.quotes import Quote

UNGUARDED = "unguarded_http"
MEETING = 77
WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted"


@pytest.fixture(scope="module")
def web(
    cluster: Cluster,
    _emptier: Emptier,
    lab_process: LabProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Web]:
    url = cluster.url("laotie_app", house.DATABASE)
    folder = tmp_path_factory.mktemp("web")
    with web_process.serving(url, folder, lab_url=lab_process.url) as web:
        yield web


@pytest.fixture(scope="module")
def unguarded_web(
    cluster: Cluster,
    _emptier: Emptier,
    lab_process: LabProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Web]:
    """A second web process, on a database whose guards may be broken."""
    databases.clone(cluster, house.TEMPLATE, UNGUARDED)
    url = cluster.url("laotie_app", UNGUARDED)
    folder = tmp_path_factory.mktemp("unguarded")
    with web_process.serving(url, folder, lab_url=lab_process.url) as web:
        yield web
    databases.drop(cluster, UNGUARDED)


@pytest.fixture
def guards(cluster: Cluster, unguarded_web: Web, db: None) -> Iterator[str]:
    """That database's owner; for one test this process looks at it as well."""
    line.point_at(cluster.url("laotie_app", UNGUARDED))
    yield cluster.url("laotie_owner", UNGUARDED)
    line.point_at(cluster.url("laotie_app", house.DATABASE))


def take_guard(owner_url: str, *statements: str) -> None:
    with psycopg.connect(owner_url, autocommit=True) as owner:
        for statement in statements:
            owner.execute(statement.encode())


def placing(buyer: Actor, quote: Quote, key: str) -> Wish:
    body = {"quote_id": quote.public_id, "version": quote.version}
    return Wish(app_of(buyer).token, "/orders", body, key)


def endings(answers: list[httpx.Response]) -> Counter[tuple[int, str]]:
    return Counter(
        (answer.status_code, answer.json().get("code", "") if answer.is_error else "")
        for answer in answers
    )


def rows(table: str) -> int:
    ((count,),) = sql.rows(f"SELECT count(*) FROM {table}")
    return int(count)


# -- Many buyers, few goods --------------------------------------------------------------------


def a_rush(web: Web, buyers: int, units: int) -> tuple[UUID, list[httpx.Response]]:
    """So many buyers for so many units; the SKU, and what each was answered."""
    sku, now = a_stocked_sku(a_shop(), on_hand=units), clock.now()
    crowd = [a_person() for _ in range(buyers)]
    wishes = [placing(buyer, a_quote(buyer, {sku: 1}, now=now), a_key()) for buyer in crowd]
    return sku, web.together(wishes)


@pytest.mark.usefixtures("db")
def test_a_hundred_buyers_for_ten_units_get_ten_orders_and_ninety_clear_refusals(web: Web) -> None:
    sku, answers = a_rush(web, 100, 10)

    assert endings(answers) == {(201, ""): 10, (409, "SOLD_OUT"): 90}
    for no in (answer.json() for answer in answers if answer.is_error):
        assert no["message"]
        assert no["facts"] == {"sku_id": ids.public("sku", sku), "remaining": 0}
    assert stock.available([sku]) == {sku: 0}
    assert sql.rows("SELECT on_hand, reserved FROM trade_stock") == [(10, 10)]
    assert sql.rows("SELECT count(*), count(DISTINCT buyer_id) FROM trade_order") == [(10, 10)]
    told = {answer.json()["orders"][0]["order_id"] for answer in answers if answer.is_success}
    kept = {ids.public("ord", id) for (id,) in sql.rows("SELECT id FROM trade_order")}
    assert told == kept


def test_with_read_add_write_instead_of_the_lock_more_is_sold_than_there_is(
    guards: str, unguarded_web: Web
) -> None:
    racing.replace_placing(guards, racing.read_add_write)

    _, answers = a_rush(unguarded_web, 40, 10)

    assert endings(answers)[201, ""] > 10
    assert rows("trade_order") > 10
    assert "trade.reserved_is_what_orders_wait_for" in str(house.broken_invariants())


# -- One click that arrives several times ------------------------------------------------------


def the_last_unit() -> tuple[Actor, Quote]:
    sku, buyer = a_stocked_sku(a_shop(), on_hand=1), a_person()
    return buyer, a_quote(buyer, {sku: 1}, now=clock.now())


@pytest.mark.usefixtures("db")
def test_one_click_that_arrives_twenty_times_is_one_order_and_one_answer(web: Web) -> None:
    wish = placing(*the_last_unit(), a_key())

    answers = web.together([wish] * 20, insists=True)

    assert endings(answers) == {(201, ""): 20}
    assert all(answer.json() == answers[0].json() for answer in [*answers, web.ask(wish)])
    assert rows("trade_order") == 1


@pytest.mark.usefixtures("db")
def test_a_click_that_comes_while_its_twin_is_under_way_is_told_to_come_back(web: Web) -> None:
    wish = placing(*the_last_unit(), a_key())

    answers = web.together([wish] * 20)

    assert endings(answers).keys() <= {(201, ""), (503, "BUSY")}
    assert all("Retry-After" in answer.headers for answer in answers if answer.is_error)
    assert rows("trade_order") == 1


def test_with_no_memory_of_keys_a_second_click_is_told_that_all_is_sold(
    guards: str, unguarded_web: Web
) -> None:
    racing.replace_placing(guards, racing.replays_before_the_lock)
    take_guard(
        guards,
        "CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN NEW.scope := NEW.scope || random(); RETURN NEW; END $$",
        "CREATE TRIGGER forget BEFORE INSERT ON remembered_answer FOR EACH ROW EXECUTE FUNCTION forget()",
        "GRANT EXECUTE ON FUNCTION forget TO laotie_app",
    )

    answers = unguarded_web.together([placing(*the_last_unit(), a_key())] * 8, insists=True)

    assert endings(answers)[409, "SOLD_OUT"] > 0


@pytest.mark.usefixtures("db")
def test_a_key_that_comes_with_another_wish_is_refused(web: Web) -> None:
    shop, buyer, key = a_shop(), a_person(), a_key()
    first, second = (
        placing(buyer, a_quote(buyer, {a_stocked_sku(shop): 1}, now=clock.now()), key)
        for _ in range(2)
    )

    answers = web.together([first, second] * 6, insists=True)

    assert endings(answers) == {(201, ""): 6, (409, "KEY_REUSED"): 6}
    (accepted,) = {answer.json()["group_id"] for answer in answers if answer.is_success}
    assert accepted in {
        first.body["quote_id"].replace("qte", "grp"),
        second.body["quote_id"].replace("qte", "grp"),
    }
    assert all(answer.json()["message"] for answer in answers if answer.is_error)
    assert rows("trade_order") == 1


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
