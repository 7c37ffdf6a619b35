"""Statements of money: the months there are, and each as a file."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from laotie.kernel import clock
from laotie.ledger import statements
from laotie.ledger.terms import Party
from laotie.look import statement_files
from laotie.surfaces.api import door
from laotie.surfaces.api.file_runs import ANY_FILE
from laotie.surfaces.api.shapes import ShopId

router = Router(tags=["money"])


@router.get(
    "/shops/{shop_id}/money/statements",
    response=list[str],
    summary="Its months, newest first",
)
def shop_months(request: HttpRequest, shop_id: ShopId) -> object:
    return _months(request, Party("shop", shop_id))


@router.get(
    "/shops/{shop_id}/money/statements/{period}/file",
    summary="A month or a day as a file",
    openapi_extra=ANY_FILE,
)
def shop_file(
    request: HttpRequest, shop_id: ShopId, period: str, form: str = "pdf"
) -> HttpResponse:
    """`form`: pdf, csv or xlsx; tables have every posting."""
    return _file(request, Party("shop", shop_id), period, form)


@router.get("/creator/money/statements", response=list[str], summary="My months, newest first")
def creator_months(request: HttpRequest) -> object:
    return _months(request, Party("creator", door.actor(request).require_creator()))


@router.get(
    "/creator/money/statements/{period}/file",
    summary="A month or a day as a file",
    openapi_extra=ANY_FILE,
)
def creator_file(request: HttpRequest, period: str, form: str = "pdf") -> HttpResponse:
    """`form`: pdf, csv or xlsx; tables have every posting."""
    return _file(request, Party("creator", door.actor(request).require_creator()), period, form)


def _months(request: HttpRequest, party: Party) -> list[str]:
    months = statements.periods(party, actor=door.actor(request), now=clock.now())
    return [month.label for month in months]


def _file(request: HttpRequest, party: Party, period: str, form: str) -> HttpResponse:
    of = statements.period(period)
    return statement_files.of_period(party, of, actor=door.actor(request), form=form)
