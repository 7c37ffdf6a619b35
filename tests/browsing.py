"""Real Chromium against the real web application, for tests that are marked `browser`."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

PHONE, WIDE = (390, 844), (1280, 800)
_CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


class _Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    # Chromium opens several connections at once; the backlog of wsgiref is five.
    request_queue_size = 64


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments: Any) -> None:
        return


@contextmanager
def served(application: Any) -> Iterator[str]:
    """The application on a free port of this machine; yields its origin."""
    server = make_server("127.0.0.1", 0, application, server_class=_Threaded, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium; tests are skipped where there is none."""
    if _CHROMIUM is None:
        pytest.skip("BROWSER TESTS SKIPPED: no chromium on this machine")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=_CHROMIUM, args=_ARGUMENTS)
        yield browser
        browser.close()


class Watched:
    """A page whose console errors, failed scripts and CSP reports are kept."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))

    def _console(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text}")

    def faults(self) -> list[str]:
        """What no page may have: complaints, sideways scroll, axe violations."""
        faults = list(self.complaints)
        sideways = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if sideways > 0:
            faults.append(f"scrolls {sideways} px sideways")
        for violation in Axe().run(self.page).response["violations"]:
            targets = [node["target"] for node in violation["nodes"][:3]]
            faults.append(f"axe {violation['id']}: {targets}")
        return faults
