"""Small files to send: honest ones and hostile ones, made by FFmpeg, Pillow and hand."""

import functools
import io
import struct
import subprocess
import tempfile
import zlib
from pathlib import Path

from PIL import Image
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
    more: str = "",
) -> bytes:
    """A video of a moving picture. sound: an encoder, or nothing. more: further arguments."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"video.{container}"
        inputs = ["-f", "lavfi", "-i", f"testsrc2=s={size}:r={rate}"]
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
