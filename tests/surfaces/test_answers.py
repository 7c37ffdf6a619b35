"""Where forms lead, and what stands at addresses that lead nowhere."""

import pytest
from django.test import Client
from tests import builders
from tests.surfaces.shop.test_me import accept_texts

pytestmark = pytest.mark.usefixtures("db")

PART = {"HX-Request-Type": "partial"}


@pytest.mark.parametrize(
    "next",
    [
        "abc",
        "?a",
        "#x",
        "%00",
        "//evil.example",
        "/\\evil",
        "https://evil.example/",
        "javascript:alert(1)",
    ],
)
def test_only_paths_of_this_site_are_gone_back_to(next: str) -> None:
    answer = Client().post("/look/theme", {"next": next})

    assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.parametrize(
    ("next", "sent_to"),
    [
        ("/orders?state=paid", "/orders?state=paid"),
        ("/中文", "/%E4%B8%AD%E6%96%87"),
        ("http://testserver/me", "/me"),
        ("/x\r\nSet-Cookie: a=b", "/x%0D%0ASet-Cookie:%20a=b"),
    ],
)
def test_addresses_are_quoted_wherever_they_are_written(next: str, sent_to: str) -> None:
    assert Client().post("/look/theme", {"next": next})["Location"] == sent_to


def test_signing_in_with_a_bent_address_leads_to_the_start() -> None:
    accept_texts(builders.a_person("林", phone="+8613900001234", password="correct horse 9"))
    fields = {"phone": "13900001234", "password": "correct horse 9", "next": "abc"}

    plain = Client().post("/sign-in/with-password", fields)
    part = Client().post("/sign-in/with-password", {**fields, "next": "/中文"}, headers=PART)

    assert (plain.status_code, plain["Location"]) == (302, "/")
    assert part["HX-Redirect"] == "/%E4%B8%AD%E6%96%87"


@pytest.mark.parametrize("path", ["/nothere", "/studio/nothere", "/desk/nothere"])
def test_an_address_that_leads_nowhere_shows_the_way_back(path: str) -> None:
    answer = Client().get(path, headers={"Accept-Language": "zh-CN"})

    assert answer.status_code == 404
    assert "去看直播" in answer.content.decode()


def test_a_form_without_its_token_says_what_to_do() -> None:
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post("/look/theme", headers={"Accept-Language": "en"})

    assert answer.status_code == 403
    assert "Nothing was done. Open it again." in answer.content.decode()
    assert "DEBUG" not in answer.content.decode()
    assert "theme" not in answer.cookies
