"""Pictures that somebody sent, drawn again by us: the pixels alone, upright, without metadata."""

import io
import os
from collections.abc import Iterable
from pathlib import Path

from PIL import Image, ImageOps

MAX_PIXELS = 40_000_000
_LONGEST_SIDE = 16_000
_FORMATS = ("JPEG", "PNG", "WEBP")  # No SVG (it can hold script), no GIF (it can hold anything).
_QUALITY = 82


class NotDrawable(Exception):
    """cause: `FORMAT`, `PIXELS` (too many of them) or `UNREADABLE`."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


def again(source: bytes | Path) -> Image.Image:
    """The first picture of a JPEG, PNG or WebP in RGB or RGBA. raises: NotDrawable."""
    try:
        opened = Image.open(
            io.BytesIO(source) if isinstance(source, bytes) else source, formats=_FORMATS
        )
    except Image.DecompressionBombError as error:
        raise NotDrawable("PIXELS") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise NotDrawable("FORMAT") from error
    with opened as picture:
        # Judged by the header, before a single pixel is unpacked.
        width, height = picture.size
        if width * height > MAX_PIXELS or max(width, height) > _LONGEST_SIDE:
            raise NotDrawable("PIXELS")
        try:
            picture.seek(0)
            upright = ImageOps.exif_transpose(picture)
            return upright.convert("RGBA" if "A" in upright.getbands() else "RGB")
        except (OSError, SyntaxError, ValueError, EOFError) as error:
            raise NotDrawable("UNREADABLE") from error


def write(picture: Image.Image, folder: Path, *, widths: Iterable[int], prefix: str = "") -> None:
    """`<prefix><width>.webp` in the folder, each at once or not at all; never larger than it is."""
    for width in widths:
        shown = picture.copy()
        shown.thumbnail((width, 4 * width), Image.Resampling.LANCZOS)
        making = folder / f".{prefix}{width}"
        shown.save(making, "WEBP", quality=_QUALITY, method=4)
        os.replace(making, folder / f"{prefix}{width}.webp")
