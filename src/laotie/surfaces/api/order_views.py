"""A shop's orders by filter, how many wait on each shelf, and filters that are kept as views."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from laotie.kernel import clock
from laotie.kernel.errors import Invalid
from laotie.surfaces.api import door
from laotie.surfaces.api.shapes import Done, In, Out, RoomId, ShopId, ViewId
from laotie.trade import order_lists, saved_views
from laotie.trade.order_lists import Wanted
from laotie.trade.queries import Shelf
from laotie.trade.saved_views import SavedView

router = Router(tags=["selling"])


class FilterIn(In):
    """Which orders; what is not given is no condition. The list takes the same in its address.

    `q`: in the number of an order or a waybill, or in the name of its goods. `since` and `until`:
    days such as 2026-11-22, both included. `late`: paid, and not with a carrier in time.
    """

    shelf: str = "all"
    q: str = ""
    since: str | None = None
    until: str | None = None
    least_fen: int | None = None
    most_fen: int | None = None
    room_id: RoomId | None = None
    late: bool = False


class FilterOut(Out):
    shelf: str
    q: str
    since: date | None
    until: date | None
    least_fen: int | None
    most_fen: int | None
    room_id: RoomId | None
    late: bool


class ViewIn(In):
    """A name that is taken gets the new filter."""

    name: str
    filter: FilterIn


class ViewOut(Out):
    id: ViewId
    name: str
    filter: FilterOut


class OrderCountsOut(Out):
    """`shelves`: how many orders by shelf; `late`: how many of those to ship."""

    shelves: dict[str, int]
    late: int


@router.get("/shops/{shop_id}/orders/counts", response=OrderCountsOut, summary="How many wait")
def count_orders(request: HttpRequest, shop_id: ShopId) -> object:
    return order_lists.counts(actor=door.actor(request), shop_id=shop_id, now=clock.now())


@router.get("/shops/{shop_id}/orders/views", response=list[ViewOut], summary="My views, by name")
def list_views(request: HttpRequest, shop_id: ShopId) -> object:
    views = saved_views.of_person(actor=door.actor(request), shop_id=shop_id)
    return [_told(view) for view in views]


@router.put("/shops/{shop_id}/orders/views", response=ViewOut, summary="Keep a filter as a view")
def keep_view(request: HttpRequest, shop_id: ShopId, payload: ViewIn) -> object:
    view = saved_views.keep(
        actor=door.actor(request),
        shop_id=shop_id,
        name=payload.name,
        wanted=wanted(**payload.filter.dict()),
        now=clock.now(),
    )
    return _told(view)


@router.delete("/order-views/{view_id}", response=Done, summary="Forget a view")
def drop_view(request: HttpRequest, view_id: ViewId) -> object:
    saved_views.remove(actor=door.actor(request), view_id=view_id)
    return Done()


def wanted(
    *,
    shelf: str,
    q: str,
    since: str | None,
    until: str | None,
    least_fen: int | None,
    most_fen: int | None,
    room_id: UUID | None,
    late: bool,
) -> Wanted:
    """A filter as queries take it. raises: Invalid."""
    return Wanted(
        shelf=_shelf(shelf),
        placed_from=_day(since, field="since"),
        placed_until=_day(until, field="until"),
        text=q,
        least_fen=least_fen,
        most_fen=most_fen,
        room_id=room_id,
        is_late=late,
    )


def _day(text: str | None, *, field: str) -> date | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
        if day.isoformat() != text:  # A week's day, or one without hyphens.
            raise ValueError
        return day
    except ValueError as error:
        raise Invalid(field=field, reason="form") from error


def _told(view: SavedView) -> dict[str, object]:
    found = view.wanted
    told = FilterOut(
        shelf=found.shelf.value,
        q=found.text,
        since=found.placed_from,
        until=found.placed_until,
        least_fen=found.least_fen,
        most_fen=found.most_fen,
        room_id=found.room_id,
        late=found.is_late,
    )
    return {"id": view.view_id, "name": view.name, "filter": told}


def _shelf(shelf: str) -> Shelf:
    """raises: Invalid."""
    try:
        return Shelf(shelf)
    except ValueError as error:
        raise Invalid(field="shelf", reason="choice") from error
