"""A shop's orders as a file: one row for each line of goods, names masked unless there is a reason.

Whole addresses are looked at order by order, within the limits of looking, and written down.
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from laotie.accounts import addresses, regions, roles
from laotie.accounts.addresses import PlainAddress
from laotie.delivery import shipments
from laotie.kernel import ids, money, runs, sheets
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid
from laotie.kernel.runs import Moved, Piece, Result, RunCard, Work
from laotie.kernel.sheets import Column, Spool, Writer
from laotie.kernel.text import clean_line
from laotie.kernel.use_case import use_case
from laotie.trade import models, order_lists, queries
from laotie.trade.order_lists import Wanted
from laotie.trade.queries import OrderCard

KIND = "trade.orders"
MOST_WITH_ADDRESSES = 300  # As many as one person may look at in an hour.
_PIECE = 200

COLUMNS = (
    Column("order", ("订单号", "Order number")),
    Column("state", ("状态", "State")),
    Column("placed_at", ("下单时间", "Ordered at")),
    Column("paid_at", ("付款时间", "Paid at")),
    Column("product", ("商品", "Product")),
    Column("spec", ("规格", "Kind")),
    Column("units", ("件数", "Units")),
    Column("price", ("单价", "Price")),
    Column("goods", ("商品金额", "Goods")),
    Column("shop_coupon", ("店铺优惠", "Shop coupon")),
    Column("platform_coupon", ("平台优惠", "Platform coupon")),
    Column("freight", ("运费", "Freight")),
    Column("paid", ("实付", "The buyer pays")),
    Column("shipped_units", ("已发", "Units shipped")),
    Column("refunded_units", ("已退", "Units refunded")),
    Column("waybills", ("运单号", "Waybills")),
    Column("room", ("直播间", "Room")),
    Column("name", ("收货人", "Name")),
    Column("phone", ("电话", "Phone")),
    Column("region", ("地区", "Region")),
    Column("address", ("地址", "Address")),
)


@use_case
def start(
    *,
    actor: Actor,
    shop_id: UUID,
    wanted: Wanted,
    form: str,
    with_addresses: bool = False,
    reason: str = "",
    now: datetime,
) -> RunCard:
    """A worker writes the orders that the filter finds into a file.

    form:   csv or xlsx.
    reason: why whole addresses are needed; without them it is not asked for.
    raises: SignInFirst, NotFound, NotAllowed, SecondStepNeeded, Invalid, TooMany.
    """
    actor.require_shop(shop_id, "ship")
    if form not in sheets.FORMS:
        raise Invalid(field="form", reason="choice")
    written = ""
    if with_addresses:
        actor.require_recent_step()
        written = clean_line(reason, field="reason", longest=200)
        if order_lists.rows_of(shop_id, wanted, now=now).count() > MOST_WITH_ADDRESSES:
            raise Invalid(field="orders", reason="too_many")
    arguments = {
        "wanted": wanted.as_dict(),
        "form": form,
        "reason": written,
        "asked_at": now.isoformat(),
    }
    return runs.start(
        KIND,
        title=gettext_noop("Orders as a file"),
        actor=actor,
        shop_id=shop_id,
        right="ship",
        arguments=arguments,
        now=now,
    )


# --- The worker's side ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Mark:
    """Up to where orders are written, newest first, and where the rows end."""

    placed_at: str = ""
    order_id: str = ""
    at: int = 0


def _prepare(work: Work) -> int:
    count: int = _rows(work).count()
    return count


def _chunks(work: Work) -> Iterator[Piece]:
    mark = _Mark(**work.position)
    while True:
        moved: list[_Mark] = []

        def piece(now: datetime, mark: _Mark = mark, moved: list[_Mark] = moved) -> Moved:
            assert work.shop_id is not None
            who = roles.actor_of(work.owner_id, "worker")
            who.require_shop(work.shop_id, "ship")
            cards = _cards_after(work, mark)
            rows = [row for card in cards for row in _lines(work, card, who, now)]
            at = Spool(work.folder / "rows").append(rows, at=mark.at)
            if cards:
                last = cards[-1]
                mark = _Mark(last.placed_at.isoformat(), str(last.order_id), at)
                moved.append(mark)
            return Moved(len(cards), dataclasses.asdict(mark))

        yield piece
        if not moved:
            return
        mark = moved[-1]


def _cards_after(work: Work, mark: _Mark) -> tuple[OrderCard, ...]:
    rows = _rows(work)
    if mark.order_id:
        placed_at = datetime.fromisoformat(mark.placed_at)
        rows = rows.filter(
            Q(placed_at__lt=placed_at) | Q(placed_at=placed_at, id__lt=UUID(mark.order_id))
        )
    return queries.cards_of(rows.order_by("-placed_at", "-id")[:_PIECE])


def _rows(work: Work) -> Any:
    assert work.shop_id is not None
    asked_at = datetime.fromisoformat(work.arguments["asked_at"])
    wanted = order_lists.read(work.arguments["wanted"])
    return order_lists.rows_of(work.shop_id, wanted, now=asked_at).filter(placed_at__lte=asked_at)


def _lines(work: Work, card: OrderCard, who: Actor, now: datetime) -> list[list[sheets.Value]]:
    tongue = "zh" if (get_language() or "").startswith("zh") else "en"
    to = _whole(work, card, who, now) if work.arguments["reason"] else None
    waybills = ", ".join(
        parcel.waybill_no for parcel in shipments.of_order(card.order_id) if parcel.waybill_no
    )
    where = (
        [to.name, to.phone, to.region[tongue], to.line]
        if to
        else [
            card.address["name"],
            card.address["phone"],
            regions.full_name(card.address["region"], tongue),
            card.address["line"],
        ]
    )
    return [
        [
            card.number,
            state_name(card.state),
            _moment(card.placed_at),
            _moment(card.paid_at),
            line.title[tongue],
            line.spec[tongue],
            line.quantity,
            _yuan(line.unit_price_fen),
            _yuan(line.goods_fen),
            _yuan(line.merchant_coupon_fen),
            _yuan(line.platform_coupon_fen),
            _yuan(line.freight_fen),
            _yuan(
                line.goods_fen
                - line.merchant_coupon_fen
                - line.platform_coupon_fen
                + line.freight_fen
            ),
            line.shipped,
            line.refunded,
            waybills,
            ids.public("rom", card.room_id) if card.room_id else "",
            *where,
        ]
        for line in card.lines
    ]


def _whole(work: Work, card: OrderCard, who: Actor, now: datetime) -> PlainAddress:
    row = models.Order.objects.only("address_sealed").get(pk=card.order_id)
    return addresses.look(
        actor=who,
        sealed=bytes(row.address_sealed),
        reason=work.arguments["reason"],
        ref=card.public_id,
        shop_id=card.shop_id,
        now=now,
    )


def _finish(work: Work) -> Result:
    form = work.arguments["form"]
    path = work.folder / f"orders.{form}"
    header = sheets.header(COLUMNS, language=get_language() or "en")
    with Writer(path, form, header) as writer:
        for at, row in enumerate(Spool(work.folder / "rows").values()):
            writer.row(row)
            if at % 5000 == 0:
                work.breathe()
    day = datetime.fromisoformat(work.arguments["asked_at"])
    name = _("orders") + f"-{timezone.localtime(day):%Y%m%d-%H%M}.{form}"
    return Result(file=path.name, name=name)


_STATES = {
    "PENDING_PAYMENT": gettext_noop("To pay"),
    "PAID": gettext_noop("To ship"),
    "PARTLY_SHIPPED": gettext_noop("Partly shipped"),
    "SHIPPED": gettext_noop("On the way"),
    "DELIVERED": gettext_noop("Delivered"),
    "RECEIVED": gettext_noop("Received"),
    "COMPLETED": gettext_noop("Completed"),
    "CLOSED_REFUNDED": gettext_noop("Refunded"),
    "CLOSED_UNPAID": gettext_noop("Closed"),
}


def state_name(state: str) -> str:
    """What an order's state is called in the reader's language."""
    return _(_STATES[state])


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}" if at else ""


def _yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-money.exponent_of(settings.LAOTIE.currency))


WORK = runs.Kind(KIND, _prepare, _chunks, _finish)
