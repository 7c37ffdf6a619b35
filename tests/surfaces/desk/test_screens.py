"""Every screen of the desk in real Chromium."""

from datetime import timedelta

import pytest
from tests import builders
from tests.surfaces import screens
from tests.surfaces.desk.test_desk import signed_in
from tests.surfaces.screens import Open
from tests.usecases.content import works_made
from tests.usecases.live import scenes

from laotie.content.conversation import comments
from laotie.content.review import talk_cases
from laotie.kernel import clock, ids
from laotie.ledger import policy
from laotie.oversight import complaints

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("db")]

PLACES = {
    "overview": "/desk/",
    "shops": "/desk/shops",
    "shops-open": "/desk/shops?state=APPROVED",
    "rooms": "/desk/rooms",
    "money": "/desk/money",
    "health": "/desk/health",
    "orders": "/desk/orders",
    "people": "/desk/people?words=顾客",
    "cases": "/desk/cases",
    "complaints": "/desk/complaints",
    "complaints-none": "/desk/complaints?state=DISMISSED",
    "ledger": "/desk/ledger",
    "fees": "/desk/fees",
    "proposals": "/desk/proposals",
    "audit": "/desk/audit",
    "figures": "/desk/figures",
    "missing": "/desk/shops?state=NONE",
}


@pytest.fixture
def places() -> dict[str, str]:
    """Two shops wait, a room is on air, somebody complains, and fees wait for a second person."""
    waiting = [builders.a_shop(name, is_open=False) for name in ("老窑", "清溪茶山合作社的直营店")]
    now = clock.now()
    scene = scenes.a_live_room(now)
    complaints.make(
        actor=builders.a_person(),
        ref=ids.public("rom", scene.room_id),
        cause="misleading",
        text="说是手工拉坯，其实是机器做的",
        now=now,
    )
    policy.propose(
        actor=builders.an_operator(),
        tech_bps=250,
        channel_bps=60,
        split_cap_bps=3000,
        effective_at=now + timedelta(days=7),
        reason="支付通道降价",
        now=now,
    )
    writer, other = builders.a_person("路过的人"), builders.an_operator()
    post = works_made.a_post(builders.a_creator(), now=now)
    rude = comments.say(actor=writer, post_id=post, words="什么破东西，滚", now=now)
    case_id = talk_cases.take_down(
        actor=other, comment_id=rude.id, rule="ABUSE", reason="辱骂他人", now=now
    )
    talk_cases.appeal(actor=writer, case_id=case_id, text="只是开个玩笑，没有恶意", now=now)
    buyer, sku_id = builders.a_person("林同学"), builders.a_stocked_sku(scene.shop, 26800)
    placed = builders.a_placed_order(buyer, {sku_id: 2}, now=now)
    return {
        **PLACES,
        "comment": f"/desk/moderation/comments/{rude.public_id}",
        "comment-appeals": "/desk/moderation?shelf=appeals",
        "shop": f"/desk/shops/{ids.public('shp', waiting[0].id)}",
        "order": f"/desk/orders/{placed.orders[0].public_id}",
        "person": f"/desk/people/{ids.public('per', buyer.require_person())}",
    }


def test_every_screen_holds(window: Open, places: dict[str, str]) -> None:
    client = signed_in(builders.an_operator())

    assert screens.looked_at(window, client, places) == {}
