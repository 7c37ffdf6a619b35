"""What a person wants to be told over which channel, and when nothing may ring."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext

from laotie.accounts import mail, models, notice_kinds, push, text_messages
from laotie.accounts.rules import NoticeChannel, NoticeKind
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid
from laotie.kernel.use_case import use_case

__all__ = ["NoticeChannel"]

# Nobody but shops and operators is ever told these.
_OF_SHOPS = frozenset(
    {
        NoticeKind.ORDER_TO_SHIP,
        NoticeKind.REFUND_REQUESTED,
        NoticeKind.REFUND_WITHDRAWN,
        NoticeKind.ADDRESS_CHANGED,
        NoticeKind.INVOICE_REQUESTED,
        NoticeKind.STOCK_LOW,
        NoticeKind.PAYOUT_SETTLED,
        NoticeKind.PAYOUT_FAILED,
        NoticeKind.SHOP_APPROVED,
        NoticeKind.SHOP_ASKED,
        NoticeKind.SHOP_REFUSED,
        NoticeKind.SHOP_SUSPENDED,
    }
)
# Nobody but creators is ever told these.
_OF_CREATORS = frozenset(
    {
        NoticeKind.POST_PUBLIC,
        NoticeKind.POST_TAKEN_DOWN,
        NoticeKind.RIGHTS_ENDED,
        NoticeKind.REWARD_PAID,
        NoticeKind.TALENT_QUIET,
        NoticeKind.BELT_JOINED,
    }
)


@dataclass(frozen=True, slots=True)
class Switch:
    """One kind on one channel."""

    channel: NoticeChannel
    is_on: bool


@dataclass(frozen=True, slots=True)
class KindSettings:
    """One kind with the channels that it may use beside the inbox, in a fixed order."""

    kind: NoticeKind
    label: str
    switches: tuple[Switch, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """All that a person can choose, and which channels there are at all.

    quiet: first and last minute of the day, in the installation's time zone.
    browsers: how many of the person's browsers take pushes.
    """

    kinds: tuple[KindSettings, ...]
    quiet: tuple[int, int] | None
    mail: "mail.MailCard | None"
    browsers: int
    channels: frozenset[NoticeChannel]


def show(*, actor: Actor) -> Settings:
    """One's own settings. Four queries. raises: SignInFirst."""
    person_id = actor.require_person()
    wishes = wishes_of([person_id])[person_id]
    return Settings(
        kinds=tuple(
            KindSettings(
                kind,
                gettext(rule.label),
                tuple(
                    Switch(channel, wishes.get((kind, channel), default))
                    for channel, default in rule.channels.items()
                ),
            )
            for kind, rule in notice_kinds.RULES.items()
            if _concerns(actor, kind)
        ),
        quiet=quiet_hours([person_id]).get(person_id),
        mail=mail.card(person_id),
        browsers=push.count(person_id),
        channels=open_channels(),
    )


def open_channels() -> frozenset[NoticeChannel]:
    """The channels that this installation has a way for."""
    found = {NoticeChannel.PUSH}
    if mail.is_open():
        found.add(NoticeChannel.MAIL)
    if text_messages.reaches_phones():
        found.add(NoticeChannel.SMS)
    return frozenset(found)


@use_case
def switch(*, actor: Actor, kind: str, channel: str, is_on: bool, now: datetime) -> Settings:
    """A kind goes over a channel from now on, or does not.

    raises: SignInFirst, Invalid for a kind that is not offered on the channel.
    """
    del now
    person_id = actor.require_person()
    known, way = _read(kind, channel)
    models.NoticeSetting.objects.update_or_create(
        person_id=person_id,
        kind=known.value,
        channel=way.value,
        defaults={"is_on": is_on},
    )
    return show(actor=actor)


@use_case
def choose(*, actor: Actor, wanted: frozenset[tuple[str, str]], now: datetime) -> None:
    """Exactly these kinds go over exactly these channels; of others there is only the inbox.

    wanted: pairs of a kind and a channel. raises: SignInFirst, Invalid.
    """
    del now
    person_id = actor.require_person()
    for kind, channel in wanted:
        _read(kind, channel)
    rows = [
        models.NoticeSetting(
            person_id=person_id,
            kind=kind.value,
            channel=channel.value,
            is_on=(kind.value, channel.value) in wanted,
        )
        for kind, rule in notice_kinds.RULES.items()
        for channel in rule.channels
        if _concerns(actor, kind) and channel in open_channels()
    ]
    models.NoticeSetting.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["person", "kind", "channel"],
        update_fields=["is_on"],
    )


@use_case
def set_quiet(*, actor: Actor, hours: tuple[int, int] | None, now: datetime) -> Settings:
    """Between these minutes of the day nothing rings; None means never quiet.

    raises: SignInFirst, Invalid.
    """
    del now
    person_id = actor.require_person()
    if hours is None:
        models.QuietHours.objects.filter(person=person_id).delete()
        return show(actor=actor)
    first, last = hours
    if not (0 <= first < 1440 and 0 <= last < 1440) or first == last:
        raise Invalid(field="quiet", reason="range")
    models.QuietHours.objects.update_or_create(
        person_id=person_id, defaults={"from_minute": first, "until_minute": last}
    )
    return show(actor=actor)


def wishes_of(person_ids: list[UUID]) -> dict[UUID, dict[tuple[str, str], bool]]:
    """What people said about kinds on channels. One query."""
    found: dict[UUID, dict[tuple[str, str], bool]] = {id: {} for id in person_ids}
    rows = models.NoticeSetting.objects.filter(person__in=person_ids)
    for person_id, kind, channel, is_on in rows.values_list(
        "person_id", "kind", "channel", "is_on"
    ):
        found[person_id][kind, channel] = is_on
    return found


def quiet_hours(person_ids: list[UUID]) -> dict[UUID, tuple[int, int]]:
    """Those who have any. One query."""
    rows = models.QuietHours.objects.filter(person__in=person_ids)
    return {row.person_id: (row.from_minute, row.until_minute) for row in rows}


def _concerns(actor: Actor, kind: NoticeKind) -> bool:
    if kind is NoticeKind.JOB_PARKED:
        return actor.is_operator
    if kind in _OF_CREATORS:
        return actor.creator_id is not None
    is_payee = kind in {NoticeKind.PAYOUT_SETTLED, NoticeKind.PAYOUT_FAILED} and actor.creator_id
    return kind not in _OF_SHOPS or bool(actor.shop_rights) or bool(is_payee)


def _read(kind: str, channel: str) -> tuple[NoticeKind, NoticeChannel]:
    try:
        known, way = NoticeKind(kind), NoticeChannel(channel)
    except ValueError as error:
        raise Invalid(field="kind", reason="choice") from error
    rule = notice_kinds.RULES.get(known)
    if rule is None or way not in rule.channels:
        raise Invalid(field="channel", reason="choice")
    return known, way
