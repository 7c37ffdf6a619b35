"""Real Chromium against a real installation; without Chromium every journey is skipped, loudly."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from tests import stack as stacks
from tests.browsing import CHROMIUM, PATIENCE_MS
from tests.journeys.looking import Watched
from tests.stack import Stack

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="NO CHROMIUM: no page was looked at"))


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    with stacks.running() as running:
        yield running


class Visitors:
    """Opens windows, each a person of its own, and watches what each page complains of."""

    def __init__(self, browser: Browser, stack: Stack, closing: contextlib.ExitStack) -> None:
        self._browser = browser
        self._stack = stack
        self._closing = closing

    def window(
        self,
        *,
        language: str = "zh-hans",
        size: dict[str, int] = PHONE,
        state: str | Path | None = None,
    ) -> Watched:
        context: BrowserContext = self._browser.new_context(
            base_url=self._stack.web,
            viewport=size,  # type: ignore[arg-type]
            locale="zh-CN" if language == "zh-hans" else "en-US",
            timezone_id="Asia/Shanghai",
            has_touch=size is PHONE,
            storage_state=state,
        )
        self._closing.callback(context.close)
        context.set_default_timeout(PATIENCE_MS)
        page: Page = context.new_page()
        return Watched(page)


@pytest.fixture
def visitors(browser: Browser, stack: Stack) -> Iterator[Visitors]:
    with contextlib.ExitStack() as closing:
        yield Visitors(browser, stack, closing)
