"""Figures of links that lead out of the house beside those of what is sold in it, for the desk."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from laotie.catalog import queries as catalog
from laotie.kernel.actor import Actor
from laotie.links import hits, leaks, rehearsal
from laotie.links.hits import OwnerHit
from laotie.links.leaks import Leak
from laotie.links.policy import LinkRule
from laotie.links.rehearsal import Bounds, House, Rehearsal
from laotie.trade import turnover


@dataclass(frozen=True, slots=True)
class Day:
    """Turnover by the day of payment, in fen: here, and elsewhere by links."""

    on: date
    here_fen: int
    elsewhere_fen: int


@dataclass(frozen=True, slots=True)
class ClosedLoop:
    """Thirty days, the oldest first. rate_bps: turnover here, of all; None without any.

    gone: shops that sold in the thirty days before and not in these; gone_with_links: of them,
    those with links elsewhere that stand.
    """

    days: tuple[Day, ...]
    here_fen: int
    elsewhere_fen: int
    rate_bps: int | None
    leaks: tuple[Leak, ...]
    gone: int
    gone_with_links: int


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A rehearsal with what the house itself sells beside it."""

    found: Rehearsal
    house: House
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class Dependent:
    """A shop or creator that a rehearsed rule hits, and the window's turnover of theirs here.

    elsewhere_bps: turnover by all their links, of it and that here together; None without any.
    """

    hit: OwnerHit
    here_fen: int
    elsewhere_bps: int | None


def rehearse(
    *, actor: Actor, at: datetime, draft: LinkRule | None = None, now: datetime
) -> Rehearsed:
    """As `rehearsal.rehearse`, with real figures of the house. Nine queries at most.

    raises: SignInFirst, SecondStepNeeded, NotAllowed.
    """
    since = now - rehearsal.WINDOW
    days = turnover.by_day(actor=actor, since=since, until=now, zone=settings.TIME_ZONE)
    house = House(catalog.on_sale_count(), sum(day.fen for day in days))
    found = rehearsal.rehearse(actor=actor, at=at, house=house, draft=draft, now=now)
    theirs_fen = turnover.of_parties(
        actor=actor,
        shop_ids=found.owners.shops,
        creator_ids=found.owners.creators,
        since=since,
        until=now,
    )
    return Rehearsed(found, house, rehearsal.bounds(found, house=house, theirs_fen=theirs_fen))


def owners_hit(found: Rehearsal, *, actor: Actor, most: int | None = None) -> tuple[Dependent, ...]:
    """Who has links that would stop, and how much of theirs is elsewhere. At most four queries.

    most:   how many, those with the most turnover by such links; None: all.
    raises: SignInFirst, SecondStepNeeded, NotAllowed.
    """
    hit = hits.owners(found, actor=actor, most=most)
    here = turnover.by_party(
        actor=actor,
        shop_ids=[each.shop_id for each in hit if each.shop_id],
        creator_ids=[each.creator_id for each in hit if each.creator_id],
        since=found.since,
        until=found.until,
    )

    def beside(each: OwnerHit) -> Dependent:
        here_fen = here.get(each.id, 0)
        both = here_fen + each.elsewhere_fen
        return Dependent(each, here_fen, each.elsewhere_fen * 10_000 // both if both else None)

    return tuple(beside(each) for each in hit)


def closed_loop(*, actor: Actor, now: datetime) -> ClosedLoop:
    """How much of what is sold is sold here, day by day, and where the rest leaves. Five queries.

    raises: SignInFirst, SecondStepNeeded, NotAllowed.
    """
    since, zone = now - rehearsal.WINDOW, settings.TIME_ZONE
    here = {
        day.on: day.fen for day in turnover.by_day(actor=actor, since=since, until=now, zone=zone)
    }
    elsewhere = leaks.by_day(actor=actor, since=since, until=now, zone=zone)
    first, last = timezone.localdate(since), timezone.localdate(now)
    calendar = [first + timedelta(days=each) for each in range((last - first).days + 1)]
    before = since - rehearsal.WINDOW
    gone = turnover.gone_shops(actor=actor, since=before, until=since, now=now)
    here_fen, elsewhere_fen = sum(here.values()), sum(elsewhere.values())
    both = here_fen + elsewhere_fen
    return ClosedLoop(
        days=tuple(Day(day, here.get(day, 0), elsewhere.get(day, 0)) for day in calendar),
        here_fen=here_fen,
        elsewhere_fen=elsewhere_fen,
        rate_bps=here_fen * 10_000 // both if both else None,
        leaks=leaks.per_surface(actor=actor, since=since, until=now),
        gone=len(gone),
        gone_with_links=leaks.linking(gone, actor=actor),
    )
