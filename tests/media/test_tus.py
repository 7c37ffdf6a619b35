"""Uploads by tus 1.0: against the protocol, cut anywhere, killed in the middle, and by its clients."""

import base64
import hashlib
import io
import os
import random
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from tests.media.harness import Media, eventually
from tests.ports import free_port
from tusclient import client as tuspy
from tusclient.exceptions import TusCommunicationError

from laotie.kernel import clock, crypto, ids

TUS = {"Tus-Resumable": "1.0.0"}
PATCH = {**TUS, "Content-Type": "application/offset+octet-stream"}
BODY = random.Random(5).randbytes(700_001)


class Upload:
    """One upload, at whatever process serves it."""

    def __init__(self, media: Media, bytes: int = len(BODY), *, lasts: int = 3600) -> None:
        self.media = media
        self.id = ids.new()
        expires = int(clock.wall().timestamp()) + lasts
        said = {"u": self.id.hex, "b": bytes, "x": expires}
        self.path = "/media/uploads/" + crypto.sign(
            "media.upload", said, lasts=timedelta(seconds=lasts)
        )
        self.bytes = bytes

    def create(self, **headers: str) -> httpx.Response:
        return self.ask("POST", **{"Upload-Length": str(self.bytes), **headers})

    def ask(self, method: str, body: bytes = b"", **headers: str) -> httpx.Response:
        said = {**TUS, **headers}
        return self.media.client.request(method, self.path, headers=said, content=body)

    def patch(self, offset: int, body: bytes, **headers: str) -> httpx.Response:
        said = {**PATCH, "Upload-Offset": str(offset), **headers}
        return self.media.client.patch(self.path, headers=said, content=body)

    @property
    def offset(self) -> int:
        return int(self.ask("HEAD").headers["Upload-Offset"])

    def open_line(self, sent: int, *, offset: int = 0) -> socket.socket:
        """A PATCH of all that is missing, of which so many bytes have been sent."""
        line = socket.create_connection(("127.0.0.1", self.media.http_port), timeout=10)
        head = [f"PATCH {self.path} HTTP/1.1", "Host: x", f"Content-Length: {len(BODY) - offset}"]
        head += [f"{name}: {value}" for name, value in PATCH.items()]
        head += [f"Upload-Offset: {offset}", "", ""]
        line.sendall("\r\n".join(head).encode() + BODY[offset : offset + sent])
        return line

    @property
    def arrived(self) -> bytes:
        found = list((self.media.folder / "data/media/uploads").glob(f"{self.id.hex}.[pw]*"))
        return found[0].read_bytes() if found else b""

    @property
    def is_told(self) -> bool:
        told = self.media.folder / "whole.txt"
        return told.exists() and str(self.id) in told.read_text()


def test_an_upload_is_created_sent_and_told_once_it_is_whole(media: Media) -> None:
    upload = Upload(media)
    about = "filename Li4vLi4vQ09O,empty"

    created = upload.create(**{"Upload-Metadata": about})
    again = upload.create()
    head = upload.ask("HEAD")
    first = upload.patch(0, BODY[:300_000])
    assert not upload.is_told
    last = upload.patch(300_000, BODY[300_000:])

    assert (created.status_code, created.headers["location"]) == (201, upload.path)
    assert again.status_code == 201
    assert head.status_code == 200
    assert (head.headers["upload-offset"], head.headers["upload-length"]) == ("0", "700001")
    assert (head.headers["upload-metadata"], head.headers["cache-control"]) == (about, "no-store")
    assert first.headers["upload-offset"] == "300000"
    assert first.headers["upload-expires"].endswith("GMT")
    assert (last.status_code, last.headers["upload-offset"]) == (204, "700001")
    assert upload.arrived == BODY
    assert upload.is_told
    assert upload.patch(len(BODY), b"more").status_code == 413
    assert upload.ask("DELETE").status_code == 409
    assert upload.arrived == BODY


def test_an_upload_cut_at_any_byte_goes_on_where_it_stopped(media: Media) -> None:
    rng, upload = random.Random(7), Upload(media)
    upload.create()
    cuts = [0, 1, 262_143, 262_144, 262_145, *(rng.randrange(len(BODY)) for _ in range(20))]
    cuts += [len(BODY) - 1, len(BODY)]

    for cut in sorted(set(cuts)):
        upload.open_line(max(0, cut - upload.offset), offset=upload.offset).close()
        # What was on its way when the line was cut may still count, and never twice.
        assert BODY.startswith(upload.arrived)
    while upload.patch(offset := upload.offset, BODY[offset:]).status_code == 409:
        assert BODY.startswith(upload.arrived)

    assert upload.arrived == BODY
    assert upload.is_told


