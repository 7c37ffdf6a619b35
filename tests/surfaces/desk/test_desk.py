"""The operator's pages: who may pass, and what each decision leaves behind."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from tests import builders, entering
from tests.usecases.live import scenes

from laotie.accounts import shops
from laotie.accounts.models import Person
from laotie.kernel import clock, event_log, ids, sql
from laotie.kernel.actor import Actor
from laotie.live import rooms

pytestmark = pytest.mark.usefixtures("db")

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PAGES = [
    "/desk/",
    "/desk/shops",
    "/desk/shops?state=APPROVED",
    "/desk/rooms",
    "/desk/money",
    "/desk/health",
    "/desk/orders",
    "/desk/orders?shelf=to_ship",
    "/desk/people",
    "/desk/cases",
    "/desk/complaints",
    "/desk/complaints?state=UPHELD",
    "/desk/ledger",
    "/desk/fees",
    "/desk/proposals",
    "/desk/proposals?state=CONFIRMED",
    "/desk/audit",
    "/desk/figures",
]


def signed_in(who: Actor) -> Client:
    client = Client()
    client.force_login(Person.objects.get(pk=who.person_id), backend=_BACKEND)
    entering.prove(client)
    return client


def text_of(client: Client, path: str, **wishes: Any) -> str:
    """A page that is there. wishes: as `Client.get` takes them."""
    answer = client.get(path, **wishes)
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_only_operators_see_the_desk(page: str) -> None:
    assert Client().get(page).status_code == 302
    refused = signed_in(builders.a_person()).get(page)
    assert refused.status_code == 403
    assert "Live wall" not in refused.text  # Nor is anybody else told which pages there are.
    assert signed_in(builders.a_shop().owner).get(page).status_code == 403
    assert signed_in(builders.an_operator()).get(page).status_code == 200


def test_an_unknown_list_or_decision_is_not_there() -> None:
    desk = signed_in(builders.an_operator())
    shop = ids.public("shp", builders.a_shop().id)

    assert desk.get("/desk/shops?state=NONE").status_code == 404
    assert desk.post(f"/desk/shops/{shop}/burn").status_code == 404
    assert desk.post("/desk/shops/shp_x/approve").status_code == 404


def test_a_shop_is_approved_on_the_desk_and_only_there() -> None:
    waiting = builders.a_shop(is_open=False)
    address = f"/desk/shops/{ids.public('shp', waiting.id)}/approve"

    assert signed_in(waiting.owner).post(address).status_code == 403
    assert not shops.card(waiting.id).is_open

    answer = signed_in(builders.an_operator()).post(address)
    assert (answer.status_code, answer["Location"]) == (302, "/desk/shops")
    assert shops.card(waiting.id).is_open


def test_a_suspension_needs_a_reason() -> None:
    shop = builders.a_shop()
    desk = signed_in(builders.an_operator())
    address = f"/desk/shops/{ids.public('shp', shop.id)}/suspend"

    assert desk.post(address, {"reason": " "}).status_code == 422
    assert shops.card(shop.id).is_open

    assert desk.post(address, {"reason": "fake goods"}).status_code == 302
    assert not shops.card(shop.id).is_open


def test_a_room_is_taken_off_air_with_a_reason() -> None:
    scene = scenes.a_live_room(clock.now())
    desk = signed_in(builders.an_operator())
    address = f"/desk/rooms/{ids.public('rom', scene.room_id)}/suspend"

    assert desk.post(address, {"reason": "selling knives"}).status_code == 302

    assert sql.rows("SELECT state FROM live_room") == [(rooms.RoomState.SUSPENDED,)]
    assert "selling knives" not in desk.get("/desk/").content.decode()


def test_a_parked_event_is_tried_again_once() -> None:
    desk = signed_in(builders.an_operator())
    with transaction.atomic():
        sql.change(
            "INSERT INTO event_log (name, version, subject, body) VALUES ('test.x', 1, 's', %s)",
            [json.dumps({})],
        )
        ((event,),) = sql.rows("SELECT id FROM event_log WHERE name = 'test.x'")
        sql.change(
            "INSERT INTO event_retry VALUES ('trade', %s, 12, 'PARKED', 'cracked', now())", [event]
        )
    assert "cracked" in desk.get("/desk/health").content.decode()

    assert desk.post(f"/desk/health/events/trade/{event}/retry").status_code == 302
    assert event_log.parked() == []
    assert desk.post(f"/desk/health/events/trade/{event}/retry").status_code == 409


def test_the_books_are_replayed_and_shown() -> None:
    desk = signed_in(builders.an_operator())
    answer = desk.post("/desk/health/books", headers={"HX-Request-Type": "partial"})

    assert answer.status_code == 200
    assert "bar ok" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_stuck_money_comes_with_what_to_do() -> None:
    now = clock.now()
    sql.change(
        "INSERT INTO pay_notice (id, channel, event_id, kind, out_no, body, headers, state, tries,"
        " cause, received_at, next_at)"
        " VALUES (%s, 'lab', 'e1', 'payment', 'pay_1', '', '{}', 'PARKED', 9, 'no answer', %s, %s)",
        [ids.new(), now - timedelta(hours=1), now],
    )
    page = signed_in(builders.an_operator()).get("/desk/money", headers={"Accept-Language": "en"})

    assert "Check that the provider answers" in page.content.decode()
