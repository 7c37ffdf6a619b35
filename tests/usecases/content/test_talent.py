"""Agreements with talents: what is due by the calendar, and who is told when it does not come."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from tests import builders, racing, statements
from tests.telling import kinds_told
from tests.usecases.content import seen_posts, supported

from laotie.accounts import inbox
from laotie.content import models
from laotie.content.posting import publishing
from laotie.content.support import talent
from laotie.content.support.support_kinds import AlertCause
from laotie.content.support.talent import AgreementRuns
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from laotie.links import listings

pytestmark = pytest.mark.usefixtures("db")
MONDAY, LAST = date(2026, 9, 7), date(2026, 12, 31)
START = datetime(2026, 9, 6, 16, 30, tzinfo=UTC)  # Half past midnight on Monday in Shanghai.


def alerts() -> list[tuple[str, date, int, int]]:
    rows = models.TalentAlert.objects.order_by("raised_at", "since_on", "cause")
    return [(row.cause, row.since_on, row.done, row.due) for row in rows]


def test_each_cause_is_told_once_to_the_talent_and_the_desk() -> None:
    star, operator = builders.a_creator("星"), builders.an_operator()
    agreement_id = supported.signed(star, MONDAY, LAST, now=START)
    seen_posts.many([star], 2, until=START + timedelta(minutes=5))
    supported.held(star, at=START + timedelta(days=1))
    supported.count()

    assert talent.watch(now=START + timedelta(days=7)) == 0
    assert talent.watch(now=START + timedelta(days=8)) == 1
    assert talent.watch(now=START + timedelta(days=9)) == 0
    assert alerts() == [("QUIET", date(2026, 9, 8), 7, 7)]
    assert talent.watch(now=START + timedelta(days=14)) == 1
    supported.held(star, at=START + timedelta(days=14, hours=1))
    supported.count()
    assert talent.watch(now=START + timedelta(days=15)) == 0

    assert alerts()[1:] == [("POSTS_MISSED", date(2026, 9, 14), 0, 2)]
    assert kinds_told(star) == ["posts_missed", "talent_quiet"]
    found = talent.file_of(agreement_id, actor=operator, now=START + timedelta(days=15))
    assert [(week.posts, week.lives) for week in found.weeks] == [(2, 1), (0, 0), (0, 1)]
    assert (found.met, found.over, found.quiet_days) == (1, 2, 1)
    assert [each.cause for each in found.alerts] == [AlertCause.POSTS_MISSED, AlertCause.QUIET]
    talent.see(actor=operator, alert_id=found.alerts[0].id, now=START + timedelta(days=15))
    assert models.TalentAlert.objects.filter(seen_at__isnull=True).count() == 1


@pytest.mark.usefixtures("in_english")
def test_who_is_exclusive_and_leads_elsewhere_is_told_of_once_a_day() -> None:
    star, free = builders.a_creator("星"), builders.a_creator("风")
    for creator, is_exclusive in ((star, True), (free, False)):
        supported.signed(
            creator, MONDAY, LAST, lives_a_month=0, quiet_days=60, is_exclusive=is_exclusive,
            now=START,
        )  # fmt: skip
    builders.a_link_rule("allow", "jd", now=START - timedelta(days=30))
    for url, days in (("/0", -1), ("/1", 1), ("/2", 1), ("/3", 3)):
        for creator in (star, free):
            listings.publish_own(
                actor=creator, surface="profile", url=f"https://jd.com{url}",
                now=START + timedelta(days=days),
            )  # fmt: skip

    assert talent.watch(now=START + timedelta(days=2)) == 1
    assert talent.watch(now=START + timedelta(days=2)) == 0
    assert talent.watch(now=START + timedelta(days=4)) == 1

    assert alerts() == [
        ("LINKED_OUT", date(2026, 9, 8), 2, 0), ("LINKED_OUT", date(2026, 9, 10), 1, 0),
    ]  # fmt: skip
    assert (kinds_told(star), kinds_told(free)) == (["linked_out"] * 2, [])
    told = inbox.lines(actor=star)[0].text
    assert "sell only here" in told


def test_two_watchers_at_once_tell_once() -> None:
    star = builders.a_creator("星")
    supported.signed(star, MONDAY, LAST, now=START)

    results = racing.together([lambda: talent.watch(now=START + timedelta(days=7))] * 3)

    assert racing.faults(results) == []
    assert sorted(results) == [0, 0, 2]
    assert [cause for cause, *_rest in alerts()] == ["POSTS_MISSED", "QUIET"]


def test_a_month_counts_by_the_calendar_of_the_place() -> None:
    star = builders.a_creator("星")
    supported.signed(star, date(2026, 9, 1), LAST, posts_a_week=0, quiet_days=60, now=START)
    supported.held(star, at=datetime(2026, 9, 30, 15, 59, tzinfo=UTC))
    supported.held(star, at=datetime(2026, 10, 31, 16, 0, tzinfo=UTC))  # November in Shanghai.
    supported.count()

    talent.watch(now=datetime(2026, 11, 2, tzinfo=UTC))

    assert alerts() == [("LIVES_MISSED", date(2026, 10, 1), 0, 1)]


def test_what_was_taken_down_by_the_platform_did_not_come() -> None:
    star = builders.a_creator("星")
    supported.signed(star, MONDAY, LAST, lives_a_month=0, now=START)
    made = seen_posts.many([star], 2, until=START + timedelta(minutes=5))
    with transaction.atomic():
        publishing.take_down(made[0], cause="X", now=START)

    talent.watch(now=START + timedelta(days=7))

    assert ("POSTS_MISSED", MONDAY, 1, 2) in alerts()


def test_nobody_has_two_agreements_at_once_and_one_ends_with_a_reason() -> None:
    star, operator = builders.a_creator("星"), builders.an_operator()
    agreement_id = supported.signed(star, MONDAY, LAST, now=START)
    with pytest.raises(AgreementRuns):
        supported.signed(star, MONDAY, LAST, now=START)
    with pytest.raises(Invalid):
        talent.end(actor=operator, agreement_id=agreement_id, reason=" ", now=START)

    talent.end(actor=operator, agreement_id=agreement_id, reason="agreed", now=START)
    with pytest.raises(WrongState):
        talent.end(actor=operator, agreement_id=agreement_id, reason="again", now=START)

    assert talent.watch(now=START + timedelta(days=30)) == 0
    assert supported.signed(star, MONDAY, LAST, now=START) != agreement_id


def test_an_agreement_ends_by_itself_after_its_last_week_was_judged() -> None:
    star = builders.a_creator("星")
    sunday = date(2026, 9, 13)
    supported.signed(star, MONDAY, sunday, lives_a_month=0, quiet_days=60, now=START)

    assert talent.watch(now=START + timedelta(days=7)) == 1
    assert talent.watch(now=START + timedelta(days=8)) == 0

    row = models.TalentAgreement.objects.get()
    assert (row.state, row.ended_on) == ("ENDED", sunday)
    assert alerts() == [("POSTS_MISSED", MONDAY, 0, 2)]


@pytest.mark.parametrize(
    "terms",
    [
        {"posts_a_week": 0, "lives_a_month": 0},
        {"posts_a_week": 22},
        {"lives_a_month": -1},
        {"quiet_days": 0},
        {"field": "NONE"},
    ],
)
def test_terms_that_cannot_be_are_refused(terms: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        supported.signed(builders.a_creator(), MONDAY, LAST, now=START, **terms)

    assert not models.TalentAgreement.objects.exists()


def test_agreements_are_for_operators_and_ones_own() -> None:
    star, other = builders.a_creator("星"), builders.a_creator("他")
    agreement_id = supported.signed(star, MONDAY, LAST, now=START)

    with pytest.raises(NotAllowed):
        talent.file_of(agreement_id, actor=star, now=START)
    with pytest.raises(NotFound):
        talent.file_of(UUID(int=1), actor=builders.an_operator(), now=START)
    assert [file.card.id for file in talent.mine(actor=star, now=START)] == [agreement_id]
    assert talent.mine(actor=other, now=START) == ()


def test_reading_and_watching_cost_as_much_for_many_as_for_one() -> None:
    star, operator, at = builders.a_creator("星"), builders.an_operator(), START + timedelta(days=8)
    agreement_id = supported.signed(star, MONDAY, LAST, now=START)

    def cost() -> tuple[int, ...]:
        counts = []
        for work in (
            lambda: talent.watch(now=at),
            lambda: talent.file_of(agreement_id, actor=operator, now=at),
            lambda: talent.listed(actor=operator, now=at),
            lambda: talent.mine(actor=star, now=at),
        ):
            with statements.counted() as sent:
                work()
            counts.append(len(sent))
        return tuple(counts)

    few = cost()
    for name in ("甲", "乙", "丙"):
        other = builders.a_creator(name)
        supported.signed(other, MONDAY, LAST, now=START)
        seen_posts.many([other], 3, until=START + timedelta(minutes=5))
        supported.held(other, at=START)
    supported.count()

    assert cost() == few
    assert few[1:] == (5, 5, 5)
    assert len({row.agreement_id for row in models.TalentAlert.objects.all()}) == 4
