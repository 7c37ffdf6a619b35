"""Rights by the API: what may be shown, of which event, and to whom a right is handed on."""

from datetime import timedelta

import pytest
from tests.builders import a_creator
from tests.surfaces.apps import app_of
from tests.usecases.content.events_held import a_draft, an_event, given, of, terms
from tests.usecases.live import scenes

from laotie.content import models
from laotie.content.licensing.licences import Use
from laotie.kernel import clock, ids
from laotie.live import licensed

pytestmark = pytest.mark.usefixtures("db")


def test_a_right_is_read_handed_on_used_and_ended() -> None:
    channel, cutter, now = a_creator("频道"), a_creator("剪手"), clock.now()
    day = timedelta(days=1)
    event = an_event(begins=now - day, ends=now + day, now=now)
    whole = terms(begins=now - 2 * day, ends=now + 9 * day, may_sublicense=True)
    held = given(event, of(channel), uses=[Use.SHORT_VIDEO], scope=whole)
    app, other = app_of(channel), app_of(cutter)

    assert [each["id"] for each in other.must(other.get("/occasions"))] == [event.public_id]
    (mine,) = app.must(app.get("/me/rights"))
    assert (mine["id"], mine["use"], mine["is_in_force"]) == (held.public_id, "SHORT_VIDEO", True)
    assert other.must(other.get("/me/rights")) == []
    path = f"/rights/{held.public_id}/sublicences"
    to = {"creator_id": ids.public("crt", cutter.require_creator())}
    assert other.post(path, to).code == "NOT_FOUND"
    assert other.get(path).code == "NOT_FOUND"
    wide = to | {"ends_at": (now + 10 * day).isoformat()}
    assert app.post(path, wide).code == "GRANT_TOO_WIDE"

    post_id = a_draft(cutter, None, now=now)
    ref = ids.public("pst", post_id)
    assert other.get(f"/me/posts/{ref}/occasion").code == "NOT_FOUND"
    said = {"occasion_id": event.public_id, "use": "SHORT_VIDEO", "event_time": now.isoformat()}
    shown = other.must(other.put(f"/me/posts/{ref}/occasion", said))
    assert (shown["lack"], shown["until"]) == ("RIGHTS_MISSING", None)
    refused = other.post(f"/me/posts/{ref}/publish", {})
    assert (refused.code, refused.body["facts"]["ask_name"]) == ("RIGHTS_MISSING", "频道")

    made = app.must(app.post(path, to | {"longest_clip_s": 60}))
    assert (made["parent_id"], made["longest_clip_s"]) == (held.public_id, 60)
    assert [each["id"] for each in app.must(app.get(path))] == [made["id"]]
    assert other.must(other.get(f"/me/posts/{ref}/occasion"))["lack"] == ""
    assert other.post(f"/me/posts/{ref}/take-back", {}).code == "WRONG_STATE"
    ended = app.must(app.post(f"/rights/{made['id']}/revoke", {"reason": "到期"}))
    assert ended["is_in_force"] is False
    other.must(other.delete(f"/me/posts/{ref}/occasion"))
    assert not models.PostOccasion.objects.exists()


def test_a_room_says_which_event_it_shows() -> None:
    host, now = a_creator(), clock.now()
    event = an_event(begins=now - timedelta(days=1), ends=now + timedelta(days=1), now=now)
    room_id = scenes.a_scheduled_room(host, now)
    app, path = app_of(host), f"/rooms/{ids.public('rom', room_id)}/occasion"

    app.must(app.put(path, {"occasion_id": event.public_id}))
    assert licensed.of_room(room_id) == event
    app.must(app.put(path, {}))
    assert licensed.of_room(room_id) is None
