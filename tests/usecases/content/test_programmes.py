"""Programmes: budgets set aside by two people, progress that counts once, rewards paid once."""

from datetime import timedelta
from unittest import mock
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from tests import builders, racing, statements
from tests.builders import NOW
from tests.usecases.content import seen_posts, supported
from tests.usecases.content.supported import POSTS_3

from laotie.accounts import inbox
from laotie.accounts.models import Creator
from laotie.content import invariants, models
from laotie.content.kinds import Field
from laotie.content.posting import publishing
from laotie.content.relations import follows
from laotie.content.support import field_figures, programme_pages, programmes, progress, rewards
from laotie.content.support.programmes import EnrolledAlready, ProgrammeCard, Task
from laotie.content.support.support_kinds import ProgrammeState, TaskKind
from laotie.events.content import PostPublished
from laotie.kernel import event_log, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from laotie.ledger import invariants as books
from laotie.ledger import queries, support
from laotie.ledger.journal import InsufficientFunds
from laotie.ledger.terms import Party
from laotie.oversight.proposals import OwnProposal

pytestmark = pytest.mark.usefixtures("db")
SOON = NOW + timedelta(hours=1)
OVER = NOW + timedelta(days=30, minutes=10)


def science(creator: Actor, count: int) -> list[UUID]:
    """Public posts of the field, made in the window, and told of."""
    made = seen_posts.many([creator], count, until=NOW + timedelta(minutes=count))
    models.Post.objects.filter(pk__in=made).update(field="POPULAR_SCIENCE")
    tell(creator, made)
    return made


def tell(creator: Actor, made: list[UUID]) -> None:
    """The log says that these are public; as often as it is asked to."""
    creator_id = creator.require_creator()
    with transaction.atomic():
        event_log.publish(
            *(PostPublished(post_id=id, creator_id=creator_id, at=NOW) for id in made)
        )


def free_fen(creator: Actor) -> int:
    party = Party("creator", creator.require_creator())
    return queries.balances(party, actor=creator).available_fen


def set_aside_fen(card: ProgrammeCard) -> int:
    return queries.balances(Party("programme", card.id), actor=builders.an_operator()).available_fen


def broken() -> list[str]:
    """Invariants of programmes and books that do not hold."""
    every = {**invariants.INVARIANTS, **books.INVARIANTS}
    return [name for name, text in every.items() if sql.rows(text)]


def state_of(card: ProgrammeCard) -> str:
    found: str = models.Programme.objects.get(pk=card.id).state
    return found


def counted(card: ProgrammeCard, kind: TaskKind) -> list[int]:
    rows = models.TaskProgress.objects.filter(enrolment__programme=card.id, kind=kind.value)
    return list(rows.order_by("enrolment_id").values_list("counted", flat=True))


def test_a_programme_is_opened_by_two_and_ends_with_every_fen_in_its_place() -> None:
    card = supported.a_draft()
    proposal_id = supported.proposal_of(card)
    with pytest.raises(NotFound):
        progress.enrol(actor=builders.a_creator("早"), programme_id=card.id, now=NOW)
    programmes.confirm(actor=builders.a_financier(), proposal_id=proposal_id, now=NOW)
    assert set_aside_fen(card) == 1000_00
    wang, li = supported.enrolled(card, "王老师", "李老师")
    science(wang, 3), science(li, 2)
    supported.count()

    assert counted(card, TaskKind.POSTS) == [3, 2]
    assert programmes.close_due(now=OVER - timedelta(seconds=1)) == 0
    assert programmes.close_due(now=OVER) == 1
    assert rewards.pay_due(now=OVER) == 1
    assert rewards.pay_due(now=OVER) == 0

    done = models.Programme.objects.get(pk=card.id)
    assert (done.state, done.due_fen, done.paid_fen) == ("PAID", 200_00, 200_00)
    assert (done.returned_fen, set_aside_fen(card)) == (800_00, 0)
    assert (free_fen(wang), free_fen(li)) == (200_00, 0)
    assert [line.kind for line in inbox.lines(actor=wang)] == ["reward_paid"]
    (entry,) = programme_pages.for_creator(actor=wang, now=OVER)
    assert [(task.counted, task.amount_fen, task.is_cut) for task in entry.tasks] == [
        (3, 200_00, False)
    ]
    assert broken() == []


