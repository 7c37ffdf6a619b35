"""Small files to send: honest ones and hostile ones, made by FFmpeg, Pillow and hand."""

import functools
import io
import struct
import subprocess
import tempfile
import zipfile
import zlib
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from tests.media.harness import FFMPEG


@functools.cache
def video(
    *,
    seconds: float = 1.0,
    size: str = "64x64",
    rate: int = 25,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    sound: str = "aac",
    container: str = "mp4",
    source: str = "testsrc2",
    more: str = "",
) -> bytes:
    """A video of a moving picture. sound: an encoder, or nothing. more: further arguments."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"video.{container}"
        inputs = ["-f", "lavfi", "-i", f"{source}=s={size}:r={rate}"]
        if sound:
            inputs += ["-f", "lavfi", "-i", "sine=sample_rate=48000"]
        encode = ["-c:v", codec, "-pix_fmt", pixels]
        if codec == "libx264":
            encode += ["-preset", "ultrafast"]
        if sound:
            encode += ["-c:a", sound, "-strict", "-2"]
        made = [*inputs, "-t", str(seconds), *encode, *more.split(), str(target)]
        subprocess.run([FFMPEG, "-loglevel", "error", "-y", *made], check=True)
        return target.read_bytes()


@functools.cache
def turned() -> bytes:
    """As a phone that is held upright writes it: pictures lie, and a note says to turn them."""
    return _copied(video(size="96x64"), before=("-display_rotation", "90"))


def unsteady() -> bytes:
    """As a phone in the dark writes it: pictures come as they come."""
    return video(seconds=2.0, more=r"-vf select=lt(n\,10)+not(mod(n\,7)) -fps_mode vfr")


def wrapped_in_itself() -> bytes:
    """Its first packet of sound says that it has a wrapping of its own, and has none."""
    body = video()
    first = _copied(body, "-map", "0:a", "-frames:a", "1", container="data")
    assert body.count(first) == 1
    return body.replace(first, b"\xff\xf1" + bytes(4) + first[6:])


def with_its_facts_elsewhere() -> bytes:
    """What its head says of the pictures is nonsense; the pictures say it again themselves."""
    body = video(more="-x264-params repeat-headers=1")
    at = body.index(b"avcC") + 12  # Behind the head of the first set of facts and its length.
    length = int.from_bytes(body[at - 2 : at], "big")
    wrong = body[at : at + 1] + b"\x64" + body[at + 2 : at + 3] + bytes(length - 3)
    return body[:at] + wrong + body[at + length :]


def packets(body: bytes) -> list[tuple[str, ...]]:
    """Track, moment shown, length and size of every packet of the first video and sound."""
    said = _copied(body, "-map", "0:v:0", "-map", "0:a:0", container="framecrc").decode()
    lines = [line.split(",") for line in said.splitlines() if not line.startswith("#")]
    return [(line[0], *(each.strip() for each in line[2:5])) for line in lines]


def _copied(body: bytes, *more: str, before: tuple[str, ...] = (), container: str = "mp4") -> bytes:
    """The packets as they are, in another wrapping."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "source.mp4", Path(folder) / "target"
        source.write_bytes(body)
        copied = [*before, "-i", str(source), *more, "-c", "copy", "-f", container, str(target)]
        subprocess.run([FFMPEG, "-loglevel", "error", "-y", *copied], check=True)
        return target.read_bytes()


def picture(form: str = "JPEG", size: tuple[int, int] = (64, 48), **saved: object) -> bytes:
    body = io.BytesIO()
    Image.effect_noise(size, 40).convert("RGB").save(body, form, **saved)
    return body.getvalue()


