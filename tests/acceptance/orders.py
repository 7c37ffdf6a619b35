"""The worked orders of this folder as the ledger's terms."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from laotie.kernel import ids
from laotie.ledger.terms import LineMoney, OrderMoney, Party, RoleShare, RoleTerm, spread_lines

_FOLDER = Path(__file__).parent


def example(name: str) -> dict[str, Any]:
    loaded = json.loads((_FOLDER / f"{name}.json").read_text("utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def order_of(
    example: dict[str, Any],
    *,
    agency_bps: int = 0,
    parties: dict[str, Party] | None = None,
    shop_id: UUID | None = None,
    buyer_id: UUID | None = None,
    **rates_bps: int,
) -> OrderMoney:
    """An order with the example's amounts; `rates_bps` replace its rates by role."""
    rates = example["rates_bps"] | rates_bps
    known = {} if parties is None else parties
    goods = [line["quantity"] * line["unit_price"] for line in example["lines"]]
    spread = spread_lines(
        goods,
        merchant_coupon_fen=example["merchant_coupon"],
        platform_coupon_fen=example["platform_coupon"],
        freight_fen=example["freight"],
    )

    def party(kind: str) -> Party:
        return known.setdefault(kind, Party(kind, ids.new()))  # type: ignore[arg-type]

    agency = (RoleShare("agency", party("agency"), agency_bps, "contract"),) if agency_bps else ()
    roles = tuple(
        RoleTerm(role, party(role), rates[role], "plan", agency if role == "creator" else ())
        for role in ("creator", "leader", "provider")
        if role in rates
    )
    lines = tuple(
        LineMoney(
            line["line"],
            line["quantity"],
            amount,
            part.merchant_coupon_fen,
            part.platform_coupon_fen,
            part.freight_fen,
            roles,
        )
        for line, amount, part in zip(example["lines"], goods, spread, strict=True)
    )
    return OrderMoney(
        ids.new(),
        ids.new(),
        shop_id or ids.new(),
        buyer_id or ids.new(),
        lines,
        rates["tech"],
        rates["channel"],
        1,
    )
