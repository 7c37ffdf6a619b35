"""Every screen of the desk in real Chromium."""

from collections.abc import Mapping

import pytest
from django.test import Client
from tests import builders
from tests.surfaces import screens
from tests.surfaces.desk.test_desk import signed_in
from tests.surfaces.screens import Open
from tests.usecases.live import scenes

from laotie.kernel import clock

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("db")]

PLACES = {
    "overview": "/desk/",
    "shops": "/desk/shops",
    "shops-open": "/desk/shops?state=APPROVED",
    "rooms": "/desk/rooms",
    "money": "/desk/money",
    "health": "/desk/health",
    "missing": "/desk/shops?state=NONE",
}


@pytest.fixture
def desk() -> Client:
    """An operator with two shops waiting and a room on air."""
    for name in ("老窑", "清溪茶山合作社的直营店"):
        builders.a_shop(name, is_open=False)
    scenes.a_live_room(clock.now())
    return signed_in(builders.an_operator())


@pytest.mark.parametrize(("language", "theme", "size"), screens.VIEWS)
def test_every_screen_holds(
    window: Open, desk: Client, language: str, theme: str, size: Mapping[str, int]
) -> None:
    assert screens.looked_at(window, desk, PLACES, language, theme, size) == {}
