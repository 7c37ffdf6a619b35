"""Glass to glass: pictures that carry the time they were taken at, read off a viewer's screen.

An encoder sends 25 pictures a second over RTMP, each with its time as black and white fields; the
product's media process packages them; Chromium plays them with the product's own player and reads
the fields from every frame that it shows.
"""

import contextlib
import functools
import http.server
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import _machine, _server
from bench._pairs import Measure
from bench._report import Latency
from tests.ports import free_port

_FPS = 25
_WIDTH, _HEIGHT = 320, 180
_COLUMNS, _ROWS = 8, 4
_BITS = 24  # Of milliseconds: 4.6 hours. The last row of fields is a check of the others.
_LISTENS_AFTER_S, _SETTLED_S = 1.0, 2.0
_SETTLE_S = 6.0  # A player that joined late catches up for a while.
_ENCODE = "-c:v libx264 -preset ultrafast -tune zerolatency -g 25 -pix_fmt yuv420p -f flv"

_PAGE = """<!doctype html><meta charset="utf-8"><title>glass</title>
<script type="module" src="/look/js/elements/live-player.js"></script>
<live-player src="SOURCE" autoplay><video muted playsinline></video></live-player>
<script>
  window.delays = [];
  const video = document.querySelector("video");
  const board = new OffscreenCanvas(320, 180).getContext("2d", { willReadFrequently: true });
  const look = () => {
    board.drawImage(video, 0, 0, 320, 180);
    const bytes = [0, 1, 2, 3].map((row) => {
      let byte = 0;
      for (let column = 0; column < 8; column++) {
        const [light] = board.getImageData(column * 40 + 20, row * 45 + 22, 1, 1).data;
        byte = byte * 2 + (light > 127 ? 1 : 0);
      }
      return byte;
    });
    const taken = bytes[0] * 65536 + bytes[1] * 256 + bytes[2];
    if ((bytes[0] ^ bytes[1] ^ bytes[2] ^ 0xa5) === bytes[3]) {
      window.delays.push((Date.now() - taken + 2 ** 24) % 2 ** 24);
    }
    video.requestVideoFrameCallback(look);
  };
  video.requestVideoFrameCallback(look);
</script>
"""


def watch(seconds: float) -> Measure:
    """Milliseconds from a picture's time to the screen, over every frame of so many seconds.

    raises: RuntimeError without the system's Chromium.
    """
    from tests.browsing import CHROMIUM, chromium
    from tests.media.harness import Media

    if CHROMIUM is None:
        raise RuntimeError("no Chromium here: nothing was looked at")
    with tempfile.TemporaryDirectory(prefix="laotie-glass-") as name, _server.house():
        media = Media(Path(name) / "media")
        try:
            process = media.start().process
            assert process is not None
            room = media.room()
            source = f"http://127.0.0.1:{media.http_port}/media/live/{room}/index.m3u8"
            with _sending(media.address(room)), _page(Path(name), source) as address:
                _server.wait_for(lambda: media.segments(room), "a picture")
                with chromium() as browser:
                    page = browser.new_page()
                    page.goto(address)
                    page.wait_for_function("window.delays.length > 0", timeout=30_000)
                    page.wait_for_timeout(_SETTLE_S * 1000)
                    page.evaluate("window.delays.length = 0")
                    parts = {
                        "media": lambda: _machine.processor_s([process.pid], has_children=True)
                    }
                    with _machine.metered(parts) as spent:
                        page.wait_for_timeout(seconds * 1000)
                    delays = [float(each) for each in page.evaluate("window.delays")]
        finally:
            media.close()
    return Measure(
        units=len(delays),
        seconds=spent.seconds,
        cpu_s=spent.cpu_s,
        latency=Latency.of(delays),
        busy=spent.busy,
    )


