"""The provider's process: its doors, its clock-driven work, its security headers."""

import asyncio
import contextlib
import logging
import sys
from collections.abc import AsyncIterator
from importlib import resources
from pathlib import Path
from typing import Protocol

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from laotie.lab.provider import api, carrier, control, outgoing, pages, payments
from laotie.lab.provider.callbacks import Sender
from laotie.lab.provider.settings import ProviderSettings
from laotie.lab.provider.store import Store

log = logging.getLogger(__name__)

_TICK_S = 0.2
PARCEL_STEP_S = 20.0  # A demo's parcel is at the door in under two minutes.
_POLICY = (
    b"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
    b" base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)


class Config(Protocol):
    """The part of the platform's configuration that names its lab."""

    @property
    def lab(self) -> bool: ...
    @property
    def lab_payment_key(self) -> str: ...
    @property
    def lab_carrier_key(self) -> str: ...
    @property
    def host(self) -> str: ...
    @property
    def lab_port(self) -> int: ...
    @property
    def lab_url(self) -> str: ...
    @property
    def data(self) -> Path: ...


def run(config: Config) -> None:
    """Serve until stopped. Refuses to start when the lab is off."""
    if not config.lab:
        sys.exit("The lab is off. Set LAOTIE_LAB=1 to run the lab provider; never in production.")
    serve(
        ProviderSettings(
            folder=Path(config.data) / "lab",
            payment_key=config.lab_payment_key,
            carrier_key=config.lab_carrier_key,
            host=config.host,
            port=config.lab_port,
            public_url=config.lab_url,
            track_step_s=PARCEL_STEP_S,
        )
    )


def serve(settings: ProviderSettings) -> None:
    """One process, one event loop: handlers never interleave inside a write."""
    uvicorn.run(
        app(settings),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        proxy_headers=False,  # Who is on loopback is what the socket says.
        server_header=False,
        timeout_graceful_shutdown=2,
    )


def app(settings: ProviderSettings) -> Starlette:
    store = Store(settings.folder)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        tasks = [
            asyncio.create_task(Sender(store, settings).run()),
            asyncio.create_task(_tick(store, settings)),
        ]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        store.close()

    async def healthz(_: Request) -> Response:
        return JSONResponse({"ok": True})

    static = str(resources.files("laotie.lab.provider") / "static")
    return Starlette(
        routes=[
            *api.routes(store, settings),
            *control.routes(store, settings),
            *pages.routes(store, settings),
            Route("/healthz", healthz),
            Mount("/assets", StaticFiles(directory=static)),
        ],
        middleware=[Middleware(_SecurityHeaders)],
        lifespan=lifespan,
    )


async def _tick(store: Store, settings: ProviderSettings) -> None:
    """What happens by itself: late payments, refunds and payouts that end, parcels that move."""
    while True:
        await asyncio.sleep(_TICK_S)
        with store.write():
            payments.capture_due(store)
            outgoing.settle_due(store)
            carrier.move_due(store, settings)


class _SecurityHeaders:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_HEADERS]
            await send(message)

        await self._app(scope, receive, send_guarded if scope["type"] == "http" else send)
