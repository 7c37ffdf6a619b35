"""Posts are judged by machine and by people: reasons, reach, appeals, and nobody judges twice."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from tests import racing
from tests.builders import NOW, a_creator, a_person, a_product, a_shop, an_operator
from tests.usecases.content.works_made import a_post, post_of, state_of

from laotie.accounts import closing, creators, inbox, people, shops
from laotie.catalog import products
from laotie.content import (
    case_pages,
    cases,
    models,
    moderation,
    posts,
    publishing,
    refused_texts,
    rule_sets,
    works,
)
from laotie.content.findings import FIRST_SEVERITIES, Rule, Severity
from laotie.content.kinds import PostState, Reach
from laotie.content.posts import Words
from laotie.content.verdicts import CaseState
from laotie.events.content import PostPublished, PostTakenDown
from laotie.kernel import sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from laotie.kernel.screening import TextNotAllowed, Where
from laotie.live import planning, rooms
from laotie.trade import coupons

pytestmark = pytest.mark.usefixtures("db")
LATER = NOW + timedelta(hours=1)
LINK, PLAIN = Words(title="开窑", body="都在 shop.com"), Words(title="开窑", body="三天三夜")
SELLS = Words(title="开窑", body="喜欢就点击下方链接")


def told_of_posts(creator: Actor) -> list[tuple[str, str, str]]:
    """Kind, text in English and what it leads to of a creator's notices, oldest first."""
    with translation.override("en"):
        lines = inbox.lines(actor=creator)[::-1]
    return [(line.kind, line.text, line.ref.partition("_")[0]) for line in lines]


def told(*events: type) -> int:
    names = [event.name for event in events]
    return int(sql.rows("SELECT count(*) FROM event_log WHERE name = ANY(%s)", [names])[0][0])


def waiting_case(operator: Actor) -> case_pages.CaseView:
    (found,) = case_pages.queue(actor=operator)
    return found


def decide(
    operator: Actor, case: case_pages.CaseView, decision: CaseState, **why: str
) -> cases.Ended:
    return cases.decide(
        actor=operator, case_id=case.id, digest=case.digest, decision=decision, now=NOW, **why
    )


def test_words_decide_whether_a_post_is_free_limited_looked_at_or_refused() -> None:
    creator, operator = a_creator(), an_operator()

    free = a_post(creator, words=PLAIN)
    limited = a_post(creator, words=SELLS)
    looked_at = a_post(creator, words=LINK)
    for body, refusal in (
        ("加V：abc123", moderation.AgainstTheRules),
        ("本视频由AI生成", moderation.AiLabelNeeded),
    ):
        with pytest.raises(refusal) as refused:
            a_post(creator, words=Words(title="开窑", body=body))
        assert (refused.value.facts["field"], refused.value.facts["rule_version"]) == ("body", 0)
        quote = body[refused.value.facts["start"] : refused.value.facts["end"]]
        assert quote == refused.value.facts["quote"]
    labelled = a_post(creator, words=Words(title="开窑", body="本视频由AI生成", is_ai=True))

    assert state_of(free) == state_of(labelled) == (PostState.PUBLISHED, Reach.FULL)
    assert state_of(limited) == (PostState.PUBLISHED, Reach.LIMITED)
    assert state_of(looked_at) == (PostState.HUMAN_REVIEW, Reach.FULL)
    waits = waiting_case(operator)
    assert (waits.post_ref, waits.body, waits.rule_version) == (
        posts.card_of(post_of(looked_at)).public_id, LINK.body, 0,
    )  # fmt: skip
    assert [(each.rule, each.quote, each.field) for each in waits.findings] == [
        (Rule.CONTACT_LINK, "shop.com", "body")
    ]
    assert waits.post
    assert waits.post.video
    # Why the reach is less, by which rule: for its creator to read.
    (told_why,) = case_pages.mine(actor=creator).rows
    assert (told_why.state, told_why.rule, told_why.title) == (
        CaseState.LIMITED, Rule.AD_LABEL, "开窑",
    )  # fmt: skip
    assert told_why.can_be_appealed
    assert told_of_posts(creator) == [
        (
            "post_limited",
            (
                "Your post is recommended to nobody now: 开窑."
                " The rules found “点击下方链接” by themselves."
            ),
            "cse",
        )
    ]
    assert told(PostPublished) == 3


