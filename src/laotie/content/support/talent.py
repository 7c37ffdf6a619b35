"""Agreements with talents: what they promise, whether it came, and who is told when it did not.

Met and missed are counted from public posts and shows held, by the calendar of the installation.
Who is exclusive sells only here: a link of theirs to another network is told of too.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop as _

from laotie.accounts import creators, inbox
from laotie.content import models, rules
from laotie.content.kinds import Field
from laotie.content.support import shows_held, support_kinds, support_rules
from laotie.content.support.support_kinds import AgreementState, AlertCause
from laotie.content.support.support_rules import Deliverable, Terms, Week
from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.kernel.text import clean_line
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.links import listings

_NOTICES = {
    AlertCause.QUIET: inbox.NoticeKind.TALENT_QUIET,
    AlertCause.POSTS_MISSED: inbox.NoticeKind.POSTS_MISSED,
    AlertCause.LIVES_MISSED: inbox.NoticeKind.LIVES_MISSED,
    AlertCause.LINKED_OUT: inbox.NoticeKind.LINKED_OUT,
}


class AgreementRuns(Refusal):
    code = "AGREEMENT_RUNS"
    message = _("This creator has an agreement already. End it first.")


@dataclass(frozen=True, slots=True)
class AlertCard:
    """done, due: days without a sign of days allowed; or what came of what was promised; or links
    that were put up of none.
    """

    id: UUID
    cause: AlertCause
    since_on: date
    done: int
    due: int
    raised_at: datetime
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class AgreementCard:
    """An agreement. ended_on: when it ended, if it has."""

    id: UUID
    public_id: str
    creator_id: UUID
    creator: str
    field: Field
    is_exclusive: bool
    terms: Terms
    contract: str
    state: AgreementState
    reason: str
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class TalentFile:
    """How an agreement goes. deliverables, weeks: oldest first; alerts: newest first.

    kept_bps: the latest four whole weeks as a part of the first four; None if they do not compare.
    quiet_days: since the last sign, or since the first day.
    """

    card: AgreementCard
    weeks: tuple[Week, ...]
    kept_bps: int | None
    deliverables: tuple[Deliverable, ...]
    alerts: tuple[AlertCard, ...]
    quiet_days: int

    @property
    def met(self) -> int:
        return sum(each.is_met for each in self.deliverables if each.is_over)

    @property
    def over(self) -> int:
        return sum(each.is_over for each in self.deliverables)


@use_case
def sign(
    *,
    actor: Actor,
    creator_id: UUID,
    field: str,
    is_exclusive: bool,
    starts_on: date,
    ends_on: date,
    posts_a_week: int,
    lives_a_month: int,
    quiet_days: int = support_kinds.QUIET_DAYS,
    contract: str = "",
    now: datetime,
) -> AgreementCard:
    """The agreement counts from its first day to its last.

    raises: SignInFirst, SecondStepNeeded, NotAllowed, NotFound, Invalid, AgreementRuns.
    """
    actor.require_role("operator")
    card = creators.card(creator_id)
    _bounded(posts_a_week, 0, support_kinds.MOST_POSTS_A_WEEK, "posts_a_week")
    _bounded(lives_a_month, 0, support_kinds.MOST_LIVES_A_MONTH, "lives_a_month")
    _bounded(quiet_days, 1, support_kinds.MOST_QUIET_DAYS, "quiet_days")
    if not posts_a_week and not lives_a_month:
        raise Invalid(field="posts_a_week", reason="required")
    days = (ends_on - starts_on).days
    if not 0 <= days <= support_kinds.LONGEST_AGREEMENT_DAYS or ends_on < today_of(now):
        raise Invalid(field="ends_on", reason="time")
    if field not in set(Field):
        raise Invalid(field="field", reason="choice")
    # A new one begins where the old one ended; two that run at once are refused by the database.
    _end_over([creator_id], now=now)
    made = models.TalentAgreement(
        creator_id=card.id,
        field=field,
        is_exclusive=is_exclusive,
        starts_on=starts_on,
        ends_on=ends_on,
        posts_a_week=posts_a_week,
        lives_a_month=lives_a_month,
        quiet_days=quiet_days,
        contract=clean_line(contract, field="contract", longest=80, required=False),
        signed_at=now,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise AgreementRuns from error
    return _card(made, card.name)


@use_case
def end(*, actor: Actor, agreement_id: UUID, reason: str, now: datetime) -> None:
    """It counts no more from today on.

    raises: SignInFirst, SecondStepNeeded, NotAllowed, NotFound, Invalid (no reason), WrongState.
    """
    actor.require_role("operator")
    said = clean_line(reason, field="reason", longest=200)
    if not models.TalentAgreement.objects.filter(pk=agreement_id).exists():
        raise NotFound
    support_kinds.END.take(
        models.TalentAgreement.objects, agreement_id, reason=said, ended_on=today_of(now)
    )


@use_case
def see(*, actor: Actor, alert_id: UUID, now: datetime) -> None:
    """Somebody takes care of the alert; asked again, nothing changes.

    raises: SignInFirst, SecondStepNeeded, NotAllowed, NotFound.
    """
    actor.require_role("operator")
    rows = models.TalentAlert.objects.filter(pk=alert_id)
    if not rows.filter(seen_at__isnull=True).update(seen_at=now) and not rows.exists():
        raise NotFound


@use_case
def watch(*, now: datetime) -> int:
    """Tell of each talent who went quiet, missed what was due, or is exclusive and put up a link
    to another network; how many alerts are new.

    Each cause is told once, to the talent and on the desk. A fixed number of queries.
    """
    _end_over(None, now=now)
    rows = list(
        models.TalentAgreement.objects.select_for_update()
        .filter(state=AgreementState.ACTIVE.value, starts_on__lte=today_of(now))
        .order_by("id")
    )
    wanted = _alerts_of(rows, now=now)
    known = set(
        models.TalentAlert.objects.filter(agreement__in=[row.id for row in rows]).values_list(
            "agreement_id", "cause", "since_on"
        )
    )
    fresh = [each for each in wanted if (each.agreement_id, each.cause, each.since_on) not in known]
    models.TalentAlert.objects.bulk_create(fresh)
    cards = creators.cards({row.creator_id for row in rows})
    people = {row.id: cards[row.creator_id].person_id for row in rows}
    inbox.post_many(
        [
            inbox.Posting(
                people[each.agreement_id],
                _NOTICES[AlertCause(each.cause)],
                {
                    "days": each.done,
                    "done": each.done,
                    "due": each.due,
                    "day": each.since_on.isoformat(),
                },
                f"{ids.public('tal', each.agreement_id)}:{each.since_on:%y%m%d}",
            )
            for each in fresh
        ],
        now=now,
    )
    return len(fresh)


def file_of(agreement_id: UUID, *, actor: Actor, now: datetime) -> TalentFile:
    """How one agreement goes, for operators. Five queries. raises: NotAllowed, NotFound."""
    actor.require_role("operator")
    row = models.TalentAgreement.objects.filter(pk=agreement_id).first()
    if row is None:
        raise NotFound
    (found,) = _files([row], now=now)
    return found


def mine(*, actor: Actor, now: datetime) -> tuple[TalentFile, ...]:
    """One's own agreements, newest first. At most five queries. raises: NotAllowed."""
    creator_id = actor.require_creator()
    rows = models.TalentAgreement.objects.filter(creator=creator_id).order_by("-id")[:10]
    return tuple(_files(list(rows), now=now))


