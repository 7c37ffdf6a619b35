"""Rights at the desk: an event is announced, rights are given, drawn, handed on and revoked."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests import builders
from tests.statements import counted
from tests.surfaces.desk.test_desk import signed_in
from tests.usecases.content.events_held import a_public_showing, an_event, given, of, terms
from tests.usecases.content.works_made import a_post

from laotie.content import models
from laotie.content.posting import lapses
from laotie.content.review import cases
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor

pytestmark = pytest.mark.usefixtures("db")

EVENT = {"name_zh": "东京奥运会", "name_en": "Tokyo Games", "holder": "国际奥委会"}
GRANT = {
    "holder": "",
    "uses": ["VOD", "SHORT_VIDEO"],
    "territory": "cn",
    "delay_s": "30",
    "longest_clip_s": "60",
    "may_sublicense": "on",
    "contract": "HT-2026-7",
}


def lasting(*, since: int, until: int) -> dict[str, str]:
    """From so many days ago until in so many days, as forms say it."""
    local = timezone.localtime(clock.now())
    return {
        "starts_at": f"{local - timedelta(days=since):%Y-%m-%dT%H:%M}",
        "ends_at": f"{local + timedelta(days=until):%Y-%m-%dT%H:%M}",
    }


def in_english(who: Actor) -> Client:
    client = signed_in(who)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def desk() -> Client:
    return in_english(builders.an_operator())


def test_an_event_is_announced_and_rights_are_given(desk: Client) -> None:
    creator = builders.a_creator("老窑主人")
    assert "No event yet" in desk.get("/desk/rights").text
    event = EVENT | lasting(since=20, until=40)
    wrong = desk.post("/desk/rights", event | {"ends_at": lasting(since=50, until=0)["starts_at"]})
    assert (wrong.status_code, "the end must come after the start" in wrong.text) == (422, True)
    address = str(desk.post("/desk/rights", event)["Location"])
    assert desk.post("/desk/rights", event).status_code == 409
    assert "Nobody holds a right yet" in desk.get(address).text

    right = GRANT | lasting(since=20, until=345)
    assert desk.post(address, right).status_code == 302
    for bad, status in (({"territory": "China"}, 422), ({"holder": "niemand"}, 422),
                        ({"holder": "shp_x"}, 422), ({"uses": []}, 422)):  # fmt: skip
        assert desk.post(address, right | bad).status_code == status
    exclusive = right | {"holder": "老窑主人", "is_exclusive": "on"}
    refused = desk.post(address, exclusive)
    assert (refused.status_code, "contradicts an exclusive right" in refused.text) == (409, True)

    page = desk.get(address).text
    assert page.count('<rect class="held"') + page.count('<rect class="over"') == 2
    assert "HT-2026-7" in page
    assert models.RightsGrant.objects.count() == 2
    whole = models.RightsGrant.objects.get(use="SHORT_VIDEO")
    held = f"/desk/rights/grants/grt_{address.rpartition('_')[2]}"
    assert desk.post(f"{held}/revoke", {"reason": "x"}).status_code == 404
    grant = f"/desk/rights/grants/{ids.public('grt', whole.id)}"
    assert desk.post(f"{grant}/hand-on", {"creator": "niemand"}).status_code == 422
    assert desk.post(f"{grant}/hand-on", {"creator": "老窑主人"}).status_code == 302
    assert models.RightsGrant.objects.get(parent=whole).creator_id == creator.creator_id
    assert "depth-1" in desk.get(address).text
    assert desk.post(f"{grant}/revoke", {"reason": ""}).status_code == 422
    assert desk.post(f"{grant}/revoke", {"reason": "合同终止"}).status_code == 302
    assert "合同终止" in desk.get(address).text


def test_freshness_is_counted_from_the_moment_that_is_seen(desk: Client) -> None:
    creator, now = builders.a_creator(), clock.now()
    event = an_event(begins=now - timedelta(days=2), ends=now + timedelta(days=2), now=now)
    given(
        event,
        of(creator),
        scope=terms(begins=now - timedelta(days=3), ends=now + timedelta(days=9)),
    )
    a_public_showing(creator, event, now=now - timedelta(hours=1))
    late = a_public_showing(creator, event, now=now - timedelta(hours=2))
    models.PostOccasion.objects.filter(post=late).update(event_time=now - timedelta(hours=3))

    page = desk.get("/desk/rights").text

    assert '<p class="v num">2</p>' in page
    assert '<p class="v num">50%</p>' in page
    assert "180 seconds" in page
    assert "Winter Games" in page


def test_pages_cost_the_same_however_much_there_is(desk: Client) -> None:
    creator, now = builders.a_creator(), clock.now()
    event = an_event(begins=now - timedelta(days=2), ends=now + timedelta(days=20), now=now)
    soon = terms(begins=now - timedelta(days=3), ends=now + timedelta(days=9))
    given(event, of(creator), scope=soon)

    def cost(path: str) -> int:
        with counted() as sent:
            assert desk.get(path).status_code == 200
        return len(sent)

    paths = ("/desk/rights", f"/desk/rights/{event.public_id}")
    before = [cost(path) for path in paths]
    for n in range(4):
        another = an_event(f"赛事{n}", now=now)
        given(another, of(builders.a_creator()), scope=soon)
        given(event, of(builders.a_creator()), scope=soon)
    assert [cost(path) for path in paths] == before


def a_lapsed_post(creator: Actor) -> str:
    """Down since its right ended; its address in the studio."""
    now = clock.now()
    event = an_event(begins=now - timedelta(days=2), ends=now + timedelta(days=2), now=now)
    begins, ends = now - timedelta(days=3), now - timedelta(minutes=1)
    given(event, of(creator), scope=terms(begins=begins, ends=ends))
    post_id = a_public_showing(creator, event, now=now - timedelta(hours=1))
    assert lapses.take_down_due(now=now) == 1
    return f"/studio/posts/{ids.public('pst', post_id)}/"


def test_a_creator_reads_what_is_missing_and_takes_a_post_back() -> None:
    creator = builders.a_creator()
    client = in_english(creator)
    address = a_lapsed_post(creator)

    page = client.get(address).text
    assert "Take it back" in page
    assert "ended on" in page
    assert client.post(f"{address}take-back").status_code == 302
    refused = client.post(f"{address}publish", {"when": "now"})
    assert (refused.status_code, "to renew it" in refused.text) == (409, True)
    assert client.post(f"{address}event", {"event": "", "use": "VOD"}).status_code == 302
    assert "None, it shows no event" in client.get(address).text
    assert client.post(f"{address}publish", {"when": "now"}).status_code == 302


def test_a_creator_reads_what_a_post_came_down_with_and_takes_it_back_after_that() -> None:
    author, creator, now = builders.a_creator(), builders.a_creator(), clock.now()
    source, built = a_post(author, now=now), a_post(creator, now=now)
    # Its creator let others build on it when this one began.
    models.Post.objects.filter(pk=source).update(may_be_derived=True)
    models.Post.objects.filter(pk=built).update(source_kind="POST", source_id=source)
    address = f"/studio/posts/{ids.public('pst', built)}/"
    client, why = in_english(creator), {"rule": "OTHER", "reason": "No."}
    judge = builders.an_operator()

    down = cases.take_down(actor=judge, post_id=source, now=now, **why)
    assert "It came down with the post that it builds on." in client.get(address).text
    refused = client.post(f"{address}take-back")
    assert (refused.status_code, "What this was made from is gone" in refused.text) == (409, True)

    cases.appeal(actor=author, case_id=down.case_id, text="?", now=now)
    other = builders.an_operator()
    cases.answer(actor=other, case_id=down.case_id, is_right=True, answer="!", now=now)
    assert client.post(f"{address}take-back").status_code == 302
    assert client.post(f"{address}publish", {"when": "now"}).status_code == 302


def test_an_operator_decides_about_what_came_down_by_itself_and_it_is_not_taken_back() -> None:
    creator, desk = builders.a_creator(), in_english(builders.an_operator())
    client, address = in_english(creator), a_lapsed_post(creator)
    page = f"/desk/moderation/posts/{address.split('/')[-2]}"

    assert "It came down by itself" in desk.get(page).text
    why = {"verb": "take-down", "rule": "FALSE_CLAIM", "reason": "It is not hand-made."}
    assert desk.post(page, why).status_code == 302

    assert "It is not hand-made." in client.get(address).text
    assert "Take it back" not in client.get(address).text
    assert client.post(f"{address}take-back").status_code == 409
    after = desk.get(page).text
    assert ("It came down by itself" in after, "Take it down" in after) == (False, False)


def test_a_creator_hands_a_right_on_and_ends_it() -> None:
    channel, cutter, now = builders.a_creator("体育频道"), builders.a_creator("剪手"), clock.now()
    event = an_event(begins=now - timedelta(days=2), ends=now + timedelta(days=2), now=now)
    held = given(event, of(channel), scope=terms(
        begins=now - timedelta(days=3), ends=now + timedelta(days=9), may_sublicense=True,
    ))  # fmt: skip
    client, other = in_english(channel), in_english(cutter)
    address = f"/studio/rights/{held.public_id}"
    assert "You hold no right" in other.get("/studio/rights").text
    assert other.post(f"{address}/hand-on", {"creator": "剪手"}).status_code == 404

    assert client.post(f"{address}/hand-on", {"creator": "剪手"}).status_code == 302
    (below,) = models.RightsGrant.objects.filter(parent=held.grant.id)
    assert "剪手" in client.get("/studio/rights").text
    assert "Winter Games" in other.get("/studio/rights").text
    below_address = f"/studio/rights/{ids.public('grt', below.id)}/revoke"
    assert other.post(below_address, {"reason": "x"}).status_code == 404
    assert client.post(below_address, {"reason": "到期"}).status_code == 302
    below.refresh_from_db()
    assert (below.reason, below.revoked_at is not None) == ("到期", True)
