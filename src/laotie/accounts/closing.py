"""A shop that is away for some days: whether orders are taken, and what buyers read meanwhile."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from laotie.accounts import models
from laotie.accounts.rules import Closing, Right
from laotie.kernel import screening
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound
from laotie.kernel.screening import Where
from laotie.kernel.text import clean_line
from laotie.kernel.use_case import use_case

__all__ = ["Away", "Closing", "announce", "away", "come_back"]

NOTICE_LETTERS = 120
LONGEST = timedelta(days=60)
EARLIEST_NOTICE = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Away:
    """When a shop is away. notice: zh and en, either may be empty. Until `until`, exclusive."""

    shop_id: UUID
    takes_orders: bool
    starts_at: datetime
    until: datetime
    notice: dict[str, str]

    def is_at(self, moment: datetime) -> bool:
        return self.starts_at <= moment < self.until


@use_case
def announce(
    *,
    actor: Actor,
    shop_id: UUID,
    takes_orders: bool,
    starts_at: datetime,
    until: datetime,
    notice: Mapping[str, str],
    now: datetime,
) -> Away:
    """The shop is away for this time, instead of any that was announced before.

    takes_orders: orders are taken and shipped after `until`; otherwise none can be placed.
    until:        in the future, at most 60 days after the start, which is within half a year.
    raises:       SignInFirst, NotFound, NotAllowed, Invalid, TextNotAllowed.
    """
    actor.require_shop(shop_id, Right.MANAGE)
    if starts_at > now + EARLIEST_NOTICE:
        raise Invalid(field="starts_at", reason="time")
    if until <= max(starts_at, now) or until - starts_at > LONGEST:
        raise Invalid(field="until", reason="time")
    if set(notice) != {"zh", "en"}:
        raise Invalid(field="notice", reason="form")
    zh, en = (
        clean_line(
            notice[language], field=f"notice.{language}", longest=NOTICE_LETTERS, required=False
        )
        for language in ("zh", "en")
    )
    screening.require_all_fit([("notice.zh", zh), ("notice.en", en)], Where.BIO, now=now)
    changed = models.Shop.objects.filter(pk=shop_id).update(
        closing=Closing.LATER if takes_orders else Closing.NONE,
        closed_from=starts_at,
        closed_until=until,
        closing_notice_zh=zh,
        closing_notice_en=en,
    )
    if not changed:
        raise NotFound
    return Away(shop_id, takes_orders, starts_at, until, {"zh": zh, "en": en})


@use_case
def come_back(*, actor: Actor, shop_id: UUID, now: datetime) -> None:
    """The shop is there again from now on; one that is not away stays as it is."""
    actor.require_shop(shop_id, Right.MANAGE)
    models.Shop.objects.filter(pk=shop_id).update(
        closing="", closed_from=None, closed_until=None, closing_notice_zh="", closing_notice_en=""
    )


def away(shop_ids: Iterable[UUID], *, at: datetime) -> dict[UUID, Away]:
    """Shops that are away at this moment or will be. One query."""
    rows = models.Shop.objects.filter(pk__in=set(shop_ids), closed_until__gt=at)
    return {
        row.id: Away(
            row.id,
            row.closing == Closing.LATER,
            row.closed_from,
            row.closed_until,
            {"zh": row.closing_notice_zh, "en": row.closing_notice_en},
        )
        for row in rows
        if row.closed_from is not None and row.closed_until is not None
    }
