"""A room from its announcement to its end, and what its host does on the control desk."""

import io
import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from PIL import Image
from tests import builders
from tests.surfaces.studio.conftest import OnAir, SignIn, queries_of
from tests.usecases.live import scenes

from laotie.accounts import creators, roles
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.live import chat, flashes, ingest, queries, showcase, tickets, words
from laotie.live.rules import RoomState
from laotie.trade import stock

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def a_picture(size: tuple[int, int] = (64, 96)) -> SimpleUploadedFile:
    body = io.BytesIO()
    Image.new("RGB", size, "tan").save(body, "PNG")
    return SimpleUploadedFile("cover.png", body.getvalue(), "image/png")


def room_form(**changed: object) -> dict[str, object]:
    return {"title": "开窑第二场", "starts_at": "2026-12-01T20:00", "shop": "", **changed}


def say(who: Actor, on_air: OnAir, text: str) -> str:
    assert who.person_id
    line = chat.Line(on_air.id, who.person_id, text, f"r{ids.new().hex[:20]}")
    (verdict,) = chat.say(actor=who, lines=[line], now=clock.now())
    return str(verdict.refused or verdict.comment_id)


def test_a_room_is_announced_with_a_cover(signed_in: SignIn, world: object) -> None:
    creator = builders.a_creator()
    client = signed_in(creator)

    answer = client.post("/studio/rooms/new", room_form(cover=a_picture()))

    assert creator.creator_id
    (room,) = showcase.rooms(creator.creator_id).rows
    assert answer["Location"] == f"/studio/rooms/{ids.public('rom', room.id)}/"
    assert (room.title, room.state) == ("开窑第二场", RoomState.SCHEDULED)
    assert room.starts_at.isoformat() == "2026-12-01T12:00:00+00:00"
    assert re.search(r"/media/pictures/[0-9a-f]{32}/640\.webp$", room.cover_url)
    assert "开窑第二场" in client.get("/studio/rooms").text
    assert "Open preview" in client.get(answer["Location"]).text


@pytest.mark.parametrize(
    "changed",
    [
        {"title": ""},
        {"title": "x" * 61},
        {"starts_at": "tomorrow"},
        {"cover": SimpleUploadedFile("x.png", b"no picture", "image/png")},
        {"cover": SimpleUploadedFile("x.png", b"0" * (8 * 1024 * 1024 + 1), "image/png")},
        {"shop": "shp_00000000000000000000000000"},
    ],
)
def test_a_bent_announcement_makes_no_room(
    signed_in: SignIn, world: object, changed: dict[str, object]
) -> None:
    creator = builders.a_creator()

    answer = signed_in(creator).post("/studio/rooms/new", room_form(**changed))

    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert creator.creator_id
    assert showcase.rooms(creator.creator_id).rows == ()


def test_staff_with_the_stage_run_their_shops_room(signed_in: SignIn, world: object) -> None:
    creator, shop = builders.a_creator(), builders.a_shop()
    phone = builders.a_phone()
    staged = builders.hire(shop.owner, shop.id, phone, "stage", now=clock.now())
    builders.a_person(phone=phone)
    creators.become(actor=staged, name="店员主播", now=clock.now())
    staged = roles.actor_of(staged.person_id, "test")
    helper = builders.a_clerk(shop, "stage")

    answer = signed_in(staged).post("/studio/rooms/new", room_form(shop=ids.public("shp", shop.id)))

    assert signed_in(helper).get(answer["Location"]).status_code == 200
    assert signed_in(creator).get(answer["Location"]).status_code == 404


def test_the_steps_of_a_room(signed_in: SignIn, world: object) -> None:
    creator = builders.a_creator()
    room_id = scenes.a_scheduled_room(creator, clock.now())
    address = f"/studio/rooms/{ids.public('rom', room_id)}/"
    client = signed_in(creator)

    def state() -> RoomState:
        return queries.room_for_host(room_id, actor=creator).state

    assert client.post(f"{address}live").status_code == 409
    assert state() == RoomState.SCHEDULED
    assert client.post(f"{address}preview")["Location"] == address
    without_picture = client.post(f"{address}live", headers=PART)
    assert without_picture.status_code == 409
    assert "No picture arrives yet." in without_picture.text
    assert "<html" not in without_picture.text
    assert state() == RoomState.PREVIEW
    ingest.started(room_id=room_id, session=uuid4(), picture=scenes.PICTURE, now=clock.now())
    on_air = client.post(f"{address}live", headers=PART)
    assert on_air["HX-Trigger"] == "desk-changed"
    assert 'id="state"' in on_air.text
    assert state() == RoomState.LIVE
    assert "This cannot be taken back." in client.get(f"{address}end").text
    assert state() == RoomState.LIVE
    assert client.post(f"{address}end").status_code == 302
    assert state() == RoomState.ENDED
    assert client.post(f"{address}end").status_code == 409
    assert "The last hour" in client.get(address).text


