"""Notices from providers: proven, stored byte for byte, answered at once, and handled by asking.

A notice moves nothing by itself. It may come twice, late, in any order or never; what it leads to
is a question to the provider, whose answer is the state.
"""

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.kernel import clock
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Refusal
from laotie.kernel.use_case import use_case
from laotie.payments import channels, intents, outgoing, refunds, rules, transfers
from laotie.payments.channels import BadNotice, Channel, NoticeFacts, Unanswered
from laotie.payments.channels.breaker import Resting
from laotie.payments.models import Notice, Payment, Refund, RefusedNotice, Transfer
from laotie.payments.rules import NoticeState

log = logging.getLogger(__name__)

MOST_AT_ONCE = 200
_NO_END = "the provider's answer does not end it yet"
_KEPT_HEADERS = ("x-key-id", "x-timestamp", "x-nonce", "x-signature")


class NoticeRefused(Refusal):
    """Nothing was stored but the fact of it. Why is in the security log, not in the answer."""

    code = "NOTICE_REFUSED"
    status = 400
    message = _("This notice was not accepted.")


def receive(
    channel: str,
    *,
    headers: Mapping[str, str],
    path: str,
    body: bytes,
    sender: str,
    now: datetime,
) -> None:
    """Store a genuine notice about money of ours, once; then it may be acknowledged.

    headers: names in lower case; path: as signed, with its query; body: the raw bytes.
    sender:  the address it came from, for the security log.
    raises:  NoticeRefused (forged, stale, another amount, currency, merchant or number), NoChannel.
    """
    provider = channels.by_name(channel)
    try:
        facts = provider.read_notice(headers=headers, path=path, body=body, at=clock.wall())
        _store(provider=provider, facts=facts, headers=headers, body=body, now=now)
    except BadNotice as bad:
        _log_refusal(
            channel=channel,
            reason=bad.reason,
            key_id=bad.key_id or headers.get("x-key-id", ""),
            sender=sender,
            body=body,
            now=now,
        )
        raise NoticeRefused from bad


def handle_due(*, now: datetime, limit: int = MOST_AT_ONCE) -> int:
    """Ask about what notices have told of, oldest first; how many were ended or postponed.

    A silent provider is asked again with growing waits; in vain too often, the notice is parked.
    Where it rests nobody was asked: that is no try, and the notice stays due. Payments are asked
    about several at a time, and captured in one transaction. Outside of transactions.
    """
    due = list(
        Notice.objects.filter(state=NoticeState.RECEIVED.value, next_at__lte=now).order_by(
            "next_at"
        )[:limit]
    )
    of_payments = [notice for notice in due if _subject(notice) == "payment"]
    others = [notice for notice in due if _subject(notice) != "payment"]
    moved = _handle_payments(of_payments, now=now)
    return moved + sum(_handle(notice.id, now=now) for notice in others)


def _handle_payments(due: Sequence[Notice], *, now: datetime) -> int:
    """How many of them were ended or postponed."""
    payments = {
        (channel, out_no): id
        for id, channel, out_no in Payment.objects.filter(
            out_no__in={notice.out_no for notice in due}
        ).values_list("id", "channel", "out_no")
    }
    about = {notice.id: payments[notice.channel, notice.out_no] for notice in due}
    found = intents.refresh_many(list(about.values()), now=now)
    known: list[UUID] = []
    causes: dict[UUID, str] = {}
    for notice_id, payment_id in about.items():
        silence = found.silences.get(payment_id)
        if found.cards[payment_id].state not in rules.OPEN_STATES:
            known.append(notice_id)
        elif silence is None:
            causes[notice_id] = _NO_END
        elif not isinstance(silence, Resting):
            causes[notice_id] = f"no answer: {silence}"
    if known:
        _end(notice_ids=known)
    for notice_id, cause in causes.items():
        _postpone(notice_id=notice_id, cause=cause, now=now)
    return len(known) + len(causes)


def _handle(notice_id: UUID, *, now: datetime) -> bool:
    """Ask what became of money on its way out; whether the notice was ended or postponed."""
    notice = Notice.objects.get(pk=notice_id)
    if notice.state != NoticeState.RECEIVED.value:
        return False
    try:
        is_known, cause = _ask(notice, now=now), _NO_END
    except Resting:
        return False
    except Unanswered as silence:
        is_known, cause = False, f"no answer: {silence}"
    if is_known:
        _end(notice_ids=[notice_id])
    else:
        _postpone(notice_id=notice_id, cause=cause, now=now)
    return True


