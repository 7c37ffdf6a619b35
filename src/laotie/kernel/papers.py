"""Printed papers as PDF: a template of ours, facts as data, never text pasted into markup."""

import functools
import io
import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import noto_cjk_sans_otc

PDF = "application/pdf"


def render(package: str, name: str, facts: Mapping[str, Any]) -> bytes:
    """The PDF of `laotie/<package>/typ/<name>.typ`, which reads `facts` as JSON.

    Chinese and Latin letters come from the one font that is installed with us; the template can
    reach neither other files nor the network.
    """
    import typst

    compile_: Any = typst.compile  # Its stubs ask that template and folders be of one type.
    made = compile_(
        _template(package, name),
        font_paths=[_font_folder()],
        ignore_system_fonts=True,
        sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
    )
    return bytes(made)


def square_code(text: str) -> str:
    """A QR code as SVG, for a template to draw."""
    import segno

    buffer = io.BytesIO()
    segno.make(text, error="m", micro=False).save(buffer, kind="svg", border=0, xmldecl=False)
    return buffer.getvalue().decode()


@functools.cache
def _template(package: str, name: str) -> bytes:
    return (resources.files(f"laotie.{package}") / "typ" / f"{name}.typ").read_bytes()


@functools.cache
def _font_folder() -> str:
    return str(Path(noto_cjk_sans_otc.FONT_PATH).parent)
