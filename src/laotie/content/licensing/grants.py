"""Grants as they are read: who holds what, by whom it was handed on, and what ends soon."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from laotie.accounts import creators, shops
from laotie.content import models
from laotie.content.licensing.licences import Grant, Party, PartyKind, Scope, Use
from laotie.kernel import ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class GrantCard:
    """One grant with the name of who holds it; empty for the platform."""

    grant: Grant
    public_id: str
    occasion_id: UUID
    holder_name: str
    contract: str
    reason: str


def card(grant_id: UUID, *, actor: Actor) -> GrantCard:
    """One grant, for operators and for whoever holds it. At most two queries.

    raises: SignInFirst, NotFound.
    """
    row = models.RightsGrant.objects.filter(pk=grant_id).first()
    actor.require_person()
    if row is None or not (actor.is_operator or may_hand_on(actor, as_grant(row).holder)):
        raise NotFound
    return cards_of([row])[0]


def may_hand_on(actor: Actor, holder: Party) -> bool:
    """Whether the holder is the actor, or a shop that they manage."""
    if holder.kind is PartyKind.CREATOR:
        return actor.creator_id == holder.id
    return holder.id is not None and "manage" in actor.shop_rights.get(holder.id, frozenset())


def held(*, actor: Actor) -> tuple[GrantCard, ...]:
    """What the actor holds as a creator or for shops they manage, the newest first. Four queries.

    raises: SignInFirst.
    """
    actor.require_person()
    managed = [shop_id for shop_id, rights in actor.shop_rights.items() if "manage" in rights]
    rows = models.RightsGrant.objects.filter(
        Q(creator=actor.creator_id, creator__isnull=False) | Q(shop__in=managed)
    )
    return cards_of(list(rows.order_by("-id")[:200]))


def handed_on(grant_ids: Collection[UUID]) -> tuple[GrantCard, ...]:
    """Sub-licences made directly from these, the newest first. Three queries."""
    rows = models.RightsGrant.objects.filter(parent__in=grant_ids)
    return cards_of(list(rows.order_by("-id")[:200]))


def of_occasion(*, actor: Actor, occasion_id: UUID, most: int = 200) -> tuple[GrantCard, ...]:
    """Everything given of an event by use and start, for operators. Three queries.

    raises: SignInFirst, NotAllowed.
    """
    actor.require_role("operator")
    rows = models.RightsGrant.objects.filter(occasion=occasion_id)
    return cards_of(list(rows.order_by("use", "starts_at", "id")[:most]))


def ending(*, actor: Actor, until: datetime, now: datetime) -> tuple[GrantCard, ...]:
    """What ends by itself before that moment, the first first, for operators. Three queries."""
    actor.require_role("operator")
    rows = models.RightsGrant.objects.filter(
        ends_at__gt=now, ends_at__lte=until, revoked_at__isnull=True
    )
    return cards_of(list(rows.order_by("ends_at", "id")[:50]))


def as_grant(row: models.RightsGrant) -> Grant:
    """As the row says."""
    return Grant(
        id=row.id,
        holder=Party(PartyKind(row.holder_kind), row.creator_id or row.shop_id),
        scope=Scope(
            use=Use(row.use),
            territory=row.territory,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            is_exclusive=row.is_exclusive,
            may_sublicense=row.may_sublicense,
            delay_s=row.delay_s,
            longest_clip_s=row.longest_clip_s,
        ),
        parent_id=row.parent_id,
        revoked_at=row.revoked_at,
    )


def lineage(grant_id: UUID) -> list[UUID]:
    """The grant and everything that it was made from."""
    rows = sql.rows(
        "WITH RECURSIVE up (id, parent_id) AS ("
        " SELECT id, parent_id FROM content_rightsgrant WHERE id = %s"
        " UNION ALL SELECT g.id, g.parent_id"
        " FROM content_rightsgrant g JOIN up ON g.id = up.parent_id"
        ") SELECT id FROM up",
        [grant_id],
    )
    return [row[0] for row in rows]


def below(grant_id: UUID) -> list[UUID]:
    """The grant and everything that was made from it."""
    rows = sql.rows(
        "WITH RECURSIVE down (id) AS ("
        " SELECT %s::uuid"
        " UNION ALL SELECT g.id FROM content_rightsgrant g JOIN down ON g.parent_id = down.id"
        ") SELECT id FROM down",
        [grant_id],
    )
    return [row[0] for row in rows]


def cards_of(rows: Sequence[models.RightsGrant]) -> tuple[GrantCard, ...]:
    """As the rows say, with names. At most two queries."""
    grants = [as_grant(row) for row in rows]
    named = names_of([grant.holder for grant in grants])
    return tuple(
        GrantCard(
            grant=grant,
            public_id=ids.public("grt", row.id),
            occasion_id=row.occasion_id,
            holder_name=named.get(grant.holder, ""),
            contract=row.contract,
            reason=row.reason,
        )
        for row, grant in zip(rows, grants, strict=True)
    )


def names_of(parties: Collection[Party]) -> dict[Party, str]:
    """What creators and shops are called. At most two queries."""
    wanted: dict[PartyKind, set[UUID]] = {kind: set() for kind in PartyKind}
    for party in parties:
        if party.id is not None:
            wanted[party.kind].add(party.id)
    found: dict[Party, str] = {}
    if wanted[PartyKind.CREATOR]:
        for id, creator in creators.cards(wanted[PartyKind.CREATOR]).items():
            found[Party(PartyKind.CREATOR, id)] = creator.name
    if wanted[PartyKind.SHOP]:
        for id, shop in shops.cards(wanted[PartyKind.SHOP]).items():
            found[Party(PartyKind.SHOP, id)] = " / ".join(shop.name.values())
    return found
