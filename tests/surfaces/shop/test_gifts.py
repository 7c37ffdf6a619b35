"""A viewer takes part in giveaways, catches coupons, and finds the creator's page and calendar."""

from datetime import timedelta

from django.test import Client
from tests import builders
from tests.surfaces.shop.conftest import SignIn
from tests.usecases.live import scenes

from laotie.content.relations import follows
from laotie.kernel import clock, ids
from laotie.live import drops, entries, giveaways, reminders, rooms

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def text(answer: object) -> str:
    content: bytes = answer.content  # type: ignore[attr-defined]
    return content.decode()


def test_one_tap_says_the_word_follows_and_takes_part_once(db: None, signed_in: SignIn) -> None:
    now = clock.now()
    scene = scenes.a_live_room(now)
    viewer = builders.a_person("小林")
    card = giveaways.open_giveaway(
        actor=scene.host, room_id=scene.room_id, prize="茶盏一只", coupon_id=None, winners=1,
        rule="both", word="福气", seconds=600, now=now,
    )  # fmt: skip
    client, room = signed_in(viewer), ids.public("rom", scene.room_id)
    address = f"/live/{room}/giveaway"
    enter = f"{address}/{ids.public('gaw', card.id)}/enter"

    sheet = client.get(address, headers=PART)
    answers = [client.post(enter, headers=PART) for _ in range(2)]

    assert "茶盏一只" in text(sheet)
    assert [answer.status_code for answer in answers] == [200, 200]
    mine = entries.of_person(viewer.person_id, card.id)
    assert mine
    assert mine.no == 1
    assert follows.is_following(viewer.person_id, scene.host.require_creator())
    assert scenes.kinds(scene.room_id).count("says") == 1
    guest = Client().post(enter, headers=PART)
    assert "sign-in" in guest.headers.get("HX-Redirect", guest.headers.get("Location", ""))
    assert client.post(f"/live/{room}/giveaway/gaw_x/enter").status_code == 404

    giveaways.draw_due(now=now + timedelta(seconds=601))
    proof = client.get(f"/giveaway/{ids.public('gaw', card.id)}")
    drawn = giveaways.card(card.id)
    assert drawn.seed in text(proof)
    assert drawn.commitment in text(proof)
    assert "小林" not in text(Client().get(f"/giveaway/{ids.public('gaw', card.id)}"))


def test_a_coupon_is_caught_and_one_of_another_room_is_not_there(
    db: None, signed_in: SignIn
) -> None:
    now = clock.now()
    scene, other = scenes.a_live_room(now), scenes.a_live_room(now)
    coupon = builders.a_coupon(shop=scene.shop, now=now)
    drop = drops.open_drop(
        actor=scene.host, room_id=scene.room_id, coupon_id=coupon.coupon_id, pieces=1,
        seconds=60, now=now,
    )  # fmt: skip
    quick, slow = builders.a_person(), builders.a_person()
    name = ids.public("drp", drop.id)
    address = f"/live/{ids.public('rom', scene.room_id)}/drops/{name}"

    caught = signed_in(quick).post(address, headers=PART)
    late = signed_in(slow).post(address, headers=PART)
    lost = signed_in(quick).post(f"/live/{ids.public('rom', other.room_id)}/drops/{name}")

    assert (caught.status_code, late.status_code, lost.status_code) == (204, 409, 404)
    assert "toast" in caught.headers["HX-Trigger"]
    assert drops.has_caught(quick.person_id, drop.id)
    assert not drops.has_caught(slow.person_id, drop.id)


def test_a_creators_page_shows_what_comes_and_calendars_take_it(
    db: None, signed_in: SignIn
) -> None:
    now = clock.now()
    scene, viewer = scenes.a_live_room(now), builders.a_person()
    creator = ids.public("crt", scene.host.require_creator())
    at = now + timedelta(days=1)
    card = rooms.schedule(actor=scene.host, title="明晚开窑", starts_at=at, now=now)
    client, room = signed_in(viewer), ids.public("rom", card.id)

    page = client.get(f"/creator/{creator}")
    client.post(f"/creator/{creator}/follow", {"follow": "yes"})
    client.post(f"/creator/{creator}/remind/{room}", {"remind": "yes"})

    assert "明晚开窑" in text(page)
    assert "茶盏" in text(page)
    assert follows.is_following(viewer.person_id, scene.host.require_creator())
    assert reminders.people(card.id) == (viewer.person_id,)
    client.post(f"/creator/{creator}/remind/{room}", {"remind": "no"})
    assert reminders.people(card.id) == ()
    whole, one = (
        Client().get(f"/creator/{creator}/rooms.ics"),
        Client().get(f"/live/{room}/room.ics"),
    )
    assert whole.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert (text(whole).count("BEGIN:VEVENT"), text(one).count("BEGIN:VEVENT")) == (2, 1)
    stranger = ids.public("crt", builders.a_creator().require_creator())
    assert client.post(f"/creator/{stranger}/remind/{room}").status_code == 404
    assert Client().get(f"/creator/crt_{'0' * 26}").status_code == 404
