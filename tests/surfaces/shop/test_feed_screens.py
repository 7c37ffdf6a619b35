"""The feed in real Chromium: its screens, a video that plays, and what it tells of it."""

import re
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Route
from tests import builders
from tests.lab.harness import until
from tests.surfaces import screens
from tests.surfaces.screens import Open
from tests.surfaces.shop.conftest import Sale, SignIn
from tests.usecases.content.belts_made import a_belt, join
from tests.usecases.content.seen_posts import add_up
from tests.usecases.content.works_made import a_post

from laotie.content import models
from laotie.content.kinds import PostKind
from laotie.content.posting.posts import Words
from laotie.content.relations import follows
from laotie.content.viewing.ranking import Place
from laotie.kernel import clock, ids
from laotie.surfaces.media import ffmpeg
from laotie.trade import stock

pytestmark = pytest.mark.browser


@pytest.fixture
def short_video(tmp_path: Path) -> bytes:
    """Two seconds of moving picture with sound, as the media process would give them out."""
    file = tmp_path / "video.mp4"
    picture = ["-f", "lavfi", "-i", "testsrc2=size=180x320:rate=10:duration=2"]
    sound = ["-f", "lavfi", "-i", "sine=duration=2", "-shortest"]
    codecs = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart"]
    command = [ffmpeg.find(None), "-v", "error", *picture, *sound, *codecs, str(file)]
    subprocess.run(command, check=True)
    return file.read_bytes()


def given_out(video: bytes) -> Callable[[Route], None]:
    """Answer for the media process: the video by ranges, and a cover that is not there."""

    def answer(route: Route) -> None:
        if not route.request.url.endswith(".mp4"):
            route.fulfill(status=404)
            return
        wanted = re.match(r"bytes=(\d+)-(\d*)", route.request.headers.get("range", "bytes=0-"))
        assert wanted
        start, end = int(wanted[1]), int(wanted[2] or len(video) - 1)
        route.fulfill(
            status=206,
            body=video[start : end + 1],
            headers={
                "Content-Type": "video/mp4",
                "Accept-Ranges": "bytes",
                "Access-Control-Allow-Origin": "*",
                "Content-Range": f"bytes {start}-{end}/{len(video)}",
            },
        )

    return answer


# A still was looked at to its end after so long (feed.js).
STILLS_MS = 4000
LEAVE = "() => dispatchEvent(new Event('pagehide'))"


def told_of(post_id: UUID, *, since: datetime) -> models.Visit:
    """The fullest visit of a post in its field; it comes in a moment.

    Screens that were looked at before may tell theirs too.
    """
    visits = models.Visit.objects.filter(post_id=post_id, place=Place.FIELD, at__gte=since)

    def is_counted() -> bool:
        add_up()
        return visits.exists()

    until(is_counted)
    return visits.latest("is_complete", "watch_ms")


def test_every_screen_of_the_feed_is_clean(
    sale: Sale, signed_in: SignIn, window: Open, short_video: bytes
) -> None:
    viewer, shop = sale.buyer, builders.a_shop()
    product = builders.a_product(shop, 3990, 5990, title="龙泉青瓷梅子青手拉坯茶盏 180ml")
    stock.set_stock(
        actor=shop.owner, sku_id=builders.sku_ids(product)[0], on_hand=3, now=clock.now()
    )
    builders.a_plan(shop, product)
    at = clock.now() - timedelta(hours=1)
    maker, teacher = builders.a_creator("龙泉阿瓷"), builders.a_creator("Lao Zhou Orchard")
    words = Words(
        title="今晚龙泉青瓷开窑第一场，梅子青茶盏限量 300 只，窑口直发",
        field="HOME",
        region="330000",
    )
    selling = a_post(maker, words=words, product_ids=[product.id], now=at)
    stills = Words(title="Picked and shipped today", language="en", is_ai=True, field="FOOD")
    teaching = a_post(teacher, kind=PostKind.STILLS, words=stills, now=at)
    follows.follow(actor=viewer, creator_id=maker.require_creator(), now=at)
    belt = a_belt(now=at)
    join(belt, maker, now=at)
    a_belt(name_zh="库尔勒香梨", name_en="Korla pears", region="650000", about_zh="", about_en="")
    add_up()
    client = signed_in(viewer)
    places = {
        "feed-belts": "/?tab=belts",
        "feed-belt": f"/?tab=belts&belt={belt.public_id}",
        "creator-in-belt": f"/creator/{ids.public('crt', maker.require_creator())}",
        "feed-nothing": "/?tab=belts&field=SPORT",
        "feed-field": "/?tab=belts&field=FOOD",
        "feed-posts": "/?tab=following",
        "feed-all": "/",
    }
    assert screens.looked_at(window, client, places) == {}

    opened_at = clock.now()
    watched = window(client, "/?tab=belts&field=SPORT", "zh-hans", "dark", screens.PHONE)
    page = watched.page
    page.route("**/media/**", given_out(short_video))
    page.goto("/?tab=belts&field=HOME")
    video = page.locator("feed-video video")
    # Less motion is asked for here, so nothing plays by itself.
    page.locator("feed-video[data-state=held]").wait_for()
    page.locator("feed-video [data-feed=pause]").press("Enter")
    page.locator("feed-video[data-state=playing]").wait_for()
    assert video.evaluate("video => [video.videoWidth, video.videoHeight]") == [180, 320]
    assert video.evaluate("video => [video.muted, video.controls]") == [True, False]
    page.wait_for_function("() => document.querySelector('feed-video').share >= 0.9")

    page.locator("feed-video [data-feed=pause]").press("Enter")
    page.locator("feed-video[data-state=held]").wait_for()
    page.locator(".why summary").focus()
    page.keyboard.press("Enter")
    page.locator(".why-card").wait_for()
    assert watched.violations() == []
    # Whether Chromium still sends what a page says as it goes is Chromium's; here the page hears
    # that it is left while it is still there.
    page.evaluate(LEAVE)
    assert told_of(selling, since=opened_at).is_complete

    opened_at = clock.now()
    page = window(client, "/?tab=belts&field=FOOD", "en", "light", screens.PHONE).page
    page.locator(".slide[data-on-screen]").wait_for()
    looked = page.evaluate("performance.now()")
    page.wait_for_function("since => performance.now() - since > 1000", arg=looked)
    page.evaluate(LEAVE)
    visit = told_of(teaching, since=opened_at)
    assert visit.watch_ms >= 1000
    assert visit.is_complete is (visit.watch_ms >= STILLS_MS)
