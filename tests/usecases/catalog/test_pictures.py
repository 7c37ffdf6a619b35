import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image
from tests import builders
from tests.builders import NOW

from laotie.catalog import models, pictures, products
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, SignInFirst, TooMany

pytestmark = pytest.mark.usefixtures("db")


def drawn(
    width: int = 1600, height: int = 1200, *, format: str = "JPEG", **options: object
) -> bytes:
    body = io.BytesIO()
    Image.new("RGB", (width, height), (200, 30, 30)).save(body, format, **options)
    return body.getvalue()


def folder(data_folder: Path, file: str) -> Path:
    return data_folder / "media" / "pictures" / file[:2] / file


@pytest.fixture
def data_folder() -> Path:
    from django.conf import settings

    return Path(settings.LAOTIE.data)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_drawn_again_in_three_widths(data_folder: Path, format: str) -> None:
    shop = builders.a_shop()
    card = pictures.store(actor=shop.owner, body=drawn(format=format), shop_id=shop.id, now=NOW)

    assert (card.width, card.height) == (1600, 1200)
    files = sorted(folder(data_folder, card.file).iterdir())
    assert [file.name for file in files] == ["1080.webp", "320.webp", "640.webp"]
    with Image.open(folder(data_folder, card.file) / "640.webp") as small:
        assert (small.format, small.size) == ("WEBP", (640, 480))
        red, green, _blue = small.convert("RGB").getpixel((10, 10))
        assert red > 180
        assert green < 60
    assert card.url.endswith(f"/media/pictures/{card.file}/640.webp")


def test_what_came_with_a_picture_is_left_behind(data_folder: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # Turned by 90 degrees.
    exif[0x010E] = "where I live"
    body = drawn(400, 200, exif=exif)
    card = pictures.store(actor=builders.a_person(), body=body, shop_id=None, now=NOW)

    stored = (folder(data_folder, card.file) / "320.webp").read_bytes()
    assert b"where I live" not in stored
    with Image.open(io.BytesIO(stored)) as shown:
        assert dict(shown.getexif()) == {}
        assert shown.height > shown.width  # Upright now.


def a_bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is enormous."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )


def gif() -> bytes:
    body = io.BytesIO()
    Image.new("P", (10, 10)).save(body, "GIF")
    return body.getvalue() + b"/*<script>alert(1)</script>*/"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"x", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><script>alert(1)</script></html>", gif(), drawn()[:300], a_bomb(100_000, 100_000),
        a_bomb(16_001, 1), a_bomb(7_000, 7_000), b"\0" * (8 * 2**20 + 1), a_bomb(50, 50), "text", None,
    ],
    ids=[
        "empty", "one byte", "svg", "html", "gif with script", "truncated", "bomb", "too long",
        "too many pixels", "too many bytes", "torn png", "text", "nothing",
    ],
)  # fmt: skip
def test_what_is_no_picture_of_ours_is_refused(body: bytes, data_folder: Path) -> None:
    before = set((data_folder / "media").rglob("*"))
    with pytest.raises(Invalid) as refused:
        pictures.store(actor=builders.a_person(), body=body, shop_id=None, now=NOW)
    assert refused.value.facts == {"field": "picture", "reason": "picture"}
    assert models.Picture.objects.count() == 0
    assert set((data_folder / "media").rglob("*")) == before


def test_pictures_of_a_shop_are_stored_by_those_who_manage_it() -> None:
    shop = builders.a_shop()
    tries = [
        (builders.a_clerk(shop, "ship"), NotAllowed),
        (builders.a_person(), NotFound),
        (Actor.anonymous(), SignInFirst),
    ]
    for actor, refusal in tries:
        with pytest.raises(refusal):
            pictures.store(actor=actor, body=drawn(), shop_id=shop.id, now=NOW)


def test_a_product_shows_pictures_of_its_own_shop_only() -> None:
    shop, other = builders.a_shop(), builders.a_shop("别家")
    mine = pictures.store(actor=shop.owner, body=drawn(50, 50), shop_id=shop.id, now=NOW)
    foreign = pictures.store(actor=other.owner, body=drawn(50, 50), shop_id=other.id, now=NOW)
    product = builders.a_product(shop)

    changed = products.change(
        actor=shop.owner, product_id=product.id, picture_files=[mine.file], now=NOW
    )
    assert changed.pictures == (mine.file,)
    for files in (
        [foreign.file],
        [mine.file, foreign.file],
        [mine.file, mine.file],
        [mine.file[:-1]],
    ):
        with pytest.raises(Invalid):
            products.change(actor=shop.owner, product_id=product.id, picture_files=files, now=NOW)


def test_pictures_come_so_many_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "PER_HOUR", 1)
    actor = builders.a_person()
    pictures.store(actor=actor, body=drawn(50, 50), shop_id=None, now=NOW)
    with pytest.raises(TooMany):
        pictures.store(actor=actor, body=drawn(50, 50), shop_id=None, now=NOW)
