"""What clients must not send: a clear refusal each, never a 500, never an effect."""

import json
import threading
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from tests import builders
from tests.outside import World
from tests.surfaces.apps import App, app_of
from tests.usecases.live import scenes

from laotie.accounts import models as people_tables
from laotie.accounts import sessions
from laotie.catalog import models as goods
from laotie.kernel import clock, ids, sql
from laotie.live import ingest
from laotie.live import rooms as stages

# Fixed, so that each worker collects the same tests.
NOBODY = UUID("019a0000-0000-7000-8000-000000000001")

pytestmark = pytest.mark.usefixtures("db")

NAME = {"zh": "茶", "en": "tea"}
SHOP = {"name": NAME}


def rows(table: str) -> int:
    return int(sql.rows(f"SELECT count(*) FROM {table}")[0][0])


def deep(levels: int) -> bytes:
    return b'{"name":' + b"[" * levels + b"]" * levels + b"}"


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b'{"name": {"zh": "a", "en": "b"}, "name": {"zh": "c", "en": "d"}}', 422),
        (deep(17), 422),
        (deep(10_000), 422),
        (b"[" * 100_000, 422),
        (b'{"name": NaN}', 422),
        (b'{"name": Infinity}', 422),
        (b'{"name": 1e309}', 422),
        (b'{"name": ' + b"9" * 31 + b"}", 422),
        (b"\xef\xbb\xbf{}", 422),
        ('{"name": {"zh": "茶", "en": "tea"}}'.encode("utf-16"), 422),
        (b'{"name": {"zh": "\\u0000", "en": "b"}}', 422),
        (b'{"name": {"zh": "\\ud800", "en": "b"}}', 422),
        (b'{"\\udfff": 1}', 422),
        (b"[]", 422),
        (b'"text"', 422),
        (b"null", 422),
        (b"{", 422),
        (b"", 422),
        (b'{"name": {"zh": "a", "en": "b"}} trailing', 422),
        (b'{"x": "' + b"a" * (1 << 20) + b'"}', 413),
        (b'{"name": {"zh": "a", "en": "b"}, "is_staff": true}', 422),
        (b'{"name": {"zh": "a", "en": "b", "fr": "c"}}', 422),
        (b'{"name": {"zh": 1, "en": "b"}}', 422),
        (b'{"name": "a"}', 422),
        (b'{"name": null}', 422),
        (b"\x00\x01\x02", 422),
        (b"\xff\xfe", 422),
    ],
)
def test_json_that_is_not_exactly_as_declared_is_refused(
    buyer: App, raw: bytes, status: int
) -> None:
    answer = buyer.send("POST", "/shops", raw=raw)
    assert answer.status == status
    assert {"type", "title", "status", "detail", "instance", "code", "facts"} <= set(answer.body)
    assert people_tables.Shop.objects.count() == 0


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/json",
        "",
    ],
)
def test_only_json_is_read(buyer: App, content_type: str) -> None:
    answer = buyer.send("POST", "/shops", SHOP, content_type=content_type)
    assert answer.status == 415
    assert people_tables.Shop.objects.count() == 0


@pytest.mark.parametrize(
    "price",
    [
        -1, 0, 0.001, "3990", "１２", 2**63, "1,000", True, False, None, [3990], {"CNY": 3990},
        39.0, 10**9 + 1, int("9" * 29),
    ],
)  # fmt: skip
def test_prices_are_whole_numbers_and_nothing_else(price: object) -> None:
    shop = builders.a_shop()
    app = app_of(shop.owner)
    answer = app.post(
        f"/shops/{ids.public('shp', shop.id)}/goods",
        {
            "title": NAME,
            "description": NAME,
            "skus": [{"spec": NAME, "list_price_fen": price}],
        },
    )
    assert answer.status == 422
    assert answer.code == "INVALID_INPUT"
    assert goods.Product.objects.count() == 0


@pytest.mark.parametrize(
    "id",
    [
        "../../etc/passwd", "%00", "%2e%2e", "0x1", "1", "null", "ord_01j", "x" * 3000,
        str(NOBODY), "adr_" + "z" * 26, "ADR_" + "0" * 26, "adr_" + "0" * 25 + "é", "adr_",
        ids.public("ord", NOBODY), ids.public("adr", NOBODY), "adr_" + "0" * 26 + "0",
    ],
)  # fmt: skip
def test_ids_that_are_none_are_not_there(buyer: App, id: str) -> None:
    answer = buyer.get(f"/me/addresses/{id}")
    assert answer.status == 404
    assert answer.code == "NOT_FOUND"


