"""A shop's products in and out as files."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import Router, Status

from laotie.kernel import clock, sheets
from laotie.look import files
from laotie.surfaces.api import door
from laotie.surfaces.api.file_runs import A_SHEET, ANY_FILE, RunOut, read_form
from laotie.surfaces.api.shapes import In, RunId, ShopId
from laotie.trade import goods_sheets

router = Router(tags=["files"])


class FormIn(In):
    """`form`: csv or xlsx."""

    form: str


@router.get("/shops/{shop_id}/goods/files", response=list[RunOut], summary="Files of late")
def list_files(request: HttpRequest, shop_id: ShopId) -> object:
    """One's own imports and exports of products, newest first."""
    return goods_sheets.latest(actor=door.actor(request), shop_id=shop_id, now=clock.now())


@router.get(
    "/shops/{shop_id}/goods/template", summary="The empty sheet to fill in", openapi_extra=ANY_FILE
)
def fetch_template(request: HttpRequest, shop_id: ShopId, form: str = "csv") -> HttpResponse:
    """One row stands in it as an example."""
    door.actor(request).require_shop(shop_id, "manage")
    language = get_language() or "en"
    return files.written(
        f"products-template.{read_form(form)}",
        lambda path: goods_sheets.write_template(path, form=form, language=language),
    )


@router.post(
    "/shops/{shop_id}/goods/imports",
    response={201: RunOut},
    summary="Check a file of products",
    openapi_extra=A_SHEET,
)
@door.takes_sheet
def check(request: HttpRequest, shop_id: ShopId) -> object:
    """Nothing changes: the run's notes say what would, and which rows are not taken.

    The body is the file itself, CSV or XLSX, at most 32 MB and 200,000 rows.
    """
    who = door.actor(request)
    who.require_shop(shop_id, "manage")
    upload = door.keep_sheet(request, most_bytes=sheets.MOST_BYTES)
    return Status(
        201,
        goods_sheets.start_import(
            actor=who, shop_id=shop_id, upload=upload, is_dry=True, now=clock.now()
        ),
    )


@router.post(
    "/shops/{shop_id}/goods/imports/{run_id}/run",
    response={201: RunOut},
    summary="What was checked takes effect",
)
def run(request: HttpRequest, shop_id: ShopId, run_id: RunId) -> object:
    """Rows with errors stay behind. Sent twice it changes nothing twice."""
    return Status(
        201,
        goods_sheets.start_import(
            actor=door.actor(request),
            shop_id=shop_id,
            checked=run_id,
            is_dry=False,
            now=clock.now(),
        ),
    )


@router.post(
    "/shops/{shop_id}/goods/exports", response={201: RunOut}, summary="All products into a file"
)
def take_out(request: HttpRequest, shop_id: ShopId, payload: FormIn) -> object:
    who = door.actor(request)
    return Status(
        201,
        goods_sheets.start_export(actor=who, shop_id=shop_id, form=payload.form, now=clock.now()),
    )
