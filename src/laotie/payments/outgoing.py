"""Money on its way out: refunds and transfers take the same road.

Written down as requested; marked unknown before the provider is called; after that only asked
about. A call that a crash or silence has swallowed is found by its number, never blindly repeated.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from laotie.kernel import crash
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.payments import channels, rules
from laotie.payments.channels import (
    Channel,
    ChannelRefused,
    NotKnown,
    OutgoingAnswer,
    Standing,
    Unanswered,
)
from laotie.payments.rules import OutgoingState

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Road:
    """What differs between refunds and transfers.

    name:    in crash points and logs.
    send:    hand it to the provider under its number.
    ask:     ask the provider about that number.
    settled, failed: what else becomes true in the transaction that ends it.
    """

    name: str
    model: Any
    send: Callable[[Channel, Any], OutgoingAnswer]
    ask: Callable[[Channel, Any], OutgoingAnswer]
    settled: Callable[[Any, datetime], None]
    failed: Callable[[Any, str], None]


def carry_on(road: Road, id: UUID, *, now: datetime) -> OutgoingState:
    """Bring one movement a step nearer to its end; where it stands then. Outside of transactions.

    raises: Unanswered when the provider stays silent; the movement is as unknown as before.
    """
    claimed = _claim(road=road, id=id, now=now)
    if claimed is None:
        return OutgoingState(road.model.objects.get(pk=id).state)
    row, is_to_send = claimed
    channel = channels.by_name(row.channel)
    if is_to_send:
        return _send(road, channel, row, now=now)
    try:
        answer = road.ask(channel, row)
    except NotKnown:
        return _recall(road=road, id=id, now=now)
    crash.point(f"payments.{road.name}.after_question")
    return _take_answer(road=road, id=id, answer=_checked(row, answer), now=now)


def ask_now(road: Road, id: UUID, *, now: datetime) -> OutgoingState:
    """Ask about one movement that was handed over, whenever its next question is due.

    raises: Unanswered.
    """
    row = road.model.objects.get(pk=id)
    if row.state not in {OutgoingState.UNKNOWN.value, OutgoingState.PROCESSING.value}:
        return OutgoingState(row.state)
    try:
        answer = road.ask(channels.by_name(row.channel), row)
    except NotKnown:
        return OutgoingState(row.state)
    return _take_answer(road=road, id=id, answer=_checked(row, answer), now=now)


def carry_on_due(road: Road, *, now: datetime, limit: int = 50) -> int:
    """Carry on every movement whose time has come; how many. Stops at the first silence."""
    due = list(
        road.model.objects.filter(state__in=_under_way(), next_at__lte=now)
        .order_by("next_at")
        .values_list("id", flat=True)[:limit]
    )
    for looked_at, id in enumerate(due, start=1):
        try:
            carry_on(road, id, now=now)
        except Unanswered as silence:
            log.warning(f"{road.name}_unanswered", extra={"cause": str(silence)})
            return looked_at
    return len(due)


def _send(road: Road, channel: Channel, row: Any, *, now: datetime) -> OutgoingState:
    crash.point(f"payments.{road.name}.before_call")
    try:
        answer = road.send(channel, row)
    except ChannelRefused as no:
        return _give_up(road=road, id=row.pk, reason=no.code, now=now)
    crash.point(f"payments.{road.name}.after_call")
    return _take_answer(road=road, id=row.pk, answer=_checked(row, answer), now=now)


def _checked(row: Any, answer: OutgoingAnswer) -> OutgoingAnswer:
    """An answer about another number or amount is none."""
    if (answer.out_no, answer.amount_fen, answer.currency) != (
        row.out_no,
        row.amount_fen,
        row.currency,
    ):
        raise Unanswered("about something else")
    return answer


@use_case
def _claim(*, road: Road, id: UUID, now: datetime) -> tuple[Any, bool] | None:
    """Take the next step for oneself; the row, and whether it is to be sent (else asked about).

    What is to be sent turns unknown first.
    """
    row = road.model.objects.select_for_update(skip_locked=True).filter(pk=id).first()
    if row is None or row.state not in _under_way() or row.next_at > now:
        return None
    is_to_send = row.state == OutgoingState.REQUESTED.value
    if is_to_send:
        # A provider that is still at work on the call must not be asked before it may answer.
        rules.SEND.take(
            road.model.objects, id, asked_at=now, tries=0, next_at=now + rules.ANSWER_WITHIN
        )
    else:
        row.tries += 1
        row.next_at = rules.next_try(now, row.tries)
        row.save(update_fields=["tries", "next_at"])
    row.refresh_from_db()
    return row, is_to_send


@use_case
def _recall(*, road: Road, id: UUID, now: datetime) -> OutgoingState:
    """The provider has never heard of it, so the call did not arrive, and may be made."""
    rules.RECALL.try_take(road.model.objects, id, asked_at=None, next_at=now)
    return OutgoingState(road.model.objects.get(pk=id).state)


@use_case
def _take_answer(*, road: Road, id: UUID, answer: OutgoingAnswer, now: datetime) -> OutgoingState:
    rows = road.model.objects
    row = rows.select_for_update().get(pk=id)
    if answer.standing == Standing.SETTLED:
        if rules.SETTLE.try_take(
            rows,
            id,
            provider_no=answer.provider_no,
            provider_at=answer.settled_at,
            ended_at=now,
            failure="",
        ):
            road.settled(row, now)
    elif answer.standing == Standing.FAILED:
        _fail(road, row, answer.failure or "FAILED", now=now)
    else:
        rules.ACCEPT.try_take(
            rows,
            id,
            provider_no=answer.provider_no,
            tries=0,
            next_at=rules.next_try(now, 0),
        )
    return OutgoingState(rows.get(pk=id).state)


@use_case
def _give_up(*, road: Road, id: UUID, reason: str, now: datetime) -> OutgoingState:
    row = road.model.objects.select_for_update().get(pk=id)
    _fail(road, row, reason, now=now)
    return OutgoingState(road.model.objects.get(pk=id).state)


@needs_transaction
def _fail(road: Road, row: Any, reason: str, *, now: datetime) -> None:
    if rules.GIVE_UP.try_take(road.model.objects, row.pk, failure=reason, ended_at=now):
        road.failed(row, reason)


def _under_way() -> list[str]:
    return [state.value for state in rules.UNDER_WAY]
