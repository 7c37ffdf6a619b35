"""Becomes FFmpeg, with less than it was given: run as a file by the media process, never imported.

A child cannot safely set its own limits between fork and exec in a process with threads, so this
tiny program sets them and then replaces itself. It also asks the kernel to be killed with its
parent, and leaves the environment behind.

    python -I -S launcher.py PARENT_PID MEMORY_BYTES FILE_BYTES PROGRAM ARGUMENT...
"""

import os
import resource
import signal
import sys

_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
_OPEN_FILES = 256


def main(parent: int, memory_bytes: int, file_bytes: int, command: list[str]) -> None:
    """Does not return."""
    _die_with_parent(parent)
    os.nice(5)
    _limit(resource.RLIMIT_AS, memory_bytes)
    _limit(resource.RLIMIT_FSIZE, file_bytes)
    _limit(resource.RLIMIT_NOFILE, _OPEN_FILES)
    _limit(resource.RLIMIT_CORE, 0)
    os.execve(command[0], command, {})  # noqa: S606 - a list, never a shell.


def _limit(kind: int, wanted: int) -> None:
    _, most = resource.getrlimit(kind)
    value = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(kind, (value, value))


def _die_with_parent(parent: int) -> None:
    if not sys.platform.startswith("linux"):
        return  # Elsewhere the end of standard input has to do.
    import ctypes

    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # It died before we asked.
        sys.exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
