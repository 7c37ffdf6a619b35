"""Third-party files are what `vendor.toml` says; icons are neither missing nor idle."""

import hashlib
import re
import tomllib
from pathlib import Path

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

    drawn = _icons_drawn()

    held = set(re.findall(r'<symbol id="([a-z0-9-]+)"', sprite))
    assert held == set(MANIFEST["sprite"][0]["icons"])
    assert drawn - held == set(), "add to `icons` in vendor.toml, then tools/vendor.py --icons"
    assert held - drawn == set(), "nobody draws these any more"


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


def _icons_drawn() -> set[str]:
    """Names in `{% icon "…" %}`, `icon="…"`, `icons.svg#…` and, in scripts, `icon("…")`."""
    patterns = (
        r"""{%\s*icon\s+["']([a-z0-9-]+)["']""",
        r"""\bicon=["']([a-z0-9-]+)["']""",
        r"""icons\.svg["']\s*%}#([a-z0-9-]+)""",
        r"""\bicon\(["']([a-z0-9-]+)["']\)""",
    )
    paths = [
        *LAOTIE.rglob("templates/**/*.html"),
        *LAOTIE.rglob("static/**/*.js"),
        *LAOTIE.rglob("*.py"),
    ]
    texts = [path.read_text(encoding="utf-8") for path in paths]
    return {name for text in texts for pattern in patterns for name in re.findall(pattern, text)}