def test_a_stream_key_is_shown_once_and_replaced_on_request(
    signed_in: SignIn, on_air: OnAir
) -> None:
    client = signed_in(on_air.host)

    def made(answer: HttpResponse) -> tuple[str, str]:
        assert answer["Cache-Control"] == "no-store"
        (key,) = set(re.findall(r"([a-z0-9]{26})\?token=([0-9a-f]{32})", answer.text))
        return key

    first = made(client.post(f"{on_air.address}key"))
    assert "?token=" not in client.get(on_air.address).text
    assert "stops working at once" in client.get(f"{on_air.address}key").text
    second = made(client.post(f"{on_air.address}key", headers=PART))

    def works(key: tuple[str, str]) -> bool:
        verdict = ingest.authorise(name=key[0], secret=key[1], now=clock.now())
        return verdict.room_id == on_air.id

    assert first != second
    assert [works(first), works(second)] == [False, True]


def test_tickets_of_the_desk_open_its_sockets(signed_in: SignIn, on_air: OnAir) -> None:
    client = signed_in(on_air.host)

    entered = json.loads(client.post(f"{on_air.address}ticket").content)
    publish = json.loads(client.post(f"{on_air.address}publish").content)

    assert entered["url"].endswith(f"/live/{on_air.ref}")
    assert tickets.read(entered["ticket"]).is_host
    name = ingest.stream_name(on_air.id)
    assert ingest.authorise_ticket(name=name, ticket=publish["ticket"]).room_id == on_air.id
    assert client.get(f"{on_air.address}publish").status_code == 405


def test_the_picture_is_watched_by_a_signed_address(signed_in: SignIn, on_air: OnAir) -> None:
    page = signed_in(on_air.host).get(on_air.address).text

    name = ingest.stream_name(on_air.id)
    assert re.search(rf'src="[^"]+/media/p/[A-Za-z0-9_:.=-]+/{name}/index\.m3u8"', page)
    assert re.search(rf'data-socket="ws[^"]+/media/golive/{name}"', page)


def test_health_is_shown_with_what_to_do(signed_in: SignIn, on_air: OnAir) -> None:
    figures = {"bitrate_bps": 2_500_000, "fps": 30.0, "key_frame_s": 4.2, "dropped": 2}
    warned = {**figures, "codec": "h264", "warnings": ["KEY_FRAMES"]}
    ingest.health(room_id=on_air.id, session=on_air.scene.session, figures=warned, now=clock.now())
    client = signed_in(on_air.host)

    part = client.get(f"{on_air.address}parts/signal", headers=PART).text
    ingest.ended(room_id=on_air.id, session=on_air.scene.session, reason="LOST", now=clock.now())
    after = client.get(f"{on_air.address}parts/signal", headers=PART).text

    assert "2.5M" in part
    assert "Set the interval to 1 s." in part
    assert "The connection was lost." in after
    assert "Viewers are told that you come back" in client.get(on_air.address).text


