"""Comments that operators take down: with a rule and a reason, appealed once, judged by another."""

from uuid import UUID

import pytest
from django.db import transaction
from tests.builders import NOW, a_creator, a_person, an_operator
from tests.telling import kinds_told
from tests.usecases.content.works_made import a_post

from laotie.accounts import personal as of_accounts
from laotie.content import models, personal
from laotie.content.conversation import comments
from laotie.content.conversation.talk import CommentState, TalkCaseState
from laotie.content.review import talk_cases
from laotie.content.review.cases import AnotherPerson
from laotie.content.review.talk_cases import GoneWithItsThread
from laotie.kernel import sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, SignInFirst, WrongState

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def writer() -> Actor:
    return a_person("甲")


def say(actor: Actor, post: UUID, words: str, to: UUID | None = None) -> UUID:
    return comments.say(actor=actor, post_id=post, words=words, answers_id=to, now=NOW).id


def down(operator: Actor, comment_id: UUID, *, rule: str = "ABUSE", reason: str = "骂人") -> UUID:
    return talk_cases.take_down(
        actor=operator, comment_id=comment_id, rule=rule, reason=reason, now=NOW
    )


def answer(operator: Actor, case_id: UUID, *, is_right: bool) -> TalkCaseState:
    return talk_cases.answer(
        actor=operator, case_id=case_id, is_right=is_right, answer="看过了", now=NOW
    ).state


def read(post: UUID) -> list[str]:
    return [card.text for card in comments.under(post, actor=Actor.anonymous()).rows]


def test_a_comment_is_down_until_another_operator_grants_the_appeal(writer: Actor) -> None:
    creator, one, other = a_creator(), an_operator(), an_operator()
    post = a_post(creator)
    rude = say(writer, post, "滚")
    reply = say(creator, post, "别这样", rude)

    case_id = down(one, rude)

    assert read(post) == []
    assert models.Comment.objects.get(pk=reply).state == CommentState.ORPHANED
    (mine,) = talk_cases.mine(actor=writer).rows
    assert (mine.rule, mine.reason, mine.text, mine.decided_by) == ("ABUSE", "骂人", "滚", None)
    assert mine.rule_version >= 0
    assert kinds_told(writer) == ["comment_down"]
    with pytest.raises(WrongState):
        down(other, rude)
    with pytest.raises(WrongState):
        answer(other, case_id, is_right=True)

    talk_cases.appeal(actor=writer, case_id=case_id, text="是玩笑", now=NOW)
    with pytest.raises(WrongState):
        talk_cases.appeal(actor=writer, case_id=case_id, text="真的", now=NOW)
    assert read(post) == []
    with pytest.raises(AnotherPerson):
        answer(one, case_id, is_right=True)
    (waiting,) = talk_cases.appeals(actor=other)
    assert (waiting.id, waiting.appeal) == (case_id, "是玩笑")

    assert answer(other, case_id, is_right=True) is TalkCaseState.RESTORED
    assert read(post) == ["滚"]
    assert models.Comment.objects.get(pk=reply).state == CommentState.ORPHANED
    assert talk_cases.appeals(actor=one) == ()
    assert sorted(kinds_told(writer)) == ["comment_down", "comment_restored"]
    again = down(one, rude)
    assert [case.id for case in talk_cases.of_comment(rude, actor=one).cases] == [again, case_id]


def test_what_stays_down_and_what_cannot_come_back(writer: Actor) -> None:
    creator, one, other = a_creator(), an_operator(), an_operator()
    post = a_post(creator)
    first, thread = say(writer, post, "骗子"), say(creator, post, "欢迎")
    nested = say(writer, post, "假货", thread)

    refused, lost = down(one, first), down(one, nested)
    for case_id in (refused, lost):
        talk_cases.appeal(actor=writer, case_id=case_id, text="请再看看", now=NOW)
    comments.remove(actor=creator, comment_id=thread, now=NOW)

    assert answer(other, refused, is_right=False) is TalkCaseState.UPHELD
    with pytest.raises(GoneWithItsThread):
        answer(other, lost, is_right=True)
    assert models.TalkCase.objects.get(pk=lost).state == TalkCaseState.APPEALED
    assert answer(other, lost, is_right=False) is TalkCaseState.UPHELD
    assert read(post) == []
    assert kinds_told(writer).count("comment_stays_down") == 2


def test_whoever_has_left_is_told_nothing(writer: Actor) -> None:
    creator, one, other = a_creator(), an_operator(), an_operator()
    case_id = down(one, say(writer, a_post(creator), "骗子"))
    talk_cases.appeal(actor=writer, case_id=case_id, text="请再看看", now=NOW)
    with transaction.atomic():
        for forget in (personal.forget, of_accounts.forget):
            forget(writer.require_person(), NOW)

    with pytest.raises(GoneWithItsThread):
        answer(other, case_id, is_right=True)
    assert answer(other, case_id, is_right=False) is TalkCaseState.UPHELD
    assert not sql.rows(
        "SELECT id FROM accounts_notice WHERE person_id = %s", [writer.require_person()]
    )


def test_who_may_and_what_is_needed(writer: Actor) -> None:
    creator, operator = a_creator(), an_operator()
    post = a_post(creator)
    said, own = say(writer, post, "好"), say(operator, post, "大家好")

    for actor, refusal in (
        (Actor.anonymous(), SignInFirst), (writer, NotAllowed), (creator, NotAllowed),
    ):  # fmt: skip
        with pytest.raises(refusal):
            down(actor, said)
        with pytest.raises(refusal):
            talk_cases.of_comment(said, actor=actor)
        with pytest.raises(refusal):
            talk_cases.appeals(actor=actor)
    for wrong in ({"rule": "MOOD"}, {"reason": " "}):
        with pytest.raises(Invalid):
            down(operator, said, **wrong)
    with pytest.raises(AnotherPerson):
        down(operator, own)
    assert sorted(read(post)) == ["大家好", "好"]
    assert not models.TalkCase.objects.exists()

    case_id = down(operator, said)
    with pytest.raises(NotFound):
        talk_cases.appeal(actor=creator, case_id=case_id, text="他没错", now=NOW)
    with pytest.raises(Invalid):
        talk_cases.appeal(actor=writer, case_id=case_id, text=" ", now=NOW)
    assert talk_cases.mine(actor=creator).rows == ()


def test_a_copy_of_ones_data_does_not_say_who_judged(writer: Actor) -> None:
    operator = an_operator()
    case_id = down(operator, say(writer, a_post(a_creator()), "滚"))
    talk_cases.appeal(actor=writer, case_id=case_id, text="是玩笑", now=NOW)
    answer(an_operator(), case_id, is_right=False)

    copy = personal.of(writer.require_person())

    (case,), (comment,) = copy["talkcase_writer"], copy["comment_person"]
    assert (case["reason"], case["appeal"], case["answer"]) == ("骂人", "是玩笑", "看过了")
    assert comment["text"] == "滚"
    judges = set(models.TalkCase.objects.values_list("decided_by", "answered_by").get())
    assert len(judges) == 2
    assert not judges & {*case.values(), *comment.values()}
