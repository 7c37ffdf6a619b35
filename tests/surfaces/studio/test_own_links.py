"""The studio's pages of links to other networks: whose they are, and what stops when."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests import builders
from tests.surfaces.desk.test_desk import signed_in

from laotie.accounts import inbox
from laotie.kernel import clock, ids
from laotie.links import listings, warnings

pytestmark = pytest.mark.usefixtures("db")

DAY = timedelta(days=1)


def test_owners_see_what_stops_when_and_strangers_nothing() -> None:
    now = clock.now()
    cut = (now + 5 * DAY).replace(microsecond=0)
    builders.a_link_rule("allow", "jd", now=now - DAY)
    builders.a_link_rule("deny", "jd", "shop_home", begins=cut, now=now - DAY)
    shop, host = builders.a_shop(), builders.a_creator()
    listings.publish_own(
        actor=shop.owner, surface="shop_home", shop_id=shop.id, url="https://jd.com/1", now=now
    )
    listings.publish_own(actor=host, surface="profile", url="https://jd.com/2", now=now)
    warnings.tell_due(now=now)
    page = f"/studio/shops/{ids.public('shp', shop.id)}/links"

    own = signed_in(shop.owner)
    text = own.get(page).text
    assert "https://jd.com/1" in text
    assert f"{timezone.localtime(cut):%H:%M:%S}" in text
    assert own.get("/studio/links").status_code == 403
    (notice,) = [line for line in inbox.lines(actor=shop.owner) if line.kind == "links_stop"]
    led = own.get(f"/inbox/{ids.public('ntc', notice.id)}")
    assert (led.status_code, led["Location"]) == (302, page)
    mine = signed_in(host).get("/studio/links").text
    assert "https://jd.com/2" in mine
    assert "https://jd.com/1" not in mine
    assert signed_in(builders.a_shop("别家").owner).get(page).status_code == 404
    assert signed_in(builders.a_clerk(shop, "ship")).get(page).status_code == 403
    assert Client().get(page).status_code == 302
