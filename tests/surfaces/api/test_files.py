"""Products and orders in and out as files over the API; the page shows the same runs."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from PIL import Image
from tests import builders
from tests.builders import ShopOfOne
from tests.outside import World
from tests.surfaces.apps import Answer, App, app_of

from laotie.accounts.models import Person
from laotie.integrations import tokens
from laotie.kernel import clock, ids, running, sheets
from laotie.runtime import wiring

CSV, XLSX = "text/csv", sheets.CONTENT_TYPES["xlsx"]
GOODS = "SKU code,Title (Chinese),Price,Stock\n"
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def _kinds() -> None:
    wiring.register_jobs()


def ref(shop: ShopOfOne) -> str:
    return ids.public("shp", shop.id)


def upload(app: App, path: str, body: str | bytes, content_type: str = CSV) -> Answer:
    raw = body.encode() if isinstance(body, str) else body
    return app.send("POST", path, raw=raw, content_type=content_type)


def a_picture(colour: str) -> bytes:
    body = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(body, "PNG")
    return body.getvalue()


def worked(app: App, run: dict[str, Any]) -> dict[str, Any]:
    """The run as it stands after a worker was there."""
    running.advance(str(ids.parse("run", run["id"])))
    found: dict[str, Any] = app.must(app.get(f"/runs/{run['id']}"))
    return found


def lines(answer: Answer) -> list[list[str]]:
    assert answer.status == 200, answer
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    return list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"))))


def test_products_are_checked_brought_in_and_taken_out(world: World) -> None:
    shop = builders.a_shop()
    owner, imports = app_of(shop.owner), f"/shops/{ref(shop)}/goods/imports"
    owner.language = "en"
    template = lines(owner.get(f"/shops/{ref(shop)}/goods/template"))
    assert template[0][:2] == ["SKU code", "Title (Chinese)"]
    file = GOODS + "A1,茶盏,39.90,7\nA2,大碗,x,1\n"

    asked = owner.must(upload(owner, imports, file))
    assert (asked["state"], asked["is_dry"], asked["title"]) == (
        "WAITING", True, "Import of products: check",
    )  # fmt: skip
    seen = owner.get(f"/runs/{asked['id']}", **{"Accept-Language": "zh-hans"})
    assert owner.must(seen)["title"] == "导入商品：检查"
    checked = worked(owner, asked)
    assert (checked["state"], checked["done"], checked["total"]) == ("DONE", 2, 2)
    assert checked["counts"] == {"created": 1, "changed": 0, "unchanged": 0, "errors": 1}
    assert owner.must(owner.get(f"/shops/{ref(shop)}/goods")) == []
    said = owner.must(owner.get(f"/runs/{asked['id']}/notes"))
    assert [(note["row_no"], note["is_error"], note["field"]) for note in said] == [
        (2, False, ""), (3, True, "price"),
    ]  # fmt: skip
    assert said[0]["said"] == "new: 茶盏"
    assert owner.must(owner.get(f"/runs/{asked['id']}/notes?errors=true")) == said[1:]
    mend = lines(owner.get(f"/runs/{asked['id']}/errors"))
    assert mend[1][0] == "3"
    assert mend[1][2:4] == ["A2", "大碗"]

    done = worked(owner, owner.must(owner.post(f"{imports}/{asked['id']}/run")))
    assert (done["is_dry"], done["counts"]["created"], done["counts"]["errors"]) == (False, 1, 1)
    (made,) = owner.must(owner.get(f"/shops/{ref(shop)}/goods"))
    assert [(sku["code"], sku["list_price_fen"]) for sku in made["skus"]] == [("A1", 3990)]

    out = f"/shops/{ref(shop)}/goods/exports"
    assert owner.post(out, {"form": "pdf"}).code == "INVALID_INPUT"
    taken = worked(owner, owner.must(owner.post(out, {"form": "csv"})))
    rows = lines(owner.get(f"/runs/{taken['id']}/result"))
    assert [row[0] for row in rows[1:]] == ["A1"]
    latest = owner.must(owner.get(f"/shops/{ref(shop)}/goods/files"))
    assert [run["id"] for run in latest] == [taken["id"], done["id"], asked["id"]]
    page = Client()
    page.force_login(Person.objects.get(pk=shop.owner.person_id), backend=_BACKEND)
    shown = page.get(f"/studio/shops/{ref(shop)}/products/files").content.decode()
    assert all(run["id"] in shown for run in latest)


def test_a_run_stops_and_goes_on_and_is_its_owners_alone(world: World) -> None:
    shop = builders.a_shop()
    owner, imports = app_of(shop.owner), f"/shops/{ref(shop)}/goods/imports"
    clerk, stranger = app_of(builders.a_clerk(shop, "ship")), app_of(builders.a_person())
    first = upload(owner, imports, GOODS + "A1,茶盏,39.90,7\n").body["id"]

    assert owner.must(owner.post(f"/runs/{first}/cancel"))["state"] == "CANCELLED"
    assert worked(owner, {"id": first})["done"] == 0
    assert owner.must(owner.post(f"/runs/{first}/resume"))["state"] == "WAITING"
    assert worked(owner, {"id": first})["state"] == "DONE"
    assert owner.post(f"/runs/{first}/resume").code == "WRONG_STATE"
    assert owner.get(f"/runs/{first}/result").status == 404

    for other in (clerk, stranger):
        for path in ("", "/notes", "/errors", "/result"):
            assert other.get(f"/runs/{first}{path}").code == "NOT_FOUND"
        assert other.post(f"/runs/{first}/cancel").code == "NOT_FOUND"
    assert App().get(f"/runs/{first}").code == "SIGN_IN_FIRST"
    assert upload(clerk, imports, GOODS).code == "NOT_ALLOWED"
    assert upload(stranger, imports, GOODS).code == "NOT_FOUND"
    assert upload(App(), imports, GOODS).code == "SIGN_IN_FIRST"
    assert [run["id"] for run in owner.must(owner.get(f"/shops/{ref(shop)}/goods/files"))] == [
        first
    ]


def test_files_that_are_none_are_refused_and_leave_nothing(world: World) -> None:
    shop = builders.a_shop()
    owner, imports = app_of(shop.owner), f"/shops/{ref(shop)}/goods/imports"

    for content_type in ("application/json", "text/plain", "image/png", "application/zip"):
        answer = upload(owner, imports, "{}", content_type)
        assert (answer.status, answer.code) == (415, "WRONG_CONTENT_TYPE")
    large = upload(owner, imports, b"x" * (sheets.MOST_BYTES + 1))
    assert (large.status, large.code) == (413, "UPLOAD_TOO_LARGE")
    # Elsewhere a table is no body at all.
    assert upload(owner, "/shops", GOODS).status == 415
    assert owner.must(owner.get(f"/shops/{ref(shop)}/goods/files")) == []

    broken = worked(owner, upload(owner, imports, b"PK\x03\x04 no zip", XLSX).body)
    assert (broken["state"], broken["errors_name"]) == ("FAILED", "")
    assert broken["failure"]
    sent = [
        owner.send(
            "POST", imports, raw=GOODS.encode(), content_type=CSV,
            headers={"Idempotency-Key": "one-file"},
        )
        for _ in range(2)
    ]  # fmt: skip
    assert sent[0].body == sent[1].body
    assert sent[1].headers["Idempotency-Replayed"] == "true"
    assert len(owner.must(owner.get(f"/shops/{ref(shop)}/goods/files"))) == 2


def test_a_key_belongs_to_the_bytes_that_came_with_it(world: World) -> None:
    shop = builders.a_shop()
    owner, imports = app_of(shop.owner), f"/shops/{ref(shop)}/goods/imports"

    def send(path: str, content_type: str, body: bytes, *, key: str) -> Answer:
        headers = {"Idempotency-Key": key}
        return owner.send("POST", path, raw=body, content_type=content_type, headers=headers)

    first = send(imports, CSV, GOODS.encode(), key="sheet-key")
    other = send(imports, CSV, GOODS.encode() + b"\n", key="sheet-key")
    longer = send(imports, CSV, b"x" * sheets.MOST_BYTES, key="sheet-key")
    again = send(imports, CSV, GOODS.encode(), key="sheet-key")

    assert (first.status, again.status, again.body) == (201, 201, first.body)
    assert (other.status, other.code) == (longer.status, longer.code) == (409, "KEY_REUSED")
    assert len(owner.must(owner.get(f"/shops/{ref(shop)}/goods/files"))) == 1

    # What was turned away unread leaves the key free for another file.
    large = send(imports, CSV, b"x" * (sheets.MOST_BYTES + 1), key="large-key")
    small = send(imports, CSV, GOODS.encode(), key="large-key")
    assert (large.code, small.status) == ("UPLOAD_TOO_LARGE", 201)

    pictures = f"/shops/{ref(shop)}/pictures"
    shown = send(pictures, "image/png", a_picture("red"), key="picture-key")
    changed = send(pictures, "image/png", a_picture("blue"), key="picture-key")
    same = send(pictures, "image/png", a_picture("red"), key="picture-key")
    assert (shown.status, same.body) == (201, shown.body)
    assert (changed.status, changed.code) == (409, "KEY_REUSED")


def test_orders_are_found_kept_as_views_shipped_by_file_and_taken_out(world: World) -> None:
    shop, buyer, now = builders.a_shop(), builders.a_person(), clock.now()
    owner, stranger = app_of(shop.owner), app_of(builders.a_person())
    base = f"/shops/{ref(shop)}/orders"
    sku_id = builders.a_stocked_sku(shop, 3990, on_hand=9)
    old = builders.a_paid_order(world, buyer, {sku_id: 1}, now=now - timedelta(hours=72))
    new = builders.a_paid_order(world, buyer, {sku_id: 2}, now=now)
    number = {id: builders.see(shop.owner, id).number for id in (old, new)}

    def found(query: str) -> list[str]:
        rows = owner.must(owner.get(f"{base}?{query}"))["rows"]
        return [row["number"] for row in rows]

    assert found("") == found("shelf=to_ship") == [number[new], number[old]]
    assert found("late=true") == found(f"q={number[old]}") == [number[old]]
    assert found("least_fen=7980") == [number[new]]
    assert found("until=2020-01-01") == found(f"room_id={ids.public('rom', ids.new())}") == []
    for wrong in (
        "since=yesterday",
        "since=2026-W47-1",
        "until=20261122",
        "shelf=x",
        "least_fen=-1",
        "q=" + "x" * 41,
    ):
        assert owner.get(f"{base}?{wrong}").code == "INVALID_INPUT"
    counts = owner.must(owner.get(f"{base}/counts"))
    assert (counts["shelves"]["to_ship"], counts["late"]) == (2, 1)

    urgent = {"name": "急单", "filter": {"late": True, "since": "2026-01-31"}}
    kept = owner.must(owner.put(f"{base}/views", urgent))
    assert kept["filter"] == {
        "shelf": "all", "q": "", "since": "2026-01-31", "until": None, "least_fen": None,
        "most_fen": None, "room_id": None, "late": True,
    }  # fmt: skip
    assert owner.must(owner.get(f"{base}/views")) == [kept]
    assert stranger.delete(f"/order-views/{kept['id']}").code == "NOT_FOUND"
    owner.must(owner.delete(f"/order-views/{kept['id']}"))
    assert owner.must(owner.get(f"{base}/views")) == []

    waiting = lines(owner.get(f"{base}/to-ship"))
    assert [row[0] for row in waiting[1:]] == [number[old], number[new]]
    filled = "order,carrier,waybill\n" + f"{number[old]},sf,SF1000001\n{number[new]},nobody,\n"
    asked = owner.must(upload(owner, f"{base}/shipments", filled))
    tried = worked(owner, asked)
    assert (tried["is_dry"], tried["counts"]) == (True, {"shipped": 1, "unchanged": 0, "errors": 1})
    assert found("shelf=on_the_way") == []
    sent = owner.must(owner.post(f"{base}/shipments/{asked['id']}/ship"))
    assert worked(owner, sent)["counts"] == {"shipped": 1, "unchanged": 0, "errors": 1}
    assert found("shelf=on_the_way") == [number[old]]
    assert [row[0] for row in lines(owner.get(f"/runs/{sent['id']}/errors"))[1:]] == [number[new]]
    runs = owner.must(owner.get(f"{base}/shipments"))
    assert [run["id"] for run in runs] == [sent["id"], asked["id"]]

    wish = {"form": "csv", "filter": {"shelf": "to_ship"}}
    out = owner.must(owner.post(f"{base}/exports", wish))
    assert worked(owner, out)["done"] == 1
    rows = lines(owner.get(f"/runs/{out['id']}/result"))
    assert [row[0] for row in rows[1:]] == [number[new]]
    assert "*" in rows[1][17]  # The name, masked: nobody said why it would be needed.
    assert owner.must(owner.get(f"{base}/exports"))[0]["id"] == out["id"]
    whole = {**wish, "with_addresses": True}
    assert owner.post(f"{base}/exports", whole).code == "INVALID_INPUT"  # Nobody said why.
    issued = tokens.issue(
        actor=shop.owner, name="ERP", scopes=["shop:write"], shop_id=shop.id, now=now
    )
    bearer = {"Authorization": f"Bearer {issued.secret}"}
    program = App().send("POST", f"{base}/exports", {**whole, "reason": "ERP"}, headers=bearer)
    assert program.code == "SECOND_STEP_NEEDED"
    assert len(App().must(App().get(f"{base}/exports", **bearer))) == 1
    for path in ("/exports", "/shipments", "/views", "/counts", "/to-ship", ""):
        assert stranger.get(f"{base}{path}").code == "NOT_FOUND"
    assert stranger.post(f"{base}/exports", wish).code == "NOT_FOUND"
    assert upload(stranger, f"{base}/shipments", filled).code == "NOT_FOUND"
