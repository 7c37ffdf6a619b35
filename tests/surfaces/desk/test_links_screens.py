"""The desk's and the studio's pages of links in real Chromium."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests import builders, receiver
from tests.surfaces import screens
from tests.surfaces.desk.test_desk import signed_in
from tests.surfaces.screens import PHONE, Open

from laotie.kernel import clock, ids
from laotie.links import listings, models, order_sync

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("db")]

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def test_every_screen_holds_and_the_slider_turns_the_matrix(window: Open) -> None:
    now = clock.now()
    cut = (now + 5 * DAY).replace(microsecond=0)
    builders.a_link_rule("allow", "jd", now=now - DAY)
    builders.a_link_rule("deny", "jd", "shop_home", begins=cut, now=now - DAY)
    shop = builders.a_shop("老窑")
    listings.publish_own(
        actor=shop.owner, surface="shop_home", shop_id=shop.id, url="https://jd.com/1", now=now
    )
    with receiver.with_settings(order_sources=("jd://key:secret@127.0.0.1:9",)):
        order_sync.fetch_due(tell_time=lambda: now)
    network = models.Network.objects.get(code="jd")
    models.OrderFlaw.objects.create(
        network=network, order_no="298765432101", reason="amount", text="actualFee=''", noted_at=now
    )
    typed = f"{timezone.localtime(cut):%Y-%m-%dT%H:%M:%S}"
    desk = signed_in(builders.an_operator())
    places = {
        "links": "/desk/links",
        "links-cut": f"/desk/links?at={typed}",
        "links-rehearsal": f"/desk/links/rehearsal?at={typed}",
    }
    assert screens.looked_at(window, desk, places) == {}

    page = window(desk, "/desk/links", "en", "light", PHONE).page
    slider = page.get_by_label("Moments at which something changes")
    slider.focus()
    page.keyboard.press("End")
    page.locator("#matrix .chip.hot", has_text="Barred").first.wait_for()
    assert page.get_by_label("Moment", exact=True).input_value() == typed
    assert slider.get_attribute("aria-valuetext")
    assert page.evaluate("document.activeElement.id") == "stop"
    page.context.close()

    mine = signed_in(shop.owner)
    own = {"studio-links": f"/studio/shops/{ids.public('shp', shop.id)}/links"}
    assert screens.looked_at(window, mine, own) == {}
