"""The money terms of an order as they are frozen when it is placed: amounts, rates, who earns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self, cast
from uuid import UUID

from laotie.kernel import money

PartyKind = Literal["shop", "creator", "leader", "provider", "agency", "programme", "platform"]

TECH = "tech"  # The platform's own role: its fee on every line.
MERCHANT = "merchant"  # Not a role with a rate: takes what the others leave.


@dataclass(frozen=True, slots=True, order=True)
class Party:
    """Whose money. The platform is one, and has no id."""

    kind: PartyKind
    id: UUID | None

    def as_json(self) -> dict[str, str | None]:
        return {"kind": self.kind, "id": None if self.id is None else str(self.id)}

    @classmethod
    def from_json(cls, box: dict[str, Any]) -> Self:
        return cls(cast("PartyKind", box["kind"]), None if box["id"] is None else UUID(box["id"]))


PLATFORM = Party("platform", None)


@dataclass(frozen=True, slots=True)
class RoleShare:
    """A child in the split tree: takes a part of what its parent earns, such as an agency."""

    role: str
    party: Party
    share_bps: int
    rule: str


@dataclass(frozen=True, slots=True)
class RoleTerm:
    """Who earns which rate on a line, and by which rule (a plan's version, say).

    children: their shares come out of this role's earning; the parent keeps the remainder.
    """

    role: str
    party: Party
    rate_bps: int
    rule: str
    children: tuple[RoleShare, ...] = ()

    def __post_init__(self) -> None:
        assert self.role not in {TECH, MERCHANT}
        assert "/" not in self.role
        assert 0 <= self.rate_bps <= money.BPS
        assert all(child.share_bps >= 0 for child in self.children)
        assert sum(child.share_bps for child in self.children) <= money.BPS
        roles = [child.role for child in self.children]
        assert len(set(roles)) == len(roles)


@dataclass(frozen=True, slots=True)
class LineMoney:
    """goods_fen is quantity times price; coupons and freight are the line's part of the order's."""

    line_no: int
    quantity: int
    goods_fen: int
    merchant_coupon_fen: int = 0
    platform_coupon_fen: int = 0
    freight_fen: int = 0
    roles: tuple[RoleTerm, ...] = ()

    def __post_init__(self) -> None:
        assert self.line_no >= 1
        assert self.quantity >= 1
        assert min(self.merchant_coupon_fen, self.platform_coupon_fen, self.freight_fen) >= 0
        assert self.buyer_pays_fen >= 0
        roles = [term.role for term in self.roles]
        assert len(set(roles)) == len(roles)

    @property
    def buyer_pays_fen(self) -> int:
        """For the goods, without freight."""
        return self.goods_fen - self.merchant_coupon_fen - self.platform_coupon_fen

    @property
    def base_fen(self) -> int:
        """What rates are taken of: a merchant's coupon lowers it, a platform's does not."""
        return self.goods_fen - self.merchant_coupon_fen


@dataclass(frozen=True, slots=True)
class OrderMoney:
    """Everything the ledger needs to hold, split and refund one order of one merchant."""

    order_id: UUID
    group_id: UUID
    shop_id: UUID
    buyer_id: UUID
    lines: tuple[LineMoney, ...]
    tech_bps: int
    channel_bps: int
    rule_version: int

    def __post_init__(self) -> None:
        numbers = [line.line_no for line in self.lines]
        assert numbers
        assert numbers == sorted(set(numbers))
        assert 0 <= self.channel_bps <= money.BPS
        for line in self.lines:
            assert 0 <= self.tech_bps + sum(term.rate_bps for term in line.roles) <= money.BPS

    @property
    def buyer_pays_fen(self) -> int:
        """What the channel takes from the buyer, with freight."""
        return sum(line.buyer_pays_fen + line.freight_fen for line in self.lines)

    @property
    def subsidy_fen(self) -> int:
        """What the platform pays for its own coupons."""
        return sum(line.platform_coupon_fen for line in self.lines)

    @property
    def inflow_fen(self) -> int:
        return self.buyer_pays_fen + self.subsidy_fen


@dataclass(frozen=True, slots=True)
class LineSpread:
    """A line's part of the coupons and of the freight."""

    merchant_coupon_fen: int
    platform_coupon_fen: int
    freight_fen: int


def spread_lines(
    goods_fen: Sequence[int],
    *,
    merchant_coupon_fen: int = 0,
    platform_coupon_fen: int = 0,
    freight_fen: int = 0,
    merchant_goods_fen: Sequence[int] | None = None,
) -> tuple[LineSpread, ...]:
    """Put an order's coupons and freight on its lines: by goods amount, largest remainder.

    goods_fen: per line, in line order; both coupons together are at most their sum.
    merchant_goods_fen: per line, the goods that the merchant's coupon is for, which it is at most;
        None is all of them.
    returns:   no line is left below zero: a fen of coupon that a line cannot bear goes to the
        first line that can.
    """
    assert merchant_coupon_fen + platform_coupon_fen <= sum(goods_fen)
    merchant = money.spread(merchant_coupon_fen, merchant_goods_fen or goods_fen)
    left = [goods - coupon for goods, coupon in zip(goods_fen, merchant, strict=True)]
    platform = _within(money.spread(platform_coupon_fen, goods_fen), left)
    freight = money.spread(freight_fen, goods_fen)
    return tuple(LineSpread(*parts) for parts in zip(merchant, platform, freight, strict=True))


def _within(parts: list[int], limits: Sequence[int]) -> list[int]:
    """Move what is above a limit to the first parts that have room; the sum stays."""
    kept = [min(part, limit) for part, limit in zip(parts, limits, strict=True)]
    excess = sum(parts) - sum(kept)
    for index, limit in enumerate(limits):
        room = min(excess, limit - kept[index])
        kept[index] += room
        excess -= room
    assert excess == 0
    return kept
