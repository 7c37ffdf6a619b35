"""Windows of a real browser onto pages that are served from the test's database."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.test import Client
from playwright.sync_api import Browser
from tests import browsing
from tests.journeys.looking import Watched
from tests.surfaces.screens import Open, Size

from laotie.runtime.wsgi import application


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long looks first, so that workers side by side end together."""
    items.sort(key=lambda item: not item.path.name.endswith("screens.py"))


@pytest.fixture(scope="session")
def origin() -> Iterator[str]:
    with browsing.served(application) as origin:
        yield origin


@pytest.fixture
def window(browser: Browser, origin: str) -> Iterator[Open]:
    """Opens a page as this client, in a language, a theme and a size."""
    with ExitStack() as closing:

        def open_page(client: Client, path: str, language: str, theme: str, size: Size) -> Watched:
            context = browser.new_context(
                base_url=origin,
                viewport=size,
                locale="zh-CN" if language == "zh-hans" else "en-US",
                reduced_motion="reduce",
            )
            context.set_default_timeout(browsing.PATIENCE_MS)
            closing.callback(context.close)
            cookies = {"theme": theme, "django_language": language}
            cookies |= {name: morsel.value for name, morsel in client.cookies.items()}
            context.add_cookies(
                [{"name": name, "value": value, "url": origin} for name, value in cookies.items()]
            )
            watched = Watched(context.new_page())
            watched.page.goto(path)
            watched.page.wait_for_load_state("load")
            return watched

        yield open_page
