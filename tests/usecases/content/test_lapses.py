"""Rights that lapse: posts come down without them, and only what a right took down comes back."""

from datetime import timedelta

import pytest
from django.db import transaction
from tests import builders, racing
from tests.builders import NOW
from tests.telling import told
from tests.usecases.content import events_held as held

from laotie.accounts import inbox
from laotie.content import models
from laotie.content.judgement.verdicts import CaseState
from laotie.content.kinds import PostState
from laotie.content.licensing import lacks, rights
from laotie.content.posting import lapses, publishing
from laotie.content.review import cases
from laotie.events.content import PostTakenDown, RightsLapsed
from laotie.kernel.errors import NotFound, WrongState

pytestmark = pytest.mark.usefixtures("db", "in_english")


def test_expiry_takes_posts_down_once_and_their_creators_read_why() -> None:
    creator, event = builders.a_creator(), held.an_event()
    held.given(event, held.of(creator), scope=held.terms(ends=NOW + held.DAY))
    covered, plain = builders.a_creator(), builders.a_creator()
    held.given(event, held.of(covered), scope=held.terms(ends=NOW + held.DAY))
    held.given(event, held.of(covered), scope=held.terms(ends=NOW + 3 * held.DAY))
    post_id = held.a_public_showing(creator, event)
    stays, other = held.a_public_showing(covered, event), held.a_draft(plain, None)
    publishing.publish(actor=plain, post_id=other, now=NOW)

    assert lapses.take_down_due(now=NOW + held.DAY - timedelta(seconds=1)) == 0
    assert held.state_of(post_id) == ("PUBLISHED", "")
    results = racing.together([lambda: lapses.take_down_due(now=NOW + held.DAY) for _ in range(3)])
    assert not racing.faults(results)
    assert sum(results) == 1
    assert lapses.take_down_due(now=NOW + held.DAY) == 0

    assert held.state_of(post_id) == ("TAKEN_DOWN", "RIGHTS_EXPIRED")
    assert [held.state_of(stays)[0], held.state_of(other)[0]] == ["PUBLISHED"] * 2
    assert models.PostOccasion.objects.get(post=stays).look_again_at == NOW + 3 * held.DAY
    assert (told(RightsLapsed.name), told(PostTakenDown.name)) == (1, 1)
    (line,) = [each for each in inbox.lines(actor=creator) if each.kind == "rights_ended"]
    assert line.text == (
        "Your right to show Winter Games has ended, so this is not shown any more: 入场式."
    )


def test_what_came_down_is_taken_back_and_needs_a_right_again() -> None:
    creator, event, stranger = builders.a_creator(), held.an_event(), builders.a_creator()
    right = held.given(event, held.of(creator))
    post_id = held.a_public_showing(creator, event)
    with pytest.raises(WrongState):
        lapses.take_back(actor=creator, post_id=post_id, now=NOW)
    rights.revoke(actor=builders.an_operator(), grant_id=right.grant.id, reason="终止", now=NOW)
    assert lapses.take_down_due(now=NOW) == 1
    held.given(event, held.of(creator), scope=held.terms(begins=NOW + held.DAY))
    assert lapses.take_down_due(now=NOW + held.DAY) == 0
    assert held.state_of(post_id)[0] == "TAKEN_DOWN"

    with pytest.raises(NotFound):
        lapses.take_back(actor=stranger, post_id=post_id, now=NOW)
    assert lapses.take_back(actor=creator, post_id=post_id, now=NOW).state is PostState.WITHDRAWN
    assert lapses.take_back(actor=creator, post_id=post_id, now=NOW).cause == ""
    with pytest.raises(lacks.RightsNotYet):
        publishing.publish(actor=creator, post_id=post_id, now=NOW)
    again = publishing.publish(actor=creator, post_id=post_id, now=NOW + held.DAY)
    assert again.state is PostState.PUBLISHED


def test_only_what_a_right_took_down_is_taken_back() -> None:
    creator, event = builders.a_creator(), held.an_event()
    held.given(event, held.of(creator))
    post_id = held.a_public_showing(creator, event)
    with transaction.atomic():
        assert publishing.take_down(post_id, cause="违规", now=NOW)

    with pytest.raises(WrongState):
        lapses.take_back(actor=creator, post_id=post_id, now=NOW)
    assert held.state_of(post_id) == ("TAKEN_DOWN", "违规")


def test_what_a_right_took_down_is_not_taken_back_once_an_operator_has_decided() -> None:
    creator, judge, other = builders.a_creator(), builders.an_operator(), builders.an_operator()
    event, till = held.an_event(), NOW + held.DAY
    held.given(event, held.of(creator), scope=held.terms(ends=till))
    lapsed, plain = held.a_public_showing(creator, event), held.a_draft(creator, None)
    publishing.publish(actor=creator, post_id=plain, now=NOW)
    assert lapses.take_down_due(now=till) == 1
    held.given(event, held.of(creator), scope=held.terms(begins=till))
    # A reason that somebody types is no kind of cause, whatever it says.
    why = {"rule": "FALSE_CLAIM", "reason": "RIGHTS_EXPIRED"}
    down = [cases.take_down(actor=judge, post_id=each, now=till, **why) for each in (lapsed, plain)]
    for post_id in (lapsed, plain):
        with pytest.raises(WrongState):
            lapses.take_back(actor=creator, post_id=post_id, now=till)
        with pytest.raises(WrongState):
            cases.take_down(actor=other, post_id=post_id, now=till, **why)
        assert held.state_of(post_id) == ("TAKEN_DOWN", "RIGHTS_EXPIRED")
    assert [each.state for each in down] == [CaseState.TAKEN_DOWN] * 2
    assert told(PostTakenDown.name) == 2

    for case in down:
        cases.appeal(actor=creator, case_id=case.case_id, text="请再看", now=till)
        cases.answer(actor=other, case_id=case.case_id, is_right=True, answer="对", now=till)

    # What was not public when it was decided about is its creator's to publish.
    assert [held.state_of(lapsed), held.state_of(plain)] == [("WITHDRAWN", ""), ("PUBLISHED", "")]
    again = publishing.publish(actor=creator, post_id=lapsed, now=till)
    assert again.state is PostState.PUBLISHED


def test_a_scheduled_post_whose_right_ran_out_comes_back_with_the_cause() -> None:
    creator, event = builders.a_creator(), held.an_event()
    held.given(event, held.of(creator), scope=held.terms(ends=NOW + held.DAY))
    post_id = held.a_draft(creator, event)
    publishing.publish(actor=creator, post_id=post_id, at=NOW + held.DAY, now=NOW)

    publishing.advance_due(now=NOW + held.DAY)

    assert held.state_of(post_id) == ("DRAFT", "RIGHTS_EXPIRED")
