"""The desk's page of links: the matrix at a moment, a draft rehearsed and proposed, a withdrawal."""

import re
from datetime import timedelta
from itertools import repeat

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from tests import builders, receiver
from tests.surfaces.desk.test_desk import signed_in

from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.lab.alliances import JdAlliance, Placed, serving
from laotie.links import external_orders, listings, networks, order_sync, policy
from laotie.links.policy import Surface
from laotie.links.rules import OrderState
from laotie.oversight import proposals
from laotie.runtime import doctor

pytestmark = pytest.mark.usefixtures("db")

CLICK_FIELD = "/desk/links/networks/jd/click-field"
ENGLISH = {"Accept-Language": "en"}
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def typed(moment: object) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M:%S}"  # type: ignore[arg-type]


@pytest.fixture
def desk() -> Client:
    return signed_in(builders.an_operator())


def signs(desk: Client, at: object) -> list[str]:
    """What the matrix says of JD, place by place."""
    page = desk.get(f"/desk/links?at={typed(at)}", headers={"Accept-Language": "en"}).text
    row = re.search(r'<tr><th scope="row">(?:JD Alliance|京东联盟)</th>(.*?)</tr>', page, re.DOTALL)
    assert row
    return re.findall(r'class="chip (ok|hot)"', row[1])


def test_the_matrix_turns_with_its_second(desk: Client) -> None:
    now = clock.now()
    cut = (now + 7 * DAY).replace(microsecond=0)
    builders.a_link_rule("allow", "jd", now=now - DAY)
    builders.a_link_rule("deny", "jd", "live_cart", begins=cut, now=now - DAY)

    assert signs(desk, cut - SECOND) == ["ok"] * 8
    assert signs(desk, cut) == ["hot"] + ["ok"] * 7
    page = desk.get("/desk/links").text
    assert f'data-at="{typed(cut)}"' in page
    assert f'data-at="{typed(cut - SECOND)}"' in page
    assert f"{timezone.localtime(cut):%H:%M:%S}" in page
    assert desk.get("/desk/links?at=never").status_code == 200


def test_a_draft_is_rehearsed_proposed_and_made_by_two(desk: Client) -> None:
    now = clock.now()
    cut = (now + 7 * DAY).replace(microsecond=0)
    builders.a_link_rule("allow", "jd", now=now - DAY)
    shop = builders.a_shop()
    listings.publish_own(
        actor=shop.owner, surface="shop_home", shop_id=shop.id, url="https://jd.com/1", now=now
    )
    draft = {
        "network": "jd", "surface": "", "effect": "deny", "effective_from": typed(cut),
        "effective_to": "", "reason": "the contract ends", "contract_id": "C-7",
    }  # fmt: skip

    page = desk.get("/desk/links/rehearsal", draft)
    assert page.status_code == 200
    hit = re.search(r'data-figure="links_hit".*?<p class="v num">(\d+)</p>', page.text, re.DOTALL)
    assert hit
    assert hit[1] == "1"
    assert f'<a href="/desk/shops/{ids.public("shp", shop.id)}">' in page.text
    assert "https://jd.com/1" in page.text
    owner = f"{ids.public('shp', shop.id)},小店 shop,shop"
    for part, row in (
        ("owners", f"{owner},1,0,0,0,0,0,"),
        ("links", f"{owner},,https://jd.com/1,0,0,0"),
    ):
        file = desk.get(f"/desk/links/rehearsal/{part}.csv", draft, headers=ENGLISH)
        assert file["Content-Type"] == "text/csv; charset=utf-8"
        assert file.text.splitlines()[1].endswith(row)
    assert len(desk.get("/desk/links/rehearsal/orders.csv", draft).text.splitlines()) == 1
    assert desk.get("/desk/links/rehearsal/secrets.csv", draft).status_code == 404
    assert desk.get("/desk/links/rehearsal/links.csv", {**draft, "reason": ""}).status_code == 422
    assert policy.decide("jd", Surface.SHOP_HOME, at=cut).is_allowed
    assert desk.get("/desk/links/rehearsal", {**draft, "reason": ""}).status_code == 422
    assert desk.get("/desk/links/rehearsal", {**draft, "network": "moon"}).status_code == 422
    for far in ("0001-01-01T00:00", "9999-12-31T23:59"):
        ages = {**draft, "effective_from": far}
        assert desk.get("/desk/links/rehearsal", ages).status_code in {200, 422}, far
    past = {**draft, "effective_from": typed(now - DAY)}
    assert desk.get("/desk/links/rehearsal", past).status_code == 422
    assert desk.post("/desk/links/propose", past).status_code == 422

    nothing_sold = desk.get("/desk/links/rehearsal", draft, headers=ENGLISH).text
    assert '<span class="chip ok">Certain</span>' in nothing_sold
    assert "ot identifiable" not in nothing_sold
    line = external_orders.Line(
        "901", "", "", OrderState.PAID, 1000, 100, None, paid_at=now - DAY, told_at=now
    )
    external_orders.take_in(actor=Actor.system("test"), network="jd", lines=[line], now=now)
    by_no_click_of_ours = desk.get("/desk/links/rehearsal", draft, headers=ENGLISH).text
    assert '<span class="chip hot">Not identifiable</span>' in by_no_click_of_ours
    assert "Certain" not in by_no_click_of_ours

    assert desk.post("/desk/links/propose", draft).status_code == 302
    operator = builders.an_operator()
    (waiting,) = proposals.listed(actor=operator)
    assert waiting.facts["contract_id"] == "C-7"
    assert f"{timezone.localtime(cut):%H:%M:%S}" in desk.get("/desk/proposals").text
    confirm = f"/desk/proposals/link_rule/{waiting.id}/confirm"
    assert desk.post(confirm).status_code == 403
    assert signed_in(operator).post(confirm).status_code == 302
    assert not policy.decide("jd", Surface.SHOP_HOME, at=cut).is_allowed
    assert policy.decide("jd", Surface.SHOP_HOME, at=cut - SECOND).is_allowed
    until = desk.get("/desk/links/rehearsal", {"at": typed(cut)}).text
    assert re.search(r'data-figure="links_hit".*?<p class="v num">1</p>', until, re.DOTALL)