def test_a_reviewer_lets_through_limits_or_sends_back_with_a_reason() -> None:
    creator, operator = a_creator(), an_operator()
    ends = []
    for decision, why in (
        (CaseState.APPROVED, {}),
        (CaseState.LIMITED, {"rule": "CONTACT_LINK", "reason": "Leads away."}),
        (CaseState.REFUSED, {"rule": "CONTACT_LINK", "reason": "Take the link out."}),
    ):
        post_id = a_post(creator, words=LINK)
        case = waiting_case(operator)
        if decision is not CaseState.APPROVED:
            with pytest.raises(Invalid):
                decide(operator, case, decision)
        ended = decide(operator, case, decision, **why)
        with pytest.raises(WrongState):
            decide(an_operator(), case, CaseState.APPROVED)
        row = post_of(post_id)
        ends.append((ended.state, ended.post_state, row.reach, row.cause))
        again = publishing.publish if decision is CaseState.REFUSED else None
        if again:
            with pytest.raises(moderation.RefusedBefore):
                again(actor=creator, post_id=post_id, now=NOW)
            posts.change(actor=creator, post_id=post_id, words=PLAIN, now=NOW)
            again(actor=creator, post_id=post_id, now=NOW)
            # Whoever had something sent back is looked at once more.
            assert post_of(post_id).state == PostState.HUMAN_REVIEW

    assert sorted(told_of_posts(creator)) == [
        ("post_limited", "Your post is recommended to nobody now: 开窑. Leads away.", "cse"),
        ("post_public", "Your post is public now: 开窑.", "pst"),
        ("post_public", "Your post is public now: 开窑.", "pst"),
        (
            "post_sent_back",
            "Your post came back and is not public: 开窑. Take the link out.",
            "cse",
        ),
    ]
    assert ends == [
        (CaseState.APPROVED, PostState.PUBLISHED, Reach.FULL, ""),
        (CaseState.LIMITED, PostState.PUBLISHED, Reach.LIMITED, ""),
        (CaseState.REFUSED, PostState.DRAFT, Reach.FULL, "Take the link out."),
    ]
    for stranger in (a_person(), creator):
        with pytest.raises(NotAllowed):
            case_pages.queue(actor=stranger)
    (acts,) = sql.rows("SELECT count(*) FROM audit_entry WHERE act = 'content.cases.decide'")
    assert acts == (3,)


def test_nobody_decides_about_what_they_have_not_seen() -> None:
    creator, operator = a_creator(), an_operator()
    post_id = a_post(creator, words=LINK)
    seen = waiting_case(operator)

    publishing.keep_back(actor=creator, post_id=post_id, now=NOW)
    assert case_pages.queue(actor=operator) == ()
    with pytest.raises(WrongState):
        decide(operator, seen, CaseState.APPROVED)
    other = Words(title="开窑", body="都在 other.com")
    posts.change(actor=creator, post_id=post_id, words=other, now=NOW)
    publishing.publish(actor=creator, post_id=post_id, now=NOW)
    with pytest.raises(WrongState):
        decide(operator, seen, CaseState.APPROVED)

    assert waiting_case(operator).body == other.body
    assert waiting_case(operator).id == seen.id
    assert told(PostPublished) == 0


