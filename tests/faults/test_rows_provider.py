"""Rows of the failure table about the provider: 8 to 11, 13, 28. See docs/architecture/faults.md.

The provider is the lab's, a process of its own; where the road to it matters a proxy stands between.
"""

import itertools
import random
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from django.test import Client
from tests.builders import a_key, a_person, a_product, a_quote, a_shop, sku_ids
from tests.faults import chance
from tests.faults.proxy import Proxy
from tests.lab.harness import LabProcess, pointed_at, until
from tests.receiver import with_settings
from tests.surfaces.apps import app_of
from tests.usecases.live import scenes
from tests.usecases.payments import mail
from tests.usecases.payments.money import (
    Opened,
    captures,
    card,
    count,
    open_payment,
    published,
    request_refund,
    started,
    state,
)
from tests.usecases.payments.test_notices import BENT

from laotie.catalog import pictures, products
from laotie.kernel import clock, ids, sql
from laotie.payments import intents, notices, refunds
from laotie.payments.channels.breaker import SILENCES
from laotie.payments.intents import ProviderSilent
from laotie.payments.rules import OutgoingState, PaymentState
from laotie.trade import stock

pytestmark = [pytest.mark.faults, pytest.mark.usefixtures("db")]
PARTS_FEN = (4098, 4097)
PICTURE = Path(__file__).parent.parent.parent / "docs" / "images" / "wall-en.webp"


@pytest.fixture(autouse=True, scope="module")
def warm(door: str) -> None:
    """The first request of a process loads everything; no provider waits that long."""
    httpx.get(f"{door}/hooks/payments/lab", trust_env=False, timeout=60)


@pytest.fixture
def road(lab: LabProcess, door: str) -> Iterator[Proxy]:
    """The way from our processes to the provider; what it tells us comes straight."""
    with Proxy(("127.0.0.1", lab.port)) as proxy, pointed_at(proxy.url, door):
        yield proxy


def handle_all() -> None:
    notices.handle_due(now=clock.now() + timedelta(seconds=1))


def test_row_08_webhook_five_times_at_once(lab: LabProcess, door: str) -> None:
    opened, url = started()
    lab.choose(url, "silent")
    message = mail.paid(opened)

    with ThreadPoolExecutor(5) as threads:
        answers = list(threads.map(lambda _: mail.post(door, message), range(5)))
        list(threads.map(lambda _: intents.refresh(opened.id, now=clock.now()), range(5)))
    handle_all()

    assert [answer.status_code for answer in answers] == [200] * 5
    assert (count("pay_notice"), captures(opened)) == (1, 1)
    assert state(opened) == PaymentState.SUCCEEDED
    assert lab.effects(opened.out_no)["payment_captured"] == 1


def paid_and_refunded_there(lab: LabProcess, door: str) -> tuple[Opened, list[UUID]]:
    """A payment whose money came and went back in two parts, of which we know nothing any more.

    So it is where a replica took over that had not got so far: the payment waits for its buyer here,
    and the numbers of the refunds are those of ours that are lost.
    """
    opened, url = started()
    lab.choose(url, "silent")
    parts = [ids.new(), ids.new()]
    for part, amount_fen in zip(parts, PARTS_FEN, strict=True):
        wish = {
            "out_no": ids.public("rfd", part),
            "payment_out_no": opened.out_no,
            "amount_fen": amount_fen,
            "currency": "CNY",
            "note": "returned",
            "notify_url": f"{door}{mail.PATH}",
        }
        assert lab.ask("POST", "/v1/refunds", wish).is_success
    return opened, parts


