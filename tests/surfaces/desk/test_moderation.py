"""Posts judged on the desk and answered in the studio and the API: pages, keys and screens."""

import json
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import expect
from tests import builders
from tests.surfaces.desk.test_desk import signed_in
from tests.surfaces.screens import WIDE, Open, looked_at
from tests.usecases.content.works_made import a_post

from laotie.content import models
from laotie.content.judgement import rule_sets
from laotie.content.judgement.findings import FIRST_SEVERITIES
from laotie.content.kinds import PostKind, PostState, Reach
from laotie.content.posting.posts import Words
from laotie.content.review import case_pages, cases
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor

pytestmark = pytest.mark.usefixtures("db")
LINK, PLAIN = (
    Words(title="开窑直播预告", body="都在 shop.com"),
    Words(title="开窑", body="三天三夜"),
)


def waiting(operator: Actor) -> case_pages.CaseView:
    return case_pages.queue(actor=operator)[0]


def decide(
    client: Client, case: case_pages.CaseView, decision: str, **given: str
) -> tuple[int, str]:
    address = f"/desk/moderation/{case.id}/{decision}"
    answer = client.post(address, {"digest": case.digest, **given})
    return answer.status_code, answer.text


def test_only_operators_judge_and_each_page_costs_a_fixed_number_of_queries() -> None:
    creator, operator = builders.a_creator(), builders.an_operator()
    pages = ["/desk/moderation", "/desk/moderation?shelf=appeals", "/desk/moderation/rules"]
    pages += ["/desk/moderation?shelf=decided", "/desk/moderation?shelf=nonsense"]
    client, stranger = signed_in(operator), signed_in(creator)
    for page in pages:
        assert Client().get(page).status_code == 302
        assert stranger.get(page).status_code == 403
        assert client.get(page).status_code == 200

    counts = []
    for _more in range(2):
        for _post in range(3):
            a_post(creator, words=LINK, now=clock.now())
        with CaptureQueriesContext(connection) as seen:
            page = client.get("/desk/moderation").text
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert page.count('data-key="a"') == 6


def test_a_decision_on_the_desk_reaches_the_creator_who_appeals_by_page_and_by_program() -> None:
    creator, judge, other = builders.a_creator(), builders.an_operator(), builders.an_operator()
    now = clock.now()
    post_id = a_post(creator, words=LINK, now=now)
    desk, second, studio = signed_in(judge), signed_in(other), signed_in(creator)
    case = waiting(judge)

    assert decide(desk, case, "limit", rule="CONTACT_LINK")[0] == 422
    assert decide(desk, case, "approve", digest="0" * 64)[0] == 409
    assert decide(desk, case, "nonsense")[0] == 404
    assert decide(desk, case, "limit", rule="CONTACT_LINK", reason="Leads away.")[0] == 302
    assert decide(second, case, "approve")[0] == 409
    row = models.Post.objects.get(pk=post_id)
    assert (row.state, row.reach) == (PostState.PUBLISHED, Reach.LIMITED)

    page = studio.get("/studio/decisions").text
    assert "Leads away." in page
    assert "shop.com" in page
    inbox = studio.get("/inbox").text
    assert f'href="/studio/decisions#case-{case.id}"' in inbox
    assert f'href="{reverse("studio:post", args=[ids.public("pst", post_id)])}"' in inbox
    assert signed_in(builders.a_creator()).post(
        f"/studio/decisions/{case.id}/appeal", {"text": "x"}
    ).status_code == 404  # fmt: skip
    assert studio.post(f"/studio/decisions/{case.id}/appeal", {"text": ""}).status_code == 422
    assert studio.post(f"/studio/decisions/{case.id}/appeal", {"text": "看"}).status_code == 302
    assert decide(desk, case, "restore", reason="Right.")[0] == 409
    assert decide(second, case, "restore", reason="Right.")[0] == 302
    assert models.Post.objects.get(pk=post_id).reach == Reach.FULL

    address = f"/desk/moderation/posts/{ids.public('pst', post_id)}"
    assert desk.get(address).status_code == 200
    given = {"verb": "take-down", "rule": "FALSE_CLAIM", "reason": "It is not."}
    assert desk.post(address, {**given, "rule": "?"}).status_code == 422
    assert desk.post(address, given).status_code == 302
    assert desk.post(address, given).status_code == 409
    listed = studio.get("/api/v1/me/decisions").json()
    assert [(one["state"], one["rule"]) for one in listed] == [
        ("TAKEN_DOWN", "FALSE_CLAIM"), ("RESTORED", "CONTACT_LINK"),
    ]  # fmt: skip
    sent = studio.post(
        f"/api/v1/me/decisions/{listed[0]['id']}/appeal",
        json.dumps({"text": "真的"}), content_type="application/json",
    )  # fmt: skip
    assert (sent.status_code, sent.json()["state"]) == (200, "APPEALED")
    assert "0%" in Client().get("/fairness").text


