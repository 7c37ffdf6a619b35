"""What others ask of links: the matrix of what may stand where, the rules, figures of visits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from laotie.accounts.roles import Role
from laotie.kernel import sql
from laotie.kernel.actor import Actor
from laotie.links import listings, models, networks, order_sync, policy, rules
from laotie.links.listings import ListingCard
from laotie.links.networks import NetworkCard
from laotie.links.order_sources import Flaw, Unusable
from laotie.links.rules import Decision, LinkRule, Surface

_CLICKS = """
    SELECT c.surface, n.code, count(*), count(c.went_at), count(*) FILTER (WHERE c.is_paid)
    FROM links_click c JOIN links_listing l ON l.id = c.listing_id
    JOIN links_network n ON n.id = l.network_id
    WHERE c.asked_at >= %(since)s AND c.asked_at < %(until)s
    GROUP BY 1, 2 ORDER BY 1, 2
"""

_READINGS = """
    SELECT n.code, n.name_zh, n.name_en, c.read_to, c.next_at, c.cause, c.failed_at,
           c.succeeded_at, d.read_to, d.until, d.cause,
           (SELECT count(*) FROM links_externalorder o
            WHERE o.network_id = n.id AND o.paid_at >= %(since)s),
           (SELECT count(*) FROM links_externalorder o
            WHERE o.network_id = n.id AND o.paid_at >= %(since)s AND o.click_id IS NULL),
           n.click_parameter
    FROM links_orderreading c JOIN links_network n ON n.id = c.network_id
    JOIN links_orderreading d ON d.network_id = n.id AND d.lane = 'NIGHT'
    WHERE c.lane = 'CHANGES' AND c.is_on ORDER BY n.code
"""
_PLACES = """
    SELECT n.code, o.position, count(*), sum(o.amount_fen)::bigint
    FROM links_externalorder o JOIN links_network n ON n.id = o.network_id
    WHERE o.paid_at >= %(since)s AND o.click_id IS NULL AND o.position <> ''
      AND o.state <> 'INVALID'
    GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 20
"""
_LATELY = timedelta(days=30)
_MINUTE = timedelta(minutes=1)
_MOST_FLAWS = 20


@dataclass(frozen=True, slots=True)
class OrderSourceCard:
    """How a network's orders come in. Causes are empty while all is well.

    read_to: every change before is known. night_read_to, night_until: of the nightly look back.
    orders, without_click: paid in the last 30 days; those of the latter came by no click of ours.
    click_parameter: the field of its addresses that takes our click; empty for none.
    """

    network: str
    name: dict[str, str]
    read_to: datetime
    lag_minutes: int
    next_at: datetime
    cause: str
    failed_at: datetime | None
    succeeded_at: datetime | None
    night_read_to: datetime
    night_until: datetime
    night_cause: str
    orders: int
    without_click: int
    click_parameter: str

    @property
    def is_night_done(self) -> bool:
        return self.night_read_to >= self.night_until


@dataclass(frozen=True, slots=True)
class OrderPlace:
    """A place of the account over there that orders without a click of ours came by, and theirs."""

    network: str
    position: str
    orders: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class OrderSourcesPage:
    """flaws: the last 20 orders that could not be taken in as told, each with its network.

    places: the 20 with the most orders in 30 days that are not invalid.
    """

    sources: tuple[OrderSourceCard, ...]
    unusable: tuple[Unusable, ...]
    places: tuple[OrderPlace, ...]
    flaws: tuple[tuple[str, datetime, Flaw], ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """What holds at one moment: for every network, a decision per surface in their fixed order.

    turning_points: every moment at which a rule begins or ends, in order.
    """

    at: datetime
    surfaces: tuple[Surface, ...]
    rows: tuple[tuple[NetworkCard, tuple[Decision, ...]], ...]
    turning_points: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for a network on one surface. until: when it stops, by published rules."""

    network: NetworkCard
    decision: Decision
    until: datetime | None


@dataclass(frozen=True, slots=True)
class FirstCuts:
    """The rules as they were read once, and when links stop first after that by what they say.

    at: the moment that is asked about. stops: by network and surface; none where nothing stops.
    """

    at: datetime
    networks: tuple[NetworkCard, ...]
    published: tuple[LinkRule, ...]
    stops: Mapping[tuple[str, Surface], datetime]


@dataclass(frozen=True, slots=True)
class Visits:
    """How many asked to leave, how many of them went, how many came of advertising."""

    surface: Surface
    network: str
    asked: int
    went: int
    paid: int