def tell_in_order(door: str, opened: Opened, parts: list[UUID], order: tuple[int, ...]) -> None:
    """Four different notices; one that is refused is told again, as a provider does."""
    refunded = [
        mail.paid(opened, type="refund.settled", out_no=ids.public("rfd", part), amount_fen=fen)
        for part, fen in zip(parts, PARTS_FEN, strict=True)
    ]
    messages = [mail.paid(opened, type="payment.failed"), mail.paid(opened), *refunded]
    assert state(opened) == PaymentState.PENDING  # Nobody has asked yet.
    owed = []
    for place in order:
        was_paid = state(opened) == PaymentState.SUCCEEDED
        answer = mail.post(door, messages[place])
        is_early = place >= 2 and not was_paid
        assert answer.status_code == (400 if is_early else 200), (order, place)
        owed += [messages[place]] if is_early else []
        handle_all()
        if state(opened) == PaymentState.SUCCEEDED and not was_paid:
            # Now that the money is known, what is to go back is written down under its old numbers.
            for part, fen in zip(parts, PARTS_FEN, strict=True):
                request_refund(opened, fen, refund_id=part)
        # None of them moves money by itself: it goes back when the provider was asked.
        assert sql.rows("SELECT refunded_fen FROM pay_payment WHERE id = %s", [opened.id]) == [(0,)]
    for message in owed:
        assert mail.post(door, message).status_code == 200
    handle_all()
    early = "SELECT state, tries FROM pay_notice WHERE kind = 'refund.settled' AND out_no = ANY(%s)"
    numbers = [ids.public("rfd", part) for part in parts]
    kept = sql.rows(early, [numbers])
    assert len(kept) == 2
    assert all(waits == "RECEIVED" and tries >= 1 for waits, tries in kept)


def test_row_09_webhooks_reversed(lab: LabProcess, door: str) -> None:
    lab.fault("callback", "lost", times=1000)  # Only the four below are told.
    every = list(itertools.permutations(range(4)))
    reverse = (3, 2, 1, 0)
    drawn = random.Random(chance.SEED).sample(every, chance.rounds(2, 24))
    orders = [reverse, *(order for order in drawn if order != reverse)]
    journeys = [paid_and_refunded_there(lab, door) for _ in orders]
    numbers = [ids.public("rfd", part) for _, parts in journeys for part in parts]
    until(lambda: all("refund_settled" in lab.effects(number) for number in numbers))

    for order, (opened, parts) in zip(orders, journeys, strict=True):
        print(f"seed {chance.SEED}: {order}")
        tell_in_order(door, opened, parts, order)
    moment = clock.now() + timedelta(minutes=1)
    refunds.carry_on_due(now=moment)
    notices.handle_due(now=moment)

    # What was early is applied now, each effect once, here as there.
    ends = {(state(opened), captures(opened), card(opened).refunded_fen) for opened, _ in journeys}
    assert ends == {(PaymentState.PARTLY_REFUNDED, 1, sum(PARTS_FEN))}
    assert sql.rows("SELECT DISTINCT state FROM pay_notice") == [("HANDLED",)]
    assert count("pay_notice") == 4 * len(orders)
    for number in numbers:
        assert lab.effects(number) == {"refund_created": 1, "refund_settled": 1}
    settled = sql.rows(
        "SELECT count(*), count(DISTINCT subject) FROM event_log WHERE name = %s",
        ["payments.refund_settled"],
    )
    assert settled == [(len(numbers), len(numbers))]


def test_row_10_webhooks_that_prove_nothing(lab: LabProcess, door: str) -> None:
    opened, url = started()
    lab.choose(url, "silent")

    for name, (bent, _) in BENT.items():
        how = dict(bent)
        message = mail.paid(opened, **how.pop("change", {}))
        if "at" in how:
            how["at"] = clock.wall() + how["at"]
        answer = mail.post(door, message, **how)
        assert (answer.status_code, answer.json()) == (400, {"code": "NOTICE_REFUSED"}), name
    handle_all()

    assert mail.refusals() == [reason for _, reason in BENT.values()]
    assert (count("pay_notice"), captures(opened)) == (0, 0)
    assert state(opened) == PaymentState.PENDING


def test_row_11_webhook_never_comes(lab: LabProcess) -> None:
    opened, url = started()
    lab.fault("callback", "lost", times=10)
    lab.choose(url, "pay")

    waited = timedelta(0)
    while state(opened) != PaymentState.SUCCEEDED:
        waited += timedelta(seconds=2)
        assert waited <= timedelta(minutes=2)
        intents.follow_up(now=opened.now + waited)

    assert count("pay_notice") == 0
    assert captures(opened) == 1


