"""The web process before the bench's database, the same server with a constant body, and visitors.

    with _web.running(server) as web, _web.constant(size) as raw:
        _web.visit(web, path, ...)

The constant side is Granian as the product sets it up, answering every address with so many bytes:
what is left of a request when nothing is asked and nothing drawn. Visitors are one process of plain
sockets that stay open; each sends its next request when it has read the answer to the last.
"""

import contextlib
import http.client
import json
import logging
import os
import selectors
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from bench import _machine, _pairs
from bench._pairs import Measure
from bench._report import Latency, Options, Report
from bench._server import Server, wait_for
from tests.ports import free_port

VISITORS = 6  # Fewer than the process has threads, or some would be asked to come back.
_LONGEST_HEAD = 1 << 16
_PATIENCE_S = 600.0  # A busy machine is measured too, and says so by its load.


@dataclass(frozen=True, slots=True)
class Web:
    """A web server on this machine, with its worker processes."""

    port: int
    process: "subprocess.Popen[bytes]"

    def processor_s(self) -> float:
        return _machine.processor_s([self.process.pid], has_children=True)

    def fetch(self, path: str, headers: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            connection.request("GET", path, headers=dict(headers))
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()


@dataclass(frozen=True, slots=True)
class Case:
    """One sort of visit. status: what every answer must have; 304: who asks holds the page."""

    name: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


@contextmanager
def running(server: Server, **more: str) -> Iterator[Web]:
    """`laotie web` on the bench's database; more: of its environment."""
    with _process({**server.environment(), **more}, ["-m", "laotie", "web"]) as web:
        wait_for(lambda: _answers(web, "/readyz"), "the web process", patience_s=_PATIENCE_S)
        yield web


@contextmanager
def here(prefix: str, addresses: str) -> Iterator[int]:
    """Addresses of one surface by Django's own server in threads of this process; the port."""
    import structlog
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.urls import include, path

    all_addresses = settings.ROOT_URLCONF
    settings.ROOT_URLCONF = (path(prefix, include(addresses)),)  # To read all takes a second.
    before = structlog.get_config()
    # A line for each request would stand among the report's.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    server = ThreadedWSGIServer(("127.0.0.1", 0), WSGIRequestHandler)
    server.set_app(WSGIHandler())
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        structlog.configure(**before)
        settings.ROOT_URLCONF = all_addresses


@contextmanager
def constant(environment: Mapping[str, str], size: int) -> Iterator[Web]:
    """The same server around an application that says `size` bytes to everything."""
    with _process(environment, ["-m", "bench._web", "constant", str(size)]) as web:
        wait_for(lambda: _answers(web, "/"), "the constant server", patience_s=_PATIENCE_S)
        yield web


def compare(report: Report, server: Server, cases: Iterable[Case], options: Options) -> None:
    """Visit each case for a while, in pairs with as many bytes that cost nothing to make."""
    with running(server) as web:
        for each in cases:
            case = _held(web, each) if each.status == 304 else each
            for _ in range(20):  # Templates are read and statements prepared by the first visits.
                status, told, body = web.fetch(case.path, case.headers)
                assert status == case.status, f"{case.path} says {status}"
            size = len(body) + sum(len(name) + len(value) + 4 for name, value in told.items())
            with constant(server.environment(), size) as raw:
                pairs = _pairs.interleave(
                    lambda raw=raw: visit(raw, Case(case.name, "/"), options),  # noqa: B023
                    lambda: visit(web, case, options, database=server.processor_s),  # noqa: B023
                    options=options,
                )
            row = _pairs.tell(report, case.name, "requests/s", pairs)
            ours = [pair.ours for pair in pairs]
            report.note(
                f"{case.name}: {len(body):,} bytes a body, {row.cpu_us['web'] / 1000:.2f} ms of"
                f" processor in the web process and {row.cpu_us['database'] / 1000:.2f} in the"
                f" database for each request, {sum(int(run.units) for run in ours):,} requests"
            )


def _held(web: Web, case: Case) -> Case:
    """The same visit with the tag that this very process gave: in pages stands where it is."""
    tag = web.fetch(case.path, case.headers)[1]["etag"]
    return replace(case, headers={**case.headers, "If-None-Match": tag})


def visit(
    web: Web, case: Case, options: Options, *, database: Callable[[], float] | None = None
) -> Measure:
    """So many requests as these visitors get answered in the time.

    raises: RuntimeError when an answer was not what it must be.
    """
    wish = {
        "port": web.port,
        "path": case.path,
        "headers": dict(case.headers),
        "seconds": options.seconds,
        "visitors": VISITORS,
    }
    parts = {"web": web.processor_s, **({"database": database} if database else {})}
    with _machine.metered(parts) as spent:
        done = subprocess.run(
            [sys.executable, "-m", "bench._web", "visit", json.dumps(wish)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    told = json.loads(done.stdout)
    wrong = {code: count for code, count in told["statuses"].items() if int(code) != case.status}
    if wrong:
        raise RuntimeError(f"{case.path} answered {wrong} instead of {case.status}")
    return Measure(
        units=len(told["ms"]),
        seconds=told["seconds"],
        cpu_s=spent.cpu_s,
        latency=Latency.of(told["ms"]),
        memory_kb=None,
        generator_s=told["processor_s"],
        busy=spent.busy,
    )


@contextmanager
def recorded(
    environment: Mapping[str, str], answers: Mapping[str, tuple[int, str]]
) -> Iterator[Web]:
    """The same server around an application that knows these by heart.

    answers: by `METHOD /path`: status and body. What is not among them is answered 404.
    """
    with _process(environment, ["-m", "bench._web", "recorded"], json.dumps(answers)) as web:
        wait_for(lambda: _listens(web), "the server of recorded answers", patience_s=_PATIENCE_S)
        yield web


@contextmanager
def _process(
    environment: Mapping[str, str], arguments: list[str], said: str | None = None
) -> Iterator[Web]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        env={**environment, "LAOTIE_PORT": str(port), "LAOTIE_LOG_FORMAT": "json"},
        stdin=subprocess.DEVNULL if said is None else subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        if said is not None:
            assert process.stdin
            process.stdin.write(said.encode())
            process.stdin.close()
        yield Web(port, process)
    finally:
        process.terminate()
        process.wait(30)


def _answers(web: Web, path: str) -> bool:
    return _status(web, path) == 200


def _listens(web: Web) -> bool:
    return _status(web, "/") is not None


def _status(web: Web, path: str) -> int | None:
    if web.process.poll() is not None:
        raise RuntimeError(f"the web server ended with {web.process.returncode}")
    try:
        return web.fetch(path, {})[0]
    except OSError:
        return None


# -- In processes of their own -------------------------------------------------------------------


class _Constant:
    """Loads the application that says the same to everybody; travels to Granian's worker."""

    def __init__(self, size: int) -> None:
        self._body = b"x" * size

    def __call__(self, *_: Any) -> Callable[..., list[bytes]]:
        from laotie.kernel import launcher

        launcher.tie_to_parent(9)
        body = self._body
        headers = [("Content-Type", "text/html"), ("Content-Length", str(len(body)))]

        def application(_environ: Any, start_response: Any) -> list[bytes]:
            start_response("200 OK", headers)
            return [body]

        return application


class _Recorded:
    """Loads the application that says what was said before; travels to Granian's worker."""

    def __init__(self, answers: Mapping[str, tuple[int, str]]) -> None:
        self._answers = {
            what: (f"{status} {http.client.responses[status]}", body.encode())
            for what, (status, body) in answers.items()
        }

    def __call__(self, *_: Any) -> Callable[..., list[bytes]]:
        from laotie.kernel import launcher

        launcher.tie_to_parent(9)
        answers, unknown = self._answers, ("404 Not Found", b"")

        def application(environ: Any, start_response: Any) -> list[bytes]:
            asked = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            status, body = answers.get(asked, unknown)
            headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
            start_response(status, headers)
            return [body]

        return application


class Visitor:
    """One open socket: a request out, an answer in, and again."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._read = b""
        self._since = 0.0

    def ask(self, request: bytes) -> None:
        self._read = b""
        self._since = time.perf_counter()
        self.socket.sendall(request)

    def hear(self) -> tuple[int, float] | None:
        """Status and milliseconds when the answer is whole."""
        got = self.socket.recv(1 << 18)
        if not got:
            raise RuntimeError("the server hung up")
        self._read += got
        head, mark, body = self._read.partition(b"\r\n\r\n")
        if not mark:
            assert len(head) < _LONGEST_HEAD
            return None
        status = int(head[9:12])
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line[15:])
        if status != 304 and len(body) < length:
            return None
        return status, (time.perf_counter() - self._since) * 1000


def _visit(wish: Mapping[str, Any]) -> dict[str, Any]:
    lines = [f"GET {wish['path']} HTTP/1.1", f"Host: 127.0.0.1:{wish['port']}"]
    lines += [f"{name}: {value}" for name, value in wish["headers"].items()]
    request = ("\r\n".join(lines) + "\r\n\r\n").encode()
    selector = selectors.DefaultSelector()
    visitors = [Visitor(wish["port"]) for _ in range(wish["visitors"])]
    began, used = time.perf_counter(), time.process_time()
    for visitor in visitors:
        selector.register(visitor.socket, selectors.EVENT_READ, visitor)
        visitor.ask(request)
    milliseconds: list[float] = []
    statuses: Counter[int] = Counter()
    waiting = len(visitors)
    while waiting:
        for key, _ in selector.select():
            heard = key.data.hear()
            if heard is None:
                continue
            statuses[heard[0]] += 1
            milliseconds.append(round(heard[1], 3))
            if time.perf_counter() - began < wish["seconds"]:
                key.data.ask(request)
            else:
                selector.unregister(key.fileobj)
                waiting -= 1
    return {
        "ms": milliseconds,
        "statuses": statuses,
        "seconds": time.perf_counter() - began,
        "processor_s": time.process_time() - used,
    }


if __name__ == "__main__":
    if sys.argv[1] == "visit":
        print(json.dumps(_visit(json.loads(sys.argv[2]))))
    else:
        os.environ.setdefault("LAOTIE_LAB", "1")
        from laotie.runtime import config, web

        constant_or_recorded = (
            _Constant(int(sys.argv[2]))
            if sys.argv[1] == "constant"
            else _Recorded(json.loads(sys.stdin.read()))
        )
        web.server(config.load(), "bench._web:none").serve(target_loader=constant_or_recorded)
