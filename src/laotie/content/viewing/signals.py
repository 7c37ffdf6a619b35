"""What viewers do with posts, told by their pages and added up from the event log.

A visit is a fact of its own in the log; counts are made of many at a time by one reader, so that a
post seen by thousands is one row changed a batch, not thousands. Told twice, it counts once.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from laotie.content import models
from laotie.content.kinds import PostState
from laotie.content.models.signals import LEAST_WATCH_MS, MOST_WATCH_MS
from laotie.content.viewing import marks, ranking, watch_time
from laotie.content.viewing.ranking import WEIGHTS, Place
from laotie.events.content import PostVisited
from laotie.events.trade import PostSold
from laotie.kernel import event_log, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid
from laotie.kernel.use_case import needs_transaction, use_case

MOST_VISITS = 50
# Kin is found from the tastes of so many people who looked last, and so many creators of each.
_KIN_PEOPLE, _KIN_CREATORS = 5_000, 50


@dataclass(frozen=True, slots=True)
class Seen:
    """One visit as the viewer's page tells it. id: made by the page. watch_ms: from 1,000 on.

    is_paid: the place was bought; for whoever sold it to say, never for the page. Nothing sells
        places yet, so that every visit is organic.
    mark: of `marks`, as the page carried it; empty where it had none.
    """

    id: UUID
    post_id: UUID
    place: Place
    watch_ms: int
    is_complete: bool
    is_paid: bool = False
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of one post; see `models.PostFigures`."""

    visits: int = 0
    watch_ms: int = 0
    believed_ms: int = 0
    completions: int = 0
    other_visits: int = 0
    paid_visits: int = 0
    paid_watch_ms: int = 0
    likes: int = 0
    all_likes: int = 0
    buys: int = 0


@use_case
def tell(*, actor: Actor, visits: Sequence[Seen], now: datetime) -> int:
    """What the actor, or a guest, looked at is in the log; how many visits were taken.

    Posts that nobody sees, and one's own, are passed over.
    visits: up to 50. raises: Invalid.
    """
    if len(visits) > MOST_VISITS:
        raise Invalid(field="visits", reason="range")
    if any(not LEAST_WATCH_MS <= one.watch_ms <= MOST_WATCH_MS for one in visits):
        raise Invalid(field="watch_ms", reason="range")
    public = models.Post.objects.filter(
        pk__in={one.post_id for one in visits}, state=PostState.PUBLISHED.value
    )
    if actor.creator_id is not None:
        public = public.exclude(creator=actor.creator_id)
    known = set(public.values_list("pk", flat=True))
    taken = [one for one in visits if one.post_id in known]
    event_log.publish(
        *(
            PostVisited(
                visit_id=one.id,
                post_id=one.post_id,
                person_id=actor.person_id,
                place=one.place.value,
                is_paid=one.is_paid,
                watch_ms=one.watch_ms,
                is_complete=one.is_complete,
                at=now,
                formula=marks.version_of(one.mark, one.post_id),
            )
            for one in taken
        )
    )
    return len(taken)


def figures(post_ids: Collection[UUID]) -> dict[UUID, Figures]:
    """Counts of those posts that have any. One query."""
    names = [field.name for field in fields(Figures)]
    rows = models.PostFigures.objects.filter(pk__in=post_ids).values_list("pk", *names)
    return {post_id: Figures(*counts) for post_id, *counts in rows}


@needs_transaction
def opened(post_ids: Sequence[UUID]) -> None:
    """Posts that went public can be found by their heat. Doing it again changes nothing."""
    published = models.Post.objects.filter(pk__in=post_ids, published_at__isnull=False)
    models.PostFigures.objects.bulk_create(
        [
            models.PostFigures(post_id=post_id, heat=ranking.heat(published_at))
            for post_id, published_at in published.values_list("pk", "published_at")
            if published_at is not None
        ],
        ignore_conflicts=True,
    )


