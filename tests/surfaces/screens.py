"""Looking at screens: in two languages, closely in two sizes and themes, then in all sizes."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from django.test import Client
from playwright.sync_api import ViewportSize
from tests.journeys.looking import Watched

Size = ViewportSize
PHONE, WIDE = Size(width=390, height=844), Size(width=1280, height=800)
SMALL = Size(width=320, height=640)
VIEWS = [("zh-hans", "light", PHONE), ("en", "dark", WIDE)]
SWITCH_THEME = """() => {
  const page = document.documentElement;
  page.dataset.theme = page.dataset.theme === "dark" ? "light" : "dark";
}"""
# No stream is published here and no gateway runs: what a page says of that is not its fault.
NOT_THERE = ("index.m3u8", "ERR_CONNECTION_REFUSED", "WebSocket", "/media/", "404 (Not Found)")
Open = Callable[[Client, str, str, str, Size], Watched]


def looked_at(window: Open, client: Client, places: Mapping[str, str]) -> dict[str, list[str]]:
    """Places with faults, by name and view; empty when all is well.

    A view is one window that goes from place to place, as a person does. In the first language the
    other size and theme are looked at as closely too.
    """
    found = {}
    for nth, (language, theme, size) in enumerate(VIEWS):
        watched: Watched | None = None
        for name, path in places.items():
            if watched is None:
                watched = window(client, path, language, theme, size)
            else:
                watched.go(path, size)
            view = f"{name}-{language}-{theme}"
            other_size = WIDE if size is PHONE else PHONE
            if seen := faults(watched, view, None if nth else other_size):
                found[view] = seen
        if watched is not None:
            watched.page.context.close()
    return found


def faults(watched: Watched, name: str, other_size: Size | None) -> list[str]:
    """What this screen does that none may do. LAOTIE_TEST_PICTURES names a folder to keep it in.

    other_size: at which it is looked at a second time, in the other theme.
    """
    watched.page.evaluate("document.fonts.ready")
    if folder := os.environ.get("LAOTIE_TEST_PICTURES"):
        watched.page.wait_for_timeout(400)
        watched.page.screenshot(path=str(Path(folder) / f"{name}.png"))
    found = watched.violations()
    for size in (SMALL, PHONE, WIDE):
        watched.page.set_viewport_size(size)
        if not watched.has_no_sideways_scroll():
            found.append(f"scrolls sideways at {size['width']}")
    # The other size and the other theme, in place.
    if other_size is not None:
        watched.page.set_viewport_size(other_size)
        watched.page.evaluate(SWITCH_THEME)
        found += [f"switched: {each}" for each in watched.violations()]
    with watched.bearing(*NOT_THERE):
        found += watched.real_complaints()
    return found
