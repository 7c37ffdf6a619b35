"""Notices on their way: each goes once over each channel that its person wants it on.

First a notice becomes rows, one per channel and browser, in one transaction. Then each row is
claimed, sent outside of any transaction, and its end written down. A process that dies in between
leaves one claimed row, which is tried again after its wait: at most that one goes out twice.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.utils import translation

from laotie.accounts import (
    inbox,
    mail,
    models,
    notice_kinds,
    notifications,
    phones,
    push,
    text_messages,
)
from laotie.accounts.rules import DeliveryState, NoticeChannel, NoticeKind
from laotie.kernel import crash, ids
from laotie.kernel.use_case import use_case

log = structlog.get_logger(__name__)

_RINGS = frozenset({NoticeChannel.PUSH, NoticeChannel.SMS})


@dataclass(frozen=True, slots=True)
class _Claimed:
    id: UUID
    channel: NoticeChannel
    notice_id: UUID
    person_id: UUID
    subscription_id: UUID | None
    kind: NoticeKind
    ref: str
    facts: dict[str, object]
    tries: int


@use_case
def plan_new(*, now: datetime, most: int = 200) -> int:
    """Notices that nobody looked at yet have a row per channel and browser; how many notices.

    Seven queries, whatever their number.
    """
    notices = list(
        models.Notice.objects.select_for_update(skip_locked=True)
        .filter(sent_at__isnull=True)
        .order_by("posted_at")[:most]
    )
    people = list({notice.person_id for notice in notices})
    wishes, quiet = notifications.wishes_of(people), notifications.quiet_hours(people)
    browsers, channels = push.of_people(people), notifications.open_channels()
    with_mail = set(
        models.MailAddress.objects.filter(
            person__in=people, confirmed_at__isnull=False
        ).values_list("person_id", flat=True)
    )
    zone = ZoneInfo(settings.TIME_ZONE)
    rows = []
    for notice in notices:
        rule = notice_kinds.rule(NoticeKind(notice.kind))
        chosen_as = notice_kinds.WITH.get(NoticeKind(notice.kind), notice.kind)
        for channel, default in rule.channels.items():
            wanted = wishes[notice.person_id].get((chosen_as, channel.value), default)
            if not wanted or channel not in channels:
                continue
            targets: list[UUID | None] = [None]
            if channel is NoticeChannel.PUSH:
                targets = [*browsers.get(notice.person_id, [])]
            elif channel is NoticeChannel.MAIL and notice.person_id not in with_mail:
                continue
            hours = quiet.get(notice.person_id) if channel in _RINGS else None
            rows += [
                models.NoticeDelivery(
                    notice=notice,
                    channel=channel.value,
                    subscription_id=target,
                    state=DeliveryState.WAITING.value,
                    next_at=notice_kinds.after_quiet(now, hours, zone),
                    expires_at=notice.posted_at + rule.useful_for,
                )
                for target in targets
            ]
    models.NoticeDelivery.objects.bulk_create(rows, ignore_conflicts=True)
    models.Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(sent_at=now)
    return len(notices)


def send_due(*, now: datetime, most: int = 50) -> int:
    """Send what is due, one by one, outside of transactions; how many were looked at."""
    due = list(
        models.NoticeDelivery.objects.filter(state=DeliveryState.WAITING.value, next_at__lte=now)
        .order_by("next_at")
        .values_list("pk", flat=True)[:most]
    )
    for pk in due:
        claimed = _claim(id=pk, now=now)
        if claimed is not None:
            _carry(claimed, now=now)
    return len(due)


def _carry(claimed: _Claimed, *, now: datetime) -> None:
    crash.point("accounts.deliveries.before_call")
    try:
        _call(claimed, now=now)
    except push.Gone:
        assert claimed.subscription_id
        push.end(subscription_id=claimed.subscription_id, now=now)
        _end(id=claimed.id, state=DeliveryState.GONE, cause="gone", now=now)
        return
    except (push.NotTaken, mail.NotSent, text_messages.NotSent) as no:
        log.info("notice_not_taken", channel=claimed.channel.value, cause=no.cause)
        if no.is_final or claimed.tries >= notice_kinds.MOST_TRIES:
            _end(id=claimed.id, state=DeliveryState.FAILED, cause=no.cause[:60], now=now)
        return
    crash.point("accounts.deliveries.after_call")
    _end(id=claimed.id, state=DeliveryState.SENT, cause="", now=now)


def _call(claimed: _Claimed, *, now: datetime) -> None:
    person = models.Person.objects.get(pk=claimed.person_id)
    with translation.override(person.language):
        text = inbox.written(claimed.kind, claimed.facts)
        stop = translation.gettext("What comes by mail is up to you:")
    if claimed.channel is NoticeChannel.PUSH:
        assert claimed.subscription_id
        notice = ids.public("ntc", claimed.notice_id)
        push.send(claimed.subscription_id, {"text": text, "notice": notice})
    elif claimed.channel is NoticeChannel.SMS:
        e164 = phones.unseal(bytes(person.phone_sealed)).e164
        text_messages.channel().send(e164, text, now=now)
    else:
        address = mail.address_of(person.id)
        if address is None:
            raise mail.NotSent("no address", is_final=True)
        base = settings.LAOTIE.public_url
        page = f"{base}/inbox/{ids.public('ntc', claimed.notice_id)}"
        settings_page = f"{base}/me/notifications"
        mail.port().send(address, text, f"{text}\n\n{page}\n\n{stop}\n{settings_page}\n")


@use_case
def _claim(*, id: UUID, now: datetime) -> _Claimed | None:
    """Take a delivery for oneself until its wait is over; None if it is not to be sent."""
    row = (
        models.NoticeDelivery.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("notice")
        .filter(pk=id, state=DeliveryState.WAITING.value, next_at__lte=now)
        .first()
    )
    if row is None:
        return None
    if row.expires_at <= now:
        _write_end(id, DeliveryState.EXPIRED, "", now)
        return None
    row.tries += 1
    row.next_at = now + notice_kinds.wait_after(row.tries)
    row.save(update_fields=["tries", "next_at"])
    return _Claimed(
        id=row.id,
        channel=NoticeChannel(row.channel),
        notice_id=row.notice_id,
        person_id=row.notice.person_id,
        subscription_id=row.subscription_id,
        kind=NoticeKind(row.notice.kind),
        ref=row.notice.ref,
        facts=row.notice.facts,
        tries=row.tries,
    )


@use_case
def _end(*, id: UUID, state: DeliveryState, cause: str, now: datetime) -> None:
    _write_end(id, state, cause, now)


def _write_end(id: UUID, state: DeliveryState, cause: str, now: datetime) -> None:
    models.NoticeDelivery.objects.filter(pk=id, state=DeliveryState.WAITING.value).update(
        state=state.value, cause=cause, ended_at=now
    )
