"""What people read of reviews: on a product, in a shop's studio, on one's own order."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from laotie.accounts import people
from laotie.accounts.people import PersonCard
from laotie.accounts.roles import Right, Role
from laotie.catalog import pictures, queries
from laotie.catalog.queries import ProductCard
from laotie.kernel import ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound
from laotie.trade import models, review_rules
from laotie.trade.review_rules import ReviewState
from laotie.trade.rules import OrderState

MOST = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AFTER = re.compile(r"(\d{1,17})\.(rvw_[0-9a-z]{26})", re.ASCII)


class Filter(StrEnum):
    """Which reviews of a product or a shop."""

    ALL = "all"
    PICTURES = "pictures"
    LOW = "low"  # One or two stars.
    TO_ANSWER = "to_answer"  # The shop has not said anything yet.


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a review, small for lists and large to look at."""

    small_url: str
    large_url: str


@dataclass(frozen=True, slots=True)
class ReviewCard:
    """A review as everybody sees it; `name` is masked if its buyer wished so."""

    review_id: UUID
    public_id: str
    product_id: UUID
    spec: dict[str, str]
    name: str
    avatar_url: str
    stars: int
    text: str
    pictures: tuple[Picture, ...]
    written_at: datetime
    appended_text: str
    appended_pictures: tuple[Picture, ...]
    appended_at: datetime | None
    days_later: int
    reply: str
    replied_at: datetime | None
    is_reply_seen: bool
    is_hidden: bool
    hidden_reason: str


@dataclass(frozen=True, slots=True)
class ReviewList:
    """next_after: give it back as `after` for the next page; None at the end."""

    rows: tuple[ReviewCard, ...]
    next_after: str | None


@dataclass(frozen=True, slots=True)
class Rating:
    """What all shown reviews of a product come to. by_star: one star first.

    average_tenths: 47 is 4.7; None below one review.
    """

    count: int
    with_pictures: int
    by_star: tuple[int, int, int, int, int]
    average_tenths: int | None

    @property
    def low(self) -> int:
        return sum(self.by_star[: review_rules.LOW_STARS])

    @property
    def bars(self) -> tuple[tuple[int, int, int], ...]:
        """(star, how many, percent of all), five stars first."""
        return tuple(
            (star, self.by_star[star - 1], round(100 * self.by_star[star - 1] / max(1, self.count)))
            for star in range(5, 0, -1)
        )


@dataclass(frozen=True, slots=True)
class ShopReview:
    """A review in the studio, with the product it is about."""

    card: ReviewCard
    product: ProductCard | None
    order_public_id: str


@dataclass(frozen=True, slots=True)
class OwnLine:
    """A line of one's own order: what was said of it, and what may be said now."""

    line_no: int
    title: dict[str, str]
    spec: dict[str, str]
    picture_url: str
    review: ReviewCard | None
    may_write: bool
    may_append: bool


@dataclass(frozen=True, slots=True)
class Reported:
    """A review that somebody objects to, for an operator."""

    card: ReviewCard
    shop_id: UUID
    reasons: tuple[str, ...]
    since: datetime


def of_product(
    product_id: UUID, *, only: Filter = Filter.ALL, after: str | None = None, most: int = 10
) -> ReviewList:
    """Shown reviews of a product, newest first. Two queries. raises: Invalid (`after`)."""
    rows = models.Review.objects.filter(product_id=product_id, state=ReviewState.SHOWN)
    return _listed(_only(rows, only), after, most)


def rating(product_id: UUID) -> Rating:
    """One query."""
    rows = models.Review.objects.filter(product_id=product_id, state=ReviewState.SHOWN)
    sums = {f"n{star}": Count("pk", filter=Q(stars=star)) for star in range(1, 6)}
    found = rows.aggregate(pictured=Count("pk", filter=Q(pictures__len__gt=0)), **sums)
    one, two, three, four, five = (found[f"n{star}"] for star in range(1, 6))
    count = one + two + three + four + five
    total = one + 2 * two + 3 * three + 4 * four + 5 * five
    average = (20 * total + count) // (2 * count) if count else None  # Half up, in tenths.
    return Rating(count, found["pictured"], (one, two, three, four, five), average)


