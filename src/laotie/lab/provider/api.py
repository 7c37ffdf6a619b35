"""The client's door: REST with signed requests, each with its scripted faults."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from laotie.kernel import clock, signed_http
from laotie.lab.provider import bill, carrier, outgoing, payments, wire
from laotie.lab.provider.settings import ProviderSettings
from laotie.lab.provider.store import Store
from laotie.lab.provider.wire import Refused

Handler = Callable[[Store, ProviderSettings, Request, dict[str, Any]], Response]
_NONCE_KEPT_S = 2 * signed_http.TOLERANCE.total_seconds()


def routes(store: Store, settings: ProviderSettings) -> list[Route]:
    """Every address of the client's door."""

    def route(path: str, method: str, target: str, handler: Handler) -> Route:
        endpoint = _endpoint(store, settings, target, handler)
        return Route(path, endpoint, methods=[method], name=target)

    return [
        route("/v1/payments", "POST", "payments.create", _create_payment),
        route("/v1/payments/{out_no}", "GET", "payments.query", _query_payment),
        route("/v1/payments/{out_no}/close", "POST", "payments.close", _close_payment),
        route("/v1/refunds", "POST", "refunds.create", _create_refund),
        route("/v1/refunds/{out_no}", "GET", "refunds.query", _query_refund),
        route("/v1/payouts", "POST", "payouts.create", _create_payout),
        route("/v1/payouts/{out_no}", "GET", "payouts.query", _query_payout),
        route("/v1/bills/{day}", "GET", "bills.get", _bill),
        route("/carrier/waybills", "POST", "waybills.create", _create_waybill),
        route("/carrier/waybills/{out_no}", "GET", "waybills.query", _query_waybill),
    ]


def _endpoint(
    store: Store, settings: ProviderSettings, target: str, handler: Handler
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            body = await wire.body_of(request)
            port = "carrier" if target.startswith("waybills") else "payment"
            _check_signature(store, settings, request, body, port)
            message = wire.read(body) if request.method == "POST" and body else {}
            return await _with_fault(store, settings, target, handler, request, message)
        except Refused as no:
            return refusal(no)

    return endpoint


def refusal(no: Refused) -> Response:
    return JSONResponse({"code": no.code, "message": no.message}, no.status)


async def _with_fault(
    store: Store,
    settings: ProviderSettings,
    target: str,
    handler: Handler,
    request: Request,
    message: dict[str, Any],
) -> Response:
    """Answer, or fail as scripted: `refuse`; `hang` (s) or `error`, `_before` or `_after`."""
    ref = request.path_params.get("out_no") or message.get("out_no") or ""
    with store.write():
        fault = store.take_fault(target, ref if isinstance(ref, str) else "")
    kind, args = fault or ("", {})
    if kind == "refuse":
        raise Refused(422, str(args.get("code", "REFUSED")), "The lab was told to refuse.")
    if kind.endswith("_before"):
        return await _no_answer(kind, args)
    response = handler(store, settings, request, message)
    if kind.endswith("_after"):
        return await _no_answer(kind, args)
    return response


async def _no_answer(kind: str, args: dict[str, Any]) -> Response:
    if kind.startswith("hang"):
        await asyncio.sleep(float(args.get("s", 30)))
        return JSONResponse({"code": "TIMEOUT", "message": "Too late."}, 504)
    return JSONResponse({"code": "BROKEN", "message": "The lab was told to break."}, 500)


def _check_signature(
    store: Store, settings: ProviderSettings, request: Request, body: bytes, port: str
) -> None:
    query = request.url.query
    wall = clock.wall()
    try:
        signed = signed_http.check(
            request.headers,
            keys=settings.client_keys(port),
            method=request.method,
            path=f"{request.url.path}?{query}" if query else request.url.path,
            body=body,
            at=wall,
        )
    except signed_http.BadSignature as bad:
        raise Refused(401, "BAD_SIGNATURE", f"The signature does not hold: {bad.reason}.") from bad
    with store.write():
        store.change("DELETE FROM nonce WHERE wall < ?", [wall.timestamp() - _NONCE_KEPT_S])
        fresh = store.change(
            "INSERT INTO nonce (key_id, nonce, wall) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            [signed.key_id, signed.nonce, wall.timestamp()],
        )
    if not fresh:
        raise Refused(401, "REPLAYED", "This request was sent before.")


def _create_payment(
    store: Store, settings: ProviderSettings, request: Request, message: dict[str, Any]
) -> Response:
    wanted = payments.Wanted.read(message)
    with store.write():
        row, is_new = payments.create(store, wanted)
    return JSONResponse(payments.shown(row, settings), 201 if is_new else 200)


def _query_payment(
    store: Store, settings: ProviderSettings, request: Request, message: dict[str, Any]
) -> Response:
    row = payments.by_out_no(store, request.path_params["out_no"])
    return JSONResponse(payments.shown(row, settings))


def _close_payment(
    store: Store, settings: ProviderSettings, request: Request, message: dict[str, Any]
) -> Response:
    with store.write():
        row = payments.close(store, request.path_params["out_no"])
    return JSONResponse(payments.shown(row, settings))


def _create_refund(
    store: Store, settings: ProviderSettings, request: Request, message: dict[str, Any]
) -> Response:
    with store.write():
        row, is_new = outgoing.refund(store, message, settings)
    return JSONResponse(outgoing.shown(row), 201 if is_new else 200)


def _query_refund(
    store: Store, settings: ProviderSettings, request: Request, message: dict[str, Any]
) -> Response:
    return JSONResponse(
        outgoing.shown(outgoing.by_out_no(store, "refund", request.path_params["out_no"]))
    )


def _create_payout(
    store: Store, settings: ProviderSettings, request: Request, message: dict[str, Any]
) -> Response:
    with store.write():
        row, is_new = outgoing.payout(store, message, settings)
    return JSONResponse(outgoing.shown(row), 201 if is_new else 200)


def _query_payout(
    store: Store, settings: ProviderSettings, request: Request, message: dict[str, Any]
) -> Response:
    return JSONResponse(
        outgoing.shown(outgoing.by_out_no(store, "payout", request.path_params["out_no"]))
    )


def _bill(
    store: Store, settings: ProviderSettings, request: Request, message: dict[str, Any]
) -> Response:
    try:
        day = date.fromisoformat(request.path_params["day"])
    except ValueError as error:
        raise Refused(422, "BAD_FIELD", "The day must be written as 2026-07-31.") from error
    text = bill.csv_of(store, day)
    if text is None:
        raise Refused(404, "NO_BILL", "There is no bill for this day yet.")
    return PlainTextResponse(text, media_type="text/csv")


def _create_waybill(
    store: Store, settings: ProviderSettings, request: Request, message: dict[str, Any]
) -> Response:
    with store.write():
        row, is_new = carrier.create(store, message, settings)
    return JSONResponse(carrier.shown(store, row), 201 if is_new else 200)


def _query_waybill(
    store: Store, settings: ProviderSettings, request: Request, message: dict[str, Any]
) -> Response:
    row = carrier.by_out_no(store, request.path_params["out_no"])
    return JSONResponse(carrier.shown(store, row))
