"""The pages around the stage in real Chromium, as the creator and as a moderator."""

from datetime import timedelta
from uuid import UUID

import pytest
from tests import builders
from tests.outside import World
from tests.surfaces.screens import Open, looked_at
from tests.surfaces.studio.conftest import OnAir, SignIn
from tests.surfaces.studio.test_stage_pages import a_moderator, said_now

from laotie.content.relations import follows
from laotie.kernel import clock, ids
from laotie.live import chat, drops, giveaways, pinning, rooms, scripts, stage, summaries
from laotie.trade import stock

pytestmark = pytest.mark.browser


def test_every_page_around_the_stage_is_clean(
    on_air: OnAir,
    world: World,
    signed_in: SignIn,
    window: Open,
) -> None:
    host, room_id, now = on_air.host, on_air.id, clock.now()
    shop, viewer = on_air.scene.shop, builders.a_person("林同学")
    stock.set_stock(actor=shop.owner, sku_id=on_air.scene.sku_id, on_hand=20, now=now)
    coupon = builders.a_coupon(shop=shop, now=now)
    giveaways.open_giveaway(
        actor=host, room_id=room_id, prize="龙泉青瓷手作茶盏一只", coupon_id=None, winners=3,
        rule="both", word="福气", seconds=600, now=now,
    )  # fmt: skip
    drops.open_drop(
        actor=host, room_id=room_id, coupon_id=coupon.coupon_id, pieces=50, seconds=600, now=now
    )
    follows.follow(actor=viewer, creator_id=host.require_creator(), now=now)
    said = said_now(room_id, viewer, "几号发货呀，" * 8)
    moderator = a_moderator(on_air)
    said_now(room_id, moderator, "今天下午六点前付款的都发")
    pinning.pin(actor=moderator, room_id=room_id, comment_id=UUID(said), now=now)
    talker = builders.a_person("阿南").require_person()
    chat.mute(actor=moderator, room_id=room_id, person_id=talker, minutes=10, now=now)
    scripts.write(
        actor=host, room_id=room_id, title="开场", words="大家晚上好！\n今天开窑。", now=now
    )
    product_id = on_air.scene.product.id
    scripts.write(
        actor=host, room_id=room_id, product_id=product_id, words="先看釉色。" * 20, now=now
    )
    stage.pin(actor=host, room_id=room_id, product_id=product_id, now=now)
    sold = builders.place(
        viewer, builders.a_quote(viewer, {on_air.scene.sku_id: 2}, room_id=room_id, creator=host, now=now),
        now=now,
    )  # fmt: skip
    builders.pay_for(world, viewer, sold, now=now)
    later = rooms.schedule(
        actor=host, title="明晚第二场", starts_at=now + timedelta(hours=20), now=now
    )
    plan = f"/studio/rooms/{ids.public('rom', later.id)}/"
    places = {
        "stage-desk": on_air.address,
        "stage-seats": f"{on_air.address}seats?q=林",
        "stage-script": f"{on_air.address}script",
        "stage-prompter": f"{on_air.address}prompter",
        "stage-change": f"{plan}change",
        "stage-calendar": "/studio/calendar",
        "stage-week": "/studio/calendar?by=week",
        "stage-fans": "/studio/fans",
        "stage-earnings": "/studio/earnings",
        "stage-no-report": f"{on_air.address}report",
    }
    own = {
        "stage-moderate": f"{on_air.address}moderate",
        "stage-my-seats": "/studio/seats",
    }

    found = looked_at(window, signed_in(host), places)
    found |= looked_at(window, signed_in(moderator), own)
    rooms.end(actor=host, room_id=room_id, now=now + timedelta(minutes=12))
    summaries.make(actor=host, room_id=room_id, now=now + timedelta(minutes=12))
    report = {"stage-report": f"{on_air.address}report"}
    found |= looked_at(window, signed_in(host), report)

    assert found == {}
