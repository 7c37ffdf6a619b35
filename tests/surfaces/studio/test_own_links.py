"""The studio's pages of links to other networks: whose they are, and what stops when."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests import builders
from tests.surfaces.apps import app_of
from tests.surfaces.desk.test_desk import signed_in

from laotie.accounts import creators, inbox, roles
from laotie.content.kinds import PostKind
from laotie.content.posting import posts
from laotie.kernel import clock, ids
from laotie.links import listings, warnings
from laotie.live import rooms

pytestmark = pytest.mark.usefixtures("db")

DAY = timedelta(days=1)
LINK = re.compile(r'action="(/studio/[^"]*links/lnk_[^"]*/remove)"')


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


def test_each_place_has_its_form_with_what_the_rules_say_of_it() -> None:
    now = clock.now()
    cut = (now + 5 * DAY).replace(microsecond=0)
    builders.a_link_rule("allow", "jd", now=now - DAY)
    builders.a_link_rule("deny", "jd", "video_cart", begins=cut, now=now - DAY)
    shop, host = builders.a_shop(), builders.a_creator()
    post = ids.public("pst", posts.begin(actor=host, kind=PostKind.STILLS, now=now).id)
    room = ids.public(
        "rom", rooms.schedule(actor=host, title="明晚", starts_at=now + DAY, now=now).id
    )
    own, keeper = signed_in(host), signed_in(shop.owner)
    ref = ids.public("shp", shop.id)
    places = (
        (own, f"/studio/posts/{post}/", "links"),
        (own, f"/studio/rooms/{room}/", "links"),
        (own, "/studio/links", ""),
        (keeper, f"/studio/shops/{ref}/links", ""),
    )
    for client, page, form in places:
        good = {"url": f"https://item.jd.com/{len(page)}", "link_price": "39.90"}
        for wrong, status in (("https://taobao.com/1", 409), ("not an address", 422), ("", 422)):
            answer = client.post(page + form, {"url": wrong})
            assert answer.status_code == status, (page, wrong)
            assert good["url"] not in client.get(page).text
        assert client.post(page + form, good).status_code == 302, page
        text = client.get(page).text
        assert good["url"] in text, page
        assert "没有规则允许" in text
        assert (f"{timezone.localtime(cut):%H:%M:%S}" in text) == (
            page in {places[0][1], "/studio/links"}
        ), page

    assert "lnk_" in Client().get(f"/creator/{ids.public('crt', host.require_creator())}").text
    assert "lnk_" in Client().get(f"/shop/{ref}").text
    stranger = signed_in(builders.a_creator("别人"))
    for client, page, _form in places:
        (line, *_rest) = [one for one in LINK.findall(client.get(page).text) if page in one]
        assert stranger.post(line).status_code in {403, 404}, line
        assert client.post(line).status_code == 302, line
        assert line not in client.get(page).text
    assert "lnk_" not in Client().get(f"/shop/{ref}").text

    desk, bag = places[1][1], f"/live/{room}/bag"
    own.post(f"{desk}links", {"url": "https://item.jd.com/7"})
    text = own.get(desk).text
    (parts,) = re.findall(r'<nav class="tabs places".*?</nav>', text, re.DOTALL)
    anchors = re.findall(r'href="#([a-z]+)"', parts)
    assert "links" in anchors
    assert [each for each in anchors if f'id="{each}"' not in text] == []
    assert "lnk_" in Client().get(bag).text
    rooms.end(actor=host, room_id=ids.parse("rom", room), now=clock.now())
    assert "lnk_" not in Client().get(bag).text


def test_whoever_stages_for_the_shop_takes_links_out_of_its_bags() -> None:
    now = clock.now()
    builders.a_link_rule("allow", "jd", now=now - DAY)
    shop = builders.a_shop()
    helper, clerk = builders.a_clerk(shop, "stage"), builders.a_clerk(shop, "ship")
    host = builders.hire(shop.owner, shop.id, builders.a_phone(), "stage")
    creators.become(actor=host, name="店播", now=now)
    host = roles.actor_of(host.require_person(), "test")
    post = posts.begin(actor=host, kind=PostKind.STILLS, shop_id=shop.id, now=now).public_id
    room = rooms.schedule(actor=host, title="明晚", shop_id=shop.id, starts_at=now + DAY, now=now)
    own, app = signed_in(helper), app_of(helper)
    for page, place in (
        (f"/studio/posts/{post}/", f"/posts/{post}"),
        (f"/studio/rooms/{ids.public('rom', room.id)}/", f"/rooms/{ids.public('rom', room.id)}"),
    ):
        assert own.post(f"{page}links", {"url": "https://jd.com/1"}).status_code == 302
        (line,) = LINK.findall(own.get(page).text)
        assert signed_in(clerk).post(line).status_code == 404, line
        assert line in own.get(page).text
        assert own.post(line).status_code == 302, line
        assert LINK.findall(own.get(page).text) == []
        made = app.must(app.post(f"{place}/external-links", {"url": "https://jd.com/2"}))
        address = f"/external-links/{made['id']}"
        assert app_of(clerk).delete(address).status in {403, 404}
        assert made["id"] in own.get(page).text
        for _ in range(2):
            assert app.must(app.delete(address)) == {"done": True}
        assert LINK.findall(own.get(page).text) == []
