"""Rehearsal, brake, replay and clips through the API."""

from tests import builders
from tests.outside import World
from tests.surfaces.apps import App, app_of
from tests.usecases.live import scenes, shows

from laotie.kernel import clock, ids


def test_a_show_is_rehearsed_stopped_and_looked_back_at(world: World) -> None:
    host, now = builders.a_creator(), clock.now()
    app, stranger, anybody = app_of(host), app_of(builders.a_person()), App()
    announced = ids.public("rom", scenes.a_scheduled_room(host, now))
    app.must(app.put(f"/rooms/{announced}/rehearsal"))
    assert stranger.put(f"/rooms/{announced}/rehearsal").code == "NOT_ALLOWED"
    app.must(app.delete(f"/rooms/{announced}/rehearsal"))
    assert app.delete(f"/rooms/{announced}/rehearsal").code == "NOT_REHEARSING"

    scene = scenes.a_live_room(now)
    host_app, room = app_of(scene.host), ids.public("rom", scene.room_id)
    why = {"reason": "停一下", "can_resume": True}
    assert stranger.post(f"/rooms/{room}/stop", why).code == "NOT_ALLOWED"
    assert anybody.post(f"/rooms/{room}/stop", why).code == "SIGN_IN_FIRST"
    assert host_app.must(host_app.post(f"/rooms/{room}/stop", why))["state"] == "SUSPENDED"
    assert host_app.must(host_app.post(f"/rooms/{room}/resume"))["state"] == "INTERRUPTED"
    assert anybody.get(f"/rooms/{room}/replay").code == "NOT_FOUND"

    show = shows.end(scene, now=now)
    shows.record(show)
    clip = ids.public("clp", shows.cut(show, now=now))
    page = anybody.must(anybody.get(f"/rooms/{room}/replay"))
    assert (page["seconds"], page["chapters"][0]["starts_s"]) == (56, 9.0)
    assert page["playlist_url"].endswith("/replay.m3u8")
    assert anybody.must(anybody.get("/replays"))[0]["room"]["id"] == room
    assert anybody.must(anybody.get(f"/rooms/{room}/replay/says"))["says"] == []
    product = f"/products/{scene.product.public_id}/clips"
    assert anybody.must(anybody.get(product)) == []
    assert stranger.put(f"/clips/{clip}", {"is_shown": True}).code == "NOT_ALLOWED"
    host_app.must(host_app.put(f"/clips/{clip}", {"is_shown": True}))
    assert [each["id"] for each in anybody.must(anybody.get(product))] == [clip]
    assert host_app.post(f"/clips/{clip}/again").code == "NOTHING_TO_CUT"
    assert stranger.get(f"/rooms/{room}/clips").code == "NOT_ALLOWED"
    assert stranger.post(f"/clips/{clip}/publish").code == "NOT_ALLOWED"
    posted = host_app.must(host_app.post(f"/clips/{clip}/publish"))
    assert (posted["state"], posted["cause"], posted["source"]) == ("TRANSCODING", "", clip)
    assert posted["product_ids"] == [scene.product.public_id]
    assert host_app.must(host_app.post(f"/clips/{clip}/post"))["id"] == posted["id"]
    host_app.must(host_app.put(f"/rooms/{room}/replay", {"is_hidden": True}))
    assert anybody.get(f"/rooms/{room}/replay").code == "NOT_FOUND"
    hidden = host_app.must(host_app.get(f"/rooms/{room}/replay"))
    assert "/media/p/" in hidden["playlist_url"]
    assert stranger.get(f"/rooms/{room}/arrivals").code == "NOT_ALLOWED"
    assert host_app.must(host_app.get(f"/rooms/{room}/arrivals")) == []