def of_shop(
    *,
    actor: Actor,
    shop_id: UUID,
    only: Filter = Filter.ALL,
    after: str | None = None,
    most: int = 20,
) -> tuple[tuple[ShopReview, ...], str | None]:
    """A shop's reviews for its staff, newest first, and where to go on. Three queries.

    raises: SignInFirst, NotFound, NotAllowed, Invalid.
    """
    rights = actor.shop_rights.get(shop_id, frozenset())
    actor.require_shop(shop_id, Right.REFUND if Right.REFUND in rights else Right.MANAGE)
    rows = _only(models.Review.objects.filter(shop_id=shop_id), only)
    page, next_after = _page(rows, after, most)
    cards = _cards(page)
    products = queries.product_cards([row.product_id for row in page])
    return tuple(
        ShopReview(card, products.get(row.product_id), ids.public("ord", row.order_id))
        for row, card in zip(page, cards, strict=True)
    ), next_after


def to_answer(*, actor: Actor, shop_id: UUID) -> int:
    """How many low reviews wait for the shop's word. One query; 0 for who may not answer."""
    rights = actor.shop_rights.get(shop_id, frozenset())
    if not actor.is_operator and not rights & {Right.REFUND, Right.MANAGE}:
        return 0
    rows = models.Review.objects.filter(shop_id=shop_id, state=ReviewState.SHOWN, replied_at=None)
    return rows.filter(stars__lte=review_rules.LOW_STARS).count()


def of_own_order(*, actor: Actor, order_id: UUID, now: datetime) -> tuple[OwnLine, ...]:
    """The lines of one's own order with what was and may be said. Four queries.

    raises: SignInFirst, NotFound.
    """
    buyer_id = actor.require_person()
    order = models.Order.objects.filter(pk=order_id, buyer_id=buyer_id).first()
    if order is None:
        raise NotFound
    found = list(models.Review.objects.filter(order=order_id))
    cards = {row.line_no: (row, card) for row, card in zip(found, _cards(found), strict=True)}
    lines = []
    for line in models.OrderLine.objects.filter(order=order_id).order_by("line_no"):
        row, card = cards.get(line.line_no, (None, None))
        may_write = row is None and review_rules.may_write(
            OrderState(order.state),
            received_at=order.received_at,
            kept=line.quantity - line.refunded_quantity,
            now=now,
        )
        may_append = row is not None and review_rules.may_append(
            written_at=row.written_at, appended_at=row.appended_at, now=now
        )
        lines.append(
            OwnLine(
                line.line_no, line.title, line.spec, line.picture_url, card, may_write, may_append
            )
        )
    return tuple(lines)


def reviewable(order_ids: Iterable[UUID], *, now: datetime) -> frozenset[UUID]:
    """Which of these orders have a line that waits for its buyer's word. One query.

    The caller has asked whose orders they are.
    """
    rows = sql.rows(
        "SELECT DISTINCT o.id FROM trade_order o JOIN trade_order_line l ON l.order_id = o.id"
        " WHERE o.id = ANY (%s) AND o.state = ANY (%s) AND o.received_at >= %s"
        " AND l.quantity > l.refunded_quantity AND NOT EXISTS (SELECT FROM trade_review r"
        " WHERE r.order_id = l.order_id AND r.line_no = l.line_no)",
        [
            list(order_ids),
            [state.value for state in review_rules.REVIEWABLE],
            now - review_rules.WINDOW,
        ],
    )
    return frozenset(id for (id,) in rows)


