"""The picture that people save and send on: what it is, what it costs, a code to scan."""

import functools
import io

import noto_cjk_sans_otc
import segno
from PIL import Image, ImageDraw, ImageFont

from laotie.catalog import pictures

_WIDTH, _HEIGHT, _PAD = 640, 960, 36
_INK, _SOFT, _PRICE, _GROUND = "#16181d", "#5c6370", "#d92d20", "#ffffff"
_MOST_LINES = 2


def draw(*, title: str, line: str, picture_url: str, link: str, says: str) -> bytes:
    """A PNG of 640 x 960. picture_url: of a kept picture; without one the place stays plain."""
    card = Image.new("RGB", (_WIDTH, _HEIGHT), _GROUND)
    pen = ImageDraw.Draw(card)
    side = _WIDTH - 2 * _PAD
    shown = _picture(picture_url, side)
    if shown is None:
        pen.rounded_rectangle((_PAD, _PAD, _PAD + side, _PAD + side), 20, fill="#f1f2f4")
    else:
        card.paste(shown, (_PAD, _PAD))
    code = _code(link)
    top = _PAD + side + 28
    card.paste(code, (_WIDTH - _PAD - code.width, top))
    room = side - code.width - 24
    for text in _lines(title, _font(30), room):
        pen.text((_PAD, top), text, font=_font(30), fill=_INK)
        top += 42
    if line:
        pen.text((_PAD, top + 6), _lines(line, _font(40), room)[0], font=_font(40), fill=_PRICE)
    pen.text((_PAD, _HEIGHT - _PAD - 34), says, font=_font(24), fill=_SOFT)
    body = io.BytesIO()
    card.save(body, "PNG")
    return body.getvalue()


def _picture(picture_url: str, side: int) -> Image.Image | None:
    """The picture cut to a square."""
    body = pictures.body(picture_url)
    if body is None:
        return None
    with Image.open(io.BytesIO(body), formats=("WEBP",)) as found:
        square = min(found.size)
        left, top = (found.width - square) // 2, (found.height - square) // 2
        cut = found.convert("RGB").crop((left, top, left + square, top + square))
        return cut.resize((side, side), Image.Resampling.LANCZOS)


def _code(link: str) -> Image.Image:
    body = io.BytesIO()
    segno.make(link, error="m", micro=False).save(body, kind="png", scale=5, border=1)
    with Image.open(body) as code:
        return code.convert("RGB").resize((220, 220), Image.Resampling.NEAREST)


def _lines(text: str, font: ImageFont.FreeTypeFont, room: int) -> list[str]:
    """The text in at most two lines that fit, cut with an ellipsis."""
    lines = [""]
    for letter in text[:200]:
        if font.getlength(lines[-1] + letter) > room:
            if len(lines) == _MOST_LINES:
                lines[-1] = f"{lines[-1][:-1]}…"
                break
            lines.append("")
        lines[-1] += letter
    return lines


@functools.cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(noto_cjk_sans_otc.FONT_PATH, size)
