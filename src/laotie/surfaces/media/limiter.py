"""Becomes a program, with less than it was given: run as a file by the media process, not imported.

A child cannot safely set its own limits between fork and exec in a process with threads, so this
tiny program sets them and then replaces itself. The environment stays behind.

    python -I -S limiter.py MEMORY_BYTES FILE_BYTES CPU_SECONDS PROGRAM ARGUMENT...

CPU_SECONDS 0 is no limit: what runs for as long as a show is watched in other ways.
"""

import os
import resource
import sys

_OPEN_FILES = 256
_NICER = 5  # The web and the gateway go first.


def main(memory_bytes: int, file_bytes: int, cpu_seconds: int, command: list[str]) -> None:
    """Does not return."""
    os.nice(_NICER)
    _limit(resource.RLIMIT_AS, memory_bytes)
    _limit(resource.RLIMIT_FSIZE, file_bytes)
    _limit(resource.RLIMIT_NOFILE, _OPEN_FILES)
    _limit(resource.RLIMIT_CORE, 0)
    if cpu_seconds:
        _limit(resource.RLIMIT_CPU, cpu_seconds)
    os.execve(command[0], command, {})  # noqa: S606 - a list, never a shell.


def _limit(kind: int, wanted: int) -> None:
    _, most = resource.getrlimit(kind)
    value = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(kind, (value, value))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