def test_row_13_provider_whose_answers_are_lost(lab: LabProcess, road: Proxy) -> None:
    opened = open_payment()
    road.down.cut_after = 0

    with pytest.raises(ProviderSilent):
        intents.start(opened.id, now=opened.now)
    assert card(opened).is_unknown
    road.heal()
    lab.choose(intents.start(opened.id, now=opened.now).url, "silent")
    assert card(opened).state == PaymentState.SUCCEEDED
    assert lab.effects(opened.out_no) == {"payment_created": 1, "payment_captured": 1}

    refund_id = request_refund(opened, 4098)
    road.down.cut_after = 0
    refunds.carry_on_due(now=clock.now())
    road.heal()
    moment = clock.now()
    assert sql.rows("SELECT state FROM pay_refund") == [(OutgoingState.UNKNOWN.value,)]

    def is_settled() -> bool:
        nonlocal moment
        moment += timedelta(minutes=6)
        return refunds.carry_on(refund_id, now=moment) == OutgoingState.SETTLED

    until(is_settled)

    effects = lab.effects(ids.public("rfd", refund_id))
    assert (effects["refund_created"], effects["refund_settled"]) == (1, 1)
    assert (published("payments.refund_settled", refund_id), captures(opened)) == (1, 1)
    assert card(opened).refunded_fen == 4098


def test_row_28_media_host_away(lab: LabProcess, door: str) -> None:
    now, buyer = clock.now(), a_person()
    scene = scenes.a_live_room(now)
    shop, product = scene.shop, scene.product
    picture = pictures.store(actor=shop.owner, body=PICTURE.read_bytes(), shop_id=shop.id, now=now)
    products.change(actor=shop.owner, product_id=product.id, picture_files=[picture.file], now=now)
    app = app_of(buyer)

    with Proxy(("127.0.0.1", 1)) as away, with_settings(media_url=away.url):
        shown = Client().get(f"/product/{product.public_id}").content.decode()
        room = Client().get(f"/live/{ids.public('rom', scene.room_id)}").content.decode()
        quote = a_quote(buyer, {scene.sku_id: 1}, now=clock.now())
        body = {"quote_id": quote.public_id, "version": quote.version}
        placed = app.must(app.post("/orders", body, key=a_key()))
        link = app.must(app.post(f"/checkouts/{placed['group_id']}/pay", {}))
        lab.choose(link["url"], "silent")
        paid = app.must(app.post(f"/checkouts/{placed['group_id']}/payment/refresh"))

        assert away.accepted == 0  # Browsers ask it; none of ours does, nor waits for it.
    # What does not come has its place kept, and a word where it tells something.
    there = re.findall(rf'<img[^>]*src="{away.url}/[^>]*>', shown)
    assert there
    assert all(re.search(r'width="\d+" height="\d+"', each) for each in there)
    assert "，图 1" in shown
    assert f'src="{away.url}/media/live/' in room
    assert 'data-when="lost"' in room
    assert paid["state"] == "SUCCEEDED"


@pytest.mark.parametrize("fault", ["refuses", "is_black_hole"][: chance.rounds(1, 2)])
def test_row_28_provider_away(lab: LabProcess, road: Proxy, fault: str) -> None:
    shop, buyer = a_shop(), a_person()
    product = a_product(shop, 3990)
    (sku,) = sku_ids(product)
    stock.set_stock(actor=shop.owner, sku_id=sku, on_hand=5, now=clock.now())
    quote = a_quote(buyer, {sku: 1}, now=clock.now())
    app = app_of(buyer)
    setattr(road, fault, True)

    # Everything but paying goes on, and the button says why it does not.
    assert Client().get("/").status_code == 200
    assert Client().get(f"/product/{ids.public('prd', product.id)}").status_code == 200
    body = {"quote_id": quote.public_id, "version": quote.version}
    placed = app.must(app.post("/orders", body, key=a_key()))
    before = road.accepted
    asked = [app.post(f"/checkouts/{placed['group_id']}/pay", {}) for _ in range(20)]
    called = road.accepted - before

    assert {(no.status, no.code) for no in asked} == {(503, "PROVIDER_SILENT")}
    assert all(no.body["message"] for no in asked)
    assert called <= SILENCES + 1  # A provider that is away is let rest.
    assert count("pay_payment") == 1
    road.heal()

    def is_offered() -> str:
        link = app.post(f"/checkouts/{placed['group_id']}/pay", {})
        return str(link.body["url"]) if link.status == 200 else ""

    lab.choose(until(is_offered), "silent")
    paid = app.must(app.post(f"/checkouts/{placed['group_id']}/payment/refresh"))
    assert paid["state"] == "SUCCEEDED"
