"""The one place where a no becomes JSON: a problem (RFC 9457) with its status, code and facts."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_noop as _
from ninja.errors import ValidationError

from laotie.kernel import ids
from laotie.kernel.errors import Invalid, Refusal, come_back_s
from laotie.surfaces.api.shapes import QuoteOut
from laotie.trade.orders import PriceChanged

_KIND_OF = {
    "sku_id": "sku", "order_id": "ord", "refund_id": "rfd", "quote_id": "qte", "offer_id": "ofr",
    "product_id": "prd", "room_id": "rom", "shop_id": "shp", "payment_id": "pay",
}  # fmt: skip

PROBLEM = "application/problem+json"


class CsrfMissing(Refusal):
    code = "CSRF_MISSING"
    status = 403
    message = _("This page is too old. Reload it, then try again.")


class WrongMethod(Refusal):
    code = "WRONG_METHOD"
    status = 405
    message = _("This address does not take this method.")


def as_json(no: Refusal, instance: str = "") -> dict[str, Any]:
    """A problem as RFC 9457 has it, with what clients switch on and the facts; ids are public.

    `errors` names the fields that were wrong.
    """
    known = no.as_dict()
    facts = known["facts"]
    for name, value in no.facts.items():
        if isinstance(value, UUID):
            kind = _KIND_OF.get(name)
            facts[name] = ids.public(kind, value) if kind else None
    if isinstance(no, PriceChanged):
        facts["quote"] = QuoteOut.model_validate(no.quote).model_dump(mode="json")
    return {
        "type": f"urn:laotie:refusal:{no.code}",
        "title": no.code.replace("_", " ").capitalize(),
        "status": no.status,
        "detail": known["message"],
        "instance": instance,
        **known,
        "errors": (
            [{"field": str(facts["field"]), "reason": str(facts["reason"])}]
            if isinstance(no, Invalid)
            else []
        ),
    }


def respond(no: Refusal, request: HttpRequest) -> HttpResponse:
    """The answer of a refusal; `Retry-After` where waiting helps."""
    answer = as_problem(as_json(no, request.path), status=no.status)
    if no.status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    wait_s = no.facts.get("retry_after_s", come_back_s() if no.status == 503 else None)
    if isinstance(wait_s, int):
        answer["Retry-After"] = str(wait_s)
    return answer


def as_problem(body: Any, *, status: int) -> HttpResponse:
    """A no, also one that was given before."""
    return JsonResponse(body, status=status, content_type=PROBLEM, safe=False)


def respond_to_shape(error: ValidationError, request: HttpRequest) -> HttpResponse:
    """A request whose JSON is not of the declared shape: the first field that is wrong."""
    first = error.errors[0] if error.errors else {"loc": ("body",), "type": "form"}
    path = [str(step) for step in first["loc"] if step not in {"body", "payload", "query", "path"}]
    reason = "required" if first["type"] == "missing" else "form"
    return respond(Invalid(field=".".join(path)[:120] or "body", reason=reason), request)


def in_words(*views: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """One address: of the parts that have methods there, the one that takes this method answers.

    A method that none of them takes is refused as everything else is.
    """

    @wraps(views[0])
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        allowed = list[str]()
        for view in views:
            answer = view(request, *args, **kwargs)
            if answer.status_code != WrongMethod.status:
                return answer
            allowed += answer["Allow"].split(", ")
        refused = respond(WrongMethod(), request)
        refused["Allow"] = ", ".join(sorted(set(allowed)))
        return refused

    return run