def test_a_take_down_is_appealed_once_and_answered_by_somebody_else() -> None:
    creator, judge, other = a_creator(), an_operator(), an_operator()
    restored, upheld = a_post(creator, words=PLAIN), a_post(creator, words=PLAIN)
    why = {"rule": "FALSE_CLAIM", "reason": "It is not hand-made."}
    down = [
        cases.take_down(actor=judge, post_id=each, now=NOW, **why) for each in (restored, upheld)
    ]
    with pytest.raises(WrongState):
        cases.take_down(actor=other, post_id=restored, now=NOW, **why)
    assert [case.post_state for case in down] == [PostState.TAKEN_DOWN] * 2
    assert post_of(restored).cause == why["reason"]
    assert told(PostTakenDown) == 2
    with pytest.raises(NotFound):
        cases.appeal(actor=a_creator(), case_id=down[0].case_id, text="no", now=NOW)

    for case in down:
        appealed = cases.appeal(actor=creator, case_id=case.case_id, text="有过程视频", now=LATER)
        assert (appealed.state, appealed.post_state) == (CaseState.APPEALED, PostState.APPEALED)
        with pytest.raises(WrongState):
            cases.appeal(actor=creator, case_id=case.case_id, text="again", now=LATER)
    answered = []
    for case, is_right in zip(down, (True, False), strict=True):
        with pytest.raises(cases.AnotherPerson):
            cases.answer(actor=judge, case_id=case.case_id, is_right=True, answer="?", now=LATER)
        answered.append(
            cases.answer(
                actor=other, case_id=case.case_id, is_right=is_right, answer="看过了", now=LATER
            )
        )

    assert [(end.state, end.post_state) for end in answered] == [
        (CaseState.RESTORED, PostState.PUBLISHED),
        (CaseState.UPHELD, PostState.UPHELD),
    ]
    shown = works.cards(models.PostWork.objects.values_list("work_id", flat=True))
    withheld = dict(models.PostWork.objects.values_list("post_id", "work__is_withheld"))
    assert withheld == {restored: False, upheld: True}
    assert len(shown) == 2
    assert told(PostPublished) == 3
    figure = case_pages.justice(LATER)
    assert (figure.taken_down, figure.appealed, figure.restored, figure.restored_bps) == (
        2, 2, 1, 5000,
    )  # fmt: skip
    with pytest.raises(WrongState):
        publishing.publish(actor=creator, post_id=upheld, now=LATER)
    assert sorted(told_of_posts(creator)) == [
        ("appeal_refused", "The decision about 开窑 stays. 看过了", "cse"),
        ("post_restored", "You were right, your post is public again: 开窑. 看过了", "cse"),
        ("post_taken_down", "Your post was taken down: 开窑. It is not hand-made.", "cse"),
        ("post_taken_down", "Your post was taken down: 开窑. It is not hand-made.", "cse"),
    ]


def test_less_reach_and_a_refusal_are_appealed_too() -> None:
    creator, judge, other = a_creator(), an_operator(), an_operator()
    by_machine, by_person = a_post(creator, words=SELLS), a_post(creator, words=PLAIN)
    refused = a_post(creator, words=LINK)
    why = {"rule": "OTHER", "reason": "No."}
    cases.limit(actor=judge, post_id=by_person, now=NOW, **why)
    decide(judge, waiting_case(judge), CaseState.REFUSED, **why)
    assert state_of(by_person) == (PostState.PUBLISHED, Reach.LIMITED)

    for case in case_pages.mine(actor=creator).rows:
        cases.appeal(actor=creator, case_id=case.id, text="请再看", now=LATER)
        cases.answer(actor=other, case_id=case.id, is_right=True, answer="对", now=LATER)
    publishing.publish(actor=creator, post_id=refused, now=LATER)

    assert [state_of(one) for one in (by_machine, by_person, refused)] == [
        (PostState.PUBLISHED, Reach.FULL)
    ] * 3
    assert told(PostTakenDown) == 0


def test_a_restored_post_whose_right_has_gone_comes_back_to_its_creator_alone() -> None:
    creator, author, judge, other = a_creator(), a_creator(), an_operator(), an_operator()
    post_id = a_post(creator, words=PLAIN)
    down = cases.take_down(actor=judge, post_id=post_id, rule="OTHER", reason="No.", now=NOW)
    cases.appeal(actor=creator, case_id=down.case_id, text="请再看", now=LATER)
    models.Post.objects.filter(pk=post_id).update(
        source_kind="POST", source_id=a_post(author), source_gone_at=LATER
    )

    ended = cases.answer(actor=other, case_id=down.case_id, is_right=True, answer="对", now=LATER)

    assert (ended.state, ended.post_state) == (CaseState.RESTORED, PostState.WITHDRAWN)
    assert post_of(post_id).cause == "SOURCE_GONE"
    assert sorted(told_of_posts(creator)) == [
        ("appeal_granted", "You were right, the decision about 开窑 holds no longer. 对", "cse"),
        (
            "post_sent_back",
            (
                "Your post came back and is not public: 开窑."
                " What this was made from is gone, so it cannot be published."
            ),
            "pst",
        ),
        ("post_taken_down", "Your post was taken down: 开窑. No.", "cse"),
    ]


