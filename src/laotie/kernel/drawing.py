"""Pictures of others, drawn again by us: only pixels pass, in a few widths, without metadata."""

import io
import os
import secrets
from collections.abc import Sequence

from django.conf import settings
from PIL import Image, ImageOps

from laotie.kernel.errors import Invalid

WIDTHS = (320, 640, 1080)
MAX_BYTES = 8 << 20
MAX_PIXELS = 40_000_000
_FORMATS = ("JPEG", "PNG", "WEBP")  # No SVG (it can hold script), no GIF (it can hold anything).
_LONGEST_SIDE = 16_000
_QUALITY = 82


def draw_again(body: bytes) -> Image.Image:
    """The pixels alone, upright, in RGB or RGBA. raises: Invalid (`picture`)."""
    if not isinstance(body, bytes) or not 0 < len(body) <= MAX_BYTES:
        raise Invalid(field="picture", reason="picture")
    try:
        with Image.open(io.BytesIO(body), formats=_FORMATS) as picture:
            # Judged by the header, before a single pixel is unpacked.
            width, height = picture.size
            if width * height > MAX_PIXELS or max(width, height) > _LONGEST_SIDE:
                raise Invalid(field="picture", reason="picture")
            picture.seek(0)
            upright = ImageOps.exif_transpose(picture)
            return upright.convert("RGBA" if "A" in upright.getbands() else "RGB")
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
        raise Invalid(field="picture", reason="picture") from error


def keep(picture: Image.Image, widths: Sequence[int] = WIDTHS) -> str:
    """The picture lies where the media process serves it, once per width; its file's name."""
    file = secrets.token_hex(16)
    folder = settings.LAOTIE.data / "media" / "pictures" / file[:2] / file
    folder.mkdir(parents=True)
    for width in widths:
        shown = picture.copy()
        shown.thumbnail((width, 4 * width), Image.Resampling.LANCZOS)
        making = folder / f".{width}"
        shown.save(making, "WEBP", quality=_QUALITY, method=4)
        os.replace(making, folder / f"{width}.webp")
    return file