def reported(*, actor: Actor, most: int = 50) -> tuple[Reported, ...]:
    """Reviews whose reports nobody has answered, longest waiting first; for operators.

    Three queries. raises: SignInFirst, NotAllowed.
    """
    actor.require_role(Role.OPERATOR)
    open_ones = models.ReviewReport.objects.filter(answered_at__isnull=True).order_by("at")
    reasons: dict[UUID, list[models.ReviewReport]] = {}
    for each in open_ones.select_related("review")[: 4 * most]:
        reasons.setdefault(each.review_id, []).append(each)
    rows = [each[0].review for each in list(reasons.values())[:most]]
    return tuple(
        Reported(
            card,
            row.shop_id,
            tuple(each.reason for each in reasons[row.id]),
            reasons[row.id][0].at,
        )
        for row, card in zip(rows, _cards(rows), strict=True)
    )


def _only(rows: QuerySet[models.Review], only: Filter) -> QuerySet[models.Review]:
    if only is Filter.PICTURES:
        return rows.filter(pictures__len__gt=0)
    if only is Filter.LOW:
        return rows.filter(stars__lte=review_rules.LOW_STARS)
    if only is Filter.TO_ANSWER:
        return rows.filter(replied_at__isnull=True, state=ReviewState.SHOWN)
    return rows


def _listed(rows: QuerySet[models.Review], after: str | None, most: int) -> ReviewList:
    page, next_after = _page(rows, after, most)
    return ReviewList(_cards(page), next_after)


def _page(
    rows: QuerySet[models.Review], after: str | None, most: int
) -> tuple[list[models.Review], str | None]:
    limit = min(most, MOST)
    if after is not None:
        at, id = _position(after)
        rows = rows.filter(Q(written_at__lt=at) | Q(written_at=at, id__lt=id))
    page = list(rows.order_by("-written_at", "-id")[: limit + 1])
    if len(page) <= limit:
        return page, None
    last = page[limit - 1]
    micros = (last.written_at - _EPOCH) // timedelta(microseconds=1)
    return page[:limit], f"{micros}.{ids.public('rvw', last.id)}"


def _position(after: str) -> tuple[datetime, UUID]:
    found = _AFTER.fullmatch(after) if isinstance(after, str) else None
    try:
        if found is None:
            raise Invalid(field="after", reason="form")
        return _EPOCH + timedelta(microseconds=int(found[1])), ids.parse("rvw", found[2])
    except (NotFound, OverflowError) as error:
        raise Invalid(field="after", reason="form") from error


def _cards(rows: Iterable[models.Review]) -> tuple[ReviewCard, ...]:
    """One query."""
    found = list(rows)
    names = people.cards({row.buyer_id for row in found}) if found else {}
    return tuple(_card(row, names.get(row.buyer_id)) for row in found)


def _card(row: models.Review, person: PersonCard | None) -> ReviewCard:
    name = person.name if person else ""
    is_named = person is not None and not row.is_anonymous
    return ReviewCard(
        review_id=row.id,
        public_id=ids.public("rvw", row.id),
        product_id=row.product_id,
        spec=row.spec,
        name=name if is_named else review_rules.masked(name),
        avatar_url=person.avatar_url if person is not None and is_named else "",
        stars=row.stars,
        text=row.text,
        pictures=_pictures(row.pictures),
        written_at=row.written_at,
        appended_text=row.appended_text,
        appended_pictures=_pictures(row.appended_pictures),
        appended_at=row.appended_at,
        days_later=(row.appended_at - row.written_at).days if row.appended_at else 0,
        reply=row.reply,
        replied_at=row.replied_at,
        is_reply_seen=row.reply_seen_at is not None,
        is_hidden=row.state == ReviewState.HIDDEN,
        hidden_reason=row.hidden_reason,
    )


def _pictures(files: list[str]) -> tuple[Picture, ...]:
    return tuple(Picture(pictures.url(file, 320), pictures.url(file, 1080)) for file in files)
