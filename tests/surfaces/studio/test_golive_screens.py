"""The go-live page and what is left of a show, in real Chromium."""

import pytest
from tests.surfaces.screens import Open, looked_at
from tests.surfaces.studio.conftest import OnAir, SignIn
from tests.usecases.live import scenes, shows

from laotie.kernel import clock, ids
from laotie.live import rehearsals, rooms, stops

pytestmark = pytest.mark.browser


def test_every_screen_of_going_live_is_clean(
    on_air: OnAir, signed_in: SignIn, window: Open
) -> None:
    host, now = on_air.host, clock.now()
    later = rooms.schedule(actor=host, title="明晚第二场", starts_at=now, now=now)
    trying = rooms.schedule(actor=host, title="彩排中的一场", starts_at=now, now=now)
    rehearsals.begin(actor=host, room_id=trying.id, now=now)
    other = scenes.a_live_room(now)
    over = shows.end(other, now=now)
    shows.record(over)
    shows.cut(over, is_shown=True, now=now)
    paused = scenes.a_live_room(now)
    stops.pull(actor=paused.host, room_id=paused.room_id, reason="停一下", can_resume=True, now=now)
    mine = {
        "go-live": f"{on_air.address}go",
        "go-scheduled": f"/studio/rooms/{ids.public('rom', later.id)}/go",
        "go-rehearsal": f"/studio/rooms/{ids.public('rom', trying.id)}/go",
        "stop": f"{on_air.address}stop",
    }
    assert looked_at(window, signed_in(host), mine) == {}

    left = {"lookback": f"/studio/rooms/{ids.public('rom', over.room_id)}/"}
    assert looked_at(window, signed_in(other.host), left) == {}
    braked = {"paused": f"/studio/rooms/{ids.public('rom', paused.room_id)}/go"}
    assert looked_at(window, signed_in(paused.host), braked) == {}