def test_products_go_in_and_out_of_the_bag(signed_in: SignIn, on_air: OnAir) -> None:
    client, shop = signed_in(on_air.host), on_air.scene.shop
    product = builders.a_product(shop, 9900, title="大碗")
    without_plan = builders.a_product(shop, 9900, title="花瓶")
    builders.a_plan(shop, product, 2500)

    def bag() -> list[object]:
        items = queries.bag(on_air.id, now=clock.now())
        return [item.product.product_id for item in items]

    found = client.get(f"{on_air.address}products?q=大碗").text
    assert "you earn 25%" in found
    assert "茶盏" not in found
    assert "Nothing found" in client.get(f"{on_air.address}products?q=花瓶").text
    refused = client.post(
        f"{on_air.address}products", {"product": without_plan.public_id}, headers=PART
    )
    assert refused.status_code == 409
    assert "no commission" in refused.text
    added = client.post(f"{on_air.address}products", {"product": product.public_id}, headers=PART)
    assert 'id="bag"' in added.text
    assert bag() == [on_air.scene.product.id, product.id]
    client.post(f"{on_air.address}bag/{product.public_id}/up")
    assert bag() == [product.id, on_air.scene.product.id]
    assert client.post(f"{on_air.address}bag/{product.public_id}/up").status_code == 422
    client.post(f"{on_air.address}bag/{product.public_id}/pin")
    presented = client.post(f"{on_air.address}bag/{product.public_id}/remove", headers=PART)
    assert presented.status_code == 409
    client.post(f"{on_air.address}bag/{product.public_id}/unpin")
    assert client.post(f"{on_air.address}bag/{product.public_id}/remove").status_code == 302
    assert bag() == [on_air.scene.product.id]
    assert client.post(f"{on_air.address}bag/{product.public_id}/burn").status_code == 404


def test_a_flash_offer_is_opened_and_closed(signed_in: SignIn, on_air: OnAir) -> None:
    client = signed_in(on_air.host)
    form = {"sku": on_air.sku, "price": "19.90", "quantity": "5", "seconds": "300", "limit": "1"}

    opened = client.post(f"{on_air.address}flash", form, headers=PART)
    second = client.post(f"{on_air.address}flash", form, headers=PART)

    running = flashes.running(on_air.id, now=clock.now())
    assert running
    assert (running.price_fen, running.quantity, running.limit_per_buyer) == (1990, 5, 1)
    assert "flash-clock" in opened.text
    assert second.status_code == 409
    client.post(f"{on_air.address}flash/close")
    assert flashes.running(on_air.id, now=clock.now()) is None


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"price": "39.91"}, 422),
        ({"price": "9.99"}, 422),
        ({"price": "1e1"}, 422),
        ({"price": "-5"}, 422),
        ({"quantity": "0"}, 422),
        ({"seconds": "9"}, 422),
        ({"seconds": "3601"}, 422),
        ({"limit": "0"}, 422),
        ({"sku": "sku_x"}, 422),
    ],
)
def test_a_bent_flash_offer_is_shown_again_and_opens_nothing(
    signed_in: SignIn, on_air: OnAir, changed: dict[str, str], status: int
) -> None:
    form = {"sku": on_air.sku, "price": "19.90", "quantity": "5", "seconds": "300", "limit": ""}

    answer = signed_in(on_air.host).post(
        f"{on_air.address}flash", {**form, **changed}, headers=PART
    )

    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert flashes.running(on_air.id, now=clock.now()) is None


def test_order_is_kept_in_the_room(signed_in: SignIn, on_air: OnAir) -> None:
    client, loud = signed_in(on_air.host), builders.a_person("大嗓门")
    assert loud.person_id
    person = f"{on_air.address}people/{ids.public('per', loud.person_id)}"
    comment = say(loud, on_air, "吵死了")

    assert "大嗓门" in client.get(on_air.address).text
    assert "吵死了" in client.get(person).text
    client.post(f"{on_air.address}says/{comment}/take-down", headers=PART)
    assert queries.comments(on_air.id, actor=on_air.host) == ()
    muted = client.post(f"{person}/mute", {"minutes": "10"}, headers=PART)
    assert "Muted" in muted["HX-Trigger"]
    assert say(loud, on_air, "为什么") == "MUTED"
    client.post(f"{person}/forgive")
    assert say(loud, on_air, "谢谢") not in {"MUTED", "KICKED"}
    client.post(f"{person}/kick")
    assert say(loud, on_air, "喂") == "KICKED"
    assert client.post(f"{person}/burn").status_code == 404


def test_the_host_cannot_be_silenced(signed_in: SignIn, on_air: OnAir) -> None:
    assert on_air.host.person_id
    me = f"{on_air.address}people/{ids.public('per', on_air.host.person_id)}"

    assert signed_in(on_air.host).post(f"{me}/kick").status_code == 422
    assert queries.silenced(on_air.id, actor=on_air.host, now=clock.now()) == ()


