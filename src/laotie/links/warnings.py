"""Whoever loses links by a rule is told days before, once per rule, and told when it is off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from laotie.accounts import creators, inbox, shops
from laotie.accounts.inbox import NoticeKind, Posting
from laotie.kernel import ids, sql
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.links import models, networks, rehearsal
from laotie.links.rehearsal import Cut
from laotie.links.rules import WarningState

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class _Hit:
    """Links of one owner that a rule stops at a moment. Exactly one of shop and creator."""

    rule_id: UUID
    at: datetime
    shop_id: UUID | None
    creator_id: UUID | None
    networks: tuple[str, ...]
    listings: int


def tell_due(*, now: datetime) -> int:
    """Owners of links that stop within `LAOTIE_LINKS_WARN_DAYS` know it, and those whose links
    stay after all know that; how many were told. At most 500 in one transaction."""
    cuts = rehearsal.cuts_after(now)
    horizon = now + timedelta(days=settings.LAOTIE.links_warn_days)
    told = 0
    while warned := _warn(cuts=[cut for cut in cuts if cut.at <= horizon], now=now):
        told += warned
    while stayed := _call_off(cuts=cuts, now=now):
        told += stayed
    return told


@use_case
def _warn(*, cuts: Sequence[Cut], now: datetime) -> int:
    _lock()
    hits = _hits(cuts)
    models.Warning.objects.bulk_create(
        [
            models.Warning(
                rule_id=hit.rule_id,
                shop_id=hit.shop_id,
                creator_id=hit.creator_id,
                cuts_at=hit.at,
                networks=list(hit.networks),
                listings=hit.listings,
                state=WarningState.WARNED.value,
                told_at=now,
            )
            for hit in hits
        ],
        # It was called off before, and is on again.
        update_conflicts=True,
        unique_fields=["rule", "shop", "creator"],
        update_fields=["cuts_at", "networks", "listings", "state", "told_at", "called_off_at"],
    )
    _post(NoticeKind.LINKS_STOP, hits, now=now)
    return len(hits)


@use_case
def _call_off(*, cuts: Sequence[Cut], now: datetime) -> int:
    _lock()
    rows = sql.rows(
        sql.text("links", "warnings_called_off"), {**_columns(cuts), "now": now, "most": _AT_ONCE}
    )
    hits = [
        _Hit(rule_id, at, shop_id, creator_id, tuple(codes), listings)
        for _id, rule_id, at, shop_id, creator_id, codes, listings in rows
    ]
    models.Warning.objects.filter(pk__in=[row[0] for row in rows]).update(
        state=WarningState.CALLED_OFF.value, called_off_at=now
    )
    _post(NoticeKind.LINKS_STAY, hits, now=now)
    return len(hits)


def _hits(cuts: Sequence[Cut]) -> list[_Hit]:
    """Of owners who were not warned yet, at most 500. One query."""
    if not cuts:
        return []
    facts = {**_columns(cuts), "most": _AT_ONCE}
    return [
        _Hit(rule_id, at, shop_id, creator_id, tuple(codes), listings)
        for rule_id, at, shop_id, creator_id, codes, listings in sql.rows(
            sql.text("links", "warnings_due"), facts
        )
    ]


def _columns(cuts: Sequence[Cut]) -> dict[str, Any]:
    return {
        "rules": [cut.rule_id for cut in cuts],
        "moments": [cut.at for cut in cuts],
        "networks": [cut.network for cut in cuts],
        "surfaces": [cut.surface.value for cut in cuts],
    }


@needs_transaction
def _post(kind: NoticeKind, hits: Sequence[_Hit], *, now: datetime) -> None:
    staff = shops.staff_of({hit.shop_id for hit in hits if hit.shop_id}, "manage")
    hosts = creators.cards([hit.creator_id for hit in hits if hit.creator_id])
    names = {network.code: network.name for network in networks.listed()}
    postings = []
    for hit in hits:
        people: Sequence[UUID]
        if hit.shop_id is not None:
            people, owner = staff[hit.shop_id], ids.public("shp", hit.shop_id)
        else:
            assert hit.creator_id is not None
            people = (hosts[hit.creator_id].person_id,)
            owner = ids.public("crt", hit.creator_id)
        facts = {
            "network_zh": "、".join(names[code]["zh"] for code in hit.networks),
            "network_en": ", ".join(names[code]["en"] for code in hit.networks),
            "count": hit.listings,
            "at": f"{timezone.localtime(hit.at):%Y-%m-%d %H:%M:%S}",
        }
        # An owner may be warned of two rules in one minute, and of one again after it was off.
        ref = f"{owner}:{now:%y%m%d%H%M}{hit.rule_id.hex[-12:]}"
        postings += [Posting(person_id, kind, facts, ref) for person_id in people]
    inbox.post_many(postings, now=now)


@needs_transaction
def _lock() -> None:
    """One at a time, so that nobody is told twice."""
    sql.rows("SELECT pg_advisory_xact_lock(hashtextextended('link warnings', 0))")