def test_a_process_killed_in_the_middle_keeps_what_it_had(
    another_media: Callable[..., Media],
) -> None:
    media = another_media(clip_pause_s=0.05).start()
    upload = Upload(media)
    upload.create()
    line = upload.open_line(600_000)
    eventually(lambda: len(upload.arrived) >= 262_144)

    media.stop(signal.SIGKILL)
    line.close()
    kept = len(upload.arrived)
    media.start()

    assert upload.offset == kept >= 262_144
    assert upload.arrived == BODY[:kept]
    (media.folder / "away").touch()
    assert upload.patch(kept, BODY[kept:]).status_code == 204
    assert not upload.is_told  # Nobody could be told, so it is told when they are back.
    (media.folder / "away").unlink()
    eventually(lambda: upload.is_told)
    assert upload.arrived == BODY


def test_an_upload_whose_last_byte_lies_there_is_whole(
    another_media: Callable[..., Media],
) -> None:
    media = another_media(clip_pause_s=0.05).start()
    killed, asked = Upload(media), Upload(media)
    for upload in (killed, asked):
        upload.create()
        upload.patch(0, BODY[:-1])
    assert not killed.is_told
    media.stop(signal.SIGKILL)
    for upload in (killed, asked):  # As one that was killed between the last byte and its word.
        with (media.folder / f"data/media/uploads/{upload.id.hex}.part").open("ab") as part:
            part.write(BODY[-1:])

    media.start()
    assert asked.offset == len(BODY)
    assert (media.folder / f"data/media/uploads/{asked.id.hex}.whole").read_bytes() == BODY
    eventually(lambda: asked.is_told and killed.is_told)
    assert killed.arrived == BODY
    assert killed.patch(len(BODY), b"").status_code == 204


def test_a_byte_too_many_takes_nothing_from_what_is_whole(media: Media) -> None:
    upload = Upload(media, 262_144)
    upload.create()
    line = socket.create_connection(("127.0.0.1", media.http_port), timeout=10)
    head = [f"PATCH {upload.path} HTTP/1.1", "Host: x", "Transfer-Encoding: chunked"]
    head += [f"{name}: {value}" for name, value in PATCH.items()]
    head += ["Upload-Offset: 0", "", ""]
    line.sendall("\r\n".join(head).encode() + b"40000\r\n" + BODY[:262_144] + b"\r\n")
    eventually(lambda: upload.arrived == BODY[:262_144])

    line.sendall(b"1\r\nx\r\n0\r\n\r\n")

    assert line.recv(100).startswith(b"HTTP/1.1 413")
    line.close()
    eventually(lambda: upload.is_told)
    assert upload.arrived == BODY[:262_144]


def test_whoever_comes_back_takes_the_place_of_a_line_that_hangs(media: Media) -> None:
    upload = Upload(media)
    upload.create()
    line = upload.open_line(300_000)
    eventually(lambda: len(upload.arrived) >= 262_144)

    offset = upload.offset

    assert offset == 300_000
    assert upload.patch(offset, BODY[offset:]).status_code == 204
    assert upload.arrived == BODY
    assert line.recv(100).startswith(b"HTTP/1.1 408")
    line.close()


def test_what_breaks_the_protocol_changes_nothing(media: Media) -> None:
    upload, other = Upload(media), Upload(media)
    upload.create()
    upload.patch(0, BODY[:10])
    late, forged = Upload(media, lasts=-1), Upload(media)
    forged.path = forged.path[:-4] + "AAAA"
    gone = media.client.options(upload.path)
    no_version = media.client.head(upload.path)
    said = {"Upload-Offset": "10"}

    assert gone.status_code == 204
    assert gone.headers["tus-extension"] == "creation,expiration,checksum,termination"
    assert gone.headers["tus-max-size"] == str(1 << 30)
    assert "PATCH" in gone.headers["access-control-allow-methods"]
    assert (no_version.status_code, no_version.headers["tus-version"]) == (412, "1.0.0")
    assert other.ask("HEAD").status_code == 404
    assert other.patch(0, b"x").status_code == 404
    assert late.create().status_code == 404
    assert forged.create().status_code == 404
    assert other.create(**{"Upload-Length": "9"}).status_code == 413
    for length in ("", "-1", "many"):
        assert other.create(**{"Upload-Length": length}).status_code == 400
    assert other.create(**{"Upload-Metadata": "a" * 3000}).status_code == 400
    assert upload.ask("PATCH", b"x", **said).status_code == 415
    for offset in ("9", "11"):
        assert upload.ask("PATCH", b"x", **PATCH, **{"Upload-Offset": offset}).status_code == 409
    for offset in ("", "-1", "ten", "1e3", "9" * 30):
        assert upload.ask("PATCH", b"x", **PATCH, **{"Upload-Offset": offset}).status_code == 400
    assert upload.patch(10, bytes(len(BODY))).status_code == 413
    assert upload.ask("PUT", b"x").status_code == 405
    assert upload.ask("GET").status_code == 405
    assert upload.arrived == BODY[:10]
    assert other.arrived == b""


