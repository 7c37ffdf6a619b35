"""A small HTTP server that keeps what it is sent and answers as a test tells it."""

import contextlib
import dataclasses
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest import mock

from django.conf import settings
from django.test import override_settings

from laotie.kernel import outbound


@dataclass(frozen=True, slots=True)
class Received:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """`answers` are used up one by one; then it is `status` and `body`.

    pages: what lies under a path, to be fetched: its kind and its bytes.
    """

    url: str = ""
    status: int = 200
    body: bytes = b"{}"
    answers: list[int] = field(default_factory=list)
    location: str = ""
    retry_after: str = ""
    got: list[Received] = field(default_factory=list)
    pages: dict[str, tuple[str, bytes]] = field(default_factory=dict)


@contextlib.contextmanager
def listening() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.got.append(Received(self.path, headers, self.rfile.read(length)))
            status = receiver.answers.pop(0) if receiver.answers else receiver.status
            self.send_response(status)
            if receiver.location:
                self.send_header("Location", receiver.location)
            if receiver.retry_after:
                self.send_header("Retry-After", receiver.retry_after)
            self.send_header("Content-Length", str(len(receiver.body)))
            self.end_headers()
            self.wfile.write(receiver.body)

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.got.append(Received(self.path, headers, b""))
            kind, body = receiver.pages.get(self.path, ("text/plain", b""))
            status = receiver.status if self.path in receiver.pages else 404
            self.send_response(status)
            if receiver.location:
                self.send_header("Location", receiver.location)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(ConnectionError):  # Who has had enough hangs up.
                self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Nothing: what came is kept."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def with_settings(**changes: object) -> override_settings:
    """Our configuration with some values changed."""
    return override_settings(LAOTIE=dataclasses.replace(settings.LAOTIE, **changes))  # type: ignore[arg-type]


@contextlib.contextmanager
def reaching_here() -> Iterator[None]:
    """Calls to this machine are allowed, as an installation in a closed network may; and no call
    is given up because this machine is busy."""
    with (
        with_settings(outbound_networks=("127.0.0.0/8",)),
        mock.patch.object(outbound, "DEADLINE_S", 120.0),
    ):
        yield
