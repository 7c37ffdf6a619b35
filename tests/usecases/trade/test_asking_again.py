"""A refund that the shop refused is asked for again, with more to show, a few times at most."""

import io
from datetime import timedelta
from uuid import UUID

import pytest
from PIL import Image
from tests.builders import NOW, a_key, a_person, a_shipped_order, a_shop, a_stocked_sku
from tests.outside import World

from laotie.accounts import inbox
from laotie.catalog import pictures
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, WrongState
from laotie.trade import refunds
from laotie.trade.refunds import AskedTooOften, Refund, RefundCause

DAY = timedelta(days=1)


def ask(buyer: Actor, order_id: UUID, units: dict[int, int]) -> Refund:
    return refunds.request(
        actor=buyer, order_id=order_id, units=units, reason="not mine", key=a_key(), now=NOW
    )


def a_picture(buyer: Actor) -> str:
    body = io.BytesIO()
    Image.new("RGB", (40, 30)).save(body, "PNG")
    return pictures.store(actor=buyer, body=body.getvalue(), shop_id=None, now=NOW).file


def test_what_was_refused_is_asked_for_again_with_pictures(world: World) -> None:
    buyer, shop = a_person(), a_shop()
    order_id = a_shipped_order(world, shop, buyer, {a_stocked_sku(shop): 3})
    first = ask(buyer, order_id, {1: 3})
    with pytest.raises(WrongState):
        refunds.ask_again(
            actor=buyer,
            refund_id=first.refund_id,
            units={1: 1},
            reason="one is broken",
            cause=RefundCause.SHOP,
            now=NOW,
        )
    refunds.refuse(actor=shop.owner, refund_id=first.refund_id, reason="worn", now=NOW)
    world.pump(now=NOW)
    files = [a_picture(buyer), a_picture(buyer)]

    again = refunds.ask_again(
        actor=buyer,
        refund_id=first.refund_id,
        units={1: 1},
        reason="one is broken",
        cause=RefundCause.SHOP,
        picture_files=files,
        now=NOW + DAY,
    )
    world.pump(now=NOW)

    assert (again.state, again.units, again.cause) == ("REQUESTED", {1: 1}, "shop")
    assert (again.amount_fen, again.tries) == (3990, 2)
    assert again.decide_by == NOW + 3 * DAY
    assert [url.split("/")[-2] for url in again.picture_urls] == files
    asked = [x for x in inbox.lines(actor=shop.owner) if x.kind == "refund_requested"]
    assert len(asked) == 2
    granted = refunds.grant(actor=shop.owner, refund_id=first.refund_id, now=NOW)
    assert (granted.state, granted.amount_fen) == ("REFUNDING", 3990)


def test_asking_again_has_an_end_and_is_for_the_buyer_alone(world: World) -> None:
    buyer, shop, stranger = a_person(), a_shop(), a_person()
    order_id = a_shipped_order(world, shop, buyer, {a_stocked_sku(shop): 1})
    refund_id = ask(buyer, order_id, {1: 1}).refund_id

    def again(actor: Actor, *files: str) -> Refund:
        return refunds.ask_again(
            actor=actor,
            refund_id=refund_id,
            units={1: 1},
            reason="broken",
            cause=RefundCause.SHOP,
            picture_files=files,
            now=NOW,
        )

    for _ in range(4):
        refunds.refuse(actor=shop.owner, refund_id=refund_id, reason="worn", now=NOW)
        again(buyer)
    refunds.refuse(actor=shop.owner, refund_id=refund_id, reason="worn", now=NOW)

    with pytest.raises(AskedTooOften):
        again(buyer)
    for actor in (stranger, shop.owner):
        with pytest.raises(NotFound):
            again(actor)
    for files in ([a_picture(stranger)], ["../../etc/passwd"], [a_picture(buyer), "0" * 32]):
        with pytest.raises(Invalid):
            again(buyer, *files)
    with pytest.raises(Invalid):
        again(buyer, *(f"{n:032x}" for n in range(7)))
    assert refunds.card(refund_id).state == "REFUSED"
