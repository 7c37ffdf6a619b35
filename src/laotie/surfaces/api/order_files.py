"""A shop's orders as files: those that a filter finds, and a day's parcels shipped by a file."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import Router, Status

from laotie.kernel import clock, runs
from laotie.look import files
from laotie.surfaces.api import door
from laotie.surfaces.api.file_runs import A_SHEET, ANY_FILE, RunOut, read_form
from laotie.surfaces.api.order_views import FilterIn, wanted
from laotie.surfaces.api.shapes import In, RunId, ShopId
from laotie.trade import batch_shipping, exports

router = Router(tags=["files"])


class OrderExportIn(In):
    """`form`: csv or xlsx. Whole addresses need a reason and a second step of the last minutes."""

    form: str
    filter: FilterIn = FilterIn()
    with_addresses: bool = False
    reason: str = ""


@router.get("/shops/{shop_id}/orders/exports", response=list[RunOut], summary="Exports of late")
def list_exports(request: HttpRequest, shop_id: ShopId) -> object:
    """One's own, newest first."""
    who = door.actor(request)
    who.require_shop(shop_id, "ship")
    return runs.cards(actor=who, kinds=[exports.KIND], shop_id=shop_id, now=clock.now())


@router.post(
    "/shops/{shop_id}/orders/exports", response={201: RunOut}, summary="Orders into a file"
)
def export(request: HttpRequest, shop_id: ShopId, payload: OrderExportIn) -> object:
    """A row for each line of goods. Each whole address in it is written down; at most 300."""
    return Status(
        201,
        exports.start(
            actor=door.actor(request),
            shop_id=shop_id,
            wanted=wanted(**payload.filter.dict()),
            form=payload.form,
            with_addresses=payload.with_addresses,
            reason=payload.reason,
            now=clock.now(),
        ),
    )


@router.get(
    "/shops/{shop_id}/orders/to-ship", summary="What waits, to fill in", openapi_extra=ANY_FILE
)
def fetch_to_ship(request: HttpRequest, shop_id: ShopId, form: str = "csv") -> HttpResponse:
    """At most 5,000 orders, waiting longest first; carrier and waybill are left to fill in."""
    who = door.actor(request)
    who.require_shop(shop_id, "ship")
    language = get_language() or "en"
    return files.written(
        f"to-ship.{read_form(form)}",
        lambda path: batch_shipping.write_to_ship(
            path, actor=who, shop_id=shop_id, form=form, language=language
        ),
    )


@router.get(
    "/shops/{shop_id}/orders/shipments", response=list[RunOut], summary="Shipping files of late"
)
def list_shipments(request: HttpRequest, shop_id: ShopId) -> object:
    """One's own, newest first."""
    who = door.actor(request)
    who.require_shop(shop_id, "ship")
    return runs.cards(actor=who, kinds=[batch_shipping.KIND], shop_id=shop_id, now=clock.now())


@router.post(
    "/shops/{shop_id}/orders/shipments",
    response={201: RunOut},
    summary="Try a file of parcels",
    openapi_extra=A_SHEET,
)
@door.takes_sheet
def try_shipments(request: HttpRequest, shop_id: ShopId) -> object:
    """Nothing is shipped: the run counts what would be, and says which rows are not taken.

    The body is the file itself, CSV or XLSX with order, carrier and waybill, at most 8 MB.
    """
    who = door.actor(request)
    who.require_shop(shop_id, "ship")
    run_id = door.keep_sheet(request, most_bytes=batch_shipping.MOST_UPLOAD)
    return Status(
        201,
        batch_shipping.start(
            actor=who, shop_id=shop_id, run_id=run_id, is_dry=True, now=clock.now()
        ),
    )


@router.post(
    "/shops/{shop_id}/orders/shipments/{run_id}/ship",
    response={201: RunOut},
    summary="Ship what was tried",
)
def ship(request: HttpRequest, shop_id: ShopId, run_id: RunId) -> object:
    """Rows with errors stay behind. Sent twice it ships nothing twice."""
    return Status(
        201,
        batch_shipping.ship_tried(
            actor=door.actor(request), shop_id=shop_id, tried_id=run_id, now=clock.now()
        ),
    )
