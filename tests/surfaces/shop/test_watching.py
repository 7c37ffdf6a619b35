"""Feed, room and bag as a buyer finds them."""

from tests.surfaces.shop.conftest import Sale, SignIn

from laotie.kernel import clock
from laotie.live import rooms


def test_an_empty_feed_says_what_to_do(signed_in: SignIn) -> None:
    page = signed_in().get("/")

    assert page.status_code == 200
    assert "Nobody is live right now" in page.text


def test_the_feed_shows_rooms_on_air_and_leads_into_them(sale: Sale, signed_in: SignIn) -> None:
    page = signed_in().get("/")

    assert page.status_code == 200
    assert f'href="/live/{sale.room}"' in page.text
    assert f"/media/live/{sale.room.removeprefix('rom_')}/index.m3u8" in page.text
    assert "开窑第一场" in page.text


def test_a_room_page_knows_its_socket_and_stream(sale: Sale, signed_in: SignIn) -> None:
    page = signed_in(sale.buyer).get(f"/live/{sale.room}")

    assert page.status_code == 200
    assert f'data-ticket="/live/{sale.room}/ticket"' in page.text
    assert "<say-box>" in page.text


def test_a_guest_is_asked_to_sign_in_to_talk(sale: Sale, signed_in: SignIn) -> None:
    page = signed_in().get(f"/live/{sale.room}")

    assert "<say-box>" not in page.text
    assert f"/sign-in?next=/live/{sale.room}" in page.text


def test_a_room_that_is_over_says_so(sale: Sale, signed_in: SignIn) -> None:
    rooms.end(actor=sale.scene.host, room_id=sale.scene.room_id, now=clock.now())

    page = signed_in().get(f"/live/{sale.room}")

    assert page.status_code == 200
    assert 'data-live-state="over"' in page.text
    assert "index.m3u8" not in page.text


def test_a_ticket_is_given_to_guests_too(sale: Sale, signed_in: SignIn) -> None:
    answer = signed_in().post(f"/live/{sale.room}/ticket")

    assert answer.status_code == 200
    assert answer.json()["url"].endswith(f"/live/{sale.room}")
    assert len(answer.json()["ticket"]) > 40


def test_there_is_no_ticket_to_a_room_that_does_not_exist(signed_in: SignIn) -> None:
    answer = signed_in().post("/live/rom_00000000000000000000000000/ticket")

    assert answer.status_code == 404
    assert answer.json()["code"] == "NOT_FOUND"


def test_the_bag_shows_the_price_of_the_room(sale: Sale, signed_in: SignIn) -> None:
    page = signed_in().get(f"/live/{sale.room}/bag", headers={"HX-Request-Type": "partial"})

    assert page.status_code == 200
    assert "<html" not in page.text
    assert '19<span class="cents">.90' in page.text
    assert 'data-quantity="5"' in page.text
    assert 'data-left="5"' in page.text


def test_following_is_shown_and_taken_back(sale: Sale, signed_in: SignIn) -> None:
    client = signed_in(sale.buyer)

    after = client.post(
        f"/live/{sale.room}/follow", {"follow": "yes"}, headers={"HX-Request-Type": "partial"}
    )

    assert "Following" in after.text
    client.post(f"/live/{sale.room}/follow", {"follow": "no"})
    assert "Following" not in client.get(f"/live/{sale.room}").text


def test_a_guest_who_follows_goes_to_sign_in_and_comes_back(sale: Sale, signed_in: SignIn) -> None:
    answer = signed_in().post(
        f"/live/{sale.room}/follow",
        {"follow": "yes"},
        headers={
            "HX-Request-Type": "partial",
            "HX-Current-URL": f"http://testserver/live/{sale.room}",
        },
    )

    assert answer.headers["HX-Redirect"].startswith("/sign-in?next=")
    assert sale.room in answer.headers["HX-Redirect"]
