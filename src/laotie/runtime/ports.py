"""Which ports the parts get: the wanted one, or a free one where nobody insisted."""

import contextlib
import dataclasses
import errno
import fcntl
import os
import socket
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from laotie.runtime.config import Config, variable, with_derived
from laotie.runtime.problems import NotReady

_STEP, _STEPS, _HIGHEST = 10, 200, 65_535


@contextlib.contextmanager
def held(config: Config) -> Iterator[Config]:
    """The same configuration with ports that can be listened on, and the addresses that follow.

    Nobody else who asks here gets one of them before the end of the block.
    raises: NotReady when a port that was asked for by name is taken; it says by whom.
    """
    with contextlib.ExitStack() as claims:
        yield _choose(config, claims)


def _choose(config: Config, claims: contextlib.ExitStack) -> Config:
    chosen: dict[str, Any] = {}
    for name in config.ports():
        wanted = getattr(config, name)
        if _take(config.host, wanted, claims):
            chosen[name] = wanted
        elif config.is_given(name):
            raise NotReady(
                f"{variable(name)} is {wanted}, and {taker(wanted)} listens there already.",
                f"Stop it, set {variable(name)} to another port, or unset it to get a free one.",
            )
        else:
            chosen[name] = _another(config, wanted, claims)
    moved = {name for name, number in chosen.items() if number != getattr(config, name)}
    if not moved:
        return config
    sources = {**config.sources, **dict.fromkeys(moved, "free, as the usual one is taken")}
    return with_derived(dataclasses.replace(config, **chosen, sources=sources))


def is_free(host: str, port: int) -> bool:
    """Whether we could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            # A listener with SO_REUSEPORT would let us bind, and then share its visitors with us.
            probe.listen(1)
        except OSError as error:
            if error.errno in {errno.EADDRNOTAVAIL, errno.EACCES}:
                raise NotReady(
                    f"Nothing can listen on {host} port {port}: {error.strerror}.",
                    "Correct LAOTIE_HOST or the port; below 1024 a port needs rights.",
                ) from None
            return False
    return True


def taker(port: int) -> str:
    """Who listens on a port, as far as we may see."""
    try:
        for each in psutil.net_connections("tcp"):
            if each.status == psutil.CONN_LISTEN and each.laddr.port == port and each.pid:
                return f"{psutil.Process(each.pid).name()} (process {each.pid})"
    except psutil.Error:
        pass
    return "another program"


def _another(config: Config, wanted: int, claims: contextlib.ExitStack) -> int:
    """A free port: the same for this data folder at each start, another for other folders."""
    first = zlib.crc32(str(config.data).encode()) % _STEPS
    for turn in range(_STEPS):
        port = wanted + _STEP * (1 + (first + turn) % _STEPS)
        if port <= _HIGHEST and _take(config.host, port, claims):
            return port
    with socket.socket(socket.AF_INET6 if ":" in config.host else socket.AF_INET) as probe:
        probe.bind((config.host, 0))
        return int(probe.getsockname()[1])


def _take(host: str, port: int, claims: contextlib.ExitStack) -> bool:
    """Have a free port to ourselves until `claims` close; whether we do.

    A free port alone proves nothing: between the look and the listening another installation
    may look too, and the web server shares its port with whoever else listens there.
    """
    place = Path(tempfile.gettempdir()) / f"laotie-ports-{os.getuid()}"
    try:
        place.mkdir(mode=0o700, exist_ok=True)
        claim = claims.enter_context((place / str(port)).open("a"))
    except OSError:  # Without a place to write it down, looking must do.
        return is_free(host, port)
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return is_free(host, port)