def listed(
    *, actor: Actor, state: str = AgreementState.ACTIVE.value, now: datetime, most: int = 100
) -> tuple[TalentFile, ...]:
    """The newest first, for operators. Five queries. raises: NotAllowed, NotFound."""
    actor.require_role("operator")
    if state not in set(AgreementState):
        raise NotFound
    rows = models.TalentAgreement.objects.filter(state=state).order_by("-id")[:most]
    return tuple(_files(list(rows), now=now))


def today_of(now: datetime) -> date:
    """The day by the installation's clock."""
    return now.astimezone(_zone()).date()


def _files(rows: list[models.TalentAgreement], *, now: datetime) -> list[TalentFile]:
    if not rows:
        return []
    cards = creators.cards({row.creator_id for row in rows})
    posts, lives = _works(rows, now=now)
    alerts: dict[UUID, list[AlertCard]] = {}
    for alert in models.TalentAlert.objects.filter(agreement__in=rows).order_by("-raised_at", "id"):
        alerts.setdefault(alert.agreement_id, []).append(_alert(alert))
    found = []
    for row in rows:
        terms, until = _terms(row), min(today_of(now), row.ends_on, row.ended_on or row.ends_on)
        made, held = posts.get(row.creator_id, []), lives.get(row.creator_id, [])
        weeks = support_rules.curve(row.starts_on, until, posts=made, lives=held)
        last = max((d for d in [*made, *held] if row.starts_on <= d <= until), default=None)
        found.append(
            TalentFile(
                card=_card(row, cards[row.creator_id].name),
                weeks=tuple(weeks),
                kept_bps=support_rules.kept_bps(weeks),
                deliverables=tuple(
                    support_rules.deliverables(
                        terms,
                        posts=made,
                        lives=held,
                        today=min(today_of(now), terms.ends_on + timedelta(days=1)),
                    )
                ),
                alerts=tuple(alerts.get(row.id, [])),
                quiet_days=max(0, (until - (last or row.starts_on)).days),
            )
        )
    return found


