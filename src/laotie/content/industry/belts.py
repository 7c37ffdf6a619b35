"""Industrial belts: regions known for making something, as operators list them.

Whoever looks at the feed chooses a belt and sees the posts of its members (`memberships`). A belt
that is closed has neither members nor a feed from that moment on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop as _

from laotie.accounts import regions
from laotie.accounts.inbox import NoticeKind
from laotie.content import models
from laotie.content.industry import belt_kinds, belt_notices
from laotie.content.industry.belt_kinds import BeltState, MembershipState
from laotie.content.kinds import Field
from laotie.kernel import ids, pages
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.kernel.pages import Page
from laotie.kernel.text import clean_line
from laotie.kernel.use_case import needs_transaction, use_case

_SHOWN = 50


class BeltNameTaken(Refusal):
    code = "BELT_NAME_TAKEN"
    message = _("Another open belt has this name. Take a different one.")


class BeltClosed(Refusal):
    code = "BELT_CLOSED"
    message = _("This belt is closed. Choose another.")


class TooManyBelts(Refusal):
    code = "TOO_MANY_BELTS"
    message = _("The list is full: %(most)s belts. Close one first.")


@dataclass(frozen=True, slots=True)
class BeltCard:
    """A belt as everybody sees it. about: a line for each language, perhaps empty."""

    id: UUID
    public_id: str
    name: dict[str, str]
    about: dict[str, str]
    region: str
    fields: tuple[Field, ...]
    state: BeltState
    reason: str
    closed_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state is BeltState.OPEN


@use_case
def add(
    *,
    actor: Actor,
    name_zh: str,
    name_en: str,
    region: str,
    fields: Sequence[str],
    about_zh: str = "",
    about_en: str = "",
    now: datetime,
) -> BeltCard:
    """The belt can be chosen in the feed, and creators may ask to belong to it.

    region: a province or city. fields: 1 to 6 of `kinds.Field`, each once.
    raises: SignInFirst, SecondStepNeeded, NotAllowed, Invalid, BeltNameTaken, TooManyBelts.
    """
    actor.require_role("operator")
    if models.Belt.objects.filter(state=BeltState.OPEN.value).count() >= belt_kinds.MOST_OPEN:
        raise TooManyBelts(most=belt_kinds.MOST_OPEN)
    row = models.Belt(made_at=now)
    _write(row, name_zh, name_en, region, fields, about_zh, about_en)
    _save(row, is_new=True)
    return card_of(row)


@use_case
def change(
    *,
    actor: Actor,
    belt_id: UUID,
    name_zh: str,
    name_en: str,
    region: str,
    fields: Sequence[str],
    about_zh: str = "",
    about_en: str = "",
    now: datetime,
) -> BeltCard:
    """The belt is called and described so from now on. Terms as `add` takes them.

    raises: SignInFirst, SecondStepNeeded, NotAllowed, NotFound, BeltClosed, Invalid, BeltNameTaken.
    """
    del now
    actor.require_role("operator")
    row = locked(belt_id)
    _write(row, name_zh, name_en, region, fields, about_zh, about_en)
    _save(row, is_new=False)
    return card_of(row)


@use_case
def close(*, actor: Actor, belt_id: UUID, reason: str, now: datetime) -> BeltCard:
    """The belt has no feed and no members any more, and whoever waits to join waits no longer;
    all of them are told why.

    raises: SignInFirst, SecondStepNeeded, NotAllowed, NotFound, BeltClosed, Invalid (no reason).
    """
    actor.require_role("operator")
    said = clean_line(reason, field="reason", longest=belt_kinds.REASON_LETTERS)
    row = locked(belt_id)
    belt_kinds.CLOSE.take(models.Belt.objects, row.id, reason=said, closed_at=now)
    _end_all(row, said, now=now)
    row.refresh_from_db()
    return card_of(row)


@needs_transaction
def locked(belt_id: UUID) -> models.Belt:
    """An open belt, which neither closes nor gains members meanwhile.

    raises: NotFound, BeltClosed.
    """
    row = models.Belt.objects.select_for_update().filter(pk=belt_id).first()
    if row is None:
        raise NotFound
    if row.state != BeltState.OPEN:
        raise BeltClosed
    return row


def open_ones() -> tuple[BeltCard, ...]:
    """Every belt that can be chosen, by place, then as they were made. One query, to 200 rows."""
    rows = models.Belt.objects.filter(state=BeltState.OPEN.value).order_by("region", "id")
    return tuple(map(card_of, rows))


def card(belt_id: UUID) -> BeltCard:
    """raises: NotFound. One query."""
    row = models.Belt.objects.filter(pk=belt_id).first()
    if row is None:
        raise NotFound
    return card_of(row)


def open_card(belt_id: UUID) -> BeltCard:
    """A belt that can be chosen. raises: NotFound, BeltClosed. One query."""
    found = card(belt_id)
    if not found.is_open:
        raise BeltClosed
    return found


def listed(
    *, actor: Actor, state: str = BeltState.OPEN.value, after: str | None = None, most: int = _SHOWN
) -> Page[BeltCard]:
    """Belts in a state, newest first, for operators. One query.

    raises: SignInFirst, SecondStepNeeded, NotAllowed, NotFound (the state), Invalid (`after`).
    """
    actor.require_role("operator")
    if state not in set(BeltState):
        raise NotFound
    rows = models.Belt.objects.filter(state=state)
    found = pages.latest_ids_first(rows, after=after, most=most)
    return found.of(map(card_of, found.rows))


def card_of(row: models.Belt) -> BeltCard:
    return BeltCard(
        id=row.id,
        public_id=ids.public("blt", row.id),
        name={"zh": row.name_zh, "en": row.name_en},
        about={"zh": row.about_zh, "en": row.about_en},
        region=row.region,
        fields=tuple(map(Field, row.fields)),
        state=BeltState(row.state),
        reason=row.reason,
        closed_at=row.closed_at,
    )


@needs_transaction
def _end_all(belt: models.Belt, reason: str, *, now: datetime) -> None:
    standing = models.BeltMembership.objects.filter(belt=belt, state__in=belt_kinds.STANDING)
    rows = list(standing.select_related("belt").select_for_update(of=("self",)).order_by("id"))
    models.BeltMembership.objects.filter(pk__in=[row.id for row in rows]).update(
        state=MembershipState.ENDED.value, reason=reason, ended_at=now
    )
    for before, kind in (
        (MembershipState.MEMBER, NoticeKind.BELT_ENDED),
        (MembershipState.ASKED, NoticeKind.BELT_REFUSED),
    ):
        told = [row for row in rows if row.state == before]
        belt_notices.tell(told, kind, reason, now=now)


def _write(
    row: models.Belt,
    name_zh: str,
    name_en: str,
    region: str,
    fields: Sequence[str],
    about_zh: str,
    about_en: str,
) -> None:
    longest = belt_kinds.NAME_LETTERS
    row.name_zh = clean_line(name_zh, field="name_zh", longest=longest)
    row.name_en = clean_line(name_en, field="name_en", longest=longest)
    longest = belt_kinds.ABOUT_LETTERS
    row.about_zh = clean_line(about_zh, field="about_zh", longest=longest, required=False)
    row.about_en = clean_line(about_en, field="about_en", longest=longest, required=False)
    row.region = regions.clean_code(region, field="region")
    row.fields = _clean_fields(fields)


def _clean_fields(fields: Sequence[str]) -> list[str]:
    """In the order in which fields are listed everywhere."""
    if not 1 <= len(fields) <= belt_kinds.MOST_FIELDS:
        raise Invalid(field="fields", reason="range")
    if not set(fields) <= set(Field):
        raise Invalid(field="fields", reason="choice")
    return [field.value for field in Field if field in fields]


@needs_transaction
def _save(row: models.Belt, *, is_new: bool) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=is_new, force_update=not is_new)
    except IntegrityError as error:
        raise BeltNameTaken from error