@use_case
def reopen(*, actor: Actor, notice_id: UUID, now: datetime) -> None:
    """Let a parked notice be handled again. raises: SignInFirst, NotAllowed."""
    actor.require_role("operator")
    Notice.objects.filter(pk=notice_id, state=NoticeState.PARKED.value).update(
        state=NoticeState.RECEIVED.value, tries=0, next_at=now
    )


@use_case
def _store(
    *,
    provider: Channel,
    facts: NoticeFacts,
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
) -> None:
    """raises: BadNotice when it is about nothing of ours, or its event came with another body."""
    _compare(provider, facts)
    Notice.objects.bulk_create(
        [
            Notice(
                channel=provider.name,
                event_id=facts.event_id,
                kind=facts.kind,
                out_no=facts.out_no,
                body=body,
                headers={name: headers[name] for name in _KEPT_HEADERS if name in headers},
                received_at=now,
                next_at=now,
            )
        ],
        ignore_conflicts=True,
    )
    kept = Notice.objects.get(channel=provider.name, event_id=facts.event_id)
    if bytes(kept.body) != body:
        raise BadNotice("event_reused", key_id=headers.get("x-key-id", ""))


def _compare(provider: Channel, facts: NoticeFacts) -> None:
    """A notice counts only if it names our merchant, and the number and amount of ours."""
    if facts.merchant_no != provider.merchant_no:
        raise BadNotice("wrong_merchant")
    model: Any = {"payment": Payment, "refund": Refund, "payout": Transfer}[facts.subject]
    ours = model.objects.filter(channel=provider.name, out_no=facts.out_no).first()
    if ours is None:
        raise BadNotice("unknown_number")
    if ours.amount_fen != facts.amount_fen:
        raise BadNotice("wrong_amount")
    if ours.currency != facts.currency:
        raise BadNotice("wrong_currency")


def _ask(notice: Notice, *, now: datetime) -> bool:
    """Whether the provider's answer has brought the refund or transfer to an end."""
    road = {"refund": refunds.ROAD, "payout": transfers.ROAD}[_subject(notice)]
    movement = road.model.objects.filter(channel=notice.channel, out_no=notice.out_no).first()
    if movement is None:
        return True  # Tried again under another number since; that one has its own notices.
    return outgoing.ask_now(road, movement.pk, now=now) not in rules.UNDER_WAY


def _subject(notice: Notice) -> str:
    return notice.kind.partition(".")[0]


@use_case
def _end(*, notice_ids: Sequence[UUID]) -> None:
    Notice.objects.filter(pk__in=notice_ids, state=NoticeState.RECEIVED.value).update(
        state=NoticeState.HANDLED.value, cause=""
    )


@use_case
def _postpone(*, notice_id: UUID, cause: str, now: datetime) -> None:
    notice = Notice.objects.select_for_update().get(pk=notice_id)
    if notice.state != NoticeState.RECEIVED.value:
        return
    notice.tries += 1
    notice.cause = cause[:300]
    notice.next_at = rules.next_try(now, notice.tries)
    if notice.tries >= rules.MOST_NOTICE_TRIES:
        notice.state = NoticeState.PARKED.value
        log.error("notice_parked", extra={"notice_id": str(notice_id), "cause": notice.cause})
    notice.save(update_fields=["tries", "cause", "next_at", "state"])


@use_case
def _log_refusal(
    *, channel: str, reason: str, key_id: str, sender: str, body: bytes, now: datetime
) -> None:
    log.warning("notice_refused", extra={"channel": channel, "reason": reason})
    RefusedNotice.objects.create(
        channel=channel,
        reason=reason,
        key_id=_printable(key_id, 80),
        sender=_printable(sender, 60),
        body_sha256=hashlib.sha256(body).hexdigest(),
        body_start=_printable(body[:400].decode("utf-8", "replace"), 400),
        refused_at=now,
    )


def _printable(text: str, longest: int) -> str:
    """Text that a database column and a terminal can hold."""
    return json.dumps(text[:longest], ensure_ascii=True)[1:-1].replace("\\u0000", "")[:longest]
