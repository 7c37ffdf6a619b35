"""A file on its way from Chromium: slow, paused, without a line, cancelled; and what becomes of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page, Route, expect
from tests import builders
from tests.journeys.looking import Watched
from tests.media import footage
from tests.media.harness import Media, eventually
from tests.surfaces.screens import WIDE, Open
from tests.surfaces.studio.conftest import SignIn

from laotie.content import models
from laotie.content.files import uploads
from laotie.content.files.footage import UploadState
from laotie.content.posting import post_pages
from laotie.kernel import crypto

VIDEO = {"size": "640x360", "seconds": 3.0}


@pytest.fixture
def media(tmp_path: Path, app_url: str) -> Iterator[Media]:
    running = Media(tmp_path / "media", database_url=app_url, clip_pause_s=0.05)
    try:
        yield running.start()
    finally:
        running.close()


def editor(window: Open, media: Media, client: object, *, language: str) -> Watched:
    """A new post, in a window whose way to the media process is this one's."""
    path = client.post("/studio/posts/begin", {"kind": "VIDEO"})["Location"]  # type: ignore[attr-defined]
    watched = window(client, "/studio/posts", language, "light", WIDE)  # type: ignore[arg-type]
    ours = f"http://127.0.0.1:{media.http_port}"

    def lead(route: Route) -> None:
        route.continue_(url=route.request.url.replace(settings.LAOTIE.media_url, ours))

    watched.page.route(f"{settings.LAOTIE.media_url}/**", lead)
    watched.go(path, WIDE)
    return watched


def slow(page: Page, bytes_a_second: int) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 0,
            "downloadThroughput": -1,
            "uploadThroughput": bytes_a_second,
        },
    )


def percent(upload: Locator) -> int:
    return int(upload.locator("progress").get_attribute("value") or 0)


@pytest.mark.browser
def test_a_video_goes_on_after_a_pause_and_a_lost_line_and_plays(
    signed_in: SignIn, window: Open, media: Media, tmp_path: Path
) -> None:
    creator = builders.a_creator()
    watched = editor(window, media, signed_in(creator), language="en")
    page, upload = watched.page, watched.page.locator("#sending file-upload")
    body = footage.video(**VIDEO)  # type: ignore[arg-type]
    (file := tmp_path / "kiln.mp4").write_bytes(body)
    slow(page, len(body) // 30)

    upload.locator("input[type=file]").set_input_files(file)
    eventually(lambda: percent(upload) > 0)
    upload.get_by_role("button", name="Pause").click()
    expect(upload.get_by_role("status")).to_contain_text("Paused")
    (first,) = uploads.mine(actor=creator)
    page.reload()
    upload.locator("input[type=file]").set_input_files(file)
    eventually(lambda: percent(upload) > 0)
    upload.get_by_role("button", name="Pause").press("Enter")
    upload.get_by_role("button", name="Go on").press("Enter")
    expect(upload).to_have_attribute("data-live-state", "sending")
    with watched.bearing("ERR_INTERNET_DISCONNECTED", "media/uploads"):
        page.context.set_offline(True)
        expect(upload).to_have_attribute("data-live-state", "offline")
        expect(upload.get_by_role("status")).to_contain_text("goes on by itself")
        page.context.set_offline(False)
    slow(page, -1)

    video = page.locator("#files video")
    expect(video).to_be_attached()
    assert uploads.card(first.id, actor=creator).state is UploadState.COMPLETE
    assert models.Upload.objects.count() == 1  # It went on; it did not begin again.
    work = post_pages.mine(actor=creator).rows[0].works[0]
    assert (work.width, work.height, work.duration_ms) == (640, 360, 3000)
    video.evaluate("video => { video.muted = true; return video.play(); }")
    eventually(lambda: video.evaluate("v => v.videoWidth === 640 && v.currentTime > 0.2"))
    assert watched.real_complaints() == []


@pytest.mark.browser
def test_a_file_is_cancelled_and_another_refused_with_its_cause(
    signed_in: SignIn, window: Open, media: Media
) -> None:
    creator = builders.a_creator()
    watched = editor(window, media, signed_in(creator), language="en")
    page, upload = watched.page, watched.page.locator("#sending file-upload")
    chosen = upload.locator("input[type=file]")
    body = footage.video(**VIDEO)  # type: ignore[arg-type]
    slow(page, len(body) // 30)
    chosen.set_input_files({"name": "a.mp4", "mimeType": "video/mp4", "buffer": body})
    eventually(lambda: percent(upload) > 0)
    upload.get_by_role("button", name="Cancel").click()
    expect(upload.get_by_role("status")).to_contain_text("Nothing of it is kept")
    eventually(lambda: models.Upload.objects.get().state == UploadState.CANCELLED.value)
    eventually(lambda: not list((media.folder / "data/media/uploads").iterdir()))

    hostile = b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"
    chosen.set_input_files({"name": "b.mp4", "mimeType": "video/mp4", "buffer": hostile})
    expect(page.locator("#files .bad-text")).to_contain_text("This kind of file cannot be used")
    assert post_pages.mine(actor=creator).rows[0].works[0].cause == "FORMAT"


def told(answer: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """What an upload is, and what its address lets in; that says too in which second it was made."""
    said = answer.json()
    return said, crypto.verify(uploads.TICKET_PURPOSE, said.pop("url").rpartition("/")[2])


def test_tickets_states_and_refusals_as_json(signed_in: SignIn) -> None:
    creator = builders.a_creator()
    client, stranger = signed_in(creator), signed_in(builders.a_creator())
    wanted = {"kind": "STILL", "bytes": "9", "name": "a.png"}

    begun = client.post("/studio/uploads/begin", wanted)
    address = f"/studio/uploads/{begun.json()['upload']}"

    assert (begun.status_code, begun.json()["bytes"]) == (201, 9)
    assert begun.json()["url"].startswith(f"{settings.LAOTIE.media_url}/media/uploads/")
    assert client.get(address).json() == {
        "upload": begun.json()["upload"],
        "state": "OPEN",
        "offset": 0,
        "bytes": 9,
        "work": None,
    }
    again = {**wanted, "again": begun.json()["upload"]}
    assert told(client.post("/studio/uploads/begin", again)) == told(begun)
    other = stranger.post("/studio/uploads/begin", again)
    assert (other.status_code, other.json()["upload"] == begun.json()["upload"]) == (201, False)
    for changed, status, code in (
        ({"kind": "ZIP"}, 422, "INVALID_INPUT"),
        ({"bytes": "nine"}, 422, "INVALID_INPUT"),
        ({"bytes": str(1 << 40)}, 413, "UPLOAD_TOO_LARGE"),
        ({"for_work": "wrk_0"}, 404, "NOT_FOUND"),
    ):
        answer = client.post("/studio/uploads/begin", {**wanted, **changed})
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert signed_in().post("/studio/uploads/begin", wanted).status_code == 401
    assert stranger.get(address).status_code == 404
    assert stranger.post(f"{address}/cancel").status_code == 404
    assert client.post(f"{address}/cancel").status_code == 200
    assert client.get(address).json()["state"] == "CANCELLED"
    assert uploads.mine(actor=creator) == ()
