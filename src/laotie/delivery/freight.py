"""What sending costs: one rule per shop."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from laotie.accounts import regions
from laotie.delivery import models
from laotie.delivery.rules import FreightRule, freight_fen
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid
from laotie.kernel.use_case import use_case

__all__ = ["FreightRule", "by_region", "freight_fen", "quote", "quotes", "rule_of", "rules_of"]
__all__ += ["set_rule"]

_MOST_FEN = 1_000_000
_MOST_REGIONS = 400


@use_case
def set_rule(
    *,
    actor: Actor,
    shop_id: UUID,
    flat_fen: int,
    free_over_fen: int | None = None,
    by_region: Mapping[str, int] | None = None,
    now: datetime,
) -> FreightRule:
    """The shop takes this for sending from now on; quotes made before stay.

    flat_fen:  0 to 10,000 yuan, as each of `by_region` (province or city code to fen).
    raises:    NotFound, NotAllowed, Invalid.
    """
    actor.require_shop(shop_id, "manage")
    prices = dict(by_region or {})
    if len(prices) > _MOST_REGIONS:
        raise Invalid(field="by_region", reason="too_many")
    for code, fen in prices.items():
        regions.clean_code(code, field="by_region")
        _clean(fen, "by_region")
    _clean(flat_fen, "flat_fen")
    if free_over_fen is not None and not 0 <= free_over_fen <= 100 * _MOST_FEN:
        raise Invalid(field="free_over_fen", reason="range")
    models.FreightRule.objects.update_or_create(
        shop_id=shop_id,
        defaults={
            "flat_fen": flat_fen,
            "free_over_fen": free_over_fen,
            "by_region": prices,
            "changed_at": now,
        },
    )
    return FreightRule(flat_fen, free_over_fen, prices)


def rule_of(shop_id: UUID) -> FreightRule:
    """A shop's rule; a shop that has set none sends for nothing. One query."""
    row = models.FreightRule.objects.filter(pk=shop_id).first()
    return FreightRule() if row is None else _rule(row)


def rules_of(shop_ids: Iterable[UUID]) -> dict[UUID, FreightRule]:
    """The rule of each shop, also of those that have set none. One query."""
    found = dict.fromkeys(shop_ids, FreightRule())
    found |= {row.shop_id: _rule(row) for row in models.FreightRule.objects.filter(pk__in=found)}
    return found


def quote(shop_id: UUID, *, goods_fen: int, region_code: str | None) -> int:
    """What the way of these goods costs, in fen. One query."""
    return quotes({shop_id: goods_fen}, region_code=region_code)[shop_id]


def quotes(goods_fen: Mapping[UUID, int], *, region_code: str | None) -> dict[UUID, int]:
    """What the way costs for several shops at once. One query.

    goods_fen: by shop, after the shop's own coupon.
    """
    known = rules_of(goods_fen)
    return {
        shop_id: freight_fen(known[shop_id], goods_fen=fen, region_code=region_code)
        for shop_id, fen in goods_fen.items()
    }


def by_region(rule: FreightRule, *, goods_fen: int) -> dict[str, int]:
    """What the way costs in each region; empty where that is the same for every region and none."""
    if not rule.by_region:
        return {}
    return {
        code: freight_fen(rule, goods_fen=goods_fen, region_code=code) for code in regions.every()
    }


def _clean(fen: object, field: str) -> None:
    if isinstance(fen, bool) or not isinstance(fen, int) or not 0 <= fen <= _MOST_FEN:
        raise Invalid(field=field, reason="range")


def _rule(row: models.FreightRule) -> FreightRule:
    return FreightRule(row.flat_fen, row.free_over_fen, row.by_region)