def test_a_rule_to_come_is_withdrawn_by_two_and_one_in_force_is_not(desk: Client) -> None:
    now = clock.now()
    cut = (now + 7 * DAY).replace(microsecond=0)
    running = builders.a_link_rule("allow", "jd", now=now - DAY)
    coming = builders.a_link_rule("deny", "jd", begins=cut, now=now - DAY)
    reason = {"reason": "they renewed it"}

    address = f"/desk/links/rules/{ids.public('lrl', coming)}/withdraw"
    assert desk.post(address, reason).status_code == 302
    begun = f"/desk/links/rules/{ids.public('lrl', running)}/withdraw"
    assert desk.post(begun, reason).status_code == 409
    operator = builders.an_operator()
    (waiting,) = proposals.listed(actor=operator)
    assert not policy.decide("jd", Surface.SEARCH, at=cut).is_allowed
    signed_in(operator).post(f"/desk/proposals/link_rule/{waiting.id}/confirm")
    assert policy.decide("jd", Surface.SEARCH, at=cut).is_allowed


@pytest.mark.parametrize(
    "page", ["/desk/links", "/desk/links/rehearsal", "/desk/links/rehearsal/links.csv"]
)
def test_only_operators_see_it(page: str) -> None:
    assert Client().get(page).status_code == 302
    assert signed_in(builders.a_shop().owner).get(page).status_code == 403


def test_the_field_for_our_click_is_named_and_taken_away_by_operators(desk: Client) -> None:
    assert desk.post(CLICK_FIELD, {"click_parameter": "unionId"}).status_code == 302
    assert networks.card("jd").click_parameter == "unionId"
    assert 'value="unionId"' in desk.get("/desk/links").text

    for field in ("a&b", "1st", "x" * 31):
        refused = desk.post(CLICK_FIELD, {"click_parameter": field}, headers=ENGLISH)
        assert refused.status_code == 422
        assert 'id="click-jd-click_parameter_error"' in refused.text
        assert 'id="click-taobao-click_parameter_error"' not in refused.text
    nowhere = "/desk/links/networks/nowhere/click-field"
    assert desk.post(nowhere, {"click_parameter": "sub"}).status_code == 404
    seller = signed_in(builders.a_shop().owner)
    assert seller.post(CLICK_FIELD, {"click_parameter": "mine"}).status_code == 403
    assert desk.get(CLICK_FIELD).status_code == 405
    assert networks.card("jd").click_parameter == "unionId"

    told = desk.post(CLICK_FIELD, {"click_parameter": ""}, headers=ENGLISH, follow=True).text
    assert "carry no click of ours any more" in told
    assert networks.card("jd").click_parameter == networks.card("taobao").click_parameter == ""


def test_how_orders_come_from_elsewhere_is_told_with_its_cause(desk: Client) -> None:
    assert "No alliance is asked for orders" in desk.get("/desk/links", headers=ENGLISH).text
    alliance = JdAlliance(trouble=["error"])
    now = clock.now()
    with serving(alliance) as where:
        addresses = (f"jd+http://10001:a-secret-of-the-lab@{where}", "moon://k:top-secret@host")
        with receiver.with_settings(order_sources=addresses, order_recheck_days=1):
            order_sync.fetch_due(tell_time=lambda: now)
            page = desk.get("/desk/links", headers=ENGLISH).text
            found = {each.seen: each for each in doctor._order_sources(settings.LAOTIE)}
            figures = desk.get("/metrics").text
            named = desk.post(CLICK_FIELD, {"click_parameter": "sub"}, headers=ENGLISH)
            carried = {each.seen for each in doctor._order_sources(settings.LAOTIE)}
            alliance.orders.append(Placed("901", "801", now, now, amount="1.005"))
            alliance.orders.append(Placed("902", "802", now, now, position="77"))
            alliance.orders.append(Placed("903", "803", now, now, amount="99999999999"))
            for hours in range(1, 4):
                order_sync.fetch_due(tell_time=repeat(now + hours * timedelta(hours=1)).__next__)
            later = desk.get("/desk/links", headers=ENGLISH).text

    assert "no answer: status 502" in page
    assert "no adapter of this name is installed" in page
    assert "secret" not in page
    assert found["moon: no adapter of this name is installed"].is_well is False
    assert any(seen.endswith("; unanswered: status 502") for seen in found)
    without = "jd: its links carry no click of ours, so no order is known by one"
    assert found[without].is_well is True
    assert "/desk/links#network-jd or by laotie network click-field jd" in found[without].remedy
    assert 'href="#network-jd"' in page
    assert 'id="network-jd"' in page
    assert named.headers["Location"] == "/desk/links#network-jd"
    assert without not in carried
    assert 'href="#network-jd"' not in later
    assert "carry our click in sub from now on" in later
    assert 'laotie_order_source_failures{of="jd"} 1.0' in figures
    assert 'laotie_order_source_lag_seconds{of="jd"} ' in figures
    assert "no answer" not in later
    assert "finer than a fen" in later
    assert "cannot be kept · an amount outside of what is allowed" in later
    assert re.search(
        r'data-figure="order_places".*?>77</th><td class="n num">1</td>', later, re.DOTALL
    )
    assert "jd · 901 801" in later
