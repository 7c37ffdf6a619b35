"""What leaves the house by links: visits and orders per surface and day, and who sells there."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from laotie.accounts.roles import Role
from laotie.kernel import sql
from laotie.kernel.actor import Actor
from laotie.links import models
from laotie.links.rules import ListingState, Surface

_LEAKS = """
    SELECT surface, sum(went)::bigint, sum(orders)::bigint, sum(turnover_fen)::bigint FROM (
        SELECT surface, count(*) AS went, 0 AS orders, 0 AS turnover_fen FROM links_click
        WHERE asked_at >= %(since)s AND asked_at < %(until)s AND went_at IS NOT NULL GROUP BY 1
        UNION ALL
        SELECT c.surface, 0, count(*), sum(o.amount_fen)
        FROM links_externalorder o LEFT JOIN links_click c ON c.id = o.click_id
        WHERE o.paid_at >= %(since)s AND o.paid_at < %(until)s AND o.state <> 'INVALID' GROUP BY 1
    ) leaks GROUP BY 1
"""
_BY_DAY = """
    SELECT (paid_at AT TIME ZONE %(zone)s)::date, sum(amount_fen)::bigint FROM links_externalorder
    WHERE paid_at >= %(since)s AND paid_at < %(until)s AND state <> 'INVALID' GROUP BY 1
"""
_CROSS = """
    SELECT n.code, n.name_zh, n.name_en, count(DISTINCT l.shop_id), count(DISTINCT l.creator_id),
           count(DISTINCT l.product_id),
           count(DISTINCT l.shop_id) FILTER (WHERE NOT EXISTS (
               SELECT FROM links_listing e
               WHERE e.shop_id = l.shop_id AND e.network_id = l.network_id
                 AND e.made_at < %(since)s))
    FROM links_listing l JOIN links_network n ON n.id = l.network_id
    WHERE l.state = 'PUBLISHED' GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1
"""


@dataclass(frozen=True, slots=True)
class Leak:
    """A surface, or None for orders that no click of ours led to.

    went:   visits that left by a link. orders, turnover_fen: paid elsewhere and not invalid.
    """

    surface: Surface | None
    went: int
    orders: int
    turnover_fen: int


@dataclass(frozen=True, slots=True)
class CrossListing:
    """Who sells on the network too: shops and creators with links that stand, and their products.

    new_shops: of the shops, those without any link there before the window.
    """

    network: str
    name: Mapping[str, str]
    shops: int
    creators: int
    products: int
    new_shops: int


def per_surface(*, actor: Actor, since: datetime, until: datetime) -> tuple[Leak, ...]:
    """Every surface in its fixed order, then orders without one; for operators. One query.

    raises: SignInFirst, SecondStepNeeded, NotAllowed.
    """
    actor.require_role(Role.OPERATOR)
    rows = sql.rows(_LEAKS, {"since": since, "until": until})
    found = {surface: numbers for surface, *numbers in rows}
    return tuple(Leak(surface, *found.get(surface, (0, 0, 0))) for surface in (*Surface, None))


def by_day(*, actor: Actor, since: datetime, until: datetime, zone: str) -> dict[date, int]:
    """Turnover elsewhere in fen, by the day of payment in that zone; for operators. One query."""
    actor.require_role(Role.OPERATOR)
    return dict(sql.rows(_BY_DAY, {"since": since, "until": until, "zone": zone}))


def cross_listed(*, actor: Actor, since: datetime) -> tuple[CrossListing, ...]:
    """Networks with links that stand, those with the most shops first. One query."""
    actor.require_role(Role.OPERATOR)
    return tuple(
        CrossListing(network, {"zh": zh, "en": en}, *numbers)
        for network, zh, en, *numbers in sql.rows(_CROSS, {"since": since})
    )


def linking(shop_ids: Collection[UUID], *, actor: Actor) -> int:
    """How many of these shops have a link elsewhere that stands. At most one query.

    raises: SignInFirst, SecondStepNeeded, NotAllowed.
    """
    actor.require_role(Role.OPERATOR)
    standing = models.Listing.objects.filter(shop__in=shop_ids, state=ListingState.PUBLISHED.value)
    return standing.values("shop").distinct().count() if shop_ids else 0