def test_nobody_opens_what_they_proposed_and_others_do_not_propose() -> None:
    operator = builders.an_operator()
    terms = {"actor": operator, "name_zh": "甲", "name_en": "A", "goal": "g", "field": "FOOD"}
    window = {"starts_at": NOW, "ends_at": SOON, "tasks": [POSTS_3], "budget_fen": 1}
    card = programmes.draft(**terms, **window, reason="r", now=NOW)

    with pytest.raises(OwnProposal):
        programmes.confirm(actor=operator, proposal_id=supported.proposal_of(card), now=NOW)
    with pytest.raises(NotAllowed):
        programmes.draft(
            **{**terms, "actor": builders.a_creator("外")}, **window, reason="r", now=NOW
        )

    assert state_of(card) == "DRAFT"
    assert set_aside_fen(card) == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tasks", []),
        ("tasks", [POSTS_3, POSTS_3]),
        ("tasks", [Task(TaskKind.POSTS, 0, 1)]),
        ("budget_fen", 0),
        ("field", "NONE"),
        ("ends_at", NOW),
        ("ends_at", NOW + timedelta(days=400)),
        ("aliases", ["a"] * 9),
    ],
)
def test_terms_that_cannot_be_are_refused(field: str, value: object) -> None:
    with pytest.raises(Invalid) as no:
        supported.a_draft(**{field: value})

    assert no.value.facts["field"] == field
    assert not models.Programme.objects.exists()


def test_events_that_come_twice_late_or_backwards_count_once() -> None:
    tasks = [POSTS_3, Task(TaskKind.LIVES, 1, 50_00), Task(TaskKind.WATCH_MINUTES, 1, 10_00),
             Task(TaskKind.FANS, 1, 10_00)]  # fmt: skip
    card = supported.a_programme(tasks=tasks)
    (wang,) = supported.enrolled(card, "王老师")
    made = science(wang, 4)
    models.PostFigures.objects.filter(post__in=made).update(watch_ms=60_000, believed_ms=45_000)
    supported.held(wang, at=SOON)
    supported.held(wang, at=SOON, minutes=9)
    supported.held(wang, at=NOW - timedelta(days=1))
    seen_posts.many([wang], 2, until=SOON)  # Of other fields.
    supported.count()
    tell(wang, made)
    supported.count()
    with transaction.atomic():
        publishing.take_down(made[0], cause="X", now=SOON)
    for at in (NOW, NOW + timedelta(minutes=50), NOW + timedelta(minutes=55)):
        fan, creator_id = builders.a_person(), wang.require_creator()
        follows.follow(actor=fan, creator_id=creator_id, device="", now=at)
    progress.recount_all(now=SOON)
    assert counted(card, TaskKind.FANS) == [3]
    Creator.objects.filter(pk=wang.creator_id).update(counts_since=NOW + timedelta(minutes=50))
    progress.recount_all(now=SOON)

    assert counted(card, TaskKind.POSTS) == [3]
    assert counted(card, TaskKind.LIVES) == [1]
    assert counted(card, TaskKind.WATCH_MINUTES) == [2]
    assert counted(card, TaskKind.FANS) == [2]  # One was there before the account changed hands.


def test_a_budget_that_is_too_small_is_shared_and_said() -> None:
    card = supported.a_programme(budget_fen=500_00)
    creators = supported.enrolled(card, "甲老师", "乙老师", "丙老师")
    for each in creators:
        science(each, 3)
    supported.count()

    operator = builders.an_operator()
    programmes.close(actor=operator, programme_id=card.id, reason="budget", now=SOON)
    assert rewards.pay_due(now=SOON) == 3

    assert [free_fen(each) for each in creators] == [166_66] * 3
    done = models.Programme.objects.get(pk=card.id)
    assert (done.due_fen, done.paid_fen, done.returned_fen) == (600_00, 499_98, 2)
    (entry,) = programme_pages.for_creator(actor=creators[0], now=SOON)
    assert entry.tasks[0].is_cut
    assert broken() == []


def test_rewards_that_several_pay_at_once_are_paid_once() -> None:
    card = supported.a_programme()
    creators = supported.enrolled(card, "甲老师", "乙老师", "丙老师")
    for each in creators:
        science(each, 3)
    supported.count()
    assert programmes.close_due(now=OVER) == 1

    paid = racing.together([lambda: rewards.pay_due(now=OVER)] * 4)

    assert racing.faults(paid) == []
    assert sum(paid) == 3
    assert [free_fen(each) for each in creators] == [200_00] * 3
    assert state_of(card) == "PAID"
    assert broken() == []


def test_without_its_guards_a_reward_is_counted_twice() -> None:
    card = supported.a_programme()
    science(*supported.enrolled(card, "甲老师"), 3)
    supported.count()
    assert programmes.close_due(now=OVER) == 1

    reward_id = models.Reward.objects.get().id

    with (
        racing.without_row_locks(meet_at=models.Programme),
        mock.patch("laotie.kernel.states.Step.try_take", return_value=True),
    ):
        racing.together(
            [lambda: rewards._pay(programme_id=card.id, reward_id=reward_id, now=OVER)] * 2
        )

    assert models.Programme.objects.get().paid_fen == 400_00
    assert broken() == ["content.programmes_keep_to_their_budget",
                        "content.programmes_have_set_aside_what_is_left"]  # fmt: skip
    models.Programme.objects.update(paid_fen=200_00)
    models.Reward.objects.update(state="PAID", paid_at=OVER)


