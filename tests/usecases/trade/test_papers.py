"""Packing slips and labels: what is on them, how many pages, and who looked at addresses."""

import io

import pytest
from pypdf import PdfReader
from tests import builders
from tests.builders import NOW
from tests.outside import World

from laotie.accounts import models as accounts
from laotie.kernel import ids
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from laotie.trade import papers
from laotie.trade.papers import Paper

MM = 72 / 25.4


def pages_of(body: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(body)).pages]


def test_slips_and_labels_are_one_file_and_every_look_is_logged(world: World) -> None:
    shop, buyer = builders.a_shop("龙泉清窑"), builders.a_person()
    sku_id = builders.a_stocked_sku(shop, 3990)
    tricky = builders.a_product(shop, 500, title='#eval("1+1") *茶* $x$ <b>')
    builders.stock.set_stock(actor=shop.owner, sku_id=tricky.skus[0].id, on_hand=9, now=NOW)
    first = builders.a_paid_order(world, buyer, {sku_id: 2})
    second = builders.a_paid_order(world, buyer, {tricky.skus[0].id: 3})
    shipment_id = builders.ship(shop, second)
    builders.shipments.label_due(now=NOW)
    clerk = builders.a_clerk(shop, "ship")

    slips = papers.print_for(
        actor=clerk, shop_id=shop.id, order_ids=[first, second], paper=Paper.SLIPS,
        language="zh-hans", now=NOW,
    )  # fmt: skip
    labels = papers.print_for(
        actor=clerk, shop_id=shop.id, order_ids=[second, first, first], paper=Paper.LABELS,
        language="en", now=NOW,
    )  # fmt: skip

    one, two = pages_of(slips)
    assert builders.see(shop.owner, first).number in one
    assert "文三路 100 号 3 幢 201 室" in one
    assert "王小明" in one
    assert "13800138000" in one
    assert '#eval("1+1") *茶* $x$ <b>' in two.replace("\n", " ")
    assert "3" in two
    shipped, waiting = pages_of(labels)
    (parcel,) = builders.see(shop.owner, second).parcels
    assert parcel.shipment_id == shipment_id
    assert parcel.waybill_no
    assert parcel.waybill_no in shipped
    assert "Hangzhou" in waiting
    assert "2 units" in waiting
    box = PdfReader(io.BytesIO(labels)).pages[0].mediabox
    assert (round(float(box.width) / MM), round(float(box.height) / MM)) == (100, 150)
    looks = accounts.Reveal.objects.filter(revealed_by_id=clerk.person_id)
    assert sorted(looks.values_list("ref", "reason")) == sorted(
        (ids.public("ord", id), reason)
        for id in (first, second)
        for reason in ("packing slip", "label")
    )


def test_papers_are_refused_before_any_address_is_looked_at(world: World) -> None:
    shop, other, buyer = builders.a_shop(), builders.a_shop(), builders.a_person()
    sku_id = builders.a_stocked_sku(shop)
    paid = builders.a_paid_order(world, buyer, {sku_id: 1})
    unpaid = builders.a_placed_order(buyer, {sku_id: 1}).orders[0].order_id
    facts = {"paper": Paper.SLIPS, "language": "en", "now": NOW}

    for actor, shop_id, order_ids, refusal in (
        (shop.owner, shop.id, [], Invalid),
        (shop.owner, shop.id, [ids.new() for _ in range(papers.MOST_ORDERS + 1)], Invalid),
        (shop.owner, shop.id, [paid, unpaid], WrongState),
        (shop.owner, shop.id, [paid, ids.new()], NotFound),
        (other.owner, shop.id, [paid], NotFound),
        (other.owner, other.id, [paid], NotFound),
        (builders.a_clerk(shop, "money"), shop.id, [paid], NotAllowed),
    ):
        with pytest.raises(refusal):
            papers.print_for(actor=actor, shop_id=shop_id, order_ids=order_ids, **facts)  # type: ignore[arg-type]

    assert accounts.Reveal.objects.exclude(revealed_by=None).count() == 0
