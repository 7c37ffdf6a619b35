"""The report after a show, and what the creator sees of followers and earnings."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests import builders
from tests.builders import NOW
from tests.outside import World, stand_in
from tests.usecases.live import scenes
from tests.usecases.live.scenes import Scene
from tests.usecases.live.test_sales import an_order_in
from tests.usecases.live.test_seats import say

from laotie.content.relations import follows
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotAllowed, WrongState
from laotie.live import fans, models, presence, rooms, stage, summaries
from laotie.live.presence import Tally
from laotie.trade import orders, stock


@pytest.fixture
def world(db: None) -> Iterator[World]:
    with stand_in() as world:
        yield world


def a_show(world: World) -> tuple[Scene, Actor]:
    """Ten minutes on air: one product explained for five, one order received, one on its way."""
    scene = scenes.a_live_room()
    stock.set_stock(actor=scene.shop.owner, sku_id=scene.sku_id, on_hand=50, now=NOW)
    buyer = builders.a_person("林小姐")
    stage.pin(actor=scene.host, room_id=scene.room_id, product_id=scene.product.id, now=NOW)
    stage.unpin(actor=scene.host, room_id=scene.room_id, now=NOW + timedelta(minutes=5))
    presence.count(
        actor=Actor.system("gateway"), source=scene.session,
        tallies=[Tally(scene.room_id, 7, 3, 12)], now=NOW + timedelta(minutes=1),
    )  # fmt: skip
    follows.follow(
        actor=buyer, creator_id=scene.host.require_creator(), now=NOW + timedelta(minutes=2)
    )
    say(scene.room_id, buyer, "好看")
    first, second = an_order_in(scene, buyer, 2), an_order_in(scene, buyer, 1)
    for placed in (first, second):
        builders.pay_for(world, buyer, placed)
    order_id = first.orders[0].order_id
    builders.ship(scene.shop, order_id)
    orders.confirm(actor=buyer, order_id=order_id, now=NOW)
    world.pump(now=NOW)
    return scene, buyer


def test_a_show_is_summed_up_once_it_has_ended_and_can_be_summed_up_again(world: World) -> None:
    scene, _buyer = a_show(world)
    assert summaries.of_room(scene.room_id, actor=scene.host) is None
    with pytest.raises(WrongState):
        summaries.make(actor=scene.host, room_id=scene.room_id, now=NOW)

    ended = NOW + timedelta(minutes=10)
    rooms.end(actor=scene.host, room_id=scene.room_id, now=ended)
    world.pump(now=ended)

    report = summaries.of_room(scene.room_id, actor=scene.host)
    assert report
    figures = report.figures
    assert (figures.seconds, figures.viewers_peak, figures.joins, figures.likes) == (600, 12, 3, 7)
    assert (figures.comments, figures.speakers, figures.new_followers) == (1, 1, 1)
    assert (figures.orders, figures.buyers, figures.units) == (2, 1, 3)
    assert (figures.paid_fen, figures.refunded_fen) == (3 * 3990, 0)
    # 15 % of two units received, and of one on its way, each half-up.
    assert (figures.commission_fen, figures.commission_expected_fen) == (1197, 599)
    (item,) = report.items
    assert (item.explained_s, item.units, item.paid_fen) == (300, 3, 3 * 3990)
    assert len(report.minutes) == 11
    assert [bool(one.products) for one in report.minutes] == [True] * 5 + [False] * 6
    assert report.minutes[1].viewers == 12
    rows = list(summaries.csv_rows(report))
    assert rows[0] == ("figure", "value", "definition")
    assert set(summaries.DEFINITIONS) == {row[0] for row in rows[1:15]}

    later = ended + timedelta(days=1)
    again = summaries.make(actor=scene.host, room_id=scene.room_id, now=later)
    assert (again.figures, again.minutes, again.made_at) == (figures, report.minutes, later)
    assert models.Summary.objects.count() == 1
    with pytest.raises(NotAllowed):
        summaries.of_room(scene.room_id, actor=builders.a_creator())
    with pytest.raises(NotAllowed):
        summaries.make(actor=builders.a_creator(), room_id=scene.room_id, now=later)


def test_a_room_that_was_never_on_air_has_no_report(world: World) -> None:
    host = builders.a_creator()
    room_id = scenes.a_scheduled_room(host)
    rooms.end(actor=host, room_id=room_id, now=NOW)
    world.pump(now=NOW)

    assert summaries.of_room(room_id, actor=host) is None


def test_followers_grow_and_nobody_is_named(world: World) -> None:
    scene, buyer = a_show(world)
    early = builders.a_person()
    follows.follow(
        actor=early, creator_id=scene.host.require_creator(), now=NOW - timedelta(days=60)
    )

    found = fans.of_creator(actor=scene.host, zone="Asia/Shanghai", now=NOW + timedelta(hours=1))

    assert found.followers == 2
    assert (found.days[0].total, found.days[-1].began, found.days[-1].total) == (1, 1, 2)
    assert [(one.name, one.shows, one.comments) for one in found.regulars] == [("林**", 1, 1)]
    with pytest.raises(NotAllowed):
        fans.of_creator(actor=buyer, zone="Asia/Shanghai", now=NOW)


def test_earnings_say_per_show_and_product_what_is_there_and_what_waits(world: World) -> None:
    scene, _buyer = a_show(world)

    earned = fans.earned(actor=scene.host, now=NOW + timedelta(hours=1))

    (show,), (item,) = earned.shows, earned.items
    assert show.room
    assert show.room.id == scene.room_id
    assert show.pay == item.pay
    assert (show.pay.orders, show.pay.units) == (2, 3)
    assert (show.pay.settled_fen, show.pay.pending_fen, show.pay.expected_fen) == (1197, 1197, 599)
    assert sorted((one.fen, one.waits_for) for one in earned.waiting) == [
        (599, "receipt"), (1197, "after_sale"),
    ]  # fmt: skip
    assert all(one.until for one in earned.waiting if one.waits_for == "after_sale")
