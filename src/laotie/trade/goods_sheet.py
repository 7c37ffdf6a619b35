"""A shop's goods as a sheet: its columns, one row read exactly, one variant written."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from laotie.catalog import bulk
from laotie.catalog.bulk import SkuRow, Wanted
from laotie.kernel import money
from laotie.kernel.errors import Invalid, Refusal
from laotie.kernel.sheets import Column, Line, Value
from laotie.trade.stock import StockCard

MOST_UNITS = 10_000_000

COLUMNS = (
    Column("code", ("SKU编码", "SKU code")),
    Column("title_zh", ("商品名（中文）", "商品名", "Title (Chinese)"), is_required=False),
    Column("title_en", ("商品名（英文）", "Title (English)"), is_required=False),
    Column("spec_zh", ("规格（中文）", "规格", "Variant (Chinese)"), is_required=False),
    Column("spec_en", ("规格（英文）", "Variant (English)"), is_required=False),
    Column("price", ("价格（元）", "价格", "Price"), is_required=False),
    Column("floor", ("秒杀底价（元）", "秒杀底价", "Lowest flash price"), is_required=False),
    Column("stock", ("库存", "Stock"), is_required=False),
    Column("on_sale", ("可售", "Can be bought"), is_required=False),
    Column("description_zh", ("描述（中文）", "描述", "Description (Chinese)"), is_required=False),
    Column("description_en", ("描述（英文）", "Description (English)"), is_required=False),
)
# What an export shows besides; an import passes over it.
STANDING = (
    Column("reserved", ("已占用", "Promised to buyers"), is_required=False),
    Column("state", ("状态", "State"), is_required=False),
)
EXAMPLE: tuple[Value, ...] = (
    "CUP-RED-L", "青瓷茶盏", "Celadon cup", "红 / 大", "Red / Large", Decimal("39.90"),
    Decimal("29.90"), 100, "是", "手工拉坯", "Thrown by hand",
)  # fmt: skip

_YES = frozenset({"是", "yes", "y", "true", "1"})
_NO = frozenset({"否", "no", "n", "false", "0"})
_LONGEST_DIGITS = 8
_STATES = {
    "DRAFT": _("Draft"),
    "ON_SALE": _("On sale"),
    "OFF_SALE": _("Off sale"),
    "TAKEN_DOWN": _("Taken down"),
}


class WrittenTwice(Refusal):
    code = "ROW_TWICE"
    status = 422
    message = _("This code is in the file more than once. Keep one row of it.")


def wanted(line: Line) -> tuple[Wanted, int | None]:
    """The row as the catalog takes it, and how many there are; empty cells leave what is there.

    raises: Invalid, WrittenTwice.
    """
    cells = line.cells
    if cells.get("twice"):
        raise WrittenTwice
    row = bulk.wanted(
        line.number,
        cells["code"],
        spec=_pair(cells, "spec"),
        list_price_fen=_fen(cells, "price"),
        flash_floor_fen=_fen(cells, "floor"),
        is_on_sale=_yes_or_no(cells.get("on_sale", "")),
        title=_pair(cells, "title"),
        description=_pair(cells, "description"),
    )
    return row, _units(cells.get("stock", ""))


def row(sku: SkuRow, shelf: StockCard | None) -> list[Value]:
    """A variant under COLUMNS and STANDING."""
    return [
        sku.code,
        sku.title["zh"],
        sku.title["en"],
        sku.spec["zh"],
        sku.spec["en"],
        _yuan(sku.list_price_fen),
        None if sku.flash_floor_fen is None else _yuan(sku.flash_floor_fen),
        shelf.on_hand if shelf else 0,
        gettext("yes") if sku.is_on_sale else gettext("no"),
        sku.description["zh"],
        sku.description["en"],
        shelf.reserved if shelf else 0,
        gettext(_STATES[sku.state]),
    ]


def field_text(refusal: Refusal) -> str:
    """The column that a refusal is about, as it stands in the sheet; empty for the whole row."""
    field = str(refusal.facts.get("field", "")).replace(".", "_")
    known = {"list_price_fen": "price", "flash_floor_fen": "floor", "on_hand": "stock"}
    key = known.get(field, field)
    found = [column for column in COLUMNS if column.key in {key, f"{key}_zh"}]
    return found[0].key if found else ""


def _pair(cells: Mapping[str, str], name: str) -> dict[str, str] | None:
    """A text in both languages; where one is missing the other stands for it."""
    zh, en = (cells.get(f"{name}_{language}", "").strip() for language in ("zh", "en"))
    return {"zh": zh or en, "en": en or zh} if zh or en else None


def _fen(cells: Mapping[str, str], name: str) -> int | None:
    text = cells.get(name, "").strip()
    return money.parse_fen(text, field=name) if text else None


def _yes_or_no(text: str) -> bool | None:
    answer = text.strip().casefold()
    if not answer:
        return None
    if answer not in _YES | _NO:
        raise Invalid(field="on_sale", reason="choice")
    return answer in _YES


def _units(text: str) -> int | None:
    digits = text.strip()
    if not digits:
        return None
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_DIGITS
    if not is_number or int(digits) > MOST_UNITS:
        raise Invalid(field="stock", reason="range")
    return int(digits)


def _yuan(amount_fen: int) -> Decimal:
    return Decimal(money.as_text(amount_fen))
