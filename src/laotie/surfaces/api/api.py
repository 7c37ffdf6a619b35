"""The API, put together: `/api/v1`, its parts, and its description."""

import functools
import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.operation import Operation

from laotie.kernel.errors import NotFound, Refusal
from laotie.surfaces.api import (
    buying,
    carts,
    complaining,
    coupon_files,
    creator_pages,
    deciding,
    description,
    desk,
    door,
    entry,
    external_links,
    feeding,
    file_runs,
    finding,
    gifts,
    giving,
    goods,
    goods_files,
    invoices,
    invoicing,
    judging,
    leaving,
    locks,
    looking_back,
    me,
    merchandise,
    moderating,
    money,
    notifying,
    occasions_shown,
    order_files,
    order_views,
    own_data,
    planning,
    posting,
    posts,
    programs,
    refusals,
    replying,
    selling,
    sharing,
    shelving,
    shop_keeping,
    stage,
    statement_files,
    supporting,
    talking,
    uploading,
    wallet,
    watching,
)


class Described(NinjaAPI):
    """Names operations `part.verb`."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        part = operation.view_func.__module__.rpartition(".")[2]
        return f"{part}.{operation.view_func.__name__}"


api = Described(
    title="Laotie",
    version="1",
    description=(
        "Live commerce. Amounts are whole minor units (`_fen`), rates basis points (`_bps`), "
        "moments ISO 8601 in UTC. Sign in to get a token and send it as `X-Session-Token`, or make "
        "one for a program and send it as `Authorization: Bearer`; see docs/api.md. "
        "Requests that change something take an `Idempotency-Key` of 8 to 80 characters: asked "
        "again with it, they answer the same. A no is `{code, message, facts}`."
    ),
    urls_namespace="api",
    docs_url=None,
    openapi_url=None,
    parser=door.StrictParser(),
    auth=door.SessionToken(),
)
api.add_decorator(door.enter, mode="view")
api.add_decorator(door.listed, mode="operation")

for prefix, part in (
    ("/sign-in", entry.router),
    ("/me", me.router),
    ("", watching.router),
    ("", goods.router),
    ("", finding.router),
    ("", judging.router),
    ("", sharing.router),
    ("", replying.router),
    ("/me", complaining.router),
    ("/me", deciding.router),
    ("", buying.router),
    ("", carts.router),
    ("", shop_keeping.router),
    ("", uploading.router),
    ("", posting.router),
    ("", occasions_shown.router),
    ("", feeding.router),
    ("", talking.router),
    ("", posts.router),
    ("", merchandise.router),
    ("", shelving.router),
    ("", external_links.router),
    ("", leaving.router),
    ("", selling.router),
    ("", order_views.router),
    ("", order_files.router),
    ("", goods_files.router),
    ("", file_runs.router),
    ("", invoices.router),
    ("", invoicing.router),
    ("", wallet.router),
    ("", coupon_files.router),
    ("", money.router),
    ("", statement_files.router),
    ("", stage.router),
    ("", looking_back.router),
    ("", gifts.router),
    ("", giving.router),
    ("", creator_pages.router),
    ("", moderating.router),
    ("", planning.router),
    ("", supporting.router),
    ("", notifying.router),
    ("", programs.router),
    ("/me", locks.router),
    ("/me", own_data.router),
    ("", own_data.texts),
    ("/desk", own_data.cases),
    ("/desk", desk.router),
):
    api.add_router(prefix, part)


@api.exception_handler(Refusal)
def _refused(request: HttpRequest, no: Refusal) -> HttpResponse:
    return refusals.respond(no, request)


@api.exception_handler(ValidationError)
def _misshapen(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return refusals.respond_to_shape(error, request)


def not_found(request: HttpRequest) -> HttpResponse:
    """An address below `/api/` that is none of ours."""
    return refusals.respond(NotFound(), request)


@require_GET
def show_description(_request: HttpRequest) -> HttpResponse:
    """The description, worked out once per process: it takes a while and never changes."""
    return HttpResponse(openapi_json(), content_type="application/json")


@functools.cache
def openapi_json() -> str:
    """The description of every operation, the same text for the same code."""
    schema: dict[str, Any] = json.loads(
        json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), default=str)
    )
    return json.dumps(description.complete(schema), indent=1, sort_keys=True)