@pytest.mark.parametrize("id", [1, True, None, [], {}, "1", str(NOBODY), "sku_" + "l" * 26])
def test_ids_in_bodies_are_typed_too(buyer: App, id: object) -> None:
    answer = buyer.post("/quotes", {"lines": [{"sku_id": id, "quantity": 1}]})
    assert answer.status in {404, 422}
    assert rows("trade_quote") == 0


@pytest.mark.parametrize("quantity", [0, -1, 2**31, "1", 1.0, True, None])
def test_quantities_are_whole_numbers_of_pieces(quantity: object) -> None:
    shop, buyer = builders.a_shop(), app_of(builders.a_person())
    sku = ids.public("sku", builders.a_stocked_sku(shop))
    answer = buyer.post("/quotes", {"lines": [{"sku_id": sku, "quantity": quantity}]})
    assert answer.status == 422
    assert rows("trade_quote") == 0


@pytest.mark.parametrize(
    "moment",
    ["2026-11-22", "2026-11-22T12:00:00", "22.11.2026 12:00", 1_700_000_000, "0000-01-01T00:00:00Z",
     "9999-12-31T23:59:59Z", "", None, "2026-02-30T00:00:00Z", "now"],
)  # fmt: skip
def test_moments_have_an_offset_and_make_sense(moment: object) -> None:
    creator = app_of(builders.a_creator())
    answer = creator.post("/rooms", {"title": "x", "starts_at": moment})
    assert answer.status == 422
    assert rows("live_room") == 0


