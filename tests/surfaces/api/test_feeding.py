"""The feed over the API: page by page, with reasons, and what was looked at."""

from datetime import timedelta
from uuid import uuid4

from tests import builders
from tests.outside import World
from tests.surfaces.apps import App, app_of
from tests.usecases.content.seen_posts import add_up, many
from tests.usecases.live import scenes

from laotie.content import models
from laotie.content.viewing import ranking, signals
from laotie.content.viewing.signals import Figures
from laotie.kernel import clock, ids


def test_a_program_scrolls_to_the_end_and_tells_what_was_seen(world: World) -> None:
    creator, viewer = builders.a_creator(), builders.a_person()
    now = clock.now() - timedelta(minutes=1)
    posts = [ids.public("pst", one) for one in many([creator], 17, until=now)]
    app, guest = app_of(viewer), App()
    app.must(app.put(f"/creators/{ids.public('crt', creator.require_creator())}/follow"))

    on_air = scenes.a_live_room(now)
    app.must(app.put(f"/creators/{ids.public('crt', on_air.host.require_creator())}/follow"))
    for wanted, rooms in (("", 1), ("tab=FOLLOWING", 1), ("tab=FIELD&field=FOOD", 0)):
        first = app.must(app.get(f"/feed/posts?{wanted}&limit=5"))
        live = [slide["room"]["id"] for slide in first["live"]]
        assert live == [ids.public("rom", on_air.room_id)] * rooms, wanted
    assert guest.must(guest.get("/feed/posts"))["live"] == []

    found, after = [], ""
    while after is not None:
        page = app.must(app.get(f"/feed/posts?limit=5&after={after}"))
        assert len(page["live"]) == (0 if after else 1)
        found += page["rows"]
        after = page["after"]
    newest = guest.must(guest.get("/feed/posts?tab=FIELD&field=FOOD&limit=50"))["rows"]

    assert sorted(row["post"]["id"] for row in found) == sorted(posts)
    assert {row["why"] for row in found} == {"FOLLOW"}
    assert found[0]["points"]["follow"] == 2.0
    assert [row["post"]["id"] for row in newest] == posts[0::2]
    assert {(row["why"], row["points"]) for row in newest} == {("FIELD", None)}
    assert guest.get("/feed/posts?tab=FOLLOWING").code == "SIGN_IN_FIRST"
    for wrong in ("limit=0", "limit=51", "tab=PAGE", "tab=FIELD&field=X", "after=forged"):
        assert guest.get(f"/feed/posts?{wrong}").code == "INVALID_INPUT", wrong

    visit = {
        "id": str(uuid4()),
        "post_id": posts[0],
        "place": "RECOMMENDED",
        "ms": 3000,
        "end": False,
        "mark": next(row["mark"] for row in found if row["post"]["id"] == posts[0]),
    }
    for _ in range(2):
        assert app.must(app.post("/feed/seen", {"visits": [visit]})) == {"taken": 1}
    assert app_of(creator).must(app_of(creator).post("/feed/seen", {"visits": [visit]})) == {
        "taken": 0
    }
    for wrong_visit in ({"ms": 1}, {"id": "x" * 32}, {"place": "NOWHERE"}):
        told = app.post("/feed/seen", {"visits": [{**visit, **wrong_visit}]})
        assert told.code == "INVALID_INPUT", wrong_visit
    add_up()
    first = ids.parse("pst", posts[0])
    assert [visit.formula for visit in models.Visit.objects.all()] == [ranking.VERSION]
    assert signals.figures([first]) == {first: Figures(visits=1, watch_ms=3000, believed_ms=3000)}
