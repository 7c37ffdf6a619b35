"""A shop's events reach its endpoints: signed, at least once, tried again, and nobody else's."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from tests import builders, receiver
from tests.builders import NOW, ShopOfOne
from tests.outside import World, stand_in
from tests.receiver import Received, Receiver
from tests.usecases.ledger import books

from laotie.accounts import shops
from laotie.catalog import products
from laotie.events.payments import PayoutSettled
from laotie.integrations import deliveries, endpoints, handlers, models, news
from laotie.kernel import clock, crash, ids, outbound, signed_http
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from laotie.ledger.terms import Party

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def world(db: None) -> Iterator[World]:
    with stand_in() as world:
        yield world


@pytest.fixture
def target() -> Iterator[Receiver]:
    with receiver.listening() as there, receiver.reaching_here():
        yield there


def an_endpoint(shop: ShopOfOne, url: str, *kinds: str) -> endpoints.NewSecret:
    return endpoints.add(
        actor=shop.owner, shop_id=shop.id, url=url, kinds=kinds or ("order.paid",), now=NOW
    )


def states() -> list[tuple[str, int]]:
    return list(models.Delivery.objects.order_by("id").values_list("state", "tries"))


def is_signed(got: Received, made: endpoints.NewSecret) -> bool:
    signed = signed_http.check(
        got.headers,
        keys={made.key_id: made.secret.encode()},
        method="POST",
        path=got.path,
        body=got.body,
        at=clock.wall(),
    )
    return signed.key_id == made.key_id


def test_a_paid_order_is_told_to_its_shop_alone_and_once(world: World, target: Receiver) -> None:
    shop, other = builders.a_shop(), builders.a_shop("别家")
    made = an_endpoint(shop, f"{target.url}/in?x=1", "order.paid", "order.closed")
    an_endpoint(other, f"{target.url}/other")
    buyer = builders.a_person()
    order_id = builders.a_paid_order(world, buyer, {builders.a_stocked_sku(shop): 2})
    world.pump(now=NOW, twice=True)

    assert deliveries.send_due(now=NOW) == 1
    assert deliveries.send_due(now=NOW) == 0

    (got,) = target.got
    body = json.loads(got.body)
    assert got.path == "/in?x=1"
    assert is_signed(got, made)
    assert (body["kind"], body["shop_id"]) == ("order.paid", ids.public("shp", shop.id))
    assert body["data"]["order_id"] == ids.public("ord", order_id)
    assert body["data"]["paid_fen"] == 7980
    (line,) = deliveries.log_of(made.endpoint.id, actor=shop.owner)
    assert body["event_id"] == ids.public("evt", line.event_id)
    assert (line.state, [(a.status, a.answer) for a in line.attempts]) == (
        "DELIVERED",
        [(200, "{}")],
    )


def test_it_is_tried_six_times_in_two_hours_and_then_by_hand(target: Receiver) -> None:
    shop = builders.a_shop()
    made = an_endpoint(shop, target.url)
    delivery_id = deliveries.ping(actor=shop.owner, endpoint_id=made.endpoint.id, now=NOW)
    target.status, now, sent_at = 500, NOW, []
    while now <= NOW + timedelta(hours=3):
        if deliveries.send_due(now=now):
            sent_at.append(int((now - NOW).total_seconds() // 60))
        now += timedelta(minutes=1)

    assert sent_at == [0, 5, 15, 35, 65, 125]
    assert states() == [("FAILED", 6)]
    target.status = 204
    deliveries.replay(actor=shop.owner, delivery_id=delivery_id, now=now)
    deliveries.send_due(now=now)
    assert states() == [("DELIVERED", 1)]
    first, last = target.got[0], target.got[-1]
    assert first.body == last.body
    assert first.headers["x-nonce"] != last.headers["x-nonce"]
    with pytest.raises(NotFound):
        deliveries.replay(actor=builders.a_shop().owner, delivery_id=delivery_id, now=now)


def test_a_target_that_keeps_failing_rests_and_others_go_on(target: Receiver) -> None:
    shop = builders.a_shop()
    bad = an_endpoint(shop, f"{target.url}/bad")
    for _ in range(5):
        deliveries.ping(actor=shop.owner, endpoint_id=bad.endpoint.id, now=NOW)
    target.status = 503
    while deliveries.send_due(now=NOW):
        pass
    assert len(target.got) == 5
    good = an_endpoint(shop, f"{target.url}/good")
    waiting = deliveries.ping(actor=shop.owner, endpoint_id=bad.endpoint.id, now=NOW)
    deliveries.ping(actor=shop.owner, endpoint_id=good.endpoint.id, now=NOW)
    target.status = 200

    while deliveries.send_due(now=NOW + timedelta(seconds=1)):
        pass

    assert [got.path for got in target.got[5:]] == ["/good"]
    assert models.Delivery.objects.get(pk=waiting).tries == 0
    with pytest.raises(WrongState):
        deliveries.replay(actor=shop.owner, delivery_id=waiting, now=NOW)
    while deliveries.send_due(now=NOW + timedelta(minutes=5)):
        pass
    assert models.Delivery.objects.get(pk=waiting).state == "DELIVERED"


def test_an_address_inside_is_a_failed_try_and_no_call() -> None:
    shop = builders.a_shop()
    with receiver.listening() as inside:
        made = an_endpoint(shop, inside.url)
        deliveries.ping(actor=shop.owner, endpoint_id=made.endpoint.id, now=NOW)
        deliveries.send_due(now=NOW)
    assert inside.got == []
    (line,) = deliveries.log_of(made.endpoint.id, actor=shop.owner)
    assert [attempt.failure for attempt in line.attempts] == ["address private"]


def test_a_new_secret_signs_after_an_hour(target: Receiver) -> None:
    shop = builders.a_shop()
    old = an_endpoint(shop, target.url)
    new = endpoints.rotate(actor=shop.owner, endpoint_id=old.endpoint.id, now=NOW)
    for later in (timedelta(minutes=59), timedelta(minutes=60)):
        deliveries.ping(actor=shop.owner, endpoint_id=old.endpoint.id, now=NOW + later)
        deliveries.send_due(now=NOW + later)
    before, after = target.got
    assert is_signed(before, old)
    assert is_signed(after, new)
    with pytest.raises(signed_http.BadSignature):
        is_signed(after, old)


def test_a_crash_after_the_calls_sends_the_same_event_again(target: Receiver) -> None:
    shop = builders.a_shop()
    made = an_endpoint(shop, target.url)
    deliveries.ping(actor=shop.owner, endpoint_id=made.endpoint.id, now=NOW)

    class Died(BaseException):
        pass

    def die(name: str) -> None:
        if name == "integrations.deliveries.after_calls":
            raise Died

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crash, "point", die)
        with pytest.raises(Died):
            deliveries.send_due(now=NOW)
    assert deliveries.send_due(now=NOW + timedelta(seconds=29)) == 0
    assert deliveries.send_due(now=NOW + timedelta(seconds=30)) == 1

    one, two = (json.loads(got.body)["event_id"] for got in target.got)
    assert one == two
    assert states() == [("DELIVERED", 2)]


def test_two_workers_never_send_one_delivery_at_once(target: Receiver) -> None:
    shop = builders.a_shop()
    made = an_endpoint(shop, target.url)
    for _ in range(2):
        deliveries.ping(actor=shop.owner, endpoint_id=made.endpoint.id, now=NOW)
    start = threading.Barrier(4)

    def work() -> None:
        from django.db import connection

        start.wait()
        deliveries.send_due(now=NOW)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(target.got) == 2
    assert len({json.loads(got.body)["event_id"] for got in target.got}) == 2


def test_news_of_the_shop_and_its_goods_goes_out_each_time_it_happens(world: World) -> None:
    shop, other = builders.a_shop(), builders.a_shop("别家")
    operator, product = builders.an_operator(), builders.a_product(shop)
    world.pump(now=NOW)
    made = an_endpoint(
        shop, "https://hooks.example/in", "shop.approved", "shop.suspended", "product.withdrawn"
    )
    for _ in range(2):
        shops.suspend(actor=operator, shop_id=shop.id, reason="看看", now=NOW)
        shops.reopen(actor=operator, shop_id=shop.id, now=NOW)
    shops.suspend(actor=operator, shop_id=other.id, reason="看看", now=NOW)
    products.unpublish(actor=shop.owner, product_id=product.id, now=NOW)
    world.pump(now=NOW, twice=True)

    lines = deliveries.log_of(made.endpoint.id, actor=shop.owner)
    assert sorted(line.kind for line in lines) == [
        "product.withdrawn", "shop.approved", "shop.approved", "shop.suspended", "shop.suspended",
    ]  # fmt: skip
    assert len({line.event_id for line in lines}) == 5
    (told,) = models.Delivery.objects.filter(kind="product.withdrawn")
    assert json.loads(told.body)["data"] == {
        "product_id": ids.public("prd", product.id),
        "shop_id": ids.public("shp", shop.id),
        "reason": "",
    }


def test_news_of_payouts_is_for_who_may_see_the_money() -> None:
    shop = builders.a_shop()
    mine, another = Party("shop", shop.id), Party("creator", ids.new())
    for party in (mine, another):
        books.give(party, 1000)
    payout_id, anothers = (books.take_out(each, 400).payout_id for each in (mine, another))
    manager = builders.a_clerk(shop, "manage")
    with pytest.raises(NotAllowed):
        endpoints.add(
            actor=manager, shop_id=shop.id, url="https://hooks.example/m",
            kinds=("payout.settled",), now=NOW,
        )  # fmt: skip
    made = an_endpoint(shop, "https://hooks.example/in", "payout.settled")
    with transaction.atomic():
        for each in (payout_id, payout_id, anothers):
            handlers.of_payout(PayoutSettled(payout_id=each, settled_at=NOW), NOW)

    (told,) = models.Delivery.objects.all()
    assert (told.endpoint_id, told.kind) == (made.endpoint.id, "payout.settled")
    assert json.loads(told.body)["data"]["payout_id"] == ids.public("pot", payout_id)


def test_only_who_manages_a_shop_sees_and_changes_its_endpoints() -> None:
    shop = builders.a_shop()
    made = an_endpoint(shop, "https://hooks.example/in")
    clerk, stranger = builders.a_clerk(shop, "ship"), builders.a_shop("别家").owner
    for who, no in ((clerk, NotAllowed), (stranger, NotFound)):
        with pytest.raises(no):
            endpoints.of_shop(shop.id, actor=who)
        with pytest.raises(no):
            endpoints.rotate(actor=who, endpoint_id=made.endpoint.id, now=NOW)
        with pytest.raises(no):
            endpoints.remove(actor=who, endpoint_id=made.endpoint.id, now=NOW)
        with pytest.raises(no):
            deliveries.log_of(made.endpoint.id, actor=who)
    assert endpoints.of_shop(shop.id, actor=shop.owner) == (made.endpoint,)
    assert made.secret.encode() not in bytes(models.Endpoint.objects.get().sealed)
    endpoints.remove(actor=shop.owner, endpoint_id=made.endpoint.id, now=NOW)
    assert bytes(models.Endpoint.objects.get().sealed) == b""


def test_unknown_kinds_and_bent_addresses_are_refused() -> None:
    shop = builders.a_shop()
    with pytest.raises(Invalid):
        an_endpoint(shop, "https://hooks.example/in", "order.eaten")
    with pytest.raises(outbound.AddressRefused):
        an_endpoint(shop, "gopher://hooks.example/in")
    assert models.Endpoint.objects.count() == 0
    assert set(news.KINDS) == {
        "order.placed", "order.paid", "order.closed", "order.shipped", "order.received",
        "order.completed", "refund.requested", "refund.granted", "refund.refused",
        "refund.withdrawn", "refund.done", "shop.approved", "shop.suspended", "shop.named",
        "product.published", "product.withdrawn", "payout.requested", "payout.settled",
        "payout.failed",
    }  # fmt: skip