def test_a_restored_post_that_was_withdrawn_is_withdrawn_again() -> None:
    creator, judge, other = a_creator(), an_operator(), an_operator()
    post_id = a_post(creator, words=PLAIN)
    publishing.withdraw(actor=creator, post_id=post_id, now=NOW)
    down = cases.take_down(actor=judge, post_id=post_id, rule="OTHER", reason="No.", now=NOW)
    cases.appeal(actor=creator, case_id=down.case_id, text="请再看", now=LATER)

    ended = cases.answer(actor=other, case_id=down.case_id, is_right=True, answer="对", now=LATER)

    assert (ended.state, ended.post_state) == (CaseState.RESTORED, PostState.WITHDRAWN)
    held = models.PostWork.objects.filter(post=post_id)
    assert (post_of(post_id).cause, held.get().work.is_withheld) == ("", True)
    assert told(PostPublished) == 1
    assert [kind for kind, *_ in told_of_posts(creator)] == ["post_taken_down", "appeal_granted"]
    again = publishing.publish(actor=creator, post_id=post_id, now=LATER)
    assert (again.state, held.get().work.is_withheld) == (PostState.PUBLISHED, False)


def _ways_to_decide(case: case_pages.CaseView, judges: list[Actor]) -> list[object]:
    return racing.together(
        [
            partial(decide, judge, case, decision, rule="OTHER", reason="No.")
            for judge, decision in zip(judges, (CaseState.APPROVED, CaseState.REFUSED), strict=True)
        ]
    )


def test_two_reviewers_at_once_decide_once() -> None:
    creator, judges = a_creator(), [an_operator(), an_operator()]
    for _round in range(4):
        a_post(creator, words=LINK)
        case = waiting_case(judges[0])

        ends = _ways_to_decide(case, judges)

        assert racing.faults(ends) == []
        assert sum(isinstance(end, cases.Ended) for end in ends) == 1
        assert sum(isinstance(end, WrongState) for end in ends) == 1
        (decided,) = [end for end in ends if isinstance(end, cases.Ended)]
        assert models.Case.objects.get(pk=case.id).state == decided.state


