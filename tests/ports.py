"""Ports for the servers of tests: each is given out once, over all test processes."""

import fcntl
import os
import random
import socket
import tempfile
from pathlib import Path
from typing import IO

# Below what the system gives to outgoing connections, so that none of these takes one away.
_FIRST, _LAST = 20_000, 32_000
_held: list[IO[str]] = []


def free_port() -> int:
    """A port nobody listens on, and no other test is given, until this process ends.

    A port that was only looked at can be found by two; the web server then shares its visitors.
    """
    place = Path(tempfile.gettempdir()) / f"laotie-test-ports-{os.getuid()}"
    place.mkdir(mode=0o700, exist_ok=True)
    for port in random.sample(range(_FIRST, _LAST), k=_LAST - _FIRST):
        claim = (place / str(port)).open("a")
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
                probe.listen(1)
        except OSError:
            claim.close()
            continue
        _held.append(claim)
        return port
    raise AssertionError("every port is taken")
