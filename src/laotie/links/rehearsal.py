"""What a rule would hit before anybody makes it: links, people, open orders, turnover, and bounds.

What those who cannot leave any more would do instead is not known: whoever saw a link saw it
because the rules let it stand, and nobody was left out by chance. So the turnover that is kept is
told as the lowest and the highest that these figures allow (bounds in the sense of Manski), and as
one figure only where both are the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from laotie.accounts.roles import Role
from laotie.kernel import sql
from laotie.kernel.actor import Actor
from laotie.links import networks, policy, rules
from laotie.links.networks import NetworkCard
from laotie.links.rules import Cut, Decision, LinkRule, Surface

__all__ = ["Cut"]

WINDOW = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class House:
    """What is sold here, without any link: products on sale now, and paid orders of the window."""

    products: int
    turnover_fen: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Of links that stand and of orders elsewhere.

    open_orders:    neither settled nor invalid, of any age; no rule stops them.
    orders, turnover_fen, commission_fen: paid within the window and not invalid; the commission
        as the network estimates it until it is settled.
    """

    listings: int = 0
    shops: int = 0
    creators: int = 0
    open_orders: int = 0
    orders: int = 0
    turnover_fen: int = 0
    commission_fen: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """A network on a surface, before and after."""

    network: NetworkCard
    surface: Surface
    before: Decision
    after: Decision
    figures: Figures

    @property
    def is_cut(self) -> bool:
        return self.before.is_allowed and not self.after.is_allowed

    @property
    def is_opened(self) -> bool:
        return self.after.is_allowed and not self.before.is_allowed


@dataclass(frozen=True, slots=True)
class Dependency:
    """How much of what is offered and sold here leads elsewhere, in basis points; None of nothing.

    listings_bps: links that stand and may be followed, of these and the products on sale.
    turnover_bps: turnover elsewhere, of all turnover of the window.
    """

    listings_bps: int | None
    turnover_bps: int | None


@dataclass(frozen=True, slots=True)
class Bounds:
    """The window's turnover as it would have been under the rule, in fen.

    total:    as it was, here and elsewhere.
    placed:   by links that would be cut. unplaced: on their networks, by no click that we know; it
        may be theirs, all or none.
    lowest:   whoever can leave no more buys nothing. highest: all of them buy here.
    lowest_if_they_leave: and every shop and creator that is hit goes, with all that they sell.
    """

    total: int
    placed: int
    unplaced: int
    lowest: int
    highest: int
    lowest_if_they_leave: int

    @property
    def is_identified(self) -> bool:
        return self.lowest == self.highest


@dataclass(frozen=True, slots=True)
class Owners:
    """Whose links would be cut, and the window's turnover of their other links."""

    shops: tuple[UUID, ...]
    creators: tuple[UUID, ...]
    elsewhere_fen: int


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """at: the moment looked at. since, until: the window of turnover. hit: all cut cells together.

    unplaced: orders elsewhere by no click that we know, by network.
    """

    at: datetime
    since: datetime
    until: datetime
    cells: tuple[Cell, ...]
    hit: Figures
    owners: Owners
    unplaced: tuple[tuple[NetworkCard, Figures], ...]
    dependency: Dependency
    elsewhere_fen: int

    @property
    def cut(self) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.cells if cell.is_cut)

    @property
    def opened(self) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.cells if cell.is_opened)


def rehearse(
    *, actor: Actor, at: datetime, house: House, draft: LinkRule | None = None, now: datetime
) -> Rehearsal:
    """What the draft would do at its beginning; without one, what published rules do until `at`.

    Six queries at most, however many links there are; nothing is written.
    draft:  from `policy.drafted`; `at` is its beginning.
    raises: SignInFirst, SecondStepNeeded, NotAllowed.
    """
    actor.require_role(Role.OPERATOR)
    published, default = policy.published(), policy.default()
    then = published if draft is None else [*published, draft]
    compared_at = now if draft is None else at
    since = now - WINDOW
    found = _figures(since=since, until=now)
    known = networks.listed()
    cells = tuple(
        Cell(
            network=network,
            surface=surface,
            before=rules.decide(
                published, network=network.code, surface=surface, at=compared_at, default=default
            ),
            after=rules.decide(then, network=network.code, surface=surface, at=at, default=default),
            figures=found.get((network.code, surface), Figures()),
        )
        for network in known
        for surface in Surface
    )
    cut = [cell for cell in cells if cell.is_cut]
    owners = _owners(cut, since=since, until=now)
    elsewhere_fen = sum(figures.turnover_fen for figures in found.values())
    return Rehearsal(
        at=at,
        since=since,
        until=now,
        cells=cells,
        hit=_together(cut, owners),
        owners=owners,
        unplaced=tuple(
            (network, found[network.code, None])
            for network in known
            if (network.code, None) in found
        ),
        dependency=Dependency(
            listings_bps=_share(
                sum(cell.figures.listings for cell in cells if cell.before.is_allowed),
                house.products,
            ),
            turnover_bps=_share(elsewhere_fen, house.turnover_fen),
        ),
        elsewhere_fen=elsewhere_fen,
    )


def bounds(found: Rehearsal, *, house: House, theirs_fen: int) -> Bounds:
    """The lowest and the highest turnover under the rule.

    theirs_fen: the window's turnover here of the shops and creators that are hit (`owners`).
    """
    networks_hit = {cell.network.code for cell in found.cut}
    placed = found.hit.turnover_fen
    unplaced = sum(
        figures.turnover_fen for network, figures in found.unplaced if network.code in networks_hit
    )
    total = house.turnover_fen + found.elsewhere_fen
    lowest = total - placed - unplaced
    return Bounds(
        total=total,
        placed=placed,
        unplaced=unplaced,
        lowest=lowest,
        highest=total,
        lowest_if_they_leave=max(0, lowest - theirs_fen - found.owners.elsewhere_fen),
    )


def cuts_after(moment: datetime) -> list[Cut]:
    """What published rules stop after that moment, in the order of time. Three queries."""
    return rules.cuts(
        policy.published(),
        networks=[network.code for network in networks.listed()],
        after=moment,
        default=policy.default(),
    )


def _figures(*, since: datetime, until: datetime) -> dict[tuple[str, Surface | None], Figures]:
    rows = sql.rows(sql.text("links", "rehearsed_cells"), {"since": since, "until": until})
    return {
        (network, Surface(surface) if surface else None): Figures(*numbers)
        for network, surface, *numbers in rows
    }


def _owners(cut: Sequence[Cell], *, since: datetime, until: datetime) -> Owners:
    if not cut:
        return Owners((), (), 0)
    ((shops, creators, elsewhere_fen),) = sql.rows(
        sql.text("links", "rehearsed_owners"),
        {
            "networks": [cell.network.code for cell in cut],
            "surfaces": [cell.surface.value for cell in cut],
            "since": since,
            "until": until,
        },
    )
    return Owners(tuple(shops), tuple(creators), elsewhere_fen)


def _together(cut: Iterable[Cell], owners: Owners) -> Figures:
    """Sums; but who has links in two cells is one owner."""
    found = [cell.figures for cell in cut]
    return Figures(
        listings=sum(each.listings for each in found),
        shops=len(owners.shops),
        creators=len(owners.creators),
        open_orders=sum(each.open_orders for each in found),
        orders=sum(each.orders for each in found),
        turnover_fen=sum(each.turnover_fen for each in found),
        commission_fen=sum(each.commission_fen for each in found),
    )


def _share(elsewhere: int, here: int) -> int | None:
    both = elsewhere + here
    return elsewhere * 10_000 // both if both else None