def test_without_lock_and_step_both_reviewers_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the row is only read, and the step does not ask where the case stands."""
    creator, judges = a_creator(), [an_operator(), an_operator()]
    a_post(creator, words=LINK)
    case = waiting_case(judges[0])
    blind = {
        decision: type(step)(step.name, frozenset(CaseState), step.target)
        for decision, step in cases.verdicts.DECIDE.items()
    }
    monkeypatch.setattr(cases.verdicts, "DECIDE", blind)
    monkeypatch.setattr(publishing, "go_on", lambda *_, **__: None)
    monkeypatch.setattr(publishing, "send_back", lambda *_, **__: None)

    with racing.without_row_locks(meet_at=models.Post):
        ends = _ways_to_decide(case, judges)

    assert sum(isinstance(end, cases.Ended) for end in ends) == 2
    models.Post.objects.update(state=PostState.DRAFT.value)


def test_rules_come_in_versions_that_are_told_with_every_finding() -> None:
    creator, operator = a_creator(), an_operator()
    severities = {rule: FIRST_SEVERITIES[rule] for rule in rule_sets.WEIGHED}

    def publish(after: int, words: dict[str, Severity], at: timedelta) -> int:
        return rule_sets.publish(
            actor=operator, after_version=after, words=words,
            severities={**severities, Rule.CONTACT_LINK: Severity.NOTE}, reason="new", now=NOW + at,
        ).version  # fmt: skip

    assert publish(0, {"高.仿": Severity.REVIEW}, timedelta()) == 1
    assert publish(1, {"祖传": Severity.LIMIT}, timedelta(minutes=5)) == 2
    with pytest.raises(WrongState):
        publish(1, {}, timedelta(minutes=6))
    with pytest.raises(NotAllowed):
        rule_sets.publish(
            actor=creator, after_version=2, words={}, severities=severities, reason="x", now=NOW
        )

    before = moderation.screen_text("祖传高仿", Where.COMMENT, NOW)
    after = moderation.screen_text("祖传高仿", Where.COMMENT, LATER)
    assert [(f.quote, f.rule_version, before.is_fit) for f in before.found] == [("高仿", 1, False)]
    assert [(f.quote, f.rule_version, after.is_fit) for f in after.found] == [("祖传", 2, True)]
    assert moderation.screen_text("shop.com", Where.COMMENT, LATER).is_fit
    assert [each.rules.version for each in rule_sets.newest(actor=operator)] == [2, 1]
    a_post(creator, words=PLAIN, now=LATER)
    assert set(models.Post.objects.values_list("rule_version", flat=True)) == {2}
    with CaptureQueriesContext(
        connection,
    ) as seen:
        moderation.screen_texts(["加V"] * 50, Where.CHAT, LATER)
    assert len(seen) == 1


def test_names_and_titles_pass_the_same_gate() -> None:
    creator, shop = a_creator(), a_shop()
    room = rooms.schedule(actor=creator, title="开窑", starts_at=LATER, now=NOW)
    product = a_product(shop)
    for field, rename in (
        ("name", partial(people.change, actor=creator, name="加V laowang88", now=NOW)),
        ("name", partial(creators.become, actor=creator, name="扫码加我", now=NOW)),
        ("name.zh", partial(
            shops.change, actor=shop.owner, shop_id=shop.id,
            name={"zh": "老窑１３８００１３８０００", "en": "Kiln"}, now=NOW,
        )),
        ("name.en", partial(
            shops.apply, actor=a_person(), name={"zh": "老窑", "en": "kiln dot com"}, now=NOW
        )),
        ("title", partial(
            rooms.schedule, actor=creator, title="加V laowang88", starts_at=LATER, now=NOW
        )),
        ("title", partial(
            planning.change, actor=creator, room_id=room.id, title="ＶＸ：laowang88", now=NOW
        )),
        ("title.zh", partial(a_product, shop, title="加V laowang88")),
        ("notice.zh", partial(
            closing.announce, actor=shop.owner, shop_id=shop.id, takes_orders=True, starts_at=NOW,
            until=LATER, notice={"zh": "放假，加V laowang88", "en": ""}, now=NOW,
        )),
        ("name_en", partial(
            coupons.issue, actor=shop.owner, shop_id=shop.id, name_zh="满减", name_en="kiln.com",
            off_fen=1, min_goods_fen=2, budget_fen=9, limit_per_buyer=1,
            claim_window=(NOW, LATER), use_window=(NOW, LATER), now=NOW,
        )),
        ("title.en", partial(
            products.change, actor=shop.owner, product_id=product.id,
            title={"zh": "茶盏", "en": "Cup, kiln dot com"}, now=NOW,
        )),
    ):  # fmt: skip
        with pytest.raises(TextNotAllowed) as refused:
            rename()
        assert refused.value.facts["rule"].startswith("CONTACT_")
        assert refused.value.facts["field"] == field
    kept = models.RefusedText.objects.order_by("id")
    assert [row.place for row in kept] == [
        "NAME", "NAME", "NAME", "NAME", "TITLE", "TITLE", "PRODUCT", "BIO", "TITLE", "PRODUCT",
    ]  # fmt: skip
    first = kept[0]
    assert (first.person_id, first.rule, first.rule_version, first.refused_at) == (
        creator.person_id, "CONTACT_NAME", rule_sets.current(NOW).version, NOW,
    )  # fmt: skip
    assert len({bytes(row.digest) for row in kept}) == 8  # One came three times.
    assert refused_texts.lately(actor=an_operator(), now=NOW) == 10
    assert refused_texts.lately(actor=an_operator(), now=NOW + timedelta(days=8)) == 0
    with pytest.raises(NotAllowed):
        refused_texts.lately(actor=creator, now=NOW)
    assert products.file_of(actor=shop.owner, product_id=product.id).title == product.title
    assert people.change(actor=creator, name="龙泉老窑", now=NOW).card.name == "龙泉老窑"


def test_records_stay_when_a_draft_goes_and_the_database_holds_what_code_promises() -> None:
    creator, operator = a_creator(), an_operator()
    post_id = a_post(creator, words=LINK)
    decide(operator, waiting_case(operator), CaseState.REFUSED, rule="OTHER", reason="No.")
    posts.delete(actor=creator, post_id=post_id, now=NOW)

    (kept,) = case_pages.mine(actor=creator).rows
    assert (kept.body, kept.state) == (LINK.body, CaseState.REFUSED)
    with pytest.raises(WrongState):
        cases.appeal(actor=creator, case_id=kept.id, text="?", now=NOW)
    same_person = "UPDATE content_case SET appealed_at = now(), answered_at = now(), answer = 'x',"
    for broken in (
        "UPDATE content_case SET reason = ''",
        "UPDATE content_case SET state = 'OPEN'",
        f"{same_person} state = 'UPHELD', answered_by_id = decided_by_id",
    ):
        with pytest.raises(Exception, match="violates check"), transaction.atomic():
            sql.change(broken)
