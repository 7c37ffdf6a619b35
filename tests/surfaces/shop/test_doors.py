"""Small doors: language, theme, reports of the content policy, headers, goods outside of rooms."""

import json

import pytest
from tests.surfaces.shop.conftest import Sale, SignIn

from laotie.kernel import ids
from laotie.surfaces.shop import csp


def test_the_language_is_kept_and_the_page_comes_back_in_it(db: None, signed_in: SignIn) -> None:
    client = signed_in(language="zh-hans")

    answer = client.post("/look/language", {"language": "en", "next": "/"})
    page = client.get("/")

    assert answer.status_code in {204, 302}
    assert '<html lang="en"' in page.text
    assert "Nobody is live right now" in page.text


def test_the_theme_is_in_the_first_paint(db: None, signed_in: SignIn) -> None:
    client = signed_in()
    before = client.get("/sign-in").text

    answer = client.post("/look/theme", {"theme": "turn", "next": "/sign-in"})

    assert "data-theme" not in before
    assert answer.headers["Location"] == "/sign-in"
    assert 'data-theme="dark"' in client.get("/sign-in").text
    client.post("/look/theme", {"theme": "turn", "next": "/sign-in"})
    assert 'data-theme="light"' in client.get("/sign-in").text


def test_the_theme_switch_leads_nowhere_else(db: None, signed_in: SignIn) -> None:
    answer = signed_in().post("/look/theme", {"theme": "dark", "next": "https://evil.test/"})

    assert answer.headers["Location"] == "/"


def test_a_forged_theme_cookie_is_not_written_into_the_page(db: None, signed_in: SignIn) -> None:
    client = signed_in()
    client.cookies["theme"] = '"><script>'

    assert "data-theme" not in client.get("/sign-in").text


def test_pages_name_where_scripts_and_styles_may_come_from(db: None, signed_in: SignIn) -> None:
    policy = signed_in().get("/").headers["Content-Security-Policy"]

    assert "script-src 'self';" in policy + ";"
    assert "style-src 'self';" in policy + ";"
    assert "unsafe" not in policy


def count(directive: str) -> float:
    return csp.REPORTS.labels(directive)._value.get()


def test_a_report_of_a_stopped_script_is_counted(signed_in: SignIn, db: None) -> None:
    before = count("script-src")
    body = {"csp-report": {"effective-directive": "script-src", "blocked-uri": "inline"}}

    answer = signed_in().post(
        "/csp-report", json.dumps(body), content_type="application/csp-report"
    )

    assert answer.status_code == 204
    assert count("script-src") == before + 1


@pytest.mark.parametrize(
    "body",
    [b"", b"[", b"null", b"7", b"[[[", b'{"csp-report": 7}', b"\xff\xfe", b"[" * 9000],
)
def test_a_bent_report_is_counted_as_other(db: None, signed_in: SignIn, body: bytes) -> None:
    before = count("other")

    answer = signed_in().post("/csp-report", body, content_type="application/csp-report")

    assert answer.status_code == 204
    assert count("other") == before + 1


def test_a_product_and_its_shop_can_be_seen_outside_of_a_room(
    sale: Sale, signed_in: SignIn
) -> None:
    client = signed_in()
    product = client.get(f"/product/{sale.scene.product.public_id}")
    shop = client.get(f"/shop/{ids.public('shp', sale.scene.shop.id)}")

    assert product.status_code == 200
    assert '39<span class="cents">.90' in product.text  # The list price: no room, no flash.
    assert shop.status_code == 200
    assert sale.scene.product.public_id in shop.text


def test_goods_and_shops_that_are_not_there_are_not_found(db: None, signed_in: SignIn) -> None:
    client = signed_in()

    assert client.get("/product/prd_00000000000000000000000000").status_code == 404
    assert client.get("/shop/shp_00000000000000000000000000").status_code == 404
    assert client.get("/shop/nonsense").status_code == 404
