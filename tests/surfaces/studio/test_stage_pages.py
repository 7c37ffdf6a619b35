"""Pages around the stage: seats, gifts, scripts, plans, reports, followers and earnings."""

from datetime import timedelta

import pytest
from django.test import Client
from tests import builders
from tests.surfaces.studio.conftest import OnAir, SignIn
from tests.usecases.live.test_seats import say

from laotie.content.relations import follows
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.live import chat, drops, giveaways, queries, rooms, scripts, seats, stage
from laotie.live.rules import RoomState

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def body(answer: object) -> str:
    content: bytes = answer.content  # type: ignore[attr-defined]
    return content.decode()


def a_moderator(on_air: OnAir, *duties: str) -> Actor:
    who = builders.a_person("房管小妹")
    seats.give(
        actor=on_air.host, room_id=on_air.id, person_id=who.require_person(),
        duties=duties or ["silence", "take_down", "pin", "slow", "words", "stop"], now=clock.now(),
    )  # fmt: skip
    return who


def said_now(room_id: object, who: Actor, text: str) -> str:
    line = chat.Line(room_id, who.require_person(), text, f"r{ids.new().hex[:20]}")  # type: ignore[arg-type]
    (verdict,) = chat.say(actor=who, lines=[line], now=clock.now())
    assert verdict.comment_id
    return str(verdict.comment_id)


def test_a_host_gives_and_takes_seats(on_air: OnAir, signed_in: SignIn) -> None:
    fan = builders.a_person("老粉")
    follows.follow(actor=fan, creator_id=on_air.host.require_creator(), now=clock.now())
    client, person = signed_in(on_air.host), ids.public("per", fan.require_person())

    found = client.get(f"{on_air.address}seats", {"q": "老粉"})
    given = client.post(
        f"{on_air.address}seats/{person}/give", {"duty": ["slow", "pin"]}, headers=PART
    )
    wrong = client.post(f"{on_air.address}seats/{person}/give", {"duty": ["money"]}, headers=PART)

    assert "老粉" in body(found)
    assert (given.status_code, wrong.status_code) == (200, 422)
    (line,) = seats.of_room(on_air.id, actor=on_air.host)
    assert sorted(line.duties) == ["pin", "slow"]
    client.post(f"{on_air.address}seats/{person}/take")
    assert seats.of_room(on_air.id, actor=on_air.host) == ()


def test_a_moderator_has_a_page_of_their_own_and_no_desk(on_air: OnAir, signed_in: SignIn) -> None:
    viewer = builders.a_person("问题观众")
    say_id = said_now(on_air.id, viewer, "几号发货呀")
    who = a_moderator(on_air)
    client, address = signed_in(who), f"{on_air.address}moderate"

    assert client.get(on_air.address).status_code == 404
    assert client.get(f"{on_air.address}seats").status_code == 404
    assert client.get(f"{on_air.address}script").status_code in {403, 404}
    assert "几号发货呀" in body(client.get(address))
    assert on_air.address in body(client.get("/studio/seats"))
    client.post(f"{address}/says/{say_id}/pin")
    client.post(f"{address}/slow", {"seconds": "30"})
    client.post(f"{address}/forbid", {"word": "微信"})
    person = ids.public("per", viewer.require_person())
    client.post(f"{address}/people/{person}/mute", {"minutes": "10"})
    shown = body(client.get(address, headers=PART))

    assert queries.opening(on_air.id).pinned_say["text"] == "几号发货呀"  # type: ignore[union-attr, index]
    assert queries.room_for_host(on_air.id, actor=on_air.host).slow_mode_s == 30
    assert "问题观众" in shown
    client.post(f"{address}/unpin")
    stopped = client.post(f"{address}/stop", {"reason": "画面不对"})
    assert stopped.status_code == 302
    assert queries.room_for_host(on_air.id, actor=on_air.host).state is RoomState.SUSPENDED


def test_a_seat_without_the_duty_is_told_so(on_air: OnAir, signed_in: SignIn) -> None:
    client = signed_in(a_moderator(on_air, "pin"))

    refused = client.post(f"{on_air.address}moderate/slow", {"seconds": "30"}, headers=PART)

    assert refused.status_code == 403
    assert queries.room_for_host(on_air.id, actor=on_air.host).slow_mode_s == 0


