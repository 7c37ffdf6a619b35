"""Text keeps 4.5:1 against what it stands on, in both themes and at both ends of each gradient."""

import re
from pathlib import Path

import pytest

from laotie import look

TOKENS = (Path(look.__file__).parent / "static/look/css/tokens.css").read_text(encoding="utf-8")
DECLARED = dict(re.findall(r"^\s*--([a-z0-9-]+):\s*(.+?);$", TOKENS, re.MULTILINE | re.DOTALL))

TEXT_ON_GROUND = [
    (text, ground)
    for text in ("text", "text-2", "text-3", "price", "link", "ok", "warn", "bad", "brand-ink")
    for ground in ("bg", "surface", "surface-2")
] + [
    ("fill-text", "fill"),
    ("disabled", "surface"),
    ("brand-ink", "brand-soft"),
    *((tone, f"{tone}-soft") for tone in ("ok", "warn", "bad", "info", "gold")),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_can_be_read(text: str, ground: str, theme: str) -> None:
    ratio = contrast(colour(f"var(--{text})", theme), colour(f"var(--{ground})", theme))

    least = 3 if text == "disabled" else 4.5
    assert ratio >= least, f"{text} on {ground}: {ratio:.2f}"


def test_white_can_be_read_on_every_stop_of_a_button() -> None:
    for stop in re.findall(r"#[0-9a-f]{6}", DECLARED["cta"]):
        assert contrast(stop, "#ffffff") >= 4.5, stop


def test_white_can_be_read_where_a_flash_bar_has_text() -> None:
    # The clock stands on tiles of its own, so the last, lightest stop carries no bare text.
    for stop in re.findall(r"#[0-9a-f]{6}", DECLARED["flash"])[:-1]:
        assert contrast(stop, "#ffffff") >= 4.5, stop


@pytest.mark.parametrize("name", ["live", "on-air"])
def test_white_can_be_read_on_a_badge(name: str) -> None:
    assert contrast(colour(f"var(--{name})", "light"), "#ffffff") >= 4.5


def colour(value: str, theme: str) -> str:
    """The hex behind a declaration, `var()` and `light-dark()` worked out."""
    value = value.strip()
    named = re.fullmatch(r"var\(--([a-z0-9-]+)\)", value)
    if named:
        return colour(DECLARED[named[1]], theme)
    both = re.fullmatch(r"light-dark\((.+), ?(.+)\)", value)
    if both:
        return colour(both[1] if theme == "light" else both[2], theme)
    assert re.fullmatch(r"#(?:[0-9a-f]{3}){1,2}", value), value
    return value if len(value) == 7 else "#" + "".join(2 * digit for digit in value[1:])


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2: 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(hex_colour: str) -> float:
    parts = [int(hex_colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
