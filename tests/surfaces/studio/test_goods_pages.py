"""A shop's products as files, their combinations and stock; days away and papers."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from tests import builders
from tests.builders import ShopOfOne
from tests.outside import World
from tests.surfaces.studio.conftest import SignIn, shop_address
from tests.surfaces.studio.test_rooms import PART, a_picture
from tests.usecases.accounts.test_shops_away import PAPERS
from tests.usecases.trade.test_goods_sheets import ROWS, as_csv, as_xlsx

from laotie.accounts import closing, onboarding, shops
from laotie.catalog import products
from laotie.kernel import clock, ids, running, runs
from laotie.kernel.runs import RunCard
from laotie.trade import goods_sheets, stock


def goods(shop: ShopOfOne) -> dict[str, products.SkuFile]:
    files = products.files_of(actor=shop.owner, shop_id=shop.id)
    return {sku.code: sku for file in files for sku in file.skus}


def newest(shop: ShopOfOne) -> RunCard:
    return goods_sheets.latest(actor=shop.owner, shop_id=shop.id, now=clock.now())[0]


def a_file(body: bytes, name: str = "../../goods.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body, "application/x-evil")


def test_a_file_is_checked_brought_in_and_taken_out(signed_in: SignIn, world: World) -> None:
    shop = builders.a_shop()
    client, address = signed_in(shop.owner), f"{shop_address(shop)}products/files"

    for form, start in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
        answer = client.get(f"{address}/template/{form}")
        assert answer.content.startswith(start)
        assert answer["Content-Disposition"].startswith("attachment")
    assert client.get(f"{address}/template/exe").status_code == 404
    assert client.post(f"{address}/check", {"file": a_file(as_xlsx(ROWS))})["Location"] == address
    waiting = newest(shop)
    box = client.get(f"/look/runs/{waiting.public_id}")
    assert "every 2s" in box.text
    running.advance(str(waiting.id))
    page = client.get(address).text
    assert "new: " in page
    assert "every 2s" not in client.get(f"/look/runs/{waiting.public_id}").text
    assert goods(shop) == {}
    client.post(f"{address}/{waiting.public_id}/run")
    running.advance(str(newest(shop).id))
    assert goods(shop).keys() == {"A-1", "A-2", "B-1"}

    client.post(f"{address}/out/xlsx")
    out = newest(shop)
    running.advance(str(out.id))
    answer = client.get(f"/look/runs/{out.public_id}/result")
    assert answer["Content-Disposition"].startswith('attachment; filename="')
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer).startswith(b"PK")  # type: ignore[call-overload]
    other = signed_in(builders.a_shop("别家").owner)
    for path in ("", "/result", "/errors", "/files/../../secrets"):
        assert other.get(f"/look/runs/{out.public_id}{path}").status_code == 404
    assert other.post(f"/look/runs/{out.public_id}/cancel").status_code == 404
    assert other.post(f"{address}/check", {"file": a_file(b"x")}).status_code == 404


def test_a_run_is_stopped_and_gone_on_with_from_its_box(signed_in: SignIn, world: World) -> None:
    shop = builders.a_shop()
    client, address = signed_in(shop.owner), f"{shop_address(shop)}products/files"
    client.post(f"{address}/check", {"file": a_file(as_csv(ROWS))})
    run = newest(shop)
    box = f"/look/runs/{run.public_id}"

    stopped = client.post(f"{box}/cancel", headers=PART)
    assert "Go on with it" in stopped.text
    running.advance(str(run.id))
    assert newest(shop).state == "CANCELLED"
    back = client.post(f"{box}/resume", headers={"Referer": f"http://testserver{address}"})
    assert back["Location"] == address
    running.advance(str(run.id))
    assert newest(shop).state == "DONE"
    assert client.post(f"{box}/resume", headers=PART).status_code == 409
    assert client.post(f"{box}/explode", headers=PART).status_code == 404


def test_a_file_that_is_too_large_or_missing_is_refused(signed_in: SignIn, world: World) -> None:
    shop = builders.a_shop()
    client, address = signed_in(shop.owner), f"{shop_address(shop)}products/files"

    assert client.post(f"{address}/check", {}).status_code == 422
    large = client.post(f"{address}/check", {"file": a_file(b"x" * ((32 << 20) + 1))})
    assert large.status_code == 413
    assert "at most 32 MB" in large.text
    client.post(f"{address}/check", {"file": a_file(b"\xd0\xcf\x11\xe0" + b"\0" * 99)})
    running.advance(str(newest(shop).id))
    assert "save it as XLSX or CSV" in client.get(address).text
    assert runs.notes(actor=shop.owner, run_id=newest(shop).id) == ()


def test_combinations_are_made_filled_and_saved(signed_in: SignIn, world: World) -> None:
    shop = builders.a_shop()
    file = builders.a_product(shop, 3990)
    client = signed_in(shop.owner)
    address = f"{shop_address(shop)}products/{file.public_id}/matrix"
    axes = {
        "axis-0-zh": "颜色", "axis-0-en": "Colour", "axis-0-values": "红 / Red\n白 / White",
        "axis-1-zh": "尺寸", "axis-1-en": "Size", "axis-1-values": "大 / L\n小 / S",
    }  # fmt: skip

    made = client.post(address, {**axes, "verb": "make"}).text
    assert made.count('-price" aria-label') == 4
    cells = {
        f"cell-{key}-{name}": value
        for key in ("0-0", "0-1", "1-0", "1-1")
        for name, value in (("price", "39.90"), ("stock", "1"), ("in", "on"), ("code", f"X{key}"))
    }
    filled = client.post(
        address,
        {
            **axes,
            **cells,
            "cell-1-1-tick": "on",
            "all-price": "45",
            "all-stock": "7",
            "verb": "fill",
        },
    ).text
    assert filled.count('value="45"') == 1
    assert filled.count('value="7"') == 1
    saved = client.post(address, {**axes, **cells, "cell-1-1-price": "45", "verb": "save"})
    assert saved.status_code == 302
    found = goods(shop)
    assert {sku.spec["zh"] for sku in found.values()} == {
        "红 / 大",
        "红 / 小",
        "白 / 大",
        "白 / 小",
    }
    assert found["X0-0"].id == file.skus[0].id
    assert found["X1-1"].list_price_fen == 4500
    assert stock.available([sku.id for sku in found.values()]) == dict.fromkeys(
        (sku.id for sku in found.values()), 1
    )
    sold = {code: sku.id for code, sku in found.items()}
    again = client.post(address, {**axes, **cells, "cell-0-0-price": "41", "verb": "save"})
    assert again.status_code == 302
    assert {code: sku.id for code, sku in goods(shop).items()} == sold
    for bent in (
        {"axis-0-values": "\n".join(map(str, range(40)))},
        {"cell-0-0-price": "x"},
        {"cell-0-0-stock": "-1"},
        {"cell-0-0-code": "X0-1"},
        {"cell-0-0-picture": "0" * 32},
    ):
        answer = client.post(address, {**axes, **cells, **bent, "verb": "save"}, headers=PART)
        assert answer.status_code == 422
        assert 'class="form-error"' in answer.text
    assert client.get(address).status_code == 200
    copy = client.post(f"{shop_address(shop)}products/{file.public_id}/duplicate")
    assert copy["Location"] != f"{shop_address(shop)}products/{file.public_id}/"
    clerk = signed_in(builders.a_clerk(shop, "ship"))
    assert clerk.post(address, {**axes, **cells, "verb": "save"}).status_code == 403


def test_stock_is_adjusted_and_its_history_is_read(signed_in: SignIn, world: World) -> None:
    shop = builders.a_shop()
    sku_id = builders.a_stocked_sku(shop, on_hand=9)
    (file,) = products.files_of(actor=shop.owner, shop_id=shop.id)
    base = f"{shop_address(shop)}products/{file.public_id}/skus/{file.skus[0].public_id}"
    client = signed_in(shop.owner)

    assert client.post(f"{base}/adjust", {"change": "-2", "reason": "样品"}).status_code == 302
    assert client.post(f"{base}/low", {"low_at": "7"}).status_code == 302
    page = client.get(f"{base}/shelf").text
    assert "样品" in page
    card = stock.cards([sku_id])[sku_id]
    assert (card.on_hand, card.low_at, card.is_low) == (7, 7, True)
    for bent in ({"change": "x"}, {"change": "-8"}, {"change": "0"}, {"reason": " "}):
        form = {"change": "-1", "reason": "x", **bent}
        assert client.post(f"{base}/adjust", form, headers=PART).status_code == 422
    assert client.post(f"{base}/low", {"low_at": "-1"}, headers=PART).status_code == 422
    clerk = signed_in(builders.a_clerk(shop, "ship"))
    assert clerk.get(f"{base}/shelf").status_code == 200
    assert clerk.post(f"{base}/adjust", {"change": "1", "reason": "x"}).status_code == 403
    assert stock.available([sku_id]) == {sku_id: 7}


def test_days_away_are_announced_and_called_off(signed_in: SignIn, world: World) -> None:
    shop, now = builders.a_shop(), clock.now()
    client, address = signed_in(shop.owner), f"{shop_address(shop)}away"
    form = {
        "starts_at": f"{now + timedelta(days=1):%Y-%m-%dT%H:%M}",
        "until": f"{now + timedelta(days=9):%Y-%m-%dT%H:%M}",
        "orders": "none",
        "notice_zh": "春节放假",
        "notice_en": "New year",
    }

    assert client.post(address, form)["Location"] == address
    (away,) = closing.away([shop.id], at=now).values()
    assert (away.takes_orders, away.notice["zh"]) == (False, "春节放假")
    assert "春节放假" in client.get(address).text
    file = builders.a_product(shop)
    ref = ids.public("shp", shop.id)
    assert "New year" not in client.get(f"/shop/{ref}").text
    client.post(address, {**form, "starts_at": f"{now - timedelta(hours=1):%Y-%m-%dT%H:%M}"})
    for page in (f"/shop/{ref}", f"/product/{file.public_id}"):
        assert "New year" in client.get(page).text
    for bent in ({"until": form["starts_at"]}, {"orders": ""}, {"starts_at": "x"}):
        assert client.post(address, {**form, **bent}, headers=PART).status_code == 422
    assert client.post(f"{address}/over").status_code == 302
    assert closing.away([shop.id], at=now) == {}


def test_papers_are_handed_in_and_mended(signed_in: SignIn, world: World) -> None:
    shop = builders.a_shop(is_open=False)
    client, address = signed_in(shop.owner), f"{shop_address(shop)}papers"
    form = {
        name: PAPERS[name]
        for name in ("legal_name", "licence_no", "responsible_name", "contact_phone")
    }
    sells = ["food", "home"]

    without = client.post(address, {**form, "categories": sells}, headers=PART)
    assert without.status_code == 422
    svg = SimpleUploadedFile("x.png", b"<svg onload='x'/>", "image/png")
    bad = client.post(address, {**form, "categories": sells, "licence": svg}, headers=PART)
    assert "JPEG, PNG or WebP" in bad.text
    assert onboarding.papers_of(actor=shop.owner, shop_id=shop.id) is None
    done = client.post(address, {**form, "categories": sells, "licence": a_picture()})
    assert done["Location"] == address
    papers = onboarding.papers_of(actor=shop.owner, shop_id=shop.id)
    assert papers
    assert (papers.categories, papers.contact_masked) == (("food", "home"), "138****8000")
    operator = builders.an_operator()
    onboarding.ask_again(actor=operator, shop_id=shop.id, what="请补公章", now=clock.now())
    assert "请补公章" in client.get(address).text
    assert "See what" in client.get(shop_address(shop)).text
    again = client.post(address, {**form, "contact_phone": "", "categories": sells})
    assert again.status_code == 302
    shops.approve(actor=operator, shop_id=shop.id, now=clock.now())
    page = client.get(address).text
    assert "138****8000" in page
    seen = client.get(f"/shop/{ids.public('shp', shop.id)}").text
    assert PAPERS["licence_no"] in seen
    assert "138****8000" not in seen
    assert "Hand in again" not in page
    assert signed_in(builders.a_clerk(shop, "ship")).get(address).status_code == 403
