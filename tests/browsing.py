"""The real web application for tests with a browser, and the system's Chromium."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from unittest import mock
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

CHROMIUM = os.environ.get("LAOTIE_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
# Of a wait for what surely comes, on the busiest machine.
PATIENCE_MS = 120_000
# Half of what a new window costs goes into suggestions below an address bar that nobody sees here.
# Chromium hears only the last list of features, so what Playwright turns off is said again.
_FEATURES_OFF = (
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding",
    "ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled",
    "PreconnectToSearch",
)  # fmt: skip
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    f"--disable-features={','.join(_FEATURES_OFF)}",
]


class _Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    # Chromium opens several connections at once; the backlog of wsgiref is five.
    request_queue_size = 64


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments: Any) -> None:
        return


@contextmanager
def served(application: Any, port: int = 0) -> Iterator[str]:
    """The application on this port of this machine, or on a free one; yields its origin."""
    server = make_server("127.0.0.1", port, application, _Threaded, _Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium; tests are skipped where there is none."""
    if CHROMIUM is None:
        pytest.skip("NO CHROMIUM: no page was looked at")
    # Playwright keeps a loop in this thread, and Django then refuses its synchronous queries here,
    # though nothing runs beside them.
    with (
        mock.patch.dict(os.environ, {"DJANGO_ALLOW_ASYNC_UNSAFE": "1"}),
        sync_playwright() as driver,
    ):
        expect.set_options(timeout=PATIENCE_MS)
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, args=_ARGUMENTS, timeout=PATIENCE_MS
        )
        yield browser
        browser.close()
