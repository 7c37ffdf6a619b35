"""What studio forms read: the fields of all consoles, uploaded pictures and counts."""

from django.core.files.uploadedfile import UploadedFile

from laotie.catalog import pictures
from laotie.kernel.errors import Invalid
from laotie.look.fields import FenField, MomentField, RateField

__all__ = ["FenField", "MomentField", "RateField", "count_of", "picture_body"]


def picture_body(upload: "UploadedFile[bytes]", *, field: str) -> bytes:
    """The bytes of an uploaded picture. raises: Invalid for more than a picture may weigh."""
    if upload.size is None or upload.size > pictures.MAX_BYTES:
        raise Invalid(field=field, reason="picture")
    body: bytes = upload.read()
    return body


def count_of(text: str) -> int:
    """A typed number of units; what is no number counts as none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
