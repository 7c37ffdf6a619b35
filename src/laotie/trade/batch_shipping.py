"""A day's orders shipped at once: by a file with waybill numbers, or a list and one carrier.

A row is an order and its parcel. It ships everything that is left of the order, or nothing; the
same file sent again ships nothing twice, since an order knows its parcels.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from laotie.accounts import roles
from laotie.delivery import shipments
from laotie.kernel import runs, sheets
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.kernel.runs import Moved, Note, Piece, Result, RunCard, Work
from laotie.kernel.sheets import Column, Line, Spool, Writer
from laotie.kernel.use_case import use_case
from laotie.trade import models, orders, parcels, queries, rules
from laotie.trade.orders import Standing

KIND = "trade.ship"
MOST_UPLOAD = 8 << 20
MOST_SELECTED = 100
MOST_TO_SHIP = 5000
_PIECE = 20
_READ = 500

ORDER = Column("order", ("订单号", "Order number", "Order"))
CARRIER = Column("carrier", ("快递公司", "Carrier"))
WAYBILL = Column("waybill", ("运单号", "Waybill number", "Waybill"), is_required=False)
COLUMNS = (ORDER, CARRIER, WAYBILL)
_GOODS = Column("goods", ("商品", "Goods"), is_required=False)
_UNITS = Column("units", ("件数", "Units"), is_required=False)
_TO = Column("to", ("收货人", "Ship to"), is_required=False)
_WHY = Column("why", ("原因", "Reason"), is_required=False)

# What people write in the column; the codes themselves are understood too.
_CARRIER_NAMES = {
    "sf": ("顺丰", "顺丰速运", "SF Express"),
    "jd": ("京东", "京东物流", "JD Logistics"),
    "ems": ("EMS", "邮政", "中国邮政"),
    "yto": ("圆通", "圆通速递", "YTO Express"),
    "zto": ("中通", "中通快递", "ZTO Express"),
    "sto": ("申通", "申通快递", "STO Express"),
    "yunda": ("韵达", "韵达快递", "Yunda Express"),
    "jt": ("极兔", "极兔速递", "J&T Express"),
    "lab": ("实验快递", "Lab carrier"),
    "other": ("其他", "Another carrier"),
}
_CARRIERS = {
    name.casefold(): code for code, names in _CARRIER_NAMES.items() for name in (code, *names)
}


class _NotTaken(Exception):
    """Why a row is left as it is."""


class _Tried(Exception):
    """A dry run's way back out of what it tried."""


@dataclass(frozen=True, slots=True)
class Shipped:
    """What became of one of the orders that were to be shipped. `refusal` is None for a yes."""

    order_id: UUID
    standing: Standing | None
    refusal: Refusal | None


@use_case
def start(*, actor: Actor, shop_id: UUID, run_id: UUID, is_dry: bool, now: datetime) -> RunCard:
    """A file that was kept is read by a worker; a dry run only says what would happen.

    run_id: of `runs.keep_upload`.
    raises: SignInFirst, NotFound, NotAllowed, TooMany.
    """
    title = gettext_noop("Trying a shipping file") if is_dry else gettext_noop("Shipping by file")
    return runs.start(
        KIND,
        title=title,
        actor=actor,
        shop_id=shop_id,
        right="ship",
        arguments={"is_dry": is_dry},
        run_id=run_id,
        now=now,
    )


@use_case
def ship_tried(*, actor: Actor, shop_id: UUID, tried_id: UUID, now: datetime) -> RunCard:
    """The file of a dry run is shipped for good; the rows with errors stay behind.

    raises: SignInFirst, NotFound, NotAllowed, TooMany.
    """
    tried = runs.card(actor=actor, run_id=tried_id, now=now)
    if tried.kind != KIND or tried.shop_id != shop_id:
        raise NotFound
    return runs.start(
        KIND,
        title=gettext_noop("Shipping by file"),
        actor=actor,
        shop_id=shop_id,
        right="ship",
        arguments={"is_dry": False},
        upload_of=tried_id,
        now=now,
    )


def ship_selected(
    *, actor: Actor, shop_id: UUID, order_ids: Sequence[UUID], carrier: str, now: datetime
) -> tuple[Shipped, ...]:
    """Everything that is left of each of these goes to a connected carrier, each alone.

    order_ids: 1 to 100.
    returns:   one verdict for each; a no for one stops no other.
    raises:    SignInFirst, NotFound (the shop), NotAllowed, Invalid.
    """
    actor.require_shop(shop_id, "ship")
    wanted = list(dict.fromkeys(order_ids))
    if not 1 <= len(wanted) <= MOST_SELECTED:
        raise Invalid(field="orders", reason="range")
    if carrier not in shipments.connected():
        raise Invalid(field="carrier", reason="choice")
    own = set(
        models.Order.objects.filter(pk__in=wanted, shop_id=shop_id).values_list("pk", flat=True)
    )
    told = []
    for order_id in wanted:
        try:
            if order_id not in own:
                raise NotFound
            standing = orders.ship(actor=actor, order_id=order_id, carrier=carrier, now=now)
        except Refusal as refusal:
            told.append(Shipped(order_id, None, refusal))
        else:
            told.append(Shipped(order_id, standing, None))
    return tuple(told)