def test_rules_are_published_on_the_desk_and_nobody_overwrites_anothers() -> None:
    operator = builders.an_operator()
    client = signed_in(operator)
    weights = {rule.value: FIRST_SEVERITIES[rule].name for rule in rule_sets.WEIGHED}
    given = {"words_REVIEW": "高仿\n\n a货 ", "words_REFUSE": "高仿", "reason": "fakes", **weights}

    assert client.post("/desk/moderation/rules", {**given, "after_version": "0"}).status_code == 302
    late = client.post("/desk/moderation/rules", {**given, "after_version": "0"})
    broken = client.post("/desk/moderation/rules", {**given, "after_version": "x"})

    assert (late.status_code, broken.status_code) == (409, 422)
    assert "fakes" in late.text  # What was typed is not lost.
    current = rule_sets.current(clock.now())
    assert (current.version, {word: str(weight.name) for word, weight in current.words.items()}) == (
        1, {"高仿": "REFUSE", "a货": "REVIEW"},
    )  # fmt: skip


# The five seconds in which a decision can be taken back are over when the test says so.
HOLD_DECISIONS = """() => {
  const held = new Map(), start = window.setTimeout, stop = window.clearTimeout;
  window.setTimeout = (does, ms, ...rest) => {
    if (ms !== 5000) return start(does, ms, ...rest);
    held.set(-1 - held.size, does);
    return -held.size;
  };
  window.clearTimeout = (id) => held.delete(id) || stop(id);
  window.timeIsUp = () => [...held.values()].forEach((does) => does());
}"""


@pytest.mark.browser
def test_the_queue_is_worked_by_keys_alone_and_the_last_decision_can_be_taken_back(
    window: Open,
) -> None:
    creator, operator = builders.a_creator(), builders.an_operator()
    now = clock.now()
    first, second, third = (a_post(creator, words=LINK, now=now) for _ in range(3))
    watched = window(signed_in(operator), "/desk/moderation", "en", "light", WIDE)
    page = watched.page
    rows = page.locator("[data-queue] > li")
    expect(rows).to_have_count(3)
    page.evaluate(HOLD_DECISIONS)
    with watched.bearing("/media/", "404 (Not Found)", "ERR_CONNECTION_REFUSED"):
        page.keyboard.press("j")
        expect(rows.nth(0)).to_be_focused()
        page.keyboard.press("a")
        expect(rows.nth(0)).to_contain_text("Undo")
        expect(rows.nth(1)).to_be_focused()
        page.keyboard.press("u")
        expect(rows.nth(0)).to_be_focused()
        expect(rows.nth(0)).not_to_contain_text("Undo")
        # Nothing was sent; now it is meant.
        page.keyboard.press("a")
        expect(rows.nth(1)).to_be_focused()
        page.keyboard.press("t")
        expect(rows.nth(1).locator("[name=reason]")).to_be_focused()
        page.keyboard.type("Take the link out.")
        page.keyboard.press("Enter")
        expect(rows.nth(2)).to_be_focused()
        page.keyboard.press("k")
        page.evaluate("timeIsUp()")
        expect(rows).to_have_count(1)
        page.keyboard.press("l")
        page.keyboard.type("Leads away.")
        page.keyboard.press("Enter")
        expect(rows.nth(0)).to_contain_text("Undo")
        # Whoever leaves has decided. What Chromium says of a page that is gone may be lost while
        # it is watched from outside, so the page hears that it is left while it is still there.
        with page.expect_response("**/desk/moderation/**"):
            page.evaluate("() => dispatchEvent(new Event('pagehide'))")
        decided = page.locator(".judged > li")
        for _look in range(20):
            page.goto("/desk/moderation?shelf=decided")
            if decided.count() == 3:
                break
        expect(decided).to_have_count(3)

    def end_of(post_id: UUID) -> tuple[str, str, str]:
        row = models.Post.objects.get(pk=post_id)
        return row.state, row.reach, row.cause

    assert [end_of(each) for each in (first, second, third)] == [
        (PostState.PUBLISHED, Reach.FULL, ""),
        (PostState.DRAFT, Reach.FULL, "Take the link out."),
        (PostState.PUBLISHED, Reach.LIMITED, ""),
    ]


@pytest.mark.browser
def test_every_screen_of_judging_holds(window: Open) -> None:
    creator, judge, other = (
        builders.a_creator("龙泉阿瓷"), builders.an_operator(), builders.an_operator(),
    )  # fmt: skip
    now = clock.now()
    why = {"rule": "FALSE_CLAIM", "reason": "说是手工拉坯，其实是机器做的。"}
    down = [a_post(creator, words=PLAIN, now=now) for _ in range(3)]
    taken = [cases.take_down(actor=judge, post_id=each, now=now, **why) for each in down]
    for case in taken[:2]:
        cases.appeal(actor=creator, case_id=case.case_id, text="有全程视频，请再看一遍。", now=now)
    cases.answer(actor=other, case_id=taken[0].case_id, is_right=True, answer="看过视频", now=now)
    public = a_post(creator, words=PLAIN, now=now)
    a_post(creator, words=LINK, now=now)
    a_post(creator, words=LINK, kind=PostKind.STILLS, now=now)

    desk = {
        "judge": "/desk/moderation",
        "judge-appeals": "/desk/moderation?shelf=appeals",
        "judge-decided": "/desk/moderation?shelf=decided",
        "judge-rules": "/desk/moderation/rules",
        "judge-post": f"/desk/moderation/posts/{ids.public('pst', public)}",
        "judge-post-down": f"/desk/moderation/posts/{ids.public('pst', down[2])}",
    }
    assert looked_at(window, signed_in(other), desk) == {}
    own = {"decisions": "/studio/decisions", "fairness": "/fairness"}
    assert looked_at(window, signed_in(creator), own) == {}
    assert looked_at(window, signed_in(builders.a_creator()), {"none": "/studio/decisions"}) == {}
