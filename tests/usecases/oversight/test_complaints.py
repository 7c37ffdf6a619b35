"""A complaint counts once per person and thing, and ends with a reason."""

from datetime import timedelta

import pytest
from tests import builders

from laotie.kernel import ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, SignInFirst, TooMany, WrongState
from laotie.oversight import complaints

pytestmark = pytest.mark.usefixtures("db")
NOW = builders.NOW


def a_ref() -> str:
    return ids.public("prd", ids.new())


def make(actor: Actor, ref: str, *, cause: str = "fake", text: str = "", now=NOW):  # type: ignore[no-untyped-def]
    return complaints.make(actor=actor, ref=ref, cause=cause, text=text, now=now)


def test_one_voice_counts_once_until_it_is_answered() -> None:
    person, operator, ref = builders.a_person(), builders.an_operator(), a_ref()
    first = make(person, ref)

    with pytest.raises(complaints.AlreadyComplained):
        make(person, ref, cause="abuse")
    assert complaints.waiting(actor=operator) == 1

    complaints.decide(
        actor=operator, complaint_id=first, upheld=False, answer="it is real", now=NOW
    )
    make(person, ref)
    assert complaints.waiting(actor=operator) == 1


def test_an_answer_ends_every_complaint_about_the_same_thing_and_no_other() -> None:
    operator, ref, other = builders.an_operator(), a_ref(), a_ref()
    first = make(builders.a_person(), ref)
    make(builders.a_person(), ref, cause="other", text="<b>bad</b>")
    make(builders.a_person(), other)
    assert [each.others for each in complaints.queue(actor=operator)] == [1, 1, 0]

    complaints.decide(actor=operator, complaint_id=first, upheld=True, answer="taken off", now=NOW)

    assert [each.ref for each in complaints.queue(actor=operator)] == [other]
    upheld = complaints.queue(actor=operator, state="UPHELD")
    assert {(each.ref, each.answer) for each in upheld} == {(ref, "taken off")}
    assert len(upheld) == 2
    with pytest.raises(WrongState):
        complaints.decide(actor=operator, complaint_id=first, upheld=False, answer="no", now=NOW)


def test_what_cannot_be_is_refused() -> None:
    person = builders.a_person()

    with pytest.raises(SignInFirst):
        make(Actor.anonymous(), a_ref())
    with pytest.raises(Invalid):
        make(person, a_ref(), cause="dislike")
    with pytest.raises(Invalid):
        make(person, a_ref(), cause="other")
    with pytest.raises(NotFound):
        make(person, "ord_1")
    with pytest.raises(NotAllowed):
        complaints.queue(actor=person)
    with pytest.raises(NotFound):
        complaints.decide(
            actor=builders.an_operator(), complaint_id=ids.new(), upheld=True, answer="x", now=NOW
        )
    assert sql.rows("SELECT 1 FROM oversight_complaint") == []


def test_twenty_a_day_are_enough() -> None:
    person = builders.a_person()
    for _ in range(20):
        make(person, a_ref())

    with pytest.raises(TooMany):
        make(person, a_ref())
    make(person, a_ref(), now=NOW + timedelta(days=1, seconds=1))

    assert complaints.waiting(actor=builders.an_operator()) == 21


def test_whoever_complained_takes_it_back_alone_and_once() -> None:
    person, operator, ref = builders.a_person(), builders.an_operator(), a_ref()
    first = make(person, ref)
    make(builders.a_person(), ref)

    with pytest.raises(NotFound):
        complaints.withdraw(actor=builders.a_person(), complaint_id=first, now=NOW)
    back = complaints.withdraw(actor=person, complaint_id=first, now=NOW)
    assert (back.state, back.ended_at, back.answer) == ("WITHDRAWN", NOW, "")
    for late in (
        lambda: complaints.withdraw(actor=person, complaint_id=first, now=NOW),
        lambda: complaints.decide(
            actor=operator, complaint_id=first, upheld=True, answer="late", now=NOW
        ),
    ):
        with pytest.raises(WrongState):
            late()
    assert complaints.of_mine(first, actor=person) == back
    assert complaints.waiting(actor=operator) == 1  # The other voice counts on.
    make(person, ref)
    mine = complaints.mine(actor=person, most=1)
    assert [each.state for each in mine.rows] == ["OPEN"]
    older = complaints.mine(actor=person, after=mine.next_after)
    assert (older.rows, older.next_after) == ((back,), None)
