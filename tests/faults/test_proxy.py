"""The bad road itself: each fault does what it says, in one direction, and can be healed."""

import contextlib
import socket
import socketserver
import threading
import time
from collections.abc import Iterator

import pytest
from tests.faults.proxy import Proxy

pytestmark = pytest.mark.faults


class Echo(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        with contextlib.suppress(OSError):
            while data := self.request.recv(65_536):
                self.request.sendall(data)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        with Proxy(server.server_address) as proxy:  # type: ignore[arg-type]
            yield proxy
        server.shutdown()


@pytest.fixture
def line(proxy: Proxy) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as line:
        yield line


def ask(line: socket.socket, text: bytes) -> bytes:
    """What comes back, as long as what was sent."""
    line.sendall(text)
    got = b""
    while len(got) < len(text) and (more := line.recv(65_536)):
        got += more
    return got


def test_a_good_road_carries_everything_and_the_end(proxy: Proxy, line: socket.socket) -> None:
    text = bytes(range(256)) * 4000

    sender = threading.Thread(target=line.sendall, args=(text,))
    sender.start()
    got = b""
    while len(got) < len(text):
        got += line.recv(65_536)
    sender.join()
    line.shutdown(socket.SHUT_WR)

    assert got == text
    assert line.recv(1) == b""
    assert (proxy.up.passed, proxy.down.passed, proxy.accepted) == (len(text), len(text), 1)


def test_latency_and_jitter_delay_each_piece(proxy: Proxy, line: socket.socket) -> None:
    proxy.up.latency_s, proxy.down.jitter_s = 0.05, 0.05

    began = time.monotonic()
    assert ask(line, b"one") == b"one"
    took_s = time.monotonic() - began
    proxy.heal()

    assert took_s >= 0.05
    assert ask(line, b"two") == b"two"


def test_a_slice_is_the_longest_that_comes_at_once(proxy: Proxy, line: socket.socket) -> None:
    proxy.down.slice_bytes, proxy.down.latency_s = 3, 0.02

    line.sendall(b"abcdefgh")
    pieces = []
    while sum(map(len, pieces)) < 8:
        pieces.append(line.recv(100))

    assert pieces == [b"abc", b"def", b"gh"]


def test_a_black_hole_swallows_even_the_end_until_it_is_healed(
    proxy: Proxy, line: socket.socket
) -> None:
    assert ask(line, b"before") == b"before"
    proxy.is_black_hole = True

    line.sendall(b"during")
    line.shutdown(socket.SHUT_WR)
    line.settimeout(0.2)
    with pytest.raises(TimeoutError):
        line.recv(1)
    assert proxy.open_links == 1
    proxy.heal()
    line.settimeout(5)

    assert line.recv(100) == b"during"
    assert line.recv(1) == b""


def test_a_reset_cuts_every_line_and_new_ones_work(proxy: Proxy, line: socket.socket) -> None:
    assert ask(line, b"x") == b"x"

    proxy.reset()

    with pytest.raises(ConnectionResetError):
        line.recv(1)
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as other:
        assert ask(other, b"y") == b"y"


def test_a_line_is_cut_after_so_many_bytes(proxy: Proxy, line: socket.socket) -> None:
    proxy.down.cut_after = 5

    line.sendall(b"12345678")
    got = b""
    with pytest.raises(ConnectionResetError):
        while more := line.recv(100):
            got += more

    assert got == b"12345"
    assert proxy.up.passed == 8


def test_a_refusing_road_lets_nobody_in(proxy: Proxy, line: socket.socket) -> None:
    assert ask(line, b"x") == b"x"
    proxy.refuses = True

    with (
        pytest.raises(ConnectionError),
        socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as other,
    ):
        other.recv(1)
    assert ask(line, b"still") == b"still"
