"""The lab's carrier over its real wire: signed requests, signed callbacks, the same track."""

import json
from uuid import UUID

import httpx
import pytest
from django.db import transaction
from tests.builders import NOW, a_person, a_shop, an_address
from tests.lab.harness import CARRIER_KEY, LabProcess, until

from laotie.accounts import addresses
from laotie.delivery import notices, shipments
from laotie.delivery.notices import NoticeRefused
from laotie.delivery.rules import ParcelState
from laotie.kernel import clock, ids, signed_http, sql

pytestmark = pytest.mark.usefixtures("db")
PATH = "/hooks/carrier/lab"


def a_parcel() -> tuple[UUID, UUID]:
    buyer, shop, order_id = a_person(), a_shop(), ids.new()
    assert buyer.person_id
    sealed = addresses.seal_for_order(buyer.person_id, an_address(buyer).id)
    with transaction.atomic():
        shipment_id = shipments.dispatch(
            order_id,
            shop_id=shop.id,
            lines={1: 1},
            carrier="lab",
            sealed_address=sealed,
            now=clock.now(),
        )
    return order_id, shipment_id


def test_a_parcel_travels_and_calls_home(lab: LabProcess) -> None:
    order_id, shipment_id = a_parcel()
    assert shipments.label_due(now=clock.now()) == 1

    lab.control("POST", f"/waybills/{shipment_id}/advance", {"to": "DELIVERED"})
    until(lambda: sql.rows("SELECT count(*) FROM delivery_carrier_notice")[0][0] >= 1)
    notices.handle_new(now=clock.now())

    (card,) = shipments.of_order(order_id)
    assert card.state == ParcelState.DELIVERED
    assert card.waybill_no
    assert card.waybill_no.startswith("LT")
    assert card.track[0].state == ParcelState.DELIVERED
    assert card.track[-1].text
    assert lab.effects(str(shipment_id))["waybill_created"] == 1


@pytest.mark.parametrize(("kind", "parcels"), [("error_after", 1), ("error_before", 1)])
def test_a_carrier_that_breaks_off_is_asked_before_it_is_sent_to_again(
    lab: LabProcess, kind: str, parcels: int
) -> None:
    order_id, shipment_id = a_parcel()
    lab.fault("waybills.create", kind)

    first = shipments.label_due(now=clock.now())
    known = shipments.of_order(order_id)[0].waybill_no
    again = shipments.label_due(now=clock.now())

    assert (first, known, again) == (0, None, 1)
    assert shipments.of_order(order_id)[0].waybill_no
    assert lab.effects(str(shipment_id))["waybill_created"] == parcels


def test_a_carrier_that_refuses_is_not_asked_again(lab: LabProcess) -> None:
    order_id, _ = a_parcel()
    lab.fault("waybills.create", "refuse", code="NO_SUCH_STREET")

    assert [shipments.label_due(now=clock.now()) for _ in range(2)] == [0, 0]

    (card,) = shipments.of_order(order_id)
    assert (card.state, card.waybill_no) == (ParcelState.CREATED, None)
    assert "NO_SUCH_STREET" in card.failure


@pytest.mark.parametrize("bent", ["unsigned", "key", "body", "path", "stale", "json", "id"])
def test_a_bent_callback_is_refused(lab: LabProcess, bent: str) -> None:
    _, shipment_id = a_parcel()
    message = {"event_id": "evt_1", "out_no": str(shipment_id), "state": "DELIVERED"}
    if bent == "id":
        message["out_no"] = "../" + str(shipment_id)
    body = b"{" if bent == "json" else json.dumps(message).encode()
    key = "55" * 32 if bent == "key" else CARRIER_KEY
    headers = signed_http.sign(
        key_id="lab",
        secret=signed_http.derive(key, "from lab"),
        method="POST",
        path=PATH + "?x" if bent == "path" else PATH,
        body=body,
        at=NOW.replace(year=2020) if bent == "stale" else clock.wall(),
    )

    with pytest.raises(NoticeRefused):
        notices.receive(
            carrier="lab",
            headers={} if bent == "unsigned" else headers,
            path=PATH,
            body=body + b" " if bent == "body" else body,
            now=clock.now(),
        )

    assert sql.rows("SELECT count(*) FROM delivery_carrier_notice") == [(0,)]


def told_over_http(door: str, message: dict[str, str], *, method: str = "POST") -> httpx.Response:
    """The carrier's signed word at the hook itself."""
    body = json.dumps(message).encode()
    headers = signed_http.sign(
        key_id="lab",
        secret=signed_http.derive(CARRIER_KEY, "from lab"),
        method=method,
        path=PATH,
        body=body,
        at=clock.wall(),
    )
    return httpx.request(method, door + PATH, content=body, headers=headers, trust_env=False)


def test_the_hook_takes_short_posts_only(lab: LabProcess, door: str) -> None:
    _, shipment_id = a_parcel()
    message = {"event_id": "evt_1", "out_no": str(shipment_id), "state": "DELIVERED"}

    for method in ("GET", "PUT", "DELETE", "PATCH"):
        assert told_over_http(door, message, method=method).status_code == 405, method
    too_long = told_over_http(door, {**message, "filler": "x" * 5_000_000})
    just_too_long = told_over_http(door, {**message, "filler": "x" * 20_000})
    nobody = httpx.post(f"{door}/hooks/carrier/pigeon", content=b"{}", trust_env=False)

    assert (too_long.status_code, too_long.json()) == (413, {"code": "BODY_TOO_LONG"})
    assert (just_too_long.status_code, just_too_long.json()) == (401, {"code": "NOTICE_REFUSED"})
    assert nobody.status_code == 404
    assert sql.rows("SELECT count(*) FROM delivery_carrier_notice") == [(0,)]
    assert told_over_http(door, message).json() == {"received": True}
    assert sql.rows("SELECT count(*) FROM delivery_carrier_notice") == [(1,)]


def test_a_notice_of_an_unknown_kind_moves_nothing(lab: LabProcess, door: str) -> None:
    """Only the carrier's answer to a question counts, so what a notice calls itself does not."""
    order_id, shipment_id = a_parcel()
    assert shipments.label_due(now=clock.now()) == 1
    (before,) = shipments.of_order(order_id)

    for number, state in enumerate(("DELIVERED", "moon.full", "")):
        message = {"event_id": f"evt_{number}", "out_no": str(shipment_id), "state": state}
        assert told_over_http(door, {**message, "type": "moon.full"}).status_code == 200
    # The carrier's own word of the label may have come in between.
    notices.handle_new(now=clock.now())
    handled = sql.rows("SELECT event_id FROM delivery_carrier_notice WHERE handled_at IS NOT NULL")
    assert {("evt_0",), ("evt_1",), ("evt_2",)} <= set(handled)

    (after,) = shipments.of_order(order_id)
    assert (after.state, after.track) == (before.state, before.track)