def straight(seconds: float, *, later_ms: float) -> Measure:
    """The same pictures from the same encoder into a decoder over the loopback, and nothing else.

    later_ms: added to what each took.
    """
    from laotie.surfaces.media import ffmpeg

    address = f"tcp://127.0.0.1:{free_port()}"
    plain = f"-f rawvideo -pix_fmt gray -s {_WIDTH}x{_HEIGHT} pipe:1".split()
    wishes = "-hide_banner -loglevel error -fflags nobuffer -flags low_delay -probesize 32768"
    decoder = subprocess.Popen(
        [ffmpeg.find(None), *wishes.split(), "-f", "flv", "-i", f"{address}?listen=1", *plain],
        stdout=subprocess.PIPE,
    )
    delays: list[float] = []
    try:
        assert decoder.stdout
        time.sleep(_LISTENS_AFTER_S)
        with _sending(address):
            _delay(decoder.stdout.read(_WIDTH * _HEIGHT))
            until = time.monotonic() + _SETTLED_S + seconds
            with _machine.metered({}) as spent:
                while time.monotonic() < until:
                    delay = _delay(decoder.stdout.read(_WIDTH * _HEIGHT))
                    if delay is not None and time.monotonic() > until - seconds:
                        delays.append(delay + later_ms)
    finally:
        decoder.kill()
        decoder.communicate()
    return Measure(units=len(delays), seconds=seconds, latency=Latency.of(delays), busy=spent.busy)


def _delay(picture: bytes) -> float | None:
    """Milliseconds since the time that the picture carries; None when it cannot be read."""
    rows = []
    for row in range(_ROWS):
        start = (row * 2 + 1) * _HEIGHT // _ROWS // 2 * _WIDTH
        middles = range(_WIDTH // _COLUMNS // 2, _WIDTH, _WIDTH // _COLUMNS)
        fields = [picture[start + middle] > 127 for middle in middles]
        rows.append(sum(light << (7 - bit) for bit, light in enumerate(fields)))
    if rows[0] ^ rows[1] ^ rows[2] ^ 0xA5 != rows[3]:
        return None
    taken = int.from_bytes(bytes(rows[:3]), "big")
    return float((int(time.time() * 1000) - taken) % 2**_BITS)


@contextlib.contextmanager
def _sending(address: str) -> Iterator[None]:
    """A camera and its encoder."""
    from laotie.surfaces.media import ffmpeg

    raw = f"-f rawvideo -pix_fmt gray -s {_WIDTH}x{_HEIGHT} -r {_FPS} -i pipe:0".split()
    quiet = ["-hide_banner", "-loglevel", "error"]
    encoder = subprocess.Popen(
        [ffmpeg.find(None), *quiet, *raw, *_ENCODE.split(), address], stdin=subprocess.PIPE
    )
    camera = threading.Thread(target=_film, args=(encoder.stdin,), daemon=True)
    camera.start()
    try:
        yield
    finally:
        encoder.kill()
        encoder.wait()
        camera.join()


def _film(pictures: Any) -> None:
    """A picture each 40 ms, until nobody takes them any more."""
    due = time.monotonic()
    with contextlib.suppress(BrokenPipeError, ValueError):
        while True:
            pictures.write(_picture(int(time.time() * 1000) % 2**_BITS))
            pictures.flush()
            due += 1 / _FPS
            time.sleep(max(0.0, due - time.monotonic()))


def _picture(taken_ms: int) -> bytes:
    """Rows of eight fields: three bytes of milliseconds and their check."""
    rows = [*taken_ms.to_bytes(3, "big")]
    rows.append(rows[0] ^ rows[1] ^ rows[2] ^ 0xA5)
    field = _WIDTH // _COLUMNS
    lines = [
        b"".join((b"\xeb" if byte >> (7 - bit) & 1 else b"\x10") * field for bit in range(8))
        for byte in rows
    ]
    return b"".join(line * (_HEIGHT // _ROWS) for line in lines)


@contextlib.contextmanager
def _page(folder: Path, source: str) -> Iterator[str]:
    """The player's own module in a page of nothing else."""
    from laotie import look

    site = folder / "site"
    site.mkdir()
    (site / "look").symlink_to(Path(look.__path__[0]) / "static" / "look")
    (site / "index.html").write_text(_PAGE.replace("SOURCE", source))
    handler = functools.partial(_Quiet, directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_arguments: Any) -> None:
        return
