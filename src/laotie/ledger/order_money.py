"""The frozen money of orders: stored once at capture, locked for every later change.

Refunds and settlement take the same lock, the order's row, so neither can act on figures that
the other is about to change. The row also counts what is in escrow for the order, with a floor of
zero: whoever comes to it twice is stopped by the database.
"""

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import F

from laotie.kernel import idempotency, packed, sql
from laotie.kernel.errors import KeyReused, NotFound
from laotie.kernel.use_case import needs_transaction
from laotie.ledger import models, rules
from laotie.ledger.terms import LineMoney, OrderMoney, Party, RoleShare, RoleTerm


@dataclass(frozen=True, slots=True)
class Captured:
    """A payment that came in, and the orders that it pays."""

    payment_id: UUID
    orders: tuple[OrderMoney, ...]


@dataclass(frozen=True, slots=True)
class Frozen:
    """An order's money as it stands: terms, state, and what was taken of each line."""

    order: OrderMoney
    payment_id: UUID
    state: rules.MoneyState
    taken: dict[int, rules.Taken]

    def figures(self) -> rules.Figures:
        return rules.figures(self.order, self.taken)


def lock_row(order_id: UUID) -> models.LedOrder | None:
    """The one lock that refunds and settlement share; held to the end of the transaction."""
    return models.LedOrder.objects.select_for_update().filter(pk=order_id).first()


@needs_transaction
def lock(order_id: UUID) -> Frozen:
    """Nobody else changes this order's money until the caller is done. raises: NotFound."""
    return _frozen(lock_row(order_id))


def read(order_id: UUID) -> Frozen:
    """The same without the lock, to look. raises: NotFound."""
    return _frozen(models.LedOrder.objects.filter(pk=order_id).first())


def _frozen(row: models.LedOrder | None) -> Frozen:
    if row is None:
        raise NotFound
    # Read after the lock is held, so that units refunded in the meantime are seen.
    lines = list(models.LedLine.objects.filter(order_id=row.pk).order_by("line_no"))
    return frozen_of(row, lines)


def frozen_of(row: models.LedOrder, lines: Sequence[models.LedLine]) -> Frozen:
    """The terms again from their rows; `lines` in order of their number."""
    order = OrderMoney(
        order_id=row.order_id,
        group_id=row.group_id,
        shop_id=row.shop_id,
        buyer_id=row.buyer_id,
        lines=tuple(_line_of(line) for line in lines),
        tech_bps=row.tech_bps,
        channel_bps=row.channel_bps,
        rule_version=row.rule_version,
    )
    taken = {
        line.line_no: rules.Taken(line.refunded_units, line.freight_refunded) for line in lines
    }
    return Frozen(order, row.payment_id, rules.MoneyState(row.state), taken)


@dataclass(frozen=True, slots=True)
class Rows:
    """Terms of orders as `store` writes them."""

    orders: list[Any]
    lines: list[Any]


def rows_of(payments: Iterable[Captured], *, now: datetime) -> Rows:
    """The terms of orders just captured."""
    orders = [(payment.payment_id, order) for payment in payments for order in payment.orders]
    lines = [(order.order_id, line) for _, order in orders for line in order.lines]
    return Rows(
        orders=[
            rules.MoneyState.HELD.value,
            now,
            packed.uuids([order.order_id for _, order in orders]),
            packed.uuids([order.group_id for _, order in orders]),
            packed.uuids([order.shop_id for _, order in orders]),
            packed.uuids([order.buyer_id for _, order in orders]),
            packed.uuids([payment_id for payment_id, _ in orders]),
            packed.texts([digest(payment_id, order) for payment_id, order in orders]),
            packed.int4s([order.tech_bps for _, order in orders]),
            packed.int4s([order.channel_bps for _, order in orders]),
            packed.int4s([order.rule_version for _, order in orders]),
            packed.int8s([order.buyer_pays_fen for _, order in orders]),
            packed.int8s([order.subsidy_fen for _, order in orders]),
        ],
        lines=[
            packed.uuids([order_id for order_id, _ in lines]),
            packed.int4s([line.line_no for _, line in lines]),
            packed.int4s([line.quantity for _, line in lines]),
            packed.int8s([line.goods_fen for _, line in lines]),
            packed.int8s([line.merchant_coupon_fen for _, line in lines]),
            packed.int8s([line.platform_coupon_fen for _, line in lines]),
            packed.int8s([line.freight_fen for _, line in lines]),
            packed.texts([_roles_as_json(line) for _, line in lines]),
        ],
    )


