"""The lab's own door, for loopback and key: script faults, count effects, move parcels and time."""

import hmac
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from laotie.lab.provider import callbacks, carrier, payments, wire
from laotie.lab.provider.api import refusal
from laotie.lab.provider.settings import ProviderSettings
from laotie.lab.provider.store import Store
from laotie.lab.provider.wire import Refused

KEY_HEADER = "x-lab-control"
_LOOPBACK = {"127.0.0.1", "::1", "::ffff:127.0.0.1"}

Handler = Callable[[Store, ProviderSettings, Request, dict[str, Any]], Any]


def routes(store: Store, settings: ProviderSettings) -> list[Route]:
    """Every address of the lab's door."""

    def route(path: str, method: str, handler: Handler) -> Route:
        return Route(path, _endpoint(store, settings, handler), methods=[method])

    return [
        route("/control/effects", "GET", _effects),
        route("/control/callbacks", "GET", _callbacks),
        route("/control/callbacks", "DELETE", _drop_callbacks),
        route("/control/callbacks/again", "POST", _send_again),
        route("/control/faults", "POST", _add_fault),
        route("/control/faults", "DELETE", _clear_faults),
        route("/control/payments/{out_no}/pay", "POST", _pay),
        route("/control/waybills/{out_no}/advance", "POST", _advance),
        route("/control/clock", "POST", _set_clock),
    ]


def is_loopback(request: Request) -> bool:
    return request.client is not None and request.client.host in _LOOPBACK


def _endpoint(
    store: Store, settings: ProviderSettings, handler: Handler
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        given = request.headers.get(KEY_HEADER, "").encode()
        if not is_loopback(request) or not hmac.compare_digest(
            given, settings.control_key.encode()
        ):
            return refusal(Refused(404, "NOT_FOUND", "Nothing here."))
        try:
            body = await request.body()
            message = wire.read(body) if body else {}
            return JSONResponse(handler(store, settings, request, message))
        except Refused as no:
            return refusal(no)

    return endpoint


def _effects(
    store: Store, settings: ProviderSettings, request: Request, message: dict[str, Any]
) -> Any:
    return store.effects(request.query_params.get("ref", ""))


def _callbacks(
    store: Store, settings: ProviderSettings, request: Request, message: dict[str, Any]
) -> Any:
    found = store.rows(
        "SELECT event_id, state, attempts, last_code, body FROM callback WHERE subject = ?"
        " ORDER BY id",
        [request.query_params.get("subject", "")],
    )
    return [{**dict(row), "body": wire.read(row["body"])} for row in found]


def _send_again(
    store: Store, settings: ProviderSettings, request: Request, message: dict[str, Any]
) -> Any:
    with store.write():
        return {"owed": callbacks.send_again(store, wire.text(message, "subject"))}


def _drop_callbacks(
    store: Store, settings: ProviderSettings, request: Request, message: dict[str, Any]
) -> Any:
    """Lose everything still owed."""
    with store.write():
        return {
            "lost": store.change(
                "UPDATE callback SET state = 'LOST' WHERE state IN ('OWED', 'HELD')"
            )
        }


def _add_fault(
    store: Store, settings: ProviderSettings, request: Request, message: dict[str, Any]
) -> Any:
    ref, times, args = message.get("ref"), message.get("times", 1), message.get("args", {})
    if not isinstance(times, int) or not isinstance(args, dict):
        raise Refused(422, "BAD_FIELD", "times must be a number and args an object.")
    with store.write():
        store.add_fault(
            wire.text(message, "target"),
            wire.text(message, "kind"),
            ref=ref if isinstance(ref, str) else None,
            times=times,
            args=args,
        )
    return {}


def _clear_faults(
    store: Store, settings: ProviderSettings, request: Request, message: dict[str, Any]
) -> Any:
    with store.write():
        return {"cleared": store.change("DELETE FROM fault")}


def _pay(
    store: Store, settings: ProviderSettings, request: Request, message: dict[str, Any]
) -> Any:
    """Pay as the buyer, or (`even_if_closed`) as a bank that confirms too late."""
    with store.write():
        captured = payments.capture(
            store,
            request.path_params["out_no"],
            tell=message.get("tell", True) is True,
            even_if_closed=message.get("even_if_closed", False) is True,
        )
    return {"captured": captured}


def _advance(
    store: Store, settings: ProviderSettings, request: Request, message: dict[str, Any]
) -> Any:
    to = message.get("to")
    with store.write():
        waybill = carrier.advance(
            store, request.path_params["out_no"], to if isinstance(to, str) else None, settings
        )
    return carrier.shown(store, waybill)


def _set_clock(
    store: Store, settings: ProviderSettings, request: Request, message: dict[str, Any]
) -> Any:
    ahead_s = message.get("ahead_s")
    if isinstance(ahead_s, bool) or not isinstance(ahead_s, int | float) or ahead_s < 0:
        raise Refused(422, "BAD_FIELD", "ahead_s must be seconds, 0 or more.")
    with store.write():
        store.set_ahead_s(float(ahead_s))
    return {"ahead_s": ahead_s}
