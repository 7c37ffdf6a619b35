"""Third-party files are what `vendor.toml` says; icons are neither missing nor idle."""

import hashlib
import re
import tomllib
from pathlib import Path

from tools.vendor import icons_drawn

LAOTIE = Path(__file__).resolve().parents[2] / "src" / "laotie"
LOOK = LAOTIE / "look"
MANIFEST = tomllib.loads((LOOK / "vendor.toml").read_text(encoding="utf-8"))
ENTRIES = MANIFEST["file"] + MANIFEST["sprite"]


def test_each_vendored_file_has_the_hash_that_is_written_down() -> None:
    found = {
        entry["file"]: hashlib.sha256((LOOK / entry["file"]).read_bytes()).hexdigest()
        for entry in ENTRIES
    }

    assert found == {entry["file"]: entry["sha256"] for entry in ENTRIES}


def test_each_vendored_file_ships_its_licence() -> None:
    for entry in ENTRIES:
        text = (LOOK / entry["licence_file"]).read_text(encoding="utf-8")

        assert entry["licence"] in {"0BSD", "Apache-2.0", "ISC", "MIT", "BSD-3-Clause"}
        assert len(text) > 200, entry["name"]


def test_nothing_else_lies_among_the_vendored_files() -> None:
    named = {LOOK / entry[key] for entry in ENTRIES for key in ("file", "licence_file")}

    assert set((LOOK / "static/look/vendor").iterdir()) <= named


def test_the_sprite_holds_exactly_the_icons_that_pages_draw() -> None:
    sprite = (LOOK / "static/look/icons.svg").read_text(encoding="utf-8")

    drawn = icons_drawn()

    held = set(re.findall(r'<symbol id="([a-z0-9-]+)"', sprite))
    assert held == set(MANIFEST["sprite"][0]["icons"])
    assert held == drawn, "run tools/vendor.py --icons"


def test_pages_have_no_inline_script_or_style() -> None:
    offences = [
        f"{path.relative_to(LAOTIE)}: {found.group(0)[:60]}"
        for path in LAOTIE.rglob("templates/**/*.html")
        for found in re.finditer(
            r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle=\"|\son[a-z]+=\"|hx-on[:-]|javascript:",
            path.read_text(encoding="utf-8"),
        )
    ]

    assert offences == []
