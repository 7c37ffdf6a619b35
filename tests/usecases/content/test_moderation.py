"""Posts are judged by machine and by people: reasons, reach, appeals, and nobody judges twice."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction
from django.utils import translation
from tests import racing
from tests.builders import NOW, a_creator, a_link_rule, a_person, an_operator
from tests.telling import told
from tests.usecases.content.works_made import a_post, post_of, state_of

from laotie.accounts import inbox
from laotie.content import models
from laotie.content.files import works
from laotie.content.judgement import moderation
from laotie.content.judgement.findings import Rule
from laotie.content.judgement.verdicts import CaseState
from laotie.content.kinds import PostState, Reach
from laotie.content.posting import posts, publishing
from laotie.content.posting.posts import Words
from laotie.content.review import case_pages, cases
from laotie.events.content import PostPublished, PostTakenDown
from laotie.kernel import sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from laotie.links import listings
from laotie.links.listings import Place
from laotie.links.policy import Surface

pytestmark = pytest.mark.usefixtures("db")
LATER = NOW + timedelta(hours=1)
LINK, PLAIN = Words(title="开窑", body="都在 shop.com"), Words(title="开窑", body="三天三夜")
SELLS = Words(title="开窑", body="喜欢就点击下方链接")


def told_of_posts(creator: Actor) -> list[tuple[str, str, str]]:
    """Kind, text in English and what it leads to of a creator's notices, oldest first."""
    with translation.override("en"):
        lines = inbox.lines(actor=creator)[::-1]
    return [(line.kind, line.text, line.ref.partition("_")[0]) for line in lines]


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
    assert told(PostPublished.name) == 3


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
    assert told(PostPublished.name) == 0


def test_a_take_down_is_appealed_once_and_answered_by_somebody_else() -> None:
    creator, judge, other = a_creator(), an_operator(), an_operator()
    restored, upheld = a_post(creator, words=PLAIN), a_post(creator, words=PLAIN)
    a_link_rule("allow", "jd", now=NOW - timedelta(days=1))
    place = Place(Surface.VIDEO_CART, creator_id=creator.creator_id, place_id=upheld)
    with transaction.atomic():
        listings.publish(place, actor=creator, url="https://jd.com/1", price_fen=None, now=NOW)
    why = {"rule": "FALSE_CLAIM", "reason": "It is not hand-made."}
    down = [
        cases.take_down(actor=judge, post_id=each, now=NOW, **why) for each in (restored, upheld)
    ]
    with pytest.raises(WrongState):
        cases.take_down(actor=other, post_id=restored, now=NOW, **why)
    assert [case.post_state for case in down] == [PostState.TAKEN_DOWN] * 2
    assert post_of(restored).cause == why["reason"]
    assert told(PostTakenDown.name) == 2
    with pytest.raises(NotFound):
        cases.appeal(actor=a_creator(), case_id=down[0].case_id, text="no", now=NOW)

    for case in down:
        appealed = cases.appeal(actor=creator, case_id=case.case_id, text="有过程视频", now=LATER)
        assert (appealed.state, appealed.post_state) == (CaseState.APPEALED, PostState.APPEALED)
        with pytest.raises(WrongState):
            cases.appeal(actor=creator, case_id=case.case_id, text="again", now=LATER)
    assert len(listings.urls_in(upheld)) == 1  # The post may still come back, with its bag.
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
    assert (listings.urls_in(upheld), told("links.link_ended")) == ((), 1)
    shown = works.cards(models.PostWork.objects.values_list("work_id", flat=True))
    withheld = dict(models.PostWork.objects.values_list("post_id", "work__is_withheld"))
    assert withheld == {restored: False, upheld: True}
    assert len(shown) == 2
    assert told(PostPublished.name) == 3
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
    assert told(PostTakenDown.name) == 0


def test_less_reach_that_a_person_wanted_outlasts_changes_until_an_appeal_is_right() -> None:
    creator, judge, other = a_creator(), an_operator(), an_operator()
    post_id, why = a_post(creator, words=PLAIN), {"rule": "OTHER", "reason": "Only repeats."}
    case = cases.limit(actor=judge, post_id=post_id, now=NOW, **why)

    def change_to(body: str) -> tuple[str, str]:
        publishing.withdraw(actor=creator, post_id=post_id, now=NOW)
        words = Words(title="开窑", body=body)
        posts.change(actor=creator, post_id=post_id, words=words, now=NOW)
        publishing.publish(actor=creator, post_id=post_id, now=NOW)
        return state_of(post_id)

    assert change_to("三天,三夜") == (PostState.PUBLISHED, Reach.LIMITED)
    (still,) = case_pages.mine(actor=creator).rows
    assert (still.id, still.can_be_appealed) == (case.case_id, True)
    # What the machine limits on top of it does not stand before what the person said.
    assert change_to(SELLS.body) == (PostState.PUBLISHED, Reach.LIMITED)
    assert change_to("三天 三夜") == (PostState.PUBLISHED, Reach.LIMITED)
    newest, _first = case_pages.mine(actor=creator).rows
    cases.appeal(actor=creator, case_id=newest.id, text="请再看", now=LATER)
    cases.answer(actor=other, case_id=newest.id, is_right=True, answer="对", now=LATER)
    assert state_of(post_id) == (PostState.PUBLISHED, Reach.FULL)
    assert change_to("三天。三夜") == (PostState.PUBLISHED, Reach.FULL)

    # A reviewer who sees the changed post and lets it through has the later word.
    again = cases.limit(actor=judge, post_id=post_id, now=LATER, **why)
    assert change_to(LINK.body) == (PostState.HUMAN_REVIEW, Reach.LIMITED)
    decide(other, waiting_case(other), CaseState.APPROVED)
    assert state_of(post_id) == (PostState.PUBLISHED, Reach.FULL)
    assert change_to("三天三夜!") == (PostState.PUBLISHED, Reach.FULL)
    assert again.state == CaseState.LIMITED


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
    assert told(PostPublished.name) == 1
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
