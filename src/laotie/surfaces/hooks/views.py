"""Each hook stores what came and answers within a second; what it means is found out later."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from laotie.delivery import notices as carrier_notices
from laotie.kernel import clock
from laotie.kernel.errors import NotFound, Refusal
from laotie.payments import notices as payment_notices

LONGEST_BODY = 256 * 1024


class TooLong(Refusal):
    code = "BODY_TOO_LONG"
    status = 413


@csrf_exempt
@require_POST
def payments(request: HttpRequest, channel: str) -> HttpResponse:
    """A payment provider tells something."""
    try:
        payment_notices.receive(
            channel,
            headers=_headers(request),
            path=request.get_full_path(),
            body=_body(request),
            sender=request.META.get("REMOTE_ADDR", ""),
            now=clock.now(),
        )
    except Refusal as no:
        return _refused(no)
    return JsonResponse({"received": True})


@csrf_exempt
@require_POST
def carrier(request: HttpRequest, carrier: str) -> HttpResponse:
    """A carrier tells something."""
    try:
        carrier_notices.receive(
            carrier=carrier,
            headers=_headers(request),
            path=request.get_full_path(),
            body=_body(request),
            now=clock.now(),
        )
    except Refusal as no:
        return _refused(no)
    return JsonResponse({"received": True})


def _headers(request: HttpRequest) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def _body(request: HttpRequest) -> bytes:
    """The raw bytes. raises: TooLong."""
    body = request.read(LONGEST_BODY + 1)
    if len(body) > LONGEST_BODY:
        raise TooLong
    return body


def _refused(no: Refusal) -> HttpResponse:
    """To a machine that may be anybody: the code, and no facts."""
    status = NotFound.status if no.status >= 500 else no.status
    return JsonResponse({"code": no.code}, status=status)