def matrix(*, at: datetime) -> Matrix:
    """Every network on every surface, for everybody. Three queries, however many rules."""
    published = policy.published()
    surfaces = tuple(Surface)
    default = policy.default()
    return Matrix(
        at=at,
        surfaces=surfaces,
        rows=tuple(
            (
                network,
                tuple(
                    rules.decide(
                        published, network=network.code, surface=surface, at=at, default=default
                    )
                    for surface in surfaces
                ),
            )
            for network in networks.listed()
        ),
        turning_points=tuple(rules.turning_points(published)),
    )


def first_cuts(*, at: datetime) -> FirstCuts:
    """What a page needs that tells of several links or places, for everybody. Three queries."""
    published, known = policy.published(), networks.listed()
    codes = [network.code for network in known]
    stops: dict[tuple[str, Surface], datetime] = {}
    for cut in rules.cuts(published, networks=codes, after=at, default=policy.default()):
        stops.setdefault((cut.network, cut.surface), cut.at)
    return FirstCuts(at, known, tuple(published), stops)


def standings(surface: Surface, cuts: FirstCuts) -> tuple[Standing, ...]:
    """What holds on the surface for each network. No query."""
    found = []
    for network in cuts.networks:
        decision = rules.decide(
            cuts.published,
            network=network.code,
            surface=surface,
            at=cuts.at,
            default=policy.default(),
        )
        until = cuts.stops.get((network.code, surface)) if decision.is_allowed else None
        found.append(Standing(network, decision, until))
    return tuple(found)


def rule_book(*, actor: Actor) -> tuple[LinkRule, ...]:
    """Every rule that was not withdrawn, the last to begin first; for operators. One query.

    raises: SignInFirst, SecondStepNeeded, NotAllowed.
    """
    actor.require_role(Role.OPERATOR)
    found = policy.published()
    return tuple(sorted(found, key=lambda rule: rule.effective_from, reverse=True))


def decision(network: str, surface: Surface, *, at: datetime) -> Decision:
    """What holds for one network there and then, for everybody. Three queries. raises: NotFound."""
    networks.card(network)
    return policy.decide(network, surface, at=at)


def barred_at(place_id: UUID, *, at: datetime) -> tuple[ListingCard, ...]:
    """Links in a room's or a post's bag that may not stand there at that moment. Three queries.

    For whoever publishes the place: none, and nothing stands in its way.
    """
    return tuple(card for card in listings.of_place(place_id, at=at) if not card.is_open)


def visits(*, actor: Actor, since: datetime, until: datetime) -> tuple[Visits, ...]:
    """Clicks asked for from `since` to before `until`; for operators. One query, by index.

    raises: SignInFirst, SecondStepNeeded, NotAllowed.
    """
    actor.require_role(Role.OPERATOR)
    rows = sql.rows(_CLICKS, {"since": since, "until": until})
    return tuple(
        Visits(Surface(surface), network, asked, went, paid)
        for surface, network, asked, went, paid in rows
    )


def counts_of(listing_ids: list[UUID], *, actor: Actor, shop_id: UUID) -> Mapping[UUID, int]:
    """How many left by each of a shop's links; for its staff. Two queries, by index.

    raises: SignInFirst, SecondStepNeeded, NotFound, NotAllowed.
    """
    actor.require_shop(shop_id, "manage")
    mine = models.Listing.objects.filter(pk__in=listing_ids, shop=shop_id).values("id")
    rows = sql.rows(
        "SELECT listing_id, count(went_at) FROM links_click WHERE listing_id = ANY(%s) GROUP BY 1",
        [[row["id"] for row in mine]],
    )
    return dict(rows)


def order_sources_page(*, actor: Actor, now: datetime) -> OrderSourcesPage:
    """How orders of other networks are fetched, and what went wrong; for operators. Four queries.

    raises: SignInFirst, SecondStepNeeded, NotAllowed.
    """
    actor.require_role(Role.OPERATOR)
    flaws = models.OrderFlaw.objects.filter(noted_at__gte=now - _LATELY).select_related("network")
    return OrderSourcesPage(
        sources=order_source_cards(now=now),
        unusable=order_sync.unusable(),
        places=tuple(OrderPlace(*row) for row in sql.rows(_PLACES, {"since": now - _LATELY})),
        flaws=tuple(
            (
                row.network.code,
                row.noted_at,
                Flaw(row.order_no, row.line_no, row.reason, row.text),
            )
            for row in flaws.order_by("-noted_at", "-id")[:_MOST_FLAWS]
        ),
    )


def order_source_cards(*, now: datetime) -> tuple[OrderSourceCard, ...]:
    """How each network's orders come in, by its code, for whoever keeps the machine. One query."""
    rows = sql.rows(_READINGS, {"since": now - _LATELY})
    return tuple(
        OrderSourceCard(
            code, {"zh": zh, "en": en}, read_to, max(0, (now - read_to) // _MINUTE), *rest
        )
        for code, zh, en, read_to, *rest in rows
    )
