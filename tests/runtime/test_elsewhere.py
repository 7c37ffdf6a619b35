"""Pictures asked for at our own origin are found, and nothing leads in a circle."""

from dataclasses import replace

import pytest
from django.conf import settings
from django.test import Client


def answer(path: str) -> tuple[int, str]:
    response = Client().get(path)
    return response.status_code, response.headers.get("Location", "")


def point(monkeypatch: pytest.MonkeyPatch, *, public_url: str, media_url: str) -> None:
    ours = replace(settings.LAOTIE, public_url=public_url, media_url=media_url)
    monkeypatch.setattr(settings, "LAOTIE", ours)


def test_a_picture_is_looked_for_where_media_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    point(monkeypatch, public_url="http://127.0.0.1:8000", media_url="http://127.0.0.1:8002")

    assert answer("/media/pictures/0a1b/640.webp") == (
        302,
        "http://127.0.0.1:8002/media/pictures/0a1b/640.webp",
    )


def test_behind_a_proxy_that_knows_media_nothing_leads_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    point(monkeypatch, public_url="https://shop.test", media_url="https://shop.test/media")

    assert answer("/media/pictures/0a1b/640.webp")[0] == 404


@pytest.mark.parametrize(
    "path", ["/media/pictures/..%2f..%2fx/640.webp", "/media/pictures/a/x.webp"]
)
def test_other_paths_are_not_there(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    point(monkeypatch, public_url="http://127.0.0.1:8000", media_url="http://127.0.0.1:8002")

    assert answer(path)[0] == 404
