"""From the last parcel to the end: shipped, delivered, received, complete. Timers included."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from laotie.delivery import shipments
from laotie.events.trade import OrderCompleted, OrderReceived, OrderShipped
from laotie.kernel import event_log
from laotie.kernel.states import Step
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.ledger import settlement
from laotie.trade import each_alone, models, policy, rules
from laotie.trade.rules import RUNNING_REFUND, OrderState


@needs_transaction
def all_shipped(order_id: UUID, *, now: datetime) -> None:
    """Everything that is still wanted is with a carrier; the time until receipt runs.

    raises: WrongState.
    """
    rules.SHIP_ALL.take(
        models.Order.objects, order_id, shipped_at=now, receive_by=now + policy.current().receive
    )
    event_log.publish(OrderShipped(order_id, now))
    _deliver_if_all(order_id)


@needs_transaction
def parcel_delivered(order_id: UUID) -> None:
    """A parcel was handed over; with the last one the order is delivered. Twice is once."""
    order = models.Order.objects.select_for_update().filter(pk=order_id).first()
    if order is not None and order.state == OrderState.SHIPPED:
        _deliver_if_all(order_id)


@needs_transaction
def receive(order_id: UUID, *, now: datetime) -> None:
    """The buyer has the goods: the ledger splits, the after-sale window begins.

    raises: WrongState.
    """
    rules.RECEIVE.take(
        models.Order.objects,
        order_id,
        received_at=now,
        complete_by=now + policy.current().after_sale,
    )
    settlement.receive(order_id, now=now)
    event_log.publish(OrderReceived(order_id, now))


@needs_transaction
def complete(order_id: UUID, *, now: datetime) -> None:
    """The after-sale window is over: each party may take its share. raises: WrongState."""
    rules.COMPLETE.take(models.Order.objects, order_id, completed_at=now)
    settlement.complete(order_id, now=now)
    event_log.publish(OrderCompleted(order_id, now))


def receive_due(*, now: datetime) -> int:
    """Orders whose buyers said nothing in time count as received; how many.

    Time stands still while a refund is open.
    """
    return each_alone.run(_receive_alone, _due(rules.RECEIVE, "receive_by", now=now), now=now)


def complete_due(*, now: datetime) -> int:
    """Orders whose after-sale window is over, with no refund open, are complete; how many."""
    return each_alone.run(_complete_alone, _due(rules.COMPLETE, "complete_by", now=now), now=now)


@use_case
def _receive_alone(order_id: UUID, *, now: datetime) -> None:
    if _lock_without_refund(order_id):
        receive(order_id, now=now)


@use_case
def _complete_alone(order_id: UUID, *, now: datetime) -> None:
    if _lock_without_refund(order_id):
        complete(order_id, now=now)


def _lock_without_refund(order_id: UUID) -> bool:
    models.Order.objects.select_for_update().get(pk=order_id)
    return not _running(order_id).exists()


def _due(step: Step, deadline: str, *, now: datetime) -> list[UUID]:
    rows = models.Order.objects.filter(
        ~Exists(_running(OuterRef("pk"))),
        state__in=[state.value for state in step.sources],
        **{f"{deadline}__lte": now},
    )
    return list(rows.order_by(deadline).values_list("pk", flat=True)[: each_alone.MOST])


def _running(order_id: UUID | OuterRef) -> "QuerySet[models.Refund]":
    states = [state.value for state in RUNNING_REFUND]
    return models.Refund.objects.filter(order=order_id, state__in=states)


def _deliver_if_all(order_id: UUID) -> None:
    moments = [parcel.delivered_at for parcel in shipments.of_order(order_id)]
    told = [moment for moment in moments if moment is not None]
    if moments and len(told) == len(moments):
        rules.DELIVER.take(models.Order.objects, order_id, delivered_at=max(told))
