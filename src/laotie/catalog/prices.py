"""List prices: every one that a SKU has had, who set it and when."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from laotie.catalog import models, rules
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound
from laotie.kernel.use_case import needs_transaction


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One change of a list price; `before_fen` is None for the first price."""

    before_fen: int | None
    after_fen: int
    version: int
    changed_by: UUID | None
    changed_at: datetime


def of(*, actor: Actor, sku_id: UUID) -> tuple[PriceLine, ...]:
    """Every list price the SKU has had, newest first; for the shop's staff.

    raises: SignInFirst, NotFound. Two queries.
    """
    sku = models.Sku.objects.select_related("product").filter(pk=sku_id).first()
    if sku is None:
        raise NotFound
    rules.require_staff(actor, sku.product.shop_id)
    changes = models.PriceChange.objects.filter(sku=sku_id).order_by("-version")[:200]
    return tuple(
        PriceLine(
            change.before_fen,
            change.after_fen,
            change.version,
            change.changed_by_id,
            change.changed_at,
        )
        for change in changes
    )


@needs_transaction
def note(actor: Actor, row: models.Sku, *, before_fen: int | None, now: datetime) -> None:
    """The row's price of now is the next line. before_fen: None for the first one."""
    models.PriceChange.objects.create(
        sku=row,
        before_fen=before_fen,
        after_fen=row.list_price_fen,
        version=row.version,
        changed_by_id=actor.person_id,
        via=actor.via,
        changed_at=now,
    )
