"""A shop's goods in and out as files: dry run, run, rows with errors, and an export."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from laotie.accounts import roles
from laotie.catalog import bulk, lexemes
from laotie.catalog.bulk import Planned, Wanted
from laotie.kernel import money, runs, sheets
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, Refusal
from laotie.kernel.runs import Kind, Moved, Note, Piece, Result, RunCard, Work
from laotie.kernel.sheets import Line, Spool, Writer
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.trade import counting, goods_sheet, models, stock

IMPORT = "trade.import_goods"
EXPORT = "trade.export_goods"
_AT_ONCE = 400
_RIGHT = "manage"


@use_case
def start_import(
    *,
    actor: Actor,
    shop_id: UUID,
    upload: UUID | None = None,
    checked: UUID | None = None,
    is_dry: bool,
    now: datetime,
) -> RunCard:
    """The file is looked at (`is_dry`) or its rows take effect, as soon as a worker is free.

    upload:  of `runs.keep_upload`. checked: an import of the same person whose file it is.
    raises:  SignInFirst, NotFound, NotAllowed, BadSheet, TooMany.
    """
    return runs.start(
        IMPORT,
        title=_("Import of products: check") if is_dry else _("Import of products"),
        actor=actor,
        shop_id=shop_id,
        right=_RIGHT,
        arguments={"is_dry": is_dry},
        run_id=upload,
        upload_of=checked,
        now=now,
    )


@use_case
def start_export(*, actor: Actor, shop_id: UUID, form: str, now: datetime) -> RunCard:
    """All variants of the shop go into a file. form: `csv` or `xlsx`.

    raises: SignInFirst, NotFound, NotAllowed, Invalid, TooMany.
    """
    if form not in sheets.FORMS:
        raise Invalid(field="form", reason="choice")
    return runs.start(
        EXPORT,
        title=_("Export of products"),
        actor=actor,
        shop_id=shop_id,
        right=_RIGHT,
        arguments={"form": form},
        now=now,
    )


def latest(*, actor: Actor, shop_id: UUID, now: datetime) -> tuple[RunCard, ...]:
    """One's own imports and exports of the shop, newest first."""
    actor.require_shop(shop_id, _RIGHT)
    return runs.cards(actor=actor, kinds=[IMPORT, EXPORT], shop_id=shop_id, now=now)


def write_template(path: Path, *, form: str, language: str) -> None:
    """An empty sheet with one row as an example. form: `csv` or `xlsx`."""
    with Writer(path, form, sheets.header(goods_sheet.COLUMNS, language=language)) as writer:
        writer.row(goods_sheet.EXAMPLE)


# --- Import --------------------------------------------------------------------------------------


def _read(work: Work) -> int:
    """The rows of the upload, in a form that can be read on from any of them. raises: BadSheet."""
    return Spool(work.folder / "rows").fill(_marked(work))


def _marked(work: Work) -> Iterator[Line]:
    """Each row, and whether its code stood in an earlier one."""
    seen: set[str] = set()
    for count, line in enumerate(sheets.table(work.upload, goods_sheet.COLUMNS)):
        if count % 1000 == 0:
            work.breathe()
        code = line.cells["code"].strip()
        yield Line(line.number, {**line.cells, "twice": "1"}) if code in seen else line
        seen.add(code)


def _pieces(work: Work) -> Iterator[Piece]:
    if not work.arguments["is_dry"]:
        lexemes.load()  # Pieces write entries, and hold the shop's codes meanwhile.
    rows: list[Line] = []
    for line, after in Spool(work.folder / "rows").lines(work.position.get("at", 0)):
        rows.append(line)
        if len(rows) == _AT_ONCE:
            yield partial(_take, work, rows, after)
            rows = []
    if rows:
        yield partial(_take, work, rows, after)


def _take(work: Work, rows: Sequence[Line], after: int, now: datetime) -> Moved:
    """These rows take effect together, and the place after them is kept."""
    assert work.shop_id
    # Rights may have been taken away since the last piece.
    actor = roles.actor_of(work.owner_id, "import")
    actor.require_shop(work.shop_id, _RIGHT)
    is_dry = bool(work.arguments["is_dry"])
    counts, notes = put(work.shop_id, rows, actor=actor, is_dry=is_dry, now=now)
    return Moved(len(rows), {"at": after}, counts, notes)


