"""Giveaways, drops, seats, plans and reports through the API, as an app of a host and of a viewer."""

from datetime import timedelta

from tests import builders
from tests.outside import World
from tests.surfaces.apps import app_of
from tests.usecases.live import scenes

from laotie.kernel import clock, ids
from laotie.live import rooms


def test_a_host_gives_away_and_a_viewer_takes_part(world: World) -> None:
    scene = scenes.a_live_room(clock.now())
    host, viewer = app_of(scene.host), app_of(builders.a_person())
    room = ids.public("rom", scene.room_id)
    coupon = builders.a_coupon(shop=scene.shop, now=clock.now())
    body = {"prize": "茶盏", "winners": 1, "rule": "follow", "seconds": 60}

    assert viewer.post(f"/rooms/{room}/giveaways", body).status == 403
    opened = host.post(f"/rooms/{room}/giveaways", body)
    assert opened.status == 201
    giveaway = opened.body
    assert (giveaway["seed"], len(giveaway["commitment"])) == ("", 64)
    early = viewer.put(f"/giveaways/{giveaway['id']}/entry", {})
    assert (early.status, early.body["code"]) == (409, "GIVEAWAY_CONDITION")
    viewer.put(f"/creators/{ids.public('crt', scene.host.require_creator())}/follow", {})
    entry = viewer.put(f"/giveaways/{giveaway['id']}/entry", {})
    assert (entry.status, entry.body["no"]) == (200, 1)
    assert host.delete(f"/giveaways/{giveaway['id']}").status == 409
    assert viewer.get(f"/rooms/{room}/giveaway").body["entries"] == 1
    assert viewer.get(f"/giveaways/{giveaway['id']}/winners").body == []

    wish = {"coupon_id": ids.public("cpn", coupon.coupon_id), "pieces": 2, "seconds": 30}
    drop = host.post(f"/rooms/{room}/drops", wish)
    assert drop.status == 201
    caught = viewer.post(f"/drops/{drop.body['id']}/catch", {})
    again = viewer.post(f"/drops/{drop.body['id']}/catch", {})
    assert (caught.body["is_new"], again.body["is_new"]) == (True, False)
    assert viewer.get(f"/rooms/{room}/drop").body["left"] == 1
    assert host.delete(f"/rooms/{room}/drops").status == 200
    assert viewer.get(f"/rooms/{room}/drop").body is None


def test_seats_plans_scripts_and_reports_have_addresses(world: World) -> None:
    now = clock.now()
    scene = scenes.a_live_room(now)
    helper = builders.a_person("房管")
    host, seat = app_of(scene.host), app_of(helper)
    room, person = ids.public("rom", scene.room_id), ids.public("per", helper.require_person())

    assert seat.put(f"/rooms/{room}/slow-mode", {"seconds": 5}).status == 403
    given = host.put(f"/rooms/{room}/seats/{person}", {"duties": ["slow", "script"]})
    assert sorted(given.body["duties"]) == ["script", "slow"]
    assert seat.put(f"/rooms/{room}/slow-mode", {"seconds": 5}).status == 200
    assert seat.post(f"/rooms/{room}/words", {"word": "x"}).status == 403
    assert [line["deed"] for line in host.get(f"/rooms/{room}/acts").body] == ["slowed", "seated"]
    assert seat.put(f"/rooms/{room}/script", {"title": "开场", "words": "好"}).status == 200
    assert seat.get(f"/rooms/{room}/script").body[0]["text"] == "好"
    assert host.delete(f"/rooms/{room}/seats/{person}").status == 200
    assert seat.get(f"/rooms/{room}/script").status == 403

    later = rooms.schedule(actor=scene.host, title="明晚", starts_at=now, now=now)
    next_room, at = ids.public("rom", later.id), now + timedelta(days=1)
    moved = host.patch(f"/rooms/{next_room}/plan", {"starts_at": f"{at:%Y-%m-%dT%H:%M:%SZ}"})
    assert moved.status == 200
    creator = ids.public("crt", scene.host.require_creator())
    (planned,) = seat.get(f"/creators/{creator}").body["to_come"]
    assert (planned["revision"], planned["room"]["id"]) == (1, next_room)
    assert host.post(f"/rooms/{next_room}/call-off", {"reason": "停电"}).status == 200
    assert seat.get(f"/creators/{creator}").body["to_come"] == []

    assert host.get(f"/rooms/{room}/report").body is None
    rooms.end(actor=scene.host, room_id=scene.room_id, now=now)
    report = host.post(f"/rooms/{room}/report", {})
    assert (report.status, report.body["figures"]["orders"]) == (200, 0)
    assert seat.get(f"/rooms/{room}/report").status == 403
    assert host.get("/me/fans").body["followers"] == 0
