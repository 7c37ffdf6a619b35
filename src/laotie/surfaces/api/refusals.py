"""The one place where a no becomes JSON: `{code, message, facts}` with its status."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext_noop as _
from ninja.errors import ValidationError

from laotie.kernel import ids
from laotie.kernel.errors import Invalid, Refusal
from laotie.surfaces.api.shapes import QuoteOut
from laotie.trade.orders import PriceChanged

_KIND_OF = {
    "sku_id": "sku", "order_id": "ord", "refund_id": "rfd", "quote_id": "qte", "offer_id": "ofr",
    "product_id": "prd", "room_id": "rom", "shop_id": "shp", "payment_id": "pay",
}  # fmt: skip

_COME_BACK_S = 2


class CsrfMissing(Refusal):
    code = "CSRF_MISSING"
    status = 403
    message = _("This page is too old. Reload it, then try again.")


def as_json(no: Refusal) -> dict[str, Any]:
    """What clients switch on, what people read, and the facts; ids are public ones."""
    answer = no.as_dict()
    for name, value in no.facts.items():
        if isinstance(value, UUID):
            kind = _KIND_OF.get(name)
            answer["facts"][name] = ids.public(kind, value) if kind else None
    if isinstance(no, PriceChanged):
        answer["facts"]["quote"] = QuoteOut.model_validate(no.quote).model_dump(mode="json")
    return answer


def respond(no: Refusal) -> HttpResponse:
    """The answer of a refusal; `Retry-After` where waiting helps."""
    response = JsonResponse(as_json(no), status=no.status)
    wait_s = no.facts.get("retry_after_s", _COME_BACK_S if no.status == 503 else None)
    if isinstance(wait_s, int):
        response["Retry-After"] = str(wait_s)
    return response


def respond_to_shape(error: ValidationError) -> HttpResponse:
    """A request whose JSON is not of the declared shape: the first field that is wrong."""
    first = error.errors[0] if error.errors else {"loc": ("body",), "type": "form"}
    path = [str(step) for step in first["loc"] if step not in {"body", "payload", "query", "path"}]
    reason = "required" if first["type"] == "missing" else "form"
    return respond(Invalid(field=".".join(path)[:120] or "body", reason=reason))
