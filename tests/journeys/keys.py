"""Getting about by keyboard alone: Tab to come to something, a key to act on it."""

from playwright.sync_api import Locator, Page, expect

_MOST_TABS = 200


def reach(page: Page, target: Locator) -> None:
    """The focus is there, by Tab alone."""
    expect(target).to_be_visible()
    for _ in range(_MOST_TABS):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"keys do not lead to {target}")


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    reach(page, target)
    page.keyboard.press(key)


def write(page: Page, target: Locator, text: str) -> None:
    reach(page, target)
    page.keyboard.type(text)