@needs_transaction
def put(
    shop_id: UUID, lines: Sequence[Line], *, actor: Actor, is_dry: bool, now: datetime
) -> tuple[dict[str, int], list[Note]]:
    """Rows of a sheet take effect, each whole or not at all; or it is only said what would.

    lines:   at most some hundreds. The caller has asked whether the actor manages the shop.
    returns: how many became what, and what is to be said of each that changes something.
    """
    wanted: dict[int, tuple[Wanted, int | None]] = {}
    notes: list[Note] = []
    for line in lines:
        try:
            wanted[line.number] = goods_sheet.wanted(line)
        except Refusal as refusal:
            notes.append(_refused(line.number, refusal))
    shelves: dict[UUID, models.Stock] = {}

    def more(known: Sequence[tuple[Wanted, UUID]]) -> Mapping[int, Refusal]:
        units = {row.row_no: wanted[row.row_no][1] for row, _sku_id in known}
        shelves.update(counting.locked([sku_id for _row, sku_id in known]))
        return counting.refusals(
            [(row.row_no, sku_id, units[row.row_no]) for row, sku_id in known], shelves, now=now
        )

    planned = bulk.plan(shop_id, [row for row, _units in wanted.values()], more=more, now=now)
    counts = {"created": 0, "changed": 0, "unchanged": 0}
    counted: dict[UUID, tuple[int, int]] = {}
    for each in planned:
        if each.refusal is not None:
            notes.append(_refused(each.wanted.row_no, each.refusal))
            continue
        before = shelves[each.sku_id].on_hand if each.sku_id in shelves else 0
        units = wanted[each.wanted.row_no][1]
        if units is not None and units != before:
            counted[each.sku_id] = (before, units)
        said = _said(each, counted.get(each.sku_id))
        kind = "created" if each.is_new else "changed" if said else "unchanged"
        counts[kind] += 1
        if is_dry and said:
            notes.append(Note(each.wanted.row_no, said))
    counts["errors"] = sum(note.is_error for note in notes)
    if not is_dry:
        bulk.write(planned, actor=actor, now=now)
        counting.write(shop_id, counted, shelves, by_person_id=actor.person_id, now=now)
    return counts, notes


def _refused(row_no: int, refusal: Refusal) -> Note:
    field = goods_sheet.field_text(refusal)
    return Note(row_no, refusal.text(), is_error=True, field=field)


def _said(each: Planned, counted: tuple[int, int] | None) -> str:
    """What changes, in one line: `new: Celadon cup`, `price 39.90 → 35.00; stock 3 → 10`."""
    if each.is_new:
        return gettext("new: %(title)s") % {"title": _spoken(each.product.title)}
    parts = []
    labels = {
        "title": gettext("title"),
        "description": gettext("description"),
        "spec": gettext("variant"),
        "list_price_fen": gettext("price"),
        "flash_floor_fen": gettext("lowest flash price"),
        "is_on_sale": gettext("can be bought"),
    }
    for name, (before, after) in each.changes.items():
        parts.append(f"{labels[name]} {_shown(name, before)} → {_shown(name, after)}")
    if counted:
        parts.append(f"{gettext('stock')} {counted[0]} → {counted[1]}")
    return "; ".join(parts)[:300]


def _shown(name: str, value: Any) -> str:
    if value is None:
        return "–"
    if name.endswith("_fen"):
        return money.as_text(value)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return _spoken(value)[:40]


def _spoken(pair: Mapping[str, str]) -> str:
    is_chinese = (translation.get_language() or "").startswith("zh")
    return pair["zh" if is_chinese else "en"] or "–"


def _finish_import(work: Work) -> Result:
    """The rows that were not taken, with the reason in front, to be mended and sent again."""
    if not work.counts.get("errors"):
        return Result()
    form = sheets.form_of(work.upload)
    name = f"errors.{form}"
    language = translation.get_language() or "en"
    header = sheets.header(goods_sheet.COLUMNS, language=language)
    with Writer(work.folder / name, form, [gettext("Row"), gettext("Error"), *header]) as writer:
        lines = Spool(work.folder / "rows").lines()
        for note in runs.errors_of(work):
            line = next(line for line, _after in lines if line.number == note.row_no)
            cells = [line.cells.get(column.key, "") for column in goods_sheet.COLUMNS]
            writer.row([note.row_no, note.said, *cells])
    return Result(errors_file=name, errors_name=f"{gettext('rows-with-errors')}.{form}")


# --- Export --------------------------------------------------------------------------------------


def _count(work: Work) -> int:
    assert work.shop_id
    return bulk.count(work.shop_id)


def _export_pieces(work: Work) -> Iterator[Piece]:
    """Variants by id, after the last one that was written; what is new meanwhile comes too."""
    assert work.shop_id
    spool, shop_id = Spool(work.folder / "rows"), work.shop_id
    position: dict[str, Any] = dict(work.position) or {"after": None, "at": 0}
    is_over = False
    while not is_over:

        def piece(_now: datetime) -> Moved:
            nonlocal is_over
            after = UUID(position["after"]) if position["after"] else None
            found = bulk.after(shop_id, after, most=_AT_ONCE * 3)
            shelf = stock.cards([sku.sku_id for sku in found])
            rows = [goods_sheet.row(sku, shelf.get(sku.sku_id)) for sku in found]
            at = spool.append(rows, at=position["at"])
            position.update(at=at, after=str(found[-1].sku_id) if found else position["after"])
            is_over = len(found) < _AT_ONCE * 3
            return Moved(len(found), dict(position))

        yield piece


def _finish_export(work: Work) -> Result:
    form = work.arguments["form"]
    name = f"products.{form}"
    language = translation.get_language() or "en"
    columns = (*goods_sheet.COLUMNS, *goods_sheet.STANDING)
    with Writer(work.folder / name, form, sheets.header(columns, language=language)) as writer:
        for count, values in enumerate(Spool(work.folder / "rows").values()):
            if count % 1000 == 0:
                work.breathe()
            writer.row(values)
    return Result(file=name, name=f"{gettext('products')}.{form}")


IMPORT_WORK = Kind(IMPORT, _read, _pieces, _finish_import)
EXPORT_WORK = Kind(EXPORT, _count, _export_pieces, _finish_export)