def test_a_piece_with_a_checksum_counts_only_when_it_is_right(media: Media) -> None:
    upload = Upload(media)
    upload.create()
    right = base64.b64encode(hashlib.sha256(BODY[:1000]).digest()).decode()

    def sent(name: str, digest: str) -> int:
        said = {**PATCH, "Upload-Offset": "0", "Upload-Checksum": f"{name} {digest}"}
        raw = [(key.encode(), value.encode()) for key, value in said.items()]
        return media.client.patch(upload.path, headers=raw, content=BODY[:1000]).status_code

    assert sent("sha1", base64.b64encode(bytes(20)).decode()) == 460
    assert sent("crc32", right) == 400
    assert sent("sha256", "not base64") == 400
    assert sent("sha1", "é") == 400
    assert upload.offset == 0
    assert sent("sha256", right) == 204
    assert upload.arrived == BODY[:1000]


def test_a_client_may_say_its_verb_in_a_header_and_give_up(media: Media) -> None:
    upload = Upload(media)
    upload.create()
    over = {"X-HTTP-Method-Override": "PATCH", **PATCH, "Upload-Offset": "0"}

    assert upload.ask("POST", BODY[:5], **over).status_code == 204
    assert upload.offset == 5
    assert upload.ask("DELETE").status_code == 204
    assert upload.arrived == b""
    assert upload.ask("HEAD").status_code == 404


def test_uploads_that_are_over_take_no_byte_more(another_media: Callable[..., Media]) -> None:
    media = another_media(clip_pause_s=0.05).start()
    upload, later = Upload(media), Upload(media)
    upload.create()
    (media.folder / "closed").touch()

    assert later.create().status_code == 410
    assert upload.patch(0, BODY[:5]).status_code == 410
    assert upload.arrived == b""
    (media.folder / "away").touch()
    assert Upload(media).create().status_code == 503
    (media.folder / "away").unlink()
    (media.folder / "closed").unlink()
    media.stop()
    (media.folder / "limits.json").write_text('{"free_bytes": 9000000000000000}')
    media.start()
    full = Upload(media).create()
    assert (full.status_code, full.headers["retry-after"]) == (507, "60")


@pytest.mark.parametrize("is_checked", [False, True])
def test_tuspy_sends_and_resumes(media: Media, is_checked: bool) -> None:
    upload = Upload(media)
    url = f"http://127.0.0.1:{media.http_port}{upload.path}"
    client = tuspy.TusClient(url)

    sender = client.uploader(
        file_stream=io.BytesIO(BODY), chunk_size=100_000, upload_checksum=is_checked
    )
    sender.upload_chunk()
    sender.upload_chunk()
    assert upload.offset == 200_000
    resumed = client.uploader(
        file_stream=io.BytesIO(BODY), url=url, chunk_size=250_000, upload_checksum=is_checked
    )
    resumed.upload()

    assert upload.arrived == BODY
    assert upload.is_told
    with pytest.raises(TusCommunicationError):
        client.uploader(file_stream=io.BytesIO(BODY[:5]), chunk_size=5).upload()


@pytest.mark.skipif(shutil.which("caddy") is None, reason="no caddy on this machine; CI has it")
def test_an_upload_comes_through_the_proxy_that_ships(media: Media, tmp_path: Path) -> None:
    site = f"http://127.0.0.1:{free_port()}"
    upload = Upload(media)
    inside = {"SITE": site, "MEDIA": f"127.0.0.1:{media.http_port}", "HOME": str(tmp_path)}
    config = Path(__file__).parents[2] / "deploy" / "Caddyfile"
    command = ["caddy", "run", "--config", str(config), "--adapter", "caddyfile"]
    proxy = subprocess.Popen(command, env={**os.environ, **inside}, stderr=subprocess.DEVNULL)
    try:
        eventually(lambda: httpx.get(f"{site}/media/nothing").status_code == 404)
        client = tuspy.TusClient(site + upload.path)
        client.uploader(file_stream=io.BytesIO(BODY), chunk_size=200_000).upload()
    finally:
        proxy.terminate()
        proxy.wait()

    assert upload.arrived == BODY
    assert upload.is_told