def _alerts_of(rows: list[models.TalentAgreement], *, now: datetime) -> list[models.TalentAlert]:
    if not rows:
        return []
    today = today_of(now)
    posts, lives = _works(rows, now=now)
    links = _links_out(rows, now=now)
    found = []
    for row in rows:
        terms = _terms(row)
        made, held = posts.get(row.creator_id, []), lives.get(row.creator_id, [])
        missed = [
            (each.cause, each.first_on, each.done, each.due)
            for each in support_rules.deliverables(terms, posts=made, lives=held, today=today)
            if each.is_over and not each.is_met
        ]
        since = support_rules.quiet_since(terms, works=[*made, *held], today=today)
        if since is not None:
            missed.append((AlertCause.QUIET, since, (today - since).days, terms.quiet_days))
        if row.is_exclusive:
            missed += [
                (AlertCause.LINKED_OUT, day, count, 0)
                for day, count in Counter(links.get(row.creator_id, [])).items()
                if terms.starts_on <= day <= terms.ends_on
            ]
        found += [
            models.TalentAlert(
                agreement=row, cause=cause.value, since_on=day, done=done, due=due, raised_at=now
            )
            for cause, day, done, due in missed
        ]
    return found


def _links_out(rows: list[models.TalentAgreement], *, now: datetime) -> dict[UUID, list[date]]:
    """On which days those who are exclusive put up links to other networks. At most one query."""
    bound = [row for row in rows if row.is_exclusive]
    if not bound:
        return {}
    zone = _zone()
    since = datetime.combine(min(row.starts_on for row in bound), time(), zone)
    made = listings.put_up_by({row.creator_id for row in bound}, since=since, until=now)
    return {id: [at.astimezone(zone).date() for at in moments] for id, moments in made.items()}


def _works(
    rows: list[models.TalentAgreement], *, now: datetime
) -> tuple[dict[UUID, list[date]], dict[UUID, list[date]]]:
    """On which days the creators published posts and began shows. Two queries."""
    zone = _zone()
    since = datetime.combine(min(row.starts_on for row in rows), time(), zone)
    who = {row.creator_id for row in rows}
    published = (
        models.Post.objects.filter(creator__in=who, published_at__gte=since, published_at__lte=now)
        .exclude(state__in=[state.value for state in rules.CLOSED])
        .values_list("creator_id", "published_at")
    )
    posts: dict[UUID, list[date]] = {}
    for creator_id, at in published:
        assert at is not None, "asked for by its moment"
        posts.setdefault(creator_id, []).append(at.astimezone(zone).date())
    held = shows_held.moments(who, since, now + timedelta(seconds=1))
    lives = {id: [at.astimezone(zone).date() for at in moments] for id, moments in held.items()}
    return posts, lives


@needs_transaction
def _end_over(creator_ids: Collection[UUID] | None, *, now: datetime) -> None:
    """Agreements whose last day is over have ended with it, a day after all alerts were raised."""
    over = models.TalentAgreement.objects.filter(
        state=AgreementState.ACTIVE.value, ends_on__lt=today_of(now) - timedelta(days=1)
    )
    if creator_ids is not None:
        over = models.TalentAgreement.objects.filter(
            state=AgreementState.ACTIVE.value,
            ends_on__lt=today_of(now),
            creator__in=creator_ids,
        )
    for row in over.order_by("id"):
        support_kinds.END.try_take(models.TalentAgreement.objects, row.id, ended_on=row.ends_on)


def _terms(row: models.TalentAgreement) -> Terms:
    """What was promised; an agreement that was ended promises nothing from that day on."""
    last = row.ends_on
    if row.ended_on is not None and row.ended_on < row.ends_on:
        last = row.ended_on - timedelta(days=1)
    return Terms(row.starts_on, last, row.posts_a_week, row.lives_a_month, row.quiet_days)


def _card(row: models.TalentAgreement, name: str) -> AgreementCard:
    return AgreementCard(
        id=row.id,
        public_id=ids.public("tal", row.id),
        creator_id=row.creator_id,
        creator=name,
        field=Field(row.field),
        is_exclusive=row.is_exclusive,
        terms=Terms(
            row.starts_on, row.ends_on, row.posts_a_week, row.lives_a_month, row.quiet_days
        ),
        contract=row.contract,
        state=AgreementState(row.state),
        reason=row.reason,
        ended_on=row.ended_on,
    )


def _alert(row: models.TalentAlert) -> AlertCard:
    return AlertCard(
        row.id,
        AlertCause(row.cause),
        row.since_on,
        row.done,
        row.due,
        row.raised_at,
        row.seen_at,
    )


def _bounded(value: int, least: int, most: int, name: str) -> None:
    if isinstance(value, bool) or not least <= value <= most:
        raise Invalid(field=name, reason="range")


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)