@needs_transaction
def count(visits: Sequence[PostVisited]) -> None:
    """Visits are kept, and are part of their posts' figures and of their viewers' tastes.

    What each tells of time is believed as far as it can be true (`watch_time`).
    """
    _hold()
    rows = sql.rows(
        sql.text("content", "count_visits"),
        {
            "ids": [one.visit_id for one in visits],
            "posts": [one.post_id for one in visits],
            "people": [one.person_id for one in visits],
            "places": [one.place for one in visits],
            "paid": [one.is_paid for one in visits],
            "watch_ms": [one.watch_ms for one in visits],
            "complete": [one.is_complete for one in visits],
            "at": [one.at for one in visits],
            "formulas": [one.formula for one in visits],
            "loops": watch_time.LOOPS,
            "still_ms": watch_time.STILL_MS,
            "most_a_day_ms": watch_time.MOST_A_DAY_MS,
        },
    )
    tastes = [row for row in rows if row[0] is not None]
    if tastes:
        sql.change(
            sql.text("content", "add_tastes"),
            {
                "people": [row[0] for row in tastes],
                "creators": [row[1] for row in tastes],
                "weights": [float(row[2]) for row in tastes],
                "at": [row[4] for row in tastes],
                "taste_half_life_d": WEIGHTS.taste_half_life_d,
            },
        )
    set_heat([row[3] for row in rows if row[0] is None])


@needs_transaction
def credit(sold: Sequence[PostSold]) -> None:
    """Paid orders count for the posts that their goods were found in, but for one's own."""
    rows = sql.rows(
        sql.text("content", "count_buys"),
        {
            "orders": [one.order_id for one in sold],
            "posts": [one.post_id for one in sold],
            "buyers": [one.buyer_id for one in sold],
            "at": [one.paid_at for one in sold],
        },
    )
    set_heat([post_id for (post_id,) in rows])


@needs_transaction
def take_back(order_id: UUID, *, now: datetime) -> None:
    """An order whose money went back ranks no post, also if it is told of as paid only after this.

    Doing it again changes nothing.
    """
    models.RefundedOrder.objects.bulk_create(
        [models.RefundedOrder(order=order_id, noted_at=now)], ignore_conflicts=True
    )
    rows = sql.rows(sql.text("content", "take_back_buys"), {"order": order_id})
    set_heat([post_id for (post_id,) in rows])


@needs_transaction
def recount(creator_id: UUID, *, since: datetime) -> None:
    """What was watched and bought of a creator before that moment ranks them no more.

    The orders are kept, as those that do not count. Doing it again is once.
    """
    _hold()
    told = {"creator": creator_id, "since": since}
    rows = sql.rows(sql.text("content", "recount_visits"), told)
    rows += sql.rows(sql.text("content", "recount_buys"), told)
    models.Taste.objects.filter(creator=creator_id).delete()
    models.Taste.objects.bulk_create(
        [
            models.Taste(person_id=person_id, creator_id=creator_id, weight=float(watched), at=at)
            for person_id, watched, at in sql.rows(sql.text("content", "recount_tastes"), told)
        ]
    )
    models.Kin.objects.filter(Q(creator=creator_id) | Q(other=creator_id)).delete()
    set_heat(sorted({post_id for (post_id,) in rows}))


@use_case
def find_kin(*, now: datetime) -> int:
    """Which creators the same people watch is known anew; how many pairs there are."""
    rows = sql.rows(
        "SELECT t.person_id, t.creator_id, t.weight, t.at FROM ("
        " SELECT person_id, max(at) AS last FROM content_taste GROUP BY person_id"
        " ORDER BY last DESC LIMIT %s) people CROSS JOIN LATERAL ("
        " SELECT * FROM content_taste WHERE person_id = people.person_id"
        " ORDER BY at DESC LIMIT %s) t",
        [_KIN_PEOPLE, _KIN_CREATORS],
    )
    audiences: dict[UUID, dict[UUID, float]] = {}
    for person_id, creator_id, weight, at in rows:
        faded = ranking.faded(weight, at=at, as_of=now)
        audiences.setdefault(person_id, {})[creator_id] = faded
    pairs = [
        models.Kin(creator_id=one, other_id=other, strength=strength)
        for one, others in ranking.kin_of(audiences.values()).items()
        for other, strength in others
        if strength > 0
    ]
    models.Kin.objects.all().delete()
    models.Kin.objects.bulk_create(pairs, batch_size=1000)
    return len(pairs)


@needs_transaction
def set_heat(post_ids: Sequence[UUID]) -> None:
    """These posts stand where their figures of now put them."""
    if post_ids:
        sql.change(sql.text("content", "set_heat"), {**asdict(WEIGHTS), "posts": list(post_ids)})


@needs_transaction
def _hold() -> None:
    """Nobody else counts visits until the transaction ends, so that no time is believed twice.

    Events that failed are tried again beside the reader of new ones.
    """
    sql.rows("SELECT pg_advisory_xact_lock(hashtextextended('content.visits', 0))")