def write_to_ship(path: Path, *, actor: Actor, shop_id: UUID, form: str, language: str) -> int:
    """The file to fill in: what waits to be shipped, longest waiting first; how many orders.

    At most 5,000. Names of people are masked; whole addresses are on the labels.
    raises: SignInFirst, NotFound, NotAllowed.
    """
    actor.require_shop(shop_id, "ship")
    tongue = "zh" if language.startswith("zh") else "en"
    rows = models.Order.objects.filter(
        shop_id=shop_id, state__in=[state.value for state in rules.SHIPPABLE]
    ).order_by("paid_at", "id")
    header = sheets.header((*COLUMNS, _GOODS, _UNITS, _TO), language=language)
    count = 0
    with Writer(path, form, header) as writer:
        for at in range(0, MOST_TO_SHIP, _READ):
            cards = queries.cards_of(rows[at : at + _READ])
            for card in cards:
                waiting = [line for line in card.lines if line.to_ship]
                goods = "; ".join(f"{line.title[tongue]} × {line.to_ship}" for line in waiting)
                units = sum(line.to_ship for line in waiting)
                writer.row([card.number, "", "", goods, units, card.address["name"]])
            count += len(cards)
            if len(cards) < _READ:
                break
    return count


# --- The worker's side ---------------------------------------------------------------------------


def _prepare(work: Work) -> int:
    return Spool(work.folder / "rows").fill(sheets.table(work.upload, COLUMNS))


def _chunks(work: Work) -> Iterator[Piece]:
    """Pieces of twenty rows. What came earlier in the file is read again, to tell doubles."""
    spool, at = Spool(work.folder / "rows"), int(work.position.get("at", 0))
    seen: dict[str, int] = {}
    piece: list[tuple[Line, int | None]] = []
    for line, after in spool.lines():
        number = _number(line)
        earlier = seen.setdefault(number, line.number) if number else line.number
        if after <= at:
            continue
        piece.append((line, earlier if earlier != line.number else None))
        if len(piece) == _PIECE:
            yield _piece(work, piece, after)
            piece = []
    if piece:
        yield _piece(work, piece, after)


def _piece(work: Work, rows: Sequence[tuple[Line, int | None]], after: int) -> Piece:
    def do(now: datetime) -> Moved:
        assert work.shop_id is not None
        # Rights are looked at with each piece: whoever was dismissed ships no further.
        roles.actor_of(work.owner_id, "worker").require_shop(work.shop_id, "ship")
        counts = {"shipped": 0, "unchanged": 0, "errors": 0}
        notes = []
        for line, earlier in rows:
            try:
                done = _row(work.shop_id, line, earlier, is_dry=work.arguments["is_dry"], now=now)
                counts[done] += 1
            except _NotTaken as reason:
                counts["errors"] += 1
                notes.append(Note(line.number, str(reason), is_error=True))
        return Moved(len(rows), {"at": after}, counts, notes)

    return do


def _row(shop_id: UUID, line: Line, earlier: int | None, *, is_dry: bool, now: datetime) -> str:
    """Ship one row: `shipped`, or `unchanged` when this very parcel left before.

    raises: _NotTaken.
    """
    if earlier is not None:
        raise _NotTaken(_("Row %(row)s is about this order already.") % {"row": earlier})
    number = _number(line)
    order_id = (
        models.Order.objects.filter(number=number, shop_id=shop_id)
        .values_list("pk", flat=True)
        .first()
    )
    if order_id is None:
        raise _NotTaken(_("This shop has no order of this number."))
    carrier = _CARRIERS.get(line.cells["carrier"].strip().casefold())
    if carrier is None or carrier not in (*shipments.connected(), *shipments.BY_HAND):
        raise _NotTaken(_("This carrier is not known. Write its code, such as sf."))
    waybill_no = line.cells.get("waybill", "").strip() or None
    if _left_before(order_id, carrier, waybill_no):
        return "unchanged"
    try:
        with transaction.atomic():
            parcels.hand_over(order_id, units=None, carrier=carrier, waybill_no=waybill_no, now=now)
            if is_dry:
                raise _Tried
    except _Tried:
        return "shipped"
    except Refusal as refusal:
        raise _NotTaken(refusal.text()) from refusal
    return "shipped"


def _left_before(order_id: UUID, carrier: str, waybill_no: str | None) -> bool:
    """Whether the parcel of this row left already, by this file or by hand."""
    known = [
        parcel.waybill_no for parcel in shipments.of_order(order_id) if parcel.carrier == carrier
    ]
    if waybill_no is not None:
        return waybill_no.upper() in known
    state = models.Order.objects.values_list("state", flat=True).get(pk=order_id)
    return bool(known) and state not in rules.SHIPPABLE


def _finish(work: Work) -> Result:
    """The rows that were not taken, each with its reason: to be mended and sent again."""
    if not work.counts.get("errors"):
        return Result()
    form = sheets.form_of(work.upload)
    path = work.folder / f"errors.{form}"
    reasons = runs.errors_of(work)
    note = next(reasons, None)
    with Writer(
        path, form, sheets.header((*COLUMNS, _WHY), language=get_language() or "en")
    ) as writer:
        for line, _after in Spool(work.folder / "rows").lines():
            if note is None or line.number != note.row_no:
                continue
            cells = [line.cells.get(column.key, "") for column in COLUMNS]
            writer.row([*cells, note.said])
            note = next(reasons, None)
    return Result(errors_file=path.name, errors_name=_("rows to mend") + f".{form}")


def _number(line: Line) -> str:
    return line.cells["order"].strip().upper()


WORK = runs.Kind(KIND, _prepare, _chunks, _finish)