def test_whoever_enrols_is_not_called_off() -> None:
    def race() -> tuple[list[object], str, int]:
        card = supported.a_programme()
        creator, operator = builders.a_creator(), builders.an_operator()
        results = racing.together([
            lambda: progress.enrol(actor=creator, programme_id=card.id, now=NOW),
            lambda: programmes.cancel(
                actor=operator, programme_id=card.id, reason="no", now=NOW
            ),
        ])  # fmt: skip
        assert racing.faults(results) == []
        enrolled = models.Enrolment.objects.filter(programme=card.id).count()
        return results, state_of(card), enrolled

    results, state, enrolled = race()
    assert (state, enrolled) in {("OPEN", 1), ("CANCELLED", 0)}
    assert sum(isinstance(each, EnrolledAlready | NotFound) for each in results) == 1
    assert broken() == []

    with racing.without_row_locks(meet_at=models.Programme):
        _results, state, enrolled = race()
    assert (state, enrolled) == ("CANCELLED", 1)
    assert broken() == ["content.cancelled_programmes_have_nobody"]
    models.TaskProgress.objects.all().delete()
    models.Enrolment.objects.filter(programme__state="CANCELLED").delete()


def test_the_account_itself_refuses_more_than_the_budget() -> None:
    card = supported.a_programme()
    (wang,) = supported.enrolled(card, "王老师")

    with pytest.raises(InsufficientFunds), transaction.atomic():
        support.pay(
            card.id, programme_id=card.id, creator_id=wang.require_creator(),
            amount_fen=1000_01, trace={}, now=NOW,
        )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        models.Programme.objects.filter(pk=card.id).update(returned_fen=1000_01)

    assert free_fen(wang) == 0
    assert set_aside_fen(card) == 1000_00


def test_what_is_called_off_goes_back_and_opens_no_more() -> None:
    operator = builders.an_operator()
    opened, waits = supported.a_programme(), supported.a_draft()

    for card in (opened, waits):
        programmes.cancel(actor=operator, programme_id=card.id, reason="no", now=NOW)

    assert set_aside_fen(opened) == 0
    with pytest.raises(WrongState):
        programmes.confirm(
            actor=builders.a_financier(), proposal_id=supported.proposal_of(waits), now=NOW
        )
    assert state_of(waits) == "CANCELLED"
    assert broken() == []


def test_a_field_before_and_after_is_told_by_definition() -> None:
    card = supported.a_programme()
    wang, li = supported.enrolled(card, "王老师", "李老师")
    made = science(wang, 3)
    supported.held(wang, at=SOON)
    supported.held(li, at=SOON)
    other = seen_posts.many([li], 1, until=SOON)
    seen_posts.watch(builders.a_person(), made[:1], at=SOON)
    seen_posts.watch(builders.a_person(), other, at=SOON)
    seen_posts.add_up()
    supported.count()
    later = NOW + timedelta(days=1)

    field_figures.note_day(now=later)
    field_figures.note_day(now=later)

    day = field_figures.latest()[Field.POPULAR_SCIENCE]
    assert (day.creators, day.active, day.people, day.viewers) == (2, 1, 2, 1)
    assert (day.active_bps, day.penetration_bps) == (5000, 5000)
    assert field_figures.latest()[Field.SPORT].active_bps is None
    found = programme_pages.file_of(card.id, actor=builders.an_operator(), now=later)
    assert (found.before.active, found.after.active, found.enrolled) == (0, 1, 2)
    assert found.last_day == day
    assert state_of(card) == ProgrammeState.OPEN


def test_pages_cost_as_much_for_many_as_for_one() -> None:
    operator = builders.an_operator()
    card = supported.a_programme()
    (wang,) = supported.enrolled(card, "王老师")

    def cost() -> tuple[int, int]:
        with statements.counted() as of_desk:
            programme_pages.file_of(card.id, actor=operator, now=NOW)
        with statements.counted() as of_creator:
            programme_pages.for_creator(actor=wang, now=NOW)
        return len(of_desk), len(of_creator)

    few = cost()
    supported.enrolled(card, "甲", "乙", "丙")
    for _n in range(3):
        progress.enrol(actor=wang, programme_id=supported.a_programme().id, now=NOW)

    assert cost() == few == (12, 5)