def test_a_cookie_needs_a_csrf_token_and_a_session_token_does_not() -> None:
    person = builders.a_person()
    http = Client(enforce_csrf_checks=True)
    http.force_login(people_tables.Person.objects.get(pk=person.person_id), backend=_BACKEND)
    body = json.dumps(SHOP)

    assert http.get("/api/v1/me").status_code == 200
    refused = http.post("/api/v1/shops", body, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "CSRF_MISSING")
    assert people_tables.Shop.objects.count() == 0

    http.get("/me/addresses")  # A page with a form brings the token.
    token = http.cookies[settings.CSRF_COOKIE_NAME].value
    taken = http.post(
        "/api/v1/shops", body, content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert taken.status_code == 201
    assert people_tables.Shop.objects.count() == 1
    assert app_of(builders.a_person()).post("/shops", SHOP).status == 201


_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.mark.parametrize("token", ["x", "' OR 1=1 --", "a" * 5000, "../../x", "%00"])
def test_a_wrong_token_is_no_guest(token: str) -> None:
    answer = App(token=token).get("/feed")
    assert (answer.status, answer.code) == (401, "SIGN_IN_FIRST")


def test_signing_in_gives_no_cookie_and_signing_out_ends_the_token() -> None:
    app, phone = App(), builders.a_phone()
    app.sign_in(phone)
    assert not app.http.cookies
    assert app.must(app.get("/me"))["phone_masked"].startswith("139****")

    app.must(app.post("/sign-in/out"))
    assert app.get("/me").status == 401


def test_after_a_new_password_this_token_works_and_others_do_not() -> None:
    person = builders.a_person()
    here, there = app_of(person), app_of(person)
    here.must(here.put("/me/password", {"password": "a long new one"}))
    assert there.get("/me").status == 401
    assert here.get("/me").status == 200


def test_a_key_given_twice_answers_once(buyer: App) -> None:
    first = buyer.post("/shops", SHOP, key="shop-key-1")
    again = buyer.post("/shops", SHOP, key="shop-key-1")
    other = buyer.post("/shops", {"name": {"zh": "酒", "en": "wine"}}, key="shop-key-1")

    assert (first.status, again.status) == (201, 201)
    assert again.body == first.body
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (other.status, other.code) == (409, "KEY_REUSED")
    assert people_tables.Shop.objects.count() == 1


def test_a_refusal_is_remembered_too(buyer: App) -> None:
    bad = {"name": {"zh": "", "en": "x"}}
    assert buyer.post("/shops", bad, key="shop-key-2").status == 422
    again = buyer.post("/shops", bad, key="shop-key-2")
    assert again.status == 422
    assert again.headers["Idempotency-Replayed"] == "true"


def test_one_key_at_once_works_once() -> None:
    person = builders.a_person()
    token = app_of(person).token
    start = threading.Barrier(6)
    statuses: list[int] = []

    def ask() -> None:
        app = App(token=token)
        try:
            start.wait(10)
            statuses.append(app.post("/shops", SHOP, key="shop-key-3").status)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(statuses) <= {201, 503}
    assert 201 in statuses
    assert people_tables.Shop.objects.count() == 1


def test_keys_are_each_persons_own(buyer: App) -> None:
    other = app_of(builders.a_person())
    assert (
        buyer.post("/shops", SHOP, key="shop-key-4").body
        != other.post("/shops", SHOP, key="shop-key-4").body
    )


@pytest.mark.parametrize("key", ["short", "k" * 81, "with space in it", "täst-key"])
def test_keys_are_plain(buyer: App, key: str) -> None:
    answer = buyer.post("/shops", SHOP, key=key)
    assert answer.status == 422
    assert people_tables.Shop.objects.count() == 0


def test_secrets_are_not_kept_for_a_repeated_key() -> None:
    creator = builders.a_creator()
    app = app_of(creator)
    moment = "2100-01-01T00:00:00Z"
    room = app.must(app.post("/rooms", {"title": "x", "starts_at": moment}))["id"]
    first = app.must(app.post(f"/rooms/{room}/key", key="stream-key-1"))["key"]
    second = app.must(app.post(f"/rooms/{room}/key", key="stream-key-1"))["key"]

    assert first != second
    kept = sql.rows("SELECT body::text FROM remembered_answer")
    assert all(first not in body and second not in body for (body,) in kept)


def test_what_is_no_address_of_ours_is_told_in_json() -> None:
    answer = App().get("/nothing/here")
    assert (answer.status, answer.code) == (404, "NOT_FOUND")


def test_a_no_speaks_the_readers_language(buyer: App) -> None:
    english = buyer.get("/me/addresses/none", **{"Accept-Language": "en"})
    assert english.body["message"] == "This does not exist, or is not yours to see."


def test_pictures_come_as_they_are() -> None:
    from tests.usecases.catalog.test_pictures import drawn

    shop = builders.a_shop()
    app = app_of(shop.owner)
    path = f"/shops/{ids.public('shp', shop.id)}/pictures"

    stored = app.must(app.send("POST", path, raw=drawn(), content_type="image/jpeg"))
    assert stored["url"].endswith(f"{stored['file']}/640.webp")
    for raw, kind, status in [
        (b"<svg/>", "image/svg+xml", 415),
        (b"<script>", "image/png", 422),
        (b"{}", "application/json", 415),
        (b"\0" * (8 * 2**20 + 1), "image/png", 413),
    ]:
        assert app.send("POST", path, raw=raw, content_type=kind).status == status
    assert goods.Picture.objects.count() == 1


def test_payments_lead_back_to_this_site_only(world: World) -> None:
    person = builders.a_person()
    sku_id = builders.a_stocked_sku(builders.a_shop())
    placed = builders.a_placed_order(person, {sku_id: 1}, now=clock.now())
    buyer, pay = app_of(person), f"/checkouts/{ids.public('grp', placed.group_id)}/pay"

    for path in ("https://evil.example", "//evil.example", "/\\evil.example", "evil"):
        answer = buyer.post(pay, {"return_path": path})
        assert (answer.status, answer.code) == (422, "INVALID_INPUT"), path
        assert answer.body["facts"]["field"] == "return_path"
    assert rows("pay_payment") == 0

    assert buyer.post(pay, {"return_path": "/orders"}).status == 200
    assert rows("pay_payment") == 1


def test_a_name_that_looks_like_anothers_is_a_name_of_its_own() -> None:
    latin, cyrillic = "Apple é", "\u0410pple é"
    first, twin, copy = (app_of(builders.a_person()) for _ in range(3))

    assert first.put("/me/creator", {"name": latin}).status in {200, 201}
    assert twin.put("/me/creator", {"name": cyrillic}).status in {200, 201}
    same = copy.put("/me/creator", {"name": "Apple e\u0301"})  # In NFC it is the first one.

    assert (same.status, same.code) == (409, "NAME_TAKEN")
    kept = people_tables.Creator.objects.order_by("became_at").values_list("name", flat=True)
    assert list(kept) == [latin, cyrillic]


def test_a_name_is_shown_as_the_text_that_it_is() -> None:
    name = "<b>\u0410pple</b>"
    host = builders.a_creator(name)
    now = clock.now()
    room_id = scenes.a_scheduled_room(host, now)
    ingest.started(room_id=room_id, session=ids.new(), picture=scenes.PICTURE, now=now)
    stages.go_live(actor=host, room_id=room_id, now=now)

    page = Client().get(f"/live/{ids.public('rom', room_id)}").content.decode()
    feed = Client().get("/").content.decode()

    for shown in (page, feed):
        assert "&lt;b&gt;\u0410pple&lt;/b&gt;" in shown
        assert name not in shown


def test_actors_are_worked_out_once_per_request(buyer: App) -> None:
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queried:
        buyer.get("/me/addresses")
    rights = [query for query in queried if "accounts_staff" in query["sql"]]
    assert len(rights) == 1
    assert sessions.TOKEN_HEADER == "X-Session-Token"
