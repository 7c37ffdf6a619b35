"""Giveaways, coupon drops and the creator's page in real Chromium."""

from datetime import timedelta

import pytest
from tests import builders
from tests.surfaces.screens import Open, looked_at
from tests.surfaces.shop.conftest import SignIn
from tests.usecases.live import scenes

from laotie.content.relations import follows
from laotie.kernel import clock, ids
from laotie.live import entries, giveaways, rooms

pytestmark = pytest.mark.browser


def test_gifts_and_the_creators_page_are_clean(
    db: None,
    signed_in: SignIn,
    window: Open,
) -> None:
    now = clock.now()
    scene, viewer = scenes.a_live_room(now), builders.a_person("小林")
    creator_id = scene.host.require_creator()
    asked = {"coupon_id": None, "winners": 1, "rule": "follow", "word": "", "seconds": 60}
    drawn = giveaways.open_giveaway(
        actor=scene.host, room_id=scene.room_id, prize="手作茶盏", now=now, **asked
    )  # type: ignore[arg-type]
    follows.follow(actor=viewer, creator_id=creator_id, now=now)
    entries.enter(actor=viewer, giveaway_id=drawn.id, now=now)
    later = now + timedelta(seconds=61)
    giveaways.draw_due(now=later)
    giveaways.open_giveaway(
        actor=scene.host,
        room_id=scene.room_id,
        prize="龙泉青瓷大碗",
        now=later,
        **{**asked, "rule": "both", "word": "福气", "seconds": 3600},
    )  # type: ignore[arg-type]
    rooms.schedule(
        actor=scene.host, title="明晚第二场，开一窑新的", starts_at=now + timedelta(days=1), now=now
    )
    room = ids.public("rom", scene.room_id)
    places = {
        "gift-sheet": f"/live/{room}/giveaway",
        "gift-proof": f"/giveaway/{ids.public('gaw', drawn.id)}",
        "gift-creator": f"/creator/{ids.public('crt', creator_id)}",
        "gift-room": f"/live/{room}",
    }

    assert looked_at(window, signed_in(viewer), places) == {}
