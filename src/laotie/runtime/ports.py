"""Which ports the parts get: the wanted one, or a free one where nobody insisted."""

import dataclasses
import errno
import socket
import zlib
from typing import Any

import psutil

from laotie.runtime.config import Config, variable, with_derived
from laotie.runtime.problems import NotReady

_STEP, _STEPS, _HIGHEST = 10, 200, 65_535


def choose(config: Config) -> Config:
    """The same configuration with ports that can be listened on, and the addresses that follow.

    raises: NotReady when a port that was asked for by name is taken; it says by whom.
    """
    chosen: dict[str, Any] = {}
    for name in config.ports():
        wanted = getattr(config, name)
        if is_free(config.host, wanted) and wanted not in chosen.values():
            chosen[name] = wanted
        elif config.is_given(name):
            raise NotReady(
                f"{variable(name)} is {wanted}, and {taker(wanted)} listens there already.",
                f"Stop it, set {variable(name)} to another port, or unset it to get a free one.",
            )
        else:
            chosen[name] = _another(config, wanted, set(chosen.values()))
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


def _another(config: Config, wanted: int, taken: set[int]) -> int:
    """A free port: the same for this data folder at each start, another for other folders.

    Two installations that start at once would otherwise both find the next port free.
    """
    first = zlib.crc32(str(config.data).encode()) % _STEPS
    for turn in range(_STEPS):
        port = wanted + _STEP * (1 + (first + turn) % _STEPS)
        if port <= _HIGHEST and port not in taken and is_free(config.host, port):
            return port
    with socket.socket(socket.AF_INET6 if ":" in config.host else socket.AF_INET) as probe:
        probe.bind((config.host, 0))
        return int(probe.getsockname()[1])
