"""Real screenshots for the README, taken from a running demo.

    laotie demo                       # in another terminal, wait until it is on air
    python tools/screenshots.py       # reads var/run/demo.json, writes docs/images/

Needs the system's Chromium (or LAOTIE_CHROMIUM).
"""

import argparse
import json
import os
import re
import shutil
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

    def __init__(self, facts: dict[str, Any], browser: Browser) -> None:
        self.facts = facts
        self._browser = browser

    def window(self, role: str | None, *, language: str, size: dict[str, int], theme: str) -> Page:
        context = self._browser.new_context(
            base_url=self.facts["web"],
            viewport=size,  # type: ignore[arg-type]
            locale="zh-CN" if language == "zh" else "en-US",
            timezone_id="Asia/Shanghai",
            color_scheme=theme,  # type: ignore[arg-type]
        )
        page = context.new_page()
        if role:
            account = next(each for each in self.facts["accounts"] if each["role"] == role)
            page.goto("/sign-in?by=password")
            page.locator("input[name=phone]").fill(account["phone"])
            page.locator("input[name=password]").fill(account["password"])
            page.locator("form button.cta").first.click()
            page.wait_for_url(re.compile(r"^(?!.*/sign-in).*$"))
        return page


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


def console(
    town: Town,
    role: str,
    path: str,
    name: str,
    language: str,
    folder: Path,
    *,
    theme: str,
    wait_s: float = 2,
) -> None:
    page = town.window(role, language=language, size=DESK, theme=theme)
    shot = take(page, path, folder / f"{name}.png", wait_s=wait_s)
    Image.open(shot).convert("RGB").save(
        ROOT / "docs" / "images" / f"{name}-{language}.webp", quality=86
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
    facts = json.loads((parser.parse_args().data / "run" / "demo.json").read_text("utf-8"))
    folder = ROOT / "var" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    (ROOT / "docs" / "images").mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("LAOTIE_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        town = Town(facts, browser)
        for language in ("zh", "en"):
            buyer(town, language, folder)
            theme = "light" if language == "zh" else "dark"
            control = f"/studio/rooms/{facts['room']}"
            console(town, "creator", control, "control", language, folder, theme=theme, wait_s=8)
            console(town, "merchant", "/studio/", "merchant", language, folder, theme=theme)
            console(town, "operator", "/desk/", "desk", language, folder, theme=theme)
        browser.close()


if __name__ == "__main__":
    main()
