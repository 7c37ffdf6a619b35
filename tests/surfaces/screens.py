"""Looking at screens: in two languages, closely in two sizes and themes, then in all sizes."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from django.test import Client
from tests.journeys.looking import Watched

PHONE, WIDE = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
SMALL = {"width": 320, "height": 640}
VIEWS = [
    pytest.param("zh-hans", "light", PHONE, id="zh-light-phone"),
    pytest.param("en", "dark", WIDE, id="en-dark-wide"),
]
SWITCH_THEME = """() => {
  const page = document.documentElement;
  page.dataset.theme = page.dataset.theme === "dark" ? "light" : "dark";
}"""
# No stream is published here and no gateway runs: what a page says of that is not its fault.
NOT_THERE = ("index.m3u8", "ERR_CONNECTION_REFUSED", "WebSocket", "/media/", "404 (Not Found)")
Open = Callable[[Client, str, str, str, Mapping[str, int]], Watched]


def faults(watched: Watched, name: str) -> list[str]:
    """What this screen does that none may do. LAOTIE_TEST_PICTURES names a folder to keep it in."""
    opened_at = watched.page.viewport_size
    assert opened_at
    watched.page.evaluate("document.fonts.ready")
    if folder := os.environ.get("LAOTIE_TEST_PICTURES"):
        watched.page.wait_for_timeout(400)
        watched.page.screenshot(path=str(Path(folder) / f"{name}.png"))
    found = watched.violations()
    for size in (PHONE, WIDE, SMALL):
        watched.page.set_viewport_size(size)  # type: ignore[arg-type]
        if not watched.has_no_sideways_scroll():
            found.append(f"scrolls sideways at {size['width']}")
    # The other size and the other theme, in place.
    watched.page.set_viewport_size(WIDE if opened_at["width"] == PHONE["width"] else PHONE)  # type: ignore[arg-type]
    watched.page.evaluate(SWITCH_THEME)
    found += [f"switched: {each}" for each in watched.violations()]
    with watched.bearing(*NOT_THERE):
        found += watched.real_complaints()
    watched.page.context.close()
    return found


def looked_at(
    window: Open,
    client: Client,
    places: Mapping[str, str],
    language: str,
    theme: str,
    size: Mapping[str, int],
) -> dict[str, list[str]]:
    """Places with faults; empty when all is well."""
    found = {
        name: faults(window(client, path, language, theme, size), f"{name}-{language}-{theme}")
        for name, path in places.items()
    }
    return {name: each for name, each in found.items() if each}
