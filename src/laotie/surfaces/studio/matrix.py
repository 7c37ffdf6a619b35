"""Colours, sizes and the like of a product: its axes, and a row for each combination."""

import math
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from laotie.catalog import matrix as axes_of
from laotie.catalog import pictures, products
from laotie.catalog.matrix import Cell
from laotie.catalog.products import NewSku, ProductFile, SkuFile
from laotie.kernel import clock, money
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.surfaces.studio import fields, goods, web
from laotie.trade import stock

_MOST = 50
_VERBS = ("make", "fill", "save")


@require_http_methods(["GET", "POST"])
@web.screen
def page(request: HttpRequest, shop: str, product: str) -> HttpResponse:
    """`make` draws the combinations, `fill` sets many at once, `save` keeps them."""
    who, file = goods.of_shop(request, shop, product)
    who.require_shop(file.shop_id, "manage")
    if request.method == "GET":
        rows = _rows(file, list(file.axes), {}) if file.axes else []
        return _show(request, shop, file, _typed_axes(file), rows)
    given = request.POST
    typed = [
        {name: given.get(f"axis-{at}-{name}", "") for name in ("zh", "en", "values")}
        for at in range(axes_of.MOST_AXES)
    ]
    rows = []
    try:
        axes = axes_of.clean_axes([_axis(one) for one in typed if any(one.values())])
        if math.prod(len(axis["values"]) for axis in axes) > _MOST:
            raise Invalid(field="axes", reason="too_many")
        rows = _rows(file, axes, given)
        if given.get("verb") != "save":
            if given.get("verb") == "fill":
                _fill(rows, given)
            return _show(request, shop, file, typed, rows)
        cells = [_cell(file, row) for row in rows]
        counts = [_units(row) for row in rows]
        now = clock.now()
        made = axes_of.arrange(actor=who, product_id=file.id, axes=axes, cells=cells, now=now)
        for sku, units in zip(made.skus, counts, strict=False):
            stock.set_stock(actor=who, sku_id=sku.id, on_hand=units, now=now)
    except NotFound:
        raise
    except Refusal as refusal:
        said = refusal.text()
        return _show(request, shop, file, typed, rows, status=refusal.status, refusal=said)
    return goods.done(request, shop, product, _("Saved. What was left out is not for sale now."))


@require_POST
@web.screen
def duplicate(request: HttpRequest, shop: str, product: str) -> HttpResponse:
    """A draft like this one."""
    who, file = goods.of_shop(request, shop, product)
    copy = axes_of.duplicate(actor=who, product_id=file.id, now=clock.now())
    return goods.done(
        request, shop, copy.public_id, _("A copy, as a draft, without codes or stock.")
    )


def _axis(typed: Mapping[str, str]) -> dict[str, Any]:
    """Values stand one a line, as `红 / Red`; one name alone serves for both languages."""
    values = []
    for line in typed["values"].splitlines():
        zh, _slash, en = (part.strip() for part in line.partition("/"))
        if zh or en:
            values.append({"zh": zh or en, "en": en or zh})
    zh, en = typed["zh"].strip(), typed["en"].strip()
    return {"zh": zh or en, "en": en or zh, "values": values}


def _typed_axes(file: ProductFile) -> list[dict[str, str]]:
    typed = [
        {
            "zh": axis["zh"],
            "en": axis["en"],
            "values": "\n".join(f"{one['zh']} / {one['en']}" for one in axis["values"]),
        }
        for axis in file.axes
    ]
    return [*typed, *({"zh": "", "en": "", "values": ""} for _ in range(3 - len(typed)))]


def _rows(
    file: ProductFile, axes: list[dict[str, Any]], given: QueryDict | dict[str, str]
) -> list[dict[str, Any]]:
    """A row per combination: as it was sent, as it stands, or as a variant beside it stands."""
    by_spec = {(sku.spec["zh"], sku.spec["en"]): sku for sku in file.skus}
    plain = file.skus[0] if not file.axes and len(file.skus) == 1 else None
    shelf = stock.cards([sku.id for sku in file.skus])
    rows: list[dict[str, Any]] = []
    for choice in axes_of.combinations(axes):
        spec = axes_of.spec_of(axes, choice)
        held = by_spec.get((spec["zh"], spec["en"])) or (plain if not rows else None)
        row = _standing(held or file.skus[0], shelf, is_own=held is not None)
        key = "-".join(map(str, choice))
        if f"cell-{key}-price" in given:
            names = ("price", "floor", "stock", "code", "picture")
            row |= {name: given.get(f"cell-{key}-{name}", "") for name in names}
            row["is_in"] = f"cell-{key}-in" in given
            row["is_ticked"] = f"cell-{key}-tick" in given
        rows.append({**row, "key": key, "choice": choice, "spec": spec, "held": held})
    return rows


def _standing(
    sku: SkuFile, shelf: Mapping[Any, stock.StockCard], *, is_own: bool
) -> dict[str, Any]:
    held = shelf.get(sku.id) if is_own else None
    floor_fen = sku.flash_floor_fen
    return {
        "price": money.as_text(sku.list_price_fen),
        "floor": "" if floor_fen is None else money.as_text(floor_fen),
        "stock": str(held.on_hand if held else 0),
        "reserved": held.reserved if held else 0,
        "code": sku.code if is_own else "",
        "picture": sku.picture if is_own else "",
        "is_in": sku.is_on_sale if is_own else True,
        "is_ticked": False,
    }


def _fill(rows: list[dict[str, Any]], given: QueryDict) -> None:
    """One price, floor or count for all rows that are ticked, or for all if none is."""
    chosen = [row for row in rows if row["is_ticked"]] or rows
    for name in ("price", "floor", "stock"):
        if given.get(f"all-{name}", ""):
            for row in chosen:
                row[name] = given[f"all-{name}"]


def _cell(file: ProductFile, row: Mapping[str, Any]) -> Cell:
    price_fen = money.parse_fen(row["price"].strip(), field="price")
    floor = row["floor"].strip()
    held: SkuFile | None = row["held"]
    if row["picture"] and row["picture"] not in file.pictures:
        raise Invalid(field="picture", reason="choice")
    return Cell(
        choice=row["choice"],
        sku=NewSku(
            spec=row["spec"],
            list_price_fen=price_fen,
            code=row["code"],
            flash_floor_fen=money.parse_fen(floor, field="floor") if floor else None,
            picture=row["picture"],
        ),
        is_on_sale=row["is_in"],
        sku_id=held.id if held else None,
    )


def _units(row: Mapping[str, Any]) -> int:
    text = row["stock"].strip()
    if text != "0" and not fields.count_of(text):
        raise Invalid(field="stock", reason="range")
    return int(text)


def _show(
    request: HttpRequest,
    shop: str,
    file: products.ProductFile,
    typed: list[dict[str, str]],
    rows: list[dict[str, Any]],
    *,
    status: int = 200,
    refusal: str = "",
) -> HttpResponse:
    facts = {
        "shop": shop,
        "product": file,
        "axes": list(enumerate(typed)),
        "rows": rows,
        "refusal": refusal,
        "pictures": [(one, pictures.url(one, 320)) for one in file.pictures],
    }
    return web.show(request, "studio/product_matrix.html", facts, status=status)
