"""The real lab provider as a process, and our web door for its callbacks, for tests."""

import contextlib
import dataclasses
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import httpx
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from tests.ports import free_port

from laotie.kernel import clock, signed_http
from laotie.lab.provider.settings import control_key

PAYMENT_KEY, CARRIER_KEY = "33" * 32, "44" * 32

_PROGRAM = """
import json, sys
from pathlib import Path
from laotie.lab.provider import server
from laotie.lab.provider.settings import ProviderSettings
said = json.loads(sys.argv[1])
server.serve(ProviderSettings(**{**said, "folder": Path(said["folder"])}))
"""


def until(condition: Callable[[], Any], *, patience_s: float = 120.0) -> Any:
    """The first true answer; a test that never gets one fails with the last."""
    deadline = time.monotonic() + patience_s
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"still {answer!r}"
        time.sleep(0.02)
    return answer


class LabProcess:
    """One provider of the outside world, that can be killed and started again on its books."""

    def __init__(self, folder: Path, **pace: float) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._said = {
            "folder": str(folder),
            "payment_key": PAYMENT_KEY,
            "carrier_key": CARRIER_KEY,
            "port": self.port,
            "outgoing_s": 0.05,
            "later_s": 0.05,
            **pace,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, json.dumps(self._said)], env=dict(os.environ)
        )
        until(self._answers)

    def kill(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def control(self, method: str, path: str, message: Any = None) -> Any:
        response = httpx.request(
            method,
            f"{self.url}/control{path}",
            json=message,
            headers={"x-lab-control": control_key(PAYMENT_KEY)},
            trust_env=False,
        )
        assert response.is_success, response.text
        return response.json()

    def fault(
        self, target: str, kind: str, *, ref: str | None = None, times: int = 1, **args: Any
    ) -> None:
        message = {"target": target, "kind": kind, "ref": ref, "times": times, "args": args}
        self.control("POST", "/faults", message)

    def effects(self, ref: str) -> dict[str, int]:
        found: dict[str, int] = self.control("GET", f"/effects?ref={ref}")
        return found

    def calm(self) -> None:
        """No fault is left, no callback is owed, and it is today."""
        self.control("POST", "/clock", {"ahead_s": 0})
        self.control("DELETE", "/faults")
        self.control("DELETE", "/callbacks")

    def choose(self, pay_url: str, choice: str) -> httpx.Response:
        """What a buyer presses on the page: pay, silent, later or decline."""
        return httpx.post(pay_url, data={"choice": choice}, trust_env=False)

    def ask(
        self, method: str, path: str, message: Any = None, *, port: str = "payment", **bent: Any
    ) -> httpx.Response:
        """A signed request, as the platform makes it; `bent` changes what is signed or sent."""
        body = b"" if message is None else json.dumps(message).encode()
        key = bent.get("key", CARRIER_KEY if port == "carrier" else PAYMENT_KEY)
        headers = signed_http.sign(
            key_id=bent.get("key_id", "laotie"),
            secret=signed_http.derive(key, "to lab"),
            method=method,
            path=path,
            body=body,
            at=bent.get("at", clock.wall()),
        )
        headers |= bent.get("headers", {})
        content = bent.get("content", body)
        return httpx.request(
            method, self.url + path, content=content, headers=headers, trust_env=False
        )

    def _answers(self) -> bool:
        assert self._process
        assert self._process.poll() is None, "the provider ended by itself"
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"{self.url}/healthz", trust_env=False).is_success
        return False


class _Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextlib.contextmanager
def web_door() -> Iterator[str]:
    """Our own WSGI application on a free port of loopback; its origin."""
    server = make_server(
        "127.0.0.1", 0, get_wsgi_application(), server_class=_Threaded, handler_class=_Quiet
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def pointed_at(lab_url: str, public_url: str) -> Iterator[None]:
    """Our settings name this provider, and this door for its callbacks."""
    ours = settings.LAOTIE
    settings.LAOTIE = dataclasses.replace(
        ours,
        lab=True,
        lab_url=lab_url,
        public_url=public_url,
        lab_payment_key=PAYMENT_KEY,
        lab_carrier_key=CARRIER_KEY,
    )
    try:
        yield
    finally:
        settings.LAOTIE = ours
