"""Pictures of others, drawn again by us, where the media process serves them."""

import secrets
from collections.abc import Sequence

from django.conf import settings
from PIL import Image

from laotie.kernel import drawn
from laotie.kernel.drawn import MAX_PIXELS
from laotie.kernel.errors import Invalid

__all__ = ["MAX_BYTES", "MAX_PIXELS", "WIDTHS", "draw_again", "keep"]

WIDTHS = (320, 640, 1080)
MAX_BYTES = 8 << 20


def draw_again(body: bytes) -> Image.Image:
    """The pixels alone, upright, in RGB or RGBA. raises: Invalid (`picture`)."""
    if not isinstance(body, bytes) or not 0 < len(body) <= MAX_BYTES:
        raise Invalid(field="picture", reason="picture")
    try:
        return drawn.again(body)
    except drawn.NotDrawable as error:
        raise Invalid(field="picture", reason="picture") from error


def keep(picture: Image.Image, widths: Sequence[int] = WIDTHS) -> str:
    """The picture lies where the media process serves it, once per width; its file's name."""
    file = secrets.token_hex(16)
    folder = settings.LAOTIE.data / "media" / "pictures" / file[:2] / file
    folder.mkdir(parents=True)
    drawn.write(picture, folder, widths=widths)
    return file
