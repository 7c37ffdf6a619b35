"""Real screenshots for the README and the guides, taken from a running demo.

    laotie demo                       # in another terminal, wait until the town is whole
    python tools/screenshots.py       # reads var/run/demo.json, writes docs/images/

Needs `make install-dev` and the system's Chromium (or LAOTIE_CHROMIUM).
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
GAP, GROUND = 24, (233, 235, 240)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--autoplay-policy=no-user-gesture-required"]  # fmt: skip


class Town:
    """The demo's people and places."""

    def __init__(self, facts: dict[str, Any], browser: Browser, data: Path) -> None:
        self.facts = facts
        self.data = data
        self._browser = browser
        self._last_step = 0

    def window(
        self, role: str | None, *, language: str, size: dict[str, int], theme: str, nth: int = 0
    ) -> Page:
        """A browser of somebody with this role; signed in, with digits if they are asked for."""
        context = self._browser.new_context(
            base_url=self.facts["web"],
            viewport=size,  # type: ignore[arg-type]
            locale="zh-CN" if language == "zh" else "en-US",
            timezone_id="Asia/Shanghai",
            color_scheme=theme,  # type: ignore[arg-type]
        )
        context.set_default_timeout(90_000)  # A machine that also runs the demo is slow.
        page = context.new_page()
        if role:
            account = [each for each in self.facts["accounts"] if each["role"] == role][nth]
            page.goto("/sign-in?by=password")
            page.locator("input[name=phone]").fill(account["phone"])
            page.locator("input[name=password]").fill(account["password"])
            page.locator("form button.cta").first.click()
            if account["secret"]:
                page.locator("input[name=digits]").fill(self._digits(account["phone"]))
                page.locator("input[name=digits]").press("Enter")
            page.wait_for_url(re.compile(r"^(?!.*/sign-in).*$"))
        return page

    def _digits(self, phone: str) -> str:
        """Digits open once, so each time those of the half minute after the last ones."""
        if self._last_step == int(time.time()) // 30:
            time.sleep(30 - time.time() % 30 + 0.5)
        self._last_step = int(time.time()) // 30
        told = subprocess.run(
            [sys.executable, "-m", "laotie", "lab", "digits", phone],
            env={**os.environ, "LAOTIE_DATA": str(self.data), "LAOTIE_LAB": "1"},
            capture_output=True,
            text=True,
            check=True,
        )
        return re.findall(r"\b[0-9]{6}\b", told.stdout)[-1]


def buyer(town: Town, language: str, folder: Path) -> None:
    """Feed, room, bag and buy sheet, side by side as on four phones."""
    page = town.window("buyer", language=language, size=PHONE, theme="light")
    room = town.facts["room"]
    shots = [take(page, "/", folder / "feed.png", wait_s=5)]
    shots.append(take(page, f"/live/{room}", folder / "room.png", wait_s=9))
    page.locator("a[data-sheet=bag]").first.click()
    page.locator("dialog#bag[open] h2").first.wait_for()
    shots.append(take(page, None, folder / "bag.png", wait_s=1))
    page.locator("dialog#bag a[data-sheet=buy], dialog#bag a.btn").first.click()
    page.locator("dialog#buy[open] form.buy-form").wait_for()
    shots.append(take(page, None, folder / "buy.png", wait_s=1))
    join(shots, ROOT / "docs" / "images" / f"buyer-{language}.webp")
    page.context.close()


# Each console picture: whose it is (the nth of a role), its name, its address, how long it settles.
# `{room}` is the room on air, `{shop}` the shop of the person who looks.
CONSOLES = (
    ("creator", 0, (("control", "/studio/rooms/{room}", 8),)),
    (
        "merchant",
        2,
        (
            ("merchant", "/studio/", 2),
            ("products", "/studio/shops/{shop}/products", 2),
            ("orders", "/studio/shops/{shop}/orders", 2),
            ("refunds", "/studio/shops/{shop}/refunds", 2),
        ),
    ),
    ("creator", 2, (("report", "/studio/rooms", 2),)),
    ("operator", 0, (("desk", "/desk/", 2), ("wall", "/desk/rooms", 4))),
)


def shopping(town: Town, language: str, folder: Path) -> None:
    """Search, product, cart and orders, side by side as on four phones."""
    page = town.window("buyer", language=language, size=PHONE, theme="light")
    wish = "茶" if language == "zh" else "tea"
    shots = [take(page, f"/search?q={wish}", folder / "search.png", wait_s=2)]
    page.locator("main a[href*='/product/prd_']").first.click()
    page.wait_for_url("**/product/**")
    shots.append(take(page, None, folder / "product.png", wait_s=2))
    page.goto("/replays")
    page.locator("a[href*='/replay/rom_']").first.click()
    page.wait_for_url("**/replay/**")
    shots.append(take(page, None, folder / "replay.png", wait_s=5))
    shots.append(take(page, "/orders", folder / "orders.png", wait_s=2))
    join(shots, ROOT / "docs" / "images" / f"shopping-{language}.webp")
    page.context.close()


def consoles(town: Town, language: str, folder: Path) -> None:
    """The studio and the desk; light in Chinese, dark in English, so that both are seen."""
    theme = "light" if language == "zh" else "dark"
    for role, nth, shots in CONSOLES:
        page = town.window(role, nth=nth, language=language, size=DESK, theme=theme)
        page.goto("/studio/")
        found = re.search(r"/studio/shops/(shp_[0-9A-Za-z]+)", page.content())
        for name, path, wait_s in shots:
            where = path.format(room=town.facts["room"], shop=found[1] if found else "")
            shot = take(page, where, folder / f"{name}.png", wait_s=wait_s)
            Image.open(shot).convert("RGB").save(
                ROOT / "docs" / "images" / f"{name}-{language}.webp", quality=80
            )
        page.context.close()


def take(page: Page, path: str | None, target: Path, *, wait_s: float) -> Path:
    if path:
        page.goto(path)
    page.wait_for_timeout(wait_s * 1000)
    page.screenshot(path=str(target))
    return target


def join(shots: list[Path], target: Path) -> None:
    pictures = [Image.open(shot).convert("RGB") for shot in shots]
    width = sum(each.width for each in pictures) + GAP * (len(pictures) + 1)
    sheet = Image.new("RGB", (width, pictures[0].height + 2 * GAP), GROUND)
    left = GAP
    for picture in pictures:
        sheet.paste(picture, (left, GAP))
        left += picture.width + GAP
    sheet.save(target, quality=84)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT / "var", help="the demo's data folder")
    data = parser.parse_args().data
    facts = json.loads((data / "run" / "demo.json").read_text("utf-8"))
    folder = ROOT / "var" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    (ROOT / "docs" / "images").mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("LAOTIE_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        town = Town(facts, browser, data)
        for language in ("zh", "en"):
            buyer(town, language, folder)
            shopping(town, language, folder)
            consoles(town, language, folder)
        browser.close()


if __name__ == "__main__":
    main()
