"""Replays in real Chromium: the list, one of them, a product's clips, and a room that is over."""

import pytest
from tests.surfaces.screens import Open, looked_at
from tests.surfaces.shop.conftest import Sale, SignIn
from tests.usecases.live import shows

from laotie.kernel import clock
from laotie.kernel.actor import Actor
from laotie.live import chat

pytestmark = pytest.mark.browser


def test_every_screen_of_looking_back_is_clean(sale: Sale, signed_in: SignIn, window: Open) -> None:
    assert sale.buyer.person_id
    for n in range(12):
        line = chat.Line(sale.scene.room_id, sale.buyer.person_id, f"第{n}句，很长" * 3, f"r{n}")
        chat.say(actor=Actor.system("gateway"), lines=[line], now=clock.now())
    client = signed_in(sale.buyer)
    show = shows.end(sale.scene, now=clock.now())
    waiting = {"replay-waiting": f"/replay/{sale.room}"}
    assert looked_at(window, client, waiting) == {}
    shows.record(show)
    shows.cut(show, is_shown=True, now=clock.now())
    places = {
        "replays": "/replays",
        "replay": f"/replay/{sale.room}",
        "room-over": f"/live/{sale.room}",
        "product-explained": f"/product/{sale.scene.product.public_id}",
    }

    assert looked_at(window, client, places) == {}
