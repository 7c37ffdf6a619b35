import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest
from tests.lab.fixtures import door, lab, lab_process

__all__ = ["door", "dripping", "lab", "lab_process"]

_BEGINNINGS = {
    "headers": b"HTTP/1.1 200 OK\r\nX-Slow: ",
    "body": b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n",
}


@pytest.fixture(params=_BEGINNINGS.values(), ids=_BEGINNINGS)
def dripping(request: pytest.FixtureRequest) -> Iterator[str]:
    """A server that answers one byte at a time, for ever: in a header, or in its body."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as there:

        def drip() -> None:
            visitor, _address = there.accept()
            with visitor, contextlib.suppress(OSError):
                visitor.sendall(request.param)
                while not over.wait(0.05):
                    visitor.sendall(b"a")

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{there.getsockname()[1]}/"
        over.set()
        # Where nobody came, it still waits for somebody.
        socket.create_connection(there.getsockname()).close()
        thread.join()
