"""What people read of refunds: where each stands, what it is about, what the buyer shows of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from laotie.catalog import pictures
from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound
from laotie.trade import models
from laotie.trade.rules import RefundCause, RefundState


@dataclass(frozen=True, slots=True)
class Refund:
    """`amount_fen`: what the buyer gets; while REQUESTED, what they would get now.

    picture_urls: what the buyer shows of it. tries: how often it was asked for.
    refusal: why the shop said no, while REFUSED.
    """

    refund_id: UUID
    public_id: str
    order_id: UUID
    state: RefundState
    units: dict[int, int]
    cause: RefundCause
    reason: str
    amount_fen: int
    asked_at: datetime
    decide_by: datetime | None
    refunded_at: datetime | None
    picture_urls: tuple[str, ...]
    tries: int
    refusal: str


def card(refund_id: UUID) -> Refund:
    """Three queries. raises: NotFound; the caller has asked who may look."""
    row = models.Refund.objects.filter(pk=refund_id).first()
    if row is None:
        raise NotFound
    return of([row])[0]


def of_order(order_id: UUID) -> tuple[Refund, ...]:
    """Refunds of an order, oldest first. Three queries; the caller has asked who may look."""
    return of(models.Refund.objects.filter(order=order_id).order_by("asked_at", "id"))


def asked_of(*, actor: Actor, shop_id: UUID, most: int = 50) -> tuple[Refund, ...]:
    """What waits for the shop's word, the soonest deadline first. Three queries.

    raises: SignInFirst, NotFound, NotAllowed.
    """
    actor.require_shop(shop_id, "refund")
    rows = models.Refund.objects.filter(order__shop_id=shop_id, state=RefundState.REQUESTED)
    return of(rows.order_by("decide_by", "id")[:most])


def failed_of(*, actor: Actor, shop_id: UUID, most: int = 50) -> tuple[Refund, ...]:
    """What the provider would not pay out, oldest first. Three queries.

    An operator sends it again at the desk; until it is through, its order does not complete.
    raises: SignInFirst, NotFound, NotAllowed.
    """
    actor.require_shop(shop_id, "refund")
    rows = models.Refund.objects.filter(order__shop_id=shop_id, state=RefundState.REFUND_FAILED)
    return of(rows.order_by("decided_at", "id")[:most])


def of(refunds: Iterable[models.Refund]) -> tuple[Refund, ...]:
    """Rows of refunds as cards. Two queries, and one if they are not read yet."""
    rows = list(refunds)
    shown: dict[UUID, list[str]] = {}
    for picture in models.RefundPicture.objects.filter(refund__in=rows).order_by("position"):
        shown.setdefault(picture.refund_id, []).append(pictures.url(picture.file))
    units: dict[UUID, dict[int, int]] = {}
    for line in models.RefundLine.objects.filter(refund__in=rows).order_by("line_no"):
        units.setdefault(line.refund_id, {})[line.line_no] = line.quantity
    return tuple(
        Refund(
            refund_id=row.id,
            public_id=ids.public("rfd", row.id),
            order_id=row.order_id,
            state=RefundState(row.state),
            units=units[row.id],
            cause=RefundCause(row.cause),
            reason=row.reason,
            amount_fen=row.amount_fen,
            asked_at=row.asked_at,
            decide_by=row.decide_by,
            refunded_at=row.refunded_at,
            picture_urls=tuple(shown.get(row.id, ())),
            tries=row.tries,
            refusal=row.refusal if row.state == RefundState.REFUSED else "",
        )
        for row in rows
    )
