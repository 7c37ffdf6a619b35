"""What a rehearsed rule would hit, as rows of files. Amounts in fen, moments in UTC."""

from collections.abc import Callable, Iterator, Sequence

from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.links import hits
from laotie.links.hits import Owner
from laotie.links.rehearsal import Rehearsal
from laotie.look import link_figures
from laotie.look.templatetags.look import said

Row = Sequence[str | int]


def owners(found: Rehearsal, actor: Actor) -> Iterator[Row]:
    yield (
        *_OWNER, "links", "open_orders", "orders_30d", "turnover_fen_30d",
        "turnover_elsewhere_fen_30d", "turnover_here_fen_30d", "elsewhere_bps",
    )  # fmt: skip
    for each in link_figures.owners_hit(found, actor=actor):
        hit = each.hit
        yield (
            *_owner(hit.owner), hit.links, hit.open_orders, hit.orders, hit.cut_fen,
            hit.elsewhere_fen, each.here_fen,
            "" if each.elsewhere_bps is None else each.elsewhere_bps,
        )  # fmt: skip


def links(found: Rehearsal, actor: Actor) -> Iterator[Row]:
    yield (
        "link", "network", "place", *_OWNER, "product", "address", "open_orders", "orders_30d",
        "turnover_fen_30d",
    )  # fmt: skip
    for hit in hits.links(found, actor=actor):
        yield (
            hit.public_id, hit.network, hit.surface.value, *_owner(hit.owner),
            ids.public("prd", hit.product_id) if hit.product_id else "", hit.url,
            hit.open_orders, hit.orders, hit.cut_fen,
        )  # fmt: skip


def orders(found: Rehearsal, actor: Actor) -> Iterator[Row]:
    yield (
        "network", "place", "order_no", "line_no", "state", "amount_fen", "commission_fen",
        "paid_at", "link", *_OWNER,
    )  # fmt: skip
    for hit in hits.open_orders(found, actor=actor):
        yield (
            hit.network, hit.surface.value, hit.order_no, hit.line_no, hit.state.value,
            hit.amount_fen, hit.commission_fen, hit.paid_at.isoformat(), hit.link,
            *_owner(hit.owner),
        )  # fmt: skip


_OWNER = ("owner", "owner_name", "owner_kind")


def _owner(owner: Owner) -> Row:
    return owner.public_id, said(owner.name), "shop" if owner.is_shop else "creator"


# By the name that the address has for each.
PARTS: dict[str, Callable[[Rehearsal, Actor], Iterator[Row]]] = {
    "owners": owners,
    "links": links,
    "orders": orders,
}