@needs_transaction
def store(rows: Rows) -> None:
    """Keep them. Two statements, however many."""
    sql.hot_change(sql.text("ledger", "store_orders"), rows.orders)
    sql.hot_change(sql.text("ledger", "store_lines"), rows.lines)


def require_same(payments: Iterable[Captured]) -> None:
    """These orders were captured before with these very terms. raises: KeyReused."""
    wanted = {
        order.order_id: digest(payment.payment_id, order)
        for payment in payments
        for order in payment.orders
    }
    known = models.LedOrder.objects.filter(pk__in=wanted).values_list("order_id", "digest")
    for order_id, known_digest in known:
        if known_digest != wanted[order_id]:
            raise KeyReused(order_id=order_id)


def digest(payment_id: UUID, order: OrderMoney) -> str:
    """As `idempotency.digest` has it, in a third of the time."""
    terms = [payment_id, _plain(order)]
    text = msgspec.json.encode(terms, order="sorted")
    if not text.isascii() or b"\x7f" in text:
        return idempotency.digest(terms)  # It writes other letters as numbers.
    return hashlib.sha256(text).hexdigest()


def _plain(order: OrderMoney) -> dict[str, Any]:
    """What `dataclasses.asdict` makes of it, which copies each value: a third of a capture's time.

    Digests of orders captured long ago were made so, hence every name and place here stays.
    """
    return {
        **{name: getattr(order, name) for name in _ORDER_FIELDS},
        "lines": [
            {
                **{name: getattr(line, name) for name in _LINE_FIELDS},
                "roles": [dataclasses.asdict(term) for term in line.roles],
            }
            for line in order.lines
        ],
    }


_ORDER_FIELDS = [f.name for f in dataclasses.fields(OrderMoney) if f.name != "lines"]
_LINE_FIELDS = [f.name for f in dataclasses.fields(LineMoney) if f.name != "roles"]


@needs_transaction
def mark_split(order_id: UUID, *, taken_fen: int, now: datetime) -> None:
    """Everything that was in escrow is with the parties."""
    models.LedOrder.objects.filter(pk=order_id).update(
        state=rules.MoneyState.SPLIT.value, held_fen=F("held_fen") - taken_fen, split_at=now
    )


@needs_transaction
def mark_released(order_id: UUID, *, now: datetime) -> None:
    models.LedOrder.objects.filter(pk=order_id).update(
        state=rules.MoneyState.RELEASED.value, released_at=now
    )


@needs_transaction
def mark_refunded(
    frozen: Frozen,
    after: Mapping[int, rules.Taken],
    *,
    to_buyer_fen: int,
    subsidy_fen: int,
    from_escrow_fen: int,
) -> None:
    """Count what went back on the order and on its lines."""
    order_id = frozen.order.order_id
    models.LedOrder.objects.filter(pk=order_id).update(
        refunded_fen=F("refunded_fen") + to_buyer_fen,
        subsidy_back_fen=F("subsidy_back_fen") + subsidy_fen,
        held_fen=F("held_fen") - from_escrow_fen,
    )
    for line_no, taken in after.items():
        units = taken.units - frozen.taken[line_no].units
        if taken != frozen.taken[line_no]:
            # Added, not set: a line has a limit, and two who count at once would meet it.
            models.LedLine.objects.filter(order_id=order_id, line_no=line_no).update(
                refunded_units=F("refunded_units") + units, freight_refunded=taken.freight
            )


def _line_of(line: models.LedLine) -> LineMoney:
    return LineMoney(
        line_no=line.line_no,
        quantity=line.quantity,
        goods_fen=line.goods_fen,
        merchant_coupon_fen=line.merchant_coupon_fen,
        platform_coupon_fen=line.platform_coupon_fen,
        freight_fen=line.freight_fen,
        roles=tuple(_role_from_json(box) for box in line.roles),
    )


def _roles_as_json(line: LineMoney) -> str:
    return msgspec.json.encode([_role_as_json(term) for term in line.roles]).decode()


def _role_as_json(term: RoleTerm) -> dict[str, Any]:
    return {
        "role": term.role,
        "party": term.party.as_json(),
        "rate_bps": term.rate_bps,
        "rule": term.rule,
        "children": [
            {
                "role": child.role,
                "party": child.party.as_json(),
                "share_bps": child.share_bps,
                "rule": child.rule,
            }
            for child in term.children
        ],
    }


def _role_from_json(box: dict[str, Any]) -> RoleTerm:
    children = tuple(
        RoleShare(child["role"], Party.from_json(child["party"]), child["share_bps"], child["rule"])
        for child in box["children"]
    )
    return RoleTerm(
        box["role"], Party.from_json(box["party"]), box["rate_bps"], box["rule"], children
    )