def picture_with_gps() -> bytes:
    """Turned by its EXIF, which also says where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x8825] = {1: "N", 2: (31.0, 14.0, 15.0), 3: "E", 4: (121.0, 28.0, 9.0)}
    return picture(exif=exif)


def picture_and_page(form: str) -> bytes:
    """A picture to one reader and a page to another: before the pixels, and behind them."""
    page = b"<html><script>alert(1)</script></html>"
    if form == "PNG":
        said = PngInfo()
        said.add_text("Comment", page.decode())
        return picture("PNG", pnginfo=said) + page
    return picture(form, comment=page) + page


def png_of(width: int, height: int) -> bytes:
    """A few bytes that say they are this large."""

    def chunk(name: bytes, body: bytes) -> bytes:
        whole = name + body
        return struct.pack(">I", len(body)) + whole + struct.pack(">I", zlib.crc32(whole))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(3 * 1000 + 1) * 100, 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def hostile_videos() -> dict[str, tuple[bytes, str]]:
    """What it is, its bytes, and the cause by which it is refused."""
    honest = video(seconds=2.0, more="-movflags +faststart")
    with_its_head_last = video(seconds=2.0)
    noise = bytes(range(256)) * 400
    script = b"<html><script>alert(1)</script>"
    return {
        "an HLS playlist": (
            b"#EXTM3U\n#EXTINF:1.0,\nfile:///etc/passwd\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n",
            "FORMAT",
        ),
        "a concat script": (b"ffconcat version 1.0\nfile /etc/passwd\n", "FORMAT"),
        "a DASH manifest": (
            b'<?xml version="1.0"?><MPD><BaseURL>file:///etc/</BaseURL></MPD>',
            "FORMAT",
        ),
        "a session description": (
            b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n",
            "FORMAT",
        ),
        "a drawing": (
            b'<svg xmlns="http://www.w3.org/2000/svg"><image href="/x"/></svg>',
            "FORMAT",
        ),
        "a page": (script * 4, "FORMAT"),
        "noise": (noise, "FORMAT"),
        "one byte": (b"\0", "FORMAT"),
        "a zip bomb": (zipped(b"\0" * (10 << 20)), "FORMAT"),
        "a picture": (picture(), "FORMAT"),
        "pictures in another file": (with_pictures_elsewhere(b"/etc/passwd"), "NO_VIDEO"),
        "noise behind a good magic": (b"\0\0\0\x20ftypisom" + noise, "UNREADABLE"),
        "Matroska in name only": (b"\x1a\x45\xdf\xa3" + noise, "UNREADABLE"),
        "cut before its head": (with_its_head_last[:-3000], "UNREADABLE"),
        "cut after its head": (honest[: len(honest) // 2], "TRUNCATED"),
        "too large": (
            video(seconds=0.6, size="8192x8192", rate=2, source="color", sound=""),
            "PIXELS",
        ),
        "too wide": (video(size="4128x16", rate=5, sound=""), "PIXELS"),
        "too fast": (video(rate=1000, sound=""), "RATE"),
        "three hours of one picture a second": (
            video(seconds=10_800, size="16x16", rate=1, sound=""),
            "TOO_LONG",
        ),
        "too short": (video(seconds=0.2, sound=""), "TOO_SHORT"),
        "sound alone": (video(more="-vn"), "NO_VIDEO"),
        "five tracks": (video(more="-map 0:v -map 1 -map 1 -map 1 -map 1"), "STREAMS"),
        "forty tracks": (video(more="-map 0:v" + 40 * " -map 1"), "STREAMS"),
        "an old codec": (video(codec="mpeg2video"), "CODEC"),
        "sound of a cinema": (video(sound="ac3"), "CODEC"),
    }


def with_pictures_elsewhere(path: bytes) -> bytes:
    """A MOV whose tracks lie in another file, by an alias of the old Macintosh kind."""
    alias = bytes(10) + b"\x01/".ljust(28, b"\0") + bytes(12) + b"\x01x".ljust(64, b"\0")
    alias += bytes(16) + struct.pack(">HH", 1, 1) + bytes(16)
    alias += struct.pack(">HH", 2, len(path)) + path + b"\xff\xff\0\0"
    entry = struct.pack(">I4sI", 12 + len(alias), b"alis", 0) + alias
    dref = struct.pack(">I4sII", 16 + len(entry), b"dref", 0, 1) + entry
    return _replaced(video(container="mov", sound=""), b"dref", dref)


def _replaced(boxes: bytes, name: bytes, by: bytes) -> bytes:
    """Every box of this name, however deep, is the other one; those around it grow."""
    made, at = b"", 0
    while at + 8 <= len(boxes):
        size, kind = struct.unpack(">I4s", boxes[at : at + 8])
        whole = boxes[at : at + size]
        if kind == name:
            whole = by
        elif kind in (b"moov", b"trak", b"mdia", b"minf", b"dinf"):
            inner = _replaced(whole[8:], name, by)
            whole = struct.pack(">I4s", 8 + len(inner), kind) + inner
        made, at = made + whole, at + size
    return made


def hostile_stills() -> dict[str, tuple[bytes, str]]:
    return {
        "a drawing with a script": (b"<svg><script>alert(1)</script></svg>", "FORMAT"),
        "a page": (b"<!doctype html><script>alert(1)</script>", "FORMAT"),
        "GIF and script at once": (b"GIF89a/*\x01\x00*/=1;alert(1)//" + bytes(64), "FORMAT"),
        "a zip bomb": (zipped(b"\0" * (10 << 20)), "FORMAT"),
        "thirty thousand squared": (png_of(30_000, 30_000), "PIXELS"),
        "a hundred thousand squared": (png_of(100_000, 100_000), "PIXELS"),
        "half a picture": (picture(size=(640, 480))[:9000], "UNREADABLE"),
        "a video": (video(), "FORMAT"),
    }


def zipped(body: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("video.mp4", body)
    return packed.getvalue()
