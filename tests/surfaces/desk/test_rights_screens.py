"""Screens of rights in real Chromium: the desk's, and a creator's own."""

from datetime import timedelta

import pytest
from tests import builders
from tests.surfaces import screens
from tests.surfaces.desk.test_desk import signed_in
from tests.surfaces.desk.test_rights import a_lapsed_post
from tests.surfaces.screens import Open
from tests.usecases.content.events_held import (
    ALL_USES,
    a_draft,
    a_public_showing,
    an_event,
    given,
    of,
    terms,
)
from tests.usecases.live import scenes

from laotie.content.licensing import rights
from laotie.content.licensing.licences import PLATFORM
from laotie.kernel import clock, ids

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("db")]


def test_every_screen_of_rights_holds(window: Open) -> None:
    now, day = clock.now(), timedelta(days=1)
    channel, cutter = builders.a_creator("体育频道"), builders.a_creator("看台上的剪手")
    event = an_event("北京冬季奥林匹克运动会", begins=now - 2 * day, ends=now + 14 * day, now=now)
    old = an_event("欧冠决赛", begins=now - 90 * day, ends=now - 89 * day, now=now)
    given(
        event, PLATFORM, uses=ALL_USES,
        scope=terms(begins=now - 3 * day, ends=now + 60 * day, may_sublicense=True, delay_s=30),
    )  # fmt: skip
    held = given(
        event, of(channel),
        scope=terms(begins=now - 3 * day, ends=now + 20 * day, may_sublicense=True,
                    longest_clip_s=60),
    )  # fmt: skip
    below = rights.hand_on(
        actor=channel, grant_id=held.grant.id, creator_id=cutter.require_creator(),
        scope=terms(begins=now - day, ends=now + 5 * day, longest_clip_s=15), now=now,
    )  # fmt: skip
    given(old, of(channel), scope=terms(begins=now - 95 * day, ends=now - 60 * day))
    to_come = terms(begins=now + 20 * day, ends=now + 30 * day)
    given(event, of(cutter), scope=to_come)
    for hours in (1, 2, 30, 31, 40):
        a_public_showing(channel, event, now=now - timedelta(hours=hours))
    rights.revoke(actor=channel, grant_id=below.grant.id, reason="超出约定时长", now=now)
    lacking = a_draft(cutter, event, seen_at=now - timedelta(minutes=3), now=now)
    room_id = scenes.a_scheduled_room(channel, now + day)
    desk = {"rights": "/desk/rights", "rights-event": f"/desk/rights/{event.public_id}"}
    none = an_event("演唱会", begins=now + day, ends=now + 2 * day, now=now)
    desk["rights-none"] = f"/desk/rights/{none.public_id}"
    studio = {
        "my-rights": "/studio/rights",
        "room-event": "/studio/rooms/new",
        "room-event-change": f"/studio/rooms/{ids.public('rom', room_id)}/change",
    }
    of_cutter = {
        "post-lacking": f"/studio/posts/{ids.public('pst', lacking)}/",
        "post-lapsed": a_lapsed_post(cutter),
    }

    assert screens.looked_at(window, signed_in(builders.an_operator()), desk) == {}
    assert screens.looked_at(window, signed_in(channel), studio) == {}
    assert screens.looked_at(window, signed_in(cutter), of_cutter) == {}
