"""Parcels: one waybill each whatever the carrier's silence, and news that counts once."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from tests.builders import NOW, a_person, a_shop, an_address
from tests.outside import ALL_THE_WAY, World

from laotie.accounts import addresses
from laotie.delivery import carriers, notices, shipments
from laotie.delivery.carriers import CarrierRefused, NoticeForged
from laotie.delivery.notices import NoticeRefused
from laotie.delivery.rules import ParcelState
from laotie.kernel import ids, sql
from laotie.kernel.errors import NotFound

P = ParcelState


def a_parcel(order_id: UUID | None = None) -> UUID:
    buyer, shop = a_person(), a_shop()
    assert buyer.person_id
    sealed = addresses.seal_for_order(buyer.person_id, an_address(buyer).id)
    with transaction.atomic():
        return shipments.dispatch(
            order_id or ids.new(),
            shop_id=shop.id,
            lines={1: 2},
            carrier="lab",
            sealed_address=sealed,
            now=NOW,
        )


def card(shipment_id: UUID) -> shipments.ShipmentCard:
    rows = sql.rows("SELECT order_id FROM delivery_shipment WHERE id = %s", [shipment_id])
    (found,) = [c for c in shipments.of_order(rows[0][0]) if c.shipment_id == shipment_id]
    return found


def told(name: str, shipment_id: UUID) -> int:
    rows = sql.rows(
        "SELECT count(*) FROM event_log WHERE name = %s AND subject = %s",
        [name, str(shipment_id)],
    )
    return int(rows[0][0])


def receive(event_id: str, shipment_id: UUID, *, carrier: str = "lab") -> None:
    body = f"{event_id} {shipment_id}".encode()
    notices.receive(carrier=carrier, headers={}, path="/hooks/carrier/lab", body=body, now=NOW)


def test_a_waybill_is_made_with_the_whole_address(world: World) -> None:
    parcel = a_parcel()

    assert shipments.label_due(now=NOW) == 1
    assert shipments.label_due(now=NOW) == 0

    seen = card(parcel)
    assert (seen.state, seen.waybill_no) == (P.LABELLED, "T00000000")
    assert world.courier.recipients[parcel].line == "文三路 100 号 3 幢 201 室"
    assert sql.rows("SELECT via, reason FROM accounts_reveal") == [("delivery", "waybill")]


def test_a_lost_answer_makes_no_second_waybill(world: World) -> None:
    parcel = a_parcel()
    world.courier.loses_answers = True
    assert shipments.label_due(now=NOW) == 0
    world.courier.loses_answers = False

    assert shipments.label_due(now=NOW) == 1

    assert world.courier.created == 1
    assert card(parcel).waybill_no == "T00000000"


def test_a_silent_carrier_changes_nothing(world: World) -> None:
    parcel = a_parcel()
    world.courier.is_silent = True

    assert shipments.label_due(now=NOW) == 0

    assert (card(parcel).state, card(parcel).waybill_no) == (P.CREATED, None)


def test_a_refused_parcel_waits_for_a_person(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    refused, fine = a_parcel(), a_parcel()
    create = world.courier.create

    def choosy(out_no: UUID, *rest: object) -> carriers.Waybill:
        if out_no == refused:
            raise CarrierRefused("no such street")
        return create(out_no, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(world.courier, "create", choosy)

    assert shipments.label_due(now=NOW) == 1
    assert shipments.label_due(now=NOW) == 0
    assert card(refused).failure == "no such street"
    assert card(fine).state == P.LABELLED


def test_news_is_told_once_whatever_its_order(world: World) -> None:
    parcel = a_parcel()
    shipments.label_due(now=NOW)
    world.courier.scan(parcel, *ALL_THE_WAY, at=NOW + timedelta(hours=1))
    # The last callback first, each twice; the carrier's own track decides.
    for event_id in ("e6", "e6", "e2", "e4", "e2"):
        receive(event_id, parcel)

    assert notices.handle_new(now=NOW) == 3
    assert notices.handle_new(now=NOW) == 0

    seen = card(parcel)
    assert (seen.state, seen.delivered_at) == (P.DELIVERED, NOW + timedelta(hours=1))
    assert [line.state for line in seen.track] == list(reversed(ALL_THE_WAY))
    assert told("delivery.parcel_shipped", parcel) == 1
    assert told("delivery.parcel_delivered", parcel) == 1


def test_a_parcel_goes_on_when_callbacks_never_come(world: World) -> None:
    parcel = a_parcel()
    shipments.label_due(now=NOW)
    world.courier.scan(parcel, P.LABELLED, P.PICKED_UP, at=NOW)

    assert shipments.refresh_due(now=NOW + timedelta(minutes=1)) == 0
    assert shipments.refresh_due(now=NOW + timedelta(minutes=2)) == 1

    assert (card(parcel).state, card(parcel).shipped_at) == (P.PICKED_UP, NOW)


def test_a_track_that_takes_steps_back_moves_nothing_back(world: World) -> None:
    parcel = a_parcel()
    shipments.label_due(now=NOW)
    world.courier.scan(parcel, *ALL_THE_WAY, at=NOW)
    shipments.refresh(parcel, now=NOW)
    world.courier.scan(parcel, P.EXCEPTION, P.IN_TRANSIT, at=NOW)

    shipments.refresh(parcel, now=NOW)

    assert card(parcel).state == P.DELIVERED
    assert told("delivery.parcel_delivered", parcel) == 1


def test_a_notice_is_refused_unless_it_proves_itself(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    parcel = a_parcel()
    with pytest.raises(NotFound):
        receive("e1", ids.new())
    with pytest.raises(NotFound):
        receive("e1", parcel, carrier="pigeon")
    with pytest.raises(NoticeRefused):
        notices.receive(carrier="lab", headers={}, path="/", body=b"x" * 20_000, now=NOW)

    def forged(**_: object) -> carriers.NoticeHead:
        raise NoticeForged("forged")

    monkeypatch.setattr(world.courier, "read_notice", forged)
    with pytest.raises(NoticeRefused):
        receive("e1", parcel)

    assert sql.rows("SELECT count(*) FROM delivery_carrier_notice") == [(0,)]