def test_gifts_are_opened_and_closed_on_the_desk(on_air: OnAir, signed_in: SignIn) -> None:
    now = clock.now()
    coupon = builders.a_coupon(shop=on_air.scene.shop, now=now)
    client, address = signed_in(on_air.host), on_air.address
    form = {
        "giveaway-prize": "茶盏一只", "giveaway-coupon": "", "giveaway-winners": "1",
        "giveaway-rule": "word", "giveaway-word": "福气", "giveaway-seconds": "60",
    }  # fmt: skip

    wrong = client.post(f"{address}giveaway", {**form, "giveaway-word": ""}, headers=PART)
    opened = client.post(f"{address}giveaway", form, headers=PART)
    (card,) = giveaways.of_room(on_air.id, actor=on_air.host)
    off = client.post(f"{address}giveaway/{ids.public('gaw', card.id)}/off", headers=PART)
    thrown = client.post(
        f"{address}drop",
        {
            "drop-coupon": ids.public("cpn", coupon.coupon_id),
            "drop-pieces": "5",
            "drop-seconds": "30",
        },
        headers=PART,
    )

    assert (wrong.status_code, opened.status_code, off.status_code) == (422, 200, 200)
    assert "茶盏一只" in body(opened)
    assert thrown.status_code == 200
    running = drops.running(on_air.id, now=clock.now())
    assert running
    assert (running.pieces, running.left) == (5, 5)
    client.post(f"{address}drop/close")
    assert drops.running(on_air.id, now=clock.now()) is None


def test_the_script_is_written_and_read_large(on_air: OnAir, signed_in: SignIn) -> None:
    client, address = signed_in(on_air.host), on_air.address

    client.post(f"{address}script", {"product": on_air.product, "words": "先看釉色"})
    client.post(f"{address}script", {"title": "开场", "words": "<b>大家好</b>"})
    wrong = client.post(f"{address}script", {"title": "", "words": "x"}, headers=PART)
    read = body(client.get(f"{address}prompter"))

    assert wrong.status_code == 422
    assert "先看釉色" in read
    assert "&lt;b&gt;大家好" in read
    free = scripts.of_room(on_air.id, actor=on_air.host)[0]
    client.post(f"{address}script/{free.id}/out")
    assert "大家好" not in body(client.get(f"{address}prompter"))


def test_the_bag_is_put_in_order_by_number(on_air: OnAir, signed_in: SignIn) -> None:
    shop, now = on_air.scene.shop, clock.now()
    other = builders.a_product(shop, 9900, title="大碗")
    builders.a_plan(shop, other)
    stage.add_item(actor=on_air.host, room_id=on_air.id, product_id=other.id, now=now)
    client = signed_in(on_air.host)

    moved = client.post(f"{on_air.address}bag/{other.public_id}/move", {"to_no": "1"}, headers=PART)
    wrong = client.post(f"{on_air.address}bag/{other.public_id}/move", {"to_no": "9"}, headers=PART)

    assert (moved.status_code, wrong.status_code) == (200, 422)
    bag = queries.bag(on_air.id, now=clock.now())
    assert bag[0].product.product_id == other.id


def test_a_plan_is_changed_called_off_and_stands_in_the_calendar(signed_in: SignIn) -> None:
    host, now = builders.a_creator(), clock.now()
    at = (now + timedelta(days=1)).replace(second=0, microsecond=0)
    card = rooms.schedule(actor=host, title="明晚开窑", starts_at=at, now=now)
    client, address = signed_in(host), f"/studio/rooms/{ids.public('rom', card.id)}/"

    shown = client.get("/studio/calendar", {"on": f"{at:%Y-%m-%d}", "by": "week"})
    assert "明晚开窑" in body(shown)
    changed = client.post(
        f"{address}change", {"title": "后天开窑", "starts_at": f"{at + timedelta(days=1):%Y-%m-%dT%H:%M}"}
    )  # fmt: skip
    wrong = client.post(f"{address}call-off", {"reason": " "}, headers=PART)

    assert (changed.status_code, wrong.status_code) == (302, 422)
    assert client.get("/studio/calendar", {"on": "nonsense"}).status_code == 200
    off = client.post(f"{address}call-off", {"reason": "停电"})
    assert (off.status_code, queries.announced(actor=Actor.anonymous())) == (302, ())


@pytest.mark.parametrize("path", ["fans", "earnings", "calendar", "seats"])
def test_pages_of_a_creator_open_while_they_are_empty(path: str, signed_in: SignIn) -> None:
    assert signed_in(builders.a_creator()).get(f"/studio/{path}").status_code == 200


def test_a_report_is_there_after_the_show_as_page_and_file(
    on_air: OnAir, signed_in: SignIn
) -> None:
    say(on_air.id, builders.a_person(), "好看")
    client, address = signed_in(on_air.host), on_air.address
    assert client.get(f"{address}report").status_code == 200
    assert client.get(f"{address}report.csv").status_code == 404
    rooms.end(actor=on_air.host, room_id=on_air.id, now=clock.now())

    made = client.post(f"{address}report/again")
    page, file = client.get(f"{address}report"), client.get(f"{address}report.csv")

    assert (made.status_code, page.status_code) == (302, 200)
    assert file.content.startswith(b"\xef\xbb\xbffigure,value,definition")
    stranger: Client = signed_in(builders.a_creator())
    assert stranger.get(f"{address}report").status_code == 404
    assert stranger.get(f"{address}report.csv").status_code == 404