def test_words_and_slow_mode_hold_at_once(signed_in: SignIn, on_air: OnAir) -> None:
    client, viewer = signed_in(on_air.host), builders.a_person()

    listed = client.post(f"{on_air.address}words/forbid", {"word": "加微信"}, headers=PART)
    assert "加微信" in listed.text
    assert say(viewer, on_air, "加-微-信") == "BLOCKED_WORD"
    client.post(f"{on_air.address}words/allow", {"word": "加微信"})
    assert words.of_actor(on_air.host) == ()
    assert client.post(f"{on_air.address}words/forbid", {"word": "…"}).status_code == 422
    client.post(f"{on_air.address}slow", {"seconds": "30"})
    say(viewer, on_air, "一")
    assert say(viewer, on_air, "二") == "SLOW_MODE"
    for bent in ("301", "-1", "x", ""):
        assert client.post(f"{on_air.address}slow", {"seconds": bent}).status_code == 422
    assert queries.room_for_host(on_air.id, actor=on_air.host).slow_mode_s == 30


def test_the_host_speaks_without_a_socket(signed_in: SignIn, on_air: OnAir) -> None:
    client = signed_in(on_air.host)

    assert client.post(f"{on_air.address}say", {"text": "大家好"})["Location"] == on_air.address
    refused = client.post(f"{on_air.address}say", {"text": "x" * 121}, headers=PART)

    assert refused.status_code == 422
    assert "at most 120 characters" in refused.text
    (said,) = queries.comments(on_air.id, actor=on_air.host)
    assert said.text == "大家好"


def test_the_box_to_speak_into_begins_with_what_is_said(signed_in: SignIn, on_air: OnAir) -> None:
    """`<say-box>` sends its first input: a token before it would be told to everybody."""
    page = signed_in(on_air.host).get(on_air.address).text

    (box,) = re.findall(r"<say-box.*?</say-box>", page, re.DOTALL)
    assert re.findall(r'<input[^>]* name="([^"]+)"', box) == ["text", "csrfmiddlewaretoken"]


def test_what_people_write_stays_text(signed_in: SignIn, on_air: OnAir) -> None:
    say(builders.a_person("<b>x</b>"), on_air, "<script>alert(1)</script>")

    page = signed_in(on_air.host).get(on_air.address).text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert "<b>x</b>" not in page


def test_the_curve_counts_what_the_room_sold(
    signed_in: SignIn, on_air: OnAir, world: object
) -> None:
    buyer, now = builders.a_person(), on_air.now + timedelta(seconds=1)
    quote = builders.a_quote(buyer, {on_air.scene.sku_id: 2}, room_id=on_air.id, now=now)
    placed = builders.place(buyer, quote, now=now)
    builders.pay_for(world, buyer, placed, now=now)  # type: ignore[arg-type]

    part = signed_in(on_air.host).get(f"{on_air.address}parts/curve", headers=PART).text
    sales = signed_in(on_air.host).get(f"{on_air.address}parts/sales", headers=PART).text

    assert "¥79.80" in part
    assert 'class="bar-order"' in part
    assert "× 2" in sales


def test_a_fuller_bag_costs_no_more_statements(signed_in: SignIn, on_air: OnAir) -> None:
    client, shop = signed_in(on_air.host), on_air.scene.shop

    def add(title: str) -> None:
        product = builders.a_product(shop, 5000, title=title)
        builders.a_plan(shop, product)
        stock.set_stock(actor=shop.owner, sku_id=product.skus[0].id, on_hand=3, now=on_air.now)
        client.post(f"{on_air.address}products", {"product": product.public_id})

    say(builders.a_person(), on_air, "好")
    few = queries_of(client, on_air.address)
    for n in range(5):
        add(f"碗{n}")
        say(builders.a_person(), on_air, f"好{n}")

    assert queries_of(client, on_air.address) == few
    assert few <= 80


def test_a_page_of_rooms_costs_no_more_for_more(signed_in: SignIn, world: object) -> None:
    creator = builders.a_creator()
    client: Client = signed_in(creator)
    scenes.a_scheduled_room(creator)
    few = queries_of(client, "/studio/rooms")
    for _ in range(5):
        scenes.a_scheduled_room(creator)

    assert queries_of(client, "/studio/rooms") == few <= 10
