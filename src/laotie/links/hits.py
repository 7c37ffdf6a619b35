"""Whom and what a rehearsed rule would hit, one by one: owners, their links, and open orders."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from laotie.accounts import creators, shops
from laotie.accounts.roles import Role
from laotie.kernel import ids, sql
from laotie.kernel.actor import Actor
from laotie.links.rehearsal import Rehearsal
from laotie.links.rules import OrderState, Surface


@dataclass(frozen=True, slots=True)
class Owner:
    """A shop or a creator. name: as all see it; a shop's with the keys zh and en."""

    public_id: str
    name: dict[str, str] | str
    is_shop: bool


@dataclass(frozen=True, slots=True)
class OwnerHit:
    """links: that would stop. open_orders, orders, cut_fen: what came by links in the barred
    places, also by some that were taken away since. elsewhere_fen: turnover of all their links."""

    shop_id: UUID | None
    creator_id: UUID | None
    owner: Owner
    links: int
    open_orders: int
    orders: int
    cut_fen: int
    elsewhere_fen: int

    @property
    def id(self) -> UUID:
        found = self.shop_id or self.creator_id
        assert found is not None
        return found


@dataclass(frozen=True, slots=True)
class LinkHit:
    """A link that would stop. network: its code. product_id: the goods it stands by, if any."""

    public_id: str
    network: str
    surface: Surface
    owner: Owner
    product_id: UUID | None
    url: str
    open_orders: int
    orders: int
    cut_fen: int


@dataclass(frozen=True, slots=True)
class OrderHit:
    """An order elsewhere that no rule stops, by a link in a barred place. commission_fen: as
    settled, else as the network estimates it."""

    network: str
    surface: Surface
    order_no: str
    line_no: str
    state: OrderState
    amount_fen: int
    commission_fen: int
    paid_at: datetime
    link: str
    owner: Owner


def owners(found: Rehearsal, *, actor: Actor, most: int | None = None) -> tuple[OwnerHit, ...]:
    """Shops and creators whose links would stop, the most turnover first. Three queries at most.

    most:   how many; None: all.
    raises: SignInFirst, SecondStepNeeded, NotAllowed.
    """
    rows = _rows("rehearsed_hit_owners", found, actor=actor, most=most)
    known = _owners((shop_id, creator_id) for shop_id, creator_id, *_ in rows)
    return tuple(
        OwnerHit(shop_id, creator_id, known[shop_id or creator_id], *numbers)
        for shop_id, creator_id, *numbers in rows
    )


def links(found: Rehearsal, *, actor: Actor, most: int | None = None) -> tuple[LinkHit, ...]:
    """Links that would stop, the most turnover first. Three queries at most; as `owners`."""
    rows = _rows("rehearsed_hit_links", found, actor=actor, most=most)
    known = _owners((row[3], row[4]) for row in rows)
    return tuple(
        LinkHit(
            ids.public("lnk", link_id), network, Surface(surface), known[shop_id or creator_id],
            *rest,
        )
        for link_id, network, surface, shop_id, creator_id, *rest in rows
    )  # fmt: skip


def open_orders(found: Rehearsal, *, actor: Actor, most: int | None = None) -> tuple[OrderHit, ...]:
    """Orders that run to their end, the oldest first. Three queries at most; as `owners`."""
    rows = _rows("rehearsed_hit_orders", found, actor=actor, most=most)
    known = _owners((row[9], row[10]) for row in rows)
    return tuple(
        OrderHit(
            network, Surface(surface), order_no, line_no, OrderState(state), amount_fen,
            commission_fen, paid_at, ids.public("lnk", link_id), known[shop_id or creator_id],
        )
        for network, surface, order_no, line_no, state, amount_fen, commission_fen, paid_at,
            link_id, shop_id, creator_id in rows
    )  # fmt: skip


def _rows(
    statement: str, found: Rehearsal, *, actor: Actor, most: int | None
) -> list[tuple[Any, ...]]:
    actor.require_role(Role.OPERATOR)
    if not found.cut:
        return []
    facts = {
        "networks": [cell.network.code for cell in found.cut],
        "surfaces": [cell.surface.value for cell in found.cut],
        "since": found.since,
        "until": found.until,
        "most": most,
    }
    return sql.rows(sql.text("links", statement), facts)


def _owners(pairs: Iterable[tuple[UUID | None, UUID | None]]) -> dict[UUID | None, Owner]:
    """By the id of the shop or the creator; None is nobody's."""
    seen = set(pairs)
    found: dict[UUID | None, Owner] = {}
    for shop in shops.cards({shop_id for shop_id, _ in seen if shop_id}).values():
        found[shop.id] = Owner(ids.public("shp", shop.id), shop.name, is_shop=True)
    for creator in creators.cards({each for _, each in seen if each}).values():
        found[creator.id] = Owner(ids.public("crt", creator.id), creator.name, is_shop=False)
    return found
